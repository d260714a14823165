"""Small made outputs of the stages before ``report``, in the columns that the design fixes.

A made company of 60 customers and two test dates. Probabilities are drawn, labels are drawn from them, and the
contributions are cut from them, so that every identity (sums, tiers, counts) holds as in a real run.
"""

import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models import metrics as figures
from models import tiers
from pipeline import frames, publishing, released, store, tracking
from pipeline.curves import curves
from pipeline.params import DatasetSpec, Label, Params
from pipeline.paths import Paths
from tests.pipeline.challenged import asking

DATES = (date(2024, 5, 31), date(2024, 6, 30))
SCORED = date(2024, 9, 30)


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """This module: ``made.outputs(root)`` writes the made company's outputs, ``made.params()`` its settings."""
    return sys.modules[__name__]


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Give outputs of the made company that every test may read and none may change."""
    return outputs(tmp_path_factory.mktemp("standing"))


RULE, BASE = "cadence_rule", "base_rate"
NAMES = ("Acme Pumps", "苏州精密机械有限公司", "Øresund Værktøj", "Beta & Sons <Ltd>", "𠮷野工業")
CATALOGUE = (
    ("trade_orders_90d", "trade", "demand", "orders", "Orders in the last 90 days", "近90天订单数"),
    ("trade_amount_90d", "trade", "demand", "money", "Sales in the last 90 days", "近90天销售额"),
    ("trade_days_since_order", "trade", "demand", "days", "Time since the last order", "距上次下单"),
    ("trade_discount_180d", "trade", "price", "share", "Mean discount in 180 days", "近180天平均折扣"),
    ("service_open", "service", "service", "tickets", "Open tickets", "未结工单"),
)


def params(rule: str = "departure", **report: int) -> Params:
    """Give the settings of the made dataset."""
    plain = Params()
    return plain.model_copy(
        update={
            "dataset": DatasetSpec(currency="EUR", label=Label(rule=rule)),  # type: ignore[arg-type]
            "report": plain.report.model_copy(update=report),
        }
    )


def customer(i: int) -> str:
    return f"C{i:04d}"


def scores(as_of: date, p: np.ndarray, q: np.ndarray | None, seed: int) -> pd.DataFrame:
    """Give one row a customer in the columns of the score output; ``q`` is the gone part of ``p``."""
    rng = np.random.default_rng(seed)
    causes = ("demand", "price", "service")
    base = np.full(len(p), 0.12)
    parts = rng.dirichlet((4.0, 2.0, 1.0), len(p)) * (p - base)[:, None] * 1.4
    parts[:, 2] -= parts.sum(1) - (p - base)
    frame = pd.DataFrame({"customer_id": [customer(i) for i in range(len(p))], "as_of": pd.Timestamp(as_of)})
    frame["p_churn"] = p
    if q is not None:
        frame["p_gone"] = p * q
    frame["tier"] = np.where(p > 0.8, "high", np.where(p < 0.3, "low", "medium"))
    frame["base"] = base
    for j, cause in enumerate(causes):
        frame[f"contribution_{cause}"] = parts[:, j]
    strongest = parts.max(1) > 0
    frame["top_cause"] = np.where(strongest, np.array(causes)[parts.argmax(1)], "none")
    frame["reasons"] = [_reasons(row) for row in parts]
    frame["model"] = "0" * 64
    frame["base_of"] = "everybody"
    return frame


def _reasons(parts: np.ndarray) -> list[dict[str, Any]]:
    told = (
        ("trade_orders_90d", 2.0, 6.0, parts[0] * 0.7),
        ("trade_amount_90d", 1234.5, 8000.0, parts[0] * 0.3),
        ("trade_discount_180d", 0.05, 0.12, parts[1]),
        ("service_open", 1.0, None, parts[2]),
    )
    labels = {name: (en, zh) for name, _, _, _, en, zh in CATALOGUE}
    rows = [
        {
            "feature": name,
            "value": value,
            "typical": typical,
            "contribution": float(contribution),
            "en": labels[name][0],
            "zh": labels[name][1],
        }
        for name, value, typical, contribution in told
    ]
    return sorted(rows, key=lambda row: -abs(row["contribution"]))


def outputs(
    root: Path,
    rule: str = "departure",
    *,
    top: float = 0.95,
    names: tuple[str, ...] = NAMES,
    customers: int = 60,
) -> Paths:
    """Write what the earlier stages leave behind, and a scored batch; ``top`` bounds the probabilities."""
    paths = Paths(root, "made")
    rng = np.random.default_rng(11)
    n = customers
    apart = rule == "departure"
    rows, causes = [], []
    for k, day in enumerate(DATES):
        p = np.clip(rng.beta(0.7, 2.2, n), 0.01, top)
        p[:3] = (top, top - 0.02, top - 0.04)
        q = np.linspace(0.1, 0.9, n)
        label = (rng.random(n) < p).astype("int8")
        going = (label == 1) & (rng.random(n) > q)
        for family in ("logistic", "forest", "boosted", RULE, BASE):
            served = p if family == "boosted" else np.clip(p + rng.normal(0, 0.05, n), 0.01, 0.99)
            frame = scores(day, served, q if apart else None, k)[["customer_id", "as_of", "p_churn", "tier"]]
            frame["family"], frame["label"] = family, label
            if apart:
                frame["going"] = going
                frame["p_gone"] = served * (0.4 if family in (RULE, BASE) else q)
            rows.append(frame)
        causes.append(scores(day, p, q if apart else None, k))
    predictions = pd.concat(rows, ignore_index=True)
    frames.write_parquet(paths.report / "predictions.parquet", predictions)
    frames.write_parquet(paths.report / "causes.parquet", pd.concat(causes, ignore_index=True))
    frames.write_parquet(paths.report / "curves.parquet", curves(predictions))
    frames.write_sealed(paths.report / "metrics.json", metrics(predictions))
    frames.write_json(paths.report / "ingest.json", INGEST)
    frames.write_json(paths.report / "quality.json", QUALITY)
    frames.write_sealed(paths.catalogue, {"hash": "0" * 64, "features": [_entry(*row) for row in CATALOGUE]})
    cohort = pd.DataFrame(
        {"customer_id": ["X1", "X2", "X3"], "as_of": pd.Timestamp(DATES[-1]), "eligible": False}
    )
    store.write_cohort(
        paths, cohort.assign(reason=["silent too long", "one purchase only", "silent too long"])
    )
    frames.write_sealed(paths.champion, {"family": "boosted"})
    who = pd.DataFrame({"customer_id": [customer(i) for i in range(n)]})
    who["name"] = [names[i] if i < len(names) else f"Customer {i}" for i in range(n)]
    frames.write_parquet(paths.table("customers"), who)
    frames.write_parquet(paths.table("trade"), _trade(n))
    published(paths, SCORED, scores(SCORED, p, q if apart else None, 5), {"rows": {"customers": n}})
    return paths


def published(paths: Paths, as_of: date, rows: pd.DataFrame, told: dict[str, Any] | None = None) -> None:
    """Publish ``rows`` as the scores of a day; without ``told`` the manifest says what it said before."""
    if told is None:
        told = frames.read_json(publishing.published(paths, as_of) / publishing.MANIFEST)
    publishing.publish(paths, as_of, {publishing.SCORES: frames.to_arrow(rows)}, told, {})


def batch(paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the scores of a day as they were published."""
    return frames.read_parquet(publishing.published(paths, as_of) / publishing.SCORES)


def crowned(place: tuple[Params, Paths], family: str) -> None:
    """Have ``family`` serve, as if it had been chosen and promoted."""
    challenger = asking(place, family)
    tracking.point(place[1], tracking.CHAMPION, released.release(*place, challenger))


def _entry(name: str, source: str, cause: str, unit: str, en: str, zh: str) -> dict[str, Any]:
    return {
        "name": name,
        "source": source,
        "cause": cause,
        "dimension": source,
        "unit": unit,
        "en": en,
        "zh": zh,
    }


def _trade(n: int) -> pd.DataFrame:
    day = pd.Timestamp("2024-08-01")
    return pd.DataFrame(
        {
            "order_id": [f"O{i}" for i in range(2 * n)],
            "customer_id": [customer(i // 2) for i in range(2 * n)],
            "ordered_at": [day + pd.Timedelta(days=7 * (i % 2)) for i in range(2 * n)],
            "product_id": "P1",
            "quantity": 1.0,
            "amount": [100.0 + i for i in range(2 * n)],
        }
    )


INGEST: dict[str, Any] = {
    "tables": {
        "customers": {"rows": 60, "kept": 60, "rejected": 0, "reasons": {}},
        "trade": {"rows": 123, "kept": 120, "rejected": 3, "reasons": {"'amount' is no number": 3}},
    },
    "absent": ["interaction", "service"],
}


QUALITY: dict[str, Any] = {
    "features": [
        {"name": name, "en": en, "zh": zh, "source": source} for name, source, _, _, en, zh in CATALOGUE
    ],
    "named": {
        **{name: [] for name in ("leak", "unknown", "constant", "against", "double", "moved")},
        "nothing": ["service_open"],
    },
}


def metrics(predictions: pd.DataFrame) -> dict[str, Any]:
    """Give figures in the schema of ``metrics.json``, counted from ``predictions``."""
    families = {}
    for family, rows in predictions.groupby("family"):
        dates = {as_of.date().isoformat(): _figures(some) for as_of, some in rows.groupby("as_of")}
        families[str(family)] = {"test": dates, "pooled": _figures(rows)}
    return {"dataset": "made", "champion": "boosted", "families": families}


def _figures(rows: pd.DataFrame) -> dict[str, Any]:
    y, p = rows["label"].to_numpy(float), rows["p_churn"].to_numpy()
    tier = rows["tier"].to_numpy()
    told = {
        "customers": len(y),
        **_estimates(y, p),
        "tiers": {name: tiers.certificate(y[tier == name], name) for name in tiers.TIERS},
        "lists": _lists(y, p, tier),
    }
    if "p_gone" in rows:
        gone = rows["p_gone"].to_numpy()
        going = y * (rows["going"] == 1).to_numpy(float)
        for kind, labels, said in (("going", going, p - gone), ("gone", y - going, gone)):
            told[kind] = {
                "customers": int(labels.sum()),
                **_estimates(labels, said),
                "lists": _lists(labels, p, tier),
                "own_lists": _lists(labels, said),
            }
    return told


def _estimates(y: np.ndarray, p: np.ndarray) -> dict[str, Any]:
    names = ("observed", "mean_p", "drift", "pr_auc", "roc_auc", "brier", "log_loss", "lift_10")
    return {name: _around(getattr(figures, name)(y, p)) for name in names}


def _around(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.0123, "high": value + 0.0123}


def _lists(y: np.ndarray, p: np.ndarray, tier: np.ndarray | None = None) -> dict[str, Any]:
    told = {}
    if tier is not None:
        for name, listed in (("high", tier == "high"), ("high_and_medium", tier != "low")):
            precision, recall = figures.precision_recall_of(y, listed)
            told[name] = {"customers": int(listed.sum()), "precision": precision, "recall": recall}
    for share in (0.05, 0.1, 0.2):
        told[f"top_{share:g}"] = {
            "customers": int(np.ceil(share * len(y))),
            "precision": _around(figures.precision_at(y, p, share=share)),
            "recall": _around(figures.recall_at(y, p, share=share)),
        }
    return told
