"""The parts of the benchmark: each runs its processes in turn and gives its figures beside their bars."""

import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.features.ledger import CASES
from benchmarks.features.measuring import Cost, Key, in_turn, run, tell
from benchmarks.features.question import as_of_dates
from benchmarks.results import Figure, at_least, at_most, equal, told

WAYS = ("engine", "pandas_per_date", "polars_per_date", "by_pandas", "by_polars", "floor")
SMALLER = {"100m": "10m", "10m": "1m", "1m": "100k", "100k": "10k"}
BUILD = ("pipeline", "build", "--dataset", "bench")


@dataclass
class Bench:
    """Where the data lie, and what was measured so far: a run that two parts want is run once."""

    folder: Path
    lines: str = "10m"
    costs: dict[Key, Cost] = field(default_factory=dict)

    @property
    def smaller(self) -> str:
        """Give the case with a tenth of the lines."""
        return SMALLER[self.lines]

    def ledger(self, case: str) -> Path:
        """Give the ledger of a case, made where it is not there yet."""
        path = self.folder / f"{case}.parquet"
        if not path.exists():
            print(f"makes the ledger '{case}'", flush=True)
            run(["benchmarks.features.ledger", "--case", case, "--out", str(path)])
        return path

    def company(self, case: str) -> Path:
        """Give the root of the dataset with all sources, made where it is not there yet."""
        root = self.folder / f"company-{case}"
        if not (root / "data" / "bench" / "dataset.yaml").exists():
            print(f"makes the company '{case}'", flush=True)
            run(["benchmarks.features.company", "--case", case, "--root", str(root)])
        return root

    def out(self, way: str, case: str, dates: int) -> Path:
        return self.folder / "out" / f"{way}-{case}-{dates}"

    def measure(self, *asked: Key) -> list[Cost]:
        """Give the costs of the runs; those that were not made before are made, in turn."""
        new = [key for key in asked if key not in self.costs]
        ways = {key: self.command(*key) for key in new}
        self.costs |= in_turn(ways, {key: self.out(*key) for key in new})
        return [self.costs[key] for key in asked]

    def command(self, way: str, case: str, dates: int) -> list[str]:
        data, out = str(self.ledger(case)), str(self.out(way, case, dates))
        return [f"benchmarks.features.ways.{way}", "--data", data, "--dates", str(dates), "--out", out]

    def warm(self) -> None:
        """Run every way and a build once on few lines: what is compiled once and kept belongs to no figure."""
        for way in WAYS:
            run(self.command(way, "10k", 1))
        build(self, "10k")


def task(bench: Bench) -> Iterator[Figure]:
    """Time the task at full size against the other ways, whose numbers must be the same."""
    case = bench.lines
    rows = 0
    for size in (bench.smaller, case):
        bench.measure(*((way, size, 24) for way in WAYS))
        yield agreement(bench, size)
    costs = {way: bench.costs[way, case, 24] for way in WAYS}
    for day in as_of_dates():
        rows += pq.read_metadata(bench.out("engine", case, 24) / f"as_of={day}" / "features.parquet").num_rows
    yield told(f"task, {case} lines: rows of the result", rows)
    for way, cost in costs.items():
        yield told(f"task, {case} lines, {way}: seconds", cost.seconds)
        yield told(f"task, {case} lines, {way}: rows a second", rows / cost.seconds)
        peak = f"task, {case} lines, {way}: peak memory, GB"
        yield at_most(peak, cost.gigabytes, 3) if way == "engine" else told(peak, cost.gigabytes)
    ours = costs["engine"].seconds
    yield at_least("times faster than pandas per date", costs["pandas_per_date"].seconds / ours, 8)
    yield at_least("times faster than Polars per date", costs["polars_per_date"].seconds / ours, 6)
    yield told("times faster than pandas on order days made once", costs["by_pandas"].seconds / ours)
    yield told("times faster than Polars on order days made once", costs["by_polars"].seconds / ours)
    yield at_most("times the floor", ours / costs["floor"].seconds, 4)
    floor, result = (size_of(bench.out(way, case, 24)) for way in ("floor", "engine"))
    yield told("bytes of the floor's result over those of the engine's", floor / result)


def agreement(bench: Bench, case: str) -> Figure:
    """Compare every cell of the three ways; a difference fails the benchmark."""
    folders = [str(bench.out(way, case, 24)) for way in WAYS if way != "floor"]
    try:
        run(["benchmarks.features.agreement", *folders])
    except RuntimeError as error:
        print(error, flush=True)
        return equal(f"task, {case} lines: ways that disagree", 1, 0)
    return equal(f"task, {case} lines: ways that disagree", 0, 0)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


def growth(bench: Bench) -> Iterator[Figure]:
    """Time the engine as lines and dates grow; the start of Python is part of every time."""
    small, large = bench.smaller, bench.lines
    start, less, one, six, more = bench.measure(
        ("engine", "1k", 1),
        ("engine", small, 24),
        ("engine", large, 1),
        ("engine", large, 6),
        ("engine", large, 24),
    )
    yield told("engine, 1,000 lines, 1 date: seconds to start", start.seconds)
    yield told(f"engine, {small} lines, 24 dates: seconds", less.seconds)
    yield at_most(f"growth from {small} to {large} lines: exponent", exponent(less, more), 1.1)
    yield at_most(
        f"growth from {small} to {large} lines, without the start", exponent(less, more, start), 1.1
    )
    yield told(f"engine, {large} lines, 1 date: seconds", one.seconds)
    yield told(f"engine, {large} lines, 6 dates: seconds", six.seconds)
    yield told("6 to 24 dates: times", more.seconds / six.seconds)
    yield at_most("1 to 24 dates: times", more.seconds / one.seconds, 2.5)


def exponent(less: Cost, more: Cost, start: Cost | None = None) -> float:
    """Give x where ten times the lines take ten to the power of x times the seconds."""
    begun = start.seconds if start else 0.0
    return math.log10(max(more.seconds - begun, 1e-3) / max(less.seconds - begun, 1e-3))


def skew(bench: Bench) -> Iterator[Figure]:
    """Time a customer with a fifth of all lines, and one with 10,000 products, against the even ledger."""
    even, huge, wide = bench.measure(*(("engine", case, 24) for case in ("1m", "huge", "wide")))
    yield told("even, 1m lines: seconds", even.seconds)
    yield at_most(
        "one customer with a fifth of all lines: times the even case", huge.seconds / even.seconds, 2
    )
    yield at_most("one customer with 10,000 products: times the even case", wide.seconds / even.seconds, 2)


def nightly(bench: Bench) -> Iterator[Figure]:
    """Time 100 million lines on one date."""
    (cost,) = bench.measure(("engine", "100m", 1))
    yield told("100m lines, 1 date: seconds", cost.seconds)
    yield at_most("100m lines, 1 date: peak memory, GB", cost.gigabytes, 8)
    yield told("100m lines, 1 date: lines a second", CASES["100m"].lines / cost.seconds)


def catalogue(bench: Bench) -> Iterator[Figure]:
    """Time `forewarn build` over all sources, from nothing, and then with one date more."""
    small, large = bench.smaller, bench.lines
    less, more = build(bench, small), build(bench, large)
    yield told(f"whole catalogue, {small} lines, 24 dates: seconds", less.seconds)
    yield at_most(f"whole catalogue, {large} lines, 24 dates: seconds", more.seconds, 240)
    yield at_most(f"whole catalogue, {large} lines, 24 dates: peak memory, GB", more.gigabytes, 6)
    yield at_most(
        f"whole catalogue, growth from {small} to {large} lines: exponent", exponent(less, more), 1.1
    )
    added = build(bench, large, one_more=True)
    yield told("whole catalogue, one date added to 24: seconds", added.seconds)
    yield at_most("whole catalogue, one date added: share of building all", added.seconds / more.seconds, 0.1)


def build(bench: Bench, case: str, one_more: bool = False) -> Cost:
    """Build the store of a company; with ``one_more`` on top of the store that is there."""
    root = bench.company(case)
    if not one_more:
        shutil.rmtree(root / "data" / "bench" / "store", ignore_errors=True)
    run(
        [
            "benchmarks.features.company",
            "--root",
            str(root),
            "--ask",
            "24",
            *(["--and-one"] if one_more else []),
        ]
    )
    cost = run(BUILD, {"FOREWARN_ROOT": str(root)})
    what = "one date more" if one_more else "24 dates"
    tell(f"whole catalogue, {case} lines, {what}", cost)
    return cost


PARTS = {"task": task, "growth": growth, "skew": skew, "catalogue": catalogue, "nightly": nightly}
