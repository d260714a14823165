"""The project's own engine, from the records of the task to one file a date."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from benchmarks.features.task import FEATURES
from benchmarks.features.ways import Told, told
from features.asked import Asked, Batch
from features.store import batches
from pipeline.store import writer

MEMORY_MB = 2500
THREADS = 2
EPOCH = date(1970, 1, 1).toordinal()


def main(arguments: list[str] | None = None) -> None:
    asked = told(arguments)
    write(asked, asked.data, questions(asked.data, asked.dates))


def questions(ledger: Path, dates: Sequence[date]) -> Asked:
    """Ask on each date about every customer with a line by then."""
    lines = pq.read_table(ledger, columns=["customer_id", "ordered_at"])
    first = lines.group_by("customer_id").aggregate([("ordered_at", "min")]).sort_by("customer_id")
    begun = first["ordered_at_min"].to_numpy().astype("datetime64[D]").astype(np.int32)
    numbers = [day.toordinal() - EPOCH for day in dates]
    place = [np.flatnonzero(begun <= day).astype(np.int32) for day in numbers]
    as_of = [np.full(len(who), day, np.int32) for who, day in zip(place, numbers, strict=True)]
    return Asked(first["customer_id"].combine_chunks(), np.concatenate(place), np.concatenate(as_of))


def write(asked: Told, ledger: Path, rows: Asked) -> None:
    """Compute the task's features of ``rows`` and write one file a date, as the store does."""
    tables = {"ledger": ds.dataset(ledger)}
    files: dict[int, pq.ParquetWriter] = {}
    with ThreadPoolExecutor(THREADS) as pool:

        def put(batch: Batch, day: int, begin: int, end: int) -> None:
            table = batch.slice(begin, end)
            if day not in files:
                path = asked.file(date.fromordinal(EPOCH + day))
                files[day] = writer(path, table.schema)
            files[day].write_table(table)

        writing: list[Future[None]] = []
        for batch in batches(tables, rows, FEATURES, memory_mb=MEMORY_MB, threads=THREADS):
            wait(writing)
            writing = [pool.submit(put, batch, *place) for place in batch.dates()]
        wait(writing)
        list(pool.map(pq.ParquetWriter.close, files.values()))


def wait(writing: Iterable[Future[None]]) -> None:
    """Let a batch be written, and hear of its errors."""
    for future in writing:
        future.result()


if __name__ == "__main__":
    main()
