"""The score output: a customer's probability with the causes that it is made of.

One way to make these rows, for the test dates (``explain``) and for tonight (``score``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from models import tiers
from models.attribution import by_cause, on_probability
from pipeline.fitted import Served

CAUSES = (
    "demand",
    "competitor",
    "price",
    "service",
    "relationship",
    "payment",
    "strategic",
    "market",
    "season",
    "profile",
)
"""The causes of the catalogue, in the order of the columns; a test holds them to ``features.feature.Cause``."""
REASON = pa.struct(
    [
        ("feature", pa.string()),
        ("value", pa.float64()),
        ("typical", pa.float64()),
        ("contribution", pa.float64()),
        ("en", pa.string()),
        ("zh", pa.string()),
    ]
)


def explained(served: Served, X: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give the contribution of each feature of the model to the probability (rows, features), and each row's base."""
    contributions, base = on_probability(*served.fit.churn.contributions(X), served.churn)
    return contributions, np.full(len(X), base)


def rows(
    served: Served,
    asked: pd.DataFrame,
    X: pd.DataFrame,
    catalogue: Sequence[Mapping[str, Any]],
    kept: int,
    parts: tuple[np.ndarray, np.ndarray],
) -> pa.Table:
    """Give the score output, one row a customer of ``asked`` (customer_id, as_of), aligned with ``X``.

    ``base`` plus the ten contributions is ``p_churn``; a cause without features contributes 0. ``reasons`` are the
    ``kept`` features with the largest contributions, in absolute value, largest first.
    """
    model = served.fit.churn
    contributions, base = parts
    cause_of = {entry["name"]: entry["cause"] for entry in catalogue}
    sums = by_cause(contributions, model.features, cause_of).reindex(columns=CAUSES, fill_value=0.0)
    p_churn = base + sums.to_numpy().sum(axis=1)
    p_gone = served.p_gone(X)
    columns: dict[str, Any] = {
        "customer_id": pa.array(asked["customer_id"], pa.string()),
        "as_of": pa.array(pd.to_datetime(asked["as_of"]).dt.date, pa.date32()),
        "p_churn": p_churn,
    }
    if p_gone is not None:
        columns["p_gone"] = np.minimum(p_gone, p_churn)
    columns["tier"] = pa.array(tiers.tier(np.clip(p_churn, 0.0, 1.0)).tolist(), pa.string())
    columns["base"] = base
    columns |= {f"contribution_{cause}": sums[cause].to_numpy() for cause in CAUSES}
    columns["top_cause"] = pa.array(top_causes(sums), pa.string())
    columns["reasons"] = pa.array(_reasons(served, X, contributions, catalogue, kept), pa.list_(REASON))
    columns["model"] = pa.array([served.hash] * len(asked), pa.string())
    return pa.table(columns)


def top_causes(sums: pd.DataFrame) -> list[str]:
    """Give the cause that pushes most towards leaving, a row each; "none" where nothing does."""
    values = sums.to_numpy()
    names = np.asarray(sums.columns)[values.argmax(axis=1)]
    return [str(name) if most > 0 else "none" for name, most in zip(names, values.max(axis=1), strict=True)]


def _reasons(
    served: Served,
    X: pd.DataFrame,
    contributions: np.ndarray,
    catalogue: Sequence[Mapping[str, Any]],
    kept: int,
) -> list[list[dict[str, Any]]]:
    names = served.fit.churn.features
    told = {entry["name"]: entry for entry in catalogue}
    values = X.loc[:, list(names)].to_numpy(dtype=np.float64)
    order = np.argsort(-np.abs(contributions), axis=1, kind="stable")[:, :kept]
    return [
        [
            {
                "feature": names[at],
                "value": _known(values[row, at]),
                "typical": served.fit.typical[names[at]],
                "contribution": float(contributions[row, at]),
                "en": told[names[at]]["en"],
                "zh": told[names[at]]["zh"],
            }
            for at in order[row]
            if contributions[row, at] != 0
        ]
        for row in range(len(X))
    ]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
