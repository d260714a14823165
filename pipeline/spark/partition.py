"""What a worker does with its partition: the local engine's code on the customers that are there.

A worker gives back files, not cells: each as-of date's rows as one Parquet file, cut into pieces. So the files are
those of the local engine, checksums and all, and Spark moves compressed bytes.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.frames import to_arrow
from pipeline.spark.tables import ASKED, Layout

if TYPE_CHECKING:
    from pyspark import Broadcast

PIECE = 4_000_000
"""Bytes of a file in one row of Spark's: small enough for every buffer on the way."""

FILE = pa.schema(
    [
        ("as_of", pa.date32()),
        ("rows", pa.int64()),
        ("sha256", pa.string()),
        ("piece", pa.int32()),
        ("content", pa.binary()),
    ]
)
"""A row is a piece of a file: whose date it is, how many rows and which digest the whole file has."""
ROWS = "as_of date, rows bigint, sha256 string, piece int, content binary"

Batches = Iterator[pa.RecordBatch]


@dataclass(frozen=True)
class Features:
    """The work on one partition: from stacked records and questions to files of features.

    ``whole`` holds the tables without customers as Arrow streams; ``features`` are names of the catalogue, in its
    order, and ``declared`` is their hash.
    """

    layout: Layout
    whole: "Broadcast[Mapping[str, bytes]]"
    features: tuple[str, ...]
    declared: str
    memory_mb: int

    def __call__(self, batches: Batches) -> Batches:
        from features.catalogue import CATALOGUE
        from features.store import catalogue_hash, compute

        by_name = {feature.name: feature for feature in CATALOGUE}
        features = [by_name[name] for name in self.features if name in by_name]
        if catalogue_hash(features) != self.declared:
            raise RuntimeError("the workers have another version of this project than the driver")
        tables = self.layout.apart(list(batches))
        asked = tables.pop(ASKED).to_pandas(date_as_object=False)
        if asked.empty:
            return
        tables |= {name: pa.ipc.open_stream(content).read_all() for name, content in self.whole.value.items()}
        # All of the catalogue's features that are asked for are computed, even where this partition has no record.
        built = compute(tables, asked, features, threads=1).sort_values(["as_of", "customer_id"])
        for day in built["as_of"].unique():
            yield from _pieces(day.date(), to_arrow(built[built["as_of"] == day]))


def _pieces(day: date, rows: pa.Table) -> Batches:
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd", write_page_checksum=True, version="2.6")
    content = memoryview(sink.getvalue())
    digest = hashlib.sha256(content).hexdigest()
    for number, begin in enumerate(range(0, len(content), PIECE)):
        piece = bytes(content[begin : begin + PIECE])
        yield pa.RecordBatch.from_pylist(
            [{"as_of": day, "rows": len(rows), "sha256": digest, "piece": number, "content": piece}], FILE
        )
