"""The index of the market that the customer is in, and its events."""

from features import events
from features.comparisons import Change, YearChange
from features.feature import Cause, Feature, Unit
from features.measures import Days, Latest, SinceLast

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

DAYS_SINCE_EVENT = Feature(
    name="market_days_since_event",
    on=events.MARKET_EVENTS,
    measure=SinceLast(),
    cause=Cause.MARKET,
    unit=Unit.DAYS,
    en="Days since the last tariff, lockdown or other event of the industry",
    zh="距行业最近一次关税、封控等事件天数",
)

EVENT_DAYS_180D = Feature(
    name="market_event_days_180d",
    on=events.MARKET_EVENTS,
    days=180,
    measure=Days(),
    cause=Cause.MARKET,
    unit=Unit.DAYS,
    risk=1,
    en="Days with an event of the industry in the last 180 days",
    zh="近180天发生行业事件的天数",
)

FEATURES: tuple[Feature, ...] = (
    INDEX_CHANGE_90D,
    INDEX_YEAR_CHANGE_90D,
    DAYS_SINCE_EVENT,
    EVENT_DAYS_180D,
)
