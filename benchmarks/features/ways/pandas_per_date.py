"""pandas, a filter and group-bys per as-of date: each date is answered from the ledger, as a cohort script does."""

import pandas as pd

from benchmarks.features.ways import told
from benchmarks.features.ways.by_pandas import on, order_days, read, within


def main(arguments: list[str] | None = None) -> None:
    asked = told(arguments)
    lines = read(asked.data)
    for day in asked.dates:
        as_of = pd.Timestamp(day)
        seen = within(lines, as_of)
        on(as_of, seen, order_days(seen)).to_parquet(asked.file(day), compression="zstd")


if __name__ == "__main__":
    main()
