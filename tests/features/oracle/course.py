"""Measures of the course of the last twelve periods of 30 days: how a decline looks.

Computed in exact fractions, so that a tie is a tie.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from tests.features.oracle.amounts import periods_of
from tests.features.oracle.questions import Question, total

ZERO = Fraction(0)


@dataclass(frozen=True)
class Course:
    """The sums a_1 to a_n, the oldest first."""

    a: list[Fraction]

    @property
    def n(self) -> int:
        return len(self.a)

    @cached_property
    def mean(self) -> Fraction:
        return sum(self.a, ZERO) / self.n

    @cached_property
    def variation(self) -> Fraction:
        """V."""
        return sum(((value - self.mean) ** 2 for value in self.a), ZERO)

    @property
    def flat(self) -> bool:
        return self.variation == 0 or sum(self.a) <= 0

    def sides(self, m: int) -> tuple[Fraction, Fraction]:
        """E, the mean of the m oldest, and L, that of the n - m newest."""
        return sum(self.a[:m], ZERO) / m, sum(self.a[m:], ZERO) / (self.n - m)

    def fall(self, m: int) -> Fraction:
        e, newest = self.sides(m)
        return min(1 - newest / e, Fraction(1)) if e > 0 and newest < e else ZERO

    def fit(self, m: int) -> Fraction:
        e, newest = self.sides(m)
        if self.fall(m) == 0:
            return ZERO
        return Fraction(m * (self.n - m), self.n) * (e - newest) ** 2 / self.variation

    def line(self) -> tuple[Fraction, Fraction]:
        """The share of V that the line explains where it falls, and the fall along it; 0 where it rises."""
        k = [Fraction(number) for number in range(1, self.n + 1)]
        mean_k = sum(k, ZERO) / self.n
        s = sum(((number - mean_k) ** 2 for number in k), ZERO)
        b = sum(((number - mean_k) * value for number, value in zip(k, self.a, strict=True)), ZERO) / s
        if not b < 0:
            return ZERO, ZERO
        c = Fraction(self.n - 1, 2)
        return b**2 * s / self.variation, min(-2 * b * c / (self.mean - b * c), Fraction(1))


def course(q: Question, of: str | None) -> Course | None:
    sums = [Fraction(len(events) if of is None else total(events, of)) for events in periods_of(q, 30, 12)]
    while sums and not sums[0] > 0:
        sums = sums[1:]
    if len(sums) < 6 or len([value for value in sums if value > 0]) < 3:
        return None
    return Course(sums)


def depth(q: Question, of: str | None = None) -> float | None:
    c = course(q, of)
    if c is None:
        return None
    return 0.0 if c.flat else float(c.fall(c.n - 3))


def gradual(q: Question, of: str | None = None) -> float | None:
    c = course(q, of)
    if c is None:
        return None
    if c.flat:
        return 0.0
    share, fall = c.line()
    return float(share * fall)


def step(q: Question, of: str | None = None) -> float | None:
    c = course(q, of)
    if c is None:
        return None
    return 0.0 if c.flat else float(max(c.fit(m) * c.fall(m) for m in range(3, c.n - 2)))


def sudden(q: Question, of: str | None = None) -> float | None:
    c = course(q, of)
    if c is None:
        return None
    return 0.0 if c.flat else float(max(c.fit(m) * c.fall(m) for m in (c.n - 2, c.n - 1)))


def fluctuating(q: Question, of: str | None = None) -> float | None:
    c = course(q, of)
    if c is None:
        return None
    if c.flat:
        return 0.0
    explained = max([c.line()[0]] + [c.fit(m) for m in range(1, c.n)])
    return float((1 - explained) * c.fall(c.n // 2))


def onset(q: Question, of: str | None = None) -> int | None:
    c = course(q, of)
    if c is None or c.flat:
        return None
    scores = {m: c.fit(m) * c.fall(m) for m in range(1, c.n)}
    best = max(scores.values())
    if best == 0:
        return None
    cut = max(m for m, score in scores.items() if score >= best * (1 - Fraction(1, 10**9)))
    return 30 * (c.n - cut)


def falling_periods(q: Question, of: str | None = None) -> int | None:
    c = course(q, of)
    if c is None:
        return None
    number = 0
    for k in range(c.n - 1, 0, -1):
        if not c.a[k] < c.a[k - 1]:
            break
        number += 1
    return number


def periods_below(q: Question, of: str | None = None) -> int | None:
    c = course(q, of)
    if c is None:
        return None
    number = 0
    for k in range(c.n, 3, -1):
        if not 5 * (k - 1) * c.a[k - 1] < 4 * sum(c.a[: k - 1]):
            break
        number += 1
    return number


MEASURES: dict[str, Callable[..., float | None]] = {
    "Depth": depth,
    "FallingPeriods": falling_periods,
    "Fluctuating": fluctuating,
    "Gradual": gradual,
    "Onset": onset,
    "PeriodsBelow": periods_below,
    "Step": step,
    "Sudden": sudden,
}
