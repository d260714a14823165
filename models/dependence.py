"""How the answer of a model depends on a feature, and on two of them together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

BINS = 10
POINTS = 40
"""Rows at which, and over which, partial dependence is averaged: 40 x 40 questions a curve or pair."""
NOTHING = 1e-20
COLUMNS = ["low", "middle", "high", "rows", "quarter", "median", "three_quarters"]


def dependence(values: ArrayLike, contributions: ArrayLike, bins: int = BINS) -> pd.DataFrame:
    """What a feature contributed, against its value; a row is a bin of about equally many rows.

    ``low``, ``middle`` (the median) and ``high`` are values of the feature, ``quarter``, ``median`` and
    ``three_quarters`` quartiles of its contribution; equal values are never parted, and of few different values
    each is a bin. A last row without a value (NaN) tells of those where the feature is unknown, if there are any.
    """
    x, c = np.asarray(values, np.float64), np.asarray(contributions, np.float64)
    known = ~np.isnan(x)
    told = []
    if known.any():
        different = np.unique(x[known])
        if len(different) > bins:
            cuts = np.quantile(x[known], np.arange(1, bins) / bins, method="inverted_cdf")
            different = np.unique(np.append(cuts, x[known].max()))
        place = np.searchsorted(different, x[known], side="left")
        for bin_ in range(len(different)):
            mine = place == bin_
            told.append(_summary(x[known][mine], c[known][mine]))
    if not known.all():
        told.append(_summary(np.full(1, np.nan), c[~known]))
    return pd.DataFrame(told, columns=COLUMNS)


def _summary(x: Floats, c: Floats) -> list[float]:
    return [x.min(), float(np.median(x)), x.max(), len(c), *np.quantile(c, [0.25, 0.5, 0.75])]


def interactions(
    score: Callable[[pd.DataFrame], Floats],
    X: pd.DataFrame,
    features: Sequence[str],
    *,
    points: int = POINTS,
    seed: int = 0,
) -> pd.DataFrame:
    """How much each pair of ``features`` does together that the two do not do one by one; the strongest first.

    ``strength`` is the root mean square of F_jk - F_j - F_k over rows, in the unit of the score, where F is the
    partial dependence, centred; ``share`` is Friedman's H squared, the same mean square over that of F_jk: the part
    of the pair's joint effect that is interaction, 0 for a sum, NaN where the pair does nothing. (Friedman and
    Popescu, Predictive Learning via Rule Ensembles, Annals of Applied Statistics 2008.) H squared alone ranks pairs
    of weak features high, so the order is that of ``strength``. Rows are a sample of ``points`` rows of ``X``; a
    model without an interaction of the two gets 0, whatever the sample.
    """
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(len(X), size=min(points, len(X)), replace=False))
    sample = X.iloc[drawn]
    alone = {name: _partial(score, sample, [name]) for name in features}
    told = []
    for one, two in combinations(features, 2):
        joint = _partial(score, sample, [one, two])
        rest, whole = _square(joint - alone[one] - alone[two]), _square(joint)
        told.append((one, two, rest**0.5, rest / whole if whole else np.nan))
    frame = pd.DataFrame(told, columns=["first", "second", "strength", "share"])
    return frame.sort_values("strength", ascending=False, kind="stable", ignore_index=True)


def _square(values: Floats) -> float:
    """Mean square; 0 where nothing is left but rounding errors, some 1e-16 of the scores."""
    size = float(np.mean(values**2))
    return size if size > NOTHING else 0.0


def _partial(
    score: Callable[[pd.DataFrame], Floats], sample: pd.DataFrame, features: Sequence[str]
) -> Floats:
    """Partial dependence at each row of the sample: the mean score of all rows, given this row's ``features``."""
    rows = len(sample)
    asked = pd.DataFrame(np.tile(sample.to_numpy(np.float64), (rows, 1)), columns=sample.columns)
    for name in features:
        asked[name] = np.repeat(sample[name].to_numpy(np.float64), rows)
    curve = score(asked).reshape(rows, rows).mean(axis=1)
    return np.asarray(curve - curve.mean())
