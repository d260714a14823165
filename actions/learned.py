"""Which play works for which cause: what the customers acted on have shown, shrunk to what all plays have shown.

A customer that would leave with probability p is kept by a play with probability s, the play's effect; so it leaves
with k p (1 - s), where k says how many of those left alone left for each that was announced. k is measured on a
comparison group (a Gamma law, its prior worth ``PRIOR`` announced leavers); without one, a play that was given to
customers who would have stayed looks as good as one that works, and nothing is learned.

A play does less for a leaver of another cause than its own. Where it is known which share of the effect was to be
expected of each customer (``fit``, 0 to 1), it leaves with k p (1 - s fit), and s is the effect on leavers of the
play's own cause. Without it s is what the play did to those that it was given to, wrong causes included.

Each play of a cause has its own s, drawn from one Beta law for all, whose mean and strength are those under which
the data are likeliest (empirical Bayes; Efron and Morris 1973). A play that was tried on few customers therefore
stands near the others, and moves away as it shows more. Everything is computed on a grid; nothing is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law

from actions.effect import Refused

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COLUMNS = ("cause", "play", "mean", "low", "high", "n")
GRID = (np.arange(96) + 0.5) / 100
"""Effects that are told apart: from 0.5% to 95.5% of the leavers kept."""
MEANS = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6])
STRENGTHS = np.array([2.0, 4.0, 8.0, 16.0, 32.0])
PRIOR = 10.0
QUANTILES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
"""Of k, over whose values the result is averaged."""


@dataclass(frozen=True)
class Learned:
    """``frame``: a row a cause and play with the mean and 95% interval of its effect, and the customers tried on.

    ``posterior`` holds the probability of each effect of GRID, a row a row of the frame; ``level`` is k.
    """

    frame: pd.DataFrame
    posterior: Floats
    level: float


def learned(acted: pd.DataFrame, others: pd.DataFrame, plays: pd.DataFrame, least: int = 20) -> Learned:
    """Learn from ``acted`` (cause, play, p, kept), customers whose outcome is known, and ``others`` (p, kept).

    ``others`` are those of the comparison group; ``p`` is the probability of leaving announced before anybody
    acted. ``acted`` may have ``fit``, the share (0 to 1) of the effect that was to be expected of each customer;
    without it that is 1. ``plays`` (cause, play) are all there are: what was never tried stands where the others
    do. Raises Refused where fewer than ``least`` others are known.
    """
    if len(others) < least:
        raise Refused(
            f"{len(others)} customers are known that were left alone, and at least {least} are wanted: without "
            "them nobody can say who would have stayed anyway",
            few=True,
        )
    announced, left = float(others["p"].sum()), float((1 - others["kept"]).sum())
    levels = gamma_law.ppf(QUANTILES, left + PRIOR, scale=1 / (announced + PRIOR))
    rows = plays[["cause", "play"]].drop_duplicates().sort_values(["cause", "play"], ignore_index=True)
    there = acted.merge(rows.assign(row=range(len(rows))), on=["cause", "play"], how="inner")
    told = _likelihoods(there, levels, len(rows))
    posterior = np.mean([_posterior(one) for one in told], axis=0)
    frame = rows.assign(
        mean=posterior @ GRID,
        low=_quantile(posterior, 0.025),
        high=_quantile(posterior, 0.975),
        n=np.bincount(there["row"], minlength=len(rows)),
    )
    return Learned(frame[list(COLUMNS)], posterior, (left + PRIOR) / (announced + PRIOR))


def tried(found: Learned, seed: int) -> pd.DataFrame:
    """Give the frame with an effect drawn for each play from what is believed of it, in place of the mean.

    Who plans by such draws gives every play the chance that it is the best one (Thompson 1933): plays of which
    little is known are tried now and then, those known to be worse hardly. The same seed draws the same.
    """
    rng = np.random.default_rng(seed)
    sums = found.posterior.cumsum(axis=1)
    places = (rng.random(len(sums))[:, None] * sums[:, -1:] > sums).sum(axis=1)
    return found.frame.assign(mean=GRID[np.minimum(places, len(GRID) - 1)])


def best(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the play with the highest mean of each cause: cause, play; of equals the first by name."""
    ranked = frame.sort_values(["cause", "mean", "play"], ascending=[True, False, True], kind="stable")
    return ranked.drop_duplicates("cause")[["cause", "play"]].reset_index(drop=True)


def _likelihoods(there: pd.DataFrame, levels: Floats, rows: int) -> Floats:
    """Give the log-likelihood of each effect of GRID, (levels, rows, effects)."""
    found = np.zeros((len(levels), rows, len(GRID)))
    p, kept = there["p"].to_numpy(np.float64)[:, None], there["kept"].to_numpy(bool)[:, None]
    fit = there["fit"].to_numpy(np.float64)[:, None] if "fit" in there else 1.0
    of_row = (there["row"].to_numpy() == np.arange(rows)[:, None]).astype(np.float64)
    for place, level in enumerate(levels):
        leaves = np.clip(level * p, 1e-6, 0.99) * (1 - GRID * fit)
        found[place] = of_row @ np.log(np.where(kept, 1 - leaves, leaves))
    return found


def _posterior(likelihood: Floats) -> Floats:
    """Give the probability of each effect, a row a play, under the Beta law that makes the data likeliest."""
    shape = likelihood - likelihood.max(axis=1, keepdims=True)
    together = np.log(np.exp(shape) @ _laws().T).sum(axis=0)
    found: Floats = np.exp(shape) * _laws()[int(np.argmax(together))]
    found /= found.sum(axis=1, keepdims=True)
    return found


@cache
def _laws() -> Floats:
    """Give the Beta laws that are tried, a row each, on GRID."""
    mean, strength = (part.reshape(-1, 1) for part in np.meshgrid(MEANS, STRENGTHS))
    weights: Floats = beta_law.pdf(GRID, mean * strength, (1 - mean) * strength)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _quantile(posterior: Floats, at: float) -> Floats:
    places = (posterior.cumsum(axis=1) < at).sum(axis=1)
    found: Floats = GRID[np.minimum(places, len(GRID) - 1)]
    return found
