"""From the value that a raw file holds to the value that the contract declares, as DuckDB expressions.

Every cast is total: a value that cannot be cast becomes null, and the checks tell it from a value that was null.
"""

import pyarrow as pa

from features.sources import Column, Kind, Table

NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
DATE = r"\d{4}-\d{2}-\d{2}"
CLOCK = r"[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
ZONE = r" ?([Zz]|[+-]\d{2}(:?\d{2})?)"
TRUE = ("true", "t", "yes", "y", "1", "1.0")
FALSE = ("false", "f", "no", "n", "0", "0.0")

ARROW = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.CHOICE: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us"),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.float64(),
    Kind.COUNT: pa.int64(),
    Kind.FLAG: pa.bool_(),
}
WORDS = {
    Kind.ID: "a name",
    Kind.TEXT: "a text",
    Kind.CHOICE: "a text",
    Kind.DAY: "a day (YYYY-MM-DD)",
    Kind.MOMENT: "a moment (YYYY-MM-DD HH:MM:SS)",
    Kind.NUMBER: "a number",
    Kind.MONEY: "a number",
    Kind.COUNT: "a whole number",
    Kind.FLAG: "true or false",
}


def schema(table: Table, present: list[str]) -> pa.Schema:
    """Give the types of a checked table that has the columns ``present``."""
    return pa.schema([(c.name, ARROW[c.kind]) for c in table.columns if c.name in present])


def quoted(text: str) -> str:
    """Give ``text`` as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def given(column: Column, kind: pa.DataType) -> str:
    """Give the raw value as text, null where the file says nothing (an empty text, blanks, not-a-number)."""
    name = f'"{column.name}"'
    if pa.types.is_float64(kind):
        whole = f"{name} = trunc({name}) AND abs({name}) < 1e15"
        text = (
            f"CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
        )
        return f"CASE WHEN NOT isnan({name}) THEN {text} END"
    text = f"CAST({name} AS VARCHAR)"
    return f"CASE WHEN regexp_matches({text}, '\\S') THEN {text} END"


def value(column: Column, kind: pa.DataType, zone: str) -> str:
    """Give the declared value, read from the raw column or from its text in ``given.<name>``."""
    name, text = f'"{column.name}"', f'"given.{column.name}"'
    bare = _bare(column)
    match column.kind:
        case Kind.ID | Kind.TEXT:
            return text
        case Kind.CHOICE:
            return bare
        case Kind.DAY | Kind.MOMENT:
            moment = _moment(name, bare, kind, zone)
            return moment if column.kind is Kind.MOMENT else f"TRY(CAST({moment} AS DATE))"
        case Kind.NUMBER | Kind.MONEY | Kind.COUNT:
            number = _number(name, bare, kind)
            if column.kind is Kind.MONEY:
                return f"round({number}, 2) + 0.0"  # + 0.0 turns -0 into 0
            if column.kind is Kind.COUNT:
                return f"CASE WHEN {number} = trunc({number}) THEN TRY_CAST({number} AS BIGINT) END"
            return f"{number} + 0.0"
        case Kind.FLAG:
            if pa.types.is_boolean(kind):
                return name
            low = f"lower({bare})"
            return f"CASE WHEN {low} IN {TRUE} THEN true WHEN {low} IN {FALSE} THEN false END"


def is_zoned(column: Column) -> str:
    """Say whether the text of a date names a time zone or an offset."""
    return f"regexp_full_match({_bare(column)}, '{DATE}{CLOCK}{ZONE}')"


def is_plain(column: Column) -> str:
    """Say whether the text of a date names none."""
    return f"regexp_full_match({_bare(column)}, '{DATE}({CLOCK})?')"


def _bare(column: Column) -> str:
    return f"trim(\"given.{column.name}\", ' \t')"


def _number(name: str, bare: str, kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return f"CAST({name} AS DOUBLE)"
    if not pa.types.is_float64(kind):
        name = f"(CASE WHEN regexp_full_match({bare}, '{NUMBER}') THEN TRY_CAST({bare} AS DOUBLE) END)"
    return f"(CASE WHEN isfinite({name}) THEN {name} END)"


def _moment(name: str, bare: str, kind: pa.DataType, zone: str) -> str:
    if pa.types.is_timestamp(kind):
        return f"TRY(timezone({quoted(zone)}, {name}))" if kind.tz else name
    if pa.types.is_date32(kind):
        return f"TRY(CAST({name} AS TIMESTAMP))"
    there = f"TRY(timezone({quoted(zone)}, TRY_CAST({bare} AS TIMESTAMPTZ)))"
    here = f"CASE WHEN regexp_full_match({bare}, '{DATE}({CLOCK})?') THEN TRY_CAST({bare} AS TIMESTAMP) END"
    return f"CASE WHEN regexp_full_match({bare}, '{DATE}{CLOCK}{ZONE}') THEN {there} ELSE {here} END"
