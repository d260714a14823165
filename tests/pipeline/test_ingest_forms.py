"""Ingest over every table and both formats: the same records give the same bytes, and no damage is silent."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.sources import TABLES, Column, Kind, Table
from pipeline import ingest
from pipeline.casts import schema
from pipeline.errors import Refusal
from pipeline.params import Params
from pipeline.paths import Paths

LENIENT = Params.model_validate({"ingest": {"reject_share_max": 1.0}})
TODAY = date(2024, 6, 30)
ROWS = 6


def sample(column: Column, i: int) -> Any:
    """Give a sound value for row ``i``; every third optional one is unknown that ingest does not find by itself."""
    if not column.required and not column.resolved and i % 3 == 2:
        return None
    day = date(2024, 1, 1 + i)  # the same day in all columns of a row: orders of dates hold
    low = 0 if column.low is None else column.low
    high = low + 1 if column.high is None else column.high
    match column.kind:
        case Kind.ID:
            return f"C{i}" if column.name == "customer_id" else f"{column.name}-{i}"
        case Kind.TEXT:
            return f'{column.name}, "№ {i}" 𠮷'
        case Kind.CHOICE:
            return column.choices[i % len(column.choices)]
        case Kind.DAY:
            return day
        case Kind.MOMENT:
            return datetime(2024, 1, 1 + i, 12, 30, 59, 1000 * i)  # noqa: DTZ001 - a wall clock
        case Kind.NUMBER | Kind.MONEY:
            return low + (high - low) * i / 8
        case Kind.COUNT:
            return int(low) + i % int(high - low + 1)
        case Kind.FLAG:
            return i % 2 == 0


def sound(table: Table) -> pa.Table:
    columns = {column.name: [sample(column, i) for i in range(ROWS)] for column in table.columns}
    return pa.table(columns, schema=schema(table, list(table.names)))


def as_csv(rows: pa.Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.column_names)
    writer.writerows([row[name] for name in rows.column_names] for row in rows.to_pylist())
    return text.getvalue()


def dataset(root: Path) -> Paths:
    paths = Paths(root, "acme")
    paths.raw.mkdir(parents=True)
    for table in (TABLES["customers"], TABLES["trade"]):
        (paths.raw / f"{table.name}.csv").write_text(as_csv(sound(table)), encoding="utf-8")
    return paths


def test_every_table_is_the_same_bytes_from_csv_and_from_parquet(tmp_path: Path) -> None:
    paths = dataset(tmp_path)
    for name, table in TABLES.items():
        (paths.raw / f"{name}.csv").write_text(as_csv(sound(table)), encoding="utf-8")
    ingest.run(LENIENT, paths, today=TODAY)
    from_csv = {name: paths.table(name).read_bytes() for name in TABLES}
    for name, table in TABLES.items():
        (paths.raw / f"{name}.csv").unlink()
        pq.write_table(sound(table), paths.raw / f"{name}.parquet")
    ingest.run(LENIENT, paths, today=TODAY)
    report = json.loads((paths.report / "ingest.json").read_text())
    for name, table in TABLES.items():
        assert report["tables"][name]["kept"] == ROWS, name
        assert paths.table(name).read_bytes() == from_csv[name], name
        assert pq.read_schema(paths.table(name)) == schema(table, list(table.names)), name


@pytest.mark.parametrize("name", ["interaction", "service", "finance"])
def test_checked_records_pass_the_checks_again_unchanged(tmp_path: Path, name: str) -> None:
    paths = dataset(tmp_path)
    pq.write_table(sound(TABLES[name]), paths.raw / f"{name}.parquet")
    ingest.run(LENIENT, paths, today=TODAY)
    once = paths.table(name).read_bytes()
    (paths.raw / f"{name}.parquet").write_bytes(once)
    ingest.run(LENIENT, paths, today=TODAY)
    assert paths.table(name).read_bytes() == once


def refusal_of(paths: Paths) -> str | None:
    try:
        ingest.run(LENIENT, paths, today=TODAY)
    except Refusal as refusal:
        return str(refusal)
    return None


def refused_or_reconciled(paths: Paths) -> None:
    """Run ingest: it either refuses in one sentence, or accounts for every row that it read."""
    sentence = refusal_of(paths)
    if sentence is not None:
        assert len(sentence) < 2000
        assert sentence.isprintable()
        return
    report = json.loads((paths.report / "ingest.json").read_text())
    for name, entry in report["tables"].items():
        assert entry["rows"] == entry["kept"] + entry["rejected"], name
        assert sum(entry["reasons"].values()) == entry["rejected"], name
        assert pq.read_table(paths.table(name)).num_rows == entry["kept"], name


SPOILS = st.sampled_from(
    (
        "", " ", '"', '""', ",", "\n", "\r\n", "\0", "\ufeff", "\x1b[31m", "a" * 70_000, "abc", "-", "1e999", "NaN",
        "0", "2024-13-01", "9999-12-31", "2024-01-01T00:00:00+14:00", "𠮷", "'--", "=1+1", "{{7*7}}", "C1", "true",
    )
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    table=st.sampled_from(sorted(TABLES)),
    cells=st.lists(
        st.tuples(st.integers(0, 99), st.one_of(SPOILS, st.text(max_size=8))), min_size=1, max_size=4
    ),
)
def test_a_spoiled_value_is_counted_or_refused_and_never_a_traceback(
    table: str, cells: list[tuple[int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = dataset(Path(folder))
        lines = [list(row) for row in csv.reader(io.StringIO(as_csv(sound(TABLES[table]))))]
        for place, text in cells:
            row = lines[place % len(lines)]
            row[place % len(row)] = text
        joined = "\n".join(",".join(row) for row in lines)  # unquoted on purpose
        (paths.raw / f"{table}.csv").write_bytes(joined.encode("utf-8", errors="surrogatepass"))
        refused_or_reconciled(paths)


@settings(max_examples=15, deadline=None)
@given(
    form=st.sampled_from(["csv", "parquet"]),
    hits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.one_of(st.none(), st.floats(0, 1)),
)
def test_damaged_bytes_are_counted_or_refused_and_never_a_traceback(
    form: str, hits: list[tuple[float, int]], cut: float | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = dataset(Path(folder))
        rows = sound(TABLES["finance"])
        file = paths.raw / f"finance.{form}"
        if form == "csv":
            file.write_text(as_csv(rows), encoding="utf-8")
        else:
            pq.write_table(rows, file, write_page_checksum=True)
        content = bytearray(file.read_bytes())
        for where, byte in hits:
            content[int(where * len(content))] = byte
        file.write_bytes(content[: int(cut * len(content))] if cut is not None else content)
        refused_or_reconciled(paths)


def odd_columns() -> Iterator[tuple[str, pa.Array]]:
    """Give columns of types that a contract has no use for, each three rows long."""
    yield "nested", pa.array([[1], [], None], pa.list_(pa.int64()))
    yield "struct", pa.array([{"a": 1}, None, {"a": 2}])
    yield "bytes", pa.array([b"\xff\xfe", b"C1", None], pa.binary())
    yield "fixed", pa.array([b"ab", b"\xff\xff", None], pa.binary(2))
    yield "dictionary", pa.array(["a", "b", "a"]).dictionary_encode()
    yield "decimal", pa.array([1, 2, None], pa.decimal128(38, 10))
    yield "nothing", pa.nulls(3)
    yield "time", pa.array([1, 2, 3], pa.time64("us"))
    yield "duration", pa.array([1, 2, 3], pa.duration("ns"))
    yield "far", pa.array([2**62, -(2**62), 0], pa.timestamp("ms"))
    yield "fine", pa.array([2**62, -(2**62), 0], pa.timestamp("ns", "America/New_York"))
    yield "big", pa.array([2**64 - 1, 0, 1], pa.uint64())
    yield "half", pa.array([1.5, float("inf"), None], pa.float32())
    yield "long", pa.array([2**31 - 1, -(2**31), 0], pa.date32())


@pytest.mark.parametrize(
    ("name", "values"), list(odd_columns()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_column_of_an_odd_type_is_counted_or_refused(tmp_path: Path, name: str, values: pa.Array) -> None:
    paths = dataset(tmp_path)
    columns = dict.fromkeys([*TABLES["finance"].names, name], values)
    pq.write_table(pa.table(columns), paths.raw / "finance.parquet")
    refused_or_reconciled(paths)


def test_a_moment_in_parquet_with_a_zone_becomes_the_wall_clock(tmp_path: Path) -> None:
    paths = dataset(tmp_path)
    noon = datetime(2024, 1, 1, 12)  # noqa: DTZ001 - taken as UTC below
    rows = sound(TABLES["trade"])
    moments = pa.array([noon + timedelta(days=i) for i in range(ROWS)], pa.timestamp("ns", "UTC"))
    pq.write_table(rows.set_column(2, "ordered_at", moments), paths.raw / "trade.parquet")
    params = LENIENT.model_copy(
        update={"dataset": LENIENT.dataset.model_copy(update={"timezone": "Asia/Shanghai"})}
    )
    ingest.run(params, paths, today=TODAY)
    hours = {moment.hour for moment in pq.read_table(paths.table("trade"))["ordered_at"].to_pylist()}
    assert hours == {20}  # Shanghai is eight hours ahead all year
