"""Alerts and plans as events for the webhook: one message each, the same bytes whenever it is written.

An event holds ids, dates, figures and texts of ours; no name, mail or word of a person.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.delivery.desk import Desk, Row, gravity, roles
from pipeline.delivery.message import Item, Message, key_of, message_key
from pipeline.frames import plain

CLOSED = "alert.closed"
ESCALATED = "alert.escalated"


def messages(desk: Desk, currency: str) -> Iterator[Message]:
    """Give the events of a day: alerts that opened, changed or escalated, markets that fall, chosen plans."""
    for row in desk.alerts:
        opened = row.get("opened_on") == row["level_since"]
        kind = "alert.opened" if opened else "alert.changed"
        yield _message(
            desk, kind, row, alert_parts(row), alert(row), row["level_since"], gravity(row["level"])
        )
    for row in desk.escalations:
        yield _message(
            desk,
            ESCALATED,
            row,
            escalation_parts(row),
            escalation(row),
            row["escalated_at"],
            gravity(row["level"]),
        )
    for row in desk.shocks:
        yield _message(
            desk, "market.fell", row, shock_parts(row), shock(row), row["opened_on"], gravity(None)
        )
    for row in desk.plans:
        yield _message(desk, "plan.chosen", row, plan_parts(row), plan(desk, row, currency), desk.as_of, 9)


def closings(desk: Desk, told: Iterable[tuple[str, str]]) -> Iterator[Message]:
    """Give the events that say that an alert stands no more; ``told`` are those told of so far, with customers."""
    if desk.standing is None:
        return
    for alert_id, customer_id in told:
        if alert_id not in desk.standing:
            row = {"alert_id": alert_id, "customer_id": customer_id, "as_of": desk.as_of}
            row["because"] = desk.ended.get(alert_id)
            yield _message(desk, CLOSED, row, ("closed", alert_id), row, desk.as_of, gravity(None))


def alert_parts(row: Row) -> tuple[str, ...]:
    """Give what names an alert as it is told: a change of its level is told anew, another day is not."""
    return "alert", str(row["alert_id"]), str(row["level"]), str(row["level_since"])


def plan_parts(row: Row) -> tuple[str, ...]:
    return "plan", str(row["plan_id"])


def escalation_parts(row: Row) -> tuple[str, ...]:
    """Give what names an escalation: its event in the log, however the alert stands by now."""
    return "escalated", str(row["event_id"])


def shock_parts(row: Row) -> tuple[str, ...]:
    """Give what names the fall of an industry or region: told once, however long it lasts and whomever it hits."""
    return "market", str(row.get("industry") or ""), str(row.get("region") or ""), str(row["opened_on"])


def shock(row: Row) -> dict[str, Any]:
    """Give the ``data`` of the fall of an industry or region."""
    names = ("industry", "region", "as_of", "opened_on", "change", "low", "high", "customers")
    return {
        **{name: row.get(name) for name in names},
        "told": roles(row.get("told")),
        "text": {"en": row.get("en"), "zh": row.get("zh")},
    }


def alert(row: Row) -> dict[str, Any]:
    """Give the ``data`` of an alert."""
    names = (
        "alert_id",
        "customer_id",
        "as_of",
        "opened_on",
        "level",
        "level_since",
        "health",
        "drop",
        "specific",
        "by_on",
    )
    return {
        **{name: row.get(name) for name in names},
        "market": bool(row.get("market")),
        "told": roles(row.get("told")),
        "text": {"en": row.get("en"), "zh": row.get("zh")},
    }


def escalation(row: Row) -> dict[str, Any]:
    """Give the ``data`` of an escalation."""
    names = ("alert_id", "customer_id", "action_id", "to", "because", "due_at", "level", "escalated_at")
    return {**{name: row.get(name) for name in names}, "text": {"en": row.get("en"), "zh": row.get("zh")}}


def plan(desk: Desk, row: Row, currency: str) -> dict[str, Any]:
    """Give the ``data`` of a plan; ``cost`` and ``profit`` are in ``currency``, the latter as it is expected."""
    names = (
        "plan_id",
        "alert_id",
        "customer_id",
        "as_of",
        "cause",
        "play",
        "channel",
        "owner_role",
        "due_on",
    )
    return {
        **{name: row.get(name) for name in (*names, "rank", "hours", "cost")},
        "name": {"en": desk.play(row), "zh": desk.play(row, chinese=True)},
        "profit": {
            "value": row.get("profit"),
            "low": row.get("profit_low"),
            "high": row.get("profit_high"),
        },
        "currency": currency,
        "why": {"en": row.get("why_en"), "zh": row.get("why_zh")},
        "steps": {"en": row.get("steps_en"), "zh": row.get("steps_zh")},
    }


def _message(
    desk: Desk, kind: str, row: Row, parts: tuple[str, ...], data: dict[str, Any], since: Any, rank: int
) -> Message:
    """Give one event; ``since`` is the day of which it tells, or the moment as a text."""
    named = (desk.dataset, "webhook", *parts)
    told = {
        "type": kind,
        "timestamp": since if isinstance(since, str) else f"{since}T00:00:00Z",
        "data": {"dataset": desk.dataset, **data},
    }
    body = json.dumps(plain(told), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    item = Item(key_of(*named), kind, row.get("customer_id") or "", row.get("alert_id"))
    return Message(message_key(*named), "webhook", "", kind, body.encode(), (item,), rank)
