"""``forewarn export``: a scored day for other programs, flat: one row a customer, in columns that do not change.

Either those that were scored, or all others of the day with the reason and what the fallback says. What causes and
reasons there are is JSON text, so that a table, a sheet or a database can hold it. The columns are those of
docs/reference/output.md; no name, mail or other word about a person is among them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import digests, publishing, sheets
from pipeline.errors import Usage
from pipeline.frames import plain, read_arrow, write_bytes, write_parquet
from pipeline.paths import Paths

Form = Literal["csv", "parquet", "postgres"]
Rows = Literal["scored", "unscored"]
FORMS: tuple[Form, ...] = ("csv", "parquet", "postgres")
ROWS: tuple[Rows, ...] = ("scored", "unscored")
PREFIX = "contribution_"
JSON_TEXT = ("contributions", "causes", "reasons")
SCHEMA = pa.schema(
    [
        ("dataset", pa.string()),
        ("as_of", pa.date32()),
        ("customer_id", pa.string()),
        ("p_churn", pa.float64()),
        ("p_gone", pa.float64()),
        ("p_going", pa.float64()),
        ("tier", pa.string()),
        ("top_cause", pa.string()),
        ("base", pa.float64()),
        ("base_of", pa.string()),
        ("contributions", pa.string()),
        ("causes", pa.string()),
        ("reasons", pa.string()),
        ("model", pa.string()),
    ]
)
UNSCORED = pa.schema(
    [
        ("dataset", pa.string()),
        ("as_of", pa.date32()),
        ("customer_id", pa.string()),
        ("reason", pa.string()),
        ("fallback", pa.string()),
        ("p_no_second", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Wanted:
    """Which rows of a scored day shall go where: ``out`` is a file (csv, parquet), the next two are of postgres."""

    form: Form
    out: Path | None = None
    dsn_from: str | None = None
    table: str | None = None
    rows: Rows = "scored"


def run(paths: Paths, as_of: date, wanted: Wanted) -> str:
    """Export a day that was scored; give the sentence that says where it is."""
    _demand_fitting(wanted)
    if wanted.rows == "scored":
        rows, digest = _published(paths, as_of, publishing.SCORES)
        flat_rows, name = flat(rows, paths.dataset), "scores"
    else:
        rows, digest = _published(paths, as_of, publishing.UNSCORED)
        flat_rows, name = others(rows, paths.dataset), "unscored"
    if wanted.form == "postgres":
        from pipeline import postgres

        table = wanted.table or f"forewarn_{name}"
        return postgres.write(flat_rows, (paths.dataset, as_of, digest), wanted.dsn_from, table)
    target = wanted.out or paths.folder / "export" / f"{name}-{as_of.isoformat()}.{wanted.form}"
    if wanted.form == "csv":
        write_bytes(target, sheets.csv_bytes(flat_rows, JSON_TEXT))
    else:
        write_parquet(target, flat_rows)
    return f"{flat_rows.num_rows:,} customers as of {as_of} in '{target}'"


def _demand_fitting(wanted: Wanted) -> None:
    if wanted.form == "postgres" and wanted.out is not None:
        raise Usage("'--out' is for csv and parquet; '--dsn-from' says where a database is.")
    if wanted.form != "postgres" and (wanted.dsn_from or wanted.table):
        raise Usage(
            f"'--dsn-from' and '--table' are for postgres; '--out' says where the {wanted.form} goes."
        )


def _published(paths: Paths, as_of: date, name: str) -> tuple[pa.Table, str]:
    """Give a table of a day and its digest, from one batch, whatever is published meanwhile."""
    file = publishing.published(paths, as_of) / name
    return read_arrow(file), digests.of_file(file)


def flat(rows: pa.Table, dataset: str) -> pa.Table:
    """Give the score output in the columns of SCHEMA, sorted by customer."""
    rows = rows.sort_by("customer_id")
    names, size = rows.column_names, rows.num_rows
    gone = rows.column("p_gone") if "p_gone" in names else None
    parts = [name for name in names if name.startswith(PREFIX)]
    sums = zip(*(rows.column(name).to_pylist() for name in parts), strict=True)
    causes = [name.removeprefix(PREFIX) for name in parts]
    columns: dict[str, Any] = {name: rows.column(name) for name in SCHEMA.names if name in names}
    columns |= {
        "dataset": pa.array([dataset] * size, pa.string()),
        "p_going": None if gone is None else pc.subtract(rows.column("p_churn"), gone),
        "contributions": _json([dict(zip(causes, row, strict=True)) for row in sums]),
        "causes": _json(rows.column("likely_causes").to_pylist()) if "likely_causes" in names else None,
        "reasons": _json(rows.column("reasons").to_pylist()),
    }
    made = [columns.get(field.name) for field in SCHEMA]
    return pa.table(
        [
            pa.nulls(size, field.type) if values is None else values
            for field, values in zip(SCHEMA, made, strict=True)
        ],
        schema=SCHEMA,
    )


def others(rows: pa.Table, dataset: str) -> pa.Table:
    """Give those that were not scored in the columns of UNSCORED, sorted by customer."""
    rows = rows.sort_by("customer_id")
    named = rows.append_column("dataset", pa.array([dataset] * rows.num_rows, pa.string()))
    return named.select(UNSCORED.names).cast(UNSCORED)


def _json(values: Sequence[Any]) -> pa.Array:
    """Give JSON in ASCII, which no program misreads, whatever it takes the encoding to be."""
    return pa.array([json.dumps(plain(value), allow_nan=False) for value in values], pa.string())
