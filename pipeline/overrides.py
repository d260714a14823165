"""What people have decided about names on customs records: ``data/<dataset>/names.csv``.

The file has the columns ``name``, ``kind`` and ``decision``, and any others beside them, so that a copy of the
review file ``report/names.csv`` with its last column filled is one. A row without a decision says nothing.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from features.naming import letters
from features.naming.reading import read
from pipeline.errors import BadRecords, Usage
from pipeline.frames import write_bytes
from pipeline.paths import Paths
from pipeline.sheets import csv_bytes

CUSTOMER, SUPPLIER = "customer", "supplier"
NOBODY = "nobody"
COLUMNS = ("name", "kind", "decision")


@dataclass(frozen=True)
class Overrides:
    """Decisions by name: of an importer a ``customer_id`` or NOBODY, of a supplier a rival, "us" or NOBODY."""

    customers: Mapping[str, str]
    suppliers: Mapping[str, str]

    def customer(self, name: str) -> str | None:
        return _said(self.customers, name)

    def supplier(self, name: str) -> str | None:
        return _said(self.suppliers, name)


def reading(name: str) -> str:
    """Give what a name is read as, in one line that a decision may name instead of the name."""
    first = read(name)[0]
    return f"{first.key} [{first.form}]" if first.form else first.key


def _said(decisions: Mapping[str, str], name: str) -> str | None:
    found = decisions.get(_plain(name))
    return decisions.get(_plain(reading(name))) if found is None and decisions else found


def _plain(name: str) -> str:
    return letters.tidy(name).casefold()


def read_file(paths: Paths, customers: Collection[str]) -> Overrides:
    """Read the decisions; raises BadRecords where one cannot be, such as an unknown customer."""
    file = paths.decided_names
    found: dict[str, dict[str, str]] = {CUSTOMER: {}, SUPPLIER: {}}
    if not file.exists():
        return Overrides(found[CUSTOMER], found[SUPPLIER])
    for number, (name, kind, decision) in enumerate(_rows(file), start=2):
        if not decision:
            continue
        if kind not in found:
            raise BadRecords(
                f"'{file}' says the kind '{kind}' in line {number}; wanted is '{CUSTOMER}' or '{SUPPLIER}'."
            )
        if kind == CUSTOMER and decision != NOBODY and decision not in customers:
            raise BadRecords(
                f"'{file}' gives the name '{name}' to the customer '{decision}' in line {number}, whom table "
                f"'customers' does not have; write one that it has, or '{NOBODY}'."
            )
        before = found[kind].setdefault(_plain(name), decision)
        if before != decision:
            raise BadRecords(
                f"'{file}' decides twice about the {kind} name '{name}': '{before}', and '{decision}' in line "
                f"{number}; leave one of them."
            )
    return Overrides(found[CUSTOMER], found[SUPPLIER])


def _rows(file: Path) -> list[tuple[str, str, str]]:
    """Give name, kind and decision of each row, as they were before they were made harmless for a spreadsheet."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRecords(f"'{file}' is no CSV in UTF-8 ({error}); save it as such and run again.") from None
    header = lines[0] if lines else []
    if missing := [name for name in COLUMNS if name not in header]:
        raise BadRecords(
            f"'{file}' has no column '{missing[0]}'; wanted are {', '.join(COLUMNS)}, as in a copy of "
            "'report/names.csv'."
        )
    places = [header.index(name) for name in COLUMNS]
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        if len(line) != len(header):
            raise BadRecords(
                f"'{file}' has {len(line)} cells in line {number} and {len(header)} in its header; mend the line."
            )
        name, kind, decision = (line[place] for place in places)
        found.append((_unguarded(name), kind.strip(), _unguarded(decision).strip()))
    return found


def _unguarded(text: str) -> str:
    return text.removeprefix("'")


def accept(
    paths: Paths, told: Iterable[tuple[str, str]], names: Collection[str], customers: Collection[str]
) -> int:
    """Add decisions about importers' names to the file, whole or not at all; give how many there are then.

    A decision about a name that was decided before takes the place of the one before.
    """
    rows = _rows(paths.decided_names) if paths.decided_names.exists() else []
    for name, decision in told:
        if name not in names:
            raise Usage(
                f"No customs record names the importer '{name}'; 'forewarn names' lists the names as written."
            )
        if decision != NOBODY and decision not in customers:
            raise Usage(
                f"There is no customer '{decision}'; write a customer_id of table 'customers', or '{NOBODY}'."
            )
        rows = [row for row in rows if (row[1], _plain(row[0])) != (CUSTOMER, _plain(name))]
        rows.append((name, CUSTOMER, decision))
    kept = [row for row in rows if row[2]]
    columns = [pa.array([row[place] for row in kept], pa.string()) for place in range(len(COLUMNS))]
    write_bytes(paths.decided_names, csv_bytes(pa.table(columns, names=list(COLUMNS))))
    return len(kept)
