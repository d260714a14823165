"""The score output: a customer's probability with the causes that it is made of.

One way to make these rows, for the test dates (``explain``) and for tonight (``score``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from models import tiers
from models.attribution import by_cause, centred, on_probability
from models.gone import p_gone
from models.rootcause import ranking
from pipeline.columns import medians
from pipeline.explained import contributions_of, share_gone_of
from pipeline.fitted import Served
from pipeline.reference import Reference
from pipeline.usual import Past

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
        ("own", pa.float64()),
    ]
)


LIKELY = 3
"""Causes that are told beside the root, the root the first of them."""
LEAST_ABOVE = 0.02
"""A customer has no cause of its own (``top_cause`` "none") where its probability lies above its base by less than
this: whatever pushes it, something else holds it, and it is hardly likelier to leave than the others. Two points
are two leavers among a hundred such customers, fewer than anybody would act on."""


class Parts(NamedTuple):
    """What each feature contributes, (rows, features): ``phi`` in the model's unit, ``contributions`` to the
    probability served, with the ``base`` of each row."""

    phi: np.ndarray
    contributions: np.ndarray
    base: np.ndarray


def explained(served: Served, X: pd.DataFrame, reference: Reference) -> Parts:
    """Give what each feature contributes. The rows are everybody asked about on one date."""
    phi, bases = centred(*contributions_of(served.fit.churn, X), reference.group)
    return Parts(phi, *on_probability(phi, bases, served.churn))


def rows(
    served: Served,
    asked: pd.DataFrame,
    X: pd.DataFrame,
    catalogue: Sequence[Mapping[str, Any]],
    kept: int,
    reference: Reference,
    past: Past | None = None,
    parts: Parts | None = None,
) -> pa.Table:
    """Give the score output, one row a customer of ``asked`` (customer_id, as_of), aligned with ``X``.

    The rows are everybody asked about on one date. ``base``, the probability at the average score of the row's
    ``reference``, plus the ten contributions is ``p_churn``; a cause without features contributes 0. ``reasons``
    are the ``kept`` features with the largest contributions, in absolute value, largest first; ``typical`` in them
    is the median of the row's reference on the date, ``own`` that of the customer itself on ``past`` dates.
    ``parts`` are what ``explained`` gave, where it was asked before.
    """
    model = served.fit.churn
    phi, contributions, base = parts or explained(served, X, reference)
    cause_of = {entry["name"]: entry["cause"] for entry in catalogue}
    sums = by_cause(contributions, model.features, cause_of).reindex(columns=CAUSES, fill_value=0.0)
    p_churn = np.clip(base + sums.to_numpy().sum(axis=1), 0.0, 1.0)
    share_gone = share_gone_of(served, X)
    columns: dict[str, Any] = {
        "customer_id": pa.array(asked["customer_id"], pa.string()),
        "as_of": pa.array(pd.to_datetime(asked["as_of"]).dt.date, pa.date32()),
        "p_churn": p_churn,
    }
    if share_gone is not None:
        columns["p_gone"] = p_gone(p_churn, share_gone)
    columns["tier"] = pa.array(tiers.tier(p_churn).tolist(), pa.string())
    columns["base"] = base
    columns |= {f"contribution_{cause}": sums[cause].to_numpy() for cause in CAUSES}
    of = [cause_of[name] for name in model.features]
    pointed = ranking(phi, of, p_churn, CAUSES, served.causes)
    columns["top_cause"] = pa.array(top_causes(sums, pointed, p_churn - base), pa.string())
    columns["reasons"] = pa.array(
        _reasons(asked, X[list(model.features)], contributions, catalogue, kept, reference, past),
        pa.list_(REASON),
    )
    columns["model"] = pa.array([served.hash] * len(asked), pa.string())
    columns["base_of"] = pa.array(reference.names, pa.string())
    likeliest = np.asarray(CAUSES)[ordered(sums.to_numpy(), pointed)[:, :LIKELY]]
    columns["likely_causes"] = pa.array(likeliest.tolist(), pa.list_(pa.string()))
    return pa.table(columns)


def top_causes(sums: pd.DataFrame, pointed: np.ndarray, above: np.ndarray) -> list[str]:
    """Give the root cause, a row each; "none" where a customer has no cause of its own.

    Of the causes that push towards leaving, the one that the records point to most (``models.rootcause``).
    ``above`` is how far the probability lies above its base.
    """
    values = sums.to_numpy()
    names = np.asarray(sums.columns)[ordered(values, pointed)[:, 0]]
    own = (values > 0).any(axis=1) & (above >= LEAST_ABOVE)
    return [str(name) if stands else "none" for name, stands in zip(names, own, strict=True)]


def ordered(sums: np.ndarray, pointed: np.ndarray) -> np.ndarray:
    """Give the places of the causes, likeliest root first: those that push towards leaving before the others."""
    return np.lexsort((-pointed, sums <= 0), axis=1)


def _reasons(
    asked: pd.DataFrame,
    X: pd.DataFrame,
    contributions: np.ndarray,
    catalogue: Sequence[Mapping[str, Any]],
    kept: int,
    reference: Reference,
    past: Past | None,
) -> list[list[dict[str, Any]]]:
    names = [str(name) for name in X.columns]
    told = {entry["name"]: entry for entry in catalogue}
    values = X.to_numpy(dtype=np.float64)
    order = np.argsort(-np.abs(contributions), axis=1, kind="stable")[:, :kept]
    own = np.full(order.shape, np.nan)
    if past is not None:
        own = past.usual(asked["customer_id"].tolist(), names, order)
    typical = {name: medians(X[_held(reference, name)]) for name in set(reference.group)}
    return [
        [
            {
                "feature": names[at],
                "value": known(values[row, at]),
                "typical": typical[reference.group[row]][names[at]],
                "contribution": float(contributions[row, at]),
                "en": told[names[at]]["en"],
                "zh": told[names[at]]["zh"],
                "own": known(own[row, place]),
            }
            for place, at in enumerate(order[row])
            if contributions[row, at] != 0
        ]
        for row in range(len(X))
    ]


def _held(reference: Reference, name: str | None) -> list[bool]:
    """The rows that a base is the average of."""
    return [name is None or one == name for one in reference.group]


def known(value: float) -> float | None:
    """Give a number, or None where it is not known."""
    return None if np.isnan(value) else float(value)
