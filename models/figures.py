"""Every figure of one list of predictions with its interval, in one pass over the resamples.

The figures are those of ``models.metrics``, which gives their values; here the resamples share one sorting, one
pair of running sums and one product of matrices, which makes a thousand of them cheap. A test holds the two to
each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models import metrics
from models.intervals import Interval, between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

STATISTICS: Mapping[str, metrics.Statistic] = {
    "observed": metrics.observed,
    "mean_p": metrics.mean_p,
    "drift": metrics.drift,
    "brier": metrics.brier,
    "log_loss": metrics.log_loss,
    "calibration_error": metrics.calibration_error,
    "pr_auc": metrics.pr_auc,
    "roc_auc": metrics.roc_auc,
    "lift_10": metrics.lift_10,
}


@dataclass(frozen=True)
class Drawn:
    """Each of STATISTICS as it is (``values``) and on every resample of the customers (``draws``)."""

    values: Mapping[str, float]
    draws: Mapping[str, Floats]

    def intervals(self) -> dict[str, Interval]:
        """Each figure with its interval."""
        return {name: between(value, [self.draws[name]]) for name, value in self.values.items()}

    def minus(self, other: Drawn, names: Iterable[str]) -> dict[str, Interval]:
        """This list's figures less those of another list of the same rows, drawn on the same resamples.

        What both share (a lucky draw of customers) cancels, so the interval is that of the pair, and mostly
        narrower than the two intervals side by side suggest.
        """
        return {
            name: between(self.values[name] - other.values[name], [self.draws[name] - other.draws[name]])
            for name in names
        }


def estimates(y: ArrayLike, p: ArrayLike, blocks: Iterable[Floats]) -> dict[str, Interval]:
    """Each of STATISTICS; ``blocks`` are the row weights that ``intervals.resamples`` gives."""
    return drawn(y, p, blocks).intervals()


def drawn(y: ArrayLike, p: ArrayLike, blocks: Iterable[Floats]) -> Drawn:
    """Each of STATISTICS and its resamples, kept to be held against those of another list."""
    outcome, said = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    means = {
        "observed": outcome,
        "mean_p": said,
        "drift": said - outcome,
        "brier": (said - outcome) ** 2,
        "log_loss": metrics.losses(outcome, said),
    }
    columns = np.column_stack(list(means.values()))
    bins = metrics.binned(said)
    apart = (said - outcome)[:, None] * (bins[:, None] == np.unique(bins)[None, :])
    order = np.argsort(-said, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(said[order])), len(said) - 1)
    kept: dict[str, list[Floats]] = {name: [] for name in STATISTICS}
    for weights in blocks:
        whole = weights.sum(axis=1)
        mean = _share(weights @ columns, whole[:, None])
        for place, name in enumerate(means):
            kept[name].append(mean[:, place])
        kept["calibration_error"].append(_share(np.abs(weights @ apart).sum(axis=1), whole))
        sorted_ = weights[:, order]
        every = np.cumsum(sorted_, axis=1)[:, ends]
        left = np.cumsum(sorted_ * outcome[order], axis=1)[:, ends]
        for name, values in _ranking(every, left).items():
            kept[name].append(values)
    return Drawn(
        {name: float(statistic(outcome, said)) for name, statistic in STATISTICS.items()},
        {name: np.concatenate(values) for name, values in kept.items()},
    )


def _ranking(every: Floats, left: Floats) -> dict[str, Floats]:
    """The ranking figures from running sums of customers and leavers (resamples, runs of ties)."""
    whole, leavers = every[:, -1], left[:, -1]
    gained = np.diff(left, axis=1, prepend=0.0)
    precision = np.divide(left, every, out=np.zeros_like(left), where=every > 0)
    stayed = every - left
    before = np.concatenate([np.zeros_like(stayed[:, :1]), stayed[:, :-1]], axis=1)
    beaten = stayed[:, -1:] - (before + stayed) / 2
    size = np.ceil(whole * 0.10 - 1e-9)
    # The run of ties in which the list ends: all before it, and a part of it.
    at = (every < size[:, None]).sum(axis=1)
    rows = np.arange(len(every))
    listed_before = np.where(at > 0, every[rows, at - 1], 0.0)
    left_before = np.where(at > 0, left[rows, at - 1], 0.0)
    part = _share(size - listed_before, every[rows, at] - listed_before)
    caught = left_before + part * (left[rows, at] - left_before)
    return {
        "pr_auc": _share((precision * gained).sum(axis=1), leavers),
        "roc_auc": _share((gained * beaten).sum(axis=1), leavers * stayed[:, -1]),
        "lift_10": _share(_share(caught, size), _share(leavers, whole)),
    }


def lists(
    y: ArrayLike, flags: Mapping[str, ArrayLike], blocks: Iterable[Floats]
) -> dict[str, dict[str, Interval]]:
    """Precision and recall of named lists; ``flags`` say how much of each customer is on a list, 0 to 1.

    A list is the same customers in every resample, as it would have been handed out.
    """
    outcome = np.asarray(y, dtype=np.float64)
    on = np.column_stack([np.asarray(flag, dtype=np.float64) for flag in flags.values()])

    def figures(weights: Floats) -> tuple[Floats, Floats]:
        caught = weights @ (on * outcome[:, None])
        return _share(caught, weights @ on), _share(caught, (weights @ outcome)[:, None])

    value = figures(np.ones((1, len(outcome))))
    found = [figures(weights) for weights in blocks]
    return {
        name: {
            kind: between(float(value[which][0, place]), [block[which][:, place] for block in found])
            for which, kind in enumerate(("precision", "recall"))
        }
        for place, name in enumerate(flags)
    }


def highest(p: ArrayLike, share: float) -> Floats:
    """The flags of the ``share`` of customers ranked highest (their number rounded up).

    Customers tied where the list ends are on it in equal parts, so that a figure is its mean over their orders.
    """
    said = np.asarray(p, dtype=np.float64)
    size = int(np.ceil(len(said) * share - 1e-9))
    last = np.sort(said)[::-1][size - 1]
    above = said > last
    return np.where(above, 1.0, np.where(said == last, (size - above.sum()) / (said == last).sum(), 0.0))


def _share(part: ArrayLike, whole: ArrayLike) -> Floats:
    over, under = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    shares: Floats = np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)
    return shares
