"""Shares of rows, their changes, sums and medians, with intervals over customers.

A share is the sum of one number a row over the sum of another: alerts that were right over alerts, leavers found
over leavers. Rows of one customer are drawn together (``models.intervals``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.intervals import RESAMPLES, Interval, between, resamples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

OPEN = Interval(np.nan, np.nan, np.nan)


def shares(
    parts: Mapping[str, tuple[ArrayLike, ArrayLike]],
    groups: ArrayLike,
    *,
    n: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Each named (part, whole), both a number a row, as sum of parts over sum of wholes; NaN where that is 0.

    ``groups`` is the customer of each row. All of them share the same resamples.
    """
    customers = np.asarray(groups)
    if not len(customers):
        return dict.fromkeys(parts, OPEN)
    names, code = np.unique(customers, return_inverse=True)
    # A customer's rows are drawn together, so its sums are all that a resample needs.
    part, whole = (
        np.column_stack([np.bincount(code, np.asarray(pair[side], np.float64)) for pair in parts.values()])
        for side in (0, 1)
    )
    value = _over(part.sum(axis=0), whole.sum(axis=0))
    drawn = [_over(weights @ part, weights @ whole) for weights in resamples(names, n, seed)]
    return {
        name: between(float(value[place]), [block[:, place] for block in drawn])
        for place, name in enumerate(parts)
    }


def changes(
    parts: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]],
    groups: ArrayLike,
    *,
    n: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Each named (part then, whole then, part now, whole now): the share now less the share then.

    Both shares are of the same customers in every resample. Otherwise as ``shares``.
    """
    customers = np.asarray(groups)
    if not len(customers):
        return dict.fromkeys(parts, OPEN)
    names, code = np.unique(customers, return_inverse=True)
    then, whole_then, now, whole_now = (
        np.column_stack([np.bincount(code, np.asarray(four[side], np.float64)) for four in parts.values()])
        for side in range(4)
    )

    def change(weights: Floats) -> Floats:
        return _over(weights @ now, weights @ whole_now) - _over(weights @ then, weights @ whole_then)

    value = change(np.ones((1, len(names))))[0]
    drawn = [change(weights) for weights in resamples(names, n, seed)]
    return {
        name: between(float(value[place]), [block[:, place] for block in drawn])
        for place, name in enumerate(parts)
    }


def sums(
    values: Mapping[str, ArrayLike], groups: ArrayLike, *, n: int = RESAMPLES, seed: int = 0
) -> dict[str, Interval]:
    """Each named number a row, summed; all of them share the same resamples."""
    customers = np.asarray(groups)
    if not len(customers):
        return {name: Interval(0.0, np.nan, np.nan) for name in values}
    names, code = np.unique(customers, return_inverse=True)
    of = np.column_stack([np.bincount(code, np.asarray(one, np.float64)) for one in values.values()])
    drawn = [weights @ of for weights in resamples(names, n, seed)]
    return {
        name: between(float(of[:, place].sum()), [block[:, place] for block in drawn])
        for place, name in enumerate(values)
    }


def median(values: ArrayLike, groups: ArrayLike, *, n: int = RESAMPLES, seed: int = 0) -> Interval:
    """The lower median: the smallest value that at least half of the rows do not exceed; NaN without rows."""
    told = np.asarray(values, np.float64)
    if not len(told):
        return OPEN
    order = np.argsort(told, kind="stable")
    sorted_ = told[order]
    drawn = []
    for weights in resamples(np.asarray(groups)[order], n, seed):
        below = np.cumsum(weights, axis=1)
        drawn.append(sorted_[(below < below[:, -1:] / 2).sum(axis=1)])
    return between(float(sorted_[(len(sorted_) - 1) // 2]), drawn)


def _over(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))
