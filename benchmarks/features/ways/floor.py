"""The floor: read the ledger, group it by customer and day, write a result of the same rows, columns and bytes.

No feature is computed; the columns are slices of the grouped table, whole numbers and money as in the result.
What is left is what no way can go without. Polars reads and groups fastest; two threads write the files.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl

from benchmarks.features.question import NAMES, WHOLE
from benchmarks.features.ways import told

SPARSE = 3
"""One column in so many is mostly 0, as short windows are; it brings the files to the size of the result's."""


def main(arguments: list[str] | None = None) -> None:
    asked = told(arguments)
    days = (
        pl.scan_parquet(asked.data)
        .group_by("customer_id", "ordered_at")
        .agg(pl.len().cast(pl.Int32).alias("lines"), pl.col("amount").sum(), pl.col("margin").sum())
        .collect(engine="streaming")
    )
    few = pl.when(pl.col("lines") > 4)
    days = days.with_columns(
        few.then(pl.col("lines")).otherwise(0).alias("lines, sparse"),
        few.then(pl.col("amount")).otherwise(0.0).alias("amount, sparse"),
    )
    begun = days.group_by("customer_id").agg(pl.col("ordered_at").min()).sort("customer_id")

    def write(as_of: date) -> None:
        customers = begun.filter(pl.col("ordered_at") <= as_of)["customer_id"]
        shift = (len(days) - len(customers)) // len(NAMES)
        columns = [
            days["lines" if name in WHOLE else "amount"]
            if place % SPARSE
            else days["lines, sparse" if name in WHOLE else "amount, sparse"]
            for place, name in enumerate(NAMES)
        ]
        result = pl.DataFrame(
            [customers, pl.repeat(as_of, len(customers), eager=True).alias("as_of")]
            + [
                column.slice(shift * place, len(customers)).alias(name)
                for place, (name, column) in enumerate(zip(NAMES, columns, strict=True))
            ]
        )
        result.write_parquet(asked.file(as_of), compression="zstd", compression_level=1)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, asked.dates))


if __name__ == "__main__":
    main()
