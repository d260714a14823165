"""Records to sorted events: DuckDB filters, joins and sorts, NumPy receives the columns.

Money becomes whole minor units and texts become numbers here, so that every later loop is over numbers. The
tables may be larger than memory: they are scanned once for each group of customers that is opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features import queries
from features.events import Holds, Stream, Value
from features.sources import CUSTOMERS, Table
from features.windows import FOREVER, visible_on

Tables = Mapping[str, Any]
"""Checked records by table name, as ingest leaves them: Arrow tables, or Arrow datasets of Parquet files."""


@dataclass(frozen=True)
class Events:
    """The events of one stream, sorted by customer and moment.

    ``start[c] : start[c + 1]`` are the rows of customer ``c`` (its place in the list of customers). An event counts
    from the day ``known``, where None from the ``day`` it happened, and no more from the day ``until``, where None
    for ever. ``columns`` holds one array a value; ``texts`` the words behind the numbers of a code.
    """

    start: NDArray[np.int64]
    day: NDArray[np.int32]
    known: NDArray[np.int32] | None
    until: NDArray[np.int32] | None
    columns: Mapping[str, NDArray[Any]]
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def nbytes(self) -> int:
        """Bytes held by the rows."""
        held = [self.day, self.known, self.until, *self.columns.values()]
        return sum(array.nbytes for array in held if array is not None)

    def part(self, begin: int, end: int) -> "Events":
        """Give the events of the customers ``begin : end``, whose places then count from 0; nothing is copied."""
        first, last = self.start[begin], self.start[end]
        return Events(
            start=self.start[begin : end + 1] - first,
            day=self.day[first:last],
            known=None if self.known is None else self.known[first:last],
            until=None if self.until is None else self.until[first:last],
            columns={name: column[first:last] for name, column in self.columns.items()},
            texts=self.texts,
        )

    def only(self, where: Mapping[str, tuple[str, ...]]) -> "Events":
        """Keep the events whose codes are among the given words."""
        keep = np.ones(len(self), np.bool_)
        for name, words in where.items():
            wanted = [number for number, word in enumerate(self.texts[name]) if word in words]
            keep &= np.isin(self.columns[name], wanted)
        return self._kept(keep)

    def standing(self) -> "Events":
        """Keep the events that were never replaced or withdrawn: what is believed today."""
        return self if self.until is None else self._kept(self.until == FOREVER)

    def _kept(self, keep: NDArray[np.bool_]) -> "Events":
        kept_before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
        return Events(
            start=kept_before[self.start],
            day=self.day[keep],
            known=None if self.known is None else self.known[keep],
            until=None if self.until is None else self.until[keep],
            columns={name: column[keep] for name, column in self.columns.items()},
            texts=self.texts,
        )


def available(stream: Stream, tables: Tables) -> frozenset[str] | None:
    """Give the values that the records can fill, or None where the stream does not exist in them."""
    there = _columns_of(tables, stream.table.name)
    if there is None or not set(stream.needs) <= there:
        return None
    matched = set(stream.matched) & set(stream.table.needed)
    if not matched <= (_columns_of(tables, CUSTOMERS.name) or set()):
        return None
    return frozenset(value.name for value in stream.values if set(value.needs) <= there)


def _columns_of(tables: Tables, name: str) -> set[str] | None:
    return set(tables[name].schema.names) if name in tables else None


class Records:
    """Checked records opened for unfolding: one database in memory for a run. Use it as a context manager."""

    def __init__(self, tables: Tables, threads: int = 2) -> None:
        self.tables = tables
        # Nothing outside the process is reachable from a query, and nothing is installed while it runs.
        self._db = duckdb.connect(
            config={
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "false",
                "threads": threads,
            }
        )
        # Joins run as they are written, records against the small tables: of an Arrow dataset DuckDB knows no size,
        # and would build its hash table over the records.
        self._db.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        self._db.execute("SET lock_configuration = true")
        for name, table in tables.items():
            self._db.register(name, table)
        self._present = {name: frozenset(table.schema.names) for name, table in tables.items()}
        self._words: dict[tuple[str, str], tuple[str, ...]] = {}

    def __enter__(self) -> "Records":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def customers(self) -> pa.Array:
        """Give every customer that the table of customers names, as often as it does."""
        return self._arrow(f"SELECT customer_id FROM {CUSTOMERS.name}")["customer_id"].combine_chunks()  # noqa: S608

    def dated(self, stream: Stream) -> bool:
        """Say whether an event of the stream can count from, or until, another day than it happened."""
        return queries.dated(stream, self._present)

    def rows(self, table: str) -> int:
        """Give the number of rows of a table."""
        found = self.tables[table]
        return int(found.num_rows if isinstance(found, pa.Table) else found.count_rows())

    def rows_by_customer(self, table: str, customers: pa.Array) -> NDArray[np.int64]:
        """Give the number of rows that each of ``customers`` has in a table."""
        counts = np.zeros(len(customers), np.int64)
        if "customer_id" not in self._present[table]:
            return counts
        self._db.register("ids", _numbered(customers))
        found = self._arrow(
            f"SELECT customer, count(*) AS n FROM {table} JOIN ids USING (customer_id) GROUP BY customer"  # noqa: S608
        )
        counts[found["customer"].to_numpy()] = found["n"].to_numpy()
        return counts

    def unfold(self, stream: Stream, customers: Sequence[str] | pa.Array) -> Events:
        """Take the events of one stream, with every value that the records can fill."""
        ids = customers if isinstance(customers, pa.Array) else pa.array(list(customers), pa.string())
        return self.events(ids, {stream: available(stream, self.tables) or frozenset()})[stream]

    def events(self, customers: pa.Array, wanted: Mapping[Stream, frozenset[str]]) -> dict[Stream, Events]:
        """Take the events of some customers out of the tables, with the values wanted of each stream.

        The places of ``customers`` (sorted, without repetition) number them in the result. Each table is scanned
        once, however many streams come from it.
        """
        self._db.register("ids", _numbered(customers))
        unfolded: dict[Stream, Events] = {}
        for table in dict.fromkeys(stream.table for stream in wanted):
            mine = [stream for stream in wanted if stream.table is table]
            values = {stream: [v for v in stream.values if v.name in wanted[stream]] for stream in mine}
            self._number_words(table, values)
            record = queries.records(table, values, self._present)
            if len(mine) > 1:
                self._db.execute(f"CREATE OR REPLACE TEMP TABLE record AS {record}")
                record = "SELECT * FROM record"
            for stream in mine:
                found = self._arrow(queries.events(stream, record, values[stream], self._present))
                unfolded[stream] = self._events(stream, values[stream], found, len(customers))
        self._db.execute("DROP TABLE IF EXISTS record")
        return unfolded

    def fingerprints(self, stream: Stream, dates: Sequence[int]) -> list[str]:
        """Give, for each as-of date, a digest of the stream's events that could be seen on it, of all customers.

        Two equal digests mean the same events, whatever the order of the rows and whatever came later.
        """
        found = self._arrow(queries.fingerprint(stream, self._present))
        known, until = found["known"].to_numpy(), found["until"].to_numpy()
        count = found["n"].to_numpy()
        total = np.array([int(text) for text in found["total"].to_pylist()], object)
        digests = []
        for day in dates:
            seen = visible_on(known, until, day)
            digests.append(f"{int(count[seen].sum())}:{sum(total[seen].tolist()):x}")
        return digests

    def _number_words(self, table: Table, values: Mapping[Stream, Sequence[Value]]) -> None:
        """Number the words of the columns that are codes, once for all customers."""
        columns = sorted({v.sql for mine in values.values() for v in mine if v.holds is Holds.CODE})
        for column in columns:
            if (table.name, column) not in self._words:
                name = f"words_{table.name}_{column}"
                self._db.execute(f"CREATE TEMP TABLE {name} AS {queries.words(table, column)}")
                found = self._arrow(f"SELECT word FROM {name} ORDER BY code")  # noqa: S608
                self._words[table.name, column] = tuple(found["word"].to_pylist())

    def _events(self, stream: Stream, values: Sequence[Value], found: pa.Table, customers: int) -> Events:
        owner, day = found["customer"].to_numpy(), found["day"].to_numpy()
        known = found["known"].to_numpy() if "known" in found.column_names else day
        until = found["until"].to_numpy() if "until" in found.column_names else None
        return Events(
            start=np.searchsorted(owner, np.arange(customers + 1)).astype(np.int64),
            day=day,
            known=None if np.array_equal(known, day) else known,
            until=None if until is None or np.all(until == FOREVER) else until,
            columns={value.name: found[value.name].to_numpy() for value in values},
            texts={
                value.name: self._words[stream.table.name, value.sql]
                for value in values
                if value.holds is Holds.CODE
            },
        )

    def _arrow(self, query: str) -> pa.Table:
        return self._db.sql(query).to_arrow_table()


def _numbered(customers: pa.Array) -> pa.Table:
    return pa.table(
        {"customer_id": customers, "customer": pa.array(np.arange(len(customers), dtype=np.int32))}
    )
