"""The names of known companies, kept so that the few that a name on a paper may be of are found at once.

Two names are held against each other where they share a key: four letters at either end of a word of the core or
of the core as a whole. Which keys a name has depends on that name alone, so that a company that becomes known later
can never hide one that was found before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from features.naming.comparing import confidence, measured
from features.naming.reading import Reading, read

ENDS = 4
FAR = 0.55
"""Share of the letters of two cores by which they may differ and still be looked at."""


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
        self._places: dict[str, list[int]] = defaultdict(list)
        told = sorted(set(names), key=lambda known: (known.company, known.name, known.since, known.until))
        for known in told:
            for reading in read(known.name):
                place = len(self._known)
                self._known.append((known, reading))
                for key in set(_keys(reading)):
                    self._places[key].append(place)

    def like(self, name: str) -> list[tuple[Known, float]]:
        """Give the names that ``name`` may be, with the confidence in each, a company's name once."""
        found: dict[Known, float] = {}
        for paper in read(name):
            places: set[int] = set()
            for key in set(_keys(paper)):
                places.update(self._places.get(key, ()))
            for place in sorted(places):
                known, reading = self._known[place]
                if _near(paper, reading):
                    sure = confidence(measured(paper, reading))
                    if sure > found.get(known, 0.0):
                        found[known] = sure
        return sorted(found.items(), key=lambda item: (-item[1], item[0].company, item[0].name))


def _near(paper: Reading, known: Reading) -> bool:
    """Say whether two readings are worth a closer look."""
    if paper.is_bare or known.is_bare:
        return paper.is_bare == known.is_bare and bool(paper.flat)
    one, other = paper.joined, known.joined
    if one in other or other in one:
        return True
    most = int(FAR * max(len(one), len(other)))
    return bool(OSA.distance(one, other, score_cutoff=most) <= most) or len(
        set(paper.core) & set(known.core)
    ) * 2 >= len(known.core)


def _keys(reading: Reading) -> Iterator[str]:
    if reading.is_bare:
        yield "=" + "+".join([*sorted(reading.trades), *sorted(reading.places)])
        return
    words: Sequence[str] = reading.core
    for word in {*words, reading.joined}:
        if len(word) >= 3 or len(words) == 1:
            yield word[:ENDS]
            yield "." + word[-ENDS:]
