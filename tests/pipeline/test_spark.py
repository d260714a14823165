"""Spark against the local engine: every cell; and what Spark must not do to terminal, store and machine."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline import build, label, publishing, score, store
from pipeline.errors import BadConfig, BadRecords, GateClosed, MissingInput
from pipeline.frames import read_arrow, read_json, write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.spark import pieces, reading
from pipeline.spark.session import session
from pipeline.spark.tables import contracted

QUICK = {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1"}
"""Java compiles for a short life."""


def on_spark(params: Params) -> Params:
    return params.model_copy(
        update={
            "build": params.build.model_copy(update={"engine": "spark"}),
            "spark": params.spark.model_copy(update={"config": QUICK, "partitions": 3}),
        }
    )


def copied(paths: Paths, root: Path) -> Paths:
    shutil.copytree(paths.root / "data", root / "data", symlinks=True)
    shutil.copytree(paths.root / "mlruns", root / "mlruns")
    shutil.copy2(paths.root / "params.yaml", root / "params.yaml")
    return Paths(root, paths.dataset)


@pytest.fixture(scope="module")
def small(finished: tuple[Params, Paths], tmp_path_factory: pytest.TempPathFactory) -> tuple[Params, Paths]:
    """The finished run of the small company once more; the settings say that Spark computes."""
    return on_spark(finished[0]), copied(finished[1], tmp_path_factory.mktemp("spark") / "root")


@pytest.fixture(scope="module")
def spark(small: tuple[Params, Paths]) -> Iterator[Any]:
    """One session for all the tests here that need one; the engine takes the session that there is."""
    with session(small[0].spark, small[1], "Europe/Berlin") as opened:
        yield opened


@pytest.fixture(scope="module")
def wider(finished: tuple[Params, Paths], tmp_path_factory: pytest.TempPathFactory) -> tuple[Params, Paths]:
    """The finished run with a market, whose records have no customer, and with tickets withdrawn; built locally."""
    params, paths = finished[0], copied(finished[1], tmp_path_factory.mktemp("wider") / "root")
    months = [date(year, month, 1) for year in (2021, 2022, 2023) for month in range(1, 13)]
    industries = pc.unique(read_arrow(paths.table("customers"))["industry"]).drop_null().to_pylist()
    index = [
        {"industry": name, "region": None, "month_on": month, "index": 100.0 + (7 * at + month.month) % 31}
        for at, name in enumerate(industries)
        for month in months
    ]
    kinds = {"industry": pa.string(), "region": pa.string(), "month_on": pa.date32(), "index": pa.float64()}
    write_parquet(paths.table("market"), pa.Table.from_pylist(index, pa.schema(kinds)))
    tickets = read_arrow(paths.table("service"))
    withdrawn = [datetime(2022, 8, 15) if at % 7 == 0 else None for at in range(len(tickets))]  # noqa: DTZ001
    tickets = tickets.append_column("withdrawn_at", pa.array(withdrawn, pa.timestamp("us")))
    write_parquet(paths.table("service"), tickets)
    paths.ingested.unlink()
    build.run(params, paths)
    return params, paths


def files(paths: Paths) -> dict[str, list[Path]]:
    return {day.name: sorted(day.iterdir()) for day in sorted((paths.store / "features").iterdir())}


def rows(parts: list[Path]) -> pa.Table:
    return pa.concat_tables(read_arrow(part) for part in parts).sort_by("customer_id").combine_chunks()


def same_bits(left: pa.Table, right: pa.Table) -> bool:
    """Say whether two tables are equal, floats in every bit, nulls in the same places."""
    if left.schema != right.schema or left.num_rows != right.num_rows:
        return False

    def bits(column: pa.ChunkedArray) -> pa.Array:
        column = column.combine_chunks()
        return column.view(pa.int64()) if pa.types.is_floating(column.type) else column

    # An equality of Arrow looks at the values that are there, and not at what lies under a null.
    return all(bits(left[name]).equals(bits(right[name])) for name in left.column_names)


def demand_equal(ours: Paths, theirs: Paths) -> int:
    """Demand two stores with the same dates, rows, columns and cells; gives the number of cells."""
    mine, others = files(ours), files(theirs)
    assert list(mine) == list(others)
    cells = 0
    for day in mine:
        left, right = rows(mine[day]), rows(others[day])
        assert same_bits(left, right)
        cells += left.num_rows * left.num_columns
    left, right = (store.catalogue(paths) for paths in (ours, theirs))
    for day in left["dates"]:
        for told in (left, right):
            del told["dates"][day]["files"]  # one file, or one a partition
    assert (
        left == right
    )  # the keys of every column among it: neither engine computes again what the other did
    return cells


def gone(terminal: int, seconds: float = 10) -> bool:
    """Say whether every process of a terminal session has ended; Python's workers end a moment after Java."""
    until = time.monotonic() + seconds
    while left := [process for process in psutil.process_iter() if _of(process, terminal)]:
        if time.monotonic() > until:
            raise AssertionError([process.cmdline() for process in left])
        time.sleep(0.1)
    return True


def _of(process: psutil.Process, terminal: int) -> bool:
    try:
        return os.getsid(process.pid) == terminal and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def test_bits_tell_apart_what_equality_does_not() -> None:
    zeros = [pa.table({"x": pa.array([value, None])}) for value in (0.0, -0.0)]
    assert zeros[0].equals(zeros[1])
    assert not same_bits(*zeros)
    assert same_bits(zeros[0], zeros[0])


def test_a_build_on_spark_from_the_command_line_is_the_local_one_in_every_cell(
    wider: tuple[Params, Paths], tmp_path: Path
) -> None:
    paths = copied(wider[1], tmp_path / "root")
    shutil.rmtree(paths.store / "features")
    ended = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "build", "--dataset", paths.dataset, "--engine", "spark"],
        env={**os.environ, "FOREWARN_ROOT": str(paths.root), "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said, _ = ended.communicate(timeout=600)
    assert (ended.returncode, said) == (0, "")
    assert gone(ended.pid)
    assert demand_equal(paths, wider[1]) > 100_000
    assert any(feature["source"] == "market" for feature in read_json(paths.catalogue)["features"])
    assert [path.name for path in paths.folder.iterdir() if path.name.startswith(".spark")] == [".spark.log"]


@pytest.mark.usefixtures("spark")
def test_scores_on_spark_are_the_local_ones_in_every_byte(small: tuple[Params, Paths]) -> None:
    params, paths = small
    day = publishing.dates(paths)[-1]
    local = (publishing.published(paths, day) / publishing.SCORES).read_bytes()
    shutil.rmtree(paths.scores)
    assert score.run(params, paths, day).fresh
    assert (publishing.published(paths, day) / publishing.SCORES).read_bytes() == local


@pytest.mark.usefixtures("spark")
def test_labels_on_spark_are_the_local_ones_in_every_byte(small: tuple[Params, Paths]) -> None:
    params, paths = small
    local = paths.cohort.read_bytes()
    paths.cohort.unlink()
    label.run(params, paths)
    assert paths.cohort.read_bytes() == local


@pytest.mark.usefixtures("spark")
def test_only_a_date_that_is_out_of_date_is_computed_from_a_folder_of_parts(
    small: tuple[Params, Paths], finished: tuple[Params, Paths], monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = small
    # The orders lie in a folder of three files now, as a cluster leaves them.
    trade = read_arrow(paths.table("trade"))
    paths.table("trade").unlink()
    (paths.interim / "trade").mkdir()
    for part in range(3):
        own = trade.take(list(range(part, len(trade), 3)))
        pq.write_table(own, paths.interim / "trade" / f"{part}.parquet")
    (paths.interim / "trade" / "_SUCCESS").touch()
    # The local engine's files stand, but for one date's.
    days = list(files(paths))
    spoiled = paths.store / "features" / days[1]
    shutil.rmtree(spoiled)
    before = files(paths)
    written = {part: part.stat().st_mtime_ns for parts in before.values() for part in parts}
    build.run(params, paths)
    demand_equal(paths, finished[1])
    now = files(paths)
    assert [part.name for part in now[days[1]]] == [
        "part-00000.parquet",
        "part-00001.parquet",
        "part-00002.parquet",
    ]
    assert {part: part.stat().st_mtime_ns for day in before for part in now[day]} == written
    for part in now[days[1]]:
        customers = read_arrow(part)["customer_id"].to_pylist()  # every page against its checksum
        assert customers == sorted(set(customers))


@pytest.mark.usefixtures("spark")
def test_a_job_that_fails_leaves_the_last_good_store(small: tuple[Params, Paths], tmp_path: Path) -> None:
    params, paths = small[0], copied(small[1], tmp_path / "root")
    paths.catalogue.unlink()  # everything is out of date
    before = {part: part.read_bytes() for parts in files(paths).values() for part in parts}
    finance = paths.table("finance")
    content = bytearray(finance.read_bytes())
    content[len(content) // 2] ^= 1
    finance.write_bytes(content)
    with pytest.raises(BadRecords, match=rf"'{finance}' is damaged \(.*CRC.*; make it again"):
        build.run(params, paths)
    assert {part: part.read_bytes() for parts in files(paths).values() for part in parts} == before
    assert [path.name for path in paths.store.iterdir() if path.name.startswith(".")] == []


def test_foreign_types_become_those_of_the_contract(spark: Any) -> None:
    noon = datetime(2024, 7, 1, 12, tzinfo=UTC)
    found = spark.createDataFrame(
        pa.table(
            {
                "customer_id": pa.array([17], pa.int32()),
                "ordered_at": pa.array([noon], pa.timestamp("us", "UTC")),
                "amount": pa.array([Decimal("12.34")], pa.decimal128(12, 2)),
                "is_return": pa.array([None], pa.bool_()),
                "somebodys_own": ["x"],
            }
        )
    )
    told = contracted("trade", found).toArrow().to_pylist()
    # Noon in UTC is two in the afternoon on the wall in Berlin, the time zone of this session.
    assert told == [
        {
            "customer_id": "17",
            "ordered_at": datetime(2024, 7, 1, 14),  # noqa: DTZ001 - wall clock
            "amount": 12.34,
            "is_return": None,
        }
    ]


def test_partitions_follow_from_memory(spark: Any) -> None:
    # A row of 24 + 8 bytes, a worker of 800 MiB: 100 MiB are 3,276,800 rows, and 10 million rows need 4 partitions.
    told = Params().model_copy(update={"spark": Params().spark.model_copy(update={"memory_mb": 800})})
    frame = spark.range(1).selectExpr("'C1' AS customer_id", "1.0D AS x")
    for count, wanted in (
        (10_000_000, 4),
        (3_276_800 * 4 + 1, 5),
        (10, spark.sparkContext.defaultParallelism),
    ):
        assert reading.partitions(spark, told, {"x": reading.Source(frame, count)}) == wanted


def test_a_piece_that_is_lost_or_damaged_on_the_way_is_noticed() -> None:
    content = bytes(range(256)) * (pieces.PIECE // 100)
    sent = [row for batch in pieces.cut("2024-01-31", 7, content) for row in batch.to_pylist()]
    assert [row["piece"] for row in sent] == [0, 1, 2]  # 256 * PIECE / 100 bytes are 2.56 pieces
    assert [(file.name, file.rows, bytes(whole)) for file, whole in pieces.files(sent)] == [
        ("2024-01-31", 7, content)
    ]
    for damaged in (
        [sent[0], sent[2]],
        sent[1:],
        [*sent[:2], {**sent[2], "content": sent[2]["content"][1:]}],
    ):
        with pytest.raises(GateClosed, match="2024-01-31"):
            list(pieces.files(damaged))


def test_without_java_one_sentence_says_what_to_install(
    small: tuple[Params, Paths], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    params, paths = small
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingInput, match=r"needs Java, .*openjdk-17-jre-headless") as refused:
        build.run(params, paths)
    assert refused.value.exit_code == 12
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    old.chmod(0o755)
    with pytest.raises(MissingInput, match=r"needs Java 17 or newer, and .* is of version 11; install"):
        build.run(params, paths)


def test_without_pyspark_one_sentence_says_what_to_install(
    small: tuple[Params, Paths], monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = small
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingInput, match="PySpark, which is not installed; install the extra 'spark'"):
        build.run(params, paths)


def test_the_local_engine_does_not_pretend_to_read_what_only_spark_is_told_of(
    finished: tuple[Params, Paths], tmp_path: Path
) -> None:
    params, paths = finished[0], copied(finished[1], tmp_path / "root")
    told = params.dataset.model_copy(update={"tables": {"trade": "s3a://lake/trade"}})
    for stage in (label, build):
        with pytest.raises(BadConfig, match="add '--engine spark'"):
            stage.run(params.model_copy(update={"dataset": told}), paths)
