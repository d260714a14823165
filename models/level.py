"""How many leave moves with the season; how they rank does not. The level of a date, beside the map.

A calibration is fitted on dates whose labels are known, and the date that is asked about lies in another season.
What the probabilities of a date are wrong by is one shift in log-odds, and most of it follows from how much the
market will buy in the window ahead against what it bought before:

    x(s) = ln(purchases a day in (s, s + horizon]) - ln(purchases a day in (s - 180, s]).

The shift of a date is taken as a Gaussian process over the dates whose labels are known,

    shift(s) = a + b * x(s) + c * -exp(-(days of records before s) / 180) + season(s) + now(s) + noise,

b near -1.2; c because the customers of young records are the busy ones; ``season`` alike in the same weeks of any
year, ``now`` alike in the same months, noise the sampling of a date's rate and a little more. On the date asked
about it is the mean of the process given the known dates (kriging; Rasmussen and Williams 2006, section 2.7, with
basis functions of known spread). What the market will buy is what it bought in the same weeks of last year, times
the growth since then (the last 180 days against the same days of last year). So nothing is needed but what was
known when the map was made; where the records are too young to hold last year, the shift is 0, and the level that
of the calibration dates. The spreads below were chosen on dates and companies that no test looks at (decision 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from models.calibration import Calibration

    Floats = NDArray[np.float64]

YEAR = 365
BEHIND = 180
"""Days of the window behind, and of those that growth is taken from."""
LEAST_GROWTH, LEAST_DATES = 60, 3
"""Days that this year and last must share, and known dates, before a season is spoken of."""
SLOPE, SLOPE_SPREAD = -1.2, 0.4
LEVEL_SPREAD, AGE_SPREAD, AGE_DAYS = 1.0, 1.0, 180.0
SEASON_SPREAD, SEASON_WIDTH = 0.15, 0.6
NOW_SPREAD, NOW_DAYS = 0.12, 120.0
NOISE = 0.03
SURE = 1e-9


@dataclass(frozen=True)
class Activity:
    """Purchases of all customers on each day from ``first`` (days since 1970) on, as known on the last of them."""

    first: int
    counts: tuple[int, ...]

    @property
    def until(self) -> int:
        """The last day that is counted."""
        return self.first + len(self.counts) - 1

    def growth(self) -> float | None:
        """The last 180 days against the same days a year before; None where fewer than 60 days can be told."""
        days = min(BEHIND, len(self.counts) - YEAR)
        if days < LEAST_GROWTH:
            return None
        counts = np.asarray(self.counts, dtype=np.float64)
        before = counts[len(counts) - YEAR - days : len(counts) - YEAR].sum()
        now = counts[len(counts) - days :].sum()
        return float(now / before) if before > 0 and now > 0 else None

    def ahead(self) -> Floats:
        """The counts, and after them a year as it is expected: each day's of a year before, times the growth."""
        counts = np.asarray(self.counts, dtype=np.float64)
        growth = self.growth()
        return counts if growth is None else np.concatenate([counts, counts[-YEAR:] * growth])


@dataclass(frozen=True)
class Level:
    """What is known of the level: on each of ``days`` (since 1970) the ``shift`` in log-odds that the probabilities
    would have needed, and the sampling ``variance`` of it; and how much the market bought.
    """

    horizon: int
    activity: Activity
    days: tuple[int, ...]
    shifts: tuple[float, ...]
    variances: tuple[float, ...]

    def shift(self, day: int) -> float:
        """The shift in log-odds of the probabilities of ``day``; 0 where last year says nothing about it."""
        if self.activity.growth() is None:
            return 0.0
        counts = self.activity.ahead()
        of_day = _index(counts, day - self.activity.first, self.horizon)
        x = [_index(counts, s - self.activity.first, self.horizon) for s in self.days]
        known = np.array([found is not None for found in x])
        if of_day is None or known.sum() < LEAST_DATES:
            return 0.0
        days = np.append(np.asarray(self.days, np.float64)[known], float(day))
        index = np.append(np.array([found for found in x if found is not None]), of_day)
        likeness = _likeness(days - self.activity.first, index)
        noise = np.asarray(self.variances)[known] + NOISE**2
        apart = np.asarray(self.shifts)[known] - SLOPE * index[:-1]
        weights = np.linalg.solve(likeness[:-1, :-1] + np.diag(noise), apart)
        return float(SLOPE * of_day + likeness[-1, :-1] @ weights)

    def to_json(self) -> dict[str, Any]:
        """A plain object for ``json``; floats survive unchanged."""
        return {
            "horizon": self.horizon,
            "first": self.activity.first,
            "purchases": list(self.activity.counts),
            "days": list(self.days),
            "shifts": list(self.shifts),
            "variances": list(self.variances),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Level:
        """The level that ``to_json`` wrote; lists of different lengths are refused."""
        days, shifts, variances = (tuple(content[name]) for name in ("days", "shifts", "variances"))
        if not len(days) == len(shifts) == len(variances):
            raise ValueError("A level has one shift and one variance for each of its days.")
        activity = Activity(int(content["first"]), tuple(map(int, content["purchases"])))
        return cls(
            int(content["horizon"]),
            activity,
            tuple(map(int, days)),
            tuple(map(float, shifts)),
            tuple(map(float, variances)),
        )


def fit(p: ArrayLike, y: ArrayLike, days: ArrayLike, activity: Activity, horizon: int) -> Level:
    """The level of each date of ``days`` (since 1970, one a row) by its calibrated ``p`` and its labels ``y``.

    Rates are softened by half a leaver and half a stayer, so that a date on which nobody left has a finite shift.
    """
    odds = logit(np.clip(np.asarray(p, np.float64), SURE, 1 - SURE))
    outcome, on = np.asarray(y, np.float64), np.asarray(days, np.int64)
    dates = np.unique(on)
    shifts, variances = [], []
    for day in dates:
        here = odds[on == day]
        rate = (outcome[on == day].sum() + 0.5) / (len(here) + 1)
        shift = float(brentq(_excess, -60, 60, args=(here, rate)))
        q = expit(here + shift)
        shifts.append(shift)
        variances.append(float(1 / (q * (1 - q)).sum()))
    return Level(horizon, activity, tuple(map(int, dates)), tuple(shifts), tuple(variances))


def _excess(by: float, odds: Floats, rate: float) -> float:
    return float(expit(odds + by).mean() - rate)


def _index(counts: Floats, at: int, horizon: int) -> float | None:
    """x of the day at place ``at``; None where a window holds nothing or is not counted to its end."""
    begin = max(at - BEHIND + 1, 0)
    if at - begin + 1 < LEAST_GROWTH or at + horizon >= len(counts):
        return None
    behind, ahead = counts[begin : at + 1], counts[at + 1 : at + 1 + horizon]
    if behind.sum() <= 0 or ahead.sum() <= 0:
        return None
    return float(np.log(ahead.mean()) - np.log(behind.mean()))


def _likeness(age: Floats, index: Floats) -> Floats:
    """How alike the shifts of two dates are, before any is known: the covariance of the process."""
    apart = age[:, None] - age[None, :]
    young = -np.exp(-age / AGE_DAYS)
    season = np.exp(-2 * (np.sin(np.pi * apart / 365.25) / SEASON_WIDTH) ** 2)
    return np.asarray(
        LEVEL_SPREAD**2
        + SLOPE_SPREAD**2 * np.outer(index, index)
        + AGE_SPREAD**2 * np.outer(young, young)
        + SEASON_SPREAD**2 * season
        + NOW_SPREAD**2 * np.exp(-np.abs(apart) / NOW_DAYS)
    )


@dataclass(frozen=True)
class Shifted:
    """A map and a shift ``by`` in log-odds after it; like the map it never falls, and 0 and 1 stay."""

    map: Calibration
    by: float

    def probability(self, score: ArrayLike) -> Floats:
        """The probability after the shift."""
        p, odds = self.map.probability(score), np.exp(self.by)
        return np.asarray(p * odds / (1 - p + p * odds))

    def slope(self, score: ArrayLike) -> Floats:
        """Its derivative in the score."""
        p, odds = self.map.probability(score), np.exp(self.by)
        return np.asarray(self.map.slope(score) * odds / (1 - p + p * odds) ** 2)
