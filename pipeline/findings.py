"""What the test dates say: rows for the page and the terminal, taken from ``metrics.json`` as they stand.

A figure there is a number or ``{"value", "low", "high"}`` (a 95% interval). Nothing is computed here but the pull
of the causes, which stands in no other file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.frames import read_sealed
from pipeline.paths import Paths

ORDER = ("logistic", "forest", "boosted", "cadence_rule", "base_rate")
RULE = "cadence_rule"
FIGURES = ("observed", "mean_p", "drift", "pr_auc", "roc_auc", "lift_10", "brier", "log_loss")


@dataclass(frozen=True)
class Estimate:
    """A figure and, where one was computed, its 95% interval; ``value`` is None where it cannot be said."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class List:
    """What listing some customers would have met.

    ``precision``: share of the listed that left; ``recall``: share of the leavers that were listed. ``going`` and
    ``gone``: the same share of those who left after the as-of date, and of those who had bought for the last time
    by then; without a value where the labels do not tell them apart.
    """

    name: str
    customers: int
    precision: Estimate
    recall: Estimate
    going: Estimate
    gone: Estimate

    @property
    def budget(self) -> float | None:
        """The share of customers that it lists; None where a tier decides."""
        return float(self.name.removeprefix("top_")) if self.name.startswith("top_") else None


def read(paths: Paths) -> dict[str, Any]:
    """Read ``metrics.json``, held to its seal."""
    made_by = f"forewarn evaluate --dataset {paths.dataset}"
    told: dict[str, Any] = read_sealed(paths.report / "metrics.json", made_by=made_by)
    return told


def estimate(figure: Any) -> Estimate:
    """Read one figure of ``metrics.json``."""
    if isinstance(figure, Mapping):
        return Estimate(figure.get("value"), figure.get("low"), figure.get("high"))
    return Estimate(figure)


def families(metrics: Mapping[str, Any]) -> list[str]:
    """Give the families and rules of ``metrics.json``, models first."""
    return sorted(metrics["families"], key=lambda name: (ORDER.index(name) if name in ORDER else 99, name))


def dates(metrics: Mapping[str, Any]) -> list[str]:
    """Give the test dates, first to last."""
    return sorted(metrics["families"][metrics["champion"]]["test"])


def on(metrics: Mapping[str, Any], family: str, date: str | None = None) -> Mapping[str, Any]:
    """Give the figures of a family on one test date, or on all of them together."""
    told = metrics["families"][family]
    figures: Mapping[str, Any] = told["pooled"] if date is None else told["test"][date]
    return figures


def measured(figures: Mapping[str, Any]) -> dict[str, Estimate]:
    """Give the headline figures of a family, by name."""
    return {name: estimate(figures.get(name)) for name in FIGURES}


def tells_apart(figures: Mapping[str, Any]) -> bool:
    """Tell whether the going and the gone were measured apart."""
    return "going" in figures and "gone" in figures


def lists(figures: Mapping[str, Any], *, own: bool = False) -> list[List]:
    """Give the lists of a family: the tiers, then the budgets from the smallest.

    They are ranked by the probability of leaving. With ``own`` the going are listed by theirs and the gone by
    theirs (budgets only).
    """
    which = "own_lists" if own else "lists"
    apart = {kind: figures[kind][which] if tells_apart(figures) else {} for kind in ("going", "gone")}
    named = apart["going"] if own else figures["lists"]
    told = [
        List(
            name=name,
            customers=named[name]["customers"],
            precision=Estimate() if own else estimate(named[name]["precision"]),
            recall=Estimate() if own else estimate(named[name]["recall"]),
            going=estimate(apart["going"].get(name, {}).get("recall")),
            gone=estimate(apart["gone"].get(name, {}).get("recall")),
        )
        for name in named
    ]
    place = {"high": -2.0, "high_and_medium": -1.0}
    return sorted(told, key=lambda one: place.get(one.name, one.budget or 0.0))


def tenth(figures: Mapping[str, Any]) -> List:
    """Give the list whose budget is nearest to a tenth of the customers."""
    return min(
        (one for one in lists(figures) if one.budget),
        key=lambda one: (abs((one.budget or 0) - 0.1), one.name),
    )


def by_date(metrics: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Give the mean of what the champion said, and what happened with its interval, a row a test date."""
    champion = metrics["champion"]
    days = dates(metrics)
    told = [measured(on(metrics, champion, day)) for day in days]
    index = pd.DatetimeIndex(days)
    observed = [vars(row["observed"]) for row in told]
    said = [{"value": row["mean_p"].value} for row in told]
    return {"observed": pd.DataFrame(observed, index), champion: pd.DataFrame(said, index)}


def weight_of_causes(causes: pd.DataFrame) -> list[dict[str, Any]]:
    """Give each cause's mean pull on the probability over all rows, raising and lowering apart, strongest first.

    A cause that moves nobody (its records are absent) is left out.
    """
    told = []
    for column in causes.columns:
        if not column.startswith("contribution_") or not causes[column].any():
            continue
        parts = causes[column].to_numpy(float)
        name = column.removeprefix("contribution_")
        told.append(
            {
                "cause": name,
                "raises": float(np.clip(parts, 0, None).mean()),
                "lowers": float(np.clip(parts, None, 0).mean()),
                "leads": int((causes["top_cause"] == name).sum()),
            }
        )
    return sorted(told, key=lambda row: (row["lowers"] - row["raises"], row["cause"]))
