"""From the events of the log to how each alert and each action stands; what cannot be is refused.

    opened -> acknowledged -> planned -> assigned -> started -> finished -> evaluated

Who assigns or starts has seen the alert, and so acknowledges it; who starts what nobody was given takes it on. A
level that rises asks for an acknowledgement anew, because others are told. An alert closes by itself, when the
customer's health has recovered or nobody has seen the customer for too long; what was started then can still be
finished. Where it opens at a level at which nobody is left alone by lot, or rises to one, the plan that was left
alone lapses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from actions.events import LEVELS, OUTCOMES, Event, Impossible

PLANNED, ASSIGNED, STARTED, FINISHED, EVALUATED = "planned", "assigned", "started", "finished", "evaluated"
LAPSED = "lapsed"
"""Planned, and another plan or a graver level came before anybody took it on."""
OPEN = (PLANNED, ASSIGNED, STARTED)
"""Statuses of an action of which something is still to be done."""


@dataclass(frozen=True)
class Action:
    """What is done, or to be done, about a customer; money in the dataset's currency.

    ``cost`` is what it took, known when it is finished. ``held_out`` marks a plan that chance left alone.
    """

    action_id: str
    customer_id: str
    alert_id: str
    as_of: date
    play: str
    cause: str = ""
    owner: str | None = None
    status: str = PLANNED
    planned_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cost: float | None = None
    outcome: str | None = None
    held_out: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return self.status in OPEN


@dataclass(frozen=True)
class Alert:
    """An episode of one customer. ``escalated_to`` are the roles that were told because nobody moved, in order.

    ``closed_because`` is RECOVERED or UNSEEN; None while it is open, and where the log does not say.
    """

    alert_id: str
    customer_id: str
    as_of: date
    level: str
    opened_at: datetime
    level_at: datetime
    told_to: tuple[str, ...] = ()
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    closed_at: datetime | None = None
    closed_because: str | None = None
    escalated_to: tuple[str, ...] = ()
    escalated_at: datetime | None = None
    actions: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True)
class Book:
    """How everything stands: alerts and actions by id, in the order in which they began."""

    alerts: Mapping[str, Alert]
    actions: Mapping[str, Action]
    last_on: date | None = None
    """The newest day of which a nightly run has told."""

    def actions_of(self, alert: Alert) -> list[Action]:
        return [self.actions[name] for name in alert.actions]

    def left_alone(self, as_of: date, days: int) -> frozenset[str]:
        """Give the customers whom chance leaves alone on a day.

        That lasts while the alert is open that was planned for; without one for ``days``.
        """
        return frozenset(
            action.customer_id
            for action in self.actions.values()
            if action.held_out and action.status == PLANNED
            if (
                self.alerts[action.alert_id].open
                if action.alert_id
                else action.as_of > as_of - timedelta(days)
            )
        )

    def state(self, alert: Alert) -> str:
        """Say how far an alert has come: as far as its newest action that somebody took on, or as its people."""
        if not alert.open:
            return "closed"
        taken = [action for action in self.actions_of(alert) if action.status not in (PLANNED, LAPSED)]
        if taken:
            return taken[-1].status
        if any(action.held_out and action.open for action in self.actions_of(alert)):
            return "held out"
        return "open" if alert.acknowledged_at is None else "acknowledged"


def book(events: Iterable[Event]) -> Book:
    """Give how everything stands after ``events``; raises Impossible at the first that cannot be."""
    return _Fold(events).book()


def history(events: Iterable[Event]) -> list[tuple[Action, datetime]]:
    """Give each action as it stood after each event that changed it, and since when that is known; oldest first.

    What was dated back is known no sooner than what stood in the log before it.
    """
    return _Fold(events).changes


def admitted(past: Iterable[Event], new: Iterable[Event]) -> list[Event]:
    """Give those of ``new`` that are not in the log yet; raises Impossible at the first that cannot be."""
    fold = _Fold(past)
    return [event for event in new if fold.take(event)]


class _Fold:
    """The log read so far."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.alerts: dict[str, Alert] = {}
        self.actions: dict[str, Action] = {}
        self.of_customer: dict[str, list[str]] = {}
        self.changes: list[tuple[Action, datetime]] = []
        self.seen: set[str] = set()
        self.known: dict[str, datetime] = {}
        self.last_on: date | None = None
        for event in events:
            self.take(event)

    def book(self) -> Book:
        return Book(self.alerts, self.actions, self.last_on)

    def take(self, event: Event) -> bool:
        """Go on by one event; False where it was taken before."""
        if event.event_id in self.seen:
            return False
        before = self.known.get(event.customer_id, event.at)
        self.known[event.customer_id] = max(event.at, before)
        if event.kind == "alert_opened":
            self._open(event)
        elif event.alert_id or not event.action_id:
            alert = self._alert(event)
            _demand_customer(event, alert.customer_id)
            self._on_alert(event, alert)
        if event.action_id:
            self._on_action(event)
        self.seen.add(event.event_id)
        if event.alert_id:
            alert = self.alerts[event.alert_id]
            self.alerts[event.alert_id] = replace(alert, events=(*alert.events, event))
        if "as_of" in event.told and event.kind.startswith("alert_"):
            day = date.fromisoformat(event.told["as_of"])
            self.last_on = max(day, self.last_on or day)
        return True

    def _alert(self, event: Event) -> Alert:
        if event.alert_id not in self.alerts:
            raise Impossible(
                f"There is no alert '{event.alert_id}' to be {_word(event.kind)}; 'forewarn act --list' names "
                "those that are open."
            )
        alert = self.alerts[event.alert_id]
        if event.at.date() < alert.opened_at.date():
            raise Impossible(
                f"Alert '{alert.alert_id}' was opened on {alert.opened_at:%Y-%m-%d} and cannot have been "
                f"{_word(event.kind)} on {event.at:%Y-%m-%d}; give a later moment."
            )
        return alert

    def _open(self, event: Event) -> None:
        before = self.alerts.get(event.alert_id)
        _demand_level(event)
        if before is not None and before.open:
            raise Impossible(
                f"Alert '{event.alert_id}' is open since {before.opened_at:%Y-%m-%d}; one that is open cannot be "
                "opened."
            )
        fresh = Alert(
            event.alert_id,
            event.customer_id,
            date.fromisoformat(event.told["as_of"]),
            event.told["level"],
            event.at,
            event.at,
            told_to=_roles(event.told),
        )
        if event.told.get("ends_holdout"):
            self._lapse(event, held_out=True)
        self.alerts[event.alert_id] = (
            fresh if before is None else replace(fresh, actions=before.actions, events=before.events)
        )

    def _on_alert(self, event: Event, alert: Alert) -> None:
        name = alert.alert_id
        if not alert.open and event.kind not in ("finished", "evaluated", "noted", "delivered"):
            raise Impossible(
                f"Alert '{name}' was closed on {alert.closed_at:%Y-%m-%d} and cannot be {_word(event.kind)}; "
                "what was started can be finished, and notes can be taken."
            )
        match event.kind:
            case "alert_raised" | "alert_lowered":
                self.alerts[name] = _levelled(event, alert)
                if event.told.get("ends_holdout"):
                    self._lapse(event, held_out=True)
            case "alert_closed":
                self.alerts[name] = replace(
                    alert, closed_at=event.at, closed_because=event.told.get("because")
                )
            case "acknowledged":
                if alert.acknowledged_at is not None:
                    raise Impossible(
                        f"Alert '{name}' was acknowledged by {alert.acknowledged_by} on "
                        f"{alert.acknowledged_at:%Y-%m-%d %H:%M} and needs it no more; go on with "
                        "'assign' or 'start'."
                    )
                self.alerts[name] = _acknowledged(event, alert)
            case "assigned" | "started" if alert.acknowledged_at is None:
                self.alerts[name] = _acknowledged(event, alert)
            case "escalated":
                self.alerts[name] = replace(
                    alert, escalated_to=(*alert.escalated_to, event.told["to"]), escalated_at=event.at
                )

    def _on_action(self, event: Event) -> None:
        name, told = event.action_id, event.told
        action = self.actions.get(name)
        if event.kind == "planned" or (event.kind in ("assigned", "started") and action is None):
            if action is not None:
                raise Impossible(f"Action '{name}' was planned before; a plan is made once.")
            action = self._begun(event)
            if event.kind == "planned":
                self._write(action, event)
                return
        if action is None:
            raise Impossible(
                f"There is no action '{name}' to be {_word(event.kind)}; assign or start one first."
            )
        _demand_customer(event, action.customer_id)
        if event.kind in ("assigned", "started") and action.held_out and not told.get("anyway"):
            raise Impossible(
                f"Chance drew customer {action.customer_id} to be left alone, so that the effect can be measured; "
                f"action '{name}' cannot be {event.kind} without '--anyway'."
            )
        if (after := _went_on(event, action)) != action:
            self._write(after, event)

    def _write(self, action: Action, event: Event) -> None:
        self.actions[action.action_id] = action
        self.changes.append((action, self.known[event.customer_id]))

    def _lapse(self, event: Event, *, held_out: bool = False) -> None:
        """Let the customer's plans lapse that nobody took on, or those alone that chance left alone."""
        for name in self.of_customer.get(event.customer_id, ()):
            action = self.actions[name]
            if action.status == PLANNED and (action.held_out or not held_out):
                self._write(replace(action, status=LAPSED), event)

    def _begun(self, event: Event) -> Action:
        told, alert = event.told, self.alerts.get(event.alert_id)
        as_of = date.fromisoformat(told["as_of"]) if "as_of" in told else event.at.date()
        if "as_of" not in told and alert is not None:
            as_of = alert.as_of
        if alert is not None:
            self.alerts[alert.alert_id] = replace(alert, actions=(*alert.actions, event.action_id))
        self._lapse(event)
        self.of_customer.setdefault(event.customer_id, []).append(event.action_id)
        return Action(
            event.action_id,
            event.customer_id,
            event.alert_id,
            as_of,
            str(told.get("play") or "contact"),
            cause=str(told.get("cause") or ""),
            planned_at=event.at,
            held_out=bool(told.get("held_out")),
            told=told,
        )


def _levelled(event: Event, alert: Alert) -> Alert:
    _demand_level(event)
    before, level = alert.level, event.told["level"]
    rises = LEVELS.index(level) > LEVELS.index(before)
    if level == before or rises != (event.kind == "alert_raised"):
        raise Impossible(
            f"Alert '{alert.alert_id}' stands at {before} and cannot be {_word(event.kind)} to {level}."
        )
    if not rises:
        return replace(alert, level=level)
    return replace(
        alert,
        level=level,
        level_at=event.at,
        told_to=_roles(event.told) or alert.told_to,
        acknowledged_at=None,
        acknowledged_by=None,
        escalated_to=(),
        escalated_at=None,
    )


def _roles(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the roles that were told: one name, or several."""
    who = told.get("told") or ()
    return (who,) if isinstance(who, str) else tuple(map(str, who))


def _acknowledged(event: Event, alert: Alert) -> Alert:
    return replace(
        alert,
        acknowledged_at=event.at,
        acknowledged_by=event.actor,
        escalated_to=(),
        escalated_at=None,
    )


def _went_on(event: Event, action: Action) -> Action:
    """Give the action one step further; raises Impossible where the step before is missing, or was made before."""
    told, name, status = event.told, action.action_id, action.status
    match event.kind:
        case "assigned":
            if status not in (PLANNED, ASSIGNED):
                raise Impossible(f"Action '{name}' is {status}; it is too late to assign it.")
            return replace(action, status=ASSIGNED, owner=told["owner"], play=told.get("play") or action.play)
        case "started":
            if status not in (PLANNED, ASSIGNED):
                raise Impossible(f"Action '{name}' is {status} and cannot be started once more.")
            owner = told.get("owner") or action.owner or event.actor
            return replace(
                action,
                status=STARTED,
                started_at=event.at,
                owner=owner,
                play=told.get("play") or action.play,
            )
        case "finished":
            return _finished(event, action)
        case "evaluated":
            if status not in (FINISHED, EVALUATED):
                raise Impossible(f"Action '{name}' is {status}: what is not finished cannot be evaluated.")
            return replace(action, status=EVALUATED)
    return action


def _finished(event: Event, action: Action) -> Action:
    told, name = event.told, action.action_id
    if action.status in (FINISHED, EVALUATED):
        raise Impossible(
            f"Action '{name}' was finished on {action.finished_at:%Y-%m-%d}, as {action.outcome}; it cannot be "
            "finished twice."
        )
    if action.started_at is None:
        raise Impossible(f"Action '{name}' was never started and cannot be finished; start it first.")
    if event.at < action.started_at:
        raise Impossible(
            f"Action '{name}' was started on {action.started_at:%Y-%m-%d %H:%M} and cannot have been finished "
            "before; give a later moment."
        )
    if told["outcome"] not in OUTCOMES:
        raise Impossible(f"'{told['outcome']}' is no outcome; one is {', '.join(OUTCOMES)}.")
    cost = told.get("cost")
    if cost is not None and not 0 <= float(cost) < float("inf"):
        raise Impossible(f"An action cannot cost {cost}; give 0 or more, in the dataset's currency.")
    return replace(
        action,
        status=FINISHED,
        finished_at=event.at,
        outcome=told["outcome"],
        cost=None if cost is None else float(cost),
    )


def _demand_level(event: Event) -> None:
    if event.told["level"] not in LEVELS:
        raise Impossible(f"'{event.told['level']}' is no level; one is {', '.join(LEVELS)}.")


def _demand_customer(event: Event, known: str) -> None:
    if event.customer_id != known:
        raise Impossible(
            f"'{event.alert_id or event.action_id}' is about customer {known}, and an event names "
            f"'{event.customer_id}'; an alert stays with one customer."
        )


def _word(kind: str) -> str:
    return {"noted": "noted on"}.get(kind, kind.removeprefix("alert_").replace("_", " "))
