"""Columns of the feature store as the models take them."""

from datetime import date

import numpy as np
import pandas as pd

EPOCH = date(1970, 1, 1)
"""The day from which days are counted."""


def labels(rows: pd.DataFrame, column: str = "label") -> np.ndarray:
    """Give a column of the cohort as 0 and 1."""
    return rows[column].to_numpy(dtype=np.int64)


def groups(rows: pd.DataFrame) -> np.ndarray:
    """Give the customer of each row, whose rows stand or fall together."""
    return rows["customer_id"].to_numpy()


def days(rows: pd.DataFrame) -> list[date]:
    """Give the as-of date of each row."""
    return [day.date() for day in rows["as_of"]]


def day_numbers(rows: pd.DataFrame) -> np.ndarray:
    """Give the as-of date of each row in days since 1970."""
    return pd.to_datetime(rows["as_of"]).to_numpy().astype("datetime64[D]").astype(np.int64)


def medians(X: pd.DataFrame) -> dict[str, float | None]:
    """Give what is typical of each feature; None where it was never known."""
    return {str(name): None if np.isnan(value) else float(value) for name, value in X.median().items()}
