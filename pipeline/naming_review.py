"""The review file of names: what each was taken for, and what a person may decide otherwise."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from features.naming.matching import Bounds, Found, State
from features.naming.register import Known
from features.naming.suppliers import US, likely_same
from pipeline.overrides import CUSTOMER, SUPPLIER, reading

SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("kind", pa.string()),
        ("state", pa.string()),
        ("proposed", pa.string()),
        ("proposed_name", pa.string()),
        ("confidence", pa.float64()),
        ("second", pa.string()),
        ("second_name", pa.string()),
        ("second_confidence", pa.float64()),
        ("records", pa.int64()),
        ("value", pa.float64()),
        ("reading", pa.string()),
        ("decision", pa.string()),
    ]
)
ORDER = [State.UNCERTAIN, State.UNMATCHED, State.MATCHED, State.DECIDED]
MOST_PROPOSED = 3000
"""Unlisted suppliers, the largest first, among which likely equal ones are looked for."""


def review(
    rows: pd.DataFrame, importers: Mapping[str, Found], known: Iterable[Known], bounds: Bounds
) -> pa.Table:
    """Give one row a name that was not given: uncertain ones first, each group by the value behind it."""
    called = {
        one.company: one.name for one in sorted(known, key=lambda one: (one.company, one.since, one.name))
    }
    told = [*_importers(rows, importers, called), *_suppliers(rows, bounds)]
    told.sort(
        key=lambda row: (ORDER.index(row["state"]), -row["value"], row["kind"], row["name"]),
    )
    return pa.Table.from_pylist([row | {"decision": None} for row in told], schema=SCHEMA)


def _importers(
    rows: pd.DataFrame, found: Mapping[str, Found], called: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    named = rows[rows["importer"].isin(list(found)) & (rows["state"] != State.GIVEN)]
    for name, records, value in _sums(named, "importer"):
        answer = found[name]
        yield _row(name, CUSTOMER, answer.state, records, value) | {
            "proposed": answer.company,
            "proposed_name": answer.name or called.get(answer.company or ""),
            "confidence": round(answer.confidence, 4),
            "second": answer.second,
            "second_name": answer.second_name,
            "second_confidence": round(answer.second_confidence, 4) if answer.second else None,
        }


def _suppliers(rows: pd.DataFrame, bounds: Bounds) -> Iterable[dict[str, Any]]:
    named = rows[rows["supplier_state"] != State.GIVEN]
    one_each = named.drop_duplicates("supplier").set_index("supplier")
    unlisted = named[named["supplier_state"].isin([State.UNMATCHED, State.UNCERTAIN]) & ~named["is_us"]]
    worth = sorted(_sums(unlisted, "rival"), key=lambda row: (-row[2], row[0]))[:MOST_PROPOSED]
    same = likely_same([name for name, _, _ in worth], bounds.uncertain)
    for name, records, value in _sums(named, "supplier"):
        row = dict(one_each.loc[name])
        answer, state = row["supplier_found"], row["supplier_state"]
        taken = US if row["is_us"] else str(row["rival"])
        entry = _row(name, SUPPLIER, state, records, value)
        if state == State.UNMATCHED and taken in same:
            other, sure = same[taken]
            yield entry | {"state": State.UNCERTAIN, "proposed": other, "confidence": round(sure, 4)}
        elif state == State.UNCERTAIN:
            yield entry | {
                "proposed": answer.company.removeprefix("="),
                "proposed_name": answer.name,
                "confidence": round(answer.confidence, 4),
            }
        else:
            certain = {State.DECIDED: 1.0, State.MATCHED: answer.confidence if answer else None}
            yield entry | {"proposed": taken, "confidence": certain.get(state)}


def _sums(rows: pd.DataFrame, column: str) -> list[tuple[str, int, float]]:
    sums = rows.groupby(column)["value"].agg(["size", "sum"])
    return [(str(name), int(size), round(float(value), 2)) for name, size, value in sums.itertuples()]


def _row(name: str, kind: str, state: State, records: int, value: float) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "state": State(state),
        "records": records,
        "value": value,
        "reading": reading(name),
    }
