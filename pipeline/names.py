"""``forewarn names``: which names on customs records are uncertain, and what a person says of them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from pipeline import overrides, records, words
from pipeline.errors import MissingInput, Usage
from pipeline.frames import json_text
from pipeline.overrides import CUSTOMER
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.terminal import captured, plain_table

NUMBERS = ("confidence", "second_confidence", "value")
STATES = ("matched", "uncertain", "unmatched", "decided")
Row = dict[str, Any]


def run(params: Params, paths: Paths, accepted: Sequence[str], *, as_json: bool) -> str:
    """Take decisions on, or give what is uncertain; give what the command prints."""
    rows = _review(paths)
    if accepted:
        return _accepted(paths, rows, accepted)
    if as_json:
        return json_text(rows)
    return _told(params, rows)


def _review(paths: Paths) -> list[Row]:
    """Read the review file that ingest has written."""
    if not paths.names.exists():
        raise MissingInput(
            f"'{paths.names}' is missing: no customs records were ingested; put a table 'imports' into "
            f"'{paths.raw}' and run '{records.made_by(paths)}'."
        )
    text = paths.names.read_bytes().decode("utf-8")
    rows: list[Row] = []
    for line in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        row: Row = {name: value.removeprefix("'") or None for name, value in line.items()}
        row |= {name: float(row[name]) for name in NUMBERS if row[name] is not None}
        rows.append(row | {"records": int(row["records"])})
    return rows


def _accepted(paths: Paths, rows: Sequence[Row], accepted: Sequence[str]) -> str:
    told = [_pair(text) for text in accepted]
    importers = {row["name"] for row in rows if row["kind"] == CUSTOMER}
    customers = set(records.tables(paths, ("customers", "trade"))["customers"]["customer_id"].to_pylist())
    count = overrides.accept(paths, told, importers, customers)
    return (
        f"{words.count(len(told), 'decision')} taken on, {count:,} in '{paths.decided_names}'; "
        f"they count from the next '{records.made_by(paths)}' on.\n"
    )


def _pair(text: str) -> tuple[str, str]:
    """Cut ``NAME=CUSTOMER`` at the last "=": a name may hold one, a customer_id does not."""
    name, found, decision = text.rpartition("=")
    if not found or not name.strip() or not decision.strip():
        raise Usage(f"'{text}' is no decision; write '--accept NAME=CUSTOMER', or 'NAME={overrides.NOBODY}'.")
    return name, decision.strip()


def _told(params: Params, rows: Sequence[Row]) -> str:
    """Print the counts and the uncertain names, those with the most value first."""
    told: list[Any] = [_counts(rows, kind) for kind in (CUSTOMER, overrides.SUPPLIER)]
    unsure = [row for row in rows if row["state"] == "uncertain"]
    table = plain_table()
    for name in ("kind", "name", "may be", "", "or", ""):
        table.add_column(name, justify="left" if name else "right")
    table.add_column("value", justify="right")
    for row in unsure[: params.report.listed]:
        table.add_row(
            row["kind"],
            Text(words.line(row["name"])),
            *_candidate(row, "proposed", "confidence"),
            *_candidate(row, "second", "second_confidence"),
            f"{row['value']:,.0f}",
        )
    if unsure:
        told += ["", table]
    if len(unsure) > params.report.listed:
        told += [
            "",
            f"{len(unsure) - params.report.listed:,} more; '--json' and 'report/names.csv' give all.",
        ]
    return captured(*told)


def _counts(rows: Sequence[Row], kind: str) -> str:
    of = [row for row in rows if row["kind"] == kind]
    parts = ", ".join(f"{sum(row['state'] == state for row in of):,} {state}" for state in STATES)
    return f"{words.count(len(of), 'name')} of {'importers' if kind == CUSTOMER else 'suppliers'}: {parts}"


def _candidate(row: Mapping[str, Any], who: str, sure: str) -> tuple[Text, str]:
    if row[who] is None:
        return Text(""), ""
    name = row[f"{who}_name"]
    label = f"{row[who]} {name}" if name and row["kind"] == CUSTOMER else str(row[who])
    return Text(words.line(label)), f"{row[sure]:.2f}" if row[sure] is not None else ""
