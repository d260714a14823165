"""Names, mails and words of people are where docs/reference/people.md says, and nowhere else."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import build, export, ingest, label, report, respond, score, train
from pipeline.export import Wanted
from pipeline.frames import read_arrow
from pipeline.params import Params
from pipeline.paths import Paths

MARK = "Zyxomma"
"""Stands in every name, mail and text of the records, and in no word of this program."""
ALLOWED = ("raw/", "interim/", "report/refused/", "report/index.html", "report/desk.html")
MARKED = {
    "customers": ("name", "owner"),
    "interaction": ("contact_id", "text"),
}


def marked(rows: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """Give the records of a table with a marked person in each of ``columns``, and in one outside the contract."""
    for name in (*columns, "contact_mail"):
        people = pa.array([f"{MARK} {name} {i} <{MARK}.{i}@example.org>" for i in range(rows.num_rows)])
        at = rows.column_names.index(name) if name in rows.column_names else None
        rows = rows.append_column(name, people) if at is None else rows.set_column(at, name, people)
    return rows


def text_of(file: Path) -> str:
    """Give all that a file says, whatever its form."""
    if file.suffix != ".parquet":
        return file.read_bytes().decode("utf-8", errors="replace")
    rows = pq.ParquetFile(file).read()
    return repr([column.to_pylist() for column in rows.columns])


@pytest.mark.slow
def test_marked_people_are_found_where_the_page_says_and_nowhere_else(
    workplace: tuple[Params, Paths],
) -> None:
    params, paths = workplace
    for name, columns in MARKED.items():
        file = paths.raw / f"{name}.parquet"
        pq.write_table(marked(read_arrow(file), columns), file)
    for stage in (ingest, label, build):
        stage.run(params, paths)
    train.run(params, paths, "logistic")
    last = max(day.name for day in paths.scores.glob("as_of=*") if day.is_dir()).removeprefix("as_of=")
    as_of = date.fromisoformat(last)
    score.run(params, paths, as_of)
    report.run(params, paths)
    respond.run(params, paths, as_of)
    for form in ("csv", "parquet"):
        export.run(paths, as_of, Wanted(form))  # type: ignore[arg-type]
    files = [file for file in paths.root.rglob("*") if file.is_file()]
    held = {str(file.relative_to(paths.folder)) for file in files if MARK in text_of(file)}
    assert {"interim/customers.parquet", "interim/interaction.parquet"} <= held
    assert {name for name in held if not name.startswith(ALLOWED)} == set()
    assert "contact_mail" not in read_arrow(paths.table("customers")).column_names
