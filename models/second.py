"""Will a first purchase be followed by a second? For customers that a model of habits cannot be asked about.

A customer that bought on one day only has no rhythm. What is known of it is its age, the days since that purchase,
and what customers before it did at that age. The chance of a second purchase on day a, given none before, is
estimated week of age by week of age,

    h(w) = (second purchases in week w + K * h(w - 1)) / (customer-days at risk in week w + K),

so that a week with few customers keeps to the week before it (h before the first week is that of all ages
together). Then the probability of no second purchase in the horizon ahead of age a is the product of 1 - h over
its days: Kaplan and Meier's estimate with hazards that are constant over a week. It is calibrated on later dates
than it was fitted on by one shift in log-odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

WEEK = 7
STRENGTH = 200.0
"""K: customer-days that the week before is worth."""
LEAST, LEAST_OF_EACH = 50, 5
"""Customers that must have been seen to calibrate on, and how many of them with and without a second purchase."""
DATES, STEP = 6, 30
"""Dates that are calibrated on, and the days between them; the last has its horizon behind it."""
SPREAD = 0.5
"""Of the shift, before anything is seen: a normal law around 0."""
SURE = 1e-6


@dataclass(frozen=True)
class Second:
    """``hazards`` by week of age, the last also for all older; ``shift`` in log-odds.

    ``customers`` were calibrated on, at ``rows`` customers and dates; of the rows the share ``observed`` bought no
    second time within the horizon, and ``mean_p`` was said before the shift.
    """

    horizon: int
    hazards: tuple[float, ...]
    shift: float
    customers: int
    rows: int
    observed: float
    mean_p: float

    def p_none(self, age: ArrayLike) -> Floats:
        """The probability of no second purchase in the horizon ahead; ``age`` in days since the first."""
        return np.asarray(expit(logit(_p_none(self.hazards, age, self.horizon)) + self.shift))

    def told(self) -> dict[str, Any]:
        """What is known of it, for those that read its answers."""
        names = ("horizon", "customers", "rows", "observed", "mean_p", "shift")
        return {name: getattr(self, name) for name in names}


def fit(first: ArrayLike, second: ArrayLike, until: int, horizon: int) -> Second | None:
    """Learn from customers' first and second purchase days, all that were known on day ``until``.

    Days count from any origin; ``second`` is NaN where there was none. None where too little is seen to calibrate.
    """
    began, again = np.asarray(first, np.float64), np.asarray(second, np.float64)
    again = np.where(np.isnan(again), np.inf, again)
    p, y, who = [], [], []
    for date in range(until - horizon, until - horizon - STEP * DATES, -STEP):
        waiting = np.flatnonzero((began <= date) & (again > date))
        if not len(waiting) or not np.any(again <= date):
            continue
        p.append(_p_none(_hazards(began, again, date), date - began[waiting], horizon))
        y.append(again[waiting] > date + horizon)
        who.append(waiting)
    if not p:
        return None
    said, none, group = np.concatenate(p), np.concatenate(y).astype(np.float64), np.concatenate(who)
    people = np.unique(group)
    without = len(np.unique(group[none == 1]))
    if len(people) < LEAST or min(without, len(np.unique(group[none == 0]))) < LEAST_OF_EACH:
        return None
    # A customer that waits on several dates says little more than on one. Weights of its own would not do: those
    # that buy soon wait on fewer.
    worth = len(people) / len(group)
    return Second(
        horizon,
        tuple(_hazards(began, again, until)),
        _shift(said, none, worth),
        len(people),
        len(said),
        float(none.mean()),
        float(said.mean()),
    )


def _hazards(first: Floats, second: Floats, until: float) -> list[float]:
    """The chance of a second purchase a day, by week of age, from what had happened by ``until``."""
    seen = first <= until
    began, again = first[seen], second[seen]
    risk = np.minimum(again, until) - began
    bought = (again - began)[again <= until]
    weeks = max(int(np.ceil(risk.max(initial=1.0) / WEEK)), 1)
    events = np.bincount(((bought - 1) // WEEK).astype(int), minlength=weeks)
    days = np.clip(risk[:, None] - WEEK * np.arange(weeks), 0, WEEK).sum(axis=0)
    hazard = float(events.sum() / max(days.sum(), 1.0))
    told = []
    for count, at_risk in zip(events, days, strict=True):
        hazard = float((count + STRENGTH * hazard) / (at_risk + STRENGTH))
        told.append(hazard)
    return told


def _p_none(hazards: ArrayLike, age: ArrayLike, horizon: int) -> Floats:
    rate = np.asarray(hazards, np.float64)
    ages = np.asarray(age, np.int64)
    days = ages[:, None] + np.arange(horizon)  # the day of age a + 1 lies in week a // 7
    stays = np.log1p(-np.minimum(rate[np.minimum(days // WEEK, len(rate) - 1)], 1 - SURE))
    return np.asarray(np.clip(np.exp(stays.sum(axis=1)), SURE, 1 - SURE))


def _shift(p: Floats, y: Floats, worth: float) -> float:
    """The shift in log-odds at which the mean probability is what was observed, drawn towards 0.

    ``worth`` is how many independent customers a row stands for.
    """
    odds = logit(p)
    return float(brentq(lambda by: worth * np.sum(y - expit(odds + by)) - by / SPREAD**2, -30, 30))
