"""pandas, a filter and group-bys per as-of date, on a table of order days that is made once for all dates.

The ledger is sorted by day, so a filter is a slice. `pandas_per_date` shares nothing between dates.
"""

from pathlib import Path

import pandas as pd

from benchmarks.features.question import NAMES, PRODUCT_LINES, WHOLE, WINDOWS, ZERO
from benchmarks.features.ways import told


def main(arguments: list[str] | None = None) -> None:
    asked = told(arguments)
    lines = read(asked.data)
    days = order_days(lines)
    for as_of in asked.dates:
        on(pd.Timestamp(as_of), lines, days).to_parquet(asked.file(as_of), compression="zstd")


def read(data: Path) -> pd.DataFrame:
    """Read the ledger, money as whole cents."""
    lines = pd.read_parquet(data)
    lines["ordered_at"] = pd.to_datetime(lines["ordered_at"])
    for money in ("amount", "margin"):
        lines[money] = (lines[money] * 100).round().astype("int64")
    # One whole number for a pair: grouping by one column is several times faster than by two.
    lines["product"] = (
        lines["customer_id"].astype("int64") * (lines["product_id"].max() + 1) + lines["product_id"]
    )
    lines["line"] = lines["customer_id"].astype("int64") * PRODUCT_LINES + lines["product_line"]
    return lines


def order_days(lines: pd.DataFrame) -> pd.DataFrame:
    """Give what each customer ordered on each day, and the days since its order day before."""
    days = (
        lines.groupby(["ordered_at", "customer_id"])
        .agg(lines=("amount", "size"), amount=("amount", "sum"), margin=("margin", "sum"))
        .reset_index()
    )
    days["gap"] = days.groupby("customer_id")["ordered_at"].diff().dt.days
    return days


def on(as_of: pd.Timestamp, lines: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Give the forty features of every customer seen by ``as_of``, sorted by customer."""
    seen = within(days, as_of)
    customers = seen.groupby("customer_id")
    found = customers.agg(
        first=("ordered_at", "min"),
        last=("ordered_at", "max"),
        ledger_order_days=("ordered_at", "size"),
        ledger_lines=("lines", "sum"),
        ledger_gap_mean=("gap", "mean"),
        ledger_gap_spread=("gap", "std"),
        ledger_gap_last=("gap", "last"),
    )
    found["ledger_days_since_order"] = (as_of - found.pop("last")).dt.days
    found["ledger_days_since_first_order"] = (as_of - found.pop("first")).dt.days
    # The last time that a customer bought a product says in which of the nested windows the product counts.
    products = within(lines, as_of, max(WINDOWS))[["ordered_at", "customer_id", "product"]]
    products = products.drop_duplicates("product", keep="last")
    for window in WINDOWS:
        sums = totals(within(days, as_of, window))
        sums["products"] = within(products, as_of, window).groupby("customer_id").size()
        found = found.join(sums.add_prefix("ledger_").add_suffix(f"_{window}d"))
    year = within(days, as_of, 365).groupby("customer_id")["amount"]
    found["ledger_amount_spread_365d"] = year.std() / 100
    year_lines = within(lines, as_of, 365)
    by_customer = year_lines.groupby("customer_id")
    found["ledger_amount_largest_365d"] = by_customer["amount"].max() / 100
    found["ledger_return_share_365d"] = by_customer["is_return"].mean()
    size = year_lines.groupby("line").size()
    top = size.groupby(size.index // PRODUCT_LINES).max()
    found["ledger_top_line_share_365d"] = top / found["ledger_lines_365d"]
    before = totals(within(days, as_of, 90, ending=90)).reindex(found.index)
    for what in ("lines", "amount"):
        below = before[what].where(before[what] != 0)
        found[f"ledger_{what}_change_90d"] = found[f"ledger_{what}_90d"].fillna(0) / below
    past = totals(within(days, as_of, 90, ending=365))
    found = found.join(past[["lines", "amount"]].add_prefix("ledger_").add_suffix("_year_before_90d"))
    found[list(ZERO)] = found[list(ZERO)].fillna(0)
    whole = [name for name in WHOLE if name != "ledger_gap_last"]
    found = found.astype(dict.fromkeys(whole, "int32") | {"ledger_gap_last": "Int32"})
    found.insert(0, "as_of", as_of.date())
    return found.reset_index()[["customer_id", "as_of", *NAMES]]


def within(rows: pd.DataFrame, as_of: pd.Timestamp, days: int | None = None, ending: int = 0) -> pd.DataFrame:
    """Give the rows of ``(as_of - ending - days, as_of - ending]``; without ``days`` all up to its end."""
    close = as_of - pd.Timedelta(days=ending)
    low = (
        0 if days is None else rows["ordered_at"].searchsorted(close - pd.Timedelta(days=days), side="right")
    )
    return rows.iloc[low : rows["ordered_at"].searchsorted(close, side="right")]


def totals(window: pd.DataFrame) -> pd.DataFrame:
    """Give order days, lines, amount and margin by customer."""
    customers = window.groupby("customer_id")
    sums = customers[["lines", "amount", "margin"]].sum()
    sums["order_days"] = customers.size()
    sums[["amount", "margin"]] /= 100
    return sums


if __name__ == "__main__":
    main()
