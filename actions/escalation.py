"""What has waited too long, and who hears of it next.

An open alert waits for one thing at a time: to be acknowledged, then for something to be started, then for what was
started to be finished. Where that takes longer than its level allows, the next role up is told, and is given as
long again; when the highest has been told there is nobody left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from actions.events import MACHINE, Event, identity
from actions.journal import STARTED, Alert, Book, book

LADDER = ("account_manager", "regional_manager", "sales_director", "top_management")
"""Who is told, from the first to the last."""


@dataclass(frozen=True)
class Deadlines:
    """Hours by level until an alert must be acknowledged, and until something about it must be started; days until
    what was started must be finished.
    """

    acknowledge_hours: Mapping[str, float]
    start_hours: Mapping[str, float]
    finish_days: float


class Waiting(NamedTuple):
    """What an alert waits for (``acknowledge``, ``start`` or ``finish``), by when it is due, and who hears next.

    ``to`` is empty where the highest role has been told.
    """

    alert: Alert
    what: str
    due_at: datetime
    to: str


def waiting(stands: Book, deadlines: Deadlines) -> list[Waiting]:
    """Give what every open alert waits for, the earliest due first; what chance left alone waits for nothing."""
    found = (_waits(stands, alert, deadlines) for alert in stands.alerts.values() if alert.open)
    return sorted((one for one in found if one), key=lambda one: (one.due_at, one.alert.alert_id))


def escalated(events: Iterable[Event], now: datetime, deadlines: Deadlines) -> list[Event]:
    """Give the escalations that are due ``now``: one an alert, so that whoever is told has time to move."""
    return [
        Event(
            kind="escalated",
            at=now,
            actor=MACHINE,
            customer_id=one.alert.customer_id,
            alert_id=one.alert.alert_id,
            told={"to": one.to, "because": one.what, "due_at": one.due_at.isoformat().replace("+00:00", "Z")},
            event_id=identity("escalated", one.alert.alert_id, one.what, one.to, one.due_at),
        )
        for one in waiting(book(events), deadlines)
        if one.to and one.due_at <= now
    ]


def _waits(stands: Book, alert: Alert, deadlines: Deadlines) -> Waiting | None:
    mine = stands.actions_of(alert)
    begun = [action for action in mine if action.started_at is not None]
    if any(action.held_out and action.open for action in mine) and not begun:
        return None
    if alert.acknowledged_at is None:
        what, since = "acknowledge", alert.level_at
        allowed = timedelta(hours=deadlines.acknowledge_hours[alert.level])
    elif not begun:
        what, since = "start", alert.acknowledged_at
        allowed = timedelta(hours=deadlines.start_hours[alert.level])
    else:
        going = [action.started_at for action in begun if action.status == STARTED and action.started_at]
        if not going:
            return None
        what, since, allowed = "finish", min(going), timedelta(days=deadlines.finish_days)
    told = [
        event
        for event in alert.events
        if event.kind == "escalated" and event.told["because"] == what and event.at >= since
    ]
    if told:
        since = told[-1].at
    heard = max(LADDER.index(role) for role in _heard(alert, told))
    above = LADDER[heard + 1 :]
    return Waiting(alert, what, since + allowed, above[0] if above else "")


def _heard(alert: Alert, told: list[Event]) -> list[str]:
    """Give the roles that have heard of an alert; the account manager always has."""
    names = [*alert.told_to, *(event.told["to"] for event in told)]
    return [LADDER[0], *(name for name in names if name in LADDER)]
