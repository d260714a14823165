"""Measures of how things stand on the as-of date: what is open, overdue, running, renewed."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from features.events import Stream
from features.kernels import medians, records
from features.measures import ZERO, Plain, ratio
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class Open(Plain):
    """Open: a record with an event in the window, and none in `closed` that is visible on the as-of date.

    With `reopened`, a record with a visible event there is open too, whatever `closed` says. Records are told apart
    by their key; the window asks only when the record's own event happened, not when it was closed.
    """

    closed: Stream
    reopened: Stream | None = None
    empty: ClassVar[str] = ZERO

    @property
    def needs(self) -> tuple[str, ...]:
        return ("record",)

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.closed,) if self.reopened is None else (self.closed, self.reopened)

    @property
    def other_needs(self) -> tuple[str, ...]:
        return ("record",)

    def _open(self, rows: Rows, others: tuple[View, ...], of: str | None) -> tuple[Values, Values, Values]:
        told = ("open", self.closed.name, self.reopened and self.reopened.name, of)
        return rows.cached(told, lambda: self._found(rows, others, of))

    def _found(self, rows: Rows, others: tuple[View, ...], of: str | None) -> tuple[Values, Values, Values]:
        closed = others[0].window(None)
        reopened = others[1].window(None) if len(others) > 1 else None
        record, count = rows.codes("record")
        none = np.zeros_like(rows.low)
        return records.open_now(
            record,
            max([count, closed.codes("record")[1], reopened.codes("record")[1] if reopened else 0]),
            np.zeros(len(record), np.int64) if of is None else rows.whole(of),
            rows.day,
            rows.as_of,
            rows.low,
            rows.high,
            closed.codes("record")[0],
            closed.low,
            closed.high,
            reopened.codes("record")[0] if reopened else np.empty(0, np.int32),
            reopened.low if reopened else none,
            reopened.high if reopened else none,
        )


@dataclass(frozen=True)
class OpenCount(Open):
    """Number of open records."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, None)[0]


@dataclass(frozen=True)
class OpenAge(Open):
    """Days from the earliest event of an open record to the as-of date; 0 where none is open."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, None)[2]


@dataclass(frozen=True)
class OpenTotal(Open):
    """Sum of the money `of` of the open records, in whole cents, divided by 100."""

    of: str = "amount"

    @property
    def needs(self) -> tuple[str, ...]:
        return ("record", self.of)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, self.of)[1] / 100


@dataclass(frozen=True)
class Ending(Plain):
    """Contracts by their last day: of the contracts begun in the window, those with ends_on >= as_of.

    `marked` is a stream whose visible events, whenever they happened, mark their record.
    """

    marked: Stream

    @property
    def needs(self) -> tuple[str, ...]:
        return ("record", "ends_on")

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.marked,)

    @property
    def other_needs(self) -> tuple[str, ...]:
        return ("record",)

    def _running(self, rows: Rows, others: tuple[View, ...], within: int) -> tuple[Values, Values]:
        marked = others[0].window(None)
        record, count = rows.codes("record")
        return records.running(
            record,
            max(count, marked.codes("record")[1]),
            rows.numbers("ends_on"),
            rows.as_of,
            rows.low,
            rows.high,
            marked.codes("record")[0],
            marked.low,
            marked.high,
            within,
        )


@dataclass(frozen=True)
class Running(Ending):
    """Number of contracts that run on the as-of date: ends_on is that day or later, and it is not marked."""

    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        running, marked = self._running(rows, others, 1_000_000)
        return running - marked


@dataclass(frozen=True)
class MarkedShare(Ending):
    """Of the contracts with as_of <= ends_on <= as_of + `within`, the share that is marked.

    Unknown where no contract ends so soon.
    """

    within: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        ending, marked = self._running(rows, others, self.within)
        return ratio(marked, ending)


@dataclass(frozen=True)
class Small(Plain):
    """Number of events in the window whose `amount` is below the median `amount` of `usual` in the same window.

    In cents; of an even number, the median is the mean of the two in the middle. 0 where `usual` has no event.
    """

    usual: Stream
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    @property
    def needs(self) -> tuple[str, ...]:
        return ("amount",)

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.usual,)

    @property
    def other_needs(self) -> tuple[str, ...]:
        return ("amount",)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        usual = others[0].window(rows.days, rows.ending)
        return medians.small(
            rows.whole("amount"), rows.low, rows.high, usual.whole("amount"), usual.low, usual.high
        )
