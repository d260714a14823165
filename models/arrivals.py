"""Do the records of a source still come, and as many as usual? Judged by their own past.

Days are whole numbers (since 1970) on which the company could know of a record. A source is held against what was
usual of it: the longest silence of two years, and the change from year to year of its past blocks of four weeks.
Four weeks hold every weekday alike; a year is 364 days, for the same reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.notices import LOOK, NOTHING, Notice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

BLOCK = 28
YEAR = 364
GROWTH = 84
"""Days before a block that are held against the same days of the year before it: how the source grows."""
SEEN = 730
LEAST = 4
"""Past blocks below which nothing is said of what is usual."""
WEEKS = 104
"""Weeks that are told."""


@dataclass(frozen=True)
class Limits:
    """``silence`` times the longest silence; ``volume`` times as many, or as few, records as expected, that lie
    ``deviations`` spreads off past blocks too: beyond them a source is worth a look.
    """

    silence: float = 1.5
    volume: float = 1.4
    deviations: float = 5.0


def silence(arrived: Ints, as_of: int, trained: int, limits: Limits) -> tuple[int, float, bool]:
    """Days since the last record, days after which that is unusual, and whether it was so on ``trained``."""
    known = np.unique(arrived[arrived <= as_of])
    limit = _longest(known, trained, limits)
    past = known[known <= trained]
    away = len(past) > 1 and trained - int(past[-1]) > _longest(past, trained, limits)
    return as_of - int(known[-1]), limit, away


def stopped(
    arrived: Ints, as_of: int, learned: int, trained: int, limits: Limits
) -> tuple[int, float] | None:
    """Days since the last record and how many are usual, where a source has fallen silent; None where it has not.

    A record known after ``as_of`` shows that the source goes on: a day of the past may lie in a pause that is over.
    One that was silent already on ``learned``, the last as-of date of the model, is as the model knows it.
    """
    if not (arrived <= as_of).any() or (arrived > as_of).any():
        return None
    since, limit, _ = silence(arrived, as_of, trained, limits)
    away = silence(arrived, as_of, learned, limits)[2]
    return (since, limit) if since > limit and not away else None


def _longest(known: Ints, until: int, limits: Limits) -> float:
    """The limit of silence: the longest of the two years before ``until`` and of what came since, and a margin."""
    gaps = np.diff(known[known > until - SEEN])
    longest = float(gaps.max()) if len(gaps) else float(SEEN)
    return max(limits.silence * longest, longest + 2)


def volume(arrived: Ints, as_of: int) -> tuple[float, float, Floats]:
    """Records of the last four weeks, how many were expected, and log(records / expected) of past blocks.

    Expected is the same block of last year times the growth of the 84 days before; of younger records the mean of
    the three blocks before.
    """
    first = int(arrived.min()) if len(arrived) else as_of
    order = np.sort(arrived)

    def between(begin: int, end: int) -> float:
        return float(np.searchsorted(order, end, side="right") - np.searchsorted(order, begin, side="right"))

    def at(end: int) -> tuple[float, float]:
        mine, begin = between(end - BLOCK, end), end - BLOCK
        if begin - YEAR - GROWTH < first:
            return mine, between(begin - GROWTH, begin) * BLOCK / GROWTH
        growth = (between(begin - GROWTH, begin) + 1) / (between(begin - YEAR - GROWTH, begin - YEAR) + 1)
        return mine, between(begin - YEAR, end - YEAR) * growth

    seasonal = as_of - BLOCK - YEAR - GROWTH >= first
    back = BLOCK + GROWTH + (YEAR if seasonal else 0)
    ends = range(as_of - BLOCK, first + back - 1, -BLOCK)
    past = np.array([_log(*at(end)) for end in ends if end - back >= first])
    return *at(as_of), past


def _log(found: float, expected: float) -> float:
    return float(np.log((found + 0.5) / (expected + 0.5)))


def unusual(value: float, past: Floats, count: float, deviations: float) -> bool:
    """Tell whether ``value`` lies so many spreads off the median of the past; the spread is robust, and at least
    that of ``count`` independent records.
    """
    middle = float(np.median(past)) if len(past) else 0.0
    around = 1.4826 * float(np.median(np.abs(past - middle))) if len(past) else 0.0
    return bool(abs(value - middle) > deviations * max(around, 1 / np.sqrt(max(count, 1.0)), 0.02))


def weekly(arrived: Ints, as_of: int) -> list[int]:
    """Records in each of the last weeks that end with ``as_of``, oldest first."""
    weeks = (as_of - arrived[arrived <= as_of]) // 7
    counts: list[int] = np.bincount(weeks[weeks < WEEKS], minlength=WEEKS)[::-1].tolist()
    return counts


def notice(source: str, arrived: Ints, as_of: int, trained: int, limits: Limits) -> Notice:
    """What is to be said of the records of one source; ``trained`` is the last day that the training knew."""
    arrived = arrived[arrived <= as_of]
    if not len(arrived):
        return Notice("sources", source, LOOK, "Has no record at all.", {"records": 0})
    since, limit, away = silence(arrived, as_of, trained, limits)
    found, expected, past = volume(arrived, as_of)
    value = _log(found, expected)
    figures: dict[str, Any] = {
        "records": len(arrived),
        "silent_days": since,
        "silent_limit": limit,
        "last_28_days": found,
        "expected": expected,
        "weekly": weekly(arrived, as_of),
    }
    days = f"{since:,} days" if since != 1 else "1 day"
    if away and found == 0:
        words = f"No record for {days}; it had stopped before the model was trained."
        return Notice("sources", source, NOTHING, words, figures)
    if since > limit:
        words = f"No record for {days}, where no silence of more than {limit:.0f} was to be expected."
        return Notice("sources", source, LOOK, words, figures)
    words = f"{found:,.0f} records in four weeks, {expected:,.0f} were to be expected."
    odd = len(past) >= LEAST and unusual(value, past, expected, limits.deviations)
    beyond = abs(value) > np.log(limits.volume)
    return Notice("sources", source, LOOK if odd and beyond else NOTHING, words, figures)
