"""Three tiers of risk, and whether the customers in one bear out what its name claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np
from scipy.stats import beta

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HIGH = 0.80
"""Above it a customer is in the high tier; at it, still in the medium one."""
LOW = 0.30
"""Below it a customer is in the low tier; at it, already in the medium one."""
TIERS = ("high", "medium", "low")
CONFIDENCE = 0.95


class Certificate(TypedDict):
    """What is known of one tier: ``bound`` is the one-sided limit that the claim of the tier is held
    against.
    """

    customers: int
    observed: float | None
    bound: float | None
    verdict: str


def tier(p: ArrayLike) -> NDArray[np.str_]:
    """The tier of each probability."""
    values = np.asarray(p, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("A tier is cut from a probability between 0 and 1.")
    return np.where(values > HIGH, "high", np.where(values < LOW, "low", "medium"))


def certificate(y: ArrayLike, tier_name: str) -> Certificate:
    """Do the customers of one tier bear out "high is above 80 %" or "low is below 30 %"?

    ``y`` are the labels of the tier's customers. The bounds are one-sided 95 % Clopper-Pearson bounds
    (1934): for the high tier ``bound`` is the lower one, for the low tier the upper one. The claim is
    ``certified`` when the bound is on its side, ``refuted`` when the bound of the other side denies it, and
    ``too few`` when neither. The medium tier claims nothing (``no claim``, no bound).
    """
    if tier_name not in TIERS:
        raise ValueError(f"There is no tier '{tier_name}'; the tiers are {', '.join(TIERS)}.")
    outcome = np.asarray(y)
    customers, leavers = len(outcome), int(np.sum(outcome == 1))
    observed = leavers / customers if customers else None
    if tier_name == "medium":
        return {"customers": customers, "observed": observed, "bound": None, "verdict": "no claim"}
    if not customers:
        return {"customers": 0, "observed": None, "bound": None, "verdict": "too few"}
    lower, upper = bounds(leavers, customers)
    if tier_name == "high":
        bound, holds, denied = lower, lower > HIGH, upper < HIGH
    else:
        bound, holds, denied = upper, upper < LOW, lower > LOW
    verdict = "certified" if holds else "refuted" if denied else "too few"
    return {"customers": customers, "observed": observed, "bound": bound, "verdict": verdict}


def bounds(leavers: int, customers: int) -> tuple[float, float]:
    """Lower and upper Clopper-Pearson bound of a rate, each one-sided at 95 %."""
    miss = 1 - CONFIDENCE
    lower = float(beta.ppf(miss, leavers, customers - leavers + 1)) if leavers > 0 else 0.0
    upper = float(beta.ppf(1 - miss, leavers + 1, customers - leavers)) if leavers < customers else 1.0
    return lower, upper
