"""The published index of industries and regions as a second measurement of how a market changed.

The mean index over the days of a window is held against that before. The last months of a window are mostly not
published yet: for their days the last month stands that is, brought half way (``KEPT``) back to the median of the
last twelve. What is so guessed makes the variance larger, ``error^2 / c + ((unseen + (1 - KEPT) d) (1 - c))^2``: c is
the share of days that are seen, d by how much (as a logarithm) the last month was off the median.

An industry without an index of everywhere has the median of its regions' changes: a region that is shut is a
matter of the region.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.surroundings import Groups, Told
from features.timespan import Window

Floats = NDArray[np.float64]
KEPT = 0.5


def changes(
    rows: pd.DataFrame | None, groups: Groups, now: Window, back: int, *, error: float, unseen: float
) -> tuple[Told, Told]:
    """Give the log change by industry, and by cell beside its industry, between the window ``now`` and ``back`` days
    earlier.

    ``rows`` are the newest versions known of the table ``market``.
    """
    many, cells = len(groups.words[0]), len(groups.of_industry)
    if rows is None or "index" not in rows or rows["index"].isna().all():
        return _nothing(many), _nothing(cells)
    rows = rows[rows["index"].gt(0)]
    region = rows["region"].astype(object) if "region" in rows else pd.Series(None, rows.index, dtype=object)
    named = pd.MultiIndex.from_arrays([rows["industry"].astype(object), region.where(region.notna(), "")])
    months = rows["month_on"].to_numpy("datetime64[M]").astype(np.int64)
    first = int(months.min())
    series, place = np.unique(named.to_numpy(), return_inverse=True)
    table = np.full((len(series), int(months.max()) - first + 1), np.nan)
    table[place, months - first] = rows["index"].to_numpy(np.float64)
    log, variance = _of_series(table, first, now, back, error, unseen)
    found = {name: number for number, name in enumerate(series)}
    log, variance = np.append(log, np.nan), np.append(variance, np.inf)
    industries, regions = groups.words
    here = [
        found.get((industries[i], regions[r]), -1) if i >= 0 and r >= 0 else -1
        for i, r in zip(groups.of_industry, groups.of_region, strict=True)
    ]
    everywhere = np.array([found.get((name, ""), -1) for name in industries], np.int64)
    cell = Told(log[here], variance[here])
    middle = _middles(cell, groups.of_industry, many)
    has = np.isfinite(log[everywhere])
    industry = Told(
        np.where(has, log[everywhere], middle.log), np.where(has, variance[everywhere], middle.variance)
    )
    own = (
        np.append(industry.log, np.nan)[groups.of_industry],
        np.append(industry.variance, np.inf)[groups.of_industry],
    )
    return industry, Told(cell.log - own[0], cell.variance + own[1])


def _of_series(
    table: Floats, first: int, now: Window, back: int, error: float, unseen: float
) -> tuple[Floats, Floats]:
    after, before = (_days(table, first, window) for window in (now, now.ago(back)))
    whole, seen = np.isfinite(before).all(axis=1), np.isfinite(after)
    share = seen.mean(axis=1)
    usual, off = _standing(table)
    carried = usual * np.exp(KEPT * off)
    there = whole & (share > 0)
    level = np.where(seen, after, carried[:, None]).mean(axis=1)
    log = np.log(np.where(there, level, 1.0) / np.where(there, before.mean(axis=1), 1.0))
    guess = (unseen + (1 - KEPT) * np.abs(off)) * (1 - share)
    variance = error**2 / np.where(there, share, 1.0) + guess**2
    return np.where(there, log, np.nan), np.where(there, variance, np.inf)


def _standing(table: Floats) -> tuple[Floats, Floats]:
    """Give of each series the median of its last twelve published months, and ln of the last of them over it."""
    usual, off = np.full(len(table), np.nan), np.zeros(len(table))
    for number, series in enumerate(table):
        known = series[np.isfinite(series)][-12:]
        if len(known):
            usual[number] = np.median(known)
            off[number] = np.log(known[-1] / usual[number])
    return usual, off


def _days(table: Floats, first: int, window: Window) -> Floats:
    """Give the index of each day of a window by series, NaN where its month is not published."""
    days = np.arange(window.until - window.days + 1, window.until + 1).astype("datetime64[D]")
    month = days.astype("datetime64[M]").astype(np.int64) - first
    there = (month >= 0) & (month < table.shape[1])
    return np.where(there, table[:, np.clip(month, 0, table.shape[1] - 1)], np.nan)


def _middles(cell: Told, of: NDArray[np.int64], many: int) -> Told:
    """Give the median of each industry's regions."""
    log, variance = np.full(many, np.nan), np.full(many, np.inf)
    for industry in range(many):
        mine = (of == industry) & np.isfinite(cell.log)
        if mine.any():
            log[industry], variance[industry] = np.median(cell.log[mine]), np.median(cell.variance[mine])
    return Told(log, variance)


def _nothing(many: int) -> Told:
    return Told(np.full(many, np.nan), np.full(many, np.inf))
