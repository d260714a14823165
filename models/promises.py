"""Does a serving model keep what its test dates promised? Past lists held against what then happened.

Judged of one or more lists of the same model, customers resampled with all their rows (``models.intervals``):

- level: leavers observed over leavers announced, the sum of labels over the sum of probabilities;
- ranking: ROC-AUC against the interval that the test dates promised;
- use: log loss against one probability, the observed rate, for everybody;
- tiers: the certificates of high and low (``models.tiers``).

A level or a ranking that is worse beyond doubt is a reason to retrain, since labels known since then can teach it.
A tier that breaks its promise while level and ranking stand is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models import figures, tiers
from models.intervals import Interval, resamples
from models.notices import LOOK, NOTHING, RETRAIN, Notice
from models.shares import shares

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TOLD = ("observed", "mean_p", "roc_auc", "log_loss", "brier")


@dataclass(frozen=True)
class Limits:
    """``look`` and ``retrain`` are times that the observed leavers may be of the announced ones (or the inverse);
    ``ranking`` what a ROC-AUC may lie below the promised interval; ``leavers`` the fewest that are judged.
    """

    look: float = 1.25
    retrain: float = 1.5
    ranking: float = 0.05
    leavers: int = 30
    resamples: int = 500


@dataclass(frozen=True)
class Lists:
    """Rows of one or more scored dates: label, probability, customer."""

    y: Floats
    p: Floats
    customers: NDArray[np.object_]


def measured(lists: Lists, limits: Limits, seed: int) -> dict[str, Any]:
    """The figures of some lists, each with its interval, and the certificates of the tiers."""
    drawn = figures.estimates(lists.y, lists.p, resamples(lists.customers, limits.resamples, seed))
    level = shares({"level": (lists.y, lists.p)}, lists.customers, n=limits.resamples, seed=seed)["level"]
    named = tiers.tier(lists.p)
    return {
        "rows": len(lists.y),
        "leavers": int(lists.y.sum()),
        "level": level,
        **{name: drawn[name] for name in TOLD},
        "base_log_loss": _entropy(float(lists.y.mean())),
        "tiers": {
            name: tiers.certificate(lists.y[named == name], name, lists.customers[named == name])
            for name in ("high", "low")
        },
    }


def _entropy(rate: float) -> float:
    inner = [share for share in (rate, 1 - rate) if share > 0]
    return float(-sum(share * np.log(share) for share in inner))


def notices(
    about: str, told: Mapping[str, Any], promised: Mapping[str, Any] | None, limits: Limits
) -> list[Notice]:
    """What is to be said of ``measured`` figures; ``promised`` holds the ``roc_auc`` of the test dates."""
    if told["leavers"] < limits.leavers:
        words = f"{told['leavers']} leavers are too few to judge by; {limits.leavers} are wanted."
        return [Notice("performance", about, NOTHING, words, plain(told))]
    return [
        _level(about, told, limits),
        _ranking(about, told, promised, limits),
        _tiers(about, told),
    ]


def plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """The figures with intervals as mappings, as a file tells them."""
    return {name: one._asdict() if isinstance(one, Interval) else one for name, one in told.items()}


def _level(about: str, told: Mapping[str, Any], limits: Limits) -> Notice:
    level: Interval = told["level"]
    verdict = NOTHING
    for name, limit in ((LOOK, limits.look), (RETRAIN, limits.retrain)):
        if level.low > limit or level.high < 1 / limit:
            verdict = name
    words = (
        f"{told['observed'].value:.1%} of {told['rows']:,} left, {told['mean_p'].value:.1%} were announced: "
        f"{level.value:.2f} times ({level.low:.2f} to {level.high:.2f})."
    )
    return Notice("performance", f"{about}, level", verdict, words, plain(told))


def _ranking(
    about: str, told: Mapping[str, Any], promised: Mapping[str, Any] | None, limits: Limits
) -> Notice:
    auc, loss, base = told["roc_auc"], told["log_loss"], told["base_log_loss"]
    words = f"ROC-AUC {auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f})"
    verdict = NOTHING
    if promised is not None:
        low, high = promised["roc_auc"]["low"], promised["roc_auc"]["high"]
        words += f", {low:.3f} to {high:.3f} on the test dates"
        verdict = RETRAIN if auc.high < low - limits.ranking else LOOK if auc.high < low else NOTHING
    words += f"; log loss {loss.value:.3f}, {base:.3f} for one probability for everybody"
    if loss.low > base:
        verdict = RETRAIN
    return Notice("performance", f"{about}, ranking", verdict, words + ".", {})


def _tiers(about: str, told: Mapping[str, Any]) -> Notice:
    parts = []
    for name, one in told["tiers"].items():
        if one["customers"]:
            parts.append(f"{name}: {one['observed']:.1%} of {one['customers']:,} left, {one['verdict']}")
    broken = any(one["verdict"] == "refuted" for one in told["tiers"].values())
    words = "; ".join(parts).capitalize() or "Nobody was in the high or the low tier"
    return Notice("performance", f"{about}, tiers", LOOK if broken else NOTHING, words + ".", {})
