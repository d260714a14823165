"""Shall the challenger replace the champion? Both are held against what came true, on the same customers and dates.

The challenger must be *better* in log loss and *no worse* than a margin in three figures that a better log loss
does not promise: Brier, the promises of the tiers, and the money of a list at the budget. Each difference is so
much as the challenger is better, and its bound is the one-sided lower limit of a paired bootstrap over customers: a
customer is drawn with all its dates and with both models' answers, so what both find hard cancels. All checks must
hold; as each is a test of its own hypothesis, a model that fails any of them is promoted with a probability of at
most alpha (intersection-union test, Berger 1982), and no correction for their number is due.

References
----------
Berger (1982), Multiparameter hypothesis testing and acceptance sampling, Technometrics 24(4), 295-300.
Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile bounds).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models import metrics, profit
from models.errors import TooLittle
from models.figures import highest
from models.intervals import resamples
from models.tiers import HIGH, LOW, tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.profit import Offer

    Floats = NDArray[np.float64]

RESAMPLES = 2000
LEAST = 20
"""Customers that left, and that stayed, without which nothing is decided: the bootstrap's bounds need them."""


@dataclass(frozen=True)
class Terms:
    """What is demanded of a challenger.

    ``alpha`` is the level of each bound. ``least_gain`` is in nats of log loss; ``brier`` in squared probability;
    ``promises`` in customers for each customer asked about; ``profit`` a share of what the best list of that length
    would have brought. ``budget`` is the share of the customers that is contacted.
    """

    alpha: float = 0.025
    least_gain: float = 0.001
    brier: float = 0.002
    promises: float = 0.002
    profit: float = 0.15
    budget: float = 0.10


@dataclass(frozen=True)
class Outcome:
    """What became of everybody asked about: arrays of one value a customer and date, aligned.

    ``left`` is 0 or 1, ``gone`` (0 or 1, never above ``left``) who of the leavers had bought for the last time
    already, where that is known. ``value`` is what a customer is worth if it stays, at least 0.
    """

    customer: NDArray[np.generic]
    as_of: NDArray[np.generic]
    left: Floats
    value: Floats
    gone: Floats | None = None


@dataclass(frozen=True)
class Said:
    """What one model said of them, aligned with the outcome; ``p_gone`` where it tells the gone apart."""

    p: Floats
    p_gone: Floats | None = None


class Check(NamedTuple):
    """One row of the gate's table.

    ``difference`` is how much better the challenger is (above 0 is better), whatever the figure's own direction;
    ``bound`` its lower limit; ``wanted`` what the bound must exceed (``least_gain``) or reach (a margin below 0).
    """

    name: str
    champion: float
    challenger: float
    difference: float
    bound: float
    wanted: float
    holds: bool


def compare(
    outcome: Outcome,
    champion: Said,
    challenger: Said,
    offer: Offer,
    terms: Terms,
    *,
    n: int = RESAMPLES,
    seed: int = 0,
) -> list[Check]:
    """Give the checks, log loss first; the challenger is promoted where all of them hold.

    Raises TooLittle where fewer than ``LEAST`` customers left or stayed.
    """
    _demand(outcome)
    both = (champion, challenger)
    brings = profit.brought(outcome.left, outcome.value, offer, outcome.gone)
    listed = [_listed(outcome, said, offer, terms.budget) for said in both]
    rows = np.column_stack(
        [
            np.ones(len(outcome.left)),
            *(metrics.losses(outcome.left, said.p) for said in both),
            *((said.p - outcome.left) ** 2 for said in both),
            *(brings * one for one in listed),
            *(column for said in both for column in _members(outcome.left, said.p)),
        ]
    )
    # A customer's rows are drawn together, so its sums are all that a resample needs.
    names, code = np.unique(outcome.customer, return_inverse=True)
    sums = np.column_stack([np.bincount(code, column) for column in rows.T])
    told = _figures(sums.sum(axis=0, keepdims=True))
    drawn = [_figures(weights @ sums) for weights in resamples(names, n, seed)]
    reach = _reach(outcome, brings, terms.budget)
    wanted = {
        "log_loss": terms.least_gain,
        "brier": -terms.brier,
        "promises": -terms.promises,
        "profit": -terms.profit * reach,
    }
    checks = []
    for name, least in wanted.items():
        ours, theirs, gain = told[name]
        bound = float(np.quantile(np.concatenate([block[name][2] for block in drawn]), terms.alpha))
        # Where no list could have earned anything, no model can have lost it.
        holds = bound > least if name == "log_loss" else bound >= least or (name == "profit" and reach <= 0)
        checks.append(
            Check(name, float(ours[0]), float(theirs[0]), float(gain[0]), bound, least, bool(holds))
        )
    return checks


def promoted(checks: list[Check]) -> bool:
    """Whether every check holds."""
    return all(check.holds for check in checks)


def _demand(outcome: Outcome) -> None:
    ever = {
        "left": len(np.unique(outcome.customer[outcome.left == 1])),
        "stayed": len(np.unique(outcome.customer[outcome.left == 0])),
    }
    for what, customers in ever.items():
        if customers < LEAST:
            raise TooLittle(
                f"{customers} customers {what} on the dates that both models may be asked about; "
                f"a comparison needs at least {LEAST}."
            )


def _listed(outcome: Outcome, said: Said, offer: Offer, budget: float) -> Floats:
    """Who is on the model's list of each date, 0 to 1: the ``budget`` from whom it expects most money."""
    expected = profit.brought(said.p, outcome.value, offer, said.p_gone)
    return _by_date(outcome, expected, budget)


def _reach(outcome: Outcome, brings: Floats, budget: float) -> float:
    """What the best list of that length would have brought a customer asked about, known beforehand who leaves."""
    return float(np.mean(np.maximum(brings, 0.0) * _by_date(outcome, brings, budget)))


def _by_date(outcome: Outcome, expected: Floats, budget: float) -> Floats:
    listed = np.zeros(len(expected))
    for day in np.unique(outcome.as_of):
        mine = outcome.as_of == day
        listed[mine] = highest(expected[mine], budget)
    return listed


def _members(left: Floats, p: Floats) -> list[Floats]:
    """The members of the high tier, its leavers, the members of the low tier, its leavers."""
    named = tier(p)
    flags = [(named == name).astype(np.float64) for name in ("high", "low")]
    return [column for flag in flags for column in (flag, flag * left)]


def _figures(sums: Floats) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Each figure of the champion and of the challenger, and how much better the challenger is, a resample each.

    The figure of the promises is the number of customers by which the tiers missed them: leavers that the high tier
    lacks at .80, and those that the low tier has beyond .30, for each customer asked about. A tier of three cannot
    weigh much in it, as it cannot in anybody's work.
    """
    means = sums[:, 1:] / sums[:, :1]
    missed = [
        np.maximum(HIGH * high - high_left, 0.0) + np.maximum(low_left - LOW * low, 0.0)
        for high, high_left, low, low_left in (means[:, 6:10].T, means[:, 10:14].T)
    ]
    told = {
        "log_loss": (means[:, 0], means[:, 1], -1.0),
        "brier": (means[:, 2], means[:, 3], -1.0),
        "promises": (missed[0], missed[1], -1.0),
        "profit": (means[:, 4], means[:, 5], 1.0),
    }
    return {name: (ours, theirs, side * (theirs - ours)) for name, (ours, theirs, side) in told.items()}
