"""The gaps between orders: the customer's own rhythm, and silence held against it."""

from features import events
from features.comparisons import Over
from features.feature import Cause, Feature, Unit
from features.measures import (
    Days,
    GapVariation,
    LastGap,
    LongestGap,
    MeanGap,
    Overdue,
    OverdueDeviations,
    SinceLast,
)

DAYS_SINCE_ORDER = Feature(
    name="trade_days_since_order",
    on=events.LINES,
    measure=SinceLast(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Days since the last order",
    zh="距上次下单天数",
)

ORDER_DAYS_EVER = Feature(
    name="trade_order_days_ever",
    on=events.LINES,
    measure=Days(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=-1,
    en="Days with an order ever",
    zh="历史下单总天数",
)

GAP_MEAN = Feature(
    name="trade_gap_mean",
    on=events.LINES,
    measure=MeanGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Usual gap between orders",
    zh="平均下单间隔",
)

GAP_MEAN_365D = Feature(
    name="trade_gap_mean_365d",
    on=events.LINES,
    days=365,
    measure=MeanGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Gap between orders in the last 365 days",
    zh="近365天平均下单间隔",
)

GAP_LAST = Feature(
    name="trade_gap_last",
    on=events.LINES,
    measure=LastGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Gap before the last order",
    zh="最近一次下单间隔",
)

GAP_LONGEST_365D = Feature(
    name="trade_gap_longest_365d",
    on=events.LINES,
    days=365,
    measure=LongestGap(),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    risk=1,
    en="Longest gap between orders in the last 365 days",
    zh="近365天最长下单间隔",
)

GAP_VARIATION = Feature(
    name="trade_gap_variation",
    on=events.LINES,
    measure=GapVariation(),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    en="Irregularity of the gaps between orders",
    zh="下单间隔波动",
)

GAP_VARIATION_365D = Feature(
    name="trade_gap_variation_365d",
    on=events.LINES,
    days=365,
    measure=GapVariation(),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    en="Irregularity of the gaps in the last 365 days",
    zh="近365天下单间隔波动",
)

OVERDUE = Feature(
    name="trade_overdue",
    on=events.LINES,
    measure=Overdue(),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=1,
    en="Silence against the usual gap",
    zh="沉默时长与平均间隔之比",
)

OVERDUE_365D = Feature(
    name="trade_overdue_365d",
    on=events.LINES,
    days=365,
    measure=Overdue(),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=1,
    en="Silence against the gap of the last 365 days",
    zh="沉默时长与近365天间隔之比",
)

OVERDUE_DEVIATIONS = Feature(
    name="trade_overdue_deviations",
    on=events.LINES,
    measure=OverdueDeviations(),
    cause=Cause.DEMAND,
    unit=Unit.DEVIATIONS,
    risk=1,
    en="Silence beyond the usual gap",
    zh="超出平均间隔的标准差数",
)

LAST_GAP_AGAINST_MEAN = Feature(
    name="trade_last_gap_against_mean",
    on=events.LINES,
    measure=Over(LastGap(), MeanGap()),
    cause=Cause.DEMAND,
    unit=Unit.TIMES,
    risk=1,
    en="Last gap against the usual gap",
    zh="最近间隔与平均间隔之比",
)

FEATURES: tuple[Feature, ...] = (
    DAYS_SINCE_ORDER,
    ORDER_DAYS_EVER,
    GAP_MEAN,
    GAP_MEAN_365D,
    GAP_LAST,
    GAP_LONGEST_365D,
    GAP_VARIATION,
    GAP_VARIATION_365D,
    OVERDUE,
    OVERDUE_365D,
    OVERDUE_DEVIATIONS,
    LAST_GAP_AGAINST_MEAN,
)
