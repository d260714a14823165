"""Small made outputs of the stages before ``report``, in the columns that the design fixes.

A made company of 60 customers and two test dates. Probabilities are drawn, labels are drawn from them, and the
contributions are cut from them, so that every identity (sums, tiers, counts) holds as in a real run.
"""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import frames
from pipeline.params import DatasetSpec, Label, Params
from pipeline.paths import Paths

DATES = (date(2024, 5, 31), date(2024, 6, 30))
SCORED = date(2024, 9, 30)
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
    root: Path, rule: str = "departure", *, top: float = 0.95, names: tuple[str, ...] = NAMES
) -> Paths:
    """Write what the earlier stages leave behind, and a scored batch; ``top`` bounds the probabilities."""
    paths = Paths(root, "made")
    rng = np.random.default_rng(11)
    n = 60
    apart = rule == "departure"
    rows, causes = [], []
    for k, day in enumerate(DATES):
        p = np.clip(rng.beta(0.7, 2.2, n), 0.01, top)
        p[:3] = (top, top - 0.02, top - 0.04)
        q = np.linspace(0.1, 0.9, n)
        label = (rng.random(n) < p).astype("int8")
        going = pd.array(np.where(label == 1, rng.random(n) > q, pd.NA), dtype="boolean")
        for family in ("logistic", "forest", "boosted", RULE, BASE):
            served = p if family == "boosted" else np.clip(p + rng.normal(0, 0.05, n), 0.01, 0.99)
            frame = scores(day, served, q if apart else None, k)[["customer_id", "as_of", "p_churn", "tier"]]
            frame["family"], frame["label"] = family, label
            if apart:
                frame["going"] = going
                frame["p_gone"] = served * q if family not in (RULE, BASE) else np.nan
            rows.append(frame)
        causes.append(scores(day, p, q if apart else None, k))
    predictions = pd.concat(rows, ignore_index=True)
    frames.write_parquet(paths.report / "predictions.parquet", predictions)
    frames.write_parquet(paths.report / "causes.parquet", pd.concat(causes, ignore_index=True))
    frames.write_json(paths.report / "metrics.json", metrics(predictions))
    frames.write_json(paths.report / "ingest.json", INGEST)
    frames.write_json(paths.catalogue, {"hash": "0" * 64, "features": [_entry(*row) for row in CATALOGUE]})
    frames.write_json(paths.champion, {"family": "boosted"})
    who = pd.DataFrame({"customer_id": [customer(i) for i in range(n)]})
    who["name"] = [names[i] if i < len(names) else f"Customer {i}" for i in range(n)]
    frames.write_parquet(paths.table("customers"), who)
    frames.write_parquet(paths.table("trade"), _trade(n))
    frames.write_parquet(paths.batch(SCORED) / "scores.parquet", scores(SCORED, p, q if apart else None, 5))
    frames.write_json(paths.batch(SCORED) / "manifest.json", {"rows": {"customers": n}})
    return paths


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


def metrics(predictions: pd.DataFrame) -> dict[str, Any]:
    """Give figures in the schema of ``metrics.json``, counted from ``predictions``."""
    families: dict[str, Any] = {}
    for (family, as_of), rows in predictions.groupby(["family", "as_of"]):
        y, p = rows["label"].to_numpy(float), rows["p_churn"].to_numpy()
        error = float(np.mean((y - p) ** 2))
        tiers = {}
        for name in ("high", "medium", "low"):
            inside = y[(rows["tier"] == name).to_numpy()]
            tiers[name] = {
                "customers": len(inside),
                "observed": float(inside.mean()) if len(inside) else None,
                "bound": None if name == "medium" or not len(inside) else 0.5,
                "verdict": "no claim" if name == "medium" else "too few",
            }
        families.setdefault(str(family), {"test": {}})["test"][as_of.date().isoformat()] = {
            "customers": len(y),
            "observed": float(y.mean()),
            "mean_p": float(p.mean()),
            "pr_auc": {"value": 0.5125, "low": 0.4, "high": 0.6},
            "roc_auc": {"value": 0.7625, "low": 0.7, "high": 0.8},
            "brier": {"value": error, "low": error - 0.01, "high": error + 0.01},
            "log_loss": 0.4,
            "lift_10": 2.5,
            "tiers": tiers,
        }
    return {"dataset": "made", "champion": "boosted", "families": families}
