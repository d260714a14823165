"""How rivals, product lines and their money are written where the page tells where purchases go."""

from collections.abc import Iterable
from itertools import chain, count

from features.purchases import UNNAMED, US
from pipeline import words
from pipeline.purchases import OTHERS, Purchases

REST = {OTHERS: "other rivals", UNNAMED: "suppliers without a name"}
LINES = "all other lines"


def suppliers(told: Purchases) -> dict[str, str]:
    """Give the words of us, of each rival that is told of, and of those that are told of together."""
    return {US: "us", **REST, **_apart([*told.rivals, *told.growing["rival"]], ("us", *REST.values()))}


def lines(told: Purchases) -> dict[str, str]:
    """Give the words of each product line, those that lost most first."""
    return _apart([*told.lines, *sorted(told.course["product_line"].unique())], (LINES,))


def _apart(names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Give each name as one harmless line; no two are the same, none is ``taken`` or empty."""
    found: dict[str, str] = {}
    used = set(taken)
    for name in dict.fromkeys(names):
        line = words.line(name) or "without a name"
        tried = chain([line], (f"{line} ({k})" for k in count(2)))
        found[name] = next(word for word in tried if word not in used)
        used.add(found[name])
    return found


def brief(value: float) -> str:
    """Give money in three digits: 954, 12.3k, 1.29m."""
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if value >= 0.9995 * size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.0f}"
