"""What a model says of many customers, some at a time: memory stays bounded, and long work shows how far it is.

A customer's answer does not depend on who else is asked about, so the parts are the same bytes as the whole.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from models.errors import Disagreement
from models.families import Model
from pipeline.errors import GateClosed
from pipeline.fitted import Served
from pipeline.progress import counted

CUSTOMERS = 25_000
"""Customers asked about together."""


def contributions_of(model: Model, X: pd.DataFrame) -> tuple[np.ndarray, float]:
    """Give ``model.contributions(X)``; raises GateClosed where the family's own library explains otherwise."""
    try:
        if len(X) <= CUSTOMERS:
            return model.contributions(X)
        phi = np.empty((len(X), len(model.features)))
        with counted(f"explaining {len(X):,} customers", -(-len(X) // CUSTOMERS)) as step:
            for rows in _parts(X):
                phi[rows], base = model.contributions(X.iloc[rows])
                step()
        return phi, base
    except Disagreement as error:
        raise GateClosed(str(error)) from None


def share_gone_of(served: Served, X: pd.DataFrame) -> np.ndarray | None:
    """Give ``served.share_gone(X)``."""
    if served.gone is None or len(X) <= CUSTOMERS:
        return served.share_gone(X)
    share = np.empty(len(X))
    for rows in _parts(X):
        share[rows] = served.share_gone(X.iloc[rows])
    return share


def _parts(X: pd.DataFrame) -> Iterator[slice]:
    return (slice(start, start + CUSTOMERS) for start in range(0, len(X), CUSTOMERS))
