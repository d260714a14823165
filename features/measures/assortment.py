"""Measures of texts: which products, product lines, people and roles, and which are new, lost or cooling."""

from dataclasses import dataclass
from typing import ClassVar

from features.kernels import codes, medians
from features.measures.base import ZERO, Plain, ratio
from features.measures.values import Count
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class TopShare(Plain):
    """Share of events that the most frequent text of `of` has, among the events where it is known."""

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return codes.top_share(*rows.codes(self.of), rows.low, rows.high)


@dataclass(frozen=True)
class Concentration(Plain):
    """Herfindahl index: sum of the squared shares that the texts of `of` have in the money `by`.

    The money is summed for each known text; texts whose sum is 0 or below do not count, neither in the shares nor
    in what they are shares of. 1 is a single text, 1 / n are n equal ones. Unknown where no text counts.
    """

    of: str
    by: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.of, self.by)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return codes.concentration(*rows.codes(self.of), rows.whole(self.by), rows.low, rows.high)


@dataclass(frozen=True)
class Lost(Plain):
    """Number of different known texts of `of` in the window before, `(as_of - 2w, as_of - w]`, and not in this."""

    of: str
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        (column, count), before = rows.codes(self.of), rows.before()
        return rows.cached(
            ("lost", self.of),
            lambda: codes.missing(column, count, before.low, before.high, rows.low, rows.high),
        )


@dataclass(frozen=True)
class Gained(Plain):
    """Number of different known texts of `of` in this window and not in that before, `(as_of - 2w, as_of - w]`."""

    of: str
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.before()
        return codes.missing(*rows.codes(self.of), rows.low, rows.high, before.low, before.high)


@dataclass(frozen=True)
class Kept(Plain):
    """Share of the different known texts of `of` of the window before, `(as_of - 2w, as_of - w]`, in this.

    Unknown where the window before has none.
    """

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        had = Count(self.of).over(rows.before(), ())
        return ratio(had - Lost(self.of).over(rows, ()), had)


@dataclass(frozen=True)
class First(Plain):
    """Number of different known texts of `of` in the window that no visible event before the window has."""

    of: str
    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.view.window(None, rows.ending + rows.days)
        return codes.missing(*rows.codes(self.of), rows.low, rows.high, before.low, before.high)


@dataclass(frozen=True)
class Cooling(Plain):
    """The text of `of` that cools most, held against all: smallest ratio of a text less the ratio of all.

    The ratio of a text is its number of events in this window over that in the window before,
    `(as_of - 2w, as_of - w]`; the ratio of all is the same for all events with a known text. Only texts with at
    least `least` events in the window before are asked for the smallest; unknown where there is none. 0 is an even
    course, -0.5 says that one text fell to a half while the others stayed.
    """

    of: str
    least: int

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.before()
        return codes.cooling(*rows.codes(self.of), before.low, before.high, rows.low, rows.high, self.least)


@dataclass(frozen=True)
class Settled(Plain):
    """Changes of the text of `of` from one event to the next, in the order of the events.

    Events where it is unknown are passed over. A change belongs to the later of its two events.
    """

    of: str

    def _changes(self, rows: Rows) -> tuple[Values, Values]:
        column, _ = rows.codes(self.of)
        first = rows.view.window(None, rows.ending).low
        return rows.cached(
            ("changes", self.of),
            lambda: codes.changes(column, rows.day, rows.as_of, first, rows.low, rows.high),
        )


@dataclass(frozen=True)
class Changes(Settled):
    """Number of changes in the window; the earlier event of a change may lie before it."""

    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._changes(rows)[0]


@dataclass(frozen=True)
class SinceChange(Settled):
    """Days from the last change in the window to the as-of date; unknown where there is none."""

    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._changes(rows)[1]


@dataclass(frozen=True)
class Trials(Plain):
    """Trials: lines in the window whose `is_trial` is 1, at least `wait` days old (as_of - day >= wait).

    One is without a follow-up if no line in the window on a later day has the same product and an `is_trial` that
    is not 1 (0 or unknown).
    """

    wait: int

    @property
    def needs(self) -> tuple[str, ...]:
        return ("product_id", "is_trial")

    def _trials(self, rows: Rows) -> tuple[Values, Values]:
        code, count = rows.codes("product_id")
        return rows.cached(
            ("trials", self.wait),
            lambda: codes.untried(
                code, count, rows.numbers("is_trial"), rows.day, rows.as_of, rows.low, rows.high, self.wait
            ),
        )


@dataclass(frozen=True)
class TrialsAlone(Trials):
    """Number of trials without a follow-up."""

    empty: ClassVar[str] = ZERO
    whole: ClassVar[bool] = True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        return self._trials(rows)[1]


@dataclass(frozen=True)
class TrialsAloneShare(Trials):
    """Trials without a follow-up over all trials; unknown where there is no trial."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        old, alone = self._trials(rows)
        return ratio(alone, old)


@dataclass(frozen=True)
class PriceChange(Plain):
    """Mean over the window's lines of (unit price / the customer's previous unit price of the same product) - 1.

    Only lines with a known product and a known `unit_price` above 0 take part. The previous price of a line is the
    mean `unit_price` of the lines of its product on the last earlier day that has one, among the days in
    `(as_of - w - reach, as_of]`. Lines without a previous price do not count; unknown where none has one.
    """

    reach: int

    @property
    def needs(self) -> tuple[str, ...]:
        return ("product_id", "unit_price")

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        first = rows.view.window(rows.days + self.reach, rows.ending).low
        return codes.price_change(
            *rows.codes("product_id"), rows.numbers("unit_price"), rows.day, first, rows.low, rows.high
        )


@dataclass(frozen=True)
class AboveMedian(Plain):
    """Share of the money `by` in events whose `of` is above the customer's own median of `of` in the time before.

    The median is that of the known values of `of` over the `reach` days before the window,
    `(as_of - w - reach, as_of - w]`; of an even number, the mean of the two in the middle. The share is of the
    money of the window's events with a known `of`; the others are left out of both its numbers. Unknown with fewer
    than `least` known values before, and where that money is not above 0.
    """

    of: str
    by: str
    reach: int
    least: int

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.of, self.by)

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        before = rows.view.window(self.reach, rows.ending + rows.days)
        return rows.cached(
            self,
            lambda: medians.above_median(
                rows.numbers(self.of),
                rows.whole(self.by),
                before.low,
                before.high,
                rows.low,
                rows.high,
                self.least,
            ),
        )
