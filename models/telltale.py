"""What one feature alone gives away: it ranks leavers too well, by its value or its absence, or in the past only.

Purchases without a contract tell leavers at a ROC-AUC of 0.65 to 0.80 (models.strength has how it is taken, within
dates and with intervals over customers); a feature far beyond knows something that it should not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.intervals import Interval
from models.leaks import RESAMPLES, Check, Finding, Limits, Rows, folded_customers
from models.strength import strengths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEAVERS = 20
"""Fewer different leavers than this, or stayers, tell no feature that knows too much from one that was lucky."""
SLACK = 0.10
"""How far below its limit the low end of a ROC-AUC's interval may lie; further, and it may be luck."""


@dataclass
class _Seen:
    findings: list[Finding] = field(default_factory=list)
    strongest: dict[str, Any] = field(default_factory=dict)


def single(
    rows: Rows, limits: Limits, seed: int = 0, *, columns: pd.DataFrame | None = None
) -> tuple[Check, Check]:
    """No feature alone tells leavers from stayers nearly without error, nor does its being unknown.

    Asked within dates, on the test dates and on the earlier ones. ``columns`` are further numbers of each row, by
    `encoded`, of which only more can go with leaving. Gives the checks "single" and "missing".
    """
    upward = frozenset(columns.columns) if columns is not None else frozenset()
    if columns is not None:
        rows = replace(rows, X=pd.concat([rows.X, columns], axis=1))
    seen = {"single": _Seen(), "missing": _Seen()}
    for when, mask in (("test dates", rows.late), ("earlier dates", ~rows.late)):
        some = rows.at(mask)
        views = _strengths(some, some.X, 1, seed)
        for view, limit, check in (
            ("left", limits.single, "single"),
            ("going", limits.single, "single"),
            ("gone", limits.gone, "single"),
            ("missing", limits.missing, "missing"),
        ):
            power = {name: _power(view_of[view], name in upward) for name, view_of in views.items()}
            strongest = max(power, key=lambda name: power[name], default=None)
            if strongest is not None and power[strongest] > 0:
                seen[check].strongest[f"{view}, {when}"] = {"feature": strongest, "roc_auc": power[strongest]}
            for name in (name for name, value in power.items() if value >= limit):
                if (finding := _sure(some, name, view, limit, check, when, seed)) is not None:
                    seen[check].findings.append(finding)
    return (
        Check("single", seen["single"].strongest, _once(seen["single"].findings)),
        Check("missing", seen["missing"].strongest, _once(seen["missing"].findings)),
    )


WORDS = {
    "left": "leavers from stayers",
    "going": "leavers that still buy from stayers",
    "gone": "leavers that have gone already from stayers",
    "missing": "leavers from stayers by being unknown",
}


def _sure(rows: Rows, name: str, view: str, limit: float, check: str, when: str, seed: int) -> Finding | None:
    if not _enough(rows, name, view):
        return None
    told = _folded(_strengths(rows, rows.X[[name]], RESAMPLES, seed)[name][view])
    if not told.low >= limit - SLACK:
        return None
    words = (
        f"'{name}' alone tells {WORDS[view]} with a ROC-AUC of {told.value:.3f} ({told.low:.3f} to "
        f"{told.high:.3f}) on the {when}, where {limit:g} is the most that is believed"
    )
    return Finding(check, name, told.value, limit, words)


def _enough(rows: Rows, name: str, view: str) -> bool:
    """Whether the view has LEAVERS different leavers and stayers whose value is known."""
    left = rows.y == 1
    if rows.gone is not None and view in ("going", "gone"):
        left &= rows.gone == (view == "gone")
    known = np.full(len(left), True) if view == "missing" else rows.X[name].notna().to_numpy()
    kinds = (left & known, (rows.y == 0) & known)
    return all(len(set(rows.customers[kind])) >= LEAVERS for kind in kinds)


def encoded(words: ArrayLike, y: ArrayLike, customers: ArrayLike, seed: int = 0) -> Floats:
    """Turn a column of words into numbers: the share of leavers with that word among *other* customers.

    Customers are dealt into folds, and each row is told of the other folds only, so a word of one customer says
    nothing of it.
    """
    word = pd.factorize(pd.Series(np.asarray(words, dtype=object)), use_na_sentinel=False)[0]
    outcome = np.asarray(y, dtype=np.float64)
    fold = folded_customers(customers, 5, seed)
    found = np.empty(len(outcome))
    for number in np.unique(fold):
        here, others = fold == number, fold != number
        n = np.bincount(word[others], minlength=word.max() + 1)
        left = np.bincount(word[others], outcome[others], minlength=word.max() + 1)
        base = outcome[others].mean() if others.any() else 0.0
        found[here] = ((left + 5 * base) / (n + 5))[word[here]] - base
    return found


def fading(rows: Rows, limits: Limits, seed: int = 0) -> Check:
    """No feature is strong on the earlier dates and says nothing on the test dates.

    A status that is written down some time after a customer has left does so: of the newest it is not written yet.
    """
    early, late = rows.at(~rows.late), rows.at(rows.late)
    before = _strengths(early, early.X, 1, seed)
    findings = []
    suspects = [name for name, views in before.items() if _power(views["left"], False) >= limits.fading]
    for name in suspects:
        if not (_enough(early, name, "left") and _enough(late, name, "left")):
            continue
        was = _strengths(early, early.X[[name]], RESAMPLES, seed)[name]["left"]
        now = _strengths(late, late.X[[name]], RESAMPLES, seed)[name]["left"]
        if was.value < 0.5:
            was, now = _turned(was), _turned(now)
        if was.low - now.high >= SLACK:
            words = (
                f"'{name}' tells leavers from stayers with a ROC-AUC of {was.value:.3f} on the earlier dates and "
                f"of {now.value:.3f} on the test dates, as what is written down only after they left"
            )
            findings.append(Finding("fading", name, was.value, limits.fading, words))
    return Check("fading", {"looked_at": len(suspects)}, tuple(findings))


def _strengths(rows: Rows, X: pd.DataFrame, n: int, seed: int) -> dict[str, dict[str, Interval]]:
    return strengths(X, rows.y, rows.as_of, rows.customers, gone=rows.gone, n=n, seed=seed)


def _turned(auc: Interval) -> Interval:
    return Interval(1 - auc.value, 1 - auc.high, 1 - auc.low)


def _folded(auc: Interval) -> Interval:
    return auc if auc.value >= 0.5 else _turned(auc)


def _power(auc: Interval, upward: bool) -> float:
    """Give the ROC-AUC in whichever direction, or only upward; 0 where the data leave it open."""
    if math.isnan(auc.value):
        return 0.0
    return auc.value if upward else _folded(auc).value


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep of each feature what lies furthest beyond its limit, the furthest first."""
    found: dict[str | None, Finding] = {}
    for finding in sorted(findings, key=lambda finding: finding.limit - finding.value):
        found.setdefault(finding.feature, finding)
    return tuple(found.values())
