"""The driver's part: which records and questions there are, how they are cut, and where the files go."""

import math
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from features.catalogue import CATALOGUE
from features.feature import Feature
from features.sources import TABLES
from features.store import buildable, catalogue_hash
from pipeline.errors import CannotWrite, GateClosed, MissingInput
from pipeline.frames import read_arrow
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.spark.partition import ROWS, Features
from pipeline.spark.session import reason, session
from pipeline.spark.tables import ARROW, ASKED, CUSTOMER, KINDS, WIDTHS, Layout, contracted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SHARE = 8
"""A partition's records, as they lie in memory, are this part of a worker's memory; the rest is for the work."""


def build(params: Params, paths: Paths, asked: pd.DataFrame) -> tuple[Feature, ...]:
    """Compute the features of every row of ``asked``; each date's folder takes the place of the one before.

    Returns the features that could be built. Nothing in the store changes unless everything could be computed.
    """
    with _beside(paths.store / "features") as folder:
        with _working(params, paths) as spark:
            tables = _tables(spark, params, paths)
            features = _buildable(tables)
            _compute(spark, params, tables, asked, features, folder)
        _take_place(folder, paths.store / "features")
    return features


def features_on(params: Params, paths: Paths, as_of: date, customers: Sequence[str]) -> pd.DataFrame:
    """Compute the features of some customers on one as-of date, as `pipeline.build.features_on` does."""
    asked = pd.DataFrame({CUSTOMER: customers, "as_of": pd.Timestamp(as_of)})
    with _beside(paths.scores / "features") as folder:
        with _working(params, paths) as spark:
            tables = _tables(spark, params, paths)
            _compute(spark, params, tables, asked, _buildable(tables), folder)
        found = pa.concat_tables(read_arrow(path) for path in sorted(folder.rglob("*.parquet")))
    return _as_asked(found, customers)


def _as_asked(found: pa.Table, customers: Sequence[str]) -> pd.DataFrame:
    rows = found.to_pandas(date_as_object=False).set_index(CUSTOMER).loc[list(customers)].reset_index()
    whole = {name: "float64" for name in rows.columns if name not in (CUSTOMER, "as_of")}
    told: pd.DataFrame = rows.astype(whole)
    return told


@contextmanager
def _working(params: Params, paths: Paths) -> "Iterator[SparkSession]":
    """Give a session, and turn what Spark cannot do into one sentence."""
    with session(params.spark, paths, params.dataset.timezone) as spark:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException, PythonException

        try:
            yield spark
        except PythonException as error:
            if "No module named" in str(error):
                raise MissingInput(
                    f"The workers of '{params.spark.master}' lack a part of this project "
                    f"({reason(error)}); give them its environment (docs/how-to/outgrow-one-machine.md)."
                ) from None
            raise
        except (Py4JError, PySparkException) as error:
            raise GateClosed(
                f"Spark gave up ({reason(error)}); the store is as it was, and the whole log is in "
                f"'{paths.folder / '.spark.log'}'."
            ) from None


@dataclass(frozen=True)
class Source:
    """A table to be read by Spark, and how many rows it has."""

    rows: "DataFrame"
    count: int

    @property
    def kinds(self) -> dict[str, str]:
        """Give Spark's types by column."""
        return dict(self.rows.dtypes)


def _read(spark: "SparkSession", name: str, place: str) -> Source:
    """Read a table from a Parquet file or folder; a place without a scheme is on this machine."""
    reader = spark.read
    if "://" in place:
        rows = reader.parquet(place)
        count = rows.count()
    else:
        files = ds.dataset(place, format="parquet")
        count = files.count_rows()
        with suppress(KeyError):  # types of somebody else's: Spark knows more of them
            reader = reader.schema(", ".join(f"`{field.name}` {KINDS[field.type]}" for field in files.schema))
        # The name is meant as it is: Spark would read a pattern.
        rows = reader.parquet("file://" + re.sub(r"([\[\]{}*?\\])", r"\\\1", str(Path(place).resolve())))
    return Source(contracted(name, rows), count)


def _tables(spark: "SparkSession", params: Params, paths: Paths) -> dict[str, Source]:
    """Give the checked records by table: where the settings say, else a file or a folder of ``interim/``."""
    found = {}
    for name, table in TABLES.items():
        lies = [paths.table(name), paths.table(name).with_suffix("")]
        place = params.dataset.tables.get(name) or next((str(path) for path in lies if path.exists()), None)
        if place is not None:
            found[name] = _read(spark, name, place)
        elif table.required:
            raise MissingInput(
                f"Dataset '{paths.dataset}' has no checked table '{name}'; make it with "
                f"'forewarn ingest --dataset {paths.dataset}'."
            )
    return found


def _buildable(tables: Mapping[str, Source]) -> tuple[Feature, ...]:
    return buildable({name: _schema(source).empty_table() for name, source in tables.items()}, CATALOGUE)


def _schema(source: Source) -> pa.Schema:
    return pa.schema([(name, ARROW[kind]) for name, kind in source.kinds.items()])


def _compute(
    spark: "SparkSession",
    params: Params,
    tables: Mapping[str, Source],
    asked: pd.DataFrame,
    features: Sequence[Feature],
    folder: Path,
) -> None:
    """Have the questions answered, and lay the files of each date into ``folder/as_of=DATE/``."""
    from pyspark import StorageLevel

    owned = {name: source for name, source in tables.items() if CUSTOMER in source.kinds}
    owned[ASKED] = Source(_questions(spark, asked), len(asked))
    whole = {name: _stream(source) for name, source in tables.items() if name not in owned}
    layout = Layout.of({name: source.kinds for name, source in owned.items()})
    work = Features(
        layout=layout,
        whole=spark.sparkContext.broadcast(whole),
        features=tuple(feature.name for feature in features),
        declared=catalogue_hash(features),
        memory_mb=params.spark.memory_mb,
    )
    cut = params.spark.partitions or _partitions(spark, params, owned)
    stacked = layout.stacked({name: source.rows for name, source in owned.items()})
    files = stacked.repartition(cut, CUSTOMER).mapInArrow(work, ROWS)
    files = files.persist(StorageLevel.DISK_ONLY)
    try:
        # This is the work; the files then wait on the workers' disks to be fetched one partition after the other.
        built: Counter[date] = Counter()
        for row in files.where("piece = 0").select("as_of", "rows").collect():
            built[row["as_of"]] += row["rows"]
        if built != Counter(asked["as_of"].dt.date):
            raise RuntimeError(f"{len(asked)} rows were asked about, and {built} came back")
        _lay(files.toLocalIterator(prefetchPartitions=True), folder)
    finally:
        files.unpersist()


def _questions(spark: "SparkSession", asked: pd.DataFrame) -> "DataFrame":
    """Hand the questions to Spark, each customer once with all its dates, and have them unfolded there."""
    from pyspark.sql import functions as f

    rows = asked.sort_values(CUSTOMER, kind="stable")
    begins = np.flatnonzero(rows[CUSTOMER].to_numpy() != rows[CUSTOMER].shift().to_numpy())
    packed = pa.table(
        {
            CUSTOMER: pa.array(rows[CUSTOMER].iloc[begins], pa.string()),
            "dates": pa.ListArray.from_arrays(
                pa.array([*begins, len(rows)], pa.int32()), pa.array(rows["as_of"], pa.date32())
            ),
        }
    )
    return spark.createDataFrame(packed).select(CUSTOMER, f.explode("dates").alias("as_of"))


def _partitions(spark: "SparkSession", params: Params, owned: Mapping[str, Source]) -> int:
    """Give how many partitions make each one's records a small part of a worker's memory."""
    held = sum(
        source.count * sum(WIDTHS.get(kind, 8) for kind in source.kinds.values()) for source in owned.values()
    )
    most = params.spark.memory_mb * 2**20 / SHARE
    return max(math.ceil(held / most), spark.sparkContext.defaultParallelism)


def _stream(source: Source) -> bytes:
    """Give a small table as an Arrow stream."""
    table = source.rows.toArrow().cast(_schema(source))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _lay(pieces: Iterable[Any], folder: Path) -> None:
    """Write the files that come in pieces, one after the other; a date's are numbered as they come."""
    number: dict[date, int] = {}
    path, digest, left = folder, sha256(), ""
    for row in pieces:
        if row["piece"] == 0:
            _demand_whole(path, digest.hexdigest(), left)
            number[row["as_of"]] = number.get(row["as_of"], -1) + 1
            path = folder / f"as_of={row['as_of'].isoformat()}" / f"part-{number[row['as_of']]:05d}.parquet"
            path.parent.mkdir(exist_ok=True)
            digest, left = sha256(), row["sha256"]
        with path.open("ab") as file:
            file.write(row["content"])
        digest.update(row["content"])
    _demand_whole(path, digest.hexdigest(), left)


def _demand_whole(path: Path, digest: str, told: str) -> None:
    if told and digest != told:
        raise GateClosed(f"'{path.name}' did not arrive as its worker wrote it; run again.")


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
    """Let each date's new folder take the place of the old one; dates that are asked about no more go."""
    store.mkdir(exist_ok=True)
    for folder in sorted(made.glob("as_of=*")):
        old = made / f"old.{folder.name}"
        if (store / folder.name).exists():
            (store / folder.name).rename(old)
        folder.rename(store / folder.name)
    # What is left of `made` are the old folders.
