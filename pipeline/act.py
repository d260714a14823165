"""``forewarn act``: what people did about an alert goes into the log, and what is open comes out of it."""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.text import Text

from actions import escalation
from actions.escalation import Deadlines, Waiting
from actions.events import Event
from actions.journal import Action, Book
from actions.steps import Step, taken
from pipeline import journal, words
from pipeline.errors import Usage
from pipeline.frames import json_text
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.terminal import captured, plain_table

DONE = {
    "acknowledged": "acknowledged",
    "assigned": "assigned to {owner}",
    "started": "started by {owner}",
    "finished": "finished: {outcome}",
    "noted": "noted",
}
AHEAD = timedelta(days=1)
"""How far a step may lie ahead: as far as clocks and time zones are apart."""
WAITS = {"acknowledge": "to be acknowledged", "start": "to be started", "finish": "to be finished"}


def deadlines(params: Params) -> Deadlines:
    """Give how long each level may wait, as ``params.yaml`` says."""
    loop = params.loop
    return Deadlines(
        loop.acknowledge_hours.model_dump(), loop.start_hours.model_dump(), finish_days=loop.finish_days
    )


def run(params: Params, paths: Paths, asked: argparse.Namespace) -> str:
    """Do what the command says, and give what it prints."""
    now = asked.at or datetime.now(UTC)
    if asked.list or asked.escalate:
        if asked.alert or (asked.list and asked.escalate):
            raise Usage("'--list' and '--escalate' stand alone; give one of them, and no alert.")
        return (
            listed(params, paths, now, asked.json)
            if asked.list
            else _escalated(params, paths, now, asked.json)
        )
    if not asked.alert or not asked.step:
        raise Usage(
            "'act' wants an alert and a step, such as 'forewarn act 3f2a91c07b44 ack --by Ann', or '--list'."
        )
    if not (asked.by or "").strip():
        raise Usage(f"Who took the step '{asked.step}'? Say so with '--by'.")
    if now > datetime.now(UTC) + AHEAD:
        raise Usage(
            f"'--at {now:%Y-%m-%dT%H:%M}' lies in the future, and the log is never mended; "
            "say of a step when it was taken."
        )
    step = Step(
        asked.step,
        asked.by.strip(),
        now,
        owner=asked.owner,
        play=asked.play,
        cost=asked.cost,
        outcome=asked.outcome,
        note=asked.note,
        anyway=asked.anyway,
    )
    event = take(paths, asked.alert, step)
    if asked.json:
        return json_text(event.line())
    told = {"owner": step.by, **event.told}
    return (
        f"Customer {words.line(event.customer_id)}: {words.line(DONE[event.kind].format(**told))}, "
        f"{event.at:%Y-%m-%d %H:%M} UTC, by {words.line(event.actor)}.\n"
    )


def take(paths: Paths, subject: str, step: Step) -> Event:
    """Put one step into the log and give its event; said twice, it stands there once."""
    made: list[Event] = []

    def make(past: Any) -> list[Event]:
        made.append(taken(past, subject, step))
        return made

    journal.change(paths, make)
    return made[0]


def escalate(params: Params, paths: Paths, now: datetime) -> list[Event]:
    """Tell the next role up of what is overdue ``now``; give what was added to the log."""
    return journal.change(paths, lambda past: escalation.escalated(past, now, deadlines(params)))


def _escalated(params: Params, paths: Paths, now: datetime, as_json: bool) -> str:
    added = escalate(params, paths, now)
    if as_json:
        return json_text([event.line() for event in added])
    lines = [
        f"{event.alert_id}  {words.line(event.customer_id)}: to {_role(event.told['to'])}, still "
        f"{WAITS[event.told['because']]}, due {event.told['due_at'][:16].replace('T', ' ')}"
        for event in added
    ]
    return "\n".join([*lines, f"{words.count(len(added), 'alert')} escalated.", ""])


def listed(params: Params, paths: Paths, now: datetime, as_json: bool) -> str:
    """Give what is open, the earliest due first, and plans that no alert stands behind."""
    stands = journal.book(paths)
    waits = escalation.waiting(stands, deadlines(params))
    if as_json:
        return json_text(
            {
                "alerts": [_row(stands, one, now) for one in waits],
                "plans": [_plan(action) for action in _loose(stands)],
            }
        )
    if not waits and not _loose(stands):
        return "Nothing is open.\n"
    return captured(*_tables(params, paths, stands, waits, now))


def _loose(stands: Book) -> list[Action]:
    """Give the open actions that no alert stands behind, and that chance did not leave alone."""
    found = [one for one in stands.actions.values() if one.open and not one.alert_id and not one.held_out]
    return sorted(found, key=lambda one: (str(one.told.get("due_on", "")), one.action_id))


def _row(stands: Book, one: Waiting, now: datetime) -> dict[str, Any]:
    alert = one.alert
    newest = [action for action in stands.actions_of(alert) if action.open]
    return {
        "alert_id": alert.alert_id,
        "customer_id": alert.customer_id,
        "level": alert.level,
        "state": stands.state(alert),
        "opened_on": alert.as_of,
        "waits": one.what,
        "due_at": one.due_at,
        "overdue": one.due_at < now,
        "escalated_to": list(alert.escalated_to),
        "owner": newest[-1].owner if newest else None,
        "play": newest[-1].play if newest else None,
    }


def _plan(action: Action) -> dict[str, Any]:
    return {
        "action_id": action.action_id,
        "customer_id": action.customer_id,
        "status": action.status,
        "play": action.play,
        "cause": action.cause,
        "owner": action.owner,
        "due_on": action.told.get("due_on"),
    }


def _tables(params: Params, paths: Paths, stands: Book, waits: list[Waiting], now: datetime) -> list[Any]:
    from pipeline.report import names

    called = names(paths)
    shown: list[Any] = []
    if waits:
        table = plain_table()
        for name in ("alert", "customer", "name", "level", "waits", "due (UTC)", "heard"):
            table.add_column(name)
        for one in waits:
            alert = one.alert
            late = " overdue" if one.due_at < now else ""
            table.add_row(
                alert.alert_id,
                words.line(alert.customer_id),
                _short(words.line(called.get(alert.customer_id))),
                alert.level,
                WAITS[one.what],
                f"{one.due_at:%Y-%m-%d %H:%M}{late}",
                _role(alert.escalated_to[-1]) if alert.escalated_to else "",
            )
        overdue = sum(one.due_at < now for one in waits)
        shown += [Text(f"{words.count(len(waits), 'alert')} open, {overdue} overdue"), Text(), table]
    if loose := _loose(stands):
        table = plain_table()
        for name in ("plan", "customer", "name", "play", "status", "owner", "due"):
            table.add_column(name)
        for action in loose:
            table.add_row(
                action.action_id,
                words.line(action.customer_id),
                _short(words.line(called.get(action.customer_id))),
                words.line(action.play),
                action.status,
                words.line(action.owner or ""),
                str(action.told.get("due_on", "")),
            )
        shown += [*([Text()] if shown else []), Text("Plans without an alert"), Text(), table]
    return shown


def _short(name: str, most: int = 22) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _role(name: str) -> str:
    return name.replace("_", " ")
