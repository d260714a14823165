"""What is contacting worth? Profit of a list under assumed costs and an assumed acceptance.

A customer that is contacted costs ``f``. One that would have stayed takes the incentive, a share ``delta`` of its
value, for nothing. One that would have left accepts with probability ``gamma`` and is then worth its value less the
incentive. So contacting customer i brings

    gamma * (1 - delta) * value_i - f     if it was about to leave,
    -delta * value_i - f                  if it was not.

That is the profit of Neslin et al. (2006) as Verbraken, Verbeke and Baesens (2013) write it, with every customer's
own value as Janssens, Bogaert, Bagué and Van den Poel (2022) take it. ``gamma`` was never observed here: every
figure is one *expected under the assumed acceptance*, and none says what was saved.

References
----------
Verbraken, Verbeke and Baesens (2013), A novel profit maximizing metric for measuring classification performance of
customer churn prediction models, IEEE Transactions on Knowledge and Data Engineering 25(5), 961-973.
Janssens, Bogaert, Bagué and Van den Poel (2022), B2Boost: instance-dependent profit-driven modelling of B2B churn,
Annals of Operations Research, doi 10.1007/s10479-022-04631-5 (in print 341(1), 267-293, 2024).
Fawcett and Niculescu-Mizil (2007), PAV and the ROC convex hull, Machine Learning 68, 97-106.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression
from scipy.special import betainc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

CONCENTRATION = 20.0
"""alpha + beta of an acceptance of which only the mean is told: that of the literature, Beta(6, 14)."""


@dataclass(frozen=True)
class Offer:
    """What a contact costs and may bring; money is in the dataset's currency.

    ``contact_cost`` is f, at least 0; ``incentive_share`` is delta, 0 to below 1; the acceptance gamma follows
    Beta(``alpha``, ``beta``). Of a customer that has bought for the last time already, ``gone_factor`` times as
    many accept (1: as many; 0: nobody comes back, and the contact is lost).
    """

    contact_cost: float = 15.0
    incentive_share: float = 0.05
    alpha: float = 6.0
    beta: float = 14.0
    gone_factor: float = 1.0

    def __post_init__(self) -> None:
        sound = self.contact_cost >= 0 and 0 <= self.incentive_share < 1 and min(self.alpha, self.beta) > 0
        if not (sound and 0 <= self.gone_factor <= 1):
            raise ValueError(
                f"Found contact cost {self.contact_cost}, incentive share {self.incentive_share}, acceptance "
                f"Beta({self.alpha}, {self.beta}) and factor {self.gone_factor}; a cost is at least 0, a share "
                "below 1, alpha and beta above 0, the factor 0 to 1."
            )

    @property
    def acceptance(self) -> float:
        """The mean of gamma."""
        return self.alpha / (self.alpha + self.beta)

    def accepted_by(self, mean: float) -> Offer:
        """The same offer with another mean acceptance, as sure of it as before."""
        whole = self.alpha + self.beta
        return replace(self, alpha=mean * whole, beta=(1 - mean) * whole)


def acceptance(mean: float) -> tuple[float, float]:
    """alpha and beta of an acceptance of which only the mean is told, above 0 and below 1."""
    return mean * CONCENTRATION, (1 - mean) * CONCENTRATION


class Best(NamedTuple):
    """``profit`` a customer asked about, and ``share``, the part of the customers that is contacted for it."""

    profit: float
    share: float


def brought(left: ArrayLike, value: ArrayLike, offer: Offer, gone: ArrayLike | None = None) -> Floats:
    """What contacting each customer brings, given what became of it, in expectation over the acceptance.

    ``left`` is 1 for those that left and 0 for those that stayed, or the probability of it: then the result is
    expected over that as well. ``gone`` is the part of ``left`` that had bought for the last time already.
    ``value`` is what the customer is worth if it stays, at least 0.
    """
    leaving, worth = np.asarray(left, dtype=np.float64), np.asarray(value, dtype=np.float64)
    if (worth < 0).any():
        raise ValueError("A customer's value is at least 0; one that costs more than it brings counts as 0.")
    past = np.zeros_like(leaving) if gone is None else np.asarray(gone, dtype=np.float64)
    accepting = offer.acceptance * (leaving - (1 - offer.gone_factor) * past)
    delta = offer.incentive_share
    brings: Floats = (accepting * (1 - delta) - (1 - leaving) * delta) * worth - offer.contact_cost
    return brings


def worth_contacting(p: ArrayLike, value: ArrayLike, offer: Offer, p_gone: ArrayLike | None = None) -> Flags:
    """The model's list: everybody whom contacting is expected to bring something, by the probabilities said."""
    return np.asarray(brought(p, value, offer, p_gone) > 0)


def mpc(y: ArrayLike, p: ArrayLike, value: float, offer: Offer) -> Best:
    """Maximum profit (Verbraken et al. 2013): the best cut through the ranking when gamma is its mean.

    ``value`` is one for all (their CLV), and their incentive d is ``incentive_share * value``.
    """
    rate = _hull(y, p)
    profit = brought(rate, np.full(len(rate), value), offer)
    return Best(float(np.maximum(profit, 0).mean()), float((profit > 0).mean()))


def empc(y: ArrayLike, p: ArrayLike, value: float, offer: Offer) -> Best:
    """Expected maximum profit (Verbraken et al. 2013): gamma is drawn, and then the best cut for it is taken.

        EMPC = integral over gamma of max over t of P(t; gamma) h(gamma), with
        P(t; gamma) = value * (gamma (1 - delta) - phi) pi0 F0(t) - value * (delta + phi) pi1 F1(t), phi = f / value

    Only the corners of the ROC convex hull are ever best, and its segments are the blocks of the isotonic fit of
    the labels to the ranking (Fawcett and Niculescu-Mizil 2007). A block whose leavers have the share r is
    contacted for every gamma above its own bound, (delta value (1 - r) + f) / ((1 - delta) value r), so the
    integral is a sum of incomplete beta functions over the blocks; nothing is approximated.
    """
    brings, above = empc_parts(y, p, value, offer)
    return Best(float(brings.mean()), float(above.mean()))


def empc_parts(y: ArrayLike, p: ArrayLike, value: float, offer: Offer) -> tuple[Floats, Floats]:
    """What each customer adds to ``empc``, whose value is their mean, and how often it is contacted.

    Over resamples the cuts stay as they were found. Their best place moves, but a maximum does not move with it to
    first order, and one that is sought anew in every resample is too large.
    """
    rate, outcome = _hull(y, p), np.asarray(y, dtype=np.float64)
    delta = offer.incentive_share
    cost = delta * value * (1 - rate) + offer.contact_cost
    gain = (1 - delta) * value * rate
    bound = np.divide(cost, gain, out=np.ones_like(cost), where=gain > cost)
    above = 1 - betainc(offer.alpha, offer.beta, bound)
    mean_above = offer.acceptance * (1 - betainc(offer.alpha + 1, offer.beta, bound))
    stays = delta * value * (1 - outcome) + offer.contact_cost
    return (1 - delta) * value * outcome * mean_above - stays * above, above


def empb(y: ArrayLike, p: ArrayLike, value: ArrayLike, offer: Offer) -> Best:
    """Expected maximum profit of B2B (Janssens et al. 2022), a customer asked about: each with its own value.

        EMPB = max over cuts t of  sum over the customers above t of
               y_i * integral of (gamma (1 - delta) value_i - f) h(gamma) - (1 - y_i) (delta value_i + f)

    divided here by the number of customers, so that dates compare. Tied customers come together.

    The terms are those of the paper's cost function as the documentation of Empulse quotes it,
    C(s_i) = y_i s_i (f - gamma (1 - delta) CLV_i) + (1 - y_i) s_i (delta CLV_i + f); the integral of a line is its
    value at the mean. The maximum stands outside (one list is made, before anybody's gamma is known), as in Empulse
    and in the code of the authors. Theirs leaves the factor gamma out and takes f once for each point of its grid;
    that is not followed.
    """
    brings, listed = empb_parts(y, p, value, offer)
    return Best(float(brings.mean()), float(listed.mean()))


def empb_parts(y: ArrayLike, p: ArrayLike, value: ArrayLike, offer: Offer) -> tuple[Floats, Floats]:
    """What each customer adds to ``empb``, whose value is their mean, and who is on its list (0 or 1)."""
    said = np.asarray(p, dtype=np.float64)
    order, ends = _runs(said)
    brings = brought(y, value, offer)
    profit = np.append(0.0, np.cumsum(brings[order])[ends])
    best = int(np.argmax(profit))
    listed = np.zeros(len(said))
    if best:
        listed[order[: ends[best - 1] + 1]] = 1.0
    return brings * listed, listed


def policies(
    contacted: Flags, left: ArrayLike, value: ArrayLike, offer: Offer, gone: ArrayLike | None = None
) -> dict[str, Floats]:
    """What each policy brings of each customer, given what became of it.

    ``model`` contacts those that the flags name; ``everyone``, ``nobody`` (0 for all); ``random`` a list as long as
    the model's, drawn blindly (its mean over all draws); ``foresight`` exactly those worth contacting, known
    beforehand who leaves, though not who accepts.
    """
    brings = brought(left, value, offer, gone)
    listed = np.asarray(contacted, dtype=np.float64)
    return {
        "nobody": np.zeros_like(brings),
        "everyone": brings,
        "random": brings * listed.mean() if len(listed) else brings,
        "model": brings * listed,
        "foresight": np.maximum(brings, 0.0),
    }


def sensitivity(
    p: ArrayLike,
    left: ArrayLike,
    value: ArrayLike,
    offer: Offer,
    *,
    acceptances: Sequence[float],
    contact_costs: Sequence[float],
    p_gone: ArrayLike | None = None,
    gone: ArrayLike | None = None,
) -> pd.DataFrame:
    """The mean profit a customer asked about of each policy, were the assumptions others; a row is one pair.

    The model's list is made anew for each pair: who is worth contacting depends on the costs.
    """
    rows = []
    for cost in contact_costs:
        for mean in acceptances:
            other = replace(offer.accepted_by(mean), contact_cost=cost)
            chosen = worth_contacting(p, value, other, p_gone)
            told = {name: float(x.mean()) for name, x in policies(chosen, left, value, other, gone).items()}
            rows.append({"acceptance": mean, "contact_cost": cost, "contacted": chosen.mean(), **told})
    return pd.DataFrame(rows)


def _hull(y: ArrayLike, p: ArrayLike) -> Floats:
    """For each customer the share of leavers on the segment of the ROC convex hull that it lies on."""
    said, outcome = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    order, ends = _runs(said)
    size = np.diff(ends, prepend=-1)
    left = np.diff(np.cumsum(outcome[order])[ends], prepend=0.0)
    fit = isotonic_regression(left / size, weights=size.astype(np.float64), increasing=False).x
    rate = np.empty(len(said))
    rate[order] = np.repeat(np.clip(np.asarray(fit, dtype=np.float64), 0, 1), size)
    return rate


def _runs(said: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order from the highest prediction down, and the last place of each run of ties."""
    if not len(said):
        raise ValueError("There is nobody to contact: no customer was given.")
    order = np.argsort(-said, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(said[order])), len(said) - 1)
