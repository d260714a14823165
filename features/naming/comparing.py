"""How well two names fit: what speaks for one company and against it, and how sure that makes.

The weights are those of a logistic regression on pairs of names of known companies (docs/reference/names.md).
They are numbers of this file, not of a dataset: how well two names fit depends on the two alone.
"""

import math
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from features.naming import letters
from features.naming.forms import agree
from features.naming.reading import Reading, read

LIKE = 0.6
"""Likeness (1 is equal) from which two words may be one that was misspelt."""
LONG = 27
"""Letters of a name from which it may have been cut by a form with too little room."""


class Measures(NamedTuple):
    """What is told of two names; each 0 to 1, and 0 throughout where they are the same."""

    slips: float  # edits within words, a share of the letters of the core
    worst: float  # the same of the word that has the largest share
    syllables: float  # 1 where an edit turns one Mandarin word into another
    missing: float  # share of the known core's letters that the paper lacks
    extra: float  # share of the paper's core that the known name lacks
    swapped: float  # the smaller of the two: another word in the place of one
    trade_other: float  # both say a trade, and none is the same
    trade_missing: float  # the paper lacks a trade
    trade_extra: float  # the paper says one more
    place_other: float  # both say a place, and none is the same
    place_missing: float  # the paper lacks the place
    place_extra: float  # the paper says a place and no branch
    form_other: float  # both say a legal form, and they are two
    form_missing: float  # one of them says none
    short: float  # 1 where the known core has at most four letters, 0 from ten on
    bare: float  # nothing in one of the names tells a company apart
    script: float  # one is in Chinese characters, the other in Latin letters
    cut: float  # the paper's name ends where a form has no more room


WEIGHTS: dict[str, float] = {"": 6.0, **dict.fromkeys(Measures._fields, -4.0)}
"""Log odds of one company: ``""`` where nothing speaks against it, and what each measure takes from it."""


def confidence(measures: Measures) -> float:
    """Give the chance that two names are of one company, if no other company is called so."""
    odds = WEIGHTS[""] + sum(WEIGHTS[name] * value for name, value in measures._asdict().items())
    return 1 / (1 + math.exp(-odds))


@lru_cache(maxsize=65_536)
def fit(paper: str, known: str) -> float:
    """Give the confidence that a name on a paper is of the company that is known by another, from 0 to 1."""
    return max(
        (confidence(measured(one, other)) for one in read(paper) for other in read(known)), default=0.0
    )


def measured(paper: Reading, known: Reading) -> Measures:
    """Hold the reading of a name on a paper against that of a known one."""
    bare = paper.is_bare or known.is_bare
    if bare:
        slips, worst, mandarin, missing, extra = _bare(paper, known)
    elif paper.han and known.han:
        slips, worst, mandarin, missing, extra = _characters(paper.han, known.han)
    else:
        slips, worst, mandarin, missing, extra = _words(paper.core, known.core)
    cut = len(paper.flat) >= LONG and len(known.flat) > len(paper.flat) and not paper.han
    trades = paper.trades & known.trades
    places = paper.places & known.places
    return Measures(
        slips=slips,
        worst=worst,
        syllables=mandarin,
        missing=missing,
        extra=extra,
        swapped=min(missing, extra),
        trade_other=float(bool(paper.trades and known.trades and not trades)),
        trade_missing=_lacking(known.trades, trades),
        trade_extra=_lacking(paper.trades, trades),
        place_other=float(bool(paper.places and known.places and not places)),
        place_missing=float(bool(known.places and not paper.places)),
        place_extra=float(bool(paper.places - known.places and not known.places)),
        form_other=float(bool(paper.form and known.form and not agree(paper.form, known.form))),
        form_missing=float(bool(paper.form) != bool(known.form)),
        short=min(max((10 - len(known.joined)) / 6, 0.0), 1.0) if not (paper.han and known.han) else 0.0,
        bare=float(bare),
        script=float(bool(paper.han) != bool(known.han)),
        cut=float(cut),
    )


def _lacking(said: frozenset[str], shared: frozenset[str]) -> float:
    return (len(said) - len(shared)) / len(said) if said else 0.0


Compared = tuple[float, float, float, float, float]


def _bare(paper: Reading, known: Reading) -> Compared:
    """Names of a place and a trade alone: the whole is held against the whole."""
    one, other = paper.flat, known.flat
    if paper.is_bare and known.is_bare and paper.trades == known.trades and paper.places == known.places:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    size = max(len(one), len(other), 1)
    share = OSA.distance(one, other) / size
    return share, share, 0.0, float(paper.is_bare), float(known.is_bare)


def _characters(paper: str, known: str) -> Compared:
    """Brands in Chinese characters: one character more or less is a word, another one another brand."""
    if paper == known:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    if paper in known or known in paper:
        return (
            0.0,
            0.0,
            0.0,
            max(len(known) - len(paper), 0) / len(known),
            max(len(paper) - len(known), 0) / len(paper),
        )
    share = OSA.distance(paper, known) / max(len(paper), len(known))
    return share, share, 1.0, 0.0, 0.0


@lru_cache(maxsize=262_144)
def _words(paper: tuple[str, ...], known: tuple[str, ...]) -> Compared:
    """Hold words against words, in any order; and all of them written together, for blanks that came or went."""
    one, other = "".join(paper), "".join(known)
    if one == other or sorted(paper) == sorted(known):
        return 0.0, 0.0, 0.0, 0.0, 0.0
    together = OSA.distance(one, other)
    pairs, left, right = _aligned(paper, known)
    edits = sum(away for _, _, away in pairs)
    apart = edits + sum(map(len, left)) + sum(map(len, right))
    blanks = len(paper) != len(known) and together <= 2 < apart
    if blanks:
        share = together / max(len(one), len(other))
        return share, share, _mandarin(one, other, together), 0.0, 0.0
    worst = max((away / max(len(a), len(b)) for a, b, away in pairs if len(a) > 1), default=0.0)
    mandarin = max((_mandarin(a, b, away) for a, b, away in pairs), default=0.0)
    return (
        edits / max(len(one), len(other)),
        worst,
        mandarin,
        sum(map(len, right)) / len(other),
        sum(map(len, left)) / len(one),
    )


def _mandarin(one: str, other: str, away: int) -> float:
    return float(away > 0 and letters.is_pinyin(one) and letters.is_pinyin(other))


def _aligned(
    paper: tuple[str, ...], known: tuple[str, ...]
) -> tuple[list[tuple[str, str, int]], list[str], list[str]]:
    """Pair like words, the likest first; give the pairs with their edits and what is left on either side."""
    likely = []
    for i, one in enumerate(paper):
        for j, other in enumerate(known):
            size = max(len(one), len(other))
            if one == other:
                likely.append((0.0, i, j, 0))
            elif min(len(one), len(other)) == 1 and one[0] == other[0]:
                likely.append((1 - LIKE, i, j, 1))  # an initial
            elif min(len(one), len(other)) > 2:
                away = OSA.distance(one, other)
                if away / size <= 1 - LIKE:
                    likely.append((away / size, i, j, away))
                elif i == len(paper) - 1 and len(one) >= 3 and other.startswith(one):
                    likely.append((1 - LIKE, i, j, 1))  # the last word, cut
    pairs: list[tuple[str, str, int]] = []
    of_paper, of_known = set(range(len(paper))), set(range(len(known)))
    for _, i, j, away in sorted(likely):
        if i in of_paper and j in of_known:
            pairs.append((paper[i], known[j], away))
            of_paper.discard(i)
            of_known.discard(j)
    return pairs, [paper[i] for i in sorted(of_paper)], [known[j] for j in sorted(of_known)]
