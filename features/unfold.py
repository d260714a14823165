"""Records to sorted events: DuckDB filters, joins and sorts, NumPy receives the columns.

Money becomes whole minor units and texts become numbers here, so that every later loop is over numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.events import Holds, Stream, Value
from features.sources import Column, Kind
from features.windows import FOREVER

_TYPES = {
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "DOUBLE",
    Kind.COUNT: "BIGINT",
    Kind.FLAG: "BOOLEAN",
}


@dataclass(frozen=True)
class Events:
    """The events of one stream, sorted by customer and moment.

    ``start[c] : start[c + 1]`` are the rows of customer ``c`` (its place in the list of customers). ``columns``
    holds one array a value; ``texts`` the words behind the numbers of a code.
    """

    start: NDArray[np.int64]
    day: NDArray[np.int32]
    known: NDArray[np.int32]
    until: NDArray[np.int32]
    columns: Mapping[str, NDArray[np.generic]]
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.day)

    def only(self, where: Mapping[str, tuple[str, ...]]) -> "Events":
        """Keep the events whose codes are among the given words."""
        keep = np.ones(len(self), np.bool_)
        for name, words in where.items():
            wanted = [number for number, word in enumerate(self.texts[name]) if word in words]
            keep &= np.isin(self.columns[name], wanted)
        kept_before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
        return Events(
            start=kept_before[self.start],
            day=self.day[keep],
            known=self.known[keep],
            until=self.until[keep],
            columns={name: column[keep] for name, column in self.columns.items()},
            texts=self.texts,
        )


def available(stream: Stream, table: pa.Table | None) -> frozenset[str] | None:
    """Give the values that the table can fill, or None where the stream does not exist in it."""
    if table is None or not set(stream.needs) <= set(table.column_names):
        return None
    return frozenset(value.name for value in stream.values if set(value.needs) <= set(table.column_names))


class Records:
    """Checked records opened for unfolding: one database in memory for all the streams of a run.

    ``tables`` are the records by table name, as ingest leaves them; columns that a table lacks make the values
    that need them absent. Use it as a context manager.
    """

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self.tables = tables
        # Nothing outside the process is reachable from a query, and nothing is installed while it runs.
        self._db = duckdb.connect(
            config={"enable_external_access": "false", "autoinstall_known_extensions": "false"}
        )
        for name, table in tables.items():
            self._db.register(name, table)

    def __enter__(self) -> "Records":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def unfold(self, stream: Stream, customers: Sequence[str]) -> Events:
        """Take the events of ``stream`` out of its table; the places of ``customers`` number them in the result."""
        table = self.tables[stream.table.name]
        values = [value for value in stream.values if value.name in (available(stream, table) or ())]
        self._db.register("ids", _numbered(customers))
        found = self._db.sql(_sql(stream, table, values)).to_arrow_table()
        columns: dict[str, NDArray[np.generic]] = {}
        texts: dict[str, tuple[str, ...]] = {}
        for value in values:
            column = found[value.name].combine_chunks()
            if value.holds is Holds.CODE:
                columns[value.name], texts[value.name] = _coded(column)
            elif value.holds is Holds.RECORD:
                columns[value.name] = column.to_numpy(zero_copy_only=False).astype(np.int32)
            elif value.holds is Holds.MONEY:
                columns[value.name] = column.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
            else:
                columns[value.name] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        owner = found["customer"].to_numpy()
        return Events(
            start=np.searchsorted(owner, np.arange(len(customers) + 1)).astype(np.int64),
            day=found["day"].to_numpy().astype(np.int32),
            known=found["known"].to_numpy().astype(np.int32),
            until=found["until"].to_numpy().astype(np.int32),
            columns=columns,
            texts=texts,
        )


def _coded(column: pa.Array) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Number the texts of a column in the order in which they first occur; null is -1."""
    coded = pc.dictionary_encode(column)
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    return np.asarray(coded.indices.fill_null(-1).to_numpy(False), np.int32), tuple(
        coded.dictionary.to_pylist()
    )


def _numbered(customers: Sequence[str]) -> pa.Table:
    numbers = pa.array(np.arange(len(customers), dtype=np.int32))
    return pa.table({"customer_id": pa.array(list(customers), pa.string()), "customer": numbers})


def _sql(stream: Stream, table: pa.Table, values: Sequence[Value]) -> str:
    """Write the query: complete the columns, number and version the records, date them, sort them."""
    present = set(table.column_names)
    columns = ", ".join(_column(column, present) for column in stream.table.columns)
    key = ", ".join(stream.table.key)
    replaced = f"lead(known_at) OVER (PARTITION BY {key} ORDER BY known_at)" if key else "NULL"
    number = f"dense_rank() OVER (ORDER BY {key}) - 1" if key else "0"
    wanted = ", ".join(
        f"{'record_number' if value.holds is Holds.RECORD else value.sql} AS {value.name}" for value in values
    )
    # Values have the last word on the order: without them events of one moment could change places between runs.
    grouped = f"GROUP BY customer, day, known, until, {', '.join(stream.merged)}" if stream.merged else ""
    order = [f"min(moment), {', '.join(stream.merged)}" if stream.merged else "moment"]
    if key and not stream.merged:
        order.append(key)
    if values:
        order.append(", ".join(value.name for value in values))
    return f"""
        WITH complete AS (SELECT {columns} FROM {stream.table.name}),
        record AS (
            SELECT *, {replaced} AS replaced_at, {number} AS record_number, {stream.moment} AS moment
            FROM complete
        ),
        event AS (
            SELECT
                *,
                CAST(moment AS DATE) - DATE '1970-01-01' AS day,
                greatest(day, coalesce(CAST(known_at AS DATE) - DATE '1970-01-01', day)) AS known,
                coalesce(CAST(replaced_at AS DATE) - DATE '1970-01-01', {FOREVER}) AS until
            FROM record JOIN ids USING (customer_id)
            WHERE moment IS NOT NULL AND ({stream.where})
        )
        SELECT customer, day, known, until {"," if wanted else ""} {wanted}
        FROM event
        {grouped}
        ORDER BY customer, day, {", ".join(order)}
    """  # noqa: S608 - every part is a declaration of this package


def _column(column: Column, present: set[str]) -> str:
    if column.name in present:
        return column.name
    return f"CAST(NULL AS {_TYPES.get(column.kind, 'VARCHAR')}) AS {column.name}"
