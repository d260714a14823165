"""Measures of money shared out among texts: who has the most of it, who gains, where one's own share falls."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from features.kernels import shares
from features.measures.base import ZERO, Plain, ratio
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class LargestShare(Plain):
    """Largest share that a known text of `of` has in the money `by`.

    The money of a text is the sum over its events; it is a share of the sum over all events of the window, those
    where `of` is unknown among them. 0 where no text is known; unknown where that sum is not above 0.
    """

    of: str
    by: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.of, self.by)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return shares.largest(*rows.codes(self.of), rows.whole(self.by), rows.low, rows.high)


@dataclass(frozen=True)
class Rising(Plain):
    """Largest gain of a known text of `of`: its share of the money `by` in this window less that in the one before.

    A share is the sum over the text's events over the sum over all events of the window, those where `of` is
    unknown among them. Texts of this window are asked; 0 where none gains. Unknown where the sum over all events is
    not above 0 in this window or in the one before, `(as_of - 2w, as_of - w]`.
    """

    of: str
    by: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.of, self.by)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.before()
        return shares.rising(
            *rows.codes(self.of), rows.whole(self.by), before.low, before.high, rows.low, rows.high
        )


@dataclass(frozen=True)
class Fallen(Plain):
    """Fallen texts: known texts of `each` whose share fell by `least` or more against the window before.

    The share of a text is the sum of the money `of` over the sum of the money `by`, both over its events. Asked are
    the texts with a sum of `by` above 0 in this window and in the one before, `(as_of - 2w, as_of - w]`, and a sum
    of `of` above 0 in the one before. Unknown where none can be asked.
    """

    each: str
    of: str
    by: str
    least: float

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.each, self.of, self.by)

    def _fallen(self, rows: Rows) -> tuple[Values, Values]:
        before = rows.before()
        code, count = rows.codes(self.each)
        return rows.cached(
            ("fallen", self.each, self.of, self.by, self.least),
            lambda: shares.fallen(
                code,
                count,
                rows.whole(self.of),
                rows.whole(self.by),
                before.low,
                before.high,
                rows.low,
                rows.high,
                self.least,
            ),
        )


@dataclass(frozen=True)
class FallenCount(Fallen):
    """Number of fallen texts."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        asked, fallen = self._fallen(rows)
        return np.where(asked > 0, fallen, np.nan)


@dataclass(frozen=True)
class FallenShare(Fallen):
    """Fallen texts over all that can be asked."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        asked, fallen = self._fallen(rows)
        return ratio(fallen, asked)


@dataclass(frozen=True)
class Entered(Plain):
    """Entered: a known text of `each` on the day of its first event whose `of` is 0, if it was another's before.

    It was if at least `least` of its events on earlier days have an `of` that is 1. The first event is that of all
    visible ones, whatever the window; events where `of` is unknown are passed over. The window asks on which day
    the text was entered.
    """

    each: str
    of: str
    least: int

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.each, self.of)

    def _entered(self, rows: Rows) -> tuple[Values, Values]:
        code, count = rows.codes(self.each)
        first = rows.view.window(None, rows.ending).low
        return rows.cached(
            ("entered", self.each, self.of, self.least),
            lambda: shares.entered(
                code,
                count,
                rows.numbers(self.of),
                rows.day,
                rows.as_of,
                first,
                rows.low,
                rows.high,
                self.least,
            ),
        )


@dataclass(frozen=True)
class EnteredCount(Entered):
    """Number of texts entered in the window."""

    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._entered(rows)[0]


@dataclass(frozen=True)
class SinceEntered(Entered):
    """Days from the last day in the window on which a text was entered to the as-of date; unknown without one."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._entered(rows)[1]
