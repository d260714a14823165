"""Customers of a day that the model is not asked about: why, and for those that are new, the declared fallback.

A customer that has bought on one day only gets the probability that it buys no second time within the horizon
(``models.second``). That is another question than whether a habit ends, so it stands in columns of its own. Of
first purchases only those count that lie far enough in the records to be first ones.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from models import second
from pipeline.activity import purchase_days
from pipeline.columns import EPOCH
from pipeline.params import Params
from pipeline.paths import Paths

NAME = "no second purchase, by age"
ONE = "one purchase only"
"""The reason of ``features.cohort`` for which the fallback answers."""


@dataclass(frozen=True)
class Fallback:
    """What was learnt of second purchases, and the day (since 1970) of the one purchase of each new customer."""

    learnt: second.Second
    bought: pd.Series
    day: int

    def p_no_second(self, customers: pd.Series) -> np.ndarray:
        """Give the answer for each customer; NaN where its one purchase is not known."""
        age = self.day - customers.map(self.bought).to_numpy(np.float64)
        told = np.full(len(age), np.nan)
        known = ~np.isnan(age)
        told[known] = self.learnt.p_none(age[known])
        return told

    def told(self) -> dict[str, Any]:
        """Give what the manifest says of it."""
        return {"name": NAME, **self.learnt.told()}


def fallback(params: Params, paths: Paths, as_of: date) -> Fallback | None:
    """Learn how first purchases went on, by what was known on ``as_of``; None where that is too little."""
    days = purchase_days(params, paths, as_of)
    if days is None or days.empty:
        return None
    rows = days.sort_values(["customer_id", "day"], ignore_index=True)
    place = rows.groupby("customer_id").cumcount()
    first = rows[place == 0].set_index("customer_id")["day"]
    again = rows[place == 1].set_index("customer_id")["day"].reindex(first.index)
    new = first >= first.min() + params.dates.history_days
    day = (as_of - EPOCH).days
    learnt = second.fit(first[new], again[new], day, params.dataset.label.horizon_days)
    return None if learnt is None else Fallback(learnt, first[again.isna()], day)


def unscored(cohort: pd.DataFrame, as_of: date, new: Fallback | None) -> pa.Table:
    """Give one row a customer that is not in the scores: customer_id, as_of, reason, fallback, p_no_second.

    The last two are null for all whom the fallback does not answer for.
    """
    rows = cohort[~cohort["eligible"]].sort_values("customer_id", ignore_index=True)
    p = np.full(len(rows), np.nan)
    if new is not None:
        p = np.where(rows["reason"] == ONE, new.p_no_second(rows["customer_id"]), np.nan)
    unknown = np.isnan(p)
    return pa.table(
        {
            "customer_id": pa.array(rows["customer_id"], pa.string()),
            "as_of": pa.array([as_of] * len(rows), pa.date32()),
            "reason": pa.array(rows["reason"], pa.string()),
            "fallback": pa.array([NAME] * len(rows), pa.string(), mask=unknown),
            "p_no_second": pa.array(p, pa.float64(), mask=unknown),
        }
    )
