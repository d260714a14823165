"""What a worker does with its partition: the local engine's own code, on the customers that are there.

Twice a worker sees a partition. First it takes the stacked rows apart, packs each table as one Arrow file for
later, and says what the whole company's sums and the keys of the store need of it. When the driver has added up
what all workers said, it computes the features, and gives back Parquet files: those of the local engine, checksums
and all, so that Spark carries compressed bytes and never sees a cell.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from features.sources import CUSTOMERS
from pipeline.spark.pieces import Batches, cut, files, packed, unpacked
from pipeline.spark.tables import ASKED, Layout

if TYPE_CHECKING:
    from pyspark import Broadcast

    from features.company import Company
    from features.feature import Feature

LOOK = "look"
"""The name of the file that says what a partition adds to the sums over everybody."""
OTHER = "the workers compute with other code or libraries than the driver"
WORK = 0.5
"""The share of a worker's memory that the engine may use; the rest holds Python, the records and files."""


def code_of(features: "Sequence[Feature]") -> str:
    """Give one digest for the declarations of ``features`` and for the code and libraries that compute them."""
    from features.store import catalogue_hash
    from pipeline import digests

    versions = {name: version(name) for name in ("duckdb", "numba", "numpy", "pandas", "pyarrow")}
    return digests.of_names(
        {"catalogue": catalogue_hash(features), **versions, **_sources(resources.files("features"))}
    )


def _sources(room: Traversable, under: str = "") -> dict[str, str]:
    """Give the digest of each Python file of a package, be it a folder or inside an archive."""
    from pipeline import digests

    found: dict[str, str] = {}
    for item in room.iterdir():
        if item.is_dir():
            found |= _sources(item, f"{under}{item.name}/")
        elif item.name.endswith(".py"):
            found[f"{under}{item.name}"] = digests.of_bytes(item.read_bytes())
    return found


@dataclass(frozen=True)
class Look:
    """What a partition adds: the sums of `features.company`, and digests of the events seen on each date.

    Looks of disjoint customers add up.
    """

    company: "Company"
    seen: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __add__(self, other: "Look") -> "Look":
        from pipeline.keys import added

        seen = {
            stream: added(*(look.seen[stream] for look in (self, other) if stream in look.seen))
            if stream in self.seen and stream in other.seen
            else (self.seen.get(stream) or other.seen[stream])
            for stream in {**self.seen, **other.seen}
        }
        return Look(self.company + other.company, seen)

    def to_json(self) -> bytes:
        sums = [[*place, list(sums)] for place, sums in self.company.sums.items()]
        return json.dumps({"sums": sums, "seen": self.seen}).encode()

    @staticmethod
    def from_json(content: bytes | bytearray) -> "Look":
        from features.company import Company

        told = json.loads(content)
        sums = {(feature, day, group): tuple(sums) for feature, day, group, sums in told["sums"]}
        return Look(Company(sums), told["seen"])


@dataclass(frozen=True)
class Task:
    """What every partition is told: features by name, the dates, and the tables without customers.

    ``code`` is the digest of the driver's code and declarations. ``keys`` asks for the digests that the keys of the
    store are made of.
    """

    features: tuple[str, ...]
    code: str
    dates: tuple[date, ...]
    whole: "Broadcast[Mapping[str, bytes]]"
    memory_mb: int
    keys: bool

    def catalogue(self) -> "tuple[Feature, ...]":
        """Look the features up in the catalogue of this worker, which must be the driver's, as must the code."""
        from features.catalogue import CATALOGUE

        by_name = {feature.name: feature for feature in CATALOGUE}
        found = tuple(by_name[name] for name in self.features if name in by_name)
        if code_of(found) != self.code:
            raise RuntimeError(OTHER)
        return found

    def complete(self, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """Add the tables without customers."""
        return {**tables, **{name: unpacked(content) for name, content in self.whole.value.items()}}

    @property
    def work_mb(self) -> float:
        return self.memory_mb * WORK


@dataclass(frozen=True)
class Gather:
    """The first sight: stacked rows in; each table packed, and the look of the partition, out."""

    layout: Layout
    task: Task

    def __call__(self, batches: Batches) -> Batches:
        from features.asked import days
        from features.store import survey
        from pipeline import keys

        features, dates = self.task.catalogue(), self.task.dates
        owned = self.layout.apart(list(batches))
        tables = self.task.complete({name: rows for name, rows in owned.items() if name != ASKED})
        if not owned[ASKED].num_rows and not owned[CUSTOMERS.name].num_rows:
            return
        numbers = days(pd.Series(pd.to_datetime(list(dates))))
        company = survey(tables, numbers, features, memory_mb=self.task.work_mb, threads=1)
        mine = {name: rows for name, rows in tables.items() if name in owned}
        seen = keys.seen(mine, dates, features, 1) if self.task.keys else {}
        look = Look(company, {stream.name: told for stream, told in seen.items()})
        yield from cut(LOOK, 0, look.to_json())
        for name, rows in owned.items():
            yield from cut(name, len(rows), packed(rows))


@dataclass(frozen=True)
class Answer:
    """The second sight: packed tables in, a Parquet file for each as-of date out; its name is the date."""

    task: Task
    company: "Broadcast[Company]"

    def __call__(self, batches: Batches) -> Batches:
        from features.asked import Asked
        from features.store import batches as computed

        features, dates = self.task.catalogue(), self.task.dates
        pieces = (row for batch in batches for row in batch.to_pylist())
        tables = {file.name: unpacked(content) for file, content in files(pieces)}
        if ASKED not in tables:
            return  # nobody is in this partition
        asked = tables.pop(ASKED).to_pandas(date_as_object=False)
        asked = asked[asked["as_of"].isin(pd.to_datetime(list(dates)))]
        if asked.empty:
            return
        found = computed(
            self.task.complete(tables),
            Asked.of(asked),
            features,
            memory_mb=self.task.work_mb,
            threads=1,
            company=self.company.value,
        )
        yield from _files((slice_ for batch in found for slice_ in batch.slices()), features)


def _files(slices: Iterable[tuple[int, pa.Table]], features: "Sequence[Feature]") -> Batches:
    """Write the rows of each date as one file, on the worker's disk, and give the files as pieces."""
    from pipeline.store import File

    names = [feature.name for feature in features]
    rows: dict[int, int] = {}
    with tempfile.TemporaryDirectory(dir=_scratch()) as folder, ExitStack() as opened:
        dates: dict[int, File] = {}
        for day, table in slices:
            if day not in dates:
                dates[day] = File(Path(folder) / str(day), names, None)
                opened.callback(dates[day].close)
            dates[day].write(table)
            rows[day] = rows.get(day, 0) + len(table)
        opened.close()
        for day in sorted(dates):
            path = Path(folder) / str(day)
            yield from cut(str(np.datetime64(day, "D")), rows[day], path.read_bytes())
            path.unlink()


def _scratch() -> str | None:
    """Give the folder that Spark has for this worker's temporary files."""
    return os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or None
