"""Arithmetic over records sorted by customer and day: runs that reach today, and what was usual before.

Everything is told by position in the sorted records; ``who`` is the customer of each, as ascending numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.signals.rule import SHOWN

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SPAN, ZERO = 1 << 19, 1 << 17
"""Days that one customer takes on the line on which all customers lie end to end, and where 1970 lies on it."""


@dataclass(frozen=True)
class Runs:
    """The run of each customer that has one: positions of its first and its last record."""

    first: Ints
    last: Ints

    @property
    def times(self) -> Ints:
        return self.last - self.first + 1

    def among(self, chosen: Flags) -> "Runs":
        return Runs(self.first[chosen], self.last[chosen])


def days(moments: pd.Series) -> Ints:
    """Give whole days since 1970; a missing moment lies far ahead of every day."""
    numbers = moments.to_numpy("datetime64[D]").astype(np.int64)
    return np.where(moments.isna().to_numpy(), SPAN // 2, numbers)


def day_of(as_of: pd.Timestamp) -> int:
    """Give the whole days from 1970 to the day."""
    return int(as_of.to_datetime64().astype("datetime64[D]").astype(np.int64))


def on(numbers: Ints) -> NDArray[np.datetime64]:
    """Turn days since 1970 back into days."""
    return np.asarray(numbers.astype("datetime64[D]").astype("datetime64[s]"))


def month_end(day: int, months: int = 0) -> int:
    """Give the last day of the last month that is over on the evening of a day, or of one some months before."""
    month = np.datetime64(day + 1, "D").astype("datetime64[M]") - months
    return int(month.astype("datetime64[D]").astype(np.int64)) - 1


def firsts(who: Ints) -> Flags:
    """Say which records are the first of their customer."""
    return np.append(True, who[1:] != who[:-1])[: len(who)]


def lasts(who: Ints) -> Ints:
    """Give the position of each customer's last record."""
    return np.flatnonzero(np.append(who[1:] != who[:-1], True)[: len(who)])


def last_runs(who: Ints, holds: Flags) -> Runs:
    """Give for each customer whose last record holds the records that hold without one between that does not."""
    place = np.arange(len(who))
    own = np.maximum.accumulate(np.where(firsts(who), place, 0))
    broken = np.maximum.accumulate(np.where(holds, 0, place + 1))
    last = lasts(who)
    last = last[holds[last]]
    return Runs(np.maximum(own, broken)[last], last)


def usual(
    who: Ints, day: Ints, value: Floats, asked: tuple[Ints, Ints], window: tuple[int, int], least: int
) -> Floats:
    """Give the mean of the customer's own values on days from ``window[0]`` to ``window[1]`` before a day.

    The days that lie exactly ``window[0]`` before do not count, those ``window[1]`` before do. NaN below ``least``
    values; a value that is NaN is none.
    """
    low, high, kept = _between(who, day, ~np.isnan(value), asked, window)
    total = np.append(0.0, np.cumsum(value[kept]))
    count = high - low
    return np.where(count >= least, (total[high] - total[low]) / np.maximum(count, 1), np.nan)


def counted(who: Ints, day: Ints, asked: tuple[Ints, Ints], window: tuple[int, int]) -> Ints:
    """Count the customer's own records in the window before a day, its edges as in ``usual``."""
    low, high, _ = _between(who, day, np.ones(len(who), np.bool_), asked, window)
    return np.asarray(high - low)


def _between(
    who: Ints, day: Ints, kept: Flags, asked: tuple[Ints, Ints], window: tuple[int, int]
) -> tuple[Ints, Ints, Flags]:
    line = (who * SPAN + ZERO + day)[kept]
    low, high = (np.searchsorted(line, asked[0] * SPAN + ZERO + asked[1] - far, "right") for far in window)
    return low, high, kept


def evidence(
    table: str, ids: pd.Series, numbers: Ints, first: Ints, last: Ints
) -> list[list[dict[str, object]]]:
    """Name the records from ``first`` to ``last`` of each run, oldest first; of many the latest."""
    return picked(table, ids, numbers, [np.arange(a, b + 1) for a, b in zip(first, last, strict=True)])


def facts(
    table: str, rows: pd.DataFrame, ids: str, numbers: Ints, runs: Runs, weight: Floats
) -> dict[str, object]:
    """Give what every rule over runs of records tells: a row a run; ``ids`` is the column that names a record."""
    return {
        "customer_id": rows["customer_id"].to_numpy(object)[runs.last],
        "since_on": on(numbers[runs.first]),
        "times": runs.times,
        "weight": weight,
        "evidence": evidence(table, rows[ids], numbers, runs.first, runs.last),
    }


def picked(
    table: str, ids: pd.Series, numbers: Ints, places: Iterable[Ints]
) -> list[list[dict[str, object]]]:
    """Name the records at some positions, one list a row, oldest first; of many the latest."""
    names, dates = ids.to_numpy(object), numbers.astype("datetime64[D]").astype(object)
    return [
        [{"table": table, "record_id": str(names[place]), "on": dates[place]} for place in some]
        for some in (group[np.argsort(numbers[group], kind="stable")][-SHOWN:] for group in places)
    ]


def grouped(who: Ints, chosen: Flags) -> tuple[Ints, list[Ints]]:
    """Give the positions of the chosen records by customer: the last of each customer, and all of each."""
    place = np.flatnonzero(chosen)
    ends = lasts(who[place])
    return place[ends], np.split(place, ends[:-1] + 1) if len(ends) else []


def ages(numbers: Ints, as_of: pd.Timestamp) -> Ints:
    """Give the days from each day to the day asked about; negative for what lies ahead."""
    return day_of(as_of) - numbers
