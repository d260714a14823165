"""For how long and for how much the customer has bought."""

from features import events
from features.comparisons import PerYear
from features.feature import Cause, Feature, Unit
from features.measures import SinceFirst, Total

DAYS_SINCE_FIRST_ORDER = Feature(
    name="trade_days_since_first_order",
    on=events.LINES,
    measure=SinceFirst(),
    cause=Cause.PROFILE,
    unit=Unit.DAYS,
    risk=-1,
    en="Days since the first order",
    zh="距首次下单天数",
)

AMOUNT_EVER = Feature(
    name="trade_amount_ever",
    on=events.LINES,
    measure=Total("amount"),
    cause=Cause.PROFILE,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered ever",
    zh="历史订货总金额",
)

AMOUNT_A_YEAR = Feature(
    name="trade_amount_a_year",
    on=events.LINES,
    measure=PerYear(Total("amount")),
    cause=Cause.PROFILE,
    unit=Unit.MONEY,
    risk=-1,
    en="Amount ordered a year since the first order",
    zh="首单以来年均订货金额",
)

FEATURES: tuple[Feature, ...] = (
    DAYS_SINCE_FIRST_ORDER,
    AMOUNT_EVER,
    AMOUNT_A_YEAR,
)
