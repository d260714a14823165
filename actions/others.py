"""A number against those of the others: how far from their middle, in their own spread.

"The others" are all rows of the same group but the row itself, so that a number never moves what it is held
against: a worse number is never read as better.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FEWEST = 20
"""Others of the same group whose number is known; with fewer, everybody is asked."""
NORMAL = ((0.25, 0.75, 1.349), (0.10, 0.90, 2.563))
"""Pairs of quantiles, and how many standard deviations of a normal law lie between them."""
ROUNDING = 1e-9
"""Part of the mean square below which a variance is what rounding left."""
ALIKE = 1e-9
"""Spread below which all others are alike, in the unit of the feature."""


class Place(NamedTuple):
    """Where each number stands; arrays are (rows, columns), NaN where it or enough others are unknown.

    ``beyond`` is (number - middle) / spread; ``middle`` the median of the others.
    """

    beyond: Floats
    middle: Floats


def placed(values: Floats, groups: npt.NDArray[Any]) -> Place:
    """Hold each number against those of the other rows of its group, or of all rows where these are too few."""
    beyond, middle = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    rest = np.ones(values.shape, np.bool_)
    names, of = np.unique(groups.astype(str), return_inverse=True)
    for group in range(len(names)):
        mine = np.flatnonzero(of == group)
        enough = np.flatnonzero((~np.isnan(values[mine])).sum(axis=0) > FEWEST)
        at = np.ix_(mine, enough)
        beyond[at], middle[at] = _among(values[at])
        rest[at] = False
    for column in np.flatnonzero(rest.any(axis=0)):
        alone = rest[:, column]
        every = _among(values[:, [column]])
        beyond[alone, column], middle[alone, column] = every.beyond[alone, 0], every.middle[alone, 0]
    return Place(beyond, middle)


def _among(values: Floats) -> Place:
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    first = np.argsort(values, axis=0, kind="stable")  # NaN last
    order = np.take_along_axis(values, first, axis=0)
    rank = np.empty_like(first)
    np.put_along_axis(rank, first, np.arange(len(values))[:, None], axis=0)
    others = np.where(known, count - 1, count)

    def quantile(q: float) -> Floats:
        """The quantile of the others, linear between neighbours: their j-th number skips the row's own place."""
        at = q * np.maximum(others - 1, 0)
        low = np.floor(at).astype(np.int64)
        below, above = (_jth(order, np.minimum(j, np.maximum(others - 1, 0)), rank) for j in (low, low + 1))
        return np.asarray(below + (at - low) * (above - below))

    middle = quantile(0.5)
    spread = np.max([(quantile(high) - quantile(low)) / width for low, high, width in NORMAL], axis=0)
    spread = np.where(spread > ALIKE, spread, _deviation(values, known, others))
    spread = np.where(spread > ALIKE, spread, 1.0)  # all others alike: in the unit itself
    unknown = others < 2
    middle = np.where(unknown, np.nan, middle)
    return Place(np.where(unknown, np.nan, (values - middle) / spread), middle)


def _jth(order: Floats, j: npt.NDArray[np.int64], rank: npt.NDArray[np.int64]) -> Floats:
    if not len(order):
        return order
    return np.asarray(np.take_along_axis(order, np.minimum(j + (j >= rank), len(order) - 1), axis=0))


def _deviation(values: Floats, known: npt.NDArray[np.bool_], others: npt.NDArray[np.int64]) -> Floats:
    """The standard deviation of the others, where their quantiles are all alike (mostly zeros)."""
    x = np.where(known, values, 0.0)
    many = np.maximum(others, 1)
    mean = (x.sum(axis=0) - x) / many
    square = ((x * x).sum(axis=0) - x * x) / many
    variance = square - mean * mean
    return np.sqrt(np.where(variance > ROUNDING * np.maximum(square, ROUNDING), variance, 0.0))
