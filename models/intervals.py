"""How sure is a figure? The bootstrap over customers.

A customer appears on many dates, and its rows are alike: resampling rows would make every interval too
narrow. So customers are drawn, with all their rows. A resample is a weight for every row (how often its
customer was drawn), and a statistic takes a block of resamples at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    from models.metrics import Statistic

    Floats = NDArray[np.float64]

RESAMPLES = 1000
CONFIDENCE = 0.95
BLOCK = 100


class Interval(NamedTuple):
    """A figure and its 95 % percentile interval (Efron 1979); NaN where the data leave it open."""

    value: float
    low: float
    high: float


def bootstrap(
    statistic: Statistic,
    y: ArrayLike,
    p: ArrayLike,
    *,
    groups: ArrayLike,
    n: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """The statistic with its interval; ``groups`` is the customer of each row."""
    return bootstrap_all({"figure": statistic}, y, p, groups=groups, n=n, seed=seed)["figure"]


def bootstrap_all(
    statistics: Mapping[str, Statistic],
    y: ArrayLike,
    p: ArrayLike,
    *,
    groups: ArrayLike,
    n: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Interval]:
    """Many statistics on the same resamples, each with its interval."""
    drawn: dict[str, list[Floats]] = {name: [] for name in statistics}
    for weights in resamples(groups, n, seed):
        for name, statistic in statistics.items():
            drawn[name].append(np.atleast_1d(statistic(y, p, weights)))
    return {name: between(float(statistic(y, p)), drawn[name]) for name, statistic in statistics.items()}


def difference(
    statistic: Statistic,
    y: ArrayLike,
    p: ArrayLike,
    other: ArrayLike,
    *,
    groups: ArrayLike,
    n: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """The statistic of ``p`` minus that of ``other``, both on the same customers of every resample."""
    drawn = [
        np.atleast_1d(np.asarray(statistic(y, p, weights)) - np.asarray(statistic(y, other, weights)))
        for weights in resamples(groups, n, seed)
    ]
    return between(float(statistic(y, p)) - float(statistic(y, other)), drawn)


def resamples(groups: ArrayLike, n: int, seed: int) -> Iterator[Floats]:
    """Blocks of row weights, shape (block, rows), ``n`` resamples in all.

    The same groups, ``n`` and seed draw the same customers, whatever the statistic or the model.
    """
    codes, names = pd.factorize(np.asarray(groups), sort=True)
    customers = len(names)
    if not customers or n < 1:
        raise ValueError(
            f"Found {customers} customers and {n} resamples; a bootstrap needs at least one of each."
        )
    rng = np.random.default_rng(seed)
    for start in range(0, n, BLOCK):
        block = min(BLOCK, n - start)
        drawn = rng.integers(customers, size=(block, customers)) + customers * np.arange(block)[:, None]
        times = np.bincount(drawn.ravel(), minlength=block * customers).reshape(block, customers)
        yield times[:, codes].astype(np.float64)


def between(value: float, drawn: list[Floats]) -> Interval:
    """Resamples that leave the statistic open (no leavers among them) are left out; most of them, and so is
    the interval.
    """
    values = np.concatenate(drawn)
    defined = values[~np.isnan(values)]
    if 2 * len(defined) <= len(values):
        return Interval(value, np.nan, np.nan)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(value, float(low), float(high))
