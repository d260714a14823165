"""Measures of the gaps between the days with an event."""

from collections.abc import Callable
from itertools import pairwise

from tests.features.oracle.amounts import deviation
from tests.features.oracle.counting import since_last
from tests.features.oracle.questions import Question, ratio


def gaps(q: Question) -> list[int]:
    days = sorted({event["day"] for event in q.events()})
    return [(later - earlier).days for earlier, later in pairwise(days)]


def mean_gap(q: Question) -> float | None:
    found = gaps(q)
    return sum(found) / len(found) if found else None


def last_gap(q: Question) -> int | None:
    found = gaps(q)
    return found[-1] if found else None


def longest_gap(q: Question) -> int | None:
    return max(gaps(q), default=None)


def gap_variation(q: Question) -> float | None:
    return ratio(deviation(gaps(q)), mean_gap(q))


def overdue(q: Question) -> float | None:
    return ratio(since_last(q), mean_gap(q))


def overdue_deviations(q: Question) -> float | None:
    silence, usual, spread = since_last(q), mean_gap(q), deviation(gaps(q))
    if silence is None or usual is None or spread is None:
        return None
    return (silence - usual) / max(1, spread)


MEASURES: dict[str, Callable[..., float | None]] = {
    "GapVariation": gap_variation,
    "LastGap": last_gap,
    "LongestGap": longest_gap,
    "MeanGap": mean_gap,
    "Overdue": overdue,
    "OverdueDeviations": overdue_deviations,
}
