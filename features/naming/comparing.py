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
from features.naming.trades import ARMS

LIKE = 0.6
"""Likeness (1 is equal) from which two words may be one that was misspelt."""
LONG = 29
"""Signs of a name from which it may have been cut by a form with too little room."""
TOWN = (2, 3)
"""Characters at the front of a Chinese name that are most likely a place that no list has."""
SLIPS_AT_MOST = 2
"""Edits by which two whole names may differ to be one with other blanks."""
ROOM = 16
"""Letters that must stand on a paper for its name to be taken for one that was cut."""


class Measures(NamedTuple):
    """What is told of two names; each 0 to 1, and 0 throughout where they are the same."""

    slips: float  # edits within words, a share of the letters of the core
    worst: float  # the same of the word that has the largest share
    syllables: float  # 1 where an edit turns one Mandarin word into another
    missing: float  # share of the known core's letters that the paper lacks
    lacks: float  # 1 where a whole word is among them
    extra: float  # share of the paper's core that the known name lacks
    adds: float  # 1 where a whole word is among them
    head: float  # 1 where the first word of the known core is missing
    translated: float  # Chinese characters and a Latin word are left beside each other: one may be the other
    trade_other: float  # both say a trade, and none is the same
    trade_missing: float  # share of the known trades that the paper lacks
    trade_extra: float  # share of the paper's trades that the known name lacks
    place_other: float  # both say a place, and none is the same
    place_missing: float  # the paper lacks the place
    place_extra: float  # the paper says a place and no branch
    form_other: float  # both say a legal form, and they are two
    form_missing: float  # one of them says none
    short: float  # 1 where the known core has at most four letters, 0 from ten on
    bare: float  # nothing in one of the names tells a company apart
    script: float  # one is in Chinese characters, the other in Latin letters
    cut: float  # the paper's name ends where a form has no more room
    differs: float = 0.0  # 1 where anything differs but that one of them says no legal form


NAMES = Measures._fields
SAME = Measures(*[0.0] * len(Measures._fields))
WEIGHTS: dict[str, float] = {
    "": 4.47,
    "slips": -6.71,
    "worst": 0.0,
    "syllables": -1.55,
    "missing": 0.0,
    "lacks": -3.18,
    "extra": 0.0,
    "adds": -3.18,
    "head": -0.88,
    "translated": -4.04,
    "trade_other": -0.50,
    "trade_missing": -3.81,
    "trade_extra": -2.41,
    "place_other": -6.79,
    "place_missing": -0.90,
    "place_extra": -4.18,
    "form_other": -5.11,
    "form_missing": -0.49,
    "short": 0.0,
    "bare": 0.0,
    "script": 0.0,
    "cut": 0.0,
    "differs": -2.23,
}
"""Log odds of one company: ``""`` where nothing speaks against it, and what each measure takes from it."""


def confidence(measures: Measures) -> float:
    """Give the chance that two names are of one company, if no other company is called so."""
    odds = WEIGHTS[""]
    for name, value in zip(NAMES, measures, strict=True):
        if value:
            odds += WEIGHTS[name] * value
    return 1 / (1 + math.exp(-odds))


@lru_cache(maxsize=65_536)
def fit(paper: str, known: str) -> float:
    """Give the confidence that a name on a paper is of the company that is known by another, from 0 to 1."""
    return max(
        (confidence(measured(one, other)) for one in read(paper) for other in read(known)), default=0.0
    )


def measured(paper: Reading, known: Reading) -> Measures:
    """Hold the reading of a name on a paper against that of a known one, part by part or as a whole."""
    if paper.whole == known.whole and paper.han == known.han:
        return SAME._replace(short=_short(known), bare=float(known.is_bare))
    parts = _differing(_parts(paper, known))
    whole = _whole(paper, known)
    if whole is None:
        return parts
    return max(parts, _differing(whole), key=confidence)


def _differing(told: Measures) -> Measures:
    against = told._replace(form_missing=0.0, short=0.0, bare=0.0, script=0.0)
    return told._replace(differs=float(any(against)))


def _parts(paper: Reading, known: Reading) -> Measures:
    bare = paper.is_bare or known.is_bare
    if bare:
        core = _bare(paper, known)
    elif paper.han and known.han:
        core = _characters(paper.han, known.han)
    elif paper.han or known.han:
        core = _scripts(paper, known)
    else:
        core = _words(paper.core, known.core)
    trades = paper.trades & known.trades
    if core.adds and not core.lacks and known.trades and not paper.trades:
        # The word too many may be the trade, abbreviated or in a language that no list has.
        core = core._replace(adds=0.0, extra=0.0, translated=1.0)
        trades = known.trades
    places = paper.places & known.places
    return Measures(
        slips=core.slips,
        worst=core.worst,
        syllables=core.mandarin,
        missing=core.missing,
        lacks=core.lacks,
        extra=core.extra,
        adds=core.adds,
        head=core.head,
        translated=core.translated,
        trade_other=float(bool(paper.trades and known.trades and not trades)),
        trade_missing=_lacking(known.trades, trades),
        trade_extra=_lacking(paper.trades, trades),
        place_other=float(bool(paper.places and known.places and not places)),
        place_missing=max(core.town_missing, float(bool(known.places and not paper.places))),
        place_extra=max(core.town_extra, float(bool(paper.places and not known.places))),
        form_other=_form_other(paper, known),
        form_missing=float(bool(paper.form) != bool(known.form)),
        short=_short(known) if not (paper.han and known.han) else 0.0,
        bare=float(bare),
        script=float(bool(paper.han) != bool(known.han)),
        cut=float(len(paper.flat) >= LONG and len(known.flat) > len(paper.flat) and not paper.han),
    )


def _whole(paper: Reading, known: Reading) -> Measures | None:
    """Hold the whole names against each other: blanks came or went, or a form with too little room cut one off."""
    if paper.han and known.han:
        return None
    told = SAME._replace(short=_short(known), script=float(bool(paper.han) != bool(known.han)))
    if paper.size >= LONG and len(paper.whole) >= ROOM and known.whole.startswith(paper.whole):
        return told._replace(cut=1.0)
    size, least = max(len(paper.flat), len(known.flat)), min(len(paper.flat), len(known.flat))
    if least < ROOM // 2 or size - least > SLIPS_AT_MOST:
        return None
    away = OSA.distance(paper.flat, known.flat, score_cutoff=SLIPS_AT_MOST)
    if away > SLIPS_AT_MOST or (away and len(paper.core) == len(known.core)):
        return None
    return told._replace(
        slips=away / size,
        worst=away / 6,
        syllables=_mandarin(paper.joined, known.joined, away),
        form_other=_form_other(paper, known),
        form_missing=float(bool(paper.form) != bool(known.form)),
    )


def _short(known: Reading) -> float:
    return min(max((10 - len(known.joined)) / 6, 0.0), 1.0)


def _form_other(paper: Reading, known: Reading) -> float:
    if not paper.form or not known.form or agree(paper.form, known.form):
        return 0.0
    # 股份有限公司 is written "Co., Ltd" in English as often as not.
    loose = bool(paper.han) != bool(known.han) and {paper.form, known.form} == {"limited", "joint"}
    return 0.6 if loose else 1.0


def _lacking(said: frozenset[str], shared: frozenset[str]) -> float:
    """Give the share of the trades that are not shared; all of it where one of them makes another company."""
    if (said - shared) & ARMS:
        return 1.0
    return (len(said) - len(shared)) / len(said) if said else 0.0


class Cores(NamedTuple):
    """What is told of two cores, as in ``Measures``."""

    slips: float = 0.0
    worst: float = 0.0
    mandarin: float = 0.0
    missing: float = 0.0
    lacks: float = 0.0
    extra: float = 0.0
    adds: float = 0.0
    head: float = 0.0
    translated: float = 0.0
    town_missing: float = 0.0
    town_extra: float = 0.0


def _bare(paper: Reading, known: Reading) -> Cores:
    """Names of a place and a trade alone: the whole is held against the whole."""
    if paper.is_bare and known.is_bare and paper.trades == known.trades and paper.places == known.places:
        return Cores()
    share = OSA.distance(paper.flat, known.flat) / max(len(paper.flat), len(known.flat), 1)
    lacks, adds = float(paper.is_bare), float(known.is_bare)
    return Cores(share, share, 0.0, lacks, lacks, adds, adds, lacks)


def _characters(paper: str, known: str) -> Cores:
    """Brands in Chinese characters: one character more or less is a word, another one another brand."""
    if paper == known:
        return Cores()
    if known.endswith(paper) and len(known) - len(paper) in TOWN and len(paper) > 1:
        return Cores(town_missing=1.0)
    if paper.endswith(known) and len(paper) - len(known) in TOWN and len(known) > 1:
        return Cores(town_extra=1.0)
    if paper in known:
        return Cores(missing=1 - len(paper) / len(known), lacks=1.0, head=float(not known.startswith(paper)))
    if known in paper:
        return Cores(extra=1 - len(known) / len(paper), adds=1.0)
    share = OSA.distance(paper, known) / max(len(paper), len(known))
    return Cores(share, share, 1.0, head=float(paper[0] != known[0]))


def _scripts(paper: Reading, known: Reading) -> Cores:
    """A core in Chinese characters and one in Latin letters: how the characters are read, from the left.

    What is left on both sides may be one word in two languages, such as 轴承 and "Bearing"; two or three characters
    that come before, or one word, may be a place that no list has.
    """
    on_paper = bool(paper.han)
    read_as = letters.syllables(paper.han or known.han)
    latin = known.core if on_paper else paper.core
    found = []
    for town, word in ((0, 0), *((size, 0) for size in TOWN), (0, 1)):
        if len(read_as) <= town or len(latin) <= word or read_as[town][:1] != latin[word][:1]:
            continue
        for said in range(town + 1, len(read_as) + 1):
            front = "".join(read_as[town:said])
            for until in range(word + 1, len(latin) + 1):
                other = "".join(latin[word:until])
                if abs(len(front) - len(other)) > 1 or (away := OSA.distance(front, other)) > 1:
                    continue
                share = away / max(len(front), len(other))
                left, right = len(read_as) - said, len(latin) - until
                one = Cores(share, share, _mandarin(front, other, away), translated=float(left > 0 < right))
                if (left > 0) != (right > 0):
                    part = left / len(read_as) if left else right / len(latin)
                    adds = bool(left) == on_paper
                    one = (
                        one._replace(extra=part, adds=1.0) if adds else one._replace(missing=part, lacks=1.0)
                    )
                if town or word:
                    adds = bool(town) == on_paper
                    one = one._replace(town_extra=1.0) if adds else one._replace(town_missing=1.0)
                found.append(one)
    return min(found, key=_against) if found else _words(paper.core, known.core)


def _against(cores: Cores) -> float:
    return cores.slips * 4 + cores.missing + cores.extra + (cores.translated + sum(cores[-2:])) / 2


@lru_cache(maxsize=262_144)
def _words(paper: tuple[str, ...], known: tuple[str, ...]) -> Cores:
    """Hold words against words, in any order; and all of them written together, for blanks that came or went."""
    one, other = "".join(paper), "".join(known)
    if one == other or sorted(paper) == sorted(known):
        return Cores()
    together = OSA.distance(one, other)
    pairs, left, right = _aligned(paper, known)
    edits = sum(away for _, _, away in pairs)
    apart = edits + sum(map(len, left)) + sum(map(len, right))
    size = max(len(one), len(other))
    if len(paper) != len(known) and together <= 2 < apart:
        return Cores(together / size, together / size, _mandarin(one, other, together))
    return Cores(
        edits / size,
        max((away / max(len(a), len(b)) for a, b, away in pairs if len(a) > 1), default=0.0),
        max((_mandarin(a, b, away) for a, b, away in pairs), default=0.0),
        sum(map(len, right)) / len(other),
        float(any(len(word) > 2 for word in right)),
        sum(map(len, left)) / len(one),
        float(any(len(word) > 2 for word in left)),
        float(known[0] in right),
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
