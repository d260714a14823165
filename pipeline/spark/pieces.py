"""Files as rows: a name, how many rows the file holds, its digest, and its bytes in pieces.

A row of Spark's passes through several buffers on its way; a file cut into pieces fits all of them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.errors import GateClosed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PIECE = 4_000_000
"""Bytes of a piece."""
SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("rows", pa.int64()),
        ("sha256", pa.string()),
        ("piece", pa.int32()),
        ("content", pa.binary()),
    ]
)
ROWS = "name string, rows bigint, sha256 string, piece int, content binary"
"""The same in Spark's words."""

Batches = Iterator[pa.RecordBatch]


def cut(name: str, rows: int, content: Any) -> Batches:
    """Give the pieces of a file, one a batch; ``content`` is anything that lies in memory as bytes."""
    whole = memoryview(content)
    digest = hashlib.sha256(whole).hexdigest()
    for number, begin in enumerate(range(0, max(len(whole), 1), PIECE)):
        piece = {
            "name": name,
            "rows": rows,
            "sha256": digest,
            "piece": number,
            "content": bytes(whole[begin : begin + PIECE]),
        }
        yield pa.RecordBatch.from_pylist([piece], SCHEMA)


@dataclass
class Arriving:
    """A file that arrives piece by piece."""

    name: str
    rows: int
    sha256: str
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def take(self, content: bytes) -> bytes:
        self._digest.update(content)
        return content

    def demand_whole(self) -> None:
        """Refuse a file whose bytes are not those that were sent."""
        if self._digest.hexdigest() != self.sha256:
            raise GateClosed(f"'{self.name}' did not arrive as its worker sent it; run again.")


def arriving(pieces: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Arriving, bytes]]:
    """Give each piece with the file that it belongs to; the pieces of a file come one after the other."""
    file: Arriving | None = None
    for piece in pieces:
        if piece["piece"] == 0:
            if file is not None:
                file.demand_whole()
            file = Arriving(piece["name"], piece["rows"], piece["sha256"])
        if file is None:
            raise GateClosed(f"'{piece['name']}' arrived without its beginning; run again.")
        yield file, file.take(bytes(piece["content"]))
    if file is not None:
        file.demand_whole()


def files(pieces: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Arriving, bytearray]]:
    """Give each file whole."""
    last: Arriving | None = None
    content = bytearray()
    for file, piece in arriving(pieces):
        if last is not None and file is not last:
            yield last, content
            content = bytearray()
        content += piece
        last = file
    if last is not None:
        yield last, content


@contextmanager
def made(rows: "DataFrame") -> Iterator[tuple[Counter[str], Iterator[dict[str, Any]]]]:
    """Have files made, all at once, and give how many rows they have by name, and their pieces.

    They wait on the workers' disks to be fetched. Fetching goes partition by partition; without the waiting, so
    would the making.
    """
    from pyspark import StorageLevel

    kept = rows.persist(StorageLevel.DISK_ONLY)
    try:
        counts: Counter[str] = Counter()
        for row in kept.where("piece = 0").select("name", "rows").collect():
            counts[row["name"]] += row["rows"]
        yield counts, (row.asDict() for row in kept.toLocalIterator(prefetchPartitions=True))
    finally:
        kept.unpersist()


def packed(rows: pa.Table) -> pa.Buffer:
    """Give a table as an Arrow stream, lightly compressed."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
        stream.write_table(rows)
    return sink.getvalue()


def unpacked(content: Any) -> pa.Table:
    """Give the table back."""
    return pa.ipc.open_stream(pa.py_buffer(content)).read_all()
