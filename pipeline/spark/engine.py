"""The driver's part: which records and questions there are, how they are cut, and where the files go."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from features.catalogue import CATALOGUE
from features.company import Company
from features.feature import Feature
from features.store import buildable
from pipeline import keys
from pipeline.errors import CannotWrite
from pipeline.frames import read_arrow
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.spark import reading
from pipeline.spark.partition import LOOK, Answer, Gather, Look, Task, code_of
from pipeline.spark.pieces import ROWS, arriving, made, packed
from pipeline.spark.session import working
from pipeline.spark.tables import ASKED, CUSTOMER, Layout

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def build(
    params: Params, paths: Paths, asked: pd.DataFrame, standing: keys.Keys
) -> tuple[tuple[Feature, ...], keys.Keys]:
    """Bring every date of ``asked`` up to date; a date's new folder takes the place of the one before.

    ``standing`` are the keys of the columns that the store holds. Returns the features that can be built and their
    keys. Nothing in the store changes unless everything could be computed.
    """
    with _beside(paths.store / "features") as folder:
        with _gathered(params, paths, asked, keyed=True) as gathered:
            wanted = keys.keyed(gathered.seen, asked, gathered.features)
            stale = [day for day in wanted if standing.get(day) != wanted[day]]
            if stale:
                gathered.answer(stale, folder)
        _take_place(folder, paths.store / "features")
    return gathered.features, wanted


def features_on(params: Params, paths: Paths, as_of: date, customers: Sequence[str]) -> pd.DataFrame:
    """Compute the features of some customers on one as-of date, as `pipeline.build.features_on` does."""
    asked = pd.DataFrame({CUSTOMER: customers, "as_of": pd.Timestamp(as_of)})
    with _beside(paths.scores / "features") as folder:
        with _gathered(params, paths, asked, keyed=False) as gathered:
            gathered.answer([as_of], folder)
        found = pa.concat_tables(read_arrow(path) for path in sorted(folder.rglob("*.parquet")))
    rows = found.to_pandas(date_as_object=False).set_index(CUSTOMER).loc[list(customers)].reset_index()
    told: pd.DataFrame = rows.astype(dict.fromkeys(rows.columns[2:], "float64"))
    return told


@dataclass(frozen=True)
class Gathered:
    """Every customer's records in one partition, packed on the workers' disks, and what they add up to."""

    packed: "DataFrame"
    task: Task
    features: tuple[Feature, ...]
    asked: pd.DataFrame
    company: Company
    seen: keys.Seen

    def answer(self, dates: Sequence[date], folder: Path) -> None:
        """Have the questions of ``dates`` answered, and lay each date's files into ``folder/as_of=DATE/``."""
        company = self.packed.sparkSession.sparkContext.broadcast(self.company)
        work = Answer(replace(self.task, dates=tuple(dates)), company)
        files = self.packed.where(f"name <> '{LOOK}'").mapInArrow(work, ROWS)
        rows = self.asked[self.asked["as_of"].isin(pd.to_datetime(list(dates)))]
        wanted = Counter(rows["as_of"].dt.strftime("%Y-%m-%d"))
        with made(files) as (counts, pieces):
            if counts != wanted:
                raise RuntimeError(f"asked about were {wanted}, and back came {counts}")
            _lay(pieces, folder)


@contextmanager
def _gathered(params: Params, paths: Paths, asked: pd.DataFrame, *, keyed: bool) -> Iterator[Gathered]:
    """Bring each customer's records together, and add up what they tell of everybody."""
    with working(params, paths) as spark:
        from pyspark import StorageLevel

        sources = reading.tables(spark, params, paths)
        features = buildable(reading.empty(sources), CATALOGUE)
        owned = {name: source for name, source in sources.items() if CUSTOMER in source.kinds}
        whole = {name: source.fetched() for name, source in sources.items() if name not in owned}
        owned[ASKED] = reading.asked_about(spark, asked)
        task = Task(
            features=tuple(feature.name for feature in features),
            code=code_of(features),
            dates=tuple(keys.dates(asked)),
            whole=spark.sparkContext.broadcast({n: packed(t).to_pybytes() for n, t in whole.items()}),
            memory_mb=params.spark.memory_mb,
            keys=keyed,
        )
        layout = Layout.of({name: source.kinds for name, source in owned.items()})
        stacked = layout.stacked({name: source.rows for name, source in owned.items()})
        rows = stacked.repartition(reading.partitions(spark, params, owned), CUSTOMER).mapInArrow(
            Gather(layout, task), ROWS
        )
        rows = rows.persist(StorageLevel.DISK_ONLY)
        try:
            looks = rows.where(f"name = '{LOOK}'").collect()
            look = reduce(add, (_look(row) for row in looks), Look(Company()))
            seen = {
                stream: look.seen[stream.name]
                for stream in keys.streams(features)
                if stream.name in look.seen
            }
            if keyed:
                seen |= keys.seen(whole, task.dates, features, 1)
            yield Gathered(rows, task, features, asked, look.company, seen)
        finally:
            rows.unpersist()


def _look(row: Any) -> Look:
    return Look.from_json(row["content"])


def _lay(pieces: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Write the files that come in pieces; those of one date are numbered as they come."""
    number: Counter[str] = Counter()
    path, written = folder, None
    for file, content in arriving(pieces):
        if file is not written:
            written = file
            path = folder / f"as_of={file.name}" / f"part-{number[file.name]:05d}.parquet"
            number[file.name] += 1
            path.parent.mkdir(exist_ok=True)
        with path.open("ab") as target:
            target.write(content)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside ``folder`` that is gone afterwards."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for left in folder.parent.glob(f".{folder.name}.*.tmp"):
            shutil.rmtree(left)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{folder}': {error.strerror}; make the folder writable and run again."
        ) from None
    try:
        yield beside
    except OSError as error:
        raise CannotWrite(
            f"Cannot write '{folder}': {error.strerror or error}; nothing was changed."
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _take_place(made: Path, store: Path) -> None:
    """Let each date's new folder take the place of the old one, whose last place is the folder that goes."""
    store.mkdir(exist_ok=True)
    for folder in sorted(made.glob("as_of=*")):
        if (store / folder.name).exists():
            (store / folder.name).rename(made / f"old.{folder.name}")
        folder.rename(store / folder.name)
