"""Does a model know more than the records could have told? Checks that name what does.

Each check takes arrays of one row a customer and as-of date and gives a `Check`: what it measured, and a `Finding`
for everything beyond its limit. Purchases without a contract tell leavers at a ROC-AUC of 0.65 to 0.80; far more
than that is a leak until shown otherwise. Limits lie where companies without a leak do not get to
(docs/reference/leaks.md has the measured margins), so a finding stops the run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from models import families
from models.intervals import difference
from models.metrics import roc_auc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Procedure = Callable[[pd.DataFrame, NDArray[np.int64], Mask, Mask], Floats]

CHECKS = ("gap", "recompute", "single", "missing", "fading", "jump", "shuffled")
FOLDS = 3
SHUFFLES = 8
LEARNT = 6000
"""Rows that a model learns shuffled labels from, where there are more: enough to remember some, and soon done."""
SURE = 0.9995
"""A shuffled run is above chance where a one-sided t-test over the shuffles is as sure as this."""
QUICK = {"trees": 40, "rate": 0.15, "leaves": 8, "leaf": 20, "columns": 0.3}
RESAMPLES = 300


@dataclass(frozen=True)
class Limits:
    """Where each check raises the alarm.

    ``single``, ``gone`` and ``missing`` are ROC-AUCs of one feature alone, whichever its direction: of its value
    between leavers and stayers (or those still buying and stayers), of its value between those gone already and
    stayers, and of its being unknown. ``fading`` is a ROC-AUC that earlier dates must show for its loss on the test
    dates to count. ``jump`` and ``shuffled`` are differences of ROC-AUC.
    """

    single: float = 0.90
    gone: float = 0.97
    missing: float = 0.80
    fading: float = 0.80
    jump: float = 0.08
    shuffled: float = 0.02


@dataclass(frozen=True)
class Finding:
    """One thing beyond its limit; ``words`` go on after "The check 'single' found that"."""

    check: str
    feature: str | None
    value: float
    limit: float
    words: str


@dataclass(frozen=True)
class Check:
    """What a check measured (``told``) and what it found."""

    name: str
    told: dict[str, Any]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Rows:
    """Features and labels, a row a customer and date.

    ``gone`` tells whether the customer had bought for the last time, None where the label rule does not; ``late``
    marks the rows of the test dates.
    """

    X: pd.DataFrame
    y: NDArray[np.int64]
    as_of: NDArray[np.datetime64]
    customers: NDArray[np.object_]
    late: Mask
    gone: Mask | None = None

    def at(self, mask: Mask) -> Rows:
        gone = None if self.gone is None else self.gone[mask]
        X = self.X[mask].reset_index(drop=True)
        return Rows(X, self.y[mask], self.as_of[mask], self.customers[mask], self.late[mask], gone)


@dataclass(frozen=True)
class Split:
    """Dates to learn from and the first date to be asked about; ``name`` says what uses them so."""

    name: str
    learnt: tuple[date, ...]
    asked: date


def gaps(splits: Sequence[Split], label_days: int) -> Check:
    """Every label that was learnt from must have been known on the date that is asked about."""
    findings = []
    for split in splits:
        known = max(split.learnt) + timedelta(days=label_days)
        late = (known - split.asked).days
        if late > 0:
            findings.append(
                Finding(
                    "gap",
                    None,
                    late,
                    0,
                    f"{split.name} learns labels of {max(split.learnt)}, known only on {known}, and is asked "
                    f"about {split.asked}, {late} days before that",
                )
            )
    told = {
        split.name: {"learnt_to": max(split.learnt).isoformat(), "asked": split.asked.isoformat()}
        for split in splits
    }
    return Check("gap", told, tuple(findings))


def recomputed(stored: pd.DataFrame, again: pd.DataFrame) -> Check:
    """Features of the store must be those that the records of the day give.

    Both frames have one row a customer and date: ``customer_id``, ``as_of``, then a column a feature; ``again`` was
    computed from records that end on the day. Equal means equal to 9 digits, or unknown in both.
    """
    names = [str(name) for name in stored.columns if name not in ("customer_id", "as_of")]
    findings = []
    for name in names:
        if name not in again:
            words = f"'{name}' stands in the store, but the records of the day do not give it"
            findings.append(Finding("recompute", name, len(stored), 0, words))
            continue
        one, other = stored[name].to_numpy(np.float64), again[name].to_numpy(np.float64)
        differs = ~np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)
        if differs.any():
            first = int(np.flatnonzero(differs)[0])
            words = (
                f"'{name}' depends on what came after the as-of date: {int(differs.sum())} of {len(stored)} values "
                f"differ from those that the records of the day give, the first on "
                f"{pd.Timestamp(stored['as_of'].iloc[first]).date()} of customer "
                f"'{stored['customer_id'].iloc[first]}' ({one[first]:g} instead of {other[first]:g})"
            )
            findings.append(Finding("recompute", name, float(differs.sum()), 0, words))
    findings.sort(key=lambda finding: -finding.value)
    dates = sorted({str(pd.Timestamp(day).date()) for day in stored["as_of"]})
    return Check("recompute", {"dates": dates, "rows": len(stored), "features": len(names)}, tuple(findings))


def jump(rows: Rows, limits: Limits, seed: int = 0, threads: int = 1) -> Check:
    """A model asked about other customers of the same dates is little better than one asked about later dates.

    Both are asked about the rows of the test dates: one learnt all dates of two thirds of the customers, never the
    one that it is asked about; the other learnt all customers on the earlier dates. What the first knows more is
    about the time itself. ROC-AUC within dates.
    """
    fold = folded_customers(rows.customers, FOLDS, seed)
    late, asked = rows.late, np.flatnonzero(rows.late)
    mixed = np.empty(len(asked))
    models = []
    for number in range(FOLDS):
        there = late & (fold == number)
        model = fit_quickly(rows.X, rows.y, fold != number, seed, threads)
        mixed[np.searchsorted(asked, np.flatnonzero(there))] = model.score(rows.X[there])
        models.append(model)
    then = fit_quickly(rows.X, rows.y, ~late, seed, threads)
    day, y = rows.as_of[late], rows.y[late]
    ranked, later = _within(mixed, day), _within(then.score(rows.X[late]), day)
    gap = difference(roc_auc, y, ranked, later, groups=rows.customers[late], n=RESAMPLES, seed=seed)
    told = {
        "random_split": float(roc_auc(y, ranked)),
        "time_split": float(roc_auc(y, later)),
        "difference": gap._asdict(),
    }
    if not (gap.value >= limits.jump and gap.low > limits.jump / 2):
        return Check("jump", told)
    X = rows.X[late].reset_index(drop=True)
    more = np.mean([_weight(model, X) for model in models], axis=0) - _weight(then, X)
    name = str(rows.X.columns[int(np.argmax(more))])
    words = (
        f"a model is better by {gap.value:.3f} of ROC-AUC ({gap.low:.3f} to {gap.high:.3f}) when it has learnt "
        f"other customers of the test dates than when it has learnt the time before, most of it by '{name}'"
    )
    return Check("jump", told, (Finding("jump", name, gap.value, limits.jump, words),))


def shuffled(
    rows: Rows, limits: Limits, seed: int = 0, threads: int = 1, *, procedure: Procedure | None = None
) -> Check:
    """A model that learnt shuffled labels knows nothing of the test dates.

    Labels are dealt anew among the customers of each date, SHUFFLES times; ``procedure(X, y, learnt, asked)`` gives
    the scores of the rows ``asked``. Where learnt and asked rows share no label, the mean ROC-AUC is .5 exactly.
    """
    run = procedure or (lambda X, y, learnt, asked: fit_quickly(X, y, learnt, seed, threads).score(X[asked]))
    rng = np.random.default_rng(seed)
    place = pd.factorize(rows.as_of)[0]
    early = np.flatnonzero(~rows.late)
    learnt = np.zeros(len(rows.y), dtype=bool)
    learnt[rng.permutation(early)[:LEARNT]] = True
    found = []
    for _ in range(SHUFFLES):
        y = _dealt(rows.y, place, rng)
        scores = _within(run(rows.X, y, learnt, rows.late), rows.as_of[rows.late])
        found.append(float(roc_auc(y[rows.late], scores)))
    mean, error = float(np.mean(found)), float(np.std(found, ddof=1) / math.sqrt(SHUFFLES))
    above = mean - 0.5
    told = {"roc_auc": mean, "standard_error": error, "shuffles": SHUFFLES}
    if not (above >= limits.shuffled and above > stats.t.ppf(SURE, SHUFFLES - 1) * error):
        return Check("shuffled", told)
    words = (
        f"a model that learnt labels shuffled among the customers of each date tells the shuffled labels of the "
        f"test dates with a ROC-AUC of {mean:.3f} (standard error {error:.3f}), where chance is 0.5: what it "
        "learns from and what it is asked about share labels"
    )
    return Check("shuffled", told, (Finding("shuffled", None, above, limits.shuffled, words),))


def _dealt(y: NDArray[np.int64], place: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    dealt = y.copy()
    for date_ in np.unique(place):
        here = np.flatnonzero(place == date_)
        dealt[here] = y[rng.permutation(here)]
    return dealt


def fit_quickly(
    X: pd.DataFrame, y: NDArray[np.int64], learnt: Mask, seed: int, threads: int
) -> families.Model:
    return families.fit("boosted", X[learnt], y[learnt], QUICK, seed, threads)


def _weight(model: families.Model, X: pd.DataFrame) -> Floats:
    """Give how much each feature moves the scores: mean absolute SHAP value."""
    return np.asarray(np.abs(model.contributions(X)[0]).mean(axis=0))


def _within(scores: ArrayLike, as_of: ArrayLike) -> Floats:
    """Give each score's rank among those of its date, 0 to 1, so that no date as a whole ranks above another."""
    ranks = pd.Series(np.asarray(scores, dtype=np.float64)).groupby(np.asarray(as_of)).rank(pct=True)
    return np.asarray(ranks, dtype=np.float64)


def folded_customers(customers: ArrayLike, folds: int, seed: int) -> NDArray[np.int64]:
    """Deal whole customers into folds; gives the fold of each row."""
    codes, names = pd.factorize(np.asarray(customers), sort=True)
    dealt = np.random.default_rng(seed).permutation(len(names)) % folds
    return np.asarray(dealt[codes], dtype=np.int64)
