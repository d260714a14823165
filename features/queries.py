"""The SQL of unfolding: records completed and dated, events taken from them, all written from the declarations.

``ids`` is a table of the customers asked about (``customer_id``, ``customer``: its number); the tables
``words_<table>_<column>`` number the words of a column (``word``, ``code``). Every name in these queries is a
declaration of this package.
"""
# ruff: noqa: S608

import re
from collections.abc import Mapping, Sequence

from features.events import Holds, Stream, Value
from features.sources import CUSTOMERS, Column, Kind, Table
from features.windows import FOREVER

Present = Mapping[str, frozenset[str]]
"""The columns that each table has."""

_TYPES = {
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.NUMBER: "DOUBLE",
    Kind.MONEY: "DOUBLE",
    Kind.COUNT: "BIGINT",
    Kind.FLAG: "BOOLEAN",
}


def words(table: Table, column: str) -> str:
    """Number the words of a column in their order; an empty one is no word."""
    return (
        f"SELECT word, CAST(row_number() OVER (ORDER BY word) - 1 AS INTEGER) AS code "
        f"FROM (SELECT DISTINCT {column} AS word FROM {table.name}) WHERE CAST(word AS VARCHAR) <> ''"
    )


def records(table: Table, values: Mapping[Stream, Sequence[Value]], present: Present) -> str:
    """Give the records of the customers in ``ids``: columns completed, keys numbered, versions dated.

    ``values`` are the streams wanted of the table with their values; only the columns that they speak of are read.
    """
    spoken = _spoken(table, values)
    columns = [_column(table, table.column(name), present[table.name]) for name in sorted(spoken)]
    codes = sorted({v.sql for mine in values.values() for v in mine if v.holds is Holds.CODE})
    columns += [f"coalesce(w_{name}.code, -1) AS {name}__code" for name in codes]
    joins = "".join(
        f" LEFT JOIN words_{table.name}_{name} AS w_{name} ON w_{name}.word = {table.name}.{name}"
        for name in codes
    )
    matched = next((stream.matched for stream in values if stream.matched), ())
    source, dates = table.name, _dates(table, present)
    if matched:
        # A row is one of several customers: its versions are dated before it is given to each of them.
        source = f"(SELECT *, {', '.join(dates)} FROM {table.name}) AS {table.name}"
        dates = ("record_number", "known_on", "until_on")
        columns += ["owner_known", "owner_until"]
        owner = f"JOIN ({_owners(matched, present)}) AS owners ON " + " AND ".join(
            f"({table.name}.{name} = owners.{name} OR {table.name}.{name} IS NULL)"
            for name in matched
            if name in present[table.name]
        )
    else:
        owner = "JOIN ids USING (customer_id)"
    return f"""
        SELECT customer, {", ".join([*columns, *dates])}
        FROM {source} {owner}{joins}
    """


def events(stream: Stream, record: str, values: Sequence[Value], present: Present) -> str:
    """Give the events of one stream: the records dated and sorted, their values as plain numbers.

    Columns are customer, day, known and until where the records have such, and the values.
    """
    wanted = "".join(f", {_number(value)} AS {value.name}" for value in values)
    kept = "customer, day, known, until" if dated(stream, present) else "customer, day"
    grouped = f"GROUP BY {kept}, {', '.join(stream.merged)}" if stream.merged else ""
    event = _dated_events(stream, record)
    if stream.merged and dated(stream, present):
        event = _spans(event, ", ".join(["customer", "day", *stream.merged]))
    # Within a moment the key orders. Where there is none, the columns that fractions are made of do: sums of
    # fractions would otherwise depend, by a last digit, on the order of the rows in the file.
    order = [f"min(moment), {', '.join(stream.merged)}" if stream.merged else "moment", *stream.ties]
    if stream.table.key and not stream.merged:
        order.append("record_number")
    return f"""
        WITH event AS ({event})
        SELECT {kept}{wanted}
        FROM event
        {grouped}
        ORDER BY customer, {", ".join(order)}
    """


def fingerprint(stream: Stream, present: Present) -> str:
    """Give, for each day known and day replaced, the number of a stream's events and the sum of their hashes.

    The sum does not depend on the order of rows. It covers every column that the stream speaks of.
    """
    table = stream.table
    there = present[table.name]
    values = [value for value in stream.values if set(value.needs) <= there]
    raw = {v.sql for v in values if v.holds is Holds.CODE}
    owner = {"customer_id"} & set(table.names)
    told = sorted((_spoken(table, {stream: values}) | raw | set(table.key) | owner) & there)
    columns = [
        _column(table, table.column(name), there)
        for name in sorted({*told, *_spoken(table, {stream: values})})
    ]
    record = f"SELECT {', '.join([*columns, *_dates(table, present)])} FROM {table.name}"
    return f"""
        SELECT known, until, count(*) AS n, CAST(sum(CAST(hash({", ".join(told)}) AS HUGEINT)) AS VARCHAR) AS total
        FROM ({_dated_events(stream, record, owners=False)})
        GROUP BY known, until
    """


def dated(stream: Stream, present: Present) -> bool:
    """Say whether an event can become known, or stop to count, on another day than it happened."""
    return bool(stream.matched) or bool({"known_at", "withdrawn_at"} & present[stream.table.name])


def _spans(lines: str, whole: str) -> str:
    """Give the lines of each whole anew for every span of days in which the same of them are visible.

    Mostly all lines of a whole become known together and none is withdrawn; those stay as they are.
    """
    return f"""
        WITH line AS ({lines}),
        mixed AS (
            SELECT {whole} FROM line GROUP BY {whole}
            HAVING min(known) < max(known) OR min(until) < max(until)
        ),
        turn AS (
            SELECT DISTINCT {whole}, unnest([known, until]) AS known
            FROM line SEMI JOIN mixed USING ({whole})
        ),
        span AS (SELECT *, lead(known) OVER (PARTITION BY {whole} ORDER BY known) AS until FROM turn)
        SELECT * FROM line ANTI JOIN mixed USING ({whole})
        UNION ALL
        SELECT line.* REPLACE (span.known AS known, span.until AS until)
        FROM line JOIN span USING ({whole})
        WHERE line.known <= span.known AND span.until <= line.until
    """


def _dated_events(stream: Stream, record: str, *, owners: bool = True) -> str:
    known, until = "greatest(day, known_on)", f"coalesce(until_on, {FOREVER})"
    if stream.matched and owners:
        known = "greatest(day, known_on, owner_known)"
        until = f"least({until}, coalesce(owner_until, {FOREVER}))"
    return f"""
        SELECT *, {_day("moment")} AS day, {known} AS known, {until} AS until
        FROM (SELECT *, {stream.moment} AS moment FROM ({record}))
        WHERE moment IS NOT NULL AND ({stream.where})
    """


def _dates(table: Table, present: Present) -> tuple[str, ...]:
    """Give the number of a record, and the days from which and before which its row is the newest known of it."""
    there = present[table.name]
    key = ", ".join(f"{table.name}.{name}" for name in table.key if name in there)
    versions = bool(key) and "known_at" in there
    rank = "dense_rank" if versions else "row_number"
    number = f"CAST({rank}() OVER (ORDER BY {key}) - 1 AS INTEGER)" if key else "0"
    # A row without `known_at` was known when it happened: the first of its versions.
    # Versions are of one customer, so that customers can be taken apart.
    whose = f"{key}, {table.name}.customer_id" if "customer_id" in there else key
    replaced = (
        f"lead(known_at) OVER (PARTITION BY {whose} ORDER BY known_at NULLS FIRST)" if versions else None
    )
    withdrawn = "withdrawn_at" if "withdrawn_at" in there else None
    ends = [_day(moment) for moment in (replaced, withdrawn) if moment]
    known = _day("known_at") if "known_at" in there else "CAST(NULL AS INTEGER)"
    until = f"least({', '.join(ends)})" if ends else "CAST(NULL AS INTEGER)"
    return f"{number} AS record_number", f"{known} AS known_on", f"{until} AS until_on"


def _owners(matched: Sequence[str], present: Present) -> str:
    """Give the versions of the customers in ``ids``, and from when to when each was the newest known."""
    there = present[CUSTOMERS.name]
    texts = [name if name in there else f"CAST(NULL AS VARCHAR) AS {name}" for name in matched]
    dates = [_day(name) for name in ("known_at", "since_on") if name in there]
    known, until = f"coalesce({', '.join([*dates, '0'])})", ["CAST(NULL AS INTEGER)"]
    if "known_at" in there:
        until.append(_day("lead(known_at) OVER (PARTITION BY customer_id ORDER BY known_at NULLS FIRST)"))
    if "withdrawn_at" in there:
        until.append(_day("withdrawn_at"))
    return (
        f"SELECT customer, {', '.join(texts)}, {known} AS owner_known, least({', '.join(until)}) AS owner_until "
        f"FROM {CUSTOMERS.name} JOIN ids USING (customer_id)"
    )


def _spoken(table: Table, values: Mapping[Stream, Sequence[Value]]) -> set[str]:
    """Give the columns that the SQL of the streams names, but for codes, which are joined by their words."""
    told = [
        text
        for stream, mine in values.items()
        for text in (
            stream.moment,
            stream.where,
            *stream.merged,
            *stream.ties,
            *(value.sql for value in mine if value.holds is not Holds.CODE),
        )
    ]
    return set(re.findall(r"\w+", " ".join(told))) & set(table.names)


def _day(moment: str) -> str:
    return f"CAST(CAST({moment} AS DATE) - DATE '1970-01-01' AS INTEGER)"


def _number(value: Value) -> str:
    """Give a value with its unknown as the number that loops know."""
    match value.holds:
        case Holds.RECORD:
            return "record_number"
        case Holds.CODE:
            return f"{value.sql}__code"
        case Holds.MONEY:
            return f"coalesce({value.sql}, 0)"
        case _:
            return f"coalesce(CAST({value.sql} AS DOUBLE), CAST('nan' AS DOUBLE))"


def _column(table: Table, column: Column, there: frozenset[str]) -> str:
    if column.name in there:
        return f"{table.name}.{column.name} AS {column.name}"
    return f"CAST(NULL AS {_TYPES.get(column.kind, 'VARCHAR')}) AS {column.name}"
