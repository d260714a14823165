"""Measures of what is open on the as-of date: tickets not resolved, invoices due and not paid."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from features import kernels
from features.events import Stream
from features.measures import ZERO, Plain
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class Open(Plain):
    """The records opened and not yet closed; ``reopened`` events open them again."""

    closed: Stream
    reopened: Stream | None = None
    empty: ClassVar[str] = ZERO

    @property
    def needs(self) -> tuple[str, ...]:
        return ("record",)

    @property
    def streams(self) -> tuple[Stream, ...]:
        return (self.closed,) if self.reopened is None else (self.closed, self.reopened)

    def _open(self, rows: Rows, others: tuple[View, ...], of: str | None) -> tuple[Values, Values, Values]:
        closed = others[0].window(None)
        reopened = others[1].window(None) if len(others) > 1 else None
        record, records = rows.codes("record")
        none = np.zeros_like(rows.low)
        return kernels.open_now(
            record,
            max([records, closed.codes("record")[1], reopened.codes("record")[1] if reopened else 0]),
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
    """Number of records open on the as-of date."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, None)[0]


@dataclass(frozen=True)
class OpenAge(Open):
    """Days that the oldest open record has been open; 0 where none is."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, None)[2]


@dataclass(frozen=True)
class OpenTotal(Open):
    """Sum of money of the records open on the as-of date."""

    of: str = "amount"

    @property
    def needs(self) -> tuple[str, ...]:
        return ("record", self.of)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._open(rows, others, self.of)[1] / 100
