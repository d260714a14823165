"""A model seen whole: how hard each cause pushes among which customers, and how steady its ranking is.

A *push* is the mean of the contributions above 0 over rows (the others counting 0), in probability: a push of .012
says that the model expects 1.2 more leavers of a hundred such customers because of this cause.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

EVERYBODY, MONTH = "everybody", "month"
"""The group of all rows, and the kind of group that is a test date."""
FALSE_ALARMS = 0.05
"""Chance that a table in which no group differs has any cell that is said to differ."""
LEAST = 0.001
"""A push that differs by less than a tenth of a point is not said to differ, however many customers say so."""
TOP = 10
"""So many features from the top are held against each other."""
SHUFFLES, WORK = 500, 20_000_000
"""Times that the groups are dealt anew: fewer, but 200 at least, where there are so many rows that it would be more
than this many rows in all."""


def pulls(
    parts: pd.DataFrame,
    leads: ArrayLike,
    groups: Mapping[str, Flags],
    customers: ArrayLike,
    occasions: ArrayLike,
    *,
    within: bool = False,
    seed: int = 0,
) -> pd.DataFrame:
    """How each cause pulls within each group of rows; a row of the result is a group and a cause.

    ``parts`` holds the contributions, a column a cause; ``leads`` the leading cause of each row; ``groups`` says
    which rows belong to a group (each row to one); ``customers`` and ``occasions`` (dates) name each row.

    ``raises`` and ``lowers`` are the means of the positive and of the negative parts, ``leading`` the share of the
    group's rows that the cause leads, ``more`` the push in the group less that among all other rows (NaN where
    nobody is there).

    ``apart`` says that the two differ beyond chance, with ``FALSE_ALARMS`` for the whole table: further, on its
    side, than the largest difference of a table reaches when the groups are dealt anew among customers, all rows of
    a customer together; with ``within``, among the dates of each customer. Pushes are so skewed (a few customers
    hold most of them) that standard errors found a difference in most tables without any.
    """
    names = np.asarray(leads)
    values = parts.to_numpy(np.float64)
    up, down = np.clip(values, 0.0, None), np.clip(values, None, 0.0)
    code = np.zeros(len(parts), np.intp)
    for place, mine in enumerate(groups.values()):
        code[mine] = place
    more = _more(up, code, len(groups))
    apart = np.zeros(more.shape, np.bool_)
    if len(groups) > 1 and up.shape[1]:
        dealt = _dealt(code, np.asarray(customers), np.asarray(occasions), within, seed)
        apart = _extreme(more, np.stack([_more(up, one, len(groups)) for one in dealt]))
    told = [
        {
            "group": group,
            "rows": int(mine.sum()),
            "cause": str(cause),
            "raises": float(up[mine, column].mean()),
            "lowers": float(down[mine, column].mean()),
            "leading": float((names[mine] == cause).mean()),
            "more": float(more[place, column]),
            "apart": bool(apart[place, column] and abs(more[place, column]) >= LEAST),
        }
        for place, (group, mine) in enumerate(groups.items())
        for column, cause in enumerate(parts.columns)
    ]
    return pd.DataFrame(told)


def _more(up: Floats, code: NDArray[np.intp], groups: int) -> Floats:
    """Mean in each group less the mean of all other rows (groups, causes)."""
    causes = up.shape[1]
    rows = np.bincount(code, minlength=groups)[:, None]
    cells = (code[:, None] * causes + np.arange(causes)).ravel()
    totals = np.bincount(cells, up.ravel(), minlength=groups * causes).reshape(groups, causes)
    others = len(code) - rows
    rest = np.divide(totals.sum(axis=0) - totals, others, out=np.full(totals.shape, np.nan), where=others > 0)
    mean = np.divide(totals, rows, out=np.full(totals.shape, np.nan), where=rows > 0)
    return np.asarray(mean - rest)


def _dealt(
    code: NDArray[np.intp], customers: NDArray[Any], occasions: NDArray[Any], within: bool, seed: int
) -> Iterator[NDArray[np.intp]]:
    """The groups dealt anew, again and again: each customer gets the groups that another had on the same dates, or,
    ``within``, its own in another order.
    """
    rng = np.random.default_rng(seed)
    who, when = pd.factorize(customers)[0], pd.factorize(occasions)[0]
    # On a date on which the other was not asked about, it is taken to have been what it was on the nearest before.
    had = pd.DataFrame({"who": who, "when": when, "code": code}).pivot_table("code", "who", "when", "first")
    hand = had.ffill(axis=1).bfill(axis=1).to_numpy().astype(np.intp)
    by_customer = np.argsort(who, kind="stable")
    for _ in range(min(SHUFFLES, max(200, WORK // max(len(code), 1)))):
        if within:
            dealt = np.empty_like(code)
            dealt[by_customer] = code[np.lexsort((rng.random(len(code)), who))]
            yield dealt
        else:
            yield hand[rng.permutation(len(hand))[who], when]


def _extreme(more: Floats, dealt: Floats) -> Flags:
    """Which differences lie beyond what the largest of a table reaches by chance, on either side.

    Every cell is measured in standard deviations of its own chance; the largest of each table is what counts (the
    max-T of Westfall and Young, Resampling-Based Multiple Testing, 1993).
    """
    # A dealing may leave a small group without a row on the dates that there are: then it tells of no difference.
    dealt = np.nan_to_num(dealt)
    spread = dealt.std(axis=0)
    moves = spread > 0
    if not moves.any():
        return np.zeros(more.shape, np.bool_)
    chance, found = dealt[:, moves] / spread[moves], more[moves] / spread[moves]
    high = np.quantile(chance.max(axis=1), 1 - FALSE_ALARMS / 2)
    low = np.quantile(chance.min(axis=1), FALSE_ALARMS / 2)
    apart = np.zeros(more.shape, np.bool_)
    apart[moves] = (found > high) | (found < low)
    return apart


def weights(parts: pd.DataFrame) -> pd.Series:
    """Each column's share of all pushing and pulling: its mean absolute contribution over their sum.

    All zero where nothing moves anybody.
    """
    # Column by column: a copy of all contributions is the largest thing that a large company would hold.
    size = pd.Series({name: float(column.abs().mean()) for name, column in parts.items()}, dtype=np.float64)
    whole = float(size.sum())
    return size / whole if whole > 0 else size


def agreement(rankings: Mapping[str, pd.Series], top: int = TOP) -> pd.DataFrame:
    """How alike each two rankings are; a value of a ranking is the weight of what its index names.

    ``shared`` is how many of the ``top`` heaviest are the same (ties by name; what weighs nothing is never among
    them), ``tau`` Kendall's tau-b over all that weigh something in either: 1 the same order, 0 no more alike than
    by chance, -1 reversed; NaN where an order is one tie.
    """
    told = []
    for (one, a), (two, b) in combinations(rankings.items(), 2):
        both = pd.DataFrame({"a": a, "b": b}).fillna(0.0)
        some = both[(both["a"] > 0) | (both["b"] > 0)]
        told.append(
            {"one": one, "two": two, "shared": len(heaviest(a, top) & heaviest(b, top)), "tau": _tau(some)}
        )
    return pd.DataFrame(told, columns=["one", "two", "shared", "tau"])


def _tau(both: pd.DataFrame) -> float:
    if both["a"].nunique() < 2 or both["b"].nunique() < 2:
        return float("nan")
    return float(kendalltau(both["a"], both["b"]).statistic)


def heaviest(weight: pd.Series, top: int = TOP) -> set[str]:
    """The names of the ``top`` heaviest, of those that weigh anything."""
    return set(ordered(weight)[:top])


def ordered(weight: pd.Series) -> list[str]:
    """The names of what weighs anything, the heaviest first; ties by name."""
    return [str(name) for _, name in sorted((-value, name) for name, value in weight.items() if value > 0)]


def by_chance(things: int, top: int = TOP) -> float:
    """How many of two tops of ``things`` would be shared by rankings that know nothing of each other."""
    return min(top, things) ** 2 / things if things else 0.0


def same_lead(leads: Sequence[ArrayLike]) -> float:
    """Share of rows whose leading cause two models agree on, the mean over each two of them."""
    told: list[Any] = [np.mean(np.asarray(a) == np.asarray(b)) for a, b in combinations(leads, 2)]
    return float(np.mean(told)) if told else float("nan")
