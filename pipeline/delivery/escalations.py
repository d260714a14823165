# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""Escalations of the log as others are told of them: what of an alert is overdue, and which role hears now."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, timedelta
from typing import Any

from actions.events import Event, evening
from actions.journal import STARTED, Alert, Book
from pipeline import words
from pipeline.desk import texts
from pipeline.desk.texts import Said, say

DAYS = 30
"""Days before that of the desk within which an escalation is told: a first delivery tells of no old ones."""
MISSED: Mapping[str, Said] = {
    "acknowledge": ("not acknowledged", "尚未确认"),
    "start": ("nothing started", "尚未开始处理"),
    "finish": ("not finished", "尚未完成处理"),
}
"""What did not happen in time, by what the alert waited for."""


def of_log(
    stands: Book, as_of: date, alerts: Mapping[str, Mapping[str, Any]], held: Collection[str]
) -> list[dict[str, Any]]:
    """Give the escalations that are told on ``as_of``, oldest first: of alerts that are open in the log.

    ``alerts`` are those of the day by id; of one that is its market's none is told, and none of a customer ``held``
    out.
    """
    since = evening(as_of) - timedelta(days=DAYS)
    found = [
        (event, alert)
        for alert in stands.alerts.values()
        if alert.open and stands.state(alert) != "held out"
        if alert.customer_id not in held
        if not alerts.get(alert.alert_id, {}).get("market")
        for event in alert.events
        if event.kind == "escalated" and event.at >= max(since, alert.opened_at)
    ]
    found.sort(key=lambda one: (one[0].at, one[0].event_id))
    return [_row(stands, event, alert, alerts.get(alert.alert_id)) for event, alert in found]


def _row(stands: Book, event: Event, alert: Alert, about: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give an escalation as a row; ``about`` is the alert as the desk of the day tells it, where it does."""
    en, zh = _said(event, alert.level)
    return {
        "event_id": event.event_id,
        "alert_id": alert.alert_id,
        "customer_id": alert.customer_id,
        "action_id": _action(stands, alert),
        "to": words.line(str(event.told["to"])),
        "because": str(event.told["because"]),
        "due_at": event.told.get("due_at"),
        "level": alert.level,
        "escalated_at": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "en": en,
        "zh": zh,
        "about": about,
    }


def _action(stands: Book, alert: Alert) -> str | None:
    """Give the action that is to be moved on: the newest that was started, else the newest that is open."""
    mine = [action for action in stands.actions_of(alert) if action.open]
    begun = [action for action in mine if action.status == STARTED]
    return (begun or mine)[-1].action_id if mine else None


def _said(event: Event, level: str) -> Said:
    """Say in a sentence what was missed and who is told; a name that is not ours becomes one harmless line."""
    due = words.line(str(event.told.get("due_at") or ""))[:16].replace("T", " ")
    colour = say(texts.LEVELS, level)
    missed = MISSED.get(str(event.told["because"]), ("overdue", "逾期"))
    role = say(texts.ROLES, words.line(str(event.told["to"])))
    by = (f"by {due} UTC", f"截至{due}（UTC）") if due else ("in time", "到期")
    return (
        f"{colour[0].capitalize()} alert, {missed[0]} {by[0]}: escalated to the {role[0]}.",
        f"{colour[1]}预警{by[1]}{missed[1]}，已上报{role[1]}。",
    )
