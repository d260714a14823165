"""From what a person or a nightly run wants to the events that say it; nothing is done twice."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from actions.events import LEVELS, RECOVERED, UNSEEN, Event, Impossible, evening, found, identity
from actions.journal import ASSIGNED, FINISHED, LAPSED, PLANNED, STARTED, Action, Alert, Book, book

STEPS = ("ack", "assign", "start", "finish", "note")


@dataclass(frozen=True)
class Step:
    """What a person did about an alert, or about an action that no alert stands behind."""

    verb: str
    by: str
    at: datetime
    owner: str | None = None
    play: str | None = None
    cost: float | None = None
    outcome: str | None = None
    note: str | None = None
    anyway: bool = False

    @property
    def told(self) -> dict[str, Any]:
        """Give what was told beside the step itself; what was not is left out."""
        named = {name: getattr(self, name) for name in ("owner", "play", "cost", "outcome", "note")}
        return {name: value for name, value in named.items() if value is not None} | (
            {"anyway": True} if self.anyway else {}
        )


def taken(events: Iterable[Event], subject: str, step: Step) -> Event:
    """Give the event of a step; ``subject`` is the id of an alert or of an action.

    Raises Impossible where there is no such thing, or no action that the step could be about.
    """
    stands = book(events)
    alert, action = _meant(stands, subject, step.verb)
    customer = alert.customer_id if alert else action.customer_id if action else ""
    of: dict[str, Any] = {"customer_id": customer, "alert_id": alert.alert_id if alert else ""}
    if step.verb == "note":
        if not step.note:
            raise Impossible("A note wants a text; give it with '--note'.")
        return _event(
            "noted", step, {"text": step.note}, of | {"action_id": action.action_id if action else ""}
        )
    if step.verb == "ack":
        if alert is None:
            raise Impossible(f"'{subject}' is an action without an alert: there is nothing to acknowledge.")
        return _event("acknowledged", step, {"note": step.note} if step.note else {}, of)
    if step.verb == "assign" and not step.owner:
        raise Impossible("'assign' wants somebody to assign to; name them with '--owner'.")
    if step.verb == "finish" and not step.outcome:
        raise Impossible("'finish' wants an outcome; give '--outcome kept', 'lost' or 'unclear'.")
    if action is None:
        if step.verb == "finish":
            raise Impossible(
                f"Nothing was started about alert '{subject}', so nothing can be finished; "
                f"say 'forewarn act {subject} start' first."
            )
        number = len(alert.actions) if alert else 0
        of["action_id"] = identity("action", subject, number)
    else:
        of["action_id"] = action.action_id
    kind = {"assign": "assigned", "start": "started", "finish": "finished"}[step.verb]
    return _event(kind, step, step.told, of)


def _event(kind: str, step: Step, told: Mapping[str, Any], of: Mapping[str, Any]) -> Event:
    return Event(kind=kind, at=step.at, actor=step.by, told=told, **of)


def _meant(stands: Book, subject: str, verb: str) -> tuple[Alert | None, Action | None]:
    """Give the alert and the action that a step is about; the newest action of the alert that is not over."""
    if subject in stands.actions:
        action = stands.actions[subject]
        return stands.alerts.get(action.alert_id), action
    if subject not in stands.alerts:
        raise Impossible(
            f"There is no alert or action '{subject}'; 'forewarn act --list' names those that are open."
        )
    alert = stands.alerts[subject]
    mine = stands.actions_of(alert)
    going = [action for action in mine if action.open]
    if verb == "finish":  # what was started before what was not; a second finish is told what the first was
        started = [action for action in mine if action.status == STARTED]
        over = [action for action in mine if action.status == FINISHED]
        going = started or going or over
    return alert, going[-1] if going else None


def opened(
    events: Iterable[Event],
    alerts: pd.DataFrame,
    as_of: date,
    never_left: Collection[str] = (),
    seen: Collection[str] | None = None,
) -> list[Event]:
    """Give what changed in the alerts since the last day told: opened, raised, lowered, closed.

    ``alerts`` are all that are open on ``as_of``; ``never_left`` the levels at which nobody is left alone by lot:
    an alert that opens at one or rises to it ends what chance had drawn. ``seen`` are the customers whose health is
    known on the day: of one of them an alert closes because it has recovered, of another because nobody sees it any
    more; None leaves that open. A day before the last one told changes nothing: what is known of later days stands.
    """
    stands = book(events)
    if stands.last_on is not None and as_of < stands.last_on:
        return []
    drawn = {one.customer_id for one in stands.actions.values() if one.held_out and one.status == PLANNED}
    made: list[Event] = []
    for row in alerts.sort_values("alert_id").to_dict("records"):
        name, level = str(row["alert_id"]), str(row["level"])
        told = _told(row)
        before = stands.alerts.get(name)
        stood = before.level if before is not None and before.open else ""
        if level != stood and level in never_left and (stood or str(row["customer_id"]) in drawn):
            told["ends_holdout"] = True
        of = {"alert_id": name, "customer_id": str(row["customer_id"]), "told": told}
        if before is None or not before.open:
            times = 0 if before is None else sum(one.kind == "alert_opened" for one in before.events)
            made.append(found("alert_opened", as_of, (name, level, times), **of))
        elif before.level != level:
            rises = LEVELS.index(level) > LEVELS.index(before.level)
            kind = "alert_raised" if rises else "alert_lowered"
            made.append(found(kind, as_of, (name, level, len(before.events)), **of))
    there = set(alerts["alert_id"].astype(str))
    made += [
        found(
            "alert_closed",
            as_of,
            (name, len(alert.events)),
            alert_id=name,
            customer_id=alert.customer_id,
            told={} if seen is None else {"because": RECOVERED if alert.customer_id in seen else UNSEEN},
        )
        for name, alert in sorted(stands.alerts.items())
        if alert.open and name not in there and evening(as_of) >= alert.opened_at
    ]
    return made


TOLD = ("level", "opened_on", "health", "drop", "told", "by_on", "en", "zh")
PLAN = (
    *("plan_id", "cause", "odds", "play", "channel", "owner_role", "due_on", "hours", "cost"),
    *("profit", "rank", "held_out"),
)


def _told(row: Mapping[Any, Any], names: tuple[str, ...] = TOLD) -> dict[str, Any]:
    """Give the columns of a row that a line of the log repeats, as plain JSON values."""
    return {name: value for name in names if (value := _plain(row.get(name))) is not None}


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or value is pd.NaT or value != value:  # NaN is not itself
        return None
    if isinstance(value, datetime | date):
        return str(value)[:10]
    return value


def _graver(level: str | None, than: Any) -> bool:
    """Tell whether an alert's level is graver than that at which a plan was made; "none" is no alert."""
    steps = ("none", *LEVELS)
    return level in LEVELS and than in steps and steps.index(level) > steps.index(than)


def planned(events: Iterable[Event], plans: pd.DataFrame, as_of: date, again_after: int = 30) -> list[Event]:
    """Give the plans of a day that are new: of those chosen, or drawn to be left alone, one a customer.

    A customer of whom something is under way, or that was planned for in the ``again_after`` days before, gets
    none; but one that chance had left alone, and that is chosen since its alert rose to where nobody is, gets its
    plan. So does one whose alert has become graver since its plan, where nobody took that on and the play is
    another. The id of a plan is that of its action; ``level`` is that of the alert when the lot was drawn.
    """
    stands = book(events)
    until = as_of - timedelta(days=again_after)
    left: set[str] = set()
    busy: set[str] = set()
    outgrown: dict[str, str] = {}
    levels = {alert.customer_id: alert.level for alert in stands.alerts.values() if alert.open}
    for action in stands.actions.values():
        if action.status in (ASSIGNED, STARTED) or action.as_of > until:
            customer = action.customer_id
            if action.held_out and action.status in (PLANNED, LAPSED):
                left.add(customer)
            elif action.status == PLANNED and _graver(levels.get(customer), action.told.get("level")):
                outgrown[customer] = action.play
            elif action.status != LAPSED:
                busy.add(customer)  # what lapsed gave way to a newer one, which speaks for the customer
    made: list[Event] = []
    for row in plans.sort_values("plan_id").to_dict("records"):
        customer = str(row["customer_id"])
        wanted = bool(row["chosen"]) or bool(row["held_out"])
        if (
            not wanted
            or _plain(row.get("play")) is None
            or customer in busy
            or (customer in left and not bool(row["chosen"]))
            or (customer in outgrown and (not bool(row["chosen"]) or row["play"] == outgrown[customer]))
            or str(row["plan_id"]) in stands.actions
        ):
            continue
        alert = str(_plain(row.get("alert_id")) or "")
        known = stands.alerts.get(alert)
        made.append(
            found(
                "planned",
                as_of,
                (str(row["plan_id"]),),
                customer_id=customer,
                alert_id=alert if known is not None and known.open else "",
                action_id=str(row["plan_id"]),
                told={
                    **_told(row, PLAN),
                    "level": known.level if known is not None and known.open else "none",
                },
            )
        )
        busy.add(customer)
    return made
