"""What is usual of a customer itself: the median of a feature over its own past as-of dates in the store.

The store holds what was known on each of its dates, so nothing here knows more than the company did. It ends where
the labels end, some months before the day that is scored: usual is how the customer was then. Fewer than ``LEAST``
dates on which the value was known say nothing of what is usual.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from pipeline import store
from pipeline.paths import Paths

DATES, LEAST = 12, 3
"""The last dates that are looked at, and on how many of them a value must be known."""


@dataclass(frozen=True)
class Past:
    """The as-of dates of the store before a day, and the features that it declares as this code does."""

    paths: Paths
    days: Sequence[date]
    names: frozenset[str]

    def usual(self, customers: Sequence[str], names: Sequence[str], at: np.ndarray) -> np.ndarray:
        """Give the median of each customer's own values of the features ``names[at[row]]``; NaN: not known.

        ``at`` (customers, features told) and the answer have one row a customer. One date is in memory at a time.
        """
        read = [names[i] for i in np.unique(at) if names[i] in self.names]
        if len(self.days) < LEAST or not read:
            return np.full(at.shape, np.nan)
        place = np.full(
            len(names), len(read)
        )  # features that the store does not hold stand behind the others
        place[[names.index(name) for name in read]] = np.arange(len(read))
        values = np.full((len(self.days), *at.shape), np.nan)
        rows = np.arange(len(customers))[:, None]
        for i, day in enumerate(self.days):
            table = store.read(self.paths, day, read).to_pandas().set_index("customer_id")
            then = table.reindex(list(customers))[read].to_numpy(np.float64)
            there = np.column_stack([then, np.full(len(then), np.nan)])
            values[i] = there[rows, place[at]]
        return _median(values)


def _median(values: np.ndarray) -> np.ndarray:
    """The median over the first axis of what is known; NaN where fewer than ``LEAST`` values are."""
    enough = (~np.isnan(values)).sum(axis=0) >= LEAST
    told = np.full(enough.shape, np.nan)
    told[enough] = np.nanmedian(values[:, enough], axis=0)
    return told


def past(paths: Paths, as_of: date, declared: Iterable[Mapping[str, Any]]) -> Past:
    """Give the dates of the store before ``as_of``; none where there is no store."""
    if not paths.catalogue.exists():
        return Past(paths, (), frozenset())
    built = store.catalogue(paths)
    held = {entry["name"]: entry["hash"] for entry in built["features"]}
    same = frozenset(entry["name"] for entry in declared if held.get(entry["name"]) == entry["hash"])
    days = sorted(date.fromisoformat(day) for day in built.get("dates", ()))
    return Past(paths, [day for day in days if day < as_of][-DATES:], same)
