"""Tables of records side by side in one: each row says whose it is and which table it comes from.

Spark moves the rows of one DataFrame at a time, and a customer's records of every table must meet in one place. So
the tables are stacked: each column takes one of a few slots of its type, and the number of the table says what the
slots mean. A table without customers (the market) is not stacked; it is small, and every worker gets all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from features.sources import TABLES, Kind, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CUSTOMER, NUMBER = "customer_id", "table_number"
ASKED = "asked"
"""The table of questions: customer_id, as_of."""

TYPES = {
    Kind.ID: "string",
    Kind.TEXT: "string",
    Kind.CHOICE: "string",
    Kind.DAY: "date",
    Kind.MOMENT: "timestamp_ntz",
    Kind.NUMBER: "double",
    Kind.MONEY: "double",
    Kind.COUNT: "bigint",
    Kind.FLAG: "boolean",
}
"""Spark's type of a column of the contract."""

WIDTHS = {"string": 24, "boolean": 1, "date": 4}
"""Bytes of a value in memory; 8 where nothing is said."""


def types(table: Table) -> dict[str, str]:
    """Give Spark's type of each column of a table of the contract."""
    return {column.name: TYPES[column.kind] for column in table.columns}


def contracted(name: str, rows: "DataFrame") -> "DataFrame":
    """Keep the columns of the contract, in its types: a folder written by others may hold decimals or instants."""
    kept = {column: kind for column, kind in types(TABLES[name]).items() if column in rows.columns}
    return rows.select(*(rows[column].cast(kind).alias(column) for column, kind in kept.items()))


@dataclass(frozen=True)
class Layout:
    """Which slot each column of each table takes; the order of the tables gives their numbers."""

    slots: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, str]

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[str, str]]) -> "Layout":
        """Lay out tables given as types by column; ``customer_id`` takes no slot."""
        slots: dict[str, dict[str, str]] = {}
        kinds: dict[str, str] = {}
        for name, columns in tables.items():
            taken: dict[str, int] = {}
            slots[name] = {}
            for column, kind in columns.items():
                if column != CUSTOMER:
                    slot = f"{kind}_{taken.setdefault(kind, 0)}"
                    taken[kind] += 1
                    slots[name][column], kinds[slot] = slot, kind
        return cls(slots, kinds)

    def stacked(self, tables: Mapping[str, "DataFrame"]) -> "DataFrame":
        """Give the rows of all tables in the slots."""
        from pyspark.sql import functions as f

        def one(number: int, name: str) -> "DataFrame":
            column_in = {slot: column for column, slot in self.slots[name].items()}
            cells = (
                (f.col(column_in[slot]) if slot in column_in else f.lit(None).cast(kind)).alias(slot)
                for slot, kind in self.kinds.items()
            )
            return tables[name].select(CUSTOMER, f.lit(number).cast("byte").alias(NUMBER), *cells)

        return reduce(lambda above, below: above.union(below), map(one, range(len(self.slots)), self.slots))

    def apart(self, batches: Sequence[pa.RecordBatch]) -> dict[str, pa.Table]:
        """Give the tables back out of stacked rows; one that has no row here is there and empty."""
        parts: dict[str, list[pa.RecordBatch]] = {name: [] for name in self.slots}
        names = list(self.slots)
        for batch in batches:
            numbers = batch.column(NUMBER)
            for number in pc.unique(numbers).to_pylist():
                rows = batch.filter(pc.equal(numbers, number))
                parts[names[number]].append(self._narrow(names[number], rows))
        return {name: pa.Table.from_batches(rows, self._schema(name)) for name, rows in parts.items()}

    def _narrow(self, name: str, rows: pa.RecordBatch) -> pa.RecordBatch:
        schema = self._schema(name)
        taken = [CUSTOMER, *self.slots[name].values()]
        return pa.RecordBatch.from_arrays(
            [rows.column(slot).cast(schema.field(at).type) for at, slot in enumerate(taken)], schema=schema
        )

    def _schema(self, name: str) -> pa.Schema:
        return pa.schema(
            [
                (CUSTOMER, pa.string()),
                *((column, ARROW[self.kinds[slot]]) for column, slot in self.slots[name].items()),
            ]
        )


ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp_ntz": pa.timestamp("us"),
    "double": pa.float64(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
}
"""The type that a column has in the tables of ``interim/``."""
KINDS = {arrow: spark for spark, arrow in ARROW.items()}
