"""``forewarn alert ID``: the whole life of one alert, from its opening to what came of it."""

import textwrap
from collections.abc import Mapping
from typing import Any

from actions.events import RECOVERED, UNSEEN, Event
from actions.journal import Alert, Book
from pipeline import journal, words
from pipeline.act import deadlines
from pipeline.errors import MissingInput
from pipeline.frames import json_text
from pipeline.params import Params
from pipeline.paths import Paths

WIDTH, MARGIN = 100, 18
CLOSED = {
    RECOVERED: ": the customer's health has recovered",
    UNSEEN: ": the customer can no longer be asked about; it is a case for winning back",
}
"""Why an alert closed; older lines of the log do not say."""


def run(params: Params, paths: Paths, alert_id: str, *, as_json: bool = False) -> str:
    """Give the life of one alert as it is printed; raises MissingInput where there is no such alert."""
    stands = journal.book(paths)
    if alert_id not in stands.alerts:
        known = [name for name in stands.alerts if name.startswith(alert_id)] if len(alert_id) >= 4 else []
        if len(known) != 1:
            raise MissingInput(
                f"Dataset '{paths.dataset}' has no alert '{words.line(alert_id)}'; "
                f"'forewarn act --list --dataset {paths.dataset}' names those that are open."
            )
        alert_id = known[0]
    alert = stands.alerts[alert_id]
    return json_text(told(stands, alert)) if as_json else _text(params, paths, stands, alert)


def told(stands: Book, alert: Alert) -> dict[str, Any]:
    """Give everything about an alert as plain values: how it stands, its actions, its events."""
    return {
        "alert_id": alert.alert_id,
        "customer_id": alert.customer_id,
        "state": stands.state(alert),
        "level": alert.level,
        "as_of": alert.as_of,
        "opened_at": alert.opened_at,
        "acknowledged_at": alert.acknowledged_at,
        "acknowledged_by": alert.acknowledged_by,
        "closed_at": alert.closed_at,
        "closed_because": alert.closed_because,
        "escalated_to": list(alert.escalated_to),
        "actions": [
            {
                name: getattr(action, name)
                for name in (
                    *("action_id", "play", "cause", "owner", "status", "planned_at", "started_at"),
                    *("finished_at", "cost", "outcome", "held_out"),
                )
            }
            for action in stands.actions_of(alert)
        ],
        "events": [event.line() for event in alert.events],
    }


def _text(params: Params, paths: Paths, stands: Book, alert: Alert) -> str:
    from actions.escalation import waiting
    from pipeline.report import names

    name = words.line(names(paths).get(alert.customer_id))
    who = f"{name} ({words.line(alert.customer_id)})" if name else words.line(alert.customer_id)
    lines = [f"Alert {alert.alert_id}: {who}, {alert.level}, {stands.state(alert)}"]
    due = [one for one in waiting(stands, deadlines(params)) if one.alert.alert_id == alert.alert_id]
    if due:
        lines.append(f"Waits to be {_done(due[0].what)} by {due[0].due_at:%Y-%m-%d %H:%M} UTC.")
    lines.append("")
    for event in alert.events:
        head = f"{event.at:%Y-%m-%d %H:%M}"
        told = textwrap.wrap(sentence(event, params.dataset.currency), WIDTH - MARGIN) or [""]
        lines.append(f"{head:<{MARGIN}}{told[0]}")
        lines += [" " * MARGIN + more for more in told[1:]]
    return "\n".join([*lines, ""])


def _done(what: str) -> str:
    return {"acknowledge": "acknowledged", "start": "started", "finish": "finished"}[what]


def sentence(event: Event, currency: str) -> str:
    """Give one event in words."""
    told, by = event.told, words.line(event.actor)
    match event.kind:
        case "alert_opened":
            since = str(told.get("opened_on") or "")[:10]
            late = since and since < f"{event.at:%Y-%m-%d}"  # the records showed it before anybody asked
            opened = f"Found open since {words.line(since)}, at" if late else "Opened at"
            return f"{opened} {told['level']}{_health(told)}{_told_to(told)}"
        case "alert_raised" | "alert_lowered":
            verb = "Rose" if event.kind == "alert_raised" else "Fell"
            return f"{verb} to {told['level']}{_health(told)}{_told_to(told)}"
        case "alert_closed":
            return f"Closed{CLOSED.get(str(told.get('because')), '')}"
        case "acknowledged":
            return f"Acknowledged by {by}{_note(told)}"
        case "planned":
            return _planned(told, currency)
        case "assigned":
            return f"Assigned to {words.line(told['owner'])} by {by}{_play(told)}{_note(told)}"
        case "started":
            owner = told.get("owner")
            for_whom = f" for {words.line(owner)}" if owner and owner != event.actor else ""
            return f"Started by {by}{for_whom}{_play(told)}{_note(told)}"
        case "finished":
            cost = (
                f", cost {words.money(float(told['cost']), currency)}" if told.get("cost") is not None else ""
            )
            return f"Finished by {by}: {_outcome(told['outcome'])}{cost}{_note(told)}"
        case "evaluated":
            return f"Evaluated by the records: {_kept(told, currency)}"
        case "escalated":
            return (
                f"Escalated to the {_role(told['to'])}: not {_done(told['because'])} by "
                f"{words.line(str(told.get('due_at', '')))[:16].replace('T', ' ')}"
            )
        case "delivered":
            where = [words.line(str(told[name])) for name in ("channel", "to") if told.get(name)]
            return f"Delivered{': ' if where else ''}{' to '.join(where)}"
    return f"Note by {by}: {words.line(str(told.get('text', '')))}"


def _health(told: Mapping[str, Any]) -> str:
    if told.get("health") is None:
        return ""
    drop = (
        f", {words.share(float(told['drop']), 0)} below its own usual" if told.get("drop") is not None else ""
    )
    return f": health {float(told['health']):.0f}{drop}"


def _told_to(told: Mapping[str, Any]) -> str:
    who = told.get("told")
    names = [who] if isinstance(who, str) else list(who or [])
    if not names:
        return ""
    by = f" by {str(told['by_on'])[:10]}" if told.get("by_on") else ""
    return f"; to be told{by}: {', '.join(_role(str(name)) for name in names)}"


def _planned(told: Mapping[str, Any], currency: str) -> str:
    if told.get("held_out"):
        return "Drawn by chance to be left alone, so that the effect of acting can be measured"
    parts = [f"Planned: {_role(str(told['play']))}"]
    if told.get("cause"):
        parts.append(f" (cause: {words.cause(str(told['cause']))})")
    if told.get("owner_role"):
        parts.append(f", for the {_role(str(told['owner_role']))}")
    if told.get("due_on"):
        parts.append(f", due {str(told['due_on'])[:10]}")
    if told.get("profit") is not None:
        parts.append(f", expected profit {words.money(float(told['profit']), currency)}")
    return "".join(parts)


def _play(told: Mapping[str, Any]) -> str:
    return f": {_role(words.line(str(told['play'])))}" if told.get("play") else ""


def _note(told: Mapping[str, Any]) -> str:
    return f" ({words.line(str(told['note']))})" if told.get("note") else ""


def _outcome(outcome: str) -> str:
    return {"kept": "customer kept", "lost": "customer lost", "unclear": "outcome unclear"}[outcome]


def _kept(told: Mapping[str, Any], currency: str) -> str:
    bought = (
        f", bought for {words.money(float(told['revenue']), currency)} since"
        if told.get("revenue") is not None
        else ""
    )
    return f"{'still buys' if told['kept'] else 'buys no more'}{bought}"


def _role(name: str) -> str:
    return words.line(name).replace("_", " ")
