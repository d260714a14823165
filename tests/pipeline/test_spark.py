"""Spark against the local engine: every cell; and what Spark must not do to the terminal, the store, the machine."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline import build, cli, score
from pipeline.errors import GateClosed, MissingInput
from pipeline.frames import read_arrow, read_json
from pipeline.params import Params, load
from pipeline.paths import Paths
from pipeline.spark import engine
from pipeline.spark.session import session
from pipeline.spark.tables import Layout, contracted

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
    shutil.copytree(paths.root / "data", root / "data")
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
    left, right = (read_json(paths.catalogue) for paths in (ours, theirs))
    for day in left["dates"]:
        for told in (left, right):
            del told["dates"][day]["files"]  # one file, or one a partition
    assert left == right  # the keys of every column among it: neither engine computes again what the other did
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
    finished: tuple[Params, Paths], tmp_path: Path
) -> None:
    paths = copied(finished[1], tmp_path / "root")
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
    assert demand_equal(paths, finished[1]) > 100_000
    assert [path.name for path in paths.folder.iterdir() if path.name.startswith(".spark")] == [".spark.log"]


@pytest.mark.usefixtures("spark")
def test_scores_on_spark_are_the_local_ones_in_every_byte(small: tuple[Params, Paths]) -> None:
    params, paths = small
    folder = next(paths.scores.iterdir())
    local = (folder / "scores.parquet").read_bytes()
    shutil.rmtree(folder)
    batch = score.run(params, paths, date.fromisoformat(folder.name.removeprefix("as_of=")))
    assert batch.fresh
    assert (folder / "scores.parquet").read_bytes() == local


@pytest.mark.usefixtures("spark")
def test_a_file_of_the_store_is_sorted_and_carries_checksums(small: tuple[Params, Paths]) -> None:
    params, paths = small
    build.run(params, paths)
    for parts in files(paths).values():
        assert 1 <= len(parts) <= 3  # three partitions, of which some may have nobody to ask about
        for part in parts:
            customers = read_arrow(part)["customer_id"].to_pylist()
            assert customers == sorted(set(customers))
            assert pq.ParquetFile(part).metadata.row_group(0).column(0).compression == "ZSTD"
