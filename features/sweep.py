"""One pass over a stream: what could be seen for each question, the windows over it, the columns behind them.

A question is one customer on one as-of date. A `View` is a stream as all questions could see it; a `Rows` is
one window of it. Measures receive `Rows` and never anything that lies outside. What several measures want of one
window is computed once.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from features.unfold import Events
from features.windows import Visible, visible, within

EVER = 1_000_000
"""Days of a window that has no beginning."""

Values = NDArray[np.float64]
T = TypeVar("T")


class Once:
    """Values by key, each made by the first thread that asks while the others wait for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cells: dict[Hashable, tuple[Lock, list[Any]]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            lock, cell = self._cells.setdefault(key, (Lock(), []))
        with lock:
            if not cell:
                cell.append(make())
        return cast("T", cell[0])


@dataclass(frozen=True)
class Questions:
    """Which customers are asked about on which as-of dates; one row is one feature vector."""

    customer: NDArray[np.int32]
    as_of: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.as_of)


@dataclass(frozen=True)
class View:
    """A stream of events as it could be seen on each question's as-of date."""

    events: Events
    questions: Questions
    _made: Once = field(default_factory=Once, repr=False, compare=False)

    @property
    def seen(self) -> Visible:
        """Give what could be seen, found when first wanted."""
        events, asked = self.events, self.questions
        return self.cached(
            "seen",
            lambda: visible(
                events.start, events.day, events.known, events.until, asked.customer, asked.as_of
            ),
        )

    @property
    def day(self) -> NDArray[np.int32]:
        return self.cached("day", lambda: np.asarray(self._seen(self.events.day), np.int32))

    def column(self, name: str) -> NDArray[np.generic]:
        """Give one value of every event, the copies of late-known ones behind."""
        return self.cached(("column", name), lambda: self._seen(self.events.columns[name]))

    def window(self, days: int | None, ending: int = 0) -> "Rows":
        """Give the rows in ``(as_of - ending - days, as_of - ending]``; ``days`` None is everything before."""
        length = EVER if days is None else days
        return self.cached(("window", length, ending), lambda: self._window(length, ending))

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what ``make`` gives, made once; the key must say everything that it depends on beside this view."""
        return self._made.get(key, make)

    def _window(self, days: int, ending: int) -> "Rows":
        low, high = within(self.day, self.questions.as_of, self.seen.first, self.seen.stop, days, ending)
        return Rows(self, low, high, days, ending)

    def _seen(self, column: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.concatenate([column, column[self.seen.take]]) if len(self.seen.take) else column


@dataclass(frozen=True)
class Rows:
    """The rows of one window, a range ``low[q] : high[q]`` for each question."""

    view: View
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    days: int
    ending: int

    @property
    def as_of(self) -> NDArray[np.int32]:
        """The day on which the window closed, for each question."""
        return self.view.questions.as_of - np.int32(self.ending)

    @property
    def day(self) -> NDArray[np.int32]:
        return self.view.day

    def numbers(self, name: str) -> Values:
        return self.view.cached(("numbers", name), lambda: np.asarray(self.view.column(name), np.float64))

    def whole(self, name: str) -> NDArray[np.int64]:
        return np.asarray(self.view.column(name), np.int64)

    def running(self, name: str) -> NDArray[np.int64]:
        """Give the sum of a whole-number column over all rows before each row, and over all at the end."""

        def make() -> NDArray[np.int64]:
            sums = np.zeros(len(self.day) + 1, np.int64)
            np.cumsum(self.whole(name), out=sums[1:])
            return sums

        return self.view.cached(("running", name), make)

    def running_days(self) -> NDArray[np.int64]:
        """Give how many rows before each row begin a new day, the first row of all among them."""

        def make() -> NDArray[np.int64]:
            day = self.day
            sums = np.zeros(len(day) + 1, np.int64)
            begins = np.ones(len(day), np.bool_)
            begins[1:] = day[1:] != day[:-1]
            np.cumsum(begins, out=sums[1:])
            return sums

        return self.view.cached("running days", make)

    def codes(self, name: str) -> tuple[NDArray[np.int32], int]:
        """Give the codes of a column and how many there can be."""
        column = np.asarray(self.view.column(name), np.int32)
        return column, self.view.cached(("codes", name), lambda: int(column.max(initial=-1)) + 1)

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give what ``make`` gives for this window, made once for all measures that ask with this key."""
        return self.view.cached((key, self.days, self.ending), make)

    def before(self) -> "Rows":
        """Give the window of the same length that closed as this one opened."""
        return self.view.window(self.days, self.ending + self.days)

    def year_before(self) -> "Rows":
        """Give the same window 365 days earlier."""
        return self.view.window(self.days, self.ending + 365)
