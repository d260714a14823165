"""Records as dictionaries, and the days on which each row of a table stands: known, not replaced, not withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

Row = dict[str, Any]

# The key of each table, from the reference page of the contract; order lines have none.
KEYS: dict[str, tuple[str, ...]] = {
    "customers": ("customer_id",),
    "trade": (),
    "interaction": ("interaction_id",),
    "service": ("ticket_id",),
    "finance": ("invoice_id",),
    "milestones": ("milestone_id",),
    "contracts": ("contract_id",),
    "imports": ("record_id",),
    "market": ("industry", "region", "month_on"),
    "actions": ("action_id",),
    "cases": ("customer_id", "churned_on"),
}


BEFORE = datetime(1, 1, 1)  # noqa: DTZ001 - the contract's moments have no zone


def day_of(moment: date | datetime) -> date:
    """The calendar day of a moment, on the clock that it is written in; a day is its own."""
    return moment.date() if isinstance(moment, datetime) else moment


@dataclass(frozen=True)
class Standing:
    """One row and the days on which it stands: from the day ``since`` on, and before the day ``until``."""

    row: Row
    since: date
    until: date

    def on(self, as_of: date) -> bool:
        return self.since <= as_of < self.until


@dataclass
class Records:
    """All tables of a company. ``columns`` are those that each table has, with values in them or not."""

    columns: dict[str, set[str]]
    rows: dict[str, list[Standing]]
    of_customer: dict[tuple[str, str], list[Standing]] = field(default_factory=dict)

    def of(self, table: str, customer: str) -> list[Standing]:
        return self.of_customer.get((table, customer), [])


def read(tables: Mapping[str, pa.Table]) -> Records:
    """Take the tables apart into rows, and find out when each row stands."""
    records = Records({}, {})
    for name, table in tables.items():
        records.columns[name] = set(table.column_names)
        records.rows[name] = standings(table.to_pylist(), KEYS[name])
        for standing in records.rows[name]:
            if "customer_id" in standing.row:
                place = (name, standing.row["customer_id"])
                records.of_customer.setdefault(place, []).append(standing)
    return records


def standings(rows: list[Row], key: tuple[str, ...]) -> list[Standing]:
    """When each row stands.

    A row without ``known_at`` stands from ever on: its events are known when they happen. Of the rows of one
    key each is replaced on the day of the next one's ``known_at``; a row without one is the first.
    """
    versions: dict[Any, list[Row]] = {}
    for number, row in enumerate(rows):
        own = tuple(row.get(column) for column in key) if key else number
        versions.setdefault(own, []).append(row)
    found = []
    for same in versions.values():
        same.sort(key=lambda row: row.get("known_at") or BEFORE)
        for place, row in enumerate(same):
            known = row.get("known_at")
            withdrawn = row.get("withdrawn_at")
            until = date.max
            if place + 1 < len(same):
                until = day_of(same[place + 1]["known_at"])
            if withdrawn is not None:
                until = min(until, day_of(withdrawn))
            found.append(Standing(row, date.min if known is None else day_of(known), until))
    return found


def cents(amount: float) -> int:
    """Money in whole cents."""
    return round(amount * 100)
