"""On what terms the customer buys: margin, discount, urgency, trials, returns."""

from features import events
from features.comparisons import Over, PerEvent, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Mean, SinceLast, Total

MARGIN_SHARE_90D = Feature(
    name="trade_margin_share_90d",
    on=events.LINES,
    days=90,
    measure=Over(Total("margin"), Total("amount")),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Margin in the last 90 days",
    zh="近90天毛利率",
)

MARGIN_SHARE_SHIFT_90D = Feature(
    name="trade_margin_share_shift_90d",
    on=events.LINES,
    days=90,
    measure=Shift(Over(Total("margin"), Total("amount"))),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Margin of the last 90 days less that of the 90 before",
    zh="近90天毛利率与前90天之差",
)

MARGIN_SHARE_SHIFT_180D = Feature(
    name="trade_margin_share_shift_180d",
    on=events.LINES,
    days=180,
    measure=Shift(Over(Total("margin"), Total("amount"))),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Margin of the last 180 days less that of the 180 before",
    zh="近180天毛利率与前180天之差",
)

DISCOUNT_90D = Feature(
    name="trade_discount_90d",
    on=events.LINES,
    days=90,
    measure=Mean("discount"),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Mean discount in the last 90 days",
    zh="近90天平均折扣",
)

DISCOUNT_SHIFT_90D = Feature(
    name="trade_discount_shift_90d",
    on=events.LINES,
    days=90,
    measure=Shift(Mean("discount")),
    cause=Cause.PRICE,
    unit=Unit.SHARE,
    en="Mean discount of the last 90 days less that of the 90 before",
    zh="近90天平均折扣与前90天之差",
)

URGENT_SHARE_180D = Feature(
    name="trade_urgent_share_180d",
    on=events.ORDERS,
    days=180,
    measure=Mean("is_urgent"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of urgent orders in the last 180 days",
    zh="近180天加急订单占比",
)

URGENT_SHARE_SHIFT_90D = Feature(
    name="trade_urgent_share_shift_90d",
    on=events.ORDERS,
    days=90,
    measure=Shift(Mean("is_urgent")),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of urgent orders of the last 90 days less that of the 90 before",
    zh="近90天加急占比与前90天之差",
)

TRIAL_SHARE_365D = Feature(
    name="trade_trial_share_365d",
    on=events.ORDERS,
    days=365,
    measure=Mean("is_trial"),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    en="Share of trial orders in the last 365 days",
    zh="近365天试订单占比",
)

RETURNED_AMOUNT_180D = Feature(
    name="trade_returned_amount_180d",
    on=events.RETURNS,
    days=180,
    measure=Total("amount"),
    cause=Cause.SERVICE,
    unit=Unit.MONEY,
    risk=1,
    en="Amount returned in the last 180 days",
    zh="近180天退货金额",
)

DAYS_SINCE_RETURN = Feature(
    name="trade_days_since_return",
    on=events.RETURNS,
    measure=SinceLast(),
    cause=Cause.SERVICE,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since the last return",
    zh="距上次退货天数",
)

RETURNS_AN_ORDER_LINE_365D = Feature(
    name="trade_returns_an_order_line_365d",
    on=events.RETURNS,
    days=365,
    measure=PerEvent(events.LINES),
    cause=Cause.SERVICE,
    unit=Unit.SHARE,
    risk=1,
    en="Returned lines a line ordered in the last 365 days",
    zh="近365天退货行占比",
)

FEATURES: tuple[Feature, ...] = (
    MARGIN_SHARE_90D,
    MARGIN_SHARE_SHIFT_90D,
    MARGIN_SHARE_SHIFT_180D,
    DISCOUNT_90D,
    DISCOUNT_SHIFT_90D,
    URGENT_SHARE_180D,
    URGENT_SHARE_SHIFT_90D,
    TRIAL_SHARE_365D,
    RETURNED_AMOUNT_180D,
    DAYS_SINCE_RETURN,
    RETURNS_AN_ORDER_LINE_365D,
)
