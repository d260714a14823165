"""A name of a company read into its parts: what it is called, what it does, where it sits, its legal form.

What a name is read as depends on its own letters alone, so that no other name can change it.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from rapidfuzz.distance import OSA

from features.naming import letters
from features.naming.forms import BRANCHES, BRANCHES_ZH, FORMS, FORMS_ZH, FRONT, JOINING
from features.naming.places import PLACES, PLACES_ZH
from features.naming.trades import TRADES, TRADES_CN, TRADES_ZH

WORDS_AT_ONCE = 6  # gu fen you xian gong si
LEFT_OUT = re.compile(r"\b(?:c/o|attn\.?|o/b|on behalf of|notify)\b.*$", re.IGNORECASE)
INITIALS = re.compile(r"\b(?:[a-z](?:\.\s?|\s?/)){1,}[a-z]\b\.?")
HUMPS = re.compile(r"(?<=[a-zà-ÿ]{3})(?=[A-Z])")
MESSRS = re.compile(r"^\s*(?:m\s?/\s?s|messrs)\b\.?")
UMLAUTS = re.compile("([aou])e(?![aeiou])")  # Müller and Mueller are one
BRACKETED = re.compile(rf"^({letters.HAN.pattern})[(（]({letters.HAN.pattern})[)）]({letters.HAN.pattern})")
"""永新机械(宁波)有限公司 is 宁波永新机械有限公司."""
BRACKETS = re.compile(r"[()\[\]{}<>（）【】「」]")


@dataclass(frozen=True)
class Reading:
    """The parts of a name.

    ``core`` are the words that tell the company apart, ``trades`` and ``places`` what its name says of its business
    and its place, each as a word that is the same in every language, ``form`` the kind of its legal form ("" where
    it says none). ``han`` is the core as Chinese characters. ``branch`` says that a part of the company is meant;
    ``flat`` is everything but form and branch, in the order of the name, without blanks; ``whole`` is the form and
    all. ``size`` counts the signs on the paper.
    """

    core: tuple[str, ...]
    trades: frozenset[str]
    places: frozenset[str]
    form: str
    han: str
    branch: bool
    flat: str
    whole: str
    size: int

    @cached_property
    def joined(self) -> str:
        return "".join(self.core)

    @property
    def key(self) -> str:
        """Give the name as one text that its ways of writing share: the core, its trades and its places."""
        parts = (" ".join(self.core), " ".join(sorted(self.trades)), " ".join(sorted(self.places)))
        return " ".join(filter(None, parts))

    @cached_property
    def is_bare(self) -> bool:
        """Say whether nothing in the name tells the company apart."""
        return not self.core


@lru_cache(maxsize=262_144)
def read(name: str) -> tuple[Reading, ...]:
    """Give the readings of a name: one, or two where it is written in Chinese and in Latin letters beside it."""
    text = LEFT_OUT.sub("", letters.tidy(name))
    found = []
    han = "".join(letters.HAN.findall(BRACKETED.sub(r"\2\1\3", text)))
    if len(han) >= 2:
        found.append(_chinese(han))
    rest = letters.HAN.sub(" ", text)
    if (len(han) < 2 and text) or len(re.findall("[A-Za-zÀ-ɏ]", rest)) >= 4:
        reading = _latin(rest if len(han) >= 2 else text)
        if reading.flat:
            found.append(reading)
    return tuple(found) or (_latin(text),)


def _chinese(text: str) -> Reading:
    text = letters.simplified(text)
    whole, size = "".join(letters.syllables(text)), len(text)
    form, branch = "", False
    for end in BRANCHES_ZH:
        if text.endswith(end):
            branch, text = True, text.removesuffix(end)
            # What stands between the company's form and the branch is where the branch is.
            cut = text.rfind("公司")
            text = text[: cut + 2] if cut > 0 else text
    for end in sorted(FORMS_ZH, key=len, reverse=True):
        place = text.rfind(end)
        if place > 0:
            form, text = FORMS_ZH[end], text[:place]
            break
    places, rest = _placed(text)
    trades, core = _traded(rest)
    if not core and places:  # a company that is called by its place alone
        core = next(place for place, read_as in PLACES_ZH.items() if read_as in places)
        places = places - {PLACES_ZH[core]}
    word = "".join(letters.syllables(core)) if core else ""
    flat = "".join(letters.syllables(text)) if text else ""
    return Reading((word,) if word else (), trades, places, form, core, branch, flat, whole, size)


def _placed(text: str) -> tuple[frozenset[str], str]:
    """Take the places off the front of a Chinese name (a province, a city), and one that was in brackets."""
    places: set[str] = set()
    again = True
    while again:
        again = False
        for size in (4, 3, 2):
            if len(text) > size and text[:size] in PLACES_ZH:
                places.add(PLACES_ZH[text[:size]])
                text, again = text[size:], True
                if text[:1] in ("市", "省") and len(text) > 2:
                    text = text[1:]
                break
    for size in (4, 3, 2):
        if len(text) > size + 1 and text[-size:] in PLACES_ZH:
            places.add(PLACES_ZH[text[-size:]])
            text = text[:-size]
            break
    return frozenset(places), text


def _traded(text: str) -> tuple[frozenset[str], str]:
    """Take the words for what a company does off the end of a Chinese name."""
    trades: set[str] = set()
    again = True
    while again:
        again = False
        for size in (6, 5, 4, 3, 2):
            if len(text) > size and text[-size:] in TRADES_ZH:
                trades.add(TRADES_ZH[text[-size:]])
                text, again = text[:-size], True
                break
        else:
            if text in TRADES_ZH and trades:
                trades.add(TRADES_ZH[text])
                text = ""
    if len(text) > 2 and text.endswith("厂"):
        trades.add("manufacturing")
        text = text[:-1]
    return frozenset(trades), text


def _latin(text: str) -> Reading:
    words = _words(text)
    core: list[str] = []
    kept: list[str] = []
    trades: set[str] = set()
    places: set[str] = set()
    form, branch, after = "", False, False
    last_places: list[str] = []
    said_places: list[str] = []
    place = 0
    mandarin = any(word.startswith("youx") or word.endswith("gongsi") for word in words)
    while place < len(words):
        kind, value, size = _longest(words, place, mandarin)
        said = "".join(words[place : place + size])
        if kind == "form" and (place > 0 or value in ("ooo", "pt")):
            if not form or form == "company":
                form = value
            last_places = []
            after = bool(core or places or trades) and form not in ("", "company")
        elif kind == "branch":
            branch, after = True, bool(core)
            places.difference_update(last_places)
            said_places = [one for one in said_places if one not in last_places]
            kept = [word for word in kept if word not in last_places]
        elif after:
            pass  # an address behind the form
        elif kind == "place":
            last_places = [value]
            said_places.append(value)
            places.add(value)
            kept.append(value)
        elif kind == "trade":
            trades.add(value)
            kept.append(said)
            last_places = []
        elif kind == "word" and said not in JOINING and not (said.isdigit() and len(said) > 3):
            core.append(UMLAUTS.sub(r"\1", said))
            kept.append(core[-1])
            last_places = []
        place += size
    if not core and said_places:  # a company that is called by its place, or a brand that is also one
        core = [said_places[-1]]
        places.discard(said_places[-1])
    if (
        len(core) > 1
        and form in ("", "company")
        and core[-1] == words[-1]
        and (nearly := _nearly_form(core[-1]))
    ):
        form = nearly
        core, kept = core[:-1], kept[:-1]
    whole = "".join(words)
    flat = "".join(kept) or whole
    return Reading(
        tuple(core), frozenset(trades), frozenset(places), form, "", branch, flat, whole, len(text)
    )


def _words(text: str) -> list[str]:
    """Cut a name into words of lower-case letters and digits; "S.r.l." is one, and so is "A/S"."""
    apart = HUMPS.sub(" ", BRACKETS.sub(" ", text))
    plain = MESSRS.sub("", letters.latin(apart).replace("'", "").replace("`", ""))
    plain = INITIALS.sub(lambda found: re.sub(r"[./\s]", "", found[0]) + " ", plain)
    words: list[str] = []
    for word in re.split(r"[^a-z0-9.]+", plain):
        parts = [part for part in word.split(".") if part]
        if len(parts) > 1 and "".join(parts) in FORMS:
            words.append("".join(parts))
        else:
            words.extend(parts)
    return [piece for word in words for piece in _unglued(word)]


def _unglued(word: str) -> list[str]:
    """Cut a place, a trade and a form off a word of Mandarin in which everything was written together."""
    if len(word) < 9 or not letters.is_pinyin(word) or word in TRADES or word in PLACES or word in FORMS:
        return [word]
    for end in ("gufenyouxiangongsi", "youxianzerengongsi", "youxiangongsi"):
        if word.endswith(end) and word != end:
            return [*_unglued(word.removesuffix(end)), end]
    for size in range(min(len(word) - 3, 12), 4, -1):
        if word[:size] in PLACES_CN and letters.is_pinyin(word[size:]):
            return [word[:size], *_unglued(word[size:])]
    for size in range(min(len(word) - 3, 22), 4, -1):
        if word[-size:] in TRADES_CN and letters.is_pinyin(word[:-size]):
            return [*_unglued(word[:-size]), word[-size:]]
    return [word]


MANDARIN = {**TRADES_CN, **TRADES}
PLACES_CN = frozenset(PLACES_ZH.values())


def _longest(words: list[str], place: int, mandarin: bool) -> tuple[str, str, int]:
    """Give what the longest run of words from ``place`` on is known as: its kind, its value, how many words."""
    trades = MANDARIN if mandarin else TRADES
    for size in range(min(WORDS_AT_ONCE, len(words) - place), 0, -1):
        told = [word for word in words[place : place + size] if word not in ("and", "&")]
        said = "".join(told)
        if size > 1 and not told:
            continue
        if size > 1 and (words[place] in ("and", "&") or words[place + size - 1] in ("and", "&")):
            continue
        if said in FORMS and (place > 0 or said in FRONT):
            return "form", FORMS[said], size
        if said in BRANCHES and place > 0:
            return "branch", said, size
        if said in trades:
            return "trade", trades[said], size
        if said in PLACES:
            return "place", PLACES[said], size
    if nearly := _near(words[place]):
        return (*nearly, 1)
    return "word", words[place], 1


@lru_cache(maxsize=262_144)
def _near(word: str) -> tuple[str, str] | None:
    """Give the kind and the value of the known word from which a longer one is one slip of the pen away."""
    if letters.is_pinyin(word):
        return None
    if len(word) >= 4 and (begun := _begun(word)):
        return "trade", begun
    if len(word) < 7:
        return None
    for shape in _shapes(word):
        if shape in SLIPS:
            return SLIPS[shape]
    return None


def _begun(word: str) -> str | None:
    """Give the trade of which a word is the beginning ("Equip.", "Produc"), where it can be one only."""
    first = bisect_left(BEGINNINGS, word)
    meant = {TRADES[known] for known in takewhile(lambda known: known.startswith(word), BEGINNINGS[first:])}
    return meant.pop() if len(meant) == 1 else None


BEGINNINGS = sorted(TRADES)


@lru_cache(maxsize=65_536)
def _nearly_form(word: str) -> str | None:
    """Give the form that the last word of a name is one slip from ("SALR"), or the beginning of ("Aktienges")."""
    for known, form in FORMS.items():
        if 3 <= len(known) <= 7 and len(word) >= 2 and OSA.distance(word, known, score_cutoff=1) <= 1:
            return form
        if len(word) >= 5 and known.startswith(word):
            return form
    return None


def _shapes(word: str) -> list[str]:
    """Give the word and what is left of it without each one of its letters."""
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


SLIPS: dict[str, tuple[str, str]] = {
    shape: (kind, value)
    for kind, known in (("place", PLACES), ("trade", TRADES))
    for word, value in known.items()
    if len(word) >= 7
    for shape in _shapes(word)
}
