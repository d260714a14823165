"""Where a model fails: its figures by segment, region, industry and tenure, on all test dates together.

What a customer is on a date is what the newest version of it in ``customers`` said that was known by then. A
segment of fewer than ``LEAST`` rows is counted with the others of its kind.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from models import tiers
from models.families import FAMILIES
from models.figures import Drawn, drawn
from pipeline import records
from pipeline.columns import groups, labels
from pipeline.paths import Paths
from pipeline.versions import known

COLUMNS = ("segment", "region", "industry")
TENURE = "tenure"
LEAST = 30
OTHERS, UNKNOWN = "all others", "unknown"
YEARS = {"under 1 year": 0, "1 to 2 years": 1, "2 to 5 years": 2, "5 years and more": 5}
"""Where each class of tenure begins, in years of 365.25 days."""
FIGURES = ("observed", "mean_p", "drift", "roc_auc", "brier")
KEYS = ["customer_id", "as_of"]


def kinds(paths: Paths, rows: pd.DataFrame) -> pd.DataFrame:
    """Say what each customer was on its date: a column a kind that the records tell, aligned with ``rows``.

    ``rows`` are rows of the cohort. Tenure counts from ``since_on``, and where that is not known from the first
    purchase in the records.
    """
    customers = records.table(paths, "customers")
    versions = None if customers is None else known(customers, rows)
    told = {}
    if versions is not None:
        for name in COLUMNS:
            if name in versions and versions[name].notna().any():
                told[name] = versions[name].astype(object).where(versions[name].notna(), UNKNOWN)
    bought = rows["silence_days"] + rows["cadence_days"].fillna(0) * (rows["purchase_days"] - 1)
    first = (rows["as_of"] - pd.to_timedelta(bought.round(), unit="D")).to_numpy()
    if versions is not None and "since_on" in versions:
        since = pd.to_datetime(versions["since_on"]).to_numpy()
        first = np.where(np.isnat(since), first, since)
    years = (rows["as_of"].to_numpy() - first) / np.timedelta64(1, "D") / 365.25
    place = np.searchsorted(list(YEARS.values()), years, side="right") - 1
    told[TENURE] = pd.Series(np.array(list(YEARS))[np.maximum(place, 0)], index=rows.index)
    return pd.DataFrame(told, index=rows.index)


def segments(
    predictions: pd.DataFrame, kinds: pd.DataFrame, blocks: Iterable[np.ndarray], champion: str
) -> dict[str, Any]:
    """Give ``segments`` of ``metrics.json``: each family's figures in each segment, and the segments to look at.

    Parameters
    ----------
    predictions : a row a family, test date and customer; each family's rows in the same order
    kinds : aligned with the rows of one family
    blocks : resamples of the customers of one family's rows
    """
    families = [name for name in predictions["family"].unique() if name in (*FAMILIES, "base_rate")]
    rows = {name: predictions[predictions["family"] == name] for name in families}
    told: dict[str, Any] = {}
    for kind, names in kinds.items():
        for name, mine in split(names):
            part = [block[:, mine] for block in blocks]
            told.setdefault(str(kind), {})[name] = _figures(
                {family: one[mine] for family, one in rows.items()}, part
            )
    return {
        "by": told,
        "named": _named(told, champion),
        "looked_at": sum(map(len, told.values())),
    }


def split(names: pd.Series) -> Iterator[tuple[str, np.ndarray]]:
    """Give the segments of one kind, the largest first, and which rows are theirs; none where there is but one."""
    count = names.value_counts()
    small = set(count.index[count < LEAST])
    told = names.where(~names.isin(small), OTHERS) if len(small) > 1 else names
    counts = told.value_counts()
    if len(counts) > 1:
        for name in sorted(counts.index, key=lambda one: (one == OTHERS, -counts[one], one)):
            yield str(name), (told == name).to_numpy()


def _figures(rows: Mapping[str, pd.DataFrame], blocks: list[np.ndarray]) -> dict[str, Any]:
    kept: dict[str, Drawn] = {}
    told = {}
    for family, mine in rows.items():
        y, p = labels(mine), mine["p_churn"].to_numpy()
        kept[family] = drawn(y, p, blocks)
        intervals = kept[family].intervals()
        told[family] = {
            "customers": len(mine),
            **{name: intervals[name]._asdict() for name in FIGURES},
            "tiers": tiers.certificates(y, p, groups(mine)),
        }
    for family, one in kept.items():
        if family != "base_rate":
            less = one.minus(kept["base_rate"], ("brier",))["brier"]
            told[family]["against_base_rate"] = {"brier": less._asdict()}
    return told


def _named(told: Mapping[str, Any], champion: str) -> list[dict[str, Any]]:
    """Give the segments in which the champion's drift is no chance, or in which it loses to the base rate."""
    named = []
    for kind, parts in told.items():
        for name, families in parts.items():
            mine = families[champion]
            drift, less = mine["drift"], mine["against_base_rate"]["brier"]
            why = []
            if drift["low"] > 0 or drift["high"] < 0:
                why.append("drift")
            if less["value"] > 0:
                why.append("base_rate")
            if why:
                named.append({"by": kind, "segment": name, "why": why, "customers": mine["customers"]})
    return named
