"""Measures of season: the time of year, and what the same weeks of the past year brought."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from features.measures.base import Plain, ratio
from features.measures.values import Total
from features.sweep import Rows, Values, View


@dataclass(frozen=True)
class YearWave(Plain):
    """Sine or, with `cosine`, cosine of the as-of date's place in the year: a season without a jump.

    With d the days from 1970-01-01 to the as-of date, the angle is
    2 pi `harmonic` (d mod 365.2425) / 365.2425.
    """

    harmonic: int
    cosine: bool
    empty: ClassVar[str] = "never empty"

    @property
    def shared(self) -> bool:
        return True

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        turn = 2 * np.pi * self.harmonic * (rows.as_of % 365.2425) / 365.2425
        return np.asarray(np.cos(turn) if self.cosine else np.sin(turn), np.float64)


@dataclass(frozen=True)
class SeasonIndex(Plain):
    """What the weeks after this day brought last year of the money `of`, against the year around them.

    The weeks are `(as_of - 365, as_of - 365 + w]`. The year is the 365 days around them,
    `(as_of - 365 - e, as_of - e]` with e = 365 - w - floor((365 - w) / 2) (138 for w = 90). The number is
    (sum over the weeks / w) / (sum over the year / 365): 1 is an ordinary time of the customer's year. Unknown
    where no event is visible on or before the day as_of - 365 - e, and where the sum over the year is not above 0.
    """

    of: str

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        ending = rows.ending + 365 - rows.days - (365 - rows.days) // 2
        weeks = rows.view.window(rows.days, rows.ending + 365 - rows.days)
        year = rows.view.window(365, ending)
        begun = rows.view.window(None, ending + 365)
        upper = Total(self.of).over(weeks, ()) / rows.days
        lower = Total(self.of).over(year, ()) / 365
        known = (begun.high > begun.low) & (lower > 0)
        return ratio(upper, np.where(known, lower, np.nan))
