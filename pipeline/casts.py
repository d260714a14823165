"""From the value that a raw file holds to the value that the contract declares, as DuckDB expressions.

Every cast is total: a value that cannot be cast becomes null, and the checks tell it from a value that was null.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Cell:
    """A column of the contract as one raw file holds it: ``kind`` is the type that the file gives it.

    The expressions read the raw column ``raw.<name>``, and ``given.<name>`` where the file holds text.
    """

    column: Column
    kind: pa.DataType

    @property
    def raw(self) -> str:
        return f'"raw.{self.column.name}"'

    @property
    def is_text(self) -> bool:
        return bool(pa.types.is_large_string(self.kind))

    @property
    def cleaned(self) -> str:
        """The text of the file, null where it is empty or blank."""
        return f"CASE WHEN regexp_matches({self.raw}, '\\S') THEN {self.raw} END"

    @property
    def text(self) -> str:
        """The value as the file gives it, as text; null where it says nothing."""
        if self.is_text:
            return f'"given.{self.column.name}"'
        if not pa.types.is_float64(self.kind):
            return f"CAST({self.raw} AS VARCHAR)"
        # pandas makes numbers of whole-number names in a column with gaps: 12345.0 is the name 12345
        whole = f"{self.raw} = trunc({self.raw}) AND abs({self.raw}) < 1e15"
        number = f"CASE WHEN {whole} THEN CAST({self.raw} AS BIGINT) END"
        either = f"coalesce(CAST({number} AS VARCHAR), CAST({self.raw} AS VARCHAR))"
        return f"CASE WHEN {self.is_given} THEN {either} END"

    @property
    def is_given(self) -> str:
        if pa.types.is_float64(self.kind):
            return f"({self.raw} IS NOT NULL AND NOT isnan({self.raw}))"
        return f"({self.text if self.is_text else self.raw} IS NOT NULL)"

    @property
    def is_zoned(self) -> str:
        """Whether the text of a date names a time zone or an offset."""
        return f"regexp_full_match({self._bare}, '{DATE}{CLOCK}{ZONE}')"

    @property
    def is_plain(self) -> str:
        """Whether the text of a date names none."""
        return f"regexp_full_match({self._bare}, '{DATE}({CLOCK})?')"

    def value(self, zone: str) -> str:
        """The declared value; ``zone`` is the dataset's time zone."""
        match self.column.kind:
            case Kind.ID | Kind.TEXT:
                return self.text
            case Kind.CHOICE:
                return self._bare
            case Kind.DAY:
                return f"TRY(CAST({self._moment(zone)} AS DATE))"
            case Kind.MOMENT:
                return self._moment(zone)
            case Kind.NUMBER:
                return f"{self._number} + 0.0"  # + 0.0 turns -0 into 0
            case Kind.MONEY:
                return f"round({self._number}, 2) + 0.0"
            case Kind.COUNT:
                number = self._number
                return f"CASE WHEN {number} = trunc({number}) THEN TRY_CAST({number} AS BIGINT) END"
            case Kind.FLAG:
                if pa.types.is_boolean(self.kind):
                    return self.raw
                word = f"lower({self._bare})"
                return f"CASE WHEN {word} IN {TRUE} THEN true WHEN {word} IN {FALSE} THEN false END"

    @property
    def _bare(self) -> str:
        return f"trim({self.text}, ' \t')"

    @property
    def _number(self) -> str:
        if pa.types.is_integer(self.kind):
            return f"CAST({self.raw} AS DOUBLE)"
        number = self.raw
        if not pa.types.is_float64(self.kind):
            is_number = f"regexp_full_match({self._bare}, '{NUMBER}')"
            number = f"(CASE WHEN {is_number} THEN TRY_CAST({self._bare} AS DOUBLE) END)"
        return f"(CASE WHEN isfinite({number}) THEN {number} END)"

    def _moment(self, zone: str) -> str:
        if pa.types.is_timestamp(self.kind):
            return f"TRY(timezone({quoted(zone)}, {self.raw}))" if self.kind.tz else self.raw
        if pa.types.is_date32(self.kind):
            return f"TRY(CAST({self.raw} AS TIMESTAMP))"
        there = f"TRY(timezone({quoted(zone)}, TRY_CAST({self._bare} AS TIMESTAMPTZ)))"
        here = f"TRY_CAST({self._bare} AS TIMESTAMP)"
        return f"CASE WHEN {self.is_zoned} THEN {there} WHEN {self.is_plain} THEN {here} END"
