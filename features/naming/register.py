"""The names of known companies, kept so that the few that a name on a paper may be of are found at once.

Two names are held against each other where they share a key: four letters at either end of a word of the core or
of the core as a whole. Which keys a name has depends on that name alone, so that a company that becomes known later
can never hide one that was found before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from zlib import crc32

import numpy as np
from rapidfuzz.distance import OSA

from features.naming import letters
from features.naming.comparing import SLIPS_AT_MOST, TOWN, confidence, measured
from features.naming.reading import Reading, read

ENDS = 4
FAR = 0.4
"""Share of the letters of two cores by which they may differ and still be looked at."""
BITS = 61


@dataclass(frozen=True)
class Known:
    """A name of a company: ``company`` is who bears it, from the day ``since`` to before ``until``."""

    company: str
    name: str
    since: date = date.min
    until: date = date.max


class Register:
    """Names of known companies by their keys."""

    def __init__(self, names: Iterable[Known]) -> None:
        self._known: list[tuple[Known, Reading]] = []
        places: dict[str, list[int]] = defaultdict(list)
        told = sorted(set(names), key=lambda known: (known.company, known.name, known.since, known.until))
        for known in told:
            for reading in read(known.name):
                for key in set(_keys(reading)):
                    places[key].append(len(self._known))
                self._known.append((known, reading))
        self._places = {key: np.array(found, np.int64) for key, found in places.items()}
        self._trades = np.array([_marks(reading.trades) for _, reading in self._known], np.int64)
        self._towns = np.array([_marks(reading.places) for _, reading in self._known], np.int64)
        self._heads = np.array([_head(reading) for _, reading in self._known], np.int64)
        self._sizes = np.array([len(reading.flat) for _, reading in self._known], np.int64)

    def like(self, name: str) -> list[tuple[Known, float]]:
        """Give the names that ``name`` may be, with the confidence in each, a company's name once."""
        found: dict[Known, float] = {}
        for paper in read(name):
            for place in self._candidates(paper):
                known, reading = self._known[place]
                if _near(paper, reading):
                    sure = confidence(measured(paper, reading))
                    if sure > found.get(known, 0.0):
                        found[known] = sure
        return sorted(found.items(), key=lambda item: (-item[1], item[0].company, item[0].name))

    def _candidates(self, paper: Reading) -> list[int]:
        """Give the places of the names that share a key and say no other trade and no other town.

        Those that do are no candidates, unless they begin alike and are so nearly as long that they may be the same
        letters.
        """
        lists = [self._places[key] for key in set(_keys(paper)) if key in self._places]
        if not lists:
            return []
        places = np.unique(np.concatenate(lists))
        other = np.zeros(len(places), np.bool_)
        for own, marks in ((_marks(paper.trades), self._trades), (_marks(paper.places), self._towns)):
            theirs = marks[places]
            other |= (theirs != 0) & (own != 0) & (theirs & own == 0)
        alike = np.abs(self._sizes[places] - len(paper.flat)) <= SLIPS_AT_MOST
        alike &= self._heads[places] == _head(paper)
        kept: list[int] = places[~other | alike].tolist()
        return kept


def _marks(words: Iterable[str]) -> int:
    """Give a set of words as bits; two sets without a common bit have no common word."""
    return reduce(or_, (1 << crc32(word.encode()) % BITS for word in words), 0)


def _head(reading: Reading) -> int:
    return crc32(reading.flat[:ENDS].encode())


def _near(paper: Reading, known: Reading) -> bool:
    """Say whether two readings are worth a closer look."""
    if paper.is_bare or known.is_bare:
        return paper.is_bare == known.is_bare and bool(paper.flat)
    one, other = paper.joined, known.joined
    if one in other or other in one:
        return True
    if bool(paper.han) != bool(known.han) and (one[:ENDS] in other or other[:ENDS] in one):
        return True
    most = int(FAR * max(len(one), len(other)))
    if OSA.distance(one, other, score_cutoff=most) <= most:
        return True
    words = set(known.core)
    return words.issubset(paper.core) or words.issuperset(paper.core)


def _keys(reading: Reading) -> Iterator[str]:
    if reading.is_bare:
        yield "=" + "+".join([*sorted(reading.trades), *sorted(reading.places)])
        return
    words: Sequence[str] = reading.core
    if len(reading.flat) >= 2 * ENDS:
        yield "+" + reading.flat[: 2 * ENDS]
    for word in {*words, reading.joined}:
        if len(word) >= 3 or len(words) == 1:
            yield word[:ENDS]
            yield "." + word[-ENDS:]
    for town in TOWN if len(reading.han) > TOWN[0] + 1 else ():
        yield "".join(letters.syllables(reading.han)[town:])[:ENDS]
