"""Four levels of alert on the drop of health, one episode a customer, folded date by date.

A level is reached at once when the drop reaches it. It is left only when the drop has stayed more than ``margin``
below it on every date of ``hold_days`` days, at least two of them, and then for the highest level that held
meanwhile; below the lowest the episode ends. So no level is undone the next day, and a drop at a threshold does not
flap.
The state after a date depends on the state before and on what was seen that day, and seeing the same day twice
changes nothing; dates may lie any number of days apart.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

OPENED, RAISED, LOWERED, CLOSED = "alert_opened", "alert_raised", "alert_lowered", "alert_closed"
DIGITS = 12


@dataclass(frozen=True)
class Level:
    """One level: the drop from which it is reached, the role that is told, and within how many days of it."""

    name: str
    reached_at: float
    told: str
    within_days: int


@dataclass(frozen=True)
class Terms:
    """When alerts come and go: ``levels`` from the lowest to the highest.

    An episode of a customer that nobody has seen (was asked about) for ``forget_days`` ends.
    """

    levels: tuple[Level, ...]
    margin: float = 0.05
    hold_days: int = 45
    forget_days: int = 90

    def asked_for(self, drop: float, slack: float = 0.0) -> int:
        """Give the place of the highest level whose drop is reached, less ``slack``; -1: none."""
        return max((i for i, level in enumerate(self.levels) if drop >= level.reached_at - slack), default=-1)

    def place(self, name: str) -> int:
        return [level.name for level in self.levels].index(name)


@dataclass(frozen=True)
class Seen:
    """What was seen of a customer on a date. ``drop`` is a share of ``baseline``, its usual health."""

    drop: float
    health: float
    baseline: float


@dataclass(frozen=True)
class Episode:
    """An open alert. ``seen`` is what was last seen of the customer, on ``seen_on``.

    ``below_on`` is the first of the dates in a row on which the drop did not hold the level (None: it held on the
    last), ``below_level`` the highest level that held on one of them (None: none did).
    """

    alert_id: str
    customer_id: str
    opened_on: date
    level: str
    level_since: date
    seen_on: date
    seen: Seen
    below_on: date | None = None
    below_level: str | None = None


@dataclass(frozen=True)
class Event:
    """What happened to an alert: ``kind`` is OPENED, RAISED, LOWERED or CLOSED; ``level`` is None once closed."""

    kind: str
    at: date
    alert_id: str
    customer_id: str
    level: str | None
    before: str | None


State = Mapping[str, Episode]
"""The open episodes by customer: never two of one."""


def step(state: State, day: date, seen: Mapping[str, Seen], terms: Terms) -> tuple[State, list[Event]]:
    """Give the state after a day and what happened on it, by customer; none goes back or sees a day twice."""
    after: dict[str, Episode] = {}
    events: list[Event] = []
    for customer in sorted({*state, *seen}):
        before, now = state.get(customer), seen.get(customer)
        episode: Episode | None
        if before is not None and day <= before.seen_on:
            episode = before
        elif now is not None:
            episode = _followed(before, customer, day, now, terms)
        else:
            episode = _unseen(before, day, terms)
        if episode is not None:
            after[customer] = episode
        events += _happened(before, episode, day, terms)
    return after, events


def fold(
    days: Sequence[tuple[date, Mapping[str, Seen]]], terms: Terms, state: State | None = None
) -> tuple[State, list[Event]]:
    """Give the state after all ``days``, earliest first, and everything that happened."""
    now: State = {} if state is None else state
    events: list[Event] = []
    for day, seen in days:
        now, happened = step(now, day, seen, terms)
        events += happened
    return now, events


def alert_id(customer: str, opened_on: date) -> str:
    """Name an episode by its customer and first day, the same whenever it is computed."""
    return hashlib.sha256(f"alert {customer} {opened_on.isoformat()}".encode()).hexdigest()[:DIGITS]


def _followed(before: Episode | None, customer: str, day: date, now: Seen, terms: Terms) -> Episode | None:
    asked = terms.asked_for(now.drop)
    if before is None:
        if asked < 0:
            return None
        level = terms.levels[asked].name
        return Episode(alert_id(customer, day), customer, day, level, day, day, now)
    episode = replace(before, seen_on=day, seen=now)
    place = terms.place(before.level)
    if asked > place:
        level = terms.levels[asked].name
        return replace(episode, level=level, level_since=day, below_on=None, below_level=None)
    holds = terms.asked_for(now.drop, terms.margin)
    if holds >= place:
        return replace(episode, below_on=None, below_level=None)
    held = max(holds, -1 if before.below_level is None else terms.place(before.below_level))
    name = None if held < 0 else terms.levels[held].name
    if before.below_on is None or (day - before.below_on).days < terms.hold_days:
        return replace(episode, below_on=before.below_on or day, below_level=name)
    if name is None:
        return None
    return replace(episode, level=name, level_since=day, below_on=None, below_level=None)


def _unseen(before: Episode | None, day: date, terms: Terms) -> Episode | None:
    if before is None or (day - before.seen_on).days > terms.forget_days:
        return None
    return before


def _happened(before: Episode | None, after: Episode | None, day: date, terms: Terms) -> list[Event]:
    if before is None:
        return [] if after is None else [_event(OPENED, day, after, after.level, None)]
    if after is None:
        return [_event(CLOSED, day, before, None, before.level)]
    if after.level == before.level:
        return []
    kind = RAISED if terms.place(after.level) > terms.place(before.level) else LOWERED
    return [_event(kind, day, after, after.level, before.level)]


def _event(kind: str, day: date, episode: Episode, level: str | None, before: str | None) -> Event:
    return Event(kind, day, episode.alert_id, episode.customer_id, level, before)
