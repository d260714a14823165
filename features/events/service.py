"""Tickets: opened, resolved, opened again, rated."""

from features import sources
from features.events.stream import Holds, Stream, Value, code, days, flag, number, record

TICKETS = Stream(
    "service.opened",
    sources.SERVICE,
    moment="opened_at",
    meaning="a ticket opened",
    values=(
        record("ticket_id"),
        code("kind"),
        number("severity"),
        Value(
            "is_serious",
            Holds.NUMBER,
            "CAST(severity = 3 AS DOUBLE)",
            ("severity",),
            "1 where `severity` is 3, 0 where it is another",
        ),
        Value(
            "is_critical",
            Holds.NUMBER,
            "CAST(severity = 4 AS DOUBLE)",
            ("severity",),
            "1 where `severity` is 4, 0 where it is another",
        ),
        flag("accepted"),
        Value(
            "declined",
            Holds.NUMBER,
            "CASE WHEN kind IN ('maintenance', 'training') THEN 1 - CAST(accepted AS DOUBLE) END",
            ("accepted",),
            "of a ticket of kind `maintenance` or `training`: 1 where `accepted` is false, 0 where it is true; of "
            "another kind unknown",
        ),
    ),
)

SEVERE = Stream(
    "service.severe",
    sources.SERVICE,
    moment="opened_at",
    where="severity >= 3",
    needs=("severity",),
    meaning="a severe ticket opened",
    only="`severity` is 3 or 4",
    values=(record("ticket_id"),),
)

RESOLVED = Stream(
    "service.resolved",
    sources.SERVICE,
    moment="resolved_at",
    needs=("resolved_at",),
    meaning="a ticket resolved",
    values=(record("ticket_id"), code("kind"), days("days_to_resolve", "resolved_at", "opened_at")),
)

REOPENED = Stream(
    "service.reopened",
    sources.SERVICE,
    moment="reopened_at",
    needs=("reopened_at",),
    where="resolved_at IS NULL OR resolved_at <= reopened_at",
    meaning="a ticket opened again",
    only="`resolved_at` is unknown, or not after `reopened_at`",
    values=(record("ticket_id"), code("kind")),
)

RATED = Stream(
    "service.rated",
    sources.SERVICE,
    moment="rated_at",
    needs=("rated_at", "satisfaction"),
    where="satisfaction IS NOT NULL",
    meaning="a ticket rated by the customer",
    only="`satisfaction` is known",
    values=(number("satisfaction"),),
)
