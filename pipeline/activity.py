"""How much all customers together bought on each day, as a day knew it: what tells the season of a level."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from models.level import Activity
from pipeline.columns import EPOCH
from pipeline.frames import read_arrow
from pipeline.params import Params
from pipeline.paths import Paths

READ = ("customer_id", "ordered_at", "is_return", "known_at", "withdrawn_at")
MOMENT = pa.timestamp("us")


def activity(params: Params, paths: Paths, until: date) -> Activity | None:
    """Count the customers that bought on each day up to ``until``, by what was known on it.

    None where leaving is not read off purchases (the rule ``recorded``), or the orders are not on this machine.
    """
    if params.dataset.label.rule == "recorded":
        return None
    seen = purchase_days(params, paths, until)
    if seen is None or seen.empty:
        return None
    bought = seen["day"].to_numpy()
    first = int(bought.min())
    days = (until - EPOCH).days - first + 1
    return Activity(first, tuple(map(int, np.bincount(bought - first, minlength=days))))


def purchase_days(params: Params, paths: Paths, until: date) -> pd.DataFrame | None:
    """Give the days on which customers bought, up to ``until`` and as known on it: customer_id, day (since 1970).

    None where the orders are not on this machine.
    """
    path = paths.table("trade")
    if params.dataset.tables or not path.exists():
        return None
    trade = read_arrow(path)
    trade = trade.select([name for name in READ if name in trade.column_names])
    end = pa.scalar(pd.Timestamp(until + timedelta(days=1)), MOMENT)
    counts = pc.less(pc.cast(trade["ordered_at"], MOMENT), end)
    for name in {"known_at", "is_return", "withdrawn_at"} & set(trade.column_names):
        counts = pc.and_(counts, _counts(trade[name], name, end))
    seen: pd.DataFrame = (
        trade.filter(counts).select(["customer_id", "ordered_at"]).to_pandas(date_as_object=False)
    )
    seen["day"] = seen.pop("ordered_at").to_numpy().astype("datetime64[D]").astype(np.int64)
    return seen.drop_duplicates(ignore_index=True)


def _counts(column: "pa.ChunkedArray", name: str, end: "pa.Scalar") -> "pa.ChunkedArray":
    """Say which rows were known by then, were no returns, and had not been withdrawn."""
    if name == "is_return":
        return pc.invert(pc.fill_null(column, False))
    before = pc.less(pc.cast(column, MOMENT), end)
    return pc.fill_null(before, True) if name == "known_at" else pc.invert(pc.fill_null(before, False))
