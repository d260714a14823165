"""Share of wallet: how much of what a customer imports in a product line comes from us, and how much from others.

Reads customs records as they stood on a day (`features.past`). Such records come weeks after the shipment, of us
and of others alike, so the shares of a window are those of what is known of it; its sums are short of the rest.
"""

import numpy as np
import pandas as pd

from features.windows import Window

COLUMNS = (
    "customer_id",
    "as_of",
    "product_line",
    "share_before",
    "share_now",
    "value_us",
    "value_others",
)


def wallet(
    imports: pd.DataFrame, as_of: pd.Timestamp, now_days: int = 180, before_days: int = 365
) -> pd.DataFrame:
    """Give our part of every customer's imports by product line.

    Parameters
    ----------
    imports : customs records as they stood on ``as_of``: the newest version known of each, none withdrawn.
    now_days, before_days : length of the window that ends on ``as_of``, and of the one that ends where it begins.

    Returns
    -------
    One row a customer and product line with an import in one of the windows, sorted by both: customer_id, as_of,
    product_line, share_before, share_now (our share of the value in the window before and now, 0 to 1; NaN where
    nothing of value was imported in it), value_us, value_others (money imported from us and from others in the
    window now).
    """
    day = np.datetime64(as_of.normalize(), "D")
    until = int(day.astype(np.int64))
    shipped = imports["shipped_on"].to_numpy("datetime64[D]").astype(np.int64)
    windows = Window(until, now_days), Window(until - now_days, before_days)
    now, before = (_sums(imports[window.holds(shipped)]) for window in windows)
    both = now.add_suffix("_now").join(before.add_suffix("_before"), how="outer").fillna(0).sort_index()
    rows = both.reset_index()
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype("str"),
            "as_of": day.astype("datetime64[s]"),
            "product_line": rows["product_line"].astype("str"),
            "share_before": _share(rows, "before"),
            "share_now": _share(rows, "now"),
            "value_us": rows["us_now"] / 100,
            "value_others": rows["others_now"] / 100,
        },
        columns=list(COLUMNS),
    )


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum whole cents by customer and product line: us, others."""
    cents = (rows["value"].to_numpy(np.float64) * 100).round().astype(np.int64)
    ours = rows["is_us"].to_numpy(np.bool_)
    keyed = rows[["customer_id", "product_line"]].assign(
        us=np.where(ours, cents, 0), others=np.where(ours, 0, cents)
    )
    return keyed.groupby(["customer_id", "product_line"])[["us", "others"]].sum()


def _share(rows: pd.DataFrame, when: str) -> "pd.Series[float]":
    everything = rows[f"us_{when}"] + rows[f"others_{when}"]
    return rows[f"us_{when}"] / everything.where(everything > 0)
