"""The contract held against one raw table: which rows are kept, and why each of the others is not.

A row is put aside for the first rule that it breaks, so the counts by reason add up to the rows put aside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa

from features.sources import Column, Kind, Table
from pipeline.casts import WORDS, Cell, quoted, schema
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
    cells = [
        Cell(column, raw.rows.schema.field(column.name).type)
        for column in table.columns
        if column.name in raw.rows.column_names
    ]
    try:
        if customers is not None:
            database.register("customers", customers)
        database.register("judged", _judged(database, table, cells, raw, zone, today, customers is not None))
        database.register("sound", _sound(database, table, cells, list(_extra(table, raw.rows))))
        return _parted(database, table, [cell.column.name for cell in cells])
    except duckdb.Error as error:
        told = shown(str(error).split("\n")[0], 200)
        raise BadRecords(f"Table '{table.name}' could not be checked ({told}); look at its file.") from None
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


def _judged(
    database: duckdb.DuckDBPyConnection,
    table: Table,
    cells: list[Cell],
    raw: Raw,
    zone: str,
    today: date,
    has_customers: bool,
) -> pa.Table:
    """Give one row a raw row: typed columns, its place, and the reason, value and key if it breaks a rule."""
    texts = [f'{cell.cleaned} AS "given.{cell.column.name}"' for cell in cells if cell.is_text]
    told = database.from_arrow(_placed(table, cells, raw)).project(", ".join(["*", *texts]))
    _demand_one_clock(told, table, cells, zone)
    values = [f'{cell.value(zone)} AS "{cell.column.name}"' for cell in cells]
    typed = told.project(", ".join(["*", *values]))
    rules = list(_rules(cells, today, has_customers))
    broken = " ".join(f"WHEN {rule.broken} THEN {i}" for i, rule in enumerate(rules, start=1))
    reason = " ".join(f"WHEN {i} THEN {quoted(rule.reason)}" for i, rule in enumerate(rules, start=1))
    found = " ".join(f"WHEN {i} THEN {rule.found}" for i, rule in enumerate(rules, start=1))
    first = next(cell for cell in cells if cell.column.name == (*table.key, table.names[0])[0])
    names = [f'"{cell.column.name}"' for cell in cells] + [f'"{name}"' for name in _extra(table, raw.rows)]
    return (
        typed.project(f"*, CASE WHEN fault IS NOT NULL THEN 0 {broken} END AS broken")
        .project(
            f"{', '.join(names)}, position, number, CASE broken WHEN 0 THEN fault {reason} END AS reason, "
            f'CASE broken WHEN 0 THEN "fault.found" {found} END AS found, {first.text} AS key'
        )
        .to_arrow_table()
    )


def _placed(table: Table, cells: list[Cell], raw: Raw) -> pa.Table:
    """Give the raw rows with their position, number and fault."""
    size = raw.rows.num_rows
    columns = {f"raw.{cell.column.name}": raw.rows.column(cell.column.name) for cell in cells}
    columns |= _extra(table, raw.rows)
    columns["position"] = pa.array(np.arange(size))
    columns["number"] = pa.array(raw.numbers, pa.int64())
    for name in ("fault", "fault.found"):
        columns[name] = pa.nulls(size, pa.string())
    if raw.faults:
        columns["fault"] = pa.array([raw.faults[i].reason if i in raw.faults else None for i in range(size)])
        columns["fault.found"] = pa.array(
            [raw.faults[i].found if i in raw.faults else None for i in range(size)]
        )
    return pa.table(columns)


def _demand_one_clock(told: duckdb.DuckDBPyRelation, table: Table, cells: list[Cell], zone: str) -> None:
    """Refuse a column in which some moments name a time zone and others do not."""
    dates = [cell for cell in cells if cell.is_text and cell.column.kind in (Kind.DAY, Kind.MOMENT)]
    if not dates:
        return
    asked = [
        f"count(*) FILTER ({sort}), min({cell.text}) FILTER ({sort})"
        for cell in dates
        for sort in (cell.is_zoned, cell.is_plain)
    ]
    (found,) = told.aggregate(", ".join(asked)).fetchall()
    for i, cell in enumerate(dates):
        zoned_rows, zoned, plain_rows, plain = found[4 * i : 4 * i + 4]
        if zoned_rows and plain_rows:
            raise BadRecords(
                f"Table '{table.name}' mixes time zones in '{cell.column.name}': {zoned_rows} values name one "
                f"(such as {shown(zoned)}) and {plain_rows} do not (such as {shown(plain)}); write all of them "
                f"with an offset, or all in the dataset's time zone '{zone}'."
            )


def _rules(cells: list[Cell], today: date, has_customers: bool) -> Iterator[Rule]:
    names = {cell.column.name: cell for cell in cells}
    for cell in cells:
        name = cell.column.name
        if cell.is_text:
            yield Rule(f"'{name}' holds a NUL character", f"contains({cell.text}, chr(0))")
        if cell.column.required:
            yield Rule(f"'{name}' is empty", f"NOT {cell.is_given}")
        yield Rule(
            f"'{name}' is not {WORDS[cell.column.kind]}", f'{cell.is_given} AND "{name}" IS NULL', cell.text
        )
    if "importer" in names:
        whose = [f"NOT {names[name].is_given}" for name in ("customer_id", "importer") if name in names]
        yield Rule("nothing says who imported", " AND ".join(whose))
    elif "customer_id" in names and names["customer_id"].column.resolved:
        yield Rule("'customer_id' is empty", f"NOT {names['customer_id'].is_given}")
    for cell in cells:
        yield from (replace(rule, found=cell.text) for rule in _limits(cell.column, today))
    for cell in cells:
        late, early = cell.column.name, cell.column.not_before
        if early in names:
            yield Rule(
                f"'{late}' is before '{early}'",
                f'CAST("{late}" AS DATE) < CAST("{early}" AS DATE)',
                f"concat({cell.text}, ' before ', {names[early].text})",
            )
    for cell in cells:
        if cell.column.refers_to and has_customers:
            yield Rule(
                f"'{cell.column.name}' is not in table '{cell.column.refers_to}'",
                f'"{cell.column.name}" NOT IN (FROM customers)',
                cell.text,
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


def _extra(table: Table, rows: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Give the columns outside the contract of a table without a key: they tell its rows apart (a line number)."""
    names = [name for name in rows.column_names if name not in table.names] if not table.key else []
    return {f"extra.{i}": rows.column(name) for i, name in enumerate(names)}


def _sound(
    database: duckdb.DuckDBPyConnection, table: Table, cells: list[Cell], extra: list[str]
) -> pa.Table:
    """Give the rows that break no rule of their own, numbered among equal rows and among rows of one key."""
    names = [cell.column.name for cell in cells]
    every = ", ".join(f'"{name}"' for name in names + extra)
    version, elsewhere = "1", "false"
    if table.key:
        key = ", ".join(f'"{name}"' for name in names if name in (*table.key, "known_at"))
        version = f"row_number() OVER (PARTITION BY {key} ORDER BY {every}, number)"
        first = "known_at NULLS FIRST, " if "known_at" in names else ""
        if "customer_id" in names and "customer_id" not in table.key:
            record = ", ".join(f'"{name}"' for name in table.key)
            order = f"PARTITION BY {record} ORDER BY {first}{every}, number"
            elsewhere = f"coalesce(first_value(customer_id) OVER ({order}) <> customer_id, false)"
    return (
        database.view("judged")
        .filter("reason IS NULL")
        .project(
            f"* EXCLUDE (reason, found), row_number() OVER (PARTITION BY {every} ORDER BY number) AS copy, "
            f"{version} AS version, {elsewhere} AS elsewhere"
        )
        .to_arrow_table()
    )


def _parted(database: duckdb.DuckDBPyConnection, table: Table, names: list[str]) -> Checked:
    order = [name for name in table.key if name in names]
    order += [name for name in names if name not in order]
    kept = (
        database.view("sound")
        .filter("copy = 1 AND version = 1 AND NOT elsewhere")
        .order(", ".join(f'"{name}" NULLS FIRST' for name in order))
        .project(", ".join(f'"{name}"' for name in names))
        .to_arrow_table()
        .cast(schema(table, names))
    )
    key = [f"'{name}'" for name in (*table.key, "known_at") if name in names]
    twice = quoted("every value is that of another row")
    are = "is" if len(key) == 1 else "are"
    other = quoted(f"{' and '.join(key)} {are} that of another row that says something else")
    record = " and ".join(f"'{name}'" for name in table.key)
    moved = quoted(f"{record} is that of a record of another customer")
    copies = (
        database.view("sound")
        .filter("copy > 1 OR version > 1 OR elsewhere")
        .project(
            f"position, number, CASE WHEN copy > 1 THEN {twice} WHEN elsewhere THEN {moved} ELSE {other} END "
            "AS reason, NULL AS found, key"
        )
    )
    broken = (
        database.view("judged").filter("reason IS NOT NULL").project("position, number, reason, found, key")
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
