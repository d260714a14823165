"""The published index of industries and regions as a second measurement of how a market changed.

The mean index over the days of a window is held against that before. The last months of a window are mostly not
published yet: for their days the last month stands that is, brought half way (``KEPT``) back to the median of the
last twelve. What is so guessed makes the variance larger,

    error^2 / c + ((unseen + b + (1 - KEPT) d) (1 - c))^2

where c is the share of days that are seen, d by how much (as a logarithm) the last month was off the median, and b
is ``BREAK`` where an event (a tariff, a lockdown) is known of the days that are not: then the customers' own orders
say more.

An industry without an index of everywhere has the median of its regions' changes: a region that is shut is a
matter of the region.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.surroundings import Groups, Told
from features.windows import Window

Floats = NDArray[np.float64]
KEPT = 0.5
USUAL, STALE = 24, 4
BREAK = 0.7


def changes(
    rows: pd.DataFrame | None, groups: Groups, now: Window, back: int, *, error: float, unseen: float
) -> tuple[Told, Told]:
    """Give the log change from the window ``back`` days earlier to ``now``, by industry and by cell beside it.

    ``rows`` are the newest versions known of the table ``market``.
    """
    read = _read(rows)
    if read is None:
        return _nothing(len(groups.words[0])), _nothing(len(groups.of_industry))
    return _told(*_of_series(read, now, back, error, unseen), read, groups)


def standing(rows: pd.DataFrame | None, groups: Groups, until: int, *, error: float) -> tuple[Told, Told]:
    """Give by how much the last month published stands off the usual, as logarithms by industry and by cell.

    Usual is the median of the last ``USUAL`` months. An index whose last month is more than ``STALE`` months ago
    says nothing of now. A published index is free of seasons, so this sees a fall whatever was a year ago.
    """
    read = _read(rows)
    if read is None:
        return _nothing(len(groups.words[0])), _nothing(len(groups.of_industry))
    usual, off = _standing(read.table, USUAL)
    month = np.datetime64(until, "D").astype("datetime64[M]").astype(np.int64) - read.first
    newest = np.where(np.isfinite(read.table), np.arange(read.table.shape[1]), -1000).max(axis=1)
    fresh = np.isfinite(usual) & (newest >= month - STALE)
    return _told(np.where(fresh, off, np.nan), np.where(fresh, error**2, np.inf), read, groups)


@dataclass(frozen=True)
class _Read:
    """One row a series, one column a month from ``first`` on (months since 1970-01); ``places`` names the rows."""

    table: Floats
    first: int
    places: Mapping[tuple[str, str], int]
    broken: NDArray[np.int64]
    """The day of the last event of each series, 0 without one."""


def _read(rows: pd.DataFrame | None) -> _Read | None:
    if rows is None or "index" not in rows or not rows["index"].gt(0).any():
        return None
    whole, rows = rows, rows[rows["index"].gt(0)]
    months = rows["month_on"].to_numpy("datetime64[M]").astype(np.int64)
    first = int(months.min())
    series = sorted(set(_names(rows)))
    places = {name: number for number, name in enumerate(series)}
    place = np.array([places[name] for name in _names(rows)], np.int64)
    table = np.full((len(series), int(months.max()) - first + 1), np.nan)
    table[place, months - first] = rows["index"].to_numpy(np.float64)
    broken = np.zeros(len(series), np.int64)
    if "event_on" in whole:
        events = whole[whole["event_on"].notna()]
        days = events["event_on"].to_numpy("datetime64[D]").astype(np.int64)
        for name, day in zip(_names(events), days, strict=True):
            if name in places:
                broken[places[name]] = max(broken[places[name]], day)
    return _Read(table, first, places, broken)


def _names(rows: pd.DataFrame) -> list[tuple[str, str]]:
    region = rows["region"] if "region" in rows else pd.Series(None, rows.index, dtype=object)
    return list(
        zip(rows["industry"].astype(str), region.astype(object).where(region.notna(), ""), strict=True)
    )


def _told(log: Floats, variance: Floats, read: _Read, groups: Groups) -> tuple[Told, Told]:
    """Give what the series say of the industries, and of the cells beside their industries."""
    log, variance = np.append(log, np.nan), np.append(variance, np.inf)
    industries, regions = groups.words
    here = [
        read.places.get((industries[i], regions[r]), -1) if i >= 0 and r >= 0 else -1
        for i, r in zip(groups.of_industry, groups.of_region, strict=True)
    ]
    everywhere = np.array([read.places.get((name, ""), -1) for name in industries], np.int64)
    cell = Told(log[here], variance[here])
    middle = _middles(cell, groups.of_industry, len(industries))
    has = np.isfinite(log[everywhere])
    industry = Told(
        np.where(has, log[everywhere], middle.log), np.where(has, variance[everywhere], middle.variance)
    )
    own, spread = (
        np.append(values, lost)[groups.of_industry]
        for values, lost in ((industry.log, np.nan), (industry.variance, np.inf))
    )
    return industry, Told(cell.log - own, cell.variance + spread)


def _of_series(read: _Read, now: Window, back: int, error: float, unseen: float) -> tuple[Floats, Floats]:
    after, before = (_days(read.table, read.first, window) for window in (now, now.ago(back)))
    whole, seen = np.isfinite(before).all(axis=1), np.isfinite(after)
    share = seen.mean(axis=1)
    usual, off = _standing(read.table, 12)
    carried = usual * np.exp(KEPT * off)
    there = whole & (share > 0)
    level = np.where(seen, after, carried[:, None]).mean(axis=1)
    log = np.log(np.where(there, level, 1.0) / np.where(there, before.mean(axis=1), 1.0))
    last = np.where(seen, np.arange(now.until - now.days + 1, now.until + 1), 0).max(axis=1)
    broke = np.where((read.broken > last) & (read.broken <= now.until), BREAK, 0.0)
    guess = (unseen + broke + (1 - KEPT) * np.abs(off)) * (1 - share)
    variance = error**2 / np.where(there, share, 1.0) + guess**2
    return np.where(there, log, np.nan), np.where(there, variance, np.inf)


def _standing(table: Floats, months: int) -> tuple[Floats, Floats]:
    """Give of each series the median of its last published months, and ln of the last of them over it."""
    usual, off = np.full(len(table), np.nan), np.zeros(len(table))
    for number, series in enumerate(table):
        known = series[np.isfinite(series)][-months:]
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
