"""What a plan is expected to bring, with the interval of what is believed of its effect.

A play keeps a share ``e`` of the leavers of its own cause, and ``mismatch`` times as many of those that leave for
another. With ``w = odds + (1 - odds) * mismatch``, ``odds`` the chance that the cause named is the true one, a
plan for a customer that stands for a margin V a year is expected to bring

    e * w * (p_going + gone_factor * p_gone) * (1 - concession) * V
        - (1 - p_churn) * concession * V - cost - hours * hour_cost

which is the profit of ``docs/reference/profit.md`` with a play's own acceptance, cost and incentive. It is a
line in ``e``, so with ``e`` following a Beta law its interval is that line at the law's quantiles; nothing is
drawn. The interval is over what is believed of the play: whether this one customer leaves is not in it.

``e`` is of leavers of the play's own cause. What a play was seen to do to all that it was given to has wrong causes
in it already; who learns ``e`` from that takes out what ``reached`` puts in.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import beta as beta_law

from actions.playbooks import Playbooks

MOST = 0.95
"""No play is believed to keep more than this share of the leavers."""
LEAST = 0.001
LEVEL = (0.025, 0.975)
WIDTH = 2 * 1.959964
"""Standard deviations between the ends of a 95% interval of a normal law."""


@dataclass(frozen=True)
class Assumed:
    """``alpha`` and ``beta`` of the usual acceptance; money is in the dataset's currency."""

    alpha: float = 6.0
    beta: float = 14.0
    gone_factor: float = 1.0
    mismatch: float = 0.35
    hour_cost: float = 60.0


def beliefs(books: Playbooks, assumed: Assumed, learned: pd.DataFrame | None = None) -> pd.DataFrame:
    """Give what is believed of ``e``, the share of the leavers of its own cause that each play keeps.

    Returns cause, play, alpha, beta (a Beta law), mean, n (customers learned from).

    The prior of a play has the mean ``effect`` times the usual acceptance, and is as sure of it. ``learned``
    has a row a cause and play: mean, low, high (a 95% interval) of the same share as it was found, n (customers
    it is made of; 0: nothing found). The two are joined as two normal estimates are, weighted by one over their
    variances, and the Beta law is the one of that mean and variance.
    """
    usual, sure = assumed.alpha / (assumed.alpha + assumed.beta), assumed.alpha + assumed.beta
    rows = pd.DataFrame(
        [(cause, play.key, min(max(usual * play.effect, LEAST), MOST)) for cause, play in books],
        columns=["cause", "play", "prior"],
    )
    mean, n = rows["prior"].to_numpy(dtype=np.float64), np.zeros(len(rows))
    spread = mean * (1 - mean) / (sure + 1)
    if learned is not None and len(learned):
        told = rows[["cause", "play"]].merge(
            learned[["cause", "play", "mean", "low", "high", "n"]],
            on=["cause", "play"],
            how="left",
            validate="one_to_one",
        )
        found = ((told["n"] > 0) & told[["mean", "low", "high"]].notna().all(axis=1)).to_numpy()
        seen, low, high = (told[name].to_numpy(dtype=np.float64) for name in ("mean", "low", "high"))
        noise = np.maximum((high - low) / WIDTH, 1e-3) ** 2
        weight = np.where(found, spread / (spread + noise), 0.0)
        mean = mean + np.where(found, weight * (seen - mean), 0.0)
        spread = spread * (1 - weight)
        n = np.where(found, told["n"].to_numpy(dtype=np.float64), 0.0)
    mean = np.clip(mean, LEAST, MOST)
    strength = np.maximum(mean * (1 - mean) / spread - 1, 2.0)
    return rows[["cause", "play"]].assign(alpha=mean * strength, beta=(1 - mean) * strength, mean=mean, n=n)


def reached(rows: pd.DataFrame, assumed: Assumed) -> np.ndarray:
    """Give the probability that each row's customer leaves within reach of its play: of these it keeps ``e``.

    ``rows`` has odds, p_churn, p_gone; the result, ``w * (p_going + gone_factor * p_gone)``, is 0 to p_churn.
    """
    odds = rows["odds"].to_numpy(dtype=np.float64)
    found: np.ndarray = (odds + (1 - odds) * assumed.mismatch) * _leaving(rows, assumed)
    return found


def _leaving(rows: pd.DataFrame, assumed: Assumed) -> np.ndarray:
    p_churn, p_gone = (rows[name].to_numpy(dtype=np.float64) for name in ("p_churn", "p_gone"))
    return p_churn - (1 - assumed.gone_factor) * p_gone


def profits(candidates: pd.DataFrame, believed: pd.DataFrame, assumed: Assumed) -> pd.DataFrame:
    """Give each candidate its ``kept`` (share of such leavers), ``profit``, ``profit_low``, ``profit_high``,
    ``money``.

    ``candidates`` has a row a customer and play: cause, play, odds, p_churn, p_gone, stake, hours, cost,
    concession. ``money`` is what the plan takes from the budget: its cost and the concession it is expected to
    grant.
    """
    law = candidates[["cause", "play"]].merge(
        believed, on=["cause", "play"], how="left", validate="many_to_one"
    )
    margin = candidates["stake"].to_numpy(dtype=np.float64)
    p_churn, given = (candidates[name].to_numpy(dtype=np.float64) for name in ("p_churn", "concession"))
    hours, cost = (candidates[name].to_numpy(dtype=np.float64) for name in ("hours", "cost"))
    leaving, within = _leaving(candidates, assumed), reached(candidates, assumed)
    brings = within * (1 - given) * margin
    takes = (1 - p_churn) * given * margin + cost + hours * assumed.hour_cost
    alpha, beta, mean = (law[name].to_numpy(dtype=np.float64) for name in ("alpha", "beta", "mean"))
    low, high = (beta_law.ppf(level, alpha, beta) for level in LEVEL)
    return candidates.assign(
        kept=mean * within / np.where(leaving > 0, leaving, 1.0),
        profit=brings * mean - takes,
        profit_low=brings * low - takes,
        profit_high=brings * high - takes,
        money=cost + given * margin * (1 - p_churn + mean * within),
    )
