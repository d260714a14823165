"""Draws of days, moments and values from a seed, as nasty as the contract allows.

Days lie around the as-of dates, most often on the edges of windows, so that a day more or less shows; moments
around midnight, noon and the hours that clocks skip or repeat; amounts and texts are few, so that there are ties.
"""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

# A leap day, the ends of years, and the nights on which clocks change in the EU, in the US and in Chile.
ANCHORS = tuple(
    date.fromisoformat(day)
    for day in (
        "2024-02-29",
        "2023-12-31",
        "2024-12-31",
        "2024-03-31",
        "2024-10-27",
        "2023-11-05",
        "2025-02-28",
        "2024-04-07",
    )
)
EDGES = (0, 1, 30, 60, 90, 120, 150, 180, 270, 360, 365, 455, 540, 545, 550, 730)
TIMES = (
    time(0, 0),
    time(0, 0, 0, 1),
    time(2, 30),
    time(2, 30),
    time(1, 59, 59, 999999),
    time(3, 0),
    time(12, 0),
    time(23, 59, 59),
    time(23, 59, 59, 999999),
)
ODD_TEXTS = ("", "é", "é", "Z", "a", "产品线", "😀", "\uffff", " ")


class Draw:
    """Draws of one company: dates and values from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        first = self.random.choice(ANCHORS)
        steps = self.random.sample((1, 7, 30, 31, 90, 181, 365, 366), 2)
        self.as_of = sorted({first, *(first - timedelta(days=step) for step in steps)})
        self.lively = self.random.random() < 0.5

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day(self, behind: int = 900) -> date:
        """A day up to ``behind`` days before an as-of date, often on an edge, now and then after it."""
        as_of = self.random.choice(self.as_of)
        draw = self.random.random()
        if draw < 0.30:
            days = self.random.choice(EDGES) + self.random.choice((-2, -1, 0, 0, 1))
        elif draw < 0.35:
            days = -self.random.randrange(1, 120)
        else:
            days = self.random.randrange(self.random.choice((behind, 200)))
        return as_of - timedelta(days=days)

    def steady(self) -> list[date]:
        """One day, or a few at about the same distance from each other."""
        first, step = self.day(), self.random.choice((1, 2, 7, 30))
        days = [first + timedelta(days=step * number) for number in range(self.random.randrange(1, 6))]
        return [day + timedelta(days=self.random.choice((0, 0, 0, 1))) for day in days]

    def at(self, day: date) -> datetime:
        if self.chance(0.5):
            return datetime.combine(day, self.random.choice(TIMES))
        return datetime.combine(day, time()) + timedelta(seconds=self.random.randrange(86400))

    def after(self, start: date | datetime, most: int) -> date:
        day = start.date() if isinstance(start, datetime) else start
        return day + timedelta(days=self.random.choice((0, 0, 1, self.random.randrange(most), most)))

    def later(self, start: datetime, most: int) -> datetime:
        """A moment on the day of ``start`` or after it; never before it on the clock."""
        return max(start, self.at(self.after(start, most)))

    def maybe(self, value: Any, share: float = 0.8) -> Any:
        return value if self.chance(share) else None

    def flag(self, share: float = 0.5) -> bool | None:
        value: bool | None = self.maybe(self.chance(share))
        return value

    def money(self) -> float:
        """Often one of few amounts, so that there are ties; now and then 0, tiny or large."""
        draw = self.random.random()
        if draw < 0.4:
            return self.random.choice((10.0, 20.0, 0.1, 0.3, 33.33, 100.0))
        if draw < 0.45:
            return self.random.choice((0.0, 0.01, 999999.99))
        return round(self.random.uniform(0.5, 500), 2)

    def share(self, low: float, high: float) -> float:
        if self.chance(0.4):
            return self.random.choice((low, high, (low + high) / 2))
        return round(self.random.uniform(low, high), self.random.choice((1, 2, 6)))

    def text(self, *usual: str) -> str:
        return self.random.choice(ODD_TEXTS) if self.chance(0.1) else self.random.choice(usual)

    def known(self, happened: date | datetime) -> datetime | None:
        """When a row was known: mostly when it happened, else before it, on its day, soon or long after."""
        if self.chance(0.75):
            return None
        if self.chance(0.3):
            return self.about_an_answer()
        day = happened.date() if isinstance(happened, datetime) else happened
        return self.at(day + timedelta(days=self.random.choice((-40, -1, 0, 0, 1, 5, 30, 200))))

    def about_an_answer(self) -> datetime:
        """A moment on an as-of date or the day after it."""
        return self.at(self.random.choice(self.as_of) + timedelta(days=self.random.choice((0, 1))))

    def withdrawn(self, happened: date | datetime) -> datetime | None:
        if self.chance(0.93):
            return None
        if self.chance(0.3):
            return self.about_an_answer()
        day = happened.date() if isinstance(happened, datetime) else happened
        return self.at(day + timedelta(days=self.random.choice((-3, 0, 1, 10, 100, 300))))
