"""What a stream of events is, and the values that most streams share.

The SQL is what the engine runs; `meaning`, `when` and `only` say the same in plain words, for the dictionary.
"""

from dataclasses import dataclass
from enum import StrEnum

from features import sources


class Holds(StrEnum):
    """What a value is; it decides the type that loops receive."""

    NUMBER = "number"  # float64, NaN where unknown
    MONEY = "money"  # int64 minor units (cents); unknown counts as 0
    CODE = "code"  # int32 numbers for texts, -1 where unknown
    DAY = "day"  # float64 days since 1970-01-01, NaN where unknown
    RECORD = "record"  # int32 number of the record that opened or closed


@dataclass(frozen=True)
class Value:
    """One value of an event: its SQL over the record, and the contract columns that the SQL reads."""

    name: str
    holds: Holds
    sql: str
    needs: tuple[str, ...]
    meaning: str = ""


@dataclass(frozen=True)
class Stream:
    """One kind of event.

    ``moment`` is the SQL that dates it and ``where`` a condition on the record, both over the contract's columns
    (an absent one reads as null); ``needs`` are the optional columns without which the stream does not exist.
    A ``merged`` stream is grouped: the visible records of one customer, day and order are one event, which is
    replaced by another on the days on which one of them becomes known or is withdrawn. ``matched`` names the
    columns by which the records of a table without customers belong to a customer: to those whose version says the
    same, from the day that version was known. ``ties`` are SQL by which events of one moment stand in order, before
    the key does. ``meaning`` says what one event is, ``when`` and ``only`` put ``moment`` and ``where`` into words.
    """

    name: str
    table: sources.Table
    moment: str
    values: tuple[Value, ...]
    where: str = "true"
    needs: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    meaning: str = ""
    when: str = ""
    only: str = ""

    def value(self, name: str) -> Value:
        return next(value for value in self.values if value.name == name)


def code(column: str) -> Value:
    return Value(column, Holds.CODE, column, (column,), f"the text of `{column}`")


def number(column: str) -> Value:
    return Value(column, Holds.NUMBER, column, (column,), f"`{column}`")


def flag(column: str) -> Value:
    """1 where it is so, 0 where it is not; unknown stays unknown."""
    told = f"1 where `{column}` is true, 0 where it is false"
    return Value(column, Holds.NUMBER, f"CAST({column} AS DOUBLE)", (column,), told)


def cents(column: str) -> str:
    return f"CAST(round({column} * 100) AS BIGINT)"


def money(column: str) -> Value:
    return Value(column, Holds.MONEY, cents(column), (column,), f"`{column}` in cents")


def days(name: str, later: str, earlier: str) -> Value:
    sql = f"CAST({later} AS DATE) - CAST({earlier} AS DATE)"
    told = f"calendar days from the day of `{earlier}` to the day of `{later}`"
    return Value(name, Holds.NUMBER, sql, (later, earlier), told)


def record(key: str) -> Value:
    return Value("record", Holds.RECORD, key, (key,), f"which record it is (`{key}`)")
