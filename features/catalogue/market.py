"""The index of the market that the customer is in."""

from features import events
from features.comparisons import Change, YearChange
from features.feature import Cause, Feature, Unit
from features.measures import Latest

INDEX_CHANGE_90D = Feature(
    name="market_index_change_90d",
    on=events.MARKET,
    days=90,
    measure=Change(Latest("index")),
    cause=Cause.MARKET,
    unit=Unit.TIMES,
    risk=-1,
    en="Index of the market now against 90 days ago",
    zh="市场指数与90天前之比",
)

INDEX_YEAR_CHANGE_90D = Feature(
    name="market_index_year_change_90d",
    on=events.MARKET,
    days=90,
    measure=YearChange(Latest("index")),
    cause=Cause.MARKET,
    unit=Unit.TIMES,
    risk=-1,
    en="Index of the market now against a year ago",
    zh="市场指数与一年前之比",
)

FEATURES: tuple[Feature, ...] = (
    INDEX_CHANGE_90D,
    INDEX_YEAR_CHANGE_90D,
)
