"""The points of the curves on the report: computed here, drawn elsewhere.

A row is one point of one curve of one family, on one test date or on all of them (``as_of`` null).
``reliability``: x the mean probability of a tenth of the customers, y the share of it that left.
``precision_recall``: x the recall and y the precision of listing the customers from the highest probability down to
this point. ``customers`` is how many stand behind the point.
"""

import numpy as np
import pandas as pd

from models.metrics import binned

POINTS = 200


def curves(predictions: pd.DataFrame) -> pd.DataFrame:
    """Give every curve of every family of ``report/predictions.parquet``."""
    made = []
    for family, rows in predictions.groupby("family", sort=False):
        dates = [(day, rows[rows["as_of"] == day]) for day in sorted(rows["as_of"].unique())]
        for day, some in [*dates, (None, rows)]:
            y, p = some["label"].to_numpy(dtype=np.float64), some["p_churn"].to_numpy()
            for curve, points in (("reliability", reliability(y, p)), ("precision_recall", ranking(y, p))):
                made.append(points.assign(family=family, as_of=pd.to_datetime(day), curve=curve))
    told = pd.concat(made, ignore_index=True)
    return told[["family", "as_of", "curve", "x", "y", "customers"]]


def reliability(y: np.ndarray, p: np.ndarray) -> pd.DataFrame:
    """Give predicted against observed over groups of neighbours in ``p``."""
    rows = pd.DataFrame({"group": binned(p), "x": p, "y": y}).groupby("group")
    return rows[["x", "y"]].mean().assign(customers=rows.size()).reset_index(drop=True)


def ranking(y: np.ndarray, p: np.ndarray) -> pd.DataFrame:
    """Give precision against recall; tied customers come in together, and long curves are thinned."""
    order = np.argsort(-p, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    if len(ends) > POINTS:
        ends = ends[np.unique(np.linspace(0, len(ends) - 1, POINTS).round().astype(int))]
    left = np.cumsum(y[order])[ends]
    listed = ends + 1
    recall = left / left[-1] if left[-1] else np.full(len(left), np.nan)
    return pd.DataFrame({"x": recall, "y": left / listed, "customers": listed})
