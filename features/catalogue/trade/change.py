"""How buying changes: against the window before, and against the same days last year."""

from features import events
from features.comparisons import Change, YearChange
from features.feature import Cause, Feature, Unit
from features.measures import Days, Slope, Total

ORDER_DAYS_CHANGE_30D = Feature(
    name="trade_order_days_change_30d",
    on=events.LINES,
    days=30,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 30 days against the 30 before",
    zh="近30天下单天数与前30天之比",
)

ORDER_DAYS_CHANGE_60D = Feature(
    name="trade_order_days_change_60d",
    on=events.LINES,
    days=60,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 60 days against the 60 before",
    zh="近60天下单天数与前60天之比",
)

ORDER_DAYS_CHANGE_90D = Feature(
    name="trade_order_days_change_90d",
    on=events.LINES,
    days=90,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 90 days against the 90 before",
    zh="近90天下单天数与前90天之比",
)

ORDER_DAYS_CHANGE_180D = Feature(
    name="trade_order_days_change_180d",
    on=events.LINES,
    days=180,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 180 days against the 180 before",
    zh="近180天下单天数与前180天之比",
)

ORDER_DAYS_CHANGE_365D = Feature(
    name="trade_order_days_change_365d",
    on=events.LINES,
    days=365,
    measure=Change(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 365 days against the 365 before",
    zh="近365天下单天数与前365天之比",
)

AMOUNT_CHANGE_90D = Feature(
    name="trade_amount_change_90d",
    on=events.LINES,
    days=90,
    measure=Change(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 90 days against the 90 before",
    zh="近90天金额与前90天之比",
)

AMOUNT_CHANGE_180D = Feature(
    name="trade_amount_change_180d",
    on=events.LINES,
    days=180,
    measure=Change(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 180 days against the 180 before",
    zh="近180天金额与前180天之比",
)

AMOUNT_CHANGE_365D = Feature(
    name="trade_amount_change_365d",
    on=events.LINES,
    days=365,
    measure=Change(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 365 days against the 365 before",
    zh="近365天金额与前365天之比",
)

ORDER_DAYS_YEAR_CHANGE_30D = Feature(
    name="trade_order_days_year_change_30d",
    on=events.LINES,
    days=30,
    measure=YearChange(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 30 days against the same days last year",
    zh="近30天下单天数与去年同期之比",
)

ORDER_DAYS_YEAR_CHANGE_90D = Feature(
    name="trade_order_days_year_change_90d",
    on=events.LINES,
    days=90,
    measure=YearChange(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 90 days against the same days last year",
    zh="近90天下单天数与去年同期之比",
)

ORDER_DAYS_YEAR_CHANGE_180D = Feature(
    name="trade_order_days_year_change_180d",
    on=events.LINES,
    days=180,
    measure=YearChange(Days()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Order days of the last 180 days against the same days last year",
    zh="近180天下单天数与去年同期之比",
)

AMOUNT_YEAR_CHANGE_30D = Feature(
    name="trade_amount_year_change_30d",
    on=events.LINES,
    days=30,
    measure=YearChange(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 30 days against the same days last year",
    zh="近30天金额与去年同期之比",
)

AMOUNT_YEAR_CHANGE_90D = Feature(
    name="trade_amount_year_change_90d",
    on=events.LINES,
    days=90,
    measure=YearChange(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 90 days against the same days last year",
    zh="近90天金额与去年同期之比",
)

AMOUNT_YEAR_CHANGE_180D = Feature(
    name="trade_amount_year_change_180d",
    on=events.LINES,
    days=180,
    measure=YearChange(Total("amount")),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=-1,
    en="Amount of the last 180 days against the same days last year",
    zh="近180天金额与去年同期之比",
)

AMOUNT_SLOPE_180D = Feature(
    name="trade_amount_slope_180d",
    on=events.LINES,
    days=180,
    measure=Slope("amount", period=30, periods=6),
    cause=Cause.DEMAND,
    unit=Unit.SHARE,
    risk=-1,
    en="Monthly slope of the amount over the last 180 days",
    zh="近180天金额月度斜率",
)

AMOUNT_SLOPE_360D = Feature(
    name="trade_amount_slope_360d",
    on=events.LINES,
    days=360,
    measure=Slope("amount", period=90, periods=4),
    cause=Cause.DEMAND,
    unit=Unit.SHARE,
    risk=-1,
    en="Quarterly slope of the amount over the last 360 days",
    zh="近360天金额季度斜率",
)

FEATURES: tuple[Feature, ...] = (
    ORDER_DAYS_CHANGE_30D,
    ORDER_DAYS_CHANGE_60D,
    ORDER_DAYS_CHANGE_90D,
    ORDER_DAYS_CHANGE_180D,
    ORDER_DAYS_CHANGE_365D,
    AMOUNT_CHANGE_90D,
    AMOUNT_CHANGE_180D,
    AMOUNT_CHANGE_365D,
    ORDER_DAYS_YEAR_CHANGE_30D,
    ORDER_DAYS_YEAR_CHANGE_90D,
    ORDER_DAYS_YEAR_CHANGE_180D,
    AMOUNT_YEAR_CHANGE_30D,
    AMOUNT_YEAR_CHANGE_90D,
    AMOUNT_YEAR_CHANGE_180D,
    AMOUNT_SLOPE_180D,
    AMOUNT_SLOPE_360D,
)
