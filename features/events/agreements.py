"""What binds for longer: joint project steps, contracts, the versions of the customer itself."""

from features import sources
from features.events.stream import Holds, Stream, Value, code, days, record

PLANNED = Stream(
    "milestones.planned",
    sources.MILESTONES,
    moment="planned_on",
    meaning="a joint project step whose planned day has come",
    values=(record("milestone_id"), code("kind")),
)

DONE = Stream(
    "milestones.done",
    sources.MILESTONES,
    moment="done_on",
    needs=("done_on",),
    meaning="a joint project step done",
    values=(
        record("milestone_id"),
        code("kind"),
        days("days_late", "done_on", "planned_on"),
        Value(
            "is_late",
            Holds.NUMBER,
            "CAST(done_on > planned_on AS DOUBLE)",
            ("done_on",),
            "1 where `done_on` is after `planned_on`, else 0",
        ),
    ),
)

_ENDS = Value(
    "ends_on",
    Holds.DAY,
    "CAST(ends_on AS DATE) - DATE '1970-01-01'",
    ("ends_on",),
    "the day `ends_on`, which may lie ahead: it was agreed when the contract was made",
)

CONTRACTS = Stream(
    "contracts.started",
    sources.CONTRACTS,
    moment="starts_on",
    meaning="a contract begun",
    values=(record("contract_id"), _ENDS),
)

ENDED = Stream(
    "contracts.ended",
    sources.CONTRACTS,
    moment="ends_on + 1",
    meaning="a contract run out",
    when="the day after `ends_on` (its last day)",
    values=(record("contract_id"),),
)

RENEWED = Stream(
    "contracts.renewed",
    sources.CONTRACTS,
    moment="renewed_at",
    needs=("renewed_at",),
    meaning="the next term of a contract agreed",
    values=(record("contract_id"),),
)

CANCELLED = Stream(
    "contracts.cancelled",
    sources.CONTRACTS,
    moment="cancelled_at",
    needs=("cancelled_at",),
    meaning="notice given of a contract",
    values=(record("contract_id"),),
)

VERSIONS = Stream(
    "customers.versions",
    sources.CUSTOMERS,
    moment="coalesce(known_at, since_on, TIMESTAMP '1970-01-01')",
    meaning="what is known of the customer itself, as of one of its versions",
    when="`known_at`, or where it is empty `since_on`, or where both are empty 1970-01-01",
    values=(
        Value(
            "since_on",
            Holds.DAY,
            "CAST(since_on AS DATE) - DATE '1970-01-01'",
            ("since_on",),
            "the day `since_on`",
        ),
        code("industry"),
        code("region"),
        code("segment"),
    ),
)
