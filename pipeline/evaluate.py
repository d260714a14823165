"""Stage ``evaluate``: every family, the base rate and the cadence rule, on dates that nothing was fitted on.

Writes ``report/metrics.json`` (docs/reference/outputs.md), ``report/predictions.parquet`` (one row a customer, test
date and family) and ``report/curves.parquet``, and adds the figures to the families' runs in MLflow.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from models import baselines, intervals, metrics, plots, tiers
from models.families import FAMILIES
from models.gone import p_gone
from pipeline import store, tracking
from pipeline.columns import groups, labels
from pipeline.curves import curves
from pipeline.fitted import Served, load
from pipeline.frames import read_json, write_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted

STATISTICS: Mapping[str, metrics.Statistic] = {
    "observed": metrics.observed,
    "mean_p": metrics.mean_p,
    "pr_auc": metrics.pr_auc,
    "roc_auc": metrics.roc_auc,
    "brier": metrics.brier,
    "log_loss": metrics.log_loss,
    "lift_10": metrics.lift_10,
    "calibration_error": metrics.calibration_error,
    "drift": metrics.drift,
}
POOLED = "pooled"


def run(params: Params, paths: Paths) -> None:
    """Measure everybody on the test dates."""
    rows, X = store.matrix(paths, "test")
    served = {family: load(paths, family) for family in FAMILIES}
    champion = read_json(paths.champion, made_by=f"forewarn choose --dataset {paths.dataset}")["family"]
    predictions = pd.concat(
        [
            *(_predicted(family, rows, one.p_churn(X), one.p_gone(X)) for family, one in served.items()),
            *_plain(params, paths, rows),
        ],
        ignore_index=True,
    )
    found: dict[str, Any] = {}
    names = list(predictions["family"].unique())
    with counted("evaluate", len(names)) as step:
        for name in names:
            found[name] = measured(params, predictions[predictions["family"] == name])
            step()
    drawn = curves(predictions)
    write_parquet(paths.report / "curves.parquet", drawn)
    write_parquet(paths.report / "predictions.parquet", predictions)
    write_json(
        paths.report / "metrics.json", {"dataset": paths.dataset, "champion": champion, "families": found}
    )
    _log(paths, served, found, drawn)
    now = found[champion][POOLED]
    print(
        f"{champion}: ROC-AUC {now['roc_auc']['value']:.3f}, PR-AUC {now['pr_auc']['value']:.3f}, "
        f"Brier {now['brier']['value']:.4f} on {now['customers']:,} rows"
    )


def _predicted(family: str, rows: pd.DataFrame, p_churn: np.ndarray, gone: np.ndarray | None) -> pd.DataFrame:
    frame = rows[["customer_id", "as_of"]].assign(family=family, p_churn=p_churn)
    if gone is not None:
        frame = frame.assign(p_gone=gone)
    frame = frame.assign(label=labels(rows).astype("int8"))
    if gone is not None:
        frame = frame.assign(going=rows["going"] == 1)
    return frame.assign(tier=tiers.tier(p_churn))


def _plain(params: Params, paths: Paths, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """What a model must beat, fitted on every label that was known by the first test date."""
    known = pd.concat([store.matrix(paths, split)[0] for split in ("train", "calibration")])
    y = labels(known)
    rule = baselines.cadence_rule(known["silence_days"], known["cadence_days"], y)
    told = {
        "cadence_rule": rule.probability(rows["silence_days"], rows["cadence_days"]),
        "base_rate": np.full(len(rows), baselines.base_rate(y)),
    }
    share = None
    if params.dataset.label.rule == "departure":
        share = baselines.base_rate(labels(known[y == 1], "gone"))
    return [
        _predicted(name, rows, p, None if share is None else p_gone(p, np.full(len(p), share)))
        for name, p in told.items()
    ]


def measured(params: Params, rows: pd.DataFrame) -> dict[str, Any]:
    """Give the figures of one family: each test date, and all of them pooled."""
    dates = {str(day.date()): rows[rows["as_of"] == day] for day in sorted(rows["as_of"].unique())}
    return {
        "test": {day: figures(params, some) for day, some in dates.items()},
        POOLED: figures(params, rows),
    }


def figures(params: Params, rows: pd.DataFrame) -> dict[str, Any]:
    """Give every figure of some rows of one family, with intervals over customers."""
    y, p, tier = labels(rows), rows["p_churn"].to_numpy(), rows["tier"].to_numpy()
    told: dict[str, Any] = {
        "customers": len(rows),
        **_estimates(params, STATISTICS, y, p, rows),
        "tiers": {name: tiers.certificate(y[tier == name], name) for name in tiers.TIERS},
        "brier_parts": metrics.brier_parts(y, p),
        "lists": _lists(params, rows, y, p),
    }
    if "p_gone" in rows:
        going = rows["going"].to_numpy().astype(np.int64)
        gone = y - going
        said = rows["p_gone"].to_numpy()
        told["going"] = _apart(params, rows, going, p - said)
        told["gone"] = _apart(params, rows, gone, said)
    return told


def _apart(params: Params, rows: pd.DataFrame, y: np.ndarray, p: np.ndarray) -> dict[str, Any]:
    """Give the figures of one of the two kinds of leavers, by its own probability, and who of it is listed."""
    churn = rows["p_churn"].to_numpy()
    return {
        "customers": int(y.sum()),
        **_estimates(params, STATISTICS, y, p, rows),
        "lists": _lists(params, rows, y, churn),
        "own_lists": _budgets(params, rows, y, p),
    }


def _lists(params: Params, rows: pd.DataFrame, y: np.ndarray, p: np.ndarray) -> dict[str, Any]:
    """Give size, precision and recall of the high tier, of both upper tiers, and of each budget."""
    tier = rows["tier"].to_numpy()
    upper = {"high": tier == "high", "high_and_medium": tier != "low"}
    told = {}
    for name, flagged in upper.items():
        statistics = {
            "precision": partial(_precision, flagged=flagged),
            "recall": partial(_recall, flagged=flagged),
        }
        told[name] = {"customers": int(flagged.sum()), **_estimates(params, statistics, y, p, rows)}
    return told | _budgets(params, rows, y, p)


def _budgets(params: Params, rows: pd.DataFrame, y: np.ndarray, p: np.ndarray) -> dict[str, Any]:
    told = {}
    for share in params.evaluate.budgets:
        statistics = {
            "precision": partial(metrics.precision_at, share=share),
            "recall": partial(metrics.recall_at, share=share),
        }
        size = int(np.ceil(len(rows) * share - 1e-9))
        told[f"top_{share:g}"] = {"customers": size, **_estimates(params, statistics, y, p, rows)}
    return told


def _precision(y: Any, p: Any, weights: Any = None, *, flagged: np.ndarray) -> Any:
    weight = np.ones(len(flagged)) if weights is None else weights
    return _share((weight * flagged) @ y, (weight * flagged).sum(axis=-1))


def _recall(y: Any, p: Any, weights: Any = None, *, flagged: np.ndarray) -> Any:
    weight = np.ones(len(flagged)) if weights is None else weights
    return _share((weight * flagged) @ y, weight @ y)


def _share(part: Any, whole: Any) -> Any:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)


def _estimates(
    params: Params,
    statistics: Mapping[str, metrics.Statistic],
    y: np.ndarray,
    p: np.ndarray,
    rows: pd.DataFrame,
) -> dict[str, Any]:
    drawn = intervals.bootstrap_all(
        statistics, y, p, groups=groups(rows), n=params.evaluate.resamples, seed=params.seed
    )
    return {name: interval._asdict() for name, interval in drawn.items()}


def _log(paths: Paths, served: Mapping[str, Served], found: Mapping[str, Any], drawn: pd.DataFrame) -> None:
    """Add the figures of the test dates to the families' runs."""
    told, figures = {}, {}
    pooled = drawn[drawn["as_of"].isna()].dropna(subset=["x", "y"])
    for family, one in served.items():
        dates = {**found[family]["test"], POOLED: found[family][POOLED]}
        told[one.fit.hash] = {
            f"test/{when}/{name}": figure[name]["value"]
            for when, figure in dates.items()
            for name in STATISTICS
        }
        points = dict(list(pooled[pooled["family"] == family].groupby("curve")))
        figures[one.fit.hash] = {
            "figures/reliability.svg": plots.reliability({family: points["reliability"]}),
            "figures/precision_recall.svg": plots.precision_recall(
                {family: points["precision_recall"]}, found[family][POOLED]["observed"]["value"]
            ),
        }
    tracking.log_figures(paths, told, figures)
