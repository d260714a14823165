"""How far did the inputs of a model move between two dates, and is that more than they usually do?

Each feature of the customers asked about now is held against those of another date: the same month of last year
where records reach that far, so that a season that comes back is no movement. Two measures, both of one row a
customer and date:

- PSI, the population stability index, over the deciles of the known values of then and one bin for the unknown;
- the two-sample Kolmogorov-Smirnov test of the known values, and the test of two shares of the unknown. The p-value
  is twice the smaller of the two, times the number of features (Bonferroni). Most customers stand on both dates,
  which makes two dates more alike than two samples would be: the test is careful, never rash.

What is usual is learned: the same pair of months, a year apart, of the past. A company grows, its customers grow
older, and features that say so move every year as far as they do now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import kolmogorov, ndtr

from models.notices import LOOK, NOTHING, RETRAIN, Notice
from models.quality import BINS, chance, psi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_PAIRS = 3
"""Past pairs of dates below which nothing is said of what is usual."""


@dataclass(frozen=True)
class Limits:
    """``psi`` and ``alpha`` must both be passed, and what is usual by ``beyond`` times. ``features`` is the share
    of a source's features, ``reasons`` that of the model's reasons, from which their movement is worth a look;
    ``retrain`` the share of the model's reasons from which it is worth a retraining.
    """

    psi: float = 0.25
    alpha: float = 0.01
    beyond: float = 1.5
    features: float = 0.25
    reasons: float = 0.10
    retrain: float = 0.50


@dataclass(frozen=True)
class Moved:
    """One value a feature: ``psi``, what it stays below by ``chance``, the corrected ``p``, and the largest PSI of
    the past pairs (``usual``; 0 where there were too few); ``moved`` is the finding.
    """

    psi: Floats
    chance: Floats
    p: Floats
    usual: Floats
    moved: NDArray[np.bool_]


def compared(now: Floats, then: Floats, past: Sequence[Floats], limits: Limits, customers: int = 0) -> Moved:
    """Hold ``now`` (customers, features) against ``then``; ``past`` are the PSIs of past pairs (``psis``).

    ``then`` may hold several rows a customer; ``customers`` is how many there are (0: as many as rows).
    """
    told = np.array([_feature(now[:, j], then[:, j], customers) for j in range(now.shape[1])]).reshape(-1, 3)
    p = np.minimum(told[:, 2] * max(now.shape[1], 1), 1.0)
    usual = np.max(past, axis=0) if len(past) >= LEAST_PAIRS else np.zeros(now.shape[1])
    moved = (told[:, 0] > limits.psi) & (told[:, 0] > told[:, 1]) & (p < limits.alpha)
    return Moved(told[:, 0], told[:, 1], p, usual, moved & (told[:, 0] > limits.beyond * usual))


def psis(now: Floats, then: Floats) -> Floats:
    """The PSI of each feature (column) between two dates."""
    return np.array([psi(*_bins(now[:, j], then[:, j])) for j in range(now.shape[1])])


def _feature(now: Floats, then: Floats, customers: int) -> tuple[float, float, float]:
    counts = _bins(now, then)
    most = customers / len(then) if customers and len(then) else 1.0
    return psi(*counts), chance(counts[0], counts[1] * most), _p(now, then, most)


def _bins(now: Floats, then: Floats) -> tuple[Floats, Floats]:
    """Rows in each bin on either date, the unknown last; a bin ends at a decile of the known values of then."""
    known = np.sort(then[~np.isnan(then)])
    ends = np.unique(known[(np.arange(1, BINS) * len(known)) // BINS]) if len(known) else np.empty(0)
    return _counts(now, ends), _counts(then, ends)


def _counts(values: Floats, ends: Floats) -> Floats:
    known = values[~np.isnan(values)]
    inside = np.bincount(np.searchsorted(ends, known, side="left"), minlength=len(ends) + 1)
    return np.append(inside, len(values) - len(known)).astype(np.float64)


def _p(now: Floats, then: Floats, most: float) -> float:
    """The p-value of one feature; ``most`` is how much of a customer each row of then is worth."""
    known, before = np.sort(now[~np.isnan(now)]), np.sort(then[~np.isnan(then)])
    found = [_shares(len(known), len(now), len(before) * most, len(then) * most)]
    if len(known) and len(before):
        places = np.concatenate([known, before])
        apart = np.abs(
            np.searchsorted(known, places, side="right") / len(known)
            - np.searchsorted(before, places, side="right") / len(before)
        ).max()
        size = 1 / (1 / len(known) + 1 / (len(before) * most))
        found.append(float(kolmogorov(np.sqrt(size) * apart)))
    return min(1.0, 2 * min(found))


def _shares(some: float, all_: float, others: float, whole: float) -> float:
    """The two-sided p-value that two shares are one (pooled variance)."""
    if not all_ or not whole:
        return 1.0
    share = (some + others) / (all_ + whole)
    spread = np.sqrt(share * (1 - share) * (1 / all_ + 1 / whole))
    return 1.0 if spread == 0 else float(2 * ndtr(-abs(some / all_ - others / whole) / spread))


def notices(
    found: Moved,
    names: Sequence[str],
    source_of: Mapping[str, str],
    reasons: Floats,
    limits: Limits,
    against: str,
) -> list[Notice]:
    """One notice a source of features; ``reasons`` is the share of the model's reasons of each feature."""
    sources = np.array([source_of[name] for name in names], dtype=object)
    told = []
    for source in dict.fromkeys(sources):
        mine = sources == source
        share = float(found.moved[mine].mean())
        carried = float(reasons[mine & found.moved].sum())
        look = share >= limits.features or carried >= limits.reasons
        verdict = (RETRAIN if carried >= limits.retrain else LOOK) if look else NOTHING
        worst = [i for i in np.argsort(-found.psi, kind="stable") if mine[i] and found.moved[i]]
        words = f"{int(found.moved[mine].sum())} of {int(mine.sum())} features moved against {against}"
        if worst:
            words += f", which carry {carried:.0%} of the model's reasons; the furthest is {names[worst[0]]}"
            words += f" (PSI {found.psi[worst[0]]:.2f})"
        figures = {
            "features": int(mine.sum()),
            "moved": [names[i] for i in worst],
            "share_moved": share,
            "reasons_moved": carried,
            "reasons": float(reasons[mine].sum()),
        }
        told.append(Notice("inputs", str(source), verdict, words + ".", figures))
    return told


def predictions(
    now: Floats,
    then: Floats,
    past: Sequence[tuple[float, float]],
    tiers: Mapping[str, tuple[int, int]],
    ratio: float,
    limits: Limits,
    against: str,
) -> Notice:
    """Hold today's probabilities against those that the same model gives the customers of ``then``.

    ``past`` are the log ratio of the means and the PSI of past pairs of dates; ``tiers`` how many customers each
    tier has now and then. Worth a look where the mean changed by more than ``ratio`` times, beyond chance and what
    is usual, or the distribution moved as a feature would.
    """
    change = float(np.log(now.mean() / then.mean())) if len(now) and len(then) else 0.0
    spread = float(
        np.sqrt(sum(part.var() / (len(part) * part.mean() ** 2) for part in (now, then) if len(part)))
    )
    usual = np.max(np.abs(past), axis=0) if len(past) >= LEAST_PAIRS else np.zeros(2)
    counts = _bins(now, then)
    apart = psi(*counts)
    shifted = abs(change) - 2 * spread > max(np.log(ratio), limits.beyond * usual[0])
    moved = apart > max(limits.psi, chance(*counts), limits.beyond * usual[1])
    words = (
        f"The mean probability is {now.mean():.1%}; the same model gives the customers of {against} "
        f"{then.mean():.1%} (PSI {apart:.2f})."
    )
    figures = {
        "mean_p": float(now.mean()),
        "mean_p_then": float(then.mean()),
        "ratio": float(np.exp(change)),
        "ratio_usual": float(np.exp(usual[0])) if len(past) >= LEAST_PAIRS else None,
        "psi": apart,
        "psi_usual": float(usual[1]) if len(past) >= LEAST_PAIRS else None,
        "tiers": {name: {"now": now_, "then": then_} for name, (now_, then_) in tiers.items()},
    }
    return Notice("predictions", "p_churn", LOOK if shifted or moved else NOTHING, words, figures)
