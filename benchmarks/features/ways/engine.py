"""The project's own engine, from the records of the task to one file a date."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.features.question import WHOLE
from benchmarks.features.task import FEATURES
from benchmarks.features.ways import Told, told
from features.store import compute


def main(arguments: list[str] | None = None) -> None:
    asked = told(arguments)
    ledger = pq.read_table(asked.data)
    write(asked, {"ledger": ledger}, questions(ledger, asked.dates))


def questions(ledger: pa.Table, dates: Sequence[date]) -> pd.DataFrame:
    """Ask on each date about every customer with a line by then; sorted by date and customer."""
    first = ledger.group_by("customer_id").aggregate([("ordered_at", "min")]).sort_by("customer_id")
    begun = first["ordered_at_min"].to_numpy()
    moments = [np.datetime64(day, "D") for day in dates]
    return pd.concat(
        pd.DataFrame({"customer_id": first["customer_id"].to_numpy()[begun <= moment], "as_of": moment})
        for moment in moments
    )


def write(asked: Told, tables: dict[str, pa.Table], rows: pd.DataFrame) -> None:
    """Compute the task's features of ``rows`` and write one file a date."""
    keys = rows.assign(customer_id=rows["customer_id"].astype(str))
    found = pa.Table.from_pandas(compute(tables, keys, FEATURES), preserve_index=False)
    found = found.set_column(0, "customer_id", pa.array(rows["customer_id"]))
    schema = pa.schema(
        [
            ("customer_id", pa.int32()),
            ("as_of", pa.date32()),
            *((feature.name, pa.int32() if feature.name in WHOLE else pa.float64()) for feature in FEATURES),
        ]
    )
    for day in asked.dates:
        of_day = found.filter(pc.equal(found["as_of"], pa.scalar(pd.Timestamp(day), found["as_of"].type)))
        pq.write_table(of_day.cast(schema), asked.file(day), compression="zstd")


if __name__ == "__main__":
    main()
