"""What is known of the customer's surroundings."""

from features import sources
from features.events.stream import Holds, Stream, Value, code

MARKET_EVENTS = Stream(
    "market.events",
    sources.MARKET,
    moment="event_on",
    needs=("event_on",),
    matched=("industry", "region"),
    ties=("region IS NOT NULL",),
    meaning="a tariff, a lockdown or another event of the industry: a break in its series",
    values=(code("event"),),
)

MARKET = Stream(
    "market.months",
    sources.MARKET,
    moment="last_day(month_on)",
    where="index IS NOT NULL",
    needs=("index",),
    matched=("industry", "region"),
    # The index of everywhere stands before that of the customer's own region, so that the latest is the nearer one.
    ties=("region IS NOT NULL",),
    meaning="the index of a month",
    only="`index` is there",
    when="the last day of the month of `month_on`; no month says anything before it is over",
    values=(
        Value(
            "index",
            Holds.NUMBER,
            "index",
            ("index",),
            "`index`; of one month, that of everywhere (`region` empty) stands before that of the region",
        ),
    ),
)
