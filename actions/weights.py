"""What each dimension should weigh, by who left: fitted to history, shrunk to a preset.

The log-odds of leaving are taken as linear in the health that each dimension has lost, with slopes that are not
negative; the weights are the slopes over their sum. A preset w0 gives slopes s * w0, its single s fitted first. The
fit minimises

    sum of log losses + leavers * sum over dimensions of (slope / s - w0)^2

so that the preset's word counts as much as that of so many leavers, and with few of them little is learned. A
dimension that is unknown of a customer takes the mean of its others by the preset, as the score itself does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from actions.health import USUAL, overall
from actions.readings import DIMENSIONS

Floats = npt.NDArray[np.float64]
CONFIDENCE = 0.95
POINTS = 100.0
ENOUGH = 30
"""Leavers below which nothing is learned."""


@dataclass(frozen=True)
class Learned:
    """Weights that add up to 100, with the ends of their 95% intervals (percentile bootstrap over customers)."""

    weights: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]


def learn(
    parts: Floats, left: npt.ArrayLike, preset: Mapping[str, float], leavers: float
) -> dict[str, float]:
    """Give the weights for rows of the health of each dimension, (rows, dimensions), and whether they ``left``.

    With fewer than ``ENOUGH`` leavers they are the preset's.
    """
    lost, y = _lost(parts, preset), np.asarray(left, np.float64)
    return _named(_fit(lost, y, np.ones(len(y)), preset, leavers))


def with_intervals(
    parts: Floats,
    left: npt.ArrayLike,
    customers: npt.NDArray[Any],
    preset: Mapping[str, float],
    leavers: float,
    resamples: int,
    seed: int,
) -> Learned:
    """Give the weights of ``learn`` with the intervals that drawing the customers anew gives."""
    lost, y = _lost(parts, preset), np.asarray(left, np.float64)
    found = _fit(lost, y, np.ones(len(y)), preset, leavers)
    names, who = np.unique(customers, return_inverse=True)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(resamples):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        drawn.append(_fit(lost, y, times[who].astype(np.float64), preset, leavers))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return Learned(_named(found), _named(low), _named(high))


def _named(weights: Floats) -> dict[str, float]:
    return dict(zip(DIMENSIONS, (float(weight) for weight in weights), strict=True))


def _lost(parts: Floats, preset: Mapping[str, float]) -> Floats:
    """Give the health that each dimension has lost, in hundreds of points."""
    whole = overall(parts, preset)[:, None]
    return np.asarray((USUAL - np.where(np.isnan(parts), whole, parts)) / POINTS)


def _fit(lost: Floats, y: Floats, times: Floats, preset: Mapping[str, float], leavers: float) -> Floats:
    toward = np.array([preset[name] for name in DIMENSIONS]) / POINTS
    there = ~np.isnan(lost).any(axis=1) & (times > 0)
    lost, y, times = lost[there], y[there], times[there]
    if times @ y < ENOUGH or times @ (1 - y) < ENOUGH:
        return np.asarray(POINTS * toward)
    start = _minimum(_Loss(lost @ toward[:, None], y, times, np.zeros(1), 0.0), np.array([-2.0, 1.0]))
    scale = start[1]
    if scale <= 0:  # by the preset those who leave are not worse: it says nothing of how much
        return np.asarray(POINTS * toward)
    loss = _Loss(lost * scale, y, times, toward, leavers)
    slopes = _minimum(loss, np.concatenate([start[:1], toward]))[1:]
    return np.asarray(POINTS * slopes / slopes.sum()) if slopes.sum() > 0 else np.asarray(POINTS * toward)


@dataclass(frozen=True)
class _Loss:
    """The log losses of a logistic model, weighed by ``times``, and the pull of its slopes ``toward`` others."""

    X: Floats
    y: Floats
    times: Floats
    toward: Floats
    pull: float

    def __call__(self, at: Floats) -> tuple[float, Floats]:
        score = at[0] + self.X @ at[1:]
        away = at[1:] - self.toward
        value = self.times @ (np.logaddexp(0, score) - self.y * score) + self.pull * away @ away
        residual = self.times * (expit(score) - self.y)
        slope = np.concatenate([[residual.sum()], self.X.T @ residual + 2 * self.pull * away])
        many = self.times.sum()
        return float(value / many), slope / many


def _minimum(loss: _Loss, start: Floats) -> Floats:
    bounds = [(None, None)] + [(0.0, None)] * (len(start) - 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12})
    return np.asarray(found.x)
