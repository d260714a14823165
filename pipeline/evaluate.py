"""Stage ``evaluate``: every family, the base rate and the cadence rule, on dates that nothing was fitted on.

Writes ``report/metrics.json`` (docs/reference/outputs.md), ``report/predictions.parquet`` (one row a customer, test
date and family) and ``report/curves.parquet``, and adds the figures to the families' runs in MLflow.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from models import baselines, intervals, metrics, plots, tiers
from models.families import FAMILIES
from models.figures import STATISTICS, estimates, highest, lists
from models.gone import p_gone
from pipeline import alarm, store, tracking
from pipeline.columns import groups, labels
from pipeline.curves import curves
from pipeline.fitted import Served, load
from pipeline.frames import read_json, write_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted

POOLED = "pooled"
KEPT = 20_000_000
"""So many weights of rows are kept in memory; more of them are drawn again for each family."""


class _Drawn:
    """The resamples of some customers, the same however often they are gone through."""

    def __init__(self, customers: np.ndarray, n: int, seed: int) -> None:
        self._drawing = partial(intervals.resamples, customers, n, seed)
        self._kept = list(self._drawing()) if n * len(customers) <= KEPT else None

    def __iter__(self) -> Iterator[np.ndarray]:
        return iter(self._drawing() if self._kept is None else self._kept)


def run(params: Params, paths: Paths) -> None:
    """Measure everybody on the test dates."""
    alarm.run(params, paths)
    rows, X = store.matrix(paths, "test")
    declared = store.catalogue(paths)["features"]
    served = {family: load(paths, family, declared) for family in FAMILIES}
    champion = read_json(paths.champion, made_by=f"forewarn choose --dataset {paths.dataset}")["family"]
    predictions = pd.concat(
        [
            *(_predicted(family, rows, one.p_churn(X), one.p_gone(X)) for family, one in served.items()),
            *_plain(params, paths, rows),
        ],
        ignore_index=True,
    )
    slices = predictions["as_of"].nunique() + 1
    with counted("evaluate", predictions["family"].nunique() * slices) as step:
        found = measured(params, predictions, step)
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


def measured(params: Params, predictions: pd.DataFrame, step: Callable[[], None]) -> dict[str, Any]:
    """Give the figures of every family: on each test date, and on all of them pooled.

    The families stand on the same customers, so they share the resamples of them.
    """
    found: dict[str, Any] = {name: {"test": {}} for name in predictions["family"].unique()}
    for day in [*sorted(predictions["as_of"].unique()), None]:
        rows = predictions if day is None else predictions[predictions["as_of"] == day]
        one = rows[rows["family"] == rows["family"].iloc[0]]
        blocks = _Drawn(groups(one), params.evaluate.resamples, params.seed)
        for name in found:
            told = figures(params, rows[rows["family"] == name], blocks)
            if day is None:
                found[name][POOLED] = told
            else:
                found[name]["test"][str(day.date())] = told
            step()
    return found


def figures(params: Params, rows: pd.DataFrame, blocks: _Drawn) -> dict[str, Any]:
    """Give every figure of some rows of one family, with intervals over customers."""
    y, p, tier = labels(rows), rows["p_churn"].to_numpy(), rows["tier"].to_numpy()
    flags = {"high": tier == "high", "high_and_medium": tier != "low"}
    flags |= {f"top_{share:g}": highest(p, share) for share in params.evaluate.budgets}
    told: dict[str, Any] = {
        "customers": len(rows),
        **_estimates(y, p, blocks),
        "tiers": {name: tiers.certificate(y[tier == name], name) for name in tiers.TIERS},
        "brier_parts": metrics.brier_parts(y, p),
        "lists": _lists(y, flags, blocks),
    }
    if "p_gone" in rows:
        going = rows["going"].to_numpy().astype(np.int64)
        said = rows["p_gone"].to_numpy()
        for name, part, own in (("going", going, p - said), ("gone", y - going, said)):
            told[name] = {
                "customers": int(part.sum()),
                **_estimates(part, own, blocks),
                "lists": _lists(part, flags, blocks),
                "own_lists": _lists(
                    part, {f"top_{share:g}": highest(own, share) for share in params.evaluate.budgets}, blocks
                ),
            }
    return told


def _estimates(y: np.ndarray, p: np.ndarray, blocks: _Drawn) -> dict[str, Any]:
    return {name: interval._asdict() for name, interval in estimates(y, p, blocks).items()}


def _lists(y: np.ndarray, flags: Mapping[str, np.ndarray], blocks: _Drawn) -> dict[str, Any]:
    """Give size, precision and recall of each list."""
    return {
        name: {
            "customers": round(float(flags[name].sum())),
            **{kind: interval._asdict() for kind, interval in told.items()},
        }
        for name, told in lists(y, flags, blocks).items()
    }


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
