"""The records of one customer, selected from a table as a stream dates them.

One row a record that gives an event: the columns of the contract that the table has, then

- ``happened`` the moment of the event, and every value of the stream that is no column of the table itself;
- ``day`` when it happened, ``known`` from when on and ``until`` before when this version of it counts, all in
  days since 1970-01-01 (``until`` is `features.windows.FOREVER` where nothing replaced or withdrew it);
- ``withdrawn`` the day on which the record was withdrawn, null where it was not;
- of a ``matched`` stream ``owner_known`` and ``owner_until``: the same of the customer's version that it matches.
  What of it counts on a date has to count by both.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from features.events import STREAMS, Holds, Stream, Value
from features.sources import CUSTOMERS, Kind
from features.windows import FOREVER

OWNER = ("owner_known", "owner_until")
TIMES = ("happened", "day", "known", "until", "withdrawn", *OWNER)
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
    table: pa.Table,
    stream: Stream,
    where: Mapping[str, tuple[str, ...]],
    customer: str,
    customers: pa.Table | None = None,
) -> pa.Table:
    """Give the records of ``customer`` that give an event of ``stream``, in the order in which they happened.

    ``customers`` is the table of them, which tells whose the records of a matched stream are.
    """
    present = set(table.schema.names)
    columns = [_there(column.name, column.kind, present) for column in stream.table.columns]
    # Versions are of one customer, as the engine takes them.
    whose = [*stream.table.key, *(["customer_id"] if "customer_id" in stream.table.names else [])]
    replaced = "NULL"
    if stream.table.key:
        replaced = f"lead(known_at) OVER (PARTITION BY {', '.join(whose)} ORDER BY known_at NULLS FIRST)"
    values = (
        "" if stream.merged else "".join(f", {_major(value)} AS {value.name}" for value in derived(stream))
    )
    kept = "".join(
        f" AND {stream.value(name).sql} IN ({', '.join(_text(word) for word in words)})"
        for name, words in where.items()
    )
    shown = ", ".join(f"version.{name}" for name in stream.table.names if name in present)
    order = ", ".join(["moment", *(stream.merged or (*stream.ties, *stream.table.key))])
    owned, mine, tables = "", "customer_id = $1", {"given": table}
    if stream.matched:
        if customers is None:
            raise TypeError(
                f"the records of stream '{stream.name}' are matched to customers, which are missing"
            )
        owned = "".join(f", {name}" for name in OWNER)
        mine = "true"
        found = versions(customers, stream.matched, customer)
        tables["owner"] = found.rename_columns({name: f"owner_{name}" for name in stream.matched})
    matched = " AND ".join(
        f"(version.{name} = owner.owner_{name} OR version.{name} IS NULL)" for name in stream.matched
    )
    return _query(
        f"""
        WITH complete AS (SELECT {", ".join(columns)} FROM given WHERE {mine}),
        version AS (
            SELECT *, CAST({replaced} AS TIMESTAMP) AS replaced_at, {stream.moment} AS moment FROM complete
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
            {DAY.format("withdrawn_at")} AS withdrawn {owned}
        FROM version {f"JOIN owner ON {matched}" if matched else ""}
        WHERE moment IS NOT NULL AND ({stream.where}) {kept}
        ORDER BY {order}
        """,  # noqa: S608 - every part is a declaration of this package; the customer is a parameter
        tables,
        [] if stream.matched else [customer],
    )


def _there(name: str, kind: Kind, present: set[str]) -> str:
    return name if name in present else f"CAST(NULL AS {TYPES.get(kind, 'VARCHAR')}) {name}"


def _major(value: Value) -> str:
    """Give a value with money in the currency's major unit, as the records have it."""
    return f"({value.sql}){' / 100' if value.holds is Holds.MONEY else ''}"


def belonging(customers: pa.Table, stream: Stream, customer: str, as_of: date) -> dict[str, str | None]:
    """Give what the version of the customer known on ``as_of`` says in the columns that a stream is matched by."""
    day = (as_of - date(1970, 1, 1)).days
    for row in versions(customers, stream.matched, customer).to_pylist():
        if row["owner_known"] <= day < row["owner_until"]:
            return {name: row[name] for name in stream.matched}
    return dict.fromkeys(stream.matched)


def versions(customers: pa.Table, matched: Sequence[str], customer: str) -> pa.Table:
    """Give the versions of a customer, and from when to when each was the newest known."""
    present = set(customers.schema.names)
    columns = [_there(column.name, column.kind, present) for column in CUSTOMERS.columns]
    return _query(
        f"""
        WITH complete AS (SELECT {", ".join(columns)} FROM given WHERE customer_id = $1)
        SELECT
            {", ".join(matched)},
            coalesce({DAY.format("known_at")}, 0) AS owner_known,
            least(
                coalesce({DAY.format("lead(known_at) OVER (ORDER BY known_at NULLS FIRST)")}, {FOREVER}),
                coalesce({DAY.format("withdrawn_at")}, {FOREVER})
            ) AS owner_until
        FROM complete
        """,  # noqa: S608 - every part is a declaration of this package; the customer is a parameter
        {"given": customers},
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
    """Give one row an event of a merged stream: what its records share, how many they are, and its values.

    ``records`` are those that count on a date: an event is made of what of it does, and stands so from the day
    ``known`` and before the day ``until``.
    """
    present = set(records.schema.names)
    missing = [
        f"CAST(NULL AS {TYPES.get(column.kind, 'VARCHAR')}) AS {column.name}"
        for column in stream.table.columns
        if column.name not in present
    ]
    together = ", ".join(stream.merged)
    values = ", ".join(f"{_major(value)} AS {value.name}" for value in stream.values)
    return _query(
        f"""
        WITH complete AS (SELECT {", ".join(["*", *missing])} FROM given)
        SELECT {together}, {values}, count(*) AS records, min(happened) AS happened, day,
            max(known) AS known, min(until) AS until, min(withdrawn) AS withdrawn
        FROM complete GROUP BY {together}, day ORDER BY min(happened), {together}
        """,  # noqa: S608 - every part is a declaration of this package
        {"given": records},
        [],
    )


def _query(sql: str, tables: Mapping[str, pa.Table], given: list[str]) -> pa.Table:
    """Run one query over some tables, with nothing outside the process in reach."""
    with duckdb.connect(
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    ) as db:
        db.execute("SET lock_configuration = true")
        for name, table in tables.items():
            db.register(name, table)
        return db.sql(sql, params=given).to_arrow_table()


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
