"""What is known of the customer's surroundings."""

from features import sources
from features.events.stream import Holds, Stream, Value, cents, code, flag, money

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

_SHIPMENT = (
    money("value"),
    Value(
        "ours",
        Holds.MONEY,
        f"CASE WHEN is_us THEN {cents('value')} ELSE 0 END",
        ("is_us", "value"),
        "`value` in cents where `is_us` is true, else 0",
    ),
    flag("is_us"),
    code("product_line"),
    code("rival"),
)

SHIPMENTS = Stream(
    "imports.shipments",
    sources.IMPORTS,
    moment="shipped_on",
    needs=("is_us",),
    meaning="a customs record of what the customer imported, from anyone",
    values=_SHIPMENT,
)

OURS = Stream(
    "imports.ours",
    sources.IMPORTS,
    moment="shipped_on",
    where="is_us",
    needs=("is_us",),
    meaning="a customs record of what the customer imported from the company",
    only="`is_us` is true",
    values=(money("value"), code("product_line")),
)

OTHERS = Stream(
    "imports.others",
    sources.IMPORTS,
    moment="shipped_on",
    where="NOT is_us",
    needs=("is_us",),
    meaning="a customs record of what the customer imported from others",
    only="`is_us` is false",
    values=(money("value"), code("product_line"), code("rival")),
)
