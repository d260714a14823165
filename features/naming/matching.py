"""Whose name stands on a record: matched, uncertain or unmatched, on the day the record is known or a later one.

A match uses only the names that were known by its day. Where none of them fits, the days on which other fitting
names became known are tried, the earliest first; the record then counts from that day on. So a company that becomes
known later never takes back an earlier match.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from features.naming.register import Known, Register

CLOSEST = 0.9999
LEAST = 0.02
"""Confidence below which a company is no candidate at all."""


class State(StrEnum):
    """What came of a name."""

    GIVEN = "given"  # the record itself says whose it is
    DECIDED = "decided"  # a person has said so
    MATCHED = "matched"
    UNCERTAIN = "uncertain"
    UNMATCHED = "unmatched"


@dataclass(frozen=True)
class Bounds:
    """From which confidence on a name is matched, and from which on it is uncertain."""

    matched: float = 0.7
    uncertain: float = 0.3


@dataclass(frozen=True)
class Found:
    """The answer for one name on one day: the company that fits best, how sure, and the second best.

    ``confidence`` is a chance; those of all companies together are at most 1, so of two that fit equally well none
    has more than a half. ``on`` is the day from which the answer holds.
    """

    state: State
    company: str | None
    name: str | None
    confidence: float
    second: str | None
    second_name: str | None
    second_confidence: float
    on: date


@dataclass(frozen=True)
class Candidate:
    """A company that a name may be of: the best of its names that were known by a day."""

    company: str
    name: str
    alone: float


def among(candidates: Sequence[Candidate], bounds: Bounds, on: date) -> Found:
    """Weigh the companies that a name may be of against each other and against nobody."""
    odds = [min(one.alone, CLOSEST) / (1 - min(one.alone, CLOSEST)) for one in candidates]
    whole = 1 + sum(odds)
    ranked = sorted(
        zip(odds, candidates, strict=True), key=lambda item: (-item[0], item[1].company, item[1].name)
    )
    best = ranked[0] if ranked else None
    second = ranked[1] if len(ranked) > 1 else None
    sure = best[0] / whole if best else 0.0
    alone = max((one.alone for one in candidates), default=0.0)
    if best and sure >= bounds.matched:
        state = State.MATCHED
    elif best and alone >= bounds.uncertain:
        state = State.UNCERTAIN
    else:
        state = State.UNMATCHED
    return Found(
        state,
        best[1].company if best else None,
        best[1].name if best else None,
        sure,
        second[1].company if second else None,
        second[1].name if second else None,
        second[0] / whole if second else 0.0,
        on,
    )


class Matcher:
    """Answers for names and days, each name compared once."""

    def __init__(self, names: Sequence[Known], bounds: Bounds) -> None:
        self._register, self._bounds = Register(names), bounds
        self._like: dict[str, list[tuple[Known, float]]] = {}
        self._answers: dict[tuple[str, date], Found] = {}

    def found(self, name: str, on: date) -> Found:
        """Give whose name it is on the day, or on the first day after it on which that is certain.

        Where it never is, give what the last of these days says, for a person to look at.
        """
        answer = self._answers.get((name, on))
        if answer is None:
            answer = self._answers[name, on] = self._asked(name, on)
        return answer

    def _asked(self, name: str, on: date) -> Found:
        like = self._like.get(name)
        if like is None:
            like = self._like[name] = [item for item in self._register.like(name) if item[1] >= LEAST]
        days = [on, *sorted({known.since for known, _ in like if known.since > on})]
        for day in days:
            answer = among(_candidates(like, day), self._bounds, day)
            if answer.state is State.MATCHED:
                break
        return answer


def _candidates(like: Sequence[tuple[Known, float]], on: date) -> list[Candidate]:
    """Give the companies known on a day, each by the best fitting of its names."""
    best: dict[str, Candidate] = {}
    for known, alone in like:
        if known.since <= on < known.until and known.company not in best:
            best[known.company] = Candidate(known.company, known.name, alone)
    return list(best.values())
