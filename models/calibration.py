"""From a model's score to a probability that can be believed: a map g that never falls.

Four maps, from simple to free:

- ``identity``: the score as it is (log-odds through the logistic function, probabilities cut to 0..1);
- ``sigmoid``: logit p = a * s + b with a >= 0 (Platt 1999), s in log-odds whatever the unit of the score;
- ``beta``: logit p = a * ln q - b * ln(1 - q) + c with a, b >= 0, where q is the uncalibrated probability
  (Kull, Silva Filho and Flach 2017);
- ``isotonic``: the best map that never falls (Zadrozny and Elkan 2002), straight between its steps.

Fitted on later dates than the model was, it mends a rate that drifted and confidence that was too high.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, log_expit
from sklearn.isotonic import IsotonicRegression

from models.errors import TooLittle
from models.metrics import losses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

METHODS = ("identity", "sigmoid", "beta", "isotonic")
UNITS = ("log-odds", "probability")
SURE = 1e-6
"""Probabilities of the forest are kept this far from 0 and 1 before they are turned into log-odds."""
FOLDS = 5
FOLD_SEED = 20


@dataclass(frozen=True)
class Calibration:
    """One map. ``values`` are its constants: a and b (and c), or the steps x and y of the isotonic map."""

    method: str
    unit: str
    values: Mapping[str, tuple[float, ...]]

    def probability(self, score: ArrayLike) -> Floats:
        """g(score), in 0..1; a higher score never gives a lower probability."""
        s = np.asarray(score, dtype=np.float64)
        if self.method == "isotonic":
            return np.interp(s, self.values["x"], self.values["y"])
        if self.method == "identity" and self.unit == "probability":
            return np.clip(s, 0.0, 1.0)
        return cast("Floats", expit(self._log_odds(s)))

    def slope(self, score: ArrayLike) -> Floats:
        """g'(score), never negative; the mean of both sides where the map has a corner."""
        s = np.asarray(score, dtype=np.float64)
        if self.method == "isotonic":
            return self._isotonic_slope(s)
        inside = (s > 0.0) & (s < 1.0)
        if self.method == "identity" and self.unit == "probability":
            edge = (s == 0.0) | (s == 1.0)
            return np.where(inside, 1.0, np.where(edge, 0.5, 0.0))
        p = expit(self._log_odds(s))
        return np.asarray(p * (1.0 - p) * self._log_odds_slope(s))

    def _parts(self, s: Floats) -> tuple[Floats, Floats, Floats]:
        """The log-odds of the score, ln q, and -ln(1 - q)."""
        if self.unit == "log-odds":
            return s, log_expit(s), -log_expit(-s)
        q = np.clip(s, SURE, 1.0 - SURE)
        return np.log(q) - np.log1p(-q), np.log(q), -np.log1p(-q)

    def _log_odds(self, s: Floats) -> Floats:
        odds, ln_q, minus_ln_rest = self._parts(s)
        if self.method == "identity":
            return odds
        if self.method == "sigmoid":
            return np.asarray(self.values["a"][0] * odds + self.values["b"][0])
        a, b, c = (self.values[name][0] for name in "abc")
        return np.asarray(a * ln_q + b * minus_ln_rest + c)

    def _log_odds_slope(self, s: Floats) -> Floats:
        if self.unit == "log-odds":
            q = expit(s)
            by_ln_q, by_rest = 1.0 - q, q
        else:
            q = np.clip(s, SURE, 1.0 - SURE)
            free = (s > SURE) & (s < 1.0 - SURE)
            by_ln_q, by_rest = np.where(free, 1.0 / q, 0.0), np.where(free, 1.0 / (1.0 - q), 0.0)
        if self.method == "identity":
            return np.ones_like(s)
        if self.method == "sigmoid":
            return np.asarray(self.values["a"][0] * (by_ln_q + by_rest))
        return np.asarray(self.values["a"][0] * by_ln_q + self.values["b"][0] * by_rest)

    def _isotonic_slope(self, s: Floats) -> Floats:
        x, y = np.asarray(self.values["x"]), np.asarray(self.values["y"])
        steep = np.concatenate([[0.0], np.diff(y) / np.diff(x), [0.0]])
        left = steep[np.searchsorted(x, s, side="left")]
        right = steep[np.searchsorted(x, s, side="right")]
        return np.asarray((left + right) / 2.0)

    def to_json(self) -> dict[str, Any]:
        """A plain object for ``json``; floats survive unchanged."""
        return {
            "method": self.method,
            "unit": self.unit,
            "values": {name: list(map(float, numbers)) for name, numbers in self.values.items()},
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Calibration:
        """The map that ``to_json`` wrote; one that could fall is refused."""
        values = {str(name): tuple(map(float, numbers)) for name, numbers in content["values"].items()}
        return checked(cls(str(content["method"]), str(content["unit"]), values))


def checked(map_: Calibration) -> Calibration:
    """The same map, or a ValueError that says why it is none."""
    wanted = {"identity": set(), "sigmoid": {"a", "b"}, "beta": {"a", "b", "c"}, "isotonic": {"x", "y"}}
    if map_.method not in wanted or map_.unit not in UNITS:
        raise ValueError(
            f"A calibration is one of {', '.join(METHODS)} in one of {', '.join(UNITS)}; "
            f"found '{map_.method}' in '{map_.unit}'."
        )
    values = {name: np.asarray(numbers, dtype=np.float64) for name, numbers in map_.values.items()}
    sound = set(values) == wanted[map_.method] and all(
        v.size and np.isfinite(v).all() for v in values.values()
    )
    if sound and map_.method == "isotonic":
        x, y = values["x"], values["y"]
        sound = bool(
            x.size == y.size
            and (np.diff(x) > 0).all()
            and (np.diff(y) >= 0).all()
            and 0 <= y[0] <= y[-1] <= 1
        )
    elif sound and map_.method in ("sigmoid", "beta"):
        slopes = "a" if map_.method == "sigmoid" else "ab"
        sound = all(v.size == 1 for v in values.values()) and all(values[name][0] >= 0 for name in slopes)
    if not sound:
        raise ValueError(
            f"The constants of the {map_.method} calibration do not make a map that never falls."
        )
    return map_


def fit(method: str, score: ArrayLike, y: ArrayLike, unit: str) -> Calibration:
    """The map of one ``method`` that fits the labels best.

    The sigmoid and beta maps maximise the likelihood of Platt's softened targets, (n1 + 1) / (n1 + 2) for a
    leaver and 1 / (n0 + 2) for a stayer, so that a score that splits the classes perfectly does not make
    the map certain. The isotonic map sees one more stayer at the highest and one more leaver at the lowest
    score, for the same reason: no probability is exactly 0 or 1.
    """
    s, outcome = np.asarray(score, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if (
        s.shape != outcome.shape
        or s.ndim != 1
        or not np.isfinite(s).all()
        or not np.isin(outcome, (0, 1)).all()
    ):
        raise ValueError("A calibration needs one finite score and one label, 0 or 1, a customer.")
    if method == "identity":
        return checked(Calibration(method, unit, {}))
    leavers = int(outcome.sum())
    if not 0 < leavers < len(outcome):
        raise TooLittle(
            f"Among {len(outcome)} customers to calibrate on {leavers} left, and a calibration needs some "
            "that left and some that stayed; add calibration dates."
        )
    if method == "isotonic":
        return _isotonic(s, outcome, unit)
    plain = Calibration("identity", unit, {})
    checked(plain)
    odds, ln_q, minus_ln_rest = plain._parts(s)
    ones = np.ones_like(s)
    if method == "sigmoid":
        a, b = _likeliest(np.column_stack([odds, ones]), outcome, start=(1.0, 0.0))
        return Calibration(method, unit, {"a": (a,), "b": (b,)})
    if method == "beta":
        a, b, c = _likeliest(np.column_stack([ln_q, minus_ln_rest, ones]), outcome, start=(1.0, 1.0, 0.0))
        return Calibration(method, unit, {"a": (a,), "b": (b,), "c": (c,)})
    raise ValueError(f"There is no calibration '{method}'; the methods are {', '.join(METHODS)}.")


def _likeliest(columns: Floats, outcome: Floats, start: tuple[float, ...]) -> list[float]:
    """Logistic regression without penalty whose weights, all but the constant, are not negative."""
    leavers = outcome.sum()
    stayers = len(outcome) - leavers
    target = np.where(outcome == 1, (leavers + 1) / (leavers + 2), 1 / (stayers + 2))

    def loss(weights: Floats) -> tuple[float, Floats]:
        z = columns @ weights
        value = -np.mean(target * log_expit(z) + (1 - target) * log_expit(-z))
        return float(value), columns.T @ (expit(z) - target) / len(target)

    bounds = [(0.0, None)] * (len(start) - 1) + [(None, None)]
    found = minimize(
        loss,
        np.asarray(start),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-14, "gtol": 1e-9},
    )
    return [float(weight) for weight in found.x]


def _isotonic(s: Floats, outcome: Floats, unit: str) -> Calibration:
    ends, labels = [s.min(), s.max()], [1.0, 0.0]
    found = IsotonicRegression(out_of_bounds="clip").fit(np.append(s, ends), np.append(outcome, labels))
    x, y = found.X_thresholds_, found.y_thresholds_
    return checked(Calibration("isotonic", unit, {"x": tuple(map(float, x)), "y": tuple(map(float, y))}))


def choose(
    score: ArrayLike,
    y: ArrayLike,
    groups: ArrayLike,
    unit: str,
    methods: Sequence[str] = METHODS,
) -> tuple[Calibration, pd.DataFrame]:
    """The method to trust, fitted on everything, and how each did (one row a method).

    Each method is fitted on four fifths of the customers (``groups``) and judged by log loss on the rest.
    The simplest method wins whose loss is within one standard error of the best one's; the standard error
    is that of the difference between the two, over customers. With fewer than five customers of either kind
    nothing can be compared, and the simplest method stands.
    """
    s, outcome = np.asarray(score, dtype=np.float64), np.asarray(y, dtype=np.float64)
    ordered = [method for method in METHODS if method in methods]
    if not ordered or len(ordered) != len(set(methods)):
        raise ValueError(
            f"The calibrations to choose from are {list(methods)}; they may be {', '.join(METHODS)}."
        )
    fit("sigmoid", s, outcome, unit)  # refuses what nothing can be fitted on
    codes, names = pd.factorize(np.asarray(groups), sort=True)
    rarer = min(len(np.unique(codes[outcome == label])) for label in (0, 1))
    if rarer < FOLDS:
        table = pd.DataFrame(
            {"method": ordered, "log_loss": np.nan, "behind": np.nan, "standard_error": np.nan}
        )
        return fit(ordered[0], s, outcome, unit), table.assign(chosen=table["method"] == ordered[0])

    left = np.zeros(len(names))
    np.maximum.at(left, codes, outcome)
    fold = _dealt(left)[codes]
    loss = {method: np.empty_like(s) for method in ordered}
    for number in range(FOLDS):
        here = fold == number
        for method in ordered:
            map_ = fit(method, s[~here], outcome[~here], unit)
            loss[method][here] = losses(outcome[here], map_.probability(s[here]))
    mean = {method: float(loss[method].mean()) for method in ordered}
    best = min(ordered, key=lambda method: mean[method])
    rows = []
    for method in ordered:
        behind = np.bincount(codes, loss[method] - loss[best], minlength=len(names)) / len(s)
        error = float(np.sqrt(len(names) * behind.var(ddof=1)))
        rows.append((method, mean[method], mean[method] - mean[best], error))
    table = pd.DataFrame(rows, columns=["method", "log_loss", "behind", "standard_error"])
    chosen = next(row[0] for row in rows if row[2] <= row[3])
    return fit(chosen, s, outcome, unit), table.assign(chosen=table["method"] == chosen)


def _dealt(left: Floats) -> NDArray[np.int64]:
    """A fold for each customer; those that ever left are dealt out evenly, and so are the others."""
    order = np.random.default_rng(FOLD_SEED).permutation(len(left))
    order = order[np.argsort(left[order], kind="stable")]
    fold = np.empty(len(left), dtype=np.int64)
    fold[order] = np.arange(len(left)) % FOLDS
    return fold
