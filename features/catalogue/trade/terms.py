"""What goes along with the orders: urgency, trials, returns."""

from features import events
from features.comparisons import PerEvent, PerMoney, Shift
from features.feature import Cause, Feature, Unit
from features.measures import Count, Flagged, Mean, SinceLast, Total, TrialsAlone, TrialsAloneShare

URGENT_180D = Feature(
    name="trade_urgent_180d",
    on=events.ORDERS,
    days=180,
    measure=Flagged("is_urgent"),
    cause=Cause.COMPETITOR,
    unit=Unit.ORDERS,
    risk=1,
    en="Urgent orders in the last 180 days",
    zh="近180天加急订单数",
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

TRIALS_ALONE_180D = Feature(
    name="trade_trials_alone_180d",
    on=events.LINES,
    days=180,
    measure=TrialsAlone(wait=30),
    cause=Cause.COMPETITOR,
    unit=Unit.LINES,
    risk=1,
    en="Trials without a follow-up in the last 180 days",
    zh="近180天无后续的试购数",
)

TRIALS_ALONE_SHARE_180D = Feature(
    name="trade_trials_alone_share_180d",
    on=events.LINES,
    days=180,
    measure=TrialsAloneShare(wait=30),
    cause=Cause.COMPETITOR,
    unit=Unit.SHARE,
    risk=1,
    en="Share of trials without a follow-up in the last 180 days",
    zh="近180天无后续试购占比",
)

RETURNS_180D = Feature(
    name="trade_returns_180d",
    on=events.RETURNS,
    days=180,
    measure=Count(),
    cause=Cause.SERVICE,
    unit=Unit.LINES,
    risk=1,
    en="Lines returned in the last 180 days",
    zh="近180天退货行数",
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

RETURNED_SHARE_180D = Feature(
    name="trade_returned_share_180d",
    on=events.RETURNS,
    days=180,
    measure=PerMoney("amount", events.LINES),
    cause=Cause.SERVICE,
    unit=Unit.SHARE,
    risk=1,
    en="Amount returned against the amount ordered in the last 180 days",
    zh="近180天退货金额与订货金额之比",
)

RETURNED_SHARE_SHIFT_180D = Feature(
    name="trade_returned_share_shift_180d",
    on=events.RETURNS,
    days=180,
    measure=Shift(PerMoney("amount", events.LINES)),
    cause=Cause.SERVICE,
    unit=Unit.SHARE,
    risk=1,
    en="Share of the amount returned of the last 180 days less that of the 180 before",
    zh="近180天退货金额占比与前180天之差",
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
    URGENT_180D,
    URGENT_SHARE_180D,
    URGENT_SHARE_SHIFT_90D,
    TRIAL_SHARE_365D,
    TRIALS_ALONE_180D,
    TRIALS_ALONE_SHARE_180D,
    RETURNS_180D,
    RETURNED_AMOUNT_180D,
    RETURNED_SHARE_180D,
    RETURNED_SHARE_SHIFT_180D,
    DAYS_SINCE_RETURN,
    RETURNS_AN_ORDER_LINE_365D,
)
