"""The contract held against one raw table: which rows are kept, and why each of the others is not.

A row is put aside for the first rule that it breaks, so the counts by reason add up to the rows put aside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from features.sources import Column, Kind, Table
from pipeline.casts import WORDS, given, is_plain, is_zoned, quoted, schema, value
from pipeline.errors import BadRecords
from pipeline.readers import Raw, shown

EARLIEST = date(1901, 1, 1)  # 1900-01-01 is what a spreadsheet makes of nothing
FURTHEST = date(2100, 12, 31)  # for plans; what has happened ends tomorrow


@dataclass(frozen=True)
class Rule:
    """What a row must not be: ``broken`` is the condition, ``found`` the value to show (SQL, over typed rows)."""

    reason: str
    broken: str
    found: str = "NULL"


@dataclass(frozen=True)
class Reason:
    """How many rows broke a rule, and the first of them: its number in the file, and its key if it has one."""

    count: int
    row: int
    key: str | None


@dataclass(frozen=True)
class Checked:
    """``kept`` holds the contract's columns, sorted; ``rejected`` the position in the raw rows and the reason."""

    kept: pa.Table
    rejected: pa.Table
    reasons: dict[str, Reason]


def check(
    database: duckdb.DuckDBPyConnection,
    table: Table,
    raw: Raw,
    *,
    zone: str,
    today: date,
    customers: pa.Table | None,
) -> Checked:
    """Cast the rows of ``raw`` to the contract of ``table`` and put aside those that break it.

    ``today`` is in the dataset's time zone ``zone``. ``customers`` holds the ``customer_id`` that other tables may
    name (None: not asked). Raises BadRecords where the table as a whole cannot be used.
    """
    demand_columns(table, raw.rows.column_names)
    present = [column for column in table.columns if column.name in raw.rows.column_names]
    typed = _typed(database, raw, present, table, zone)
    if customers is not None:
        database.register("customers", customers)
    rules = list(_rules(present, today, customers is not None))
    judged = typed.project(f"*, {_first_broken(rules)} AS broken").to_arrow_table()
    database.register("judged", judged)
    sound = database.view("judged").filter("broken IS NULL")
    sound = sound.project(f"*, {_copies(table, present, list(_extra(table, raw.rows)))}")
    database.register("sound", sound.to_arrow_table())
    try:
        return _parted(database, table, present, rules)
    finally:
        for name in ("judged", "sound"):
            database.unregister(name)


def demand_columns(table: Table, found: list[str]) -> None:
    """Raise BadRecords where a required column is missing."""
    missing = [name for name in table.needed if name not in found]
    if missing:
        raise BadRecords(
            f"Table '{table.name}' has no column {_listed(missing)}; it has {_listed(found[:20])}; "
            "add or rename the column (docs/reference/contract.md lists them)."
        )


def connected() -> duckdb.DuckDBPyConnection:
    """Open a database in memory that reaches no file, no network and no extension."""
    database = duckdb.connect(
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    database.execute("SET TimeZone = 'UTC'")
    database.execute("SET lock_configuration = true")
    return database


def _typed(
    database: duckdb.DuckDBPyConnection, raw: Raw, present: list[Column], table: Table, zone: str
) -> duckdb.DuckDBPyRelation:
    """Give one row a raw row: typed columns, what was given as text, and its position, number and fault."""
    size = raw.rows.num_rows
    fault: list[str | None] = [None] * size
    found: list[str | None] = [None] * size
    for position, one in raw.faults.items():
        fault[position], found[position] = one.reason, one.found
    rows = raw.rows.select([column.name for column in present])
    for name, values in _extra(table, raw.rows).items():
        rows = rows.append_column(name, values)
    rows = rows.append_column("position", pa.array(range(size), pa.int64()))
    rows = rows.append_column("number", pa.array(raw.numbers, pa.int64()))
    rows = rows.append_column("fault", pa.array(fault, pa.string()))
    rows = rows.append_column("fault.found", pa.array(found, pa.string()))
    kinds = {column.name: rows.schema.field(column.name).type for column in present}
    texts = [f'{given(column, kinds[column.name])} AS "given.{column.name}"' for column in present]
    told = database.from_arrow(rows).project(f"*, {', '.join(texts)}")
    _demand_one_clock(told, present, kinds, table, zone)
    values = [f'{value(column, kinds[column.name], zone)} AS "{column.name}"' for column in present]
    return told.project(f"* REPLACE ({', '.join(values)})")


def _demand_one_clock(
    told: duckdb.DuckDBPyRelation,
    present: list[Column],
    kinds: dict[str, pa.DataType],
    table: Table,
    zone: str,
) -> None:
    """Refuse a column in which some moments name a time zone and others do not."""
    texts = [
        c for c in present if c.kind in (Kind.DAY, Kind.MOMENT) and pa.types.is_large_string(kinds[c.name])
    ]
    if not texts:
        return
    asked = []
    for column in texts:
        text = f'"given.{column.name}"'
        for sort in (is_zoned(column), is_plain(column)):
            asked += [f"count(*) FILTER ({sort})", f"min({text}) FILTER ({sort})"]
    (found,) = told.aggregate(", ".join(asked)).fetchall()
    for i, column in enumerate(texts):
        zoned_rows, zoned, plain_rows, plain = found[4 * i : 4 * i + 4]
        if zoned_rows and plain_rows:
            raise BadRecords(
                f"Table '{table.name}' mixes time zones in '{column.name}': {zoned_rows} values name one (such as "
                f"{shown(zoned)}) and {plain_rows} do not (such as {shown(plain)}); write all of them with an "
                f"offset, or all in the dataset's time zone '{zone}'."
            )


def _rules(present: list[Column], today: date, has_customers: bool) -> Iterator[Rule]:
    yield Rule("", "fault IS NOT NULL", '"fault.found"')
    names = {column.name for column in present}
    for column in present:
        shown = f'"given.{column.name}"'
        yield Rule(f"'{column.name}' holds a NUL character", f"contains({shown}, chr(0))")
        if column.required:
            yield Rule(f"'{column.name}' is empty", f"{shown} IS NULL")
        yield Rule(
            f"'{column.name}' is not {WORDS[column.kind]}",
            f'{shown} IS NOT NULL AND "{column.name}" IS NULL',
            shown,
        )
    for column in present:
        shown = f'"given.{column.name}"'
        yield from (replace(rule, found=shown) for rule in _limits(column, today))
    for column in present:
        if column.not_before in names:
            late, early = f'"{column.name}"', f'"{column.not_before}"'
            yield Rule(
                f"'{column.name}' is before '{column.not_before}'",
                f"CAST({late} AS DATE) < CAST({early} AS DATE)",
                f"""concat("given.{column.name}", ' before ', "given.{column.not_before}")""",
            )
    for column in present:
        if column.refers_to and has_customers:
            name = f'"{column.name}"'
            yield Rule(
                f"'{column.name}' is not in table '{column.refers_to}'",
                f"{name} NOT IN (FROM customers)",
                name,
            )


def _limits(column: Column, today: date) -> Iterator[Rule]:
    name = f'"{column.name}"'
    if column.kind in (Kind.DAY, Kind.MOMENT):
        last = FURTHEST if column.ahead else today + timedelta(days=1)
        yield Rule(f"'{column.name}' is before {EARLIEST}", f"{name} < DATE '{EARLIEST}'")
        later = "is after" if column.ahead else "has not come yet: it is after"
        yield Rule(f"'{column.name}' {later} {last}", f"CAST({name} AS DATE) > DATE '{last}'")
    if column.low is not None and column.high is None:
        yield Rule(f"'{column.name}' is below {column.low:g}", f"{name} < {column.low!r}")
    if column.low is not None and column.high is not None:
        reason = f"'{column.name}' is not within {column.low:g} to {column.high:g}"
        yield Rule(reason, f"{name} NOT BETWEEN {column.low!r} AND {column.high!r}")
    if column.choices:
        choices = ", ".join(quoted(choice) for choice in column.choices)
        yield Rule(f"'{column.name}' is none of {', '.join(column.choices)}", f"{name} NOT IN ({choices})")


def _first_broken(rules: list[Rule]) -> str:
    cases = " ".join(f"WHEN {rule.broken} THEN {i}" for i, rule in enumerate(rules))
    return f"CASE {cases} END"


def _extra(table: Table, rows: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Give the columns outside the contract of a table without a key: they tell its rows apart (a line number)."""
    names = [name for name in rows.column_names if name not in table.names] if not table.key else []
    return {f"extra.{i}": rows.column(name) for i, name in enumerate(names)}


def _copies(table: Table, present: list[Column], extra: list[str]) -> str:
    """Count, for each row, the rows before it that are equal, and those with the same key and ``known_at``."""
    names = [column.name for column in present]
    every = ", ".join(f'"{name}"' for name in names + extra)
    same = f"row_number() OVER (PARTITION BY {every} ORDER BY number) AS copy"
    if not table.key:
        return f"{same}, 1 AS version"
    key = ", ".join(f'"{name}"' for name in names if name in (*table.key, "known_at"))
    return f"{same}, row_number() OVER (PARTITION BY {key} ORDER BY {every}, number) AS version"


def _parted(
    database: duckdb.DuckDBPyConnection, table: Table, present: list[Column], rules: list[Rule]
) -> Checked:
    names = [column.name for column in present]
    order = [name for name in table.key if name in names]
    order += [name for name in names if name not in order]
    kept = (
        database.view("sound")
        .filter("copy = 1 AND version = 1")
        .order(", ".join(f'"{name}" NULLS FIRST' for name in order))
        .project(", ".join(f'"{name}"' for name in names))
        .to_arrow_table()
        .cast(schema(table, names))
    )
    key = " and ".join(f"'{name}'" for name in [*table.key, "known_at"] if name in names)
    key += " is" if key.count("'") == 2 else " are"
    reason = " ".join(f"WHEN {i} THEN {quoted(rule.reason)}" for i, rule in enumerate(rules) if i)
    found = " ".join(f"WHEN {i} THEN {rule.found}" for i, rule in enumerate(rules))
    shown = f'"given.{(*table.key, names[0])[0]}" AS key'
    broken = (
        database.view("judged")
        .filter("broken IS NOT NULL")
        .project(
            f"position, number, CASE broken WHEN 0 THEN fault {reason} END AS reason, "
            f"CASE broken {found} END AS found, {shown}"
        )
    )
    twice = quoted("every value is that of another row")
    other = quoted(f"{key} that of another row that says something else")
    copies = (
        database.view("sound")
        .filter("copy > 1 OR version > 1")
        .project(
            f"position, number, CASE WHEN copy > 1 THEN {twice} ELSE {other} END AS reason, "
            f"NULL AS found, {shown}"
        )
    )
    rejected = broken.union(copies).order("number, position").to_arrow_table()
    return Checked(kept, rejected, _counted(rejected))


def _counted(rejected: pa.Table) -> dict[str, Reason]:
    reasons: dict[str, Reason] = {}
    columns = (rejected.column(name).to_pylist() for name in ("reason", "number", "key"))
    for reason, number, key in zip(*columns, strict=True):
        first = reasons.get(reason, Reason(0, number, key))
        reasons[reason] = replace(first, count=first.count + 1)
    return reasons


def _listed(names: list[str]) -> str:
    return ", ".join(shown(name, 40) for name in names)
