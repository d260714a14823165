"""Are the data enough? How the figures grow with history and customers, and shrink with shorter windows.

A study fits one family again and again, on nested parts of the training rows or of the features, and judges each
fit on the same later rows. What is drawn at random is drawn once: the customers of a smaller part are all in the
larger one, so that a curve shows more data and not other data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models import metrics
from models.errors import TooLittle
from models.intervals import Interval, between, resamples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    from models.metrics import Statistic

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FIGURES: dict[str, Statistic] = {
    "pr_auc": metrics.pr_auc,
    "roc_auc": metrics.roc_auc,
    "log_loss": metrics.log_loss,
}
SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
MONTHS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)
WINDOWS = (30, 90, 180, 365)


@dataclass(frozen=True)
class Part:
    """One point of a study: how much there is of what grows, the training rows, and the features."""

    size: int
    rows: Flags
    features: tuple[str, ...]


Said = Callable[[Part], "Floats"]
"""Fits on a part and gives a probability for each row that all are judged on."""


def history(as_of: ArrayLike, features: Sequence[str]) -> list[Part]:
    """The last 1, 2, 3, 6, ... training dates, and all of them; ``size`` is their number."""
    dates = np.unique(np.asarray(as_of))
    sizes = [months for months in MONTHS if months < len(dates)] + [len(dates)]
    return [Part(size, np.asarray(as_of) >= dates[-size], tuple(features)) for size in sizes]


def customers(groups: ArrayLike, features: Sequence[str], seed: int) -> list[Part]:
    """A sixteenth, eighth, ... of the customers and all of them, nested; ``size`` is their number."""
    codes, names = pd.factorize(np.asarray(groups), sort=True)
    place = np.empty(len(names), dtype=np.int64)
    place[np.random.default_rng(seed).permutation(len(names))] = np.arange(len(names))
    sizes = list(dict.fromkeys(max(round(share * len(names)), 1) for share in SHARES))
    return [Part(size, place[codes] < size, tuple(features)) for size in sizes]


def windows(days: Mapping[str, int | None], rows: int) -> list[Part]:
    """The features that look back at most 30, 90, 180, 365 days, and all of them (``size`` 0).

    A feature without a window (days since the last order, the first order) looks back for ever: it is in the last
    part only.
    """
    every = np.ones(rows, dtype=bool)
    parts: list[Part] = []
    for most in WINDOWS:
        names = tuple(name for name, told in days.items() if told is not None and told <= most)
        if names and (not parts or names != parts[-1].features) and len(names) < len(days):
            parts.append(Part(most, every, names))
    return [*parts, Part(0, every, tuple(days))]


def studied(
    parts: Sequence[Part], said: Said, y: ArrayLike, groups: ArrayLike, *, n: int, seed: int
) -> Iterator[tuple[Part, dict[str, Interval], dict[str, Interval]]]:
    """For each part its figures, and how much better the last part (all there is) is, both with intervals.

    The intervals are over the customers judged on, the same resamples for every part; they do not hold the luck
    of a draw or of a fit. A part too small to fit is left out.
    """
    blocks = list(resamples(groups, n, seed))
    whole: tuple[dict[str, float], dict[str, Floats]] | None = None
    found = []
    for part in reversed(parts):
        try:
            p = said(part)
        except TooLittle:
            if whole is None:
                raise
            continue
        value = {name: float(figure(y, p)) for name, figure in FIGURES.items()}
        drawn = {
            name: np.concatenate([np.atleast_1d(figure(y, p, weights)) for weights in blocks])
            for name, figure in FIGURES.items()
        }
        whole = whole or (value, drawn)
        told = {name: between(value[name], [drawn[name]]) for name in FIGURES}
        lacks = {name: _better(name, whole, value, drawn) for name in FIGURES}
        found.append((part, told, lacks))
    yield from reversed(found)


def _better(
    name: str,
    whole: tuple[dict[str, float], dict[str, Floats]],
    value: dict[str, float],
    drawn: dict[str, Floats],
) -> Interval:
    sign = -1.0 if name == "log_loss" else 1.0
    return between(sign * (whole[0][name] - value[name]), [sign * (whole[1][name] - drawn[name])])
