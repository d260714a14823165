"""Three tiers of risk, and whether the customers in one bear out what its name claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np
from scipy.stats import beta, t

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

HIGH = 0.80
"""Above it a customer is in the high tier; at it, still in the medium one."""
LOW = 0.30
"""Below it a customer is in the low tier; at it, already in the medium one."""
TIERS = ("high", "medium", "low")
CONFIDENCE = 0.95


class Certificate(TypedDict):
    """What is known of one tier.

    ``customers`` are its rows, ``observed`` the share of them that left. ``effective`` is how many independent
    customers they are worth, below ``customers`` where a customer stands among them more than once. ``bound`` is
    the one-sided limit that the claim of the tier is held against.
    """

    customers: int
    observed: float | None
    effective: float
    bound: float | None
    verdict: str


class Share(Certificate):
    """A certificate with the tier's place among all: its share of the customers, and of those that left."""

    of_customers: float | None
    of_leavers: float | None


def tier(p: ArrayLike) -> NDArray[np.str_]:
    """The tier of each probability."""
    values = np.asarray(p, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("A tier is cut from a probability between 0 and 1.")
    return np.where(values > HIGH, "high", np.where(values < LOW, "low", "medium"))


def certificates(y: ArrayLike, p: ArrayLike, groups: ArrayLike) -> dict[str, Share]:
    """The certificate of each tier of some predictions; ``groups`` is the customer of each row."""
    outcome, who, named = np.asarray(y), np.asarray(groups), tier(p)
    told: dict[str, Share] = {}
    for name in TIERS:
        mine = named == name
        one = certificate(outcome[mine], name, who[mine])
        leavers = int(np.sum(outcome == 1))
        told[name] = {
            **one,
            "of_customers": float(mine.mean()) if len(mine) else None,
            "of_leavers": int(np.sum(outcome[mine] == 1)) / leavers if leavers else None,
        }
    return told


def certificate(y: ArrayLike, tier_name: str, groups: ArrayLike | None = None) -> Certificate:
    """Do the customers of one tier bear out "high is above 80 %" or "low is below 30 %"?

    ``y`` are the labels of the tier's rows, ``groups`` their customers (without them every row is another
    one). The bounds are one-sided 95 % Clopper-Pearson bounds (1934) of ``effective`` customers: for the high
    tier ``bound`` is the lower one, for the low tier the upper one. The claim is ``certified`` when the bound
    is on its side, ``refuted`` when the bound of the other side denies it, and ``too few`` when neither. The
    medium tier claims nothing (``no claim``, no bound).
    """
    if tier_name not in TIERS:
        raise ValueError(f"There is no tier '{tier_name}'; the tiers are {', '.join(TIERS)}.")
    outcome = np.asarray(y)
    customers, leavers = len(outcome), int(np.sum(outcome == 1))
    observed = leavers / customers if customers else None
    worth = effective(outcome == 1, np.arange(customers) if groups is None else groups)
    told: Certificate = {
        "customers": customers,
        "observed": observed,
        "effective": worth,
        "bound": None,
        "verdict": "no claim" if tier_name == "medium" else "too few",
    }
    if tier_name == "medium" or observed is None:
        return told
    lower, upper = bounds(worth * observed, worth)
    if tier_name == "high":
        bound, holds, denied = lower, lower > HIGH, upper < HIGH
    else:
        bound, holds, denied = upper, upper < LOW, lower > LOW
    verdict = "certified" if holds else "refuted" if denied else "too few"
    return {**told, "bound": bound, "verdict": verdict}


def effective(y: ArrayLike, groups: ArrayLike) -> float:
    """How many independent customers some rows are worth, when a customer (``groups``) has several of them.

    Rows of one customer are alike, and a bound that takes them for independent is too narrow. The variance of
    the rate between customers over that of independent rows is the design effect; rows divided by it, and by
    the uncertainty of so few customers, are what a binomial bound may count (Korn and Graubard 1998). Where
    all rows have the same label they cannot tell it, and then each customer counts as wholly alike: (sum m)^2
    / sum m^2 with m rows a customer (Kish 1965), which is also the least that is ever given. Never more than
    rows; exactly the rows where no customer has two.
    """
    outcome = np.asarray(y, dtype=np.float64)
    rows = len(outcome)
    _, code, count = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    customers = len(count)
    if customers == rows:
        return float(rows)
    least = rows**2 / float(np.sum(count.astype(np.float64) ** 2))
    rate = outcome.mean()
    if rate in (0.0, 1.0) or customers < 2:
        return least
    apart = np.bincount(code, weights=outcome - rate, minlength=customers)
    variance = customers / (customers - 1) * float(np.sum(apart**2)) / rows**2
    if variance <= 0:
        return float(rows)
    few = (t.ppf(CONFIDENCE, rows - 1) / t.ppf(CONFIDENCE, customers - 1)) ** 2
    return float(np.clip(rate * (1 - rate) / variance * few, least, rows))


def bounds(leavers: float, customers: float) -> tuple[float, float]:
    """Lower and upper Clopper-Pearson bound of a rate, each one-sided at 95 %; the counts may be effective ones."""
    miss = 1 - CONFIDENCE
    lower = float(beta.ppf(miss, leavers, customers - leavers + 1)) if leavers > 0 else 0.0
    upper = float(beta.ppf(1 - miss, leavers + 1, customers - leavers)) if leavers < customers else 1.0
    return lower, upper
