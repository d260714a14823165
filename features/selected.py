"""The records of one customer, selected from a table as a stream dates them.

One row a record that gives an event: the columns of the contract that the table has, then

- ``happened`` the moment of the event, and every value of the stream that is no column of the table itself;
- ``day`` when it happened, ``known`` from when on and ``until`` before when this version of it counts, all in
  days since 1970-01-01 (``until`` is `features.windows.FOREVER` where nothing replaced or withdrew it);
- ``withdrawn`` the day on which the record was withdrawn, null where it was not.
"""

from collections.abc import Mapping
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from features.events import STREAMS, Holds, Stream, Value
from features.sources import Kind
from features.windows import FOREVER

TIMES = ("happened", "day", "known", "until", "withdrawn")
TYPES = {
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "DOUBLE",
    Kind.COUNT: "BIGINT",
    Kind.FLAG: "BOOLEAN",
}
DAY = "CAST({} AS DATE) - DATE '1970-01-01'"


def derived(stream: Stream) -> tuple[Value, ...]:
    """Give the values that are computed, where the others are a column as it stands."""
    return tuple(
        value
        for value in stream.values
        if not (
            value.holds is Holds.RECORD or ((value.name,) == value.needs and value.name in stream.table.names)
        )
    )


def selected(
    table: pa.Table, stream: Stream, where: Mapping[str, tuple[str, ...]], customer: str
) -> pa.Table:
    """Give the records of ``customer`` that give an event of ``stream``, in the order in which they happened."""
    present = set(table.schema.names)
    columns = [
        *(
            name
            if name in present
            else f"CAST(NULL AS {TYPES.get(stream.table.column(name).kind, 'VARCHAR')}) {name}"
            for name in stream.table.names
            if name != "withdrawn_at"
        ),
        "withdrawn_at" if "withdrawn_at" in present else "CAST(NULL AS TIMESTAMP) withdrawn_at",
    ]
    key = ", ".join(stream.table.key)
    # A table without customers (the market) has no records of one; what it says reaches a customer by its group.
    owner = "customer_id = $1" if "customer_id" in stream.table.names else "$1 IS NULL"
    # A correction may give a record to another customer: versions are told apart over all owners of the key.
    mine = f"({key}) IN (SELECT ({key}) FROM given WHERE {owner})" if key else owner  # noqa: S608
    replaced = f"lead(known_at) OVER (PARTITION BY {key} ORDER BY known_at NULLS FIRST)" if key else "NULL"
    values = "" if stream.merged else "".join(f", {value.sql} AS {value.name}" for value in derived(stream))
    kept = "".join(
        f" AND {stream.value(name).sql} IN ({', '.join(_text(word) for word in words)})"
        for name, words in where.items()
    )
    shown = ", ".join(name for name in stream.table.names if name in present)
    order = ", ".join(["moment", *(stream.merged or stream.table.key)])
    return _query(
        f"""
        WITH complete AS (SELECT {", ".join(columns)} FROM given),
        version AS (
            SELECT *, CAST({replaced} AS TIMESTAMP) AS replaced_at, {stream.moment} AS moment
            FROM complete WHERE {mine}
        )
        SELECT
            {shown} {values},
            moment AS happened,
            {DAY.format("moment")} AS day,
            greatest(day, coalesce({DAY.format("known_at")}, day)) AS known,
            least(
                coalesce({DAY.format("replaced_at")}, {FOREVER}),
                coalesce({DAY.format("withdrawn_at")}, {FOREVER})
            ) AS until,
            {DAY.format("withdrawn_at")} AS withdrawn
        FROM version
        WHERE {owner} AND moment IS NOT NULL AND ({stream.where}) {kept}
        ORDER BY {order}
        """,  # noqa: S608 - every part is a declaration of this package; the customer is a parameter
        table,
        [customer],
    )


def as_known(stream: Stream, records: pa.Table, as_of: date) -> pa.Table:
    """Give records as they stood on ``as_of``: a date that lay ahead was not there yet, nor what came with it."""
    came_with = {
        need: other.moment
        for other in STREAMS
        if other.table is stream.table and other.moment in other.needs
        for need in other.needs
    }
    came_with |= {column.name: column.name for column in stream.table.dates if not column.ahead}
    for name, dated in came_with.items():
        if name in records.column_names and dated in records.column_names and dated not in ("known_at",):
            there = pc.less_equal(records[dated].cast(pa.date32()), pa.scalar(as_of))
            nothing = pa.scalar(None, records[name].type)
            place = records.column_names.index(name)
            records = records.set_column(place, name, pc.if_else(there, records[name], nothing))
    return records


def merged(stream: Stream, records: pa.Table) -> pa.Table:
    """Give one row an event of a merged stream: what its records share, how many they are, and its values."""
    present = set(records.schema.names)
    missing = [
        f"CAST(NULL AS {TYPES.get(column.kind, 'VARCHAR')}) AS {column.name}"
        for column in stream.table.columns
        if column.name not in present
    ]
    together = ", ".join(stream.merged)
    values = ", ".join(
        f"({value.sql}){' / 100' if value.holds is Holds.MONEY else ''} AS {value.name}"
        for value in stream.values
    )
    return _query(
        f"""
        WITH complete AS (SELECT {", ".join(["*", *missing])} FROM given)
        SELECT {together}, {values}, count(*) AS records, min(happened) AS happened, day, known, until,
            max(withdrawn) AS withdrawn
        FROM complete GROUP BY {together}, day, known, until ORDER BY min(happened), {together}
        """,  # noqa: S608 - every part is a declaration of this package
        records,
        [],
    )


def _query(sql: str, table: pa.Table, given: list[str]) -> pa.Table:
    """Run one query over one table, with nothing outside the process in reach."""
    with duckdb.connect(
        config={"enable_external_access": "false", "autoinstall_known_extensions": "false"}
    ) as db:
        db.register("given", table)
        return db.sql(sql, params=given).to_arrow_table()


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
