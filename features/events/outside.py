"""What is known of the customer's surroundings."""

from features import sources
from features.events.stream import Holds, Stream, Value

MARKET = Stream(
    "market.months",
    sources.MARKET,
    moment="last_day(month_on)",
    matched=("industry", "region"),
    # The index of everywhere stands before that of the customer's own region, so that the latest is the nearer one.
    ties=("region IS NOT NULL",),
    meaning="the index of a month",
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
