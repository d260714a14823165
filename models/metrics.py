"""How good are predicted probabilities? Ranking, calibration, and both at once.

Every statistic has the form ``statistic(y, p, weights=None)``: ``y`` is 1 for customers that left, ``p``
what was predicted. ``weights`` of shape (n,) gives a float, of shape (b, n) gives b values at once, which
is how ``models.intervals`` draws its resamples: a customer drawn twice weighs two. A statistic that the
data leave open (ranking without leavers) is NaN.

Ties in ``p`` are broken by nobody: at a cut through tied customers a figure is its mean over all orders of
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

SURE = 1e-15
BINS = 10


class Statistic(Protocol):
    """A figure of predictions ``p`` against labels ``y``."""

    def __call__(self, y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float: ...


def losses(y: ArrayLike, p: ArrayLike) -> Floats:
    """The log loss of each prediction in nats; 0 and 1 count as 1e-15 away from themselves."""
    outcome = np.asarray(y, dtype=np.float64)
    q = np.clip(np.asarray(p, dtype=np.float64), SURE, 1 - SURE)
    return np.asarray(-(outcome * np.log(q) + (1 - outcome) * np.log1p(-q)))


def log_loss(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Mean log loss in nats."""
    return _mean(losses(y, p), weights)


def level_free_log_loss(y: ArrayLike, p: ArrayLike) -> float:
    """Mean log loss after the one shift in log-odds that makes the mean probability the observed rate.

    It judges order and spread, and forgives the level: what a calibration on a later date mends anyway.
    """
    outcome = np.asarray(y, dtype=np.float64)
    log_odds = logit(np.clip(np.asarray(p, dtype=np.float64), SURE, 1 - SURE))
    if not 0 < outcome.mean() < 1:
        return float(_mean(losses(outcome, expit(log_odds)), None))
    shift = brentq(lambda by: expit(log_odds + by).mean() - outcome.mean(), -80, 80)
    return float(_mean(losses(outcome, expit(log_odds + shift)), None))


def brier(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Mean squared distance of probability and label (Brier 1950), 0 to 1."""
    return _mean((np.asarray(p, dtype=np.float64) - np.asarray(y)) ** 2, weights)


def mean_p(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Mean predicted probability."""
    return _mean(np.asarray(p, dtype=np.float64), weights)


def observed(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Share of customers that left."""
    return _mean(np.asarray(y, dtype=np.float64), weights)


def drift(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Mean predicted minus observed; above 0 the model warned too much."""
    return _mean(np.asarray(p, dtype=np.float64) - np.asarray(y), weights)


def pr_auc(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Average precision: precision at each threshold, weighted by the recall that it adds.

    As in scikit-learn, tied customers come in together, and nothing is interpolated between thresholds.
    """
    every, left = _cumulative(y, p, weights)
    precision = np.divide(left, every, out=np.zeros_like(left), where=every > 0)
    gained = np.diff(left, axis=-1, prepend=0.0)
    return _ratio((precision * gained).sum(axis=-1), left[..., -1])


def roc_auc(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Chance that a leaver is ranked above a stayer; ties count half (Mann and Whitney 1947)."""
    every, left = _cumulative(y, p, weights)
    stayed = every - left
    gained = np.diff(left, axis=-1, prepend=0.0)
    stayed_before = np.concatenate([np.zeros_like(stayed[..., :1]), stayed[..., :-1]], axis=-1)
    # A leaver beats every stayer that comes in later, and half of those that come in with it.
    beaten = stayed[..., -1:] - (stayed_before + stayed) / 2
    return _ratio((gained * beaten).sum(axis=-1), left[..., -1] * stayed[..., -1])


def lift(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, at: float = 0.10) -> Floats | float:
    """How many times denser leavers are among the ``at`` ranked highest than among all customers."""
    return _ratio(precision_at(y, p, weights, share=at), observed(y, p, weights))


def lift_10(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Floats | float:
    """Lift among the tenth ranked highest."""
    return lift(y, p, weights, at=0.10)


def precision_at(
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, share: float
) -> Floats | float:
    """Share of leavers among the ``share`` of customers ranked highest (their number rounded up)."""
    return _ratio(*_top(y, p, weights, share)[:2])


def recall_at(
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, share: float
) -> Floats | float:
    """Share of all leavers that is among the ``share`` of customers ranked highest (their number rounded
    up).
    """
    left, _, leavers = _top(y, p, weights, share)
    return _ratio(left, leavers)


def precision_recall_at(y: ArrayLike, p: ArrayLike, k: int) -> tuple[float, float]:
    """Precision and recall of calling the ``k`` customers ranked highest."""
    customers = len(np.asarray(y))
    if not 1 <= k <= customers:
        raise ValueError(f"The list is to hold {k} customers of {customers}; at least 1 and at most all.")
    every, left = _cumulative(y, p, None)
    caught = float(np.interp(k, np.append(0.0, every), np.append(0.0, left)))
    return caught / k, float(_ratio(caught, left[-1]))


def precision_recall_of(y: ArrayLike, flagged: ArrayLike) -> tuple[float, float]:
    """Precision and recall of a list of flagged customers, such as those of the high tier.

    Nobody flagged: the precision is NaN. No leavers: the recall is.
    """
    outcome, chosen = np.asarray(y) == 1, np.asarray(flagged, dtype=bool)
    caught = float((outcome & chosen).sum())
    return float(_ratio(caught, float(chosen.sum()))), float(_ratio(caught, float(outcome.sum())))


def calibration_error(
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, bins: int = BINS
) -> Floats | float:
    """Mean distance of predicted and observed rate over ``bins`` groups of neighbours in ``p``, equally
    large.

    Tied customers share a group, so groups may be fewer. Even a perfect model has a positive value, the
    larger the smaller its groups (Bröcker 2012): compare it between models on the same customers only.
    """
    p = np.asarray(p, dtype=np.float64)
    group = binned(p, bins)
    weight = _weights(weights, len(p))
    apart = weight * (p - np.asarray(y, dtype=np.float64))
    total = sum(np.abs(apart[..., group == number].sum(axis=-1)) for number in np.unique(group))
    return _ratio(np.asarray(total), weight.sum(axis=-1))


def binned(p: ArrayLike, bins: int = BINS) -> NDArray[np.int64]:
    """The number of each prediction's group, from lowest to highest; ties share the group of their middle."""
    values = np.asarray(p, dtype=np.float64)
    _, code, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2
    return np.asarray(np.floor(middle / max(len(values), 1) * bins)[code], dtype=np.int64)


def brier_parts(y: ArrayLike, p: ArrayLike) -> dict[str, float]:
    """The Brier score taken apart: brier = miscalibration - discrimination + uncertainty, exactly.

    ``uncertainty`` is the score of the observed rate for everybody, ``discrimination`` what the ranking
    earns when each probability is replaced by the isotonic fit, ``miscalibration`` what the given
    probabilities lose to that fit. No bins, all three at least 0 (Dimitriadis, Gneiting and Jordan 2021).
    """
    outcome, p = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(p, outcome).predict(p)
    whole = float(np.mean((p - outcome) ** 2))
    mended = float(np.mean((fitted - outcome) ** 2))
    spread = float(np.mean((outcome.mean() - outcome) ** 2))
    return {"miscalibration": whole - mended, "discrimination": spread - mended, "uncertainty": spread}


def _weights(weights: ArrayLike | None, rows: int) -> Floats:
    return np.ones(rows) if weights is None else np.asarray(weights, dtype=np.float64)


def _mean(values: Floats, weights: ArrayLike | None) -> Floats | float:
    weight = _weights(weights, len(values))
    return _ratio(weight @ values, weight.sum(axis=-1))


def _ratio(top: ArrayLike, bottom: ArrayLike) -> Floats | float:
    over, under = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    result = np.divide(over, under, out=np.full(np.broadcast(over, under).shape, np.nan), where=under > 0)
    return float(result) if result.ndim == 0 else result


def _cumulative(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Weight of customers and of leavers from the highest prediction down, at the end of each run of ties."""
    p = np.asarray(p, dtype=np.float64)
    order = np.argsort(-p, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    weight = _weights(weights, len(p))[..., order]
    if not len(p):
        nothing = np.zeros((*weight.shape[:-1], 1))
        return nothing, nothing
    every = np.cumsum(weight, axis=-1)[..., ends]
    left = np.cumsum(weight * np.asarray(y, dtype=np.float64)[order], axis=-1)[..., ends]
    return every, left


def _top(
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None, share: float
) -> tuple[Floats, Floats, Floats]:
    """Leavers among the highest, the number of the highest, and all leavers."""
    if not 0 < share <= 1:
        raise ValueError(f"The share of customers is {share}; it lies above 0 and up to 1.")
    every, left = _cumulative(y, p, weights)
    # The small step down keeps 0.1 * 30 at 3, which floats make 3.0000000000000004.
    k = np.ceil(every[..., -1] * share - 1e-9)
    flat_every, flat_left = np.atleast_2d(every), np.atleast_2d(left)
    caught = [
        np.interp(size, np.append(0.0, all_), np.append(0.0, some))
        for size, all_, some in zip(np.atleast_1d(k), flat_every, flat_left, strict=True)
    ]
    return np.reshape(caught, k.shape), k, left[..., -1]
