"""What one feature alone says of who leaves: its ROC-AUC, with an interval, from several views.

The ROC-AUC is taken within dates: the chance that, of a leaver and a stayer *of the same date*, the leaver has the
larger value; ties count half. So a feature that only follows the calendar gains nothing from months in which many
leave. Above 0.5 more of it goes with leaving, below 0.5 less.

A missing value is neither large nor small. It is left out of the views of the value, and has a view of its own:
whether being unknown goes with leaving. Customers, not rows, are drawn for the interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models.compiled import compiled
from models.intervals import Interval, between, resamples

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Counts = NDArray[np.int32]

VIEWS = ("left", "missing", "going", "gone")
"""The value against leaving, being missing against leaving, and the value against either kind of leaver alone."""
NOTHING = Interval(np.nan, np.nan, np.nan)


def strengths(
    X: pd.DataFrame,
    y: ArrayLike,
    as_of: ArrayLike,
    customers: ArrayLike,
    *,
    gone: ArrayLike | None = None,
    n: int = 500,
    seed: int = 0,
) -> dict[str, dict[str, Interval]]:
    """Each feature's ROC-AUC in each of VIEWS.

    ``gone`` tells of each row whether the customer had bought for the last time; without it the views "going" and
    "gone" are open (NaN), as every view is that has no leavers, no stayers or no values to compare.
    """
    kind = np.asarray(y, dtype=np.int64).copy()
    apart = gone is not None
    if gone is not None:
        kind[(kind == 1) & np.asarray(gone, dtype=bool)] = 2
    place = pd.factorize(np.asarray(as_of), sort=True)[0].astype(np.int64)
    who, names = pd.factorize(np.asarray(customers), sort=True)
    weights = _weights(names, n, seed)
    told = {}
    for name in X.columns:
        values = X[name].to_numpy(np.float64)
        known = ~np.isnan(values)
        value = _views(values[known], kind[known], place[known], who[known], weights)
        unknown = (NOTHING,) * 3
        if known.any() and not known.all():
            unknown = _views((~known).astype(np.float64), kind, place, who, weights)
        told[str(name)] = {
            "left": value[0],
            "missing": unknown[0],
            "going": value[1] if apart else NOTHING,
            "gone": value[2] if apart else NOTHING,
        }
    return told


def _weights(names: ArrayLike, n: int, seed: int) -> Counts:
    """One row a customer; the first column is the data as they are, each other how often it was drawn."""
    drawn = np.concatenate(list(resamples(names, n, seed)))
    return np.ascontiguousarray(np.vstack([np.ones(drawn.shape[1]), drawn]).T.astype(np.int32))


def _views(
    values: Floats, kind: Ints, place: Ints, who: Ints, weights: Counts
) -> tuple[Interval, Interval, Interval]:
    """Leavers of either kind together, those of kind 1, those of kind 2."""
    order = np.lexsort((values, place))
    won, pairs = _pairs(values[order], place[order], kind[order], who[order].astype(np.int64), weights)
    return tuple(  # type: ignore[return-value]
        _interval(a, b)
        for a, b in ((won.sum(axis=0), pairs.sum(axis=0)), (won[0], pairs[0]), (won[1], pairs[1]))
    )


def _interval(won: Floats, pairs: Floats) -> Interval:
    auc = np.divide(won, pairs, out=np.full(len(won), np.nan), where=pairs > 0)
    return between(float(auc[0]), [auc[1:]])


def _loop(values: Floats, place: Ints, kind: Ints, who: Ints, weights: Counts) -> tuple[Floats, Floats]:
    """Pairs of leaver and stayer that the leaver wins, and all pairs, by kind of leaver and resample.

    Rows are sorted by date, then value. One pass: what came before a row on its date is kept as running sums, whole
    numbers, so the order of the additions changes nothing.
    """
    n, rows = weights.shape[1], len(values)
    won, pairs = np.zeros((2, n)), np.zeros((2, n))
    stayed, left = np.zeros(n, np.int32), np.zeros((2, n), np.int32)
    tied, tied_left = np.zeros(n, np.int32), np.zeros((2, n), np.int32)
    start = 0
    while start < rows:
        end = start + 1
        while end < rows and place[end] == place[start] and values[end] == values[start]:
            end += 1
        if end == start + 1 and kind[start] == 0:
            c = who[start]
            for b in range(n):
                stayed[b] += weights[c, b]
        elif end == start + 1:
            c, k = who[start], kind[start] - 1
            for b in range(n):
                won[k, b] += float(weights[c, b]) * stayed[b]
                left[k, b] += weights[c, b]
        else:
            tied[:] = 0
            tied_left[:] = 0
            for row in range(start, end):
                c, k = who[row], kind[row] - 1
                if k < 0:
                    for b in range(n):
                        tied[b] += weights[c, b]
                else:
                    for b in range(n):
                        tied_left[k, b] += weights[c, b]
            for k in range(2):
                for b in range(n):
                    won[k, b] += tied_left[k, b] * (stayed[b] + 0.5 * tied[b])
                    left[k, b] += tied_left[k, b]
            for b in range(n):
                stayed[b] += tied[b]
        if end == rows or place[end] != place[start]:
            for k in range(2):
                for b in range(n):
                    pairs[k, b] += float(left[k, b]) * stayed[b]
            stayed[:] = 0
            left[:] = 0
        start = end
    return won, pairs


_pairs = compiled(_loop)
