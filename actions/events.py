"""What happens to an alert, one event at a time: the lines of the log.

An event is never changed and never removed. Its id depends on what it says, so that the same event made twice
is one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

LEVELS = ("blue", "yellow", "orange", "red")
"""From the mildest to the gravest."""
OUTCOMES = ("kept", "lost", "unclear")
RECOVERED, UNSEEN = "recovered", "unseen"
"""Why an alert closes: its customer's health has recovered, or was not seen for too long."""
DIGITS = 12
MACHINE = "forewarn"
"""The actor of what nobody did by hand."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "alert_opened": ("as_of", "level"),
    "alert_raised": ("as_of", "level"),
    "alert_lowered": ("as_of", "level"),
    "alert_closed": ("as_of",),
    "acknowledged": (),
    "planned": ("as_of", "play"),
    "assigned": ("owner",),
    "started": (),
    "finished": ("outcome",),
    "evaluated": ("kept",),
    "escalated": ("to", "because"),
    "delivered": (),
    "noted": ("text",),
}
"""Every kind of event, and what it must tell beside who, when and about whom. It may tell more."""
FIXED = ("event_id", "at", "actor", "kind", "alert_id", "customer_id", "action_id")


class Impossible(ValueError):
    """A step that cannot be: one sentence that says what stands in its way and what to do."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``alert_id`` and ``action_id`` are empty where it is about no alert or no action.

    ``at`` is a moment in UTC; what a nightly run finds about a day happens in that day's last second. ``told`` is
    what the kind needs (``KINDS``), of plain JSON values.
    """

    kind: str
    at: datetime
    actor: str
    customer_id: str
    alert_id: str = ""
    action_id: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    event_id: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Impossible(f"'{self.kind}' is no kind of event; known are {', '.join(KINDS)}.")
        if self.at.tzinfo is None:
            raise Impossible(f"The moment {self.at} of '{self.kind}' names no time zone; give it in UTC.")
        missing = [name for name in KINDS[self.kind] if self.told.get(name) is None]
        if missing:
            raise Impossible(f"An event '{self.kind}' tells {', '.join(missing)}, and this one does not.")
        taken = [name for name in self.told if name in FIXED]
        if taken:
            raise Impossible(
                f"An event '{self.kind}' cannot tell '{taken[0]}': the name is that of a field of its own."
            )
        if not self.event_id:
            # Told wholly: the same said by the same person in the same microsecond is the same.
            object.__setattr__(self, "event_id", identity(*self.line().values()))

    def line(self) -> dict[str, Any]:
        """Give the event as it stands in the log."""
        return {
            "event_id": self.event_id,
            "at": self.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "actor": self.actor,
            "kind": self.kind,
            "alert_id": self.alert_id,
            "customer_id": self.customer_id,
            "action_id": self.action_id,
            **self.told,
        }


def read(line: Mapping[str, Any]) -> Event:
    """Give the event of one line of the log; raises KeyError, TypeError or ValueError where it is none."""
    told = {name: value for name, value in line.items() if name not in FIXED}
    texts = {name: str(line[name]) for name in FIXED if name != "at"}
    return Event(at=datetime.fromisoformat(line["at"]), told=told, **texts)


def known_by(events: Iterable[Event], moment: datetime) -> list[Event]:
    """Give the events known by ``moment``: one dated back is known no sooner than what stood before it.

    So what is known of a customer is always a beginning of what the log says of it.
    """
    latest: dict[str, datetime] = {}
    found = []
    for event in events:
        known = max(event.at, latest.get(event.customer_id, event.at))
        latest[event.customer_id] = known
        if known <= moment:
            found.append(event)
    return found


def identity(*parts: Any) -> str:
    """Give the id of the thing that ``parts`` name: twelve hexadecimal digits, the same for the same parts."""
    text = json.dumps([str(part) for part in parts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def evening(day: date) -> datetime:
    """Give the last second of a day, in UTC: when what a nightly run says of the day happened."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


def found(kind: str, as_of: date, key: tuple[Any, ...], **of: Any) -> Event:
    """Give an event that a nightly run found on a day; of two with the same kind, day and ``key`` one counts."""
    told = {"as_of": as_of.isoformat(), **of.pop("told", {})}
    return Event(
        kind=kind, at=evening(as_of), actor=MACHINE, told=told, event_id=identity(kind, as_of, *key), **of
    )
