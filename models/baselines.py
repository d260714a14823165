"""Two things that a model must beat: the base rate, and one plain rule that every salesperson knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models import calibration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def base_rate(y: ArrayLike) -> float:
    """The observed rate of the training rows, predicted for everybody."""
    return float(np.mean(np.asarray(y, dtype=np.float64)))


def overdue(silence_days: ArrayLike, cadence_days: ArrayLike) -> Floats:
    """How many of its own cadences a customer has been silent, on a log scale (ln(1 + silence / cadence)).

    A cadence below a day counts as one; an unknown one counts as the silence itself.
    """
    silence = np.asarray(silence_days, dtype=np.float64)
    cadence = np.asarray(cadence_days, dtype=np.float64)
    cadence = np.maximum(np.where(np.isnan(cadence), silence, cadence), 1.0)
    return np.asarray(np.log1p(silence / cadence))


@dataclass(frozen=True)
class CadenceRule:
    """The longer a customer is silent against its cadence, the likelier it has left.

    One logistic curve turns the ratio into a probability. Its slope is not negative: the rule ranks by the
    ratio or, where the training rows deny it, not at all.
    """

    curve: calibration.Calibration

    def probability(self, silence_days: ArrayLike, cadence_days: ArrayLike) -> Floats:
        """The rule's probability that each customer leaves."""
        return self.curve.probability(overdue(silence_days, cadence_days))

    def to_json(self) -> dict[str, Any]:
        """A plain object for ``json``."""
        return self.curve.to_json()

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> CadenceRule:
        """The rule that ``to_json`` wrote."""
        return cls(calibration.Calibration.from_json(content))


def cadence_rule(silence_days: ArrayLike, cadence_days: ArrayLike, y: ArrayLike) -> CadenceRule:
    """The rule fitted on training rows."""
    return CadenceRule(calibration.fit("sigmoid", overdue(silence_days, cadence_days), y, "log-odds"))
