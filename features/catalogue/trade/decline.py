"""Whether the amount falls: in which shape, since when, for how long, how far."""

from features import events
from features.feature import Cause, Feature, Unit
from features.measures import Depth, FallingPeriods, Fluctuating, Gradual, Onset, PeriodsBelow, Step, Sudden

DECLINE_GRADUAL_360D = Feature(
    name="trade_decline_gradual_360d",
    on=events.LINES,
    days=360,
    measure=Gradual("amount"),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    risk=1,
    en="Gradual decline of the amount, score",
    zh="金额渐降得分",
)

DECLINE_STEP_360D = Feature(
    name="trade_decline_step_360d",
    on=events.LINES,
    days=360,
    measure=Step("amount"),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    risk=1,
    en="Decline of the amount in one step, score",
    zh="金额阶跃下降得分",
)

DECLINE_SUDDEN_360D = Feature(
    name="trade_decline_sudden_360d",
    on=events.LINES,
    days=360,
    measure=Sudden("amount"),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    risk=1,
    en="Sudden decline of the amount, score",
    zh="金额骤降得分",
)

DECLINE_FLUCTUATING_360D = Feature(
    name="trade_decline_fluctuating_360d",
    on=events.LINES,
    days=360,
    measure=Fluctuating("amount"),
    cause=Cause.DEMAND,
    unit=Unit.NUMBER,
    risk=1,
    en="Fluctuating decline of the amount, score",
    zh="金额波动下降得分",
)

DECLINE_ONSET_360D = Feature(
    name="trade_decline_onset_360d",
    on=events.LINES,
    days=360,
    measure=Onset("amount"),
    cause=Cause.DEMAND,
    unit=Unit.DAYS,
    en="Days since the amount began to decline",
    zh="金额开始下降至今天数",
)

DECLINE_DEPTH_360D = Feature(
    name="trade_decline_depth_360d",
    on=events.LINES,
    days=360,
    measure=Depth("amount"),
    cause=Cause.DEMAND,
    unit=Unit.SHARE,
    risk=1,
    en="Amount lost in the last three periods of 30 days",
    zh="近3个30天周期金额跌幅",
)

DECLINE_FALLING_PERIODS_360D = Feature(
    name="trade_decline_falling_periods_360d",
    on=events.LINES,
    days=360,
    measure=FallingPeriods("amount"),
    cause=Cause.DEMAND,
    unit=Unit.PERIODS,
    risk=1,
    en="Periods of 30 days in a row with a falling amount",
    zh="金额连续下降的30天周期数",
)

DECLINE_PERIODS_BELOW_360D = Feature(
    name="trade_decline_periods_below_360d",
    on=events.LINES,
    days=360,
    measure=PeriodsBelow("amount"),
    cause=Cause.DEMAND,
    unit=Unit.PERIODS,
    risk=1,
    en="Periods of 30 days in a row below the usual amount",
    zh="金额连续低于常态的30天周期数",
)

FEATURES: tuple[Feature, ...] = (
    DECLINE_GRADUAL_360D,
    DECLINE_STEP_360D,
    DECLINE_SUDDEN_360D,
    DECLINE_FLUCTUATING_360D,
    DECLINE_ONSET_360D,
    DECLINE_DEPTH_360D,
    DECLINE_FALLING_PERIODS_360D,
    DECLINE_PERIODS_BELOW_360D,
)
