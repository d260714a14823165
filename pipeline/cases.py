"""``forewarn cases``: which of the known leavers were flagged before they left, and what the alerts cost.

Writes ``report/cases.parquet`` (one row a known leaver) and ``report/cases.json`` (docs/reference/cases.md). It
reads what was said on the test dates and fits nothing, so it can be asked again with other leavers.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models import budgets, cases
from pipeline import digests, findings, store
from pipeline.columns import labels
from pipeline.findings import RULE
from pipeline.frames import plain, read_parquet, write_json, write_parquet
from pipeline.leavers import Leavers, known
from pipeline.params import Params
from pipeline.paths import Paths

HIGH, MEDIUM = "high", "high_and_medium"


@dataclass(frozen=True)
class Found:
    """What was written: ``figures`` is ``cases.json``, ``rows`` is ``cases.parquet``."""

    figures: dict[str, Any]
    rows: pd.DataFrame


def run(params: Params, paths: Paths, file: Path | None = None) -> Found:
    """Hold the known leavers, those of ``file`` where one is given, against what was said on the test dates."""
    evaluate = f"forewarn evaluate --dataset {paths.dataset}"
    metrics = findings.read(paths)
    said = read_parquet(paths.report / "predictions.parquet", made_by=evaluate)
    champion = metrics["champion"]
    mine = said[said["family"] == champion].reset_index(drop=True)
    leavers = known(params, paths, mine, file)
    inside = cases.in_test_months(mine, leavers.rows["left_on"])
    counted = leavers.rows[inside].reset_index(drop=True)
    families = {
        family: _family(params, said[said["family"] == family].reset_index(drop=True), counted)
        for family in (champion, RULE)
    }
    rows = _rows(params, paths, mine, leavers, inside)
    write_parquet(paths.report / "cases.parquet", rows)
    found = {
        "dataset": paths.dataset,
        "champion": champion,
        "predictions": digests.of_file(paths.report / "predictions.parquet"),
        "source": leavers.source,
        "passed_over": leavers.passed_over,
        "leavers": {"known": len(inside), "in_test_months": int(inside.sum())},
        "test_dates": [str(day.date()) for day in sorted(mine["as_of"].unique())],
        "test_months": _months(mine),
        "ranked_by": rankings(mine)[0],
        "before_days": cases.BEFORE,
        "budgets": list(params.evaluate.budgets),
        "families": families,
        "outcomes": {
            name: rows.loc[rows["in_test_months"], f"{name}_outcome"].value_counts().to_dict()
            for name in map(budgets.named, params.evaluate.budgets)
        },
    }
    write_json(paths.report / "cases.json", found)
    return Found(plain(found), rows)


def rankings(predictions: pd.DataFrame) -> list[str]:
    """Give what lists may be ranked by, the one that they are ranked by first."""
    return ["p_going", "p_churn"] if "p_gone" in predictions else ["p_churn"]


def ranked(predictions: pd.DataFrame, by: str) -> np.ndarray:
    """Give the number that ranks each row."""
    p: np.ndarray = predictions["p_churn"].to_numpy()
    return p if by == "p_churn" else p - predictions["p_gone"].to_numpy()


def _months(predictions: pd.DataFrame) -> dict[str, Any]:
    dates = predictions["as_of"]
    step = pd.Timedelta(days=cases.step(dates.unique()))
    return {"after": dates.min().date(), "until": (dates.max() + step).date()}


def _family(params: Params, predictions: pd.DataFrame, leavers: pd.DataFrame) -> dict[str, Any]:
    """Give the figures of every list of one family, and how its tiers hold."""
    there = cases.chances(predictions, leavers)
    n, seed = params.evaluate.resamples, params.seed
    tier = predictions["tier"].to_numpy()
    flags = {HIGH: (tier == "high"), MEDIUM: (tier != "low")}
    told: dict[str, Any] = {name: _list(predictions, there, on, n, seed) for name, on in flags.items()}
    lists: dict[str, Any] = {"tiers": told}
    for by in rankings(predictions):
        needs = budgets.needed(predictions, ranked(predictions, by))
        lists[by] = {
            budgets.named(share): _list(
                predictions, there, budgets.listed(predictions, needs, share), n, seed
            )
            for share in params.evaluate.budgets
        }
    held = budgets.flips(predictions, n=n, seed=seed)
    return {
        "lists": lists,
        "customers": len(predictions),
        "left": int(labels(predictions).sum()),
        "flips": held["flips"]._asdict(),
    }


def _list(
    predictions: pd.DataFrame, there: cases.Chances, on: np.ndarray, n: int, seed: int
) -> dict[str, Any]:
    alerts = budgets.alerts(predictions, on, n=n, seed=seed)
    plain = {name: value._asdict() if hasattr(value, "_asdict") else value for name, value in alerts.items()}
    return {**cases.found(predictions, there, on, n=n, seed=seed), "alerts": plain}


def _rows(
    params: Params, paths: Paths, predictions: pd.DataFrame, leavers: Leavers, inside: np.ndarray
) -> pd.DataFrame:
    """Give one row a known leaver: what it was, and what each budget's list did about it."""
    there = cases.chances(predictions, leavers.rows)
    by = ranked(predictions, rankings(predictions)[0])
    needs = budgets.needed(predictions, by)
    rows = leavers.rows.assign(in_test_months=inside, not_asked=_not_asked(paths, leavers.rows))
    causes = _causes(paths)
    lists = []
    for share in params.evaluate.budgets:
        told = cases.told(predictions, there, by, needs, budgets.listed(predictions, needs, share))
        told["outcome"] = told["outcome"].where(inside, cases.OUTSIDE)
        told["top_cause"] = _said(causes, rows["customer_id"], told["flagged_on"])
        lists.append(told.drop(columns=["asked_dates", "needed"]).add_prefix(f"{budgets.named(share)}_"))
    rows = pd.concat([rows, told[["asked_dates", "needed"]], *lists], axis=1)
    rows["not_asked"] = rows["not_asked"].where(rows["asked_dates"] == 0)
    return rows.sort_values(["left_on", "customer_id"], ignore_index=True)


def _not_asked(paths: Paths, leavers: pd.DataFrame) -> pd.Series:
    """Give why each leaver could not be asked about on the last as-of date before L; null where it could."""
    cohort = store.cohort(paths)[["customer_id", "as_of", "reason"]]
    wanted = (
        leavers[["customer_id", "left_on"]].reset_index(names="place").sort_values("left_on", kind="stable")
    )
    told = pd.merge_asof(
        wanted,
        cohort.sort_values("as_of", kind="stable").astype({"as_of": "datetime64[s]"}),
        left_on="left_on",
        right_on="as_of",
        by="customer_id",
        allow_exact_matches=False,
    )
    reasons: pd.Series = told.sort_values("place", ignore_index=True)["reason"].astype("str")
    return reasons


def _causes(paths: Paths) -> pd.DataFrame | None:
    path = paths.report / "causes.parquet"
    return read_parquet(path, columns=["customer_id", "as_of", "top_cause"]) if path.exists() else None


def _said(causes: pd.DataFrame | None, customers: pd.Series, on: pd.Series) -> pd.Series:
    """Give the leading cause that was told of each customer on a day; null where none was."""
    if causes is None:
        return pd.Series(None, customers.index, dtype="str")
    told = causes.assign(as_of=causes["as_of"].astype("datetime64[s]"))
    asked = pd.DataFrame({"customer_id": customers, "as_of": on})
    merged = asked.merge(told, on=["customer_id", "as_of"], how="left")
    said: pd.Series = merged["top_cause"].astype("str")
    return said
