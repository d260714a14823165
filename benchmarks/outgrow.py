"""`make bench-outgrow`: the whole catalogue by the local engine and by Spark `local[2]`, as the company grows.

Every size is built from nothing by both, one after the other, and every cell compared. The growth from the second
largest to the largest size is what docs/how-to/outgrow-one-machine.md reckons with; Spark's start is its seconds at
the smallest size.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.features.measuring import Cost, run, tell
from benchmarks.features.parts import BUILD, Bench
from benchmarks.results import Figure, equal, publish, show, told
from pipeline import store
from pipeline.paths import Paths

DATA = Path(__file__).resolve().parent / ".data"
SIZES = ("1k", "100k", "1m")
DATES = 24


def measured(bench: Bench, case: str) -> Iterator[Figure]:
    """Build one size with both engines; gives seconds, rows a second, peak memory, and the cells that differ."""
    root = bench.company(case)
    ours = Paths(root, "bench")
    shutil.rmtree(ours.store, ignore_errors=True)
    run(["benchmarks.features.company", "--root", str(root), "--ask", str(DATES)])
    questions = pq.read_metadata(ours.cohort).num_rows
    records = sum(pq.read_metadata(file).num_rows for file in ours.interim.glob("*.parquet"))
    yield told(f"{case} lines: records of all tables", records)
    yield told(f"{case} lines: rows of the store", questions)
    costs: dict[str, Cost] = {}
    for engine in ("local", "spark"):
        costs[engine] = cost = run([*BUILD, "--engine", engine], {"FOREWARN_ROOT": str(root)})
        tell(f"{case} lines, {engine}", cost)
        yield told(f"{case} lines, {engine}: seconds", cost.seconds)
        yield told(f"{case} lines, {engine}: rows a second", questions / cost.seconds)
        yield told(f"{case} lines, {engine}: peak memory of all processes, GB", cost.gigabytes)
        if engine == "local":
            ours.store.joinpath("features").rename(ours.store / "local")
            ours.catalogue.unlink()
    yield told(
        f"{case} lines: Spark's seconds over the local engine's",
        costs["spark"].seconds / costs["local"].seconds,
    )
    yield equal(f"{case} lines: dates with a cell that differs", _different(ours), 0)


def _different(paths: Paths) -> int:
    """Count the dates on which the store by Spark is not the one by the local engine."""
    names = [feature["name"] for feature in store.catalogue(paths)["features"]]
    count = 0
    for folder in sorted((paths.store / "local").glob("as_of=*")):
        local = pq.read_table(folder / store.FILE, columns=[*store.KEYS, *names], partitioning=None)
        spark = store.read(paths, date.fromisoformat(folder.name.removeprefix("as_of=")), names)
        count += not spark.combine_chunks().equals(local.combine_chunks())
    return count


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.outgrow", description=__doc__)
    parser.add_argument("--sizes", metavar="LINES,...", help=f"some of {', '.join(SIZES)}; writes no result")
    parser.add_argument("--folder", type=Path, default=DATA, help="where data are made and kept")
    asked = parser.parse_args()
    sizes = asked.sizes.split(",") if asked.sizes else SIZES
    bench = Bench(asked.folder.resolve())
    run([*BUILD[:-1], "bench", "--engine", "spark"], {"FOREWARN_ROOT": str(_warm(bench))})
    figures = [figure for case in sizes for figure in measured(bench, case)]
    return show("outgrow, a part", figures) if asked.sizes else publish("outgrow", figures)


def _warm(bench: Bench) -> Path:
    """Give a small company to be built once: what is compiled once and kept belongs to no figure."""
    root = bench.company("10k")
    shutil.rmtree(root / "data" / "bench" / "store", ignore_errors=True)
    run(["benchmarks.features.company", "--root", str(root), "--ask", "1"])
    return root


if __name__ == "__main__":
    sys.exit(main())
