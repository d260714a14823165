"""Who spoke with whom, and who answered."""

from features import sources
from features.events.stream import Holds, Stream, Value, code, flag, number

CONTACTS = Stream(
    "interaction.contacts",
    sources.INTERACTION,
    moment="occurred_at",
    meaning="a contact",
    values=(
        code("kind"),
        code("direction"),
        code("contact_id"),
        code("contact_role"),
        number("depth"),
        number("sentiment"),
        flag("attended"),
        flag("competitor_mentioned"),
        Value(
            "is_incoming",
            Holds.NUMBER,
            "CAST(direction = 'in' AS DOUBLE)",
            ("direction",),
            "1 where `direction` is `in`, 0 where it is `out`",
        ),
        Value(
            "declined",
            Holds.NUMBER,
            "CASE WHEN kind = 'invitation' THEN 1 - CAST(attended AS DOUBLE) END",
            ("attended",),
            "of a contact of kind `invitation`: 1 where `attended` is false, 0 where it is true; of another kind "
            "unknown",
        ),
    ),
)

OUTGOING = Stream(
    "interaction.outgoing",
    sources.INTERACTION,
    moment="occurred_at",
    where="direction = 'out'",
    needs=("direction",),
    meaning="a contact begun by the company",
    only="`direction` is `out`",
    values=(code("kind"),),
)

REPLIES = Stream(
    "interaction.replies",
    sources.INTERACTION,
    moment="responded_at",
    needs=("responded_at",),
    meaning="the first answer to a contact",
    values=(
        code("kind"),
        code("direction"),
        Value(
            "reply_hours",
            Holds.NUMBER,
            "date_diff('second', occurred_at, responded_at) / 3600.0",
            ("responded_at",),
            "seconds from `occurred_at` to `responded_at` (each cut to its whole second), divided by 3600",
        ),
    ),
)
