"""What each feature looked like on each as-of date: missing, constant, range, and how far it moved.

No label is read here. A missing value is a value of its own wherever shares are taken. Two measures of movement:

- PSI, the population stability index: the sum over bins of (p - q) * ln(p / q). The bins end at the deciles of the
  training rows, the missing have a bin of their own, and half a row is added to every bin, so that an empty one is
  no infinity. Up to 0.10 is usually called steady and above 0.25 moved.
- KS, the two-sample Kolmogorov-Smirnov statistic: the largest distance of the two distribution functions of the
  known values, 0 to 1.

Each date is held against the training dates before it, all together, and against the nearest earlier date of the
same calendar month: what comes back every year moves the first figure and not the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import chi2

from models.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BINS = 10
SOFT = 0.5
"""Rows added to every bin of a PSI."""
SURE = 0.99
"""A PSI counts as movement only where two samples of one population would stay below it so often."""


@dataclass(frozen=True)
class Calendar:
    """The as-of dates, in their order. ``training`` tells which are for training; ``year`` is the place of the
    nearest earlier date of the same month, -1 where there is none.
    """

    days: tuple[date, ...]
    training: NDArray[np.bool_]
    year: Ints


def calendar(splits: Mapping[date, str]) -> Calendar:
    """Order the dates and find each its date of comparison."""
    days = tuple(sorted(splits))
    year = [
        max((j for j, other in enumerate(days[:i]) if other.month == day.month), default=-1)
        for i, day in enumerate(days)
    ]
    return Calendar(days, np.array([splits[day] == "train" for day in days]), np.array(year, dtype=np.int64))


def by_date(X: pd.DataFrame, place: Ints, dates: Calendar) -> pd.DataFrame:
    """One row a feature and date, in the order of the columns and dates; ``place`` is the date of each row.

    Columns: ``feature``, ``as_of``, ``rows``, ``missing`` (share), ``distinct`` (known values), ``commonest``
    (value; NaN where missing is the commonest), ``commonest_share``, ``lowest``, ``quarter``, ``middle``,
    ``three_quarters``, ``highest``, ``psi_earlier``, ``ks_earlier``, ``psi_year``, ``ks_year``, ``year_as_of``
    (the date held against) and ``psi_chance`` (what chance alone reaches once in a hundred, against the date of the
    same month or, without one, the earlier dates). NaN where there is nothing to compare with, or nothing known.
    """
    tables = [
        facts(X[name].to_numpy(np.float64), place, dates).assign(feature=str(name)) for name in X.columns
    ]
    whole = pd.concat(tables, ignore_index=True)
    return whole[["feature", *[name for name in whole.columns if name != "feature"]]]


def facts(values: Floats, place: Ints, dates: Calendar) -> pd.DataFrame:
    """The rows of ``by_date`` for one feature."""
    n = len(dates.days)
    known = ~np.isnan(values)
    rows, told = np.bincount(place, minlength=n), np.bincount(place[known], minlength=n)
    order = np.argsort(values[known], kind="stable")
    ordered, where = values[known][order], place[known][order]
    ks, times, value, distinct = _sweep(ordered, where, told, dates.training, dates.year)
    bins = _bins(ordered, where, dates.training, rows - told)
    earlier, year = _moved(bins, dates)
    against = [dates.days[k] if k >= 0 else None for k in dates.year]
    return pd.DataFrame(
        {
            "as_of": pd.to_datetime(list(dates.days)),
            "rows": rows,
            "missing": _share(rows - told, rows),
            "distinct": distinct,
            "commonest": np.where((rows - told > times) | (times == 0), np.nan, value),
            "commonest_share": _share(np.maximum(times, rows - told), rows),
            **_range(ordered, where, told),
            "psi_earlier": earlier[0],
            "ks_earlier": ks[0],
            "psi_year": year[0],
            "ks_year": ks[1],
            "year_as_of": pd.to_datetime(pd.Series(against, dtype=object)),
            "psi_chance": np.where(np.isnan(year[1]), earlier[1], year[1]),
        }
    )


def _loop(
    ordered: Floats, where: Ints, told: Ints, training: NDArray[np.bool_], year: Ints
) -> tuple[Floats, Ints, Floats, Ints]:
    """One pass over the known rows, sorted by value: both KS of each date, and the value that most of its rows had
    (the least of equals), how many, and how many values there were.
    """
    n = len(told)
    ks = np.zeros((2, n))
    times, value, distinct = np.zeros(n, np.int64), np.full(n, np.nan), np.zeros(n, np.int64)
    upto, run = np.zeros(n, np.int64), np.zeros(n, np.int64)
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end] == ordered[start]:
            run[where[end]] += 1
            end += 1
        past, past_told = 0, 0
        for k in range(n):
            if run[k]:
                distinct[k] += 1
                upto[k] += run[k]
                if run[k] > times[k]:
                    times[k], value[k] = run[k], ordered[start]
                run[k] = 0
        for k in range(n):
            if told[k]:
                here = upto[k] / told[k]
                if past_told:
                    ks[0, k] = max(ks[0, k], abs(here - past / past_told))
                j = year[k]
                if j >= 0 and told[j]:
                    ks[1, k] = max(ks[1, k], abs(here - upto[j] / told[j]))
                if training[k]:
                    past += upto[k]
                    past_told += told[k]
        start = end
    past_told = 0
    for k in range(n):
        if not told[k] or not past_told:
            ks[0, k] = np.nan
        if not told[k] or year[k] < 0 or not told[year[k]]:
            ks[1, k] = np.nan
        if training[k]:
            past_told += told[k]
    return ks, times, value, distinct


_sweep = compiled(_loop)


def _range(ordered: Floats, where: Ints, told: Ints) -> dict[str, Floats]:
    """Smallest, quartiles and largest known value on each date, between rows where a quartile falls between."""
    mine = ordered[np.argsort(where, kind="stable")]
    start = np.cumsum(told) - told
    named = {}
    for name, share in zip(
        ("lowest", "quarter", "middle", "three_quarters", "highest"), (0, 0.25, 0.5, 0.75, 1), strict=True
    ):
        at = share * np.maximum(told - 1, 0)
        low = np.floor(at).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(told - 1, 0))
        if not len(mine):
            named[name] = np.full(len(told), np.nan)
            continue
        a, b = mine[np.minimum(start + low, len(mine) - 1)], mine[np.minimum(start + high, len(mine) - 1)]
        named[name] = np.where(told > 0, a + (at - low) * (b - a), np.nan)
    return named


def _bins(ordered: Floats, where: Ints, training: NDArray[np.bool_], missing: Ints) -> Floats:
    """Rows in each bin on each date, the missing last; a bin ends at a decile of the known training rows."""
    trained = ordered[training[where]]
    # Values are sorted, so a decile is a row: no value between two values is made up.
    ends = np.unique(trained[(np.arange(1, BINS) * len(trained)) // BINS]) if len(trained) else np.empty(0)
    bin_ = np.searchsorted(ends, ordered, side="left")
    size = len(ends) + 1
    counts = np.bincount(where * size + bin_, minlength=len(missing) * size).reshape(-1, size)
    return np.column_stack([counts, missing]).astype(np.float64)


def _moved(bins: Floats, dates: Calendar) -> tuple[Floats, Floats]:
    """PSI and the PSI of chance (two rows), against the earlier training dates and against the same month."""
    earlier, year = np.full((2, len(bins)), np.nan), np.full((2, len(bins)), np.nan)
    past = np.zeros_like(bins[0])
    for k, (mine, trained, j) in enumerate(zip(bins, dates.training, dates.year, strict=True)):
        if past.sum() and mine.sum():
            earlier[:, k] = psi(mine, past), chance(mine, past)
        if j >= 0 and bins[j].sum() and mine.sum():
            year[:, k] = psi(mine, bins[j]), chance(mine, bins[j])
        if trained:
            past = past + mine
    return earlier, year


def psi(counts: Sequence[float] | Floats, other: Sequence[float] | Floats) -> float:
    """The population stability index of two lists of bin counts, each bin half a row larger than it is."""
    p, q = np.asarray(counts, np.float64) + SOFT, np.asarray(other, np.float64) + SOFT
    p, q = p / p.sum(), q / q.sum()
    return float(((p - q) * np.log(p / q)).sum())


def chance(counts: Floats, other: Floats) -> float:
    """What the PSI of two samples of one population stays below, 99 times in a hundred.

    For large samples it is chi-squared with a degree of freedom less than there are bins, times 1/n + 1/m
    (Yurdakul 2018).
    """
    used = int(((counts + other) > 0).sum())
    return _certain(max(used - 1, 1)) * float(1 / counts.sum() + 1 / other.sum())


@cache
def _certain(freedom: int) -> float:
    return float(chi2.ppf(SURE, freedom))


def commonest(values: Floats) -> tuple[float, float]:
    """The value that most rows have, missing being one (NaN), and the share of rows that have it."""
    known = values[~np.isnan(values)]
    missing = len(values) - len(known)
    if not len(known):
        return np.nan, 1.0
    told, times = np.unique(known, return_counts=True)
    best = int(times.argmax())
    if missing > times[best]:
        return np.nan, missing / len(values)
    return float(told[best]), float(times[best] / len(values))


def _share(part: Ints, whole: Ints) -> Floats:
    shares: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return shares
