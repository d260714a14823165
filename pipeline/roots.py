"""What the contributions of a family look like before a departure of each recorded cause."""

import numpy as np
import pandas as pd

from models import rootcause
from pipeline.columns import groups, labels
from pipeline.explained import contributions_of
from pipeline.fitted import Fit

BEFORE, AFTER = 365, 90
"""Days from an as-of date to a case, and from a case to an as-of date, in which the label of the date speaks of the
case: it may be dated by the last purchase, or by the day on which the customer was written off."""
OTHERS = 200
"""Customers of a date from whom its average contributions are taken."""


def learn(fit: Fit, rows: pd.DataFrame, X: pd.DataFrame, told: pd.DataFrame) -> rootcause.Learned | None:
    """Learn what the contributions of a family look like before a departure of each recorded cause.

    ``rows`` and ``X`` are those whose labels are known; ``told`` is what ``causes`` gave. None where it is too
    little.
    """
    leaving = np.flatnonzero(labels(rows) == 1)
    both = rows.iloc[leaving][["customer_id", "as_of"]].assign(at=leaving).merge(told, on="customer_id")
    apart = (pd.to_datetime(both["churned_on"]) - both["as_of"]).dt.days
    both = both.assign(apart=apart.abs())[(apart <= BEFORE) & (apart >= -AFTER)]
    # Of several cases the nearest.
    both = both.sort_values(["at", "apart"], kind="stable").drop_duplicates("at")
    if both.empty:
        return None
    dates = rows["as_of"].isin(both["as_of"].unique()).to_numpy()
    place = rows.groupby("as_of").cumcount().to_numpy()
    step = np.maximum(rows.groupby("as_of")["as_of"].transform("size").to_numpy() // OTHERS, 1)
    mine = np.isin(np.arange(len(rows)), both["at"])
    some = place % step == 0
    chosen = np.flatnonzero(dates & (some | mine))
    phi, _ = contributions_of(fit.churn, X.iloc[chosen])
    others = some[chosen]
    day = rows["as_of"].to_numpy()[chosen]
    for one in np.unique(day):
        here = day == one
        phi[here] -= phi[here & others].mean(axis=0)
    at = np.searchsorted(chosen, both["at"])
    return rootcause.learn(phi[at], fit.churn.features, both["cause"].tolist(), groups(both))
