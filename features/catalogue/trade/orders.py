"""The size of orders: how large, how even, and whether the large ones stay away."""

from features import events
from features.comparisons import Change, Over
from features.feature import Cause, Feature, Unit
from features.measures import LargeOverdue, Largest, Latest, Mean, SinceLarge, Spread, Trend

ORDER_AMOUNT_180D = Feature(
    name="trade_order_amount_180d",
    on=events.ORDERS,
    days=180,
    measure=Mean("size"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Mean order amount in the last 180 days",
    zh="近180天平均订单金额",
)

ORDER_AMOUNT_CHANGE_180D = Feature(
    name="trade_order_amount_change_180d",
    on=events.ORDERS,
    days=180,
    measure=Change(Mean("size")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Mean order amount of the last 180 days against the 180 before",
    zh="近180天平均订单金额与前180天之比",
)

ORDER_AMOUNT_TREND_365D = Feature(
    name="trade_order_amount_trend_365d",
    on=events.ORDERS,
    days=365,
    measure=Trend("size", run=3),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Last three orders against the year's others, mean amount",
    zh="最近三单与其余订单的平均金额之差",
)

ORDER_AMOUNT_SPREAD_365D = Feature(
    name="trade_order_amount_spread_365d",
    on=events.ORDERS,
    days=365,
    measure=Over(Spread("size"), Mean("size")),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    en="Irregularity of order amounts in the last 365 days",
    zh="近365天订单金额波动",
)

ORDER_LARGEST_90D = Feature(
    name="trade_order_largest_90d",
    on=events.ORDERS,
    days=90,
    measure=Largest("size"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    risk=-1,
    en="Largest order in the last 90 days",
    zh="近90天最大订单",
)

ORDER_LARGEST_365D = Feature(
    name="trade_order_largest_365d",
    on=events.ORDERS,
    days=365,
    measure=Largest("size"),
    cause=Cause.DEMAND,
    unit=Unit.MONEY,
    en="Largest order in the last 365 days",
    zh="近365天最大订单",
)

ORDER_LATEST_AGAINST_MEAN_365D = Feature(
    name="trade_order_latest_against_mean_365d",
    on=events.ORDERS,
    days=365,
    measure=Over(Latest("size"), Mean("size")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    en="Last order against the year's mean order",
    zh="最近一单与全年平均之比",
)

LINES_AN_ORDER_180D = Feature(
    name="trade_lines_an_order_180d",
    on=events.ORDERS,
    days=180,
    measure=Mean("lines"),
    cause=Cause.DEMAND,
    unit=Unit.LINES,
    risk=-1,
    en="Lines an order in the last 180 days",
    zh="近180天每单行数",
)

DAYS_SINCE_LARGE_ORDER_730D = Feature(
    name="trade_days_since_large_order_730d",
    on=events.ORDERS,
    days=730,
    measure=SinceLarge("amount"),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Days since the last order in the upper quarter of two years",
    zh="距上次大额订单（近两年前四分之一）天数",
)

LARGE_ORDER_OVERDUE_730D = Feature(
    name="trade_large_order_overdue_730d",
    on=events.ORDERS,
    days=730,
    measure=LargeOverdue("amount"),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=1,
    en="Silence of large orders against their usual gap",
    zh="大额订单沉默时长与平均间隔之比",
)

FEATURES: tuple[Feature, ...] = (
    ORDER_AMOUNT_180D,
    ORDER_AMOUNT_CHANGE_180D,
    ORDER_AMOUNT_TREND_365D,
    ORDER_AMOUNT_SPREAD_365D,
    ORDER_LARGEST_90D,
    ORDER_LARGEST_365D,
    ORDER_LATEST_AGAINST_MEAN_365D,
    LINES_AN_ORDER_180D,
    DAYS_SINCE_LARGE_ORDER_730D,
    LARGE_ORDER_OVERDUE_730D,
)
