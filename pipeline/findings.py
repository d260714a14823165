"""What the test dates say: rows for the page and the terminal.

A figure of ``metrics.json`` is a number or ``{"value", "low", "high"}`` (a 95% interval); it is passed on as it
stands. What is counted here (who was flagged, who left) is counted from ``predictions.parquet`` and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

ORDER = ("logistic", "forest", "boosted", "cadence_rule", "base_rate")
RULE = "cadence_rule"


@dataclass(frozen=True)
class Estimate:
    """A figure and, where one was computed, its 95% interval; ``value`` is None where it cannot be said."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Caught:
    """What flagging a group would have found, pooled over the test dates.

    ``precision``: share of the flagged that left; ``recall``: share of the leavers that were flagged.
    ``going`` and ``gone``: the same share of those who left after the as-of date, and of those who had made their
    last purchase by then. None where there is nobody to take a share of, or the label does not tell them apart.
    """

    group: str
    customers: int
    flagged: int
    precision: float | None
    recall: float | None
    going: float | None
    gone: float | None


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


def of(predictions: pd.DataFrame, family: str) -> pd.DataFrame:
    """Give the rows of one family, in an order that depends on their content alone."""
    rows = predictions[predictions["family"] == family]
    return rows.sort_values(["as_of", "customer_id"], ignore_index=True)


def top(rows: pd.DataFrame, by: str, budget: float) -> pd.Series:
    """Give for each row how much of it is among the share ``budget`` of its as-of date ranked highest by ``by``.

    The number taken is rounded up to a whole customer. Where the cut goes through customers of one value, each
    counts by the chance of being taken (the mean over all orders of the tied), as in ``models.metrics``.
    """
    dates = rows.groupby("as_of")[by]
    taken = np.ceil(budget * dates.transform("size") - 1e-9)
    before = dates.rank(method="min", ascending=False) - 1
    ties = rows.groupby(["as_of", by])[by].transform("size")
    part: pd.Series = ((taken - before) / ties).clip(0, 1)
    return part


def caught(rows: pd.DataFrame, budgets: Sequence[float], by: str = "p_churn") -> list[Caught]:
    """Count, for the tiers and for budgets of customers a date, what flagging them would have found."""
    high = (rows["tier"] == "high").astype(float)
    medium = (rows["tier"] == "medium").astype(float)
    groups = [("high", high), ("high and medium", high + medium)]
    groups += [(f"top {100 * budget:g}%", top(rows, by, budget)) for budget in budgets]
    return [_caught(rows, name, flagged) for name, flagged in groups]


def _caught(rows: pd.DataFrame, group: str, flagged: pd.Series) -> Caught:
    left = rows["label"] == 1
    told = tells_apart(rows)
    going = left & _true(rows["going"]) if told else left
    return Caught(
        group=group,
        customers=len(rows),
        flagged=round(flagged.sum()),
        precision=_share(flagged[left].sum(), flagged.sum()),
        recall=_share(flagged[left].sum(), left.sum()),
        going=_share(flagged[going].sum(), going.sum()) if told else None,
        gone=_share(flagged[left & ~going].sum(), (left & ~going).sum()) if told else None,
    )


def tells_apart(rows: pd.DataFrame) -> bool:
    """Tell whether the labels say of a leaver if it was still going or already gone."""
    return "going" in rows and bool(rows["going"].notna().any())


def _true(flags: pd.Series) -> pd.Series:
    """Give a flag that may be unknown as True or False; unknown is False."""
    told: pd.Series = flags.eq(1).fillna(False).astype(bool)
    return told


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def apart(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Compare, for the going and the gone, what the model said on average with what happened, a row a date.

    Empty where the family gives no ``p_gone`` or the labels do not tell the two apart.
    """
    if not tells_apart(rows) or "p_gone" not in rows or rows["p_gone"].isna().all():
        return []
    told = []
    for as_of, group in rows.groupby("as_of"):
        left = group["label"] == 1
        going = left & _true(group["going"])
        told.append(
            {
                "as_of": f"{as_of:%Y-%m-%d}",
                "customers": len(group),
                "going": int(going.sum()),
                "going_observed": float(going.mean()),
                "going_said": float((group["p_churn"] - group["p_gone"]).mean()),
                "gone": int((left & ~going).sum()),
                "gone_observed": float((left & ~going).mean()),
                "gone_said": float(group["p_gone"].mean()),
            }
        )
    return told


def weight_of_causes(causes: pd.DataFrame) -> list[dict[str, Any]]:
    """Give each cause's mean pull on the probability over all rows, raising and lowering apart, strongest first."""
    told = []
    for column in causes.columns:
        if not column.startswith("contribution_"):
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
