"""Polars, a lazy query per as-of date: each date is answered from the ledger, as a cohort script does."""

import polars as pl

from benchmarks.features.ways import told
from benchmarks.features.ways.by_polars import DAY, on, order_days, read


def main(arguments: list[str] | None = None) -> None:
    asked = told(arguments)
    lines = read(asked.data)
    for as_of in asked.dates:
        seen = lines.lazy().filter(pl.lit(as_of) >= DAY)
        # The order days are read by every part of the query: made once a date, not once a part.
        days = order_days(seen).collect()
        found = on(as_of, seen, days.lazy()).collect(engine="streaming")
        found.write_parquet(asked.file(as_of), compression="zstd", compression_level=1)


if __name__ == "__main__":
    main()
