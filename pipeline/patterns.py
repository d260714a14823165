"""The rhythm of every customer's orders on a day, from the records as they stood on it."""

from datetime import date

import pandas as pd

from actions import patterns
from features.past import frames_on
from pipeline.frames import read_arrow
from pipeline.params import Params
from pipeline.paths import Paths

TRADE = ("customer_id", "ordered_at", "amount", "is_return", "withdrawn_at", "known_at")


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the frame of ``actions.patterns.named`` for everybody who has ever bought by then, by what was known."""
    made_by = f"forewarn ingest --dataset {paths.dataset}"
    tables = {name: read_arrow(paths.table(name), made_by=made_by) for name in ("trade", "customers")}
    tables["trade"] = tables["trade"].select([n for n in TRADE if n in tables["trade"].column_names])
    told = params.patterns
    settings = patterns.Settings(
        window_days=told.window_days,
        steady=told.steady,
        changes={kind: getattr(told, kind) for kind in patterns.CHANGES},
        weight=told.weight,
        least_orders=told.least_orders,
    )
    return patterns.named(_purchases(frames_on(tables, as_of), as_of), pd.Timestamp(as_of), settings)


def _purchases(stood: dict[str, pd.DataFrame], as_of: date) -> pd.DataFrame:
    """Order lines that stand and are no returns, with the industry of their customer where that is recorded."""
    trade, customers = stood["trade"], stood["customers"]
    if "is_return" in trade:
        trade = trade[~trade["is_return"].fillna(False).astype(bool)]
    # An order may be known before it is made; on the day it is none yet.
    trade = trade[trade["ordered_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)]
    rows = pd.DataFrame(
        {
            "customer_id": trade["customer_id"].astype("str"),
            "day": trade["ordered_at"].dt.normalize(),
            "amount": trade["amount"].astype("float64"),
        }
    )
    if "industry" in customers:
        industry = customers.set_index("customer_id")["industry"]
        rows["group"] = industry.reindex(rows["customer_id"]).fillna("").to_numpy(dtype=object)
    return rows.reset_index(drop=True)
