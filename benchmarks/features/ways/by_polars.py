"""Polars, a lazy query per as-of date, on a table of order days that is made once for all dates.

`polars_per_date` is the same with nothing shared between dates.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from benchmarks.features.question import NAMES, PRODUCT_LINES, WHOLE, WINDOWS, ZERO
from benchmarks.features.ways import told

CUSTOMER, DAY = pl.col("customer_id"), pl.col("ordered_at")


def main(arguments: list[str] | None = None) -> None:
    asked = told(arguments)
    lines = read(asked.data)
    days = order_days(lines.lazy()).collect()
    for as_of in asked.dates:
        found = on(as_of, lines.lazy(), days.lazy()).collect(engine="streaming")
        found.write_parquet(asked.file(as_of), compression="zstd", compression_level=1)


def read(data: Path) -> pl.DataFrame:
    """Read the ledger, money as whole cents."""
    cents = [(pl.col(money) * 100).round().cast(pl.Int64) for money in ("amount", "margin")]
    # One whole number for a pair: grouping by one column is faster than by two.
    pairs = {
        "product": CUSTOMER.cast(pl.Int64) * (pl.col("product_id").max() + 1) + pl.col("product_id"),
        "line": CUSTOMER.cast(pl.Int64) * PRODUCT_LINES + pl.col("product_line"),
    }
    return pl.scan_parquet(data).with_columns(*cents, **pairs).collect()


def order_days(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Give what each customer ordered on each day, and the days since its order day before."""
    same = CUSTOMER.eq(CUSTOMER.shift())
    return (
        lines.group_by("customer_id", "ordered_at")
        .agg(lines=pl.len(), amount=pl.col("amount").sum(), margin=pl.col("margin").sum())
        .sort("customer_id", "ordered_at")
        .with_columns(gap=pl.when(same).then(DAY.diff().dt.total_days()))
    )


def on(as_of: date, lines: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """Give the forty features of every customer seen by ``as_of``, sorted by customer."""
    found = ever(as_of, days)
    for part in parts(as_of, lines, days):
        found = found.join(part, on="customer_id", how="left")
    changes = {
        f"ledger_{what}_change_90d": pl.col(f"ledger_{what}_90d") / pl.col(f"{what}_before").replace(0, None)
        for what in ("lines", "amount")
    }
    return (
        found.with_columns(pl.col(ZERO).fill_null(0), pl.lit(as_of).alias("as_of"))
        .with_columns(**changes, ledger_top_line_share_365d=pl.col("top") / pl.col("ledger_lines_365d"))
        .with_columns(pl.col(WHOLE).cast(pl.Int32))
        .sort("customer_id")
        .select("customer_id", "as_of", *NAMES)
    )


def within(as_of: date, days: int, ending: int = 0) -> pl.Expr:
    """Say of each row whether it lies in ``(as_of - ending - days, as_of - ending]``."""
    close = as_of - timedelta(days=ending)
    return (close - timedelta(days=days) < DAY) & (close >= DAY)


def ever(as_of: date, days: pl.LazyFrame) -> pl.LazyFrame:
    """Give what all of the past tells; a customer's order days stand in their order."""
    return (
        days.filter(as_of >= DAY)
        .group_by("customer_id")
        .agg(
            (as_of - DAY.max()).dt.total_days().alias("ledger_days_since_order"),
            (as_of - DAY.min()).dt.total_days().alias("ledger_days_since_first_order"),
            pl.len().alias("ledger_order_days"),
            pl.col("lines").sum().alias("ledger_lines"),
            pl.col("gap").mean().alias("ledger_gap_mean"),
            pl.col("gap").std().alias("ledger_gap_spread"),
            pl.col("gap").last().alias("ledger_gap_last"),
        )
    )


def parts(as_of: date, lines: pl.LazyFrame, days: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    """Give a table by customer for each window and each kind of feature."""
    order_days = pl.len()
    number, amount, margin = pl.col("lines").sum(), pl.col("amount").sum() / 100, pl.col("margin").sum() / 100
    for window in WINDOWS:
        told = {"order_days": order_days, "lines": number, "amount": amount, "margin": margin}
        if window == 365:
            told["amount_spread"] = pl.col("amount").std() / 100
        yield (
            days.filter(within(as_of, window))
            .group_by("customer_id")
            .agg(what.alias(f"ledger_{name}_{window}d") for name, what in told.items())
        )
    before = days.filter(within(as_of, 90, ending=90)).group_by("customer_id")
    yield before.agg(lines_before=number, amount_before=amount)
    past = days.filter(within(as_of, 90, ending=365)).group_by("customer_id")
    yield past.agg(ledger_lines_year_before_90d=number, ledger_amount_year_before_90d=amount)
    year = lines.filter(within(as_of, 365))
    yield year.group_by("customer_id").agg(
        ledger_amount_largest_365d=pl.col("amount").max() / 100,
        ledger_return_share_365d=pl.col("is_return").mean(),
    )
    top = year.group_by("line").agg(CUSTOMER.first(), top=pl.len())
    yield top.group_by("customer_id").agg(pl.col("top").max())
    # The last day of a product (the ledger is sorted by day) says in which of the nested windows it counts.
    products = year.group_by("product").agg(CUSTOMER.first(), DAY.last())
    yield products.group_by("customer_id").agg(
        within(as_of, window).sum().alias(f"ledger_products_{window}d") for window in WINDOWS
    )


if __name__ == "__main__":
    main()
