"""What has become of each customer's order rhythm: one of seven names, since when, how fast, how sure.

Each name is a family of shapes of the order rate (``actions.shapes``); each shape has a likelihood
(``actions.likelihood``) on the customer's own clock (``actions.rhythm``), in which season and yearly pauses are
taken out. The confidence is the posterior probability of the name by Bayes' rule. How common each name is, its
prior, is learnt from all customers of the day (expectation maximisation of the mixing weights, Dempster, Laird
and Rubin 1977), starting from the settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions import levels, pauses, stocking, switching
from actions.likelihood import NEVER, Laid, laid, silence_table, unchanged
from actions.pattern_words import told
from actions.rhythm import (
    PAST,
    Orders,
    Season,
    clocked,
    measured,
    noise_of,
    orders,
    regularity,
    season,
    spread_of,
)
from actions.shapes import (
    FLUCTUATING,
    GRADUAL,
    KINDS,
    ONSET_DAYS,
    ONSETS,
    PAUSE,
    QUIET,
    STEADY,
    STEP,
    STOCKING,
    STOP,
    Shapes,
    grid,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Likelihoods = tuple[Floats, Floats, Floats]

CHANGES: Mapping[str, float] = {
    "gradual_decline": 5.0,
    "step_down": 4.0,
    "sudden_stop": 4.0,
    "fluctuating_decline": 4.0,
    "stocking_up": 3.0,
}
"""How common the patterns that are changes are beside each other. Assumed."""
CHUNK = 1000
"""Customers whose clocks are in memory at once."""


@dataclass(frozen=True)
class Settings:
    """What is expected before any order is seen, and where the line is drawn."""

    window_days: int = 548
    """Days of orders that the shapes have to explain."""
    steady: float = 0.80
    """Share of customers that are steady or in a seasonal pause, worth ``weight`` customers beside those of the
    day."""
    changes: Mapping[str, float] = field(default_factory=lambda: dict(CHANGES))
    """How common the other patterns are beside each other."""
    weight: float = 20.0
    least_orders: int = 6
    """Orders in three years below which nothing but steady is said, with at most half the confidence."""
    wobble: float = 0.25
    """Standard deviation of the log of the order rate from month to month, where the records do not tell."""
    value_noise: float = 0.5
    """That of the value of an order, the same."""


@dataclass(frozen=True)
class Usual:
    """What is usual of each customer: orders a day of own time, the gamma shape of its gaps, the same with the
    wobble of its rate in it, the noise of the value of an order; and the tables that go with them."""

    rate: Floats
    shape: Floats
    spread: Floats
    noise: Floats
    table: Floats
    grid: Shapes


def named(purchases: pd.DataFrame, as_of: pd.Timestamp, settings: Settings | None = None) -> pd.DataFrame:
    """Name the rhythm of every customer in ``purchases`` on the evening of ``as_of``.

    Parameters
    ----------
    purchases : customer_id, day, amount (several on a day are one order; what is not above 0 is none), and, where
        there is one, group: customers of a group share a season. What lies after ``as_of`` is not looked at.

    Returns
    -------
    One row a customer, by customer_id: as_of, pattern, onset_on (missing where steady), speed (share of the order
    rate lost per 30 days while it falls, at most 1; NaN where steady), confidence (0 to 1), en, zh.
    """
    settings = settings or Settings()
    as_of = as_of.normalize()
    purchases = purchases[purchases["day"] < as_of + pd.Timedelta(days=1)]
    made = orders(purchases, as_of)
    logs, onset, speed = likelihoods(made, _groups(purchases, made), settings)
    sure = posterior(logs, settings)
    kind = sure.argmax(axis=1)
    rows = np.arange(len(kind))
    few = np.diff(made.begin) < settings.least_orders
    kind = np.where(few, STEADY, kind)
    confidence = sure[rows, kind] * np.where(few, 0.5 * np.diff(made.begin) / settings.least_orders, 1.0)
    quiet = kind == STEADY
    days = np.where(quiet, np.nan, np.round(onset[rows, kind]))
    frame = pd.DataFrame(
        {
            "customer_id": pd.Series(made.customers, dtype="str"),
            "as_of": as_of.as_unit("s"),
            "pattern": pd.Series(np.array(KINDS)[kind], dtype="str"),
            "onset_on": (as_of - pd.to_timedelta(pd.Series(days), unit="D")).astype("datetime64[s]"),
            "speed": np.where(quiet, np.nan, np.clip(speed[rows, kind], 0.0, 1.0)),
            "confidence": np.clip(confidence, 0.0, 1.0),
        }
    )
    return frame.join(told(frame, few, np.diff(made.begin)))


def _groups(purchases: pd.DataFrame, made: Orders) -> list[str]:
    if "group" not in purchases:
        return [""] * len(made.customers)
    first = purchases.drop_duplicates("customer_id").set_index("customer_id")["group"]
    return [str(name) for name in first.reindex(list(made.customers)).fillna("")]


def likelihoods(made: Orders, group: list[str], settings: Settings) -> Likelihoods:
    """(customers, kinds): the log likelihood of each kind, its onset in days back, and its speed."""
    learnt = season(made, group)
    usual = _usual(made, learnt, settings)
    parts = [_chunk(made, learnt, settings, usual, some) for some in _chunks(made)]
    if not parts:
        return np.empty((0, len(KINDS))), np.empty((0, len(KINDS))), np.empty((0, len(KINDS)))
    logs, onset, speed = (np.concatenate(column) for column in zip(*parts, strict=True))
    return logs, onset, speed


def _chunks(made: Orders) -> list[slice]:
    size = len(made.customers)
    return [slice(low, min(low + CHUNK, size)) for low in range(0, size, CHUNK)]


def _usual(made: Orders, learnt: Season, settings: Settings) -> Usual:
    """Measure what is usual of each customer; the cohort stands in where its own orders say little."""
    parts = [measured(made, learnt, some) for some in _chunks(made)]
    if not parts:
        empty = np.empty(0)
        return Usual(empty, empty, empty, empty, silence_table(), grid())
    rate, gaps, owner, uneven, blocks = (np.concatenate(column) for column in zip(*parts, strict=True))
    shape = regularity(gaps, owner, len(rate))
    spread = spread_of(rate, shape, uneven, blocks, settings.wobble)
    return Usual(rate, shape, spread, noise_of(made, settings.value_noise), silence_table(), grid())


def _chunk(made: Orders, learnt: Season, settings: Settings, usual: Usual, some: slice) -> Likelihoods:
    begin = made.begin[some.start : some.stop + 1]
    age, value = made.age[begin[0] : begin[-1]], made.value[begin[0] : begin[-1]]
    begin = begin - begin[0]
    rate, shape, spread, noise = (part[some] for part in (usual.rate, usual.shape, usual.spread, usual.noise))
    daily = learnt.daily(some)
    found = pauses.pauses(age, begin, clocked(daily), rate, shape, usual.table)
    sure, begun, inside = pauses.current(found)
    # The last weeks before a silence say what was usual, however long ago they are.
    size = len(begin) - 1
    who = np.repeat(np.arange(size), np.diff(begin))
    last = np.zeros(size, np.int64)
    some_orders = np.diff(begin) > 0
    last[some_orders] = age[begin[1:][some_orders] - 1]
    recent = age < np.maximum(settings.window_days, last + settings.window_days - 183)[who]

    def explained(chosen: Ints, during: bool) -> Likelihoods:
        mine = recent & np.isin(who, chosen)
        season = pauses.applied(daily, found, during=during)[chosen]
        count = np.bincount(who[mine], minlength=size)[chosen]
        begins = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        uneven, even = (
            laid(begins, age[mine], value[mine], clocked(season), regular[chosen], noise[chosen], usual.table)
            for regular in (spread, shape)
        )
        return _by_kind(uneven, even, season, usual.grid)

    logs, onset, speed = explained(np.arange(size), during=False)
    again = np.flatnonzero(sure > 0)
    if len(again):
        others, then, fast = explained(again, during=True)
        without = logs[again] + np.log1p(-np.minimum(sure[again], 1 - 1e-9))[:, None]
        paused = others + np.log(sure[again])[:, None]
        better = paused > without
        onset[again] = np.where(better, then, onset[again])
        speed[again] = np.where(better, fast, speed[again])
        # Nothing but the pause: while it lasts it has a name of its own.
        in_it = again[inside[again]]
        logs[in_it, PAUSE] = paused[inside[again], STEADY]
        paused[inside[again], STEADY] = NEVER
        kept = logs[again, PAUSE]
        logs[again] = np.logaddexp(without, paused)
        logs[again, PAUSE] = kept
        onset[again, PAUSE], speed[again, PAUSE] = begun[again], 1.0
    return logs, onset, speed


def _by_kind(uneven: Laid, even: Laid, daily: Floats, grid: Shapes) -> Likelihoods:
    """(customers, kinds): log likelihood, onset in days back, speed.

    ``uneven`` orders are as regular as their counts over months are, the wobble of the rate in them; ``even``
    ones as their gaps are. A level that lasts is told by the first, or every wobble would be a change. Whether
    good weeks and bad ones take turns is told by the second, against the best that the others do by it: the
    wobble hides turns.
    """
    logs, onset, speed = _lasting(uneven, grid)
    best = _lasting(even, grid)[0].max(axis=1)
    turning, share = _summed(switching.explained(even))
    logs[:, FLUCTUATING] = np.where(turning > NEVER / 2, logs.max(axis=1) + turning - best, NEVER)
    onset[:, FLUCTUATING] = share @ ONSETS
    speed[:, FLUCTUATING] = _slower(uneven, onset[:, FLUCTUATING])
    # What a season says of the days on which a customer did order: the same for all shapes, not for all seasons.
    who = np.repeat(np.arange(uneven.size), uneven.count)
    logs += np.bincount(who, np.log(daily[who, PAST - 1 - uneven.age]), uneven.size)[:, None]
    return logs, onset, speed


def _lasting(orders: Laid, grid: Shapes) -> Likelihoods:
    """Give the same for all kinds but the two that need more."""
    size = orders.size
    logs = np.full((size, len(KINDS)), NEVER)
    onset, speed = np.full((size, len(KINDS)), np.nan), np.full((size, len(KINDS)), np.nan)
    logs[:, STEADY], logs[:, STOP] = unchanged(orders, ONSET_DAYS)
    logs[:, STOCKING], onset[:, STOCKING] = stocking.explained(orders)
    by_shape = levels.explained(orders, grid)
    for kind in (GRADUAL, STEP):
        mine = grid.kind == kind
        logs[:, kind], share = _summed(by_shape[:, mine])
        onset[:, kind], speed[:, kind] = share @ grid.onset[mine], share @ grid.speed[mine]
    some = orders.count > 0
    onset[some, STOP] = orders.age[orders.begin[1:][some] - 1]
    speed[:, STOP], speed[:, STOCKING] = 1.0, 1 - QUIET
    return logs, onset, speed


def _summed(logs: Floats) -> tuple[Floats, Floats]:
    """Give the log of the sum of the likelihoods of a kind's shapes, and the part of each in it."""
    top = logs.max(axis=1, keepdims=True)
    share = np.exp(logs - top)
    total = share.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], share / total


def _slower(orders: Laid, onset: Floats) -> Floats:
    """Give by how much the orders since the onset fall short of those before, per 30 days."""
    who = np.repeat(np.arange(orders.size), orders.count)
    since = np.clip(onset, 1, PAST - 1).astype(np.int64)
    made = np.bincount(who[orders.age <= since[who]], minlength=orders.size)
    begun = orders.clock[np.arange(orders.size), PAST - 1 - since]
    first = begun.copy()
    some = orders.count > 0
    first[some] = orders.moment[orders.begin[:-1][some]]
    rate = (orders.count - made) / np.maximum(begun - first, 1.0)
    lost = 1 - made / np.maximum(rate * (orders.clock[:, PAST] - begun), 1e-9)
    return np.asarray(np.clip(lost, 0.0, 1.0) * 30 / np.maximum(onset, 30.0))


def posterior(logs: Floats, settings: Settings) -> Floats:
    """Probability of each name.

    The prior of steady is also that of a pause. Learnt is how common a change is of any kind; how they share it
    is told: kinds that are hard to tell apart would starve each other.
    """
    changes = np.array([settings.changes.get(kind, 0.0) for kind in KINDS])
    changes /= changes.sum()
    steady = settings.steady
    told = np.empty_like(logs)
    for _ in range(200):
        weight = changes * (1 - steady)
        weight[[STEADY, PAUSE]] = steady
        with np.errstate(divide="ignore"):
            told = logs + np.log(weight)
        told = np.exp(told - told.max(axis=1, keepdims=True))
        told /= told.sum(axis=1, keepdims=True)
        held = told[:, [STEADY, PAUSE]].sum() + settings.weight * settings.steady
        steady = float(held / (len(logs) + settings.weight))
    return np.asarray(told)
