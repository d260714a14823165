"""What each customer is worth on a day: the year behind it from the records, handed to ``actions.value``.

The engine of the feature store adds up, so nothing known after the day counts. Where the records lie with Spark
(``tables`` in ``dataset.yaml``), the store's own amounts take their place and growth is not known.
"""

from datetime import date

import numpy as np
import pandas as pd

from actions import value
from features import events
from features.catalogue import CATALOGUE
from features.feature import Cause, Feature, Unit
from features.measures.values import Total
from features.store import buildable, compute
from pipeline import money, records, store
from pipeline.params import Params
from pipeline.paths import Paths

KEYS = ["customer_id", "as_of"]
YEAR, TWO_YEARS, HALF, TWO_HALVES = 365, 730, 180, 360
FIRST_ORDER = "trade_days_since_first_order"
SINCE = "customers_since"


def _totals(days: int) -> tuple[Feature, Feature]:
    """Give what was ordered and what came back within ``days``, as entries beside the catalogue."""
    return (
        Feature(
            name=f"trade_bought_{days}d",
            on=events.LINES,
            days=days,
            measure=Total("amount"),
            cause=Cause.DEMAND,
            unit=Unit.MONEY,
            en=f"Bought in {days} days",
            zh=f"{days}天购货",
        ),
        Feature(
            name=f"trade_returned_{days}d",
            on=events.RETURNS,
            days=days,
            measure=Total("amount"),
            cause=Cause.DEMAND,
            unit=Unit.MONEY,
            en=f"Returned in {days} days",
            zh=f"{days}天退货",
        ),
    )


TOTALS = tuple(one for days in (HALF, TWO_HALVES, YEAR, TWO_YEARS) for one in _totals(days))


def of_day(params: Params, paths: Paths, as_of: date, scores: pd.DataFrame) -> pd.DataFrame:
    """Give the frame ``values``: a row a customer of ``scores`` (customer_id, p_churn), those of ``as_of``."""
    asked = (
        scores[["customer_id"]]
        .assign(as_of=pd.Timestamp(as_of))
        .sort_values("customer_id", ignore_index=True)
    )
    facts = asked.merge(scores[["customer_id", "p_churn"]], on="customer_id", validate="one_to_one")
    margins = money.values(params, paths, asked).rename(columns={"value": "yearly_margin"})
    facts = facts.merge(margins, on=KEYS, validate="one_to_one").merge(
        _behind(params, paths, asked), on=KEYS, validate="one_to_one"
    )
    return value.values(facts, settings(params))


def settings(params: Params) -> value.Settings:
    """Give the settings of ``params.yaml`` as the pure code takes them."""
    told = params.values
    return value.Settings(told.weights.model_dump(), told.high, told.risky, told.rising)


def _behind(params: Params, paths: Paths, asked: pd.DataFrame) -> pd.DataFrame:
    """Give each customer's revenue, revenue_before, half, half_before (returns taken off) and tenure_days."""
    if params.dataset.tables:
        day = asked["as_of"].iloc[0].date()
        found = store.read(paths, day, ["trade_amount_365d"]).to_pandas(date_as_object=False)
        rows = asked.merge(found, on=KEYS, how="left")
        unknown = np.full(len(rows), np.nan)
        return asked.assign(
            revenue=rows["trade_amount_365d"].fillna(0.0),
            revenue_before=unknown,
            half=unknown,
            half_before=unknown,
            tenure_days=unknown,
        )
    wanted = (*TOTALS, *(one for one in CATALOGUE if one.name in (FIRST_ORDER, SINCE)))
    tables = records.scanned(paths, ("customers", "trade"))
    found = compute(
        tables,
        asked,
        buildable(tables, wanted),
        memory_mb=params.build.memory_mb,
        threads=params.train.threads,
    ).reindex(columns=[*KEYS, *(one.name for one in wanted)])
    kept = {
        days: found[f"trade_bought_{days}d"].fillna(0.0) - found[f"trade_returned_{days}d"].fillna(0.0)
        for days in (HALF, TWO_HALVES, YEAR, TWO_YEARS)
    }
    return asked.assign(
        revenue=kept[YEAR].to_numpy(),
        revenue_before=(kept[TWO_YEARS] - kept[YEAR]).to_numpy(),
        half=kept[HALF].to_numpy(),
        half_before=(kept[TWO_HALVES] - kept[HALF]).to_numpy(),
        # Whatever is known to be older: the first order, or the day that the customer's own record names.
        tenure_days=found[[FIRST_ORDER, SINCE]].max(axis=1).to_numpy(),
    )
