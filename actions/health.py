"""The health of a customer on a day, 0 to 100, in five dimensions, and how far it has dropped.

Each reading says how many spreads a feature lies on the worse side (``strain``): a part ``OWN`` of it against the
customer's own earlier values (less what those of its peers have moved meanwhile), the rest against its peers on the
day. A strain is kept within ``LEAST`` and ``MOST``. The strains of a dimension add up, by weight and over the root
of the sum of squared weights, and a logistic curve turns the sum s into the health of the dimension:

    health = 100 / (1 + exp(-(TOP - STEEP * s)))

so that nothing unusual is ``USUAL`` (88). The health of the customer is the mean of its dimensions by weight; one
that no record tells of is NaN, and the others' weights are scaled up to 100.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from actions import others
from actions.readings import DIMENSIONS, Reading

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

OWN = 0.4
"""Part of a strain that the customer's own earlier values tell; the others' tell the rest."""
LEAST, MOST = -1.0, 4.0
"""Spreads: a sign that is better than usual makes up for one that is worse no further than this."""
TOP, STEEP = 2.0, 0.8
USUAL = 100 / (1 + float(np.exp(-TOP)))
"""The health of a customer with nothing unusual, 88.1."""
RECENT, LONG = 45, 395
"""Days: what was usual of a customer is read on the dates in (as_of - LONG, as_of - RECENT]."""
FEWEST = 3
"""Dates on which a value must be known for a usual one."""
BORROWED = 3.0
"""Dates of the others' middle health that are added to the customer's own before its baseline is taken."""


@dataclass(frozen=True)
class Course:
    """The features of customers over as-of dates.

    ``values`` are (dates, customers, readings), NaN where unknown or where the customer was not asked about;
    ``groups`` names the peers of each customer.
    """

    days: Days
    customers: npt.NDArray[Any]
    readings: tuple[Reading, ...]
    values: Floats
    groups: npt.NDArray[Any]

    def usual(self, at: int, series: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Give the middle of a series' earlier values, (customers, ...), and on how many dates they are known.

        The middle is NaN where they are known on fewer than ``FEWEST`` dates.
        """
        before = (self.days[at] - self.days).astype("timedelta64[D]").astype(np.int64)
        past = series[(before >= RECENT) & (before < LONG)]
        known = (~np.isnan(past)).sum(axis=0)
        return _middle(past, known), known


def _middle(values: Floats, known: npt.NDArray[np.int64]) -> Floats:
    """The median over the first axis of what is known; NaN where that is fewer than ``FEWEST`` values."""
    if len(values) < FEWEST:
        return np.full(values.shape[1:], np.nan)
    order = np.sort(values, axis=0)  # NaN last
    low, high = np.maximum(known - 1, 0) // 2, known // 2
    both = sum(np.take_along_axis(order, place[None], axis=0)[0] for place in (low, high))
    return np.where(known >= FEWEST, both / 2, np.nan)


class Read(NamedTuple):
    """What was read on one date, arrays (customers, readings): ``strain`` in [LEAST, MOST], positive is worse, NaN
    where unknown; the customer's ``own`` usual value; the middle of its ``peers``."""

    strain: Floats
    own: Floats
    peers: Floats


def read(course: Course, at: int) -> Read:
    """Hold the values of one date against the customer's own earlier ones and against its peers'."""
    now = course.values[at]
    worse = np.array([reading.worse for reading in course.readings], np.float64)
    peers = others.placed(now, course.groups)
    own = course.usual(at, course.values)[0]
    moved = others.placed(now - own, course.groups)
    both = OWN * moved.beyond + (1 - OWN) * peers.beyond
    beyond = np.where(np.isnan(moved.beyond), peers.beyond, both)
    return Read(np.clip(worse * beyond, LEAST, MOST), own, peers.middle)


def _shares(course: Course) -> Floats:
    """Give the part of each reading's strain in the sum of each dimension, (readings, dimensions)."""
    shares = np.zeros((len(course.readings), len(DIMENSIONS)))
    for i, reading in enumerate(course.readings):
        shares[i, DIMENSIONS.index(reading.dimension)] = reading.weight
    return np.asarray(shares / np.maximum(np.sqrt((shares**2).sum(axis=0)), 1e-12))


def dimensions(course: Course, strain: Floats) -> Floats:
    """Give the health of each dimension, (customers, dimensions): NaN where none of its readings is known."""
    shares = _shares(course)
    total = np.nan_to_num(strain) @ shares
    known = (~np.isnan(strain)).astype(np.float64) @ shares > 0
    return np.where(known, _curve(total), np.nan)


def _curve(total: Floats) -> Floats:
    return np.asarray(100 / (1 + np.exp(-(TOP - STEEP * total))))


def weighed(parts: Floats, weights: Mapping[str, float]) -> Floats:
    """Give each row's weight of every dimension: 0 where it is unknown, the others scaled up to a sum of 1."""
    given = np.array([weights[name] for name in DIMENSIONS], np.float64)
    there = np.where(np.isnan(parts), 0.0, given)
    total = there.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(there, total, out=np.full_like(there, np.nan), where=total > 0))


def overall(parts: Floats, weights: Mapping[str, float]) -> Floats:
    """Give the health from that of the dimensions (last axis); NaN where none with a weight is known."""
    return np.asarray((weighed(parts, weights) * np.nan_to_num(parts)).sum(axis=-1))


def points(course: Course, strain: Floats, weights: Mapping[str, float]) -> Floats:
    """Give the points of health that each reading takes (positive) or gives, (customers, readings).

    Those of a customer add up to ``USUAL`` less its health. A dimension's points are divided by strain, each spread
    of it costing alike: the mean slope of the curve between no strain and the customer's.
    """
    shares = _shares(course)
    total = np.nan_to_num(strain) @ shares
    flat = STEEP * USUAL * (1 - USUAL / 100)
    slope = np.divide(USUAL - _curve(total), total, out=np.full_like(total, flat), where=np.abs(total) > 1e-9)
    each = weighed(dimensions(course, strain), weights)
    return np.asarray(np.nan_to_num(strain) * ((slope * each) @ shares.T))


def history(course: Course) -> Floats:
    """Give the health of every dimension on every date, (dates, customers, dimensions)."""
    return np.stack([dimensions(course, read(course, at).strain) for at in range(len(course.days))])


def baselines(course: Course, health: Floats) -> Floats:
    """Give the usual health of each customer before each date, (dates, customers).

    ``health`` is (dates, customers). The middle of the customer's own earlier health and ``BORROWED`` dates of the
    middle of everybody's today, by the number of dates: what few dates say of a customer, the others outvote. NaN
    where the customer has no health on the date.
    """
    told = np.full(health.shape, np.nan)
    for at, now in enumerate(health):
        there = ~np.isnan(now)
        if there.any():
            own, known = course.usual(at, health)
            known = np.where(np.isnan(own), 0, known)
            everybody = float(np.median(now[there]))
            mixed = (np.nan_to_num(own) * known + BORROWED * everybody) / (known + BORROWED)
            told[at] = np.where(there, mixed, np.nan)
    return told


def drops(health: Floats, baseline: Floats) -> Floats:
    """Give the share of its usual health that a customer has lost; negative where it is better."""
    return np.asarray((baseline - health) / baseline)


def told(points_of: Floats, strain: Floats, kept: int) -> Sequence[int]:
    """Give the places of the ``kept`` readings of one customer with the most points, in absolute value."""
    known = np.flatnonzero(~np.isnan(strain))
    order = known[np.argsort(-np.abs(points_of[known]), kind="stable")]
    return [int(place) for place in order[:kept] if points_of[place] != 0]
