"""How often and how much the customer buys."""

from features import events
from features.feature import Cause, Feature, Unit
from features.measures import Active, Count, Days, Total

ORDER_DAYS_30D = Feature(
    name="trade_order_days_30d",
    on=events.LINES,
    days=30,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 30 days",
    zh="近30天下单天数",
)

ORDER_DAYS_60D = Feature(
    name="trade_order_days_60d",
    on=events.LINES,
    days=60,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 60 days",
    zh="近60天下单天数",
)

ORDER_DAYS_90D = Feature(
    name="trade_order_days_90d",
    on=events.LINES,
    days=90,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 90 days",
    zh="近90天下单天数",
)

ORDER_DAYS_180D = Feature(
    name="trade_order_days_180d",
    on=events.LINES,
    days=180,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 180 days",
    zh="近180天下单天数",
)

ORDER_DAYS_365D = Feature(
    name="trade_order_days_365d",
    on=events.LINES,
    days=365,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order in the last 365 days",
    zh="近365天下单天数",
)

AMOUNT_30D = Feature(
    name="trade_amount_30d",
    on=events.LINES,
    days=30,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 30 days",
    zh="近30天订货金额",
)

AMOUNT_90D = Feature(
    name="trade_amount_90d",
    on=events.LINES,
    days=90,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 90 days",
    zh="近90天订货金额",
)

AMOUNT_180D = Feature(
    name="trade_amount_180d",
    on=events.LINES,
    days=180,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 180 days",
    zh="近180天订货金额",
)

AMOUNT_365D = Feature(
    name="trade_amount_365d",
    on=events.LINES,
    days=365,
    measure=Total("amount"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered in the last 365 days",
    zh="近365天订货金额",
)

LINES_90D = Feature(
    name="trade_lines_90d",
    on=events.LINES,
    days=90,
    measure=Count(),
    cause=Cause.DEMAND,
    unit=Unit.LINES,
    risk=-1,
    en="Order lines in the last 90 days",
    zh="近90天订单行数",
)

LINES_365D = Feature(
    name="trade_lines_365d",
    on=events.LINES,
    days=365,
    measure=Count(),
    cause=Cause.DEMAND,
    unit=Unit.LINES,
    risk=-1,
    en="Order lines in the last 365 days",
    zh="近365天订单行数",
)

ACTIVE_PERIODS_360D = Feature(
    name="trade_active_periods_360d",
    on=events.LINES,
    days=360,
    measure=Active(period=30, periods=12),
    cause=Cause.DEMAND,
    unit=Unit.PERIODS,
    risk=-1,
    en="Periods of 30 days with an order, of the last twelve",
    zh="近12个30天周期中有订单的周期数",
)

FEATURES: tuple[Feature, ...] = (
    ORDER_DAYS_30D,
    ORDER_DAYS_60D,
    ORDER_DAYS_90D,
    ORDER_DAYS_180D,
    ORDER_DAYS_365D,
    AMOUNT_30D,
    AMOUNT_90D,
    AMOUNT_180D,
    AMOUNT_365D,
    LINES_90D,
    LINES_365D,
    ACTIVE_PERIODS_360D,
)
