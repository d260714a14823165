"""What acting brought: those acted on against comparable ones that were not, or a refusal to say.

Two ways to compare, the better one where it can be had:

- **by lot**: chance left some customers of the list alone. Those meant to be acted on are held against those left
  alone, whether or not somebody called (intention to treat), so that nobody's choice of whom to call plays a part.
  A regression on what was known before makes the difference more exact and moves it by nothing in expectation.
- **by likeness**: nobody was drawn. Those acted on are held against those that were not, weighted by the odds of
  being acted on given what was known before (Rosenbaum and Rubin 1983), each less what a regression among those
  not acted on expects of it. The result is right where either of the two models is (doubly robust; for the effect
  on those acted on Mercatanti and Li 2014, Moodie et al. 2018). It assumes that what was known before tells all
  that both the choice and the outcome went by, which no data can prove.

Both are refused where the comparison would carry more than it can: too few in a group, nobody like those acted on,
or groups that stay unlike after weighting. Intervals are 95%, by a bootstrap over customers in which everything is
fitted again: the percentiles, or Student's where these lie further out, as they should for a small or uneven group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import t as student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OUTCOMES = ("kept", "revenue", "margin")
LOT, LIKENESS = "lot", "likeness"
FURTHEST = 0.95
"""The odds of being acted on beyond which nobody is like a customer."""
OUTSIDE = 0.10
"""Share of those acted on that may have nobody like them: of these the regression alone speaks."""
UNLIKE = 0.25
"""Difference of means, in standard deviations, that the weighted groups may have (Stuart 2010)."""
RIDGE = 0.1
STEPS = 12


class Refused(ValueError):
    """Why nothing can be claimed, in one sentence. ``few``: more customers would mend it."""

    def __init__(self, sentence: str, *, few: bool) -> None:
        super().__init__(sentence)
        self.few = few


class Interval(NamedTuple):
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Asked:
    """``least`` customers in each group; ``resamples`` of the bootstrap; ``seed`` of its draws."""

    least: int = 20
    resamples: int = 1000
    seed: int = 7


@dataclass(frozen=True)
class Effect:
    """What acting brought on those acted on (``way`` lot: on those meant to be).

    ``kept`` is the difference of the shares of customers kept; ``recovered`` the customers that makes;
    ``revenue`` and ``margin`` the money they add in the window; ``roi`` (margin - cost) / cost, None without a
    cost. ``naive`` is the plain difference of the shares kept, of whoever was called against whoever was not.
    ``outside`` have nobody like them and are judged by the regression alone; ``unlike`` is the largest difference
    left between the groups, in standard deviations.
    """

    way: str
    treated: int
    others: int
    kept_treated: float
    kept_others: float
    kept: Interval
    recovered: Interval
    revenue: Interval
    margin: Interval
    cost: float
    roi: Interval | None
    naive: float
    outside: int
    unlike: float

    @property
    def claimed(self) -> bool:
        """Whether it may be said that acting kept customers."""
        return self.kept.low > 0


def effect(units: pd.DataFrame, covariates: Sequence[str], asked: Asked) -> Effect:
    """Give the effect of acting, by lot where enough were left alone by lot, and else by likeness.

    ``units``, one row a customer and plan or alert: customer_id, held_out (chance drew it to be left alone),
    planned (a plan was made for it), level (of its alert; of a level of which nobody was left alone, nobody was in
    the draw), treated (somebody acted in time), kept (1: still buys at the end of the window), revenue, margin (in
    the window), cost, and ``covariates``, known before anybody acted. Raises Refused.
    """
    _demand_somebody(units)
    drawn = units[units["planned"]]
    drawn = drawn[drawn.groupby("level")["held_out"].transform("any")]
    left = drawn["held_out"].astype(bool)
    if min(left.sum(), (~left).sum()) >= asked.least:
        return _by_lot(drawn.assign(group=~left), covariates, asked)
    others = units[~units["held_out"].astype(bool)]
    return _by_likeness(
        others.assign(group=others["treated"].astype(bool)), covariates, asked, int(left.sum())
    )


def _demand_somebody(units: pd.DataFrame) -> None:
    if units.empty:
        raise Refused(
            "no alert or plan is old enough for anybody to know what became of its customer", few=True
        )
    if not units["treated"].any():
        raise Refused("nobody was acted on in time, so there is no effect to speak of", few=True)


def _by_lot(units: pd.DataFrame, covariates: Sequence[str], asked: Asked) -> Effect:
    group, X, Y, weights = _arrays(units, covariates, asked)
    Z = np.column_stack([np.ones(len(X)), group, X])
    found = _regressed(Z, Y, weights)[:, 1, :]
    least = min(group.sum(), (1 - group).sum())
    return _told(
        LOT,
        units,
        group,
        Y,
        found,
        least,
        Z.shape[1] - 1,
        outside=0,
        unlike=_unlike(X, group, np.ones(len(X))),
    )


def _by_likeness(units: pd.DataFrame, covariates: Sequence[str], asked: Asked, drawn: int) -> Effect:
    some = f"only {drawn} were left alone by lot, and " if drawn else "nobody was left alone by lot, and "
    acted = units["group"]
    if acted.all():
        raise Refused(
            f"{some}everybody else was acted on, so there is nobody to compare with; leave a share alone by lot "
            "(plans.holdout)",
            few=False,
        )
    if min(acted.sum(), (~acted).sum()) < asked.least:
        raise Refused(
            f"{some}there are {acted.sum()} customers acted on and {(~acted).sum()} that were not, of whom "
            f"something is known; at least {asked.least} of each are wanted",
            few=True,
        )
    group, X, Y, weights = _arrays(units, covariates, asked)
    p = _logistic(X, group, weights[:1])[0]
    most = min(FURTHEST, p[group == 0].max())
    outside = int(((group == 1) & (p > most)).sum())
    if outside > OUTSIDE * group.sum():
        raise Refused(
            f"{some}nobody is like {outside} of the {int(group.sum())} customers acted on (at most {OUTSIDE:.0%} "
            "may be so): whom to act on was decided by what also decides who leaves; leave a share alone by lot "
            "(plans.holdout)",
            few=False,
        )
    p = _logistic(X, group, weights)
    odds = np.where(group == 0, p / (1 - p), 0.0)
    effective = odds[0].sum() ** 2 / (odds[0] ** 2).sum()
    if effective < asked.least:
        raise Refused(
            f"{some}those not acted on that are like those acted on count for {effective:.0f} customers; at least "
            f"{asked.least} are wanted",
            few=True,
        )
    unlike = _unlike(X, group, np.where(group == 1, 1.0, odds[0]))
    if unlike > UNLIKE:
        raise Refused(
            f"{some}those acted on and those that were not stay {unlike:.2f} standard deviations apart, whatever "
            f"their weights (at most {UNLIKE:g}); leave a share alone by lot (plans.holdout)",
            few=False,
        )
    Z = np.column_stack([np.ones(len(X)), X])
    alone = weights * (group == 0)
    expected = np.einsum("ni,bij->bnj", Z, _regressed(Z, Y, alone))
    expected[:, :, 0] = _logistic(X, Y[:, 0], alone)  # a share kept lies between 0 and 1
    rest = Y - expected
    found = _mean(rest, weights * group) - _mean(rest, weights * odds)
    return _told(LIKENESS, units, group, Y, found, min(effective, group.sum()), Z.shape[1], outside, unlike)


def _told(
    way: str,
    units: pd.DataFrame,
    group: Floats,
    Y: Floats,
    found: Floats,
    least: float,
    fitted: int,
    outside: int,
    unlike: float,
) -> Effect:
    """Give the effect; ``found`` are differences a customer, (1 + resamples, outcomes), the data's own first.

    ``least`` is for how many customers the smaller group counts, ``fitted`` how many coefficients it bore.
    """
    kept, revenue, margin = (_interval(found[:, place], least, fitted) for place in range(len(OUTCOMES)))
    size, cost = int(group.sum()), float(units.loc[group == 1, "cost"].sum())
    called = units["treated"].to_numpy(bool)
    return Effect(
        way=way,
        treated=size,
        others=int(len(group) - size),
        kept_treated=float(Y[group == 1, 0].mean()),
        kept_others=float(Y[group == 1, 0].mean() - kept.value),
        kept=kept,
        recovered=_times(kept, size),
        revenue=_times(revenue, size),
        margin=_times(margin, size),
        cost=cost,
        roi=Interval(*(one * size / cost - 1 for one in margin)) if cost > 0 else None,
        naive=float(Y[called, 0].mean() - Y[~called, 0].mean()) if not called.all() else np.nan,
        outside=outside,
        unlike=unlike,
    )


def _times(one: Interval, size: int) -> Interval:
    return Interval(*(value * size for value in one))


def _interval(found: Floats, least: float, fitted: int) -> Interval:
    low, high = np.quantile(found[1:], [0.025, 0.975])
    free = max(least - fitted, 1.0)
    half = student.ppf(0.975, free) * found[1:].std(ddof=1) * np.sqrt(least / free)
    return Interval(float(found[0]), float(min(low, found[0] - half)), float(max(high, found[0] + half)))


def _arrays(
    units: pd.DataFrame, covariates: Sequence[str], asked: Asked
) -> tuple[Floats, Floats, Floats, Floats]:
    """Give the group (1: acted on), standardised covariates, outcomes, and the weights of every resample.

    The first row of weights is the data as they are. An unknown covariate is the median of the known ones, and one
    that is often unknown says so in a column of its own.
    """
    columns = []
    for name in covariates:
        values = units[name].to_numpy(np.float64)
        unknown = np.isnan(values)
        if unknown.all():
            continue
        columns.append(np.where(unknown, np.nanmedian(values), values))
        if unknown.mean() > 0.05:
            columns.append(unknown.astype(np.float64))
    raw = np.column_stack(columns) if columns else np.zeros((len(units), 0))
    spread = raw.std(axis=0)
    X = (raw[:, spread > 0] - raw.mean(axis=0)[spread > 0]) / spread[spread > 0]
    codes, names = pd.factorize(units["customer_id"], sort=True)
    rng = np.random.default_rng(asked.seed)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=asked.resamples)
    weights = np.vstack([np.ones(len(units)), drawn[:, codes]])
    return units["group"].to_numpy(np.float64), X, units[list(OUTCOMES)].to_numpy(np.float64), weights


def _regressed(Z: Floats, Y: Floats, weights: Floats) -> Floats:
    """Give the coefficients of weighted least squares, (weights, columns of Z, columns of Y)."""
    size = Z.shape[1]
    squares = weights @ (Z[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)
    products = weights @ (Z[:, :, None] * Y[:, None, :]).reshape(len(Z), -1)
    gram = squares.reshape(-1, size, size) + 1e-6 * np.eye(size)
    solved = np.linalg.solve(gram, products.reshape(-1, size, Y.shape[1]))
    found: Floats = np.asarray(solved, dtype=np.float64)
    return found


def _logistic(X: Floats, y: Floats, weights: Floats) -> Floats:
    """Give the probability that ``y`` is 1 by a weighted logistic regression, (weights, rows), hardly shrunk."""
    Z = np.column_stack([np.ones(len(X)), X])
    size = Z.shape[1]
    outer = (Z[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)
    penalty = RIDGE * np.diag([0.0] + [1.0] * (size - 1)) + 1e-6 * np.eye(size)
    beta: Floats = np.zeros((len(weights), size))
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(beta @ Z.T, -30, 30)))
        curve = (weights * p * (1 - p)) @ outer
        slope = (weights * (y - p)) @ Z - beta @ penalty
        step = np.linalg.solve(curve.reshape(-1, size, size) + penalty, slope[:, :, None])[:, :, 0]
        beta = beta + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-6:
            break
    found: Floats = (1 / (1 + np.exp(-np.clip(beta @ Z.T, -30, 30)))).clip(1e-6, 1 - 1e-6)
    return found


def _mean(rest: Floats, weights: Floats) -> Floats:
    """Give the weighted means of each outcome, (weights, outcomes)."""
    total = np.maximum(weights.sum(axis=1), 1e-9)
    found: Floats = np.einsum("bn,bnj->bj", weights, rest) / total[:, None]
    return found


def _unlike(X: Floats, group: Floats, weights: Floats) -> float:
    """Give the largest difference of the groups' weighted means, in standard deviations (the columns' own: 1)."""
    if not X.shape[1]:
        return 0.0
    means = [np.average(X[group == side], axis=0, weights=weights[group == side]) for side in (1, 0)]
    return float(np.abs(means[0] - means[1]).max())
