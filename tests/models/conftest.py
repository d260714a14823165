"""A small company of which every test may ask: two features that tell, one that bends, and the awkward ones."""

import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from models import families

QUICK = {
    "logistic": {"c": 0.01, "knots": 3},
    "forest": {"trees": 12, "depth": 4, "leaf": 10, "columns": 0.5},
    "boosted": {
        "bags": 2,
        "trees": 25,
        "rate": 0.1,
        "leaves": 4,
        "leaf": 20,
        "l2": 1.0,
        "rows": 0.7,
        "columns": 0.7,
    },
}


@dataclass(frozen=True)
class Company:
    """One row a customer and date: 120 customers on 5 dates a month apart."""

    X: pd.DataFrame
    y: np.ndarray
    as_of: np.ndarray
    customers: np.ndarray


@pytest.fixture(scope="session")
def quick() -> dict[str, dict[str, float]]:
    """Parameters that fit within a tenth of a second."""
    return QUICK


@pytest.fixture(scope="session")
def shap() -> ModuleType:
    with warnings.catch_warnings():
        # shap 0.51 sets its colours in a way that matplotlib is about to give up.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap
    return shap


@pytest.fixture(scope="session")
def company() -> Company:
    rng = np.random.default_rng(3)
    n = 600
    X = pd.DataFrame(
        {
            "silence": rng.exponential(30, n).round(),
            "orders": rng.poisson(2, n).astype(float),
            "bend": rng.normal(size=n),
            "noise": rng.normal(size=n),
            "constant": 1.0,
            "unknown": np.nan,
        }
    )
    odds = 0.04 * X["silence"] - 0.6 * X["orders"] + X["bend"] ** 2 - 1.2
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int).to_numpy()
    X.loc[rng.random(n) < 0.2, "orders"] = np.nan
    first = date(2024, 1, 31)
    as_of = np.array([first + timedelta(days=30 * (i % 5)) for i in range(n)], dtype="datetime64[D]")
    return Company(X, y, as_of, np.array([f"C{i // 5:03d}" for i in range(n)]))


@pytest.fixture(scope="session")
def fitted(company: Company) -> dict[str, families.Model]:
    return {f: families.fit(f, company.X, company.y, QUICK[f], seed=5) for f in families.FAMILIES}
