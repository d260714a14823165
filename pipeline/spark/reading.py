"""The tables of a dataset as Spark reads them: where they lie, how many rows, which types."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from features.sources import TABLES
from pipeline.errors import MissingInput
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.records import made_by
from pipeline.spark.tables import ARROW, CUSTOMER, KINDS, WIDTHS, contracted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SHARE = 8
"""A partition's records, as they lie in memory, are this part of a worker's memory; the rest is for the work."""


@dataclass(frozen=True)
class Source:
    """A table to be read by Spark, and how many rows it has."""

    rows: "DataFrame"
    count: int

    @property
    def kinds(self) -> dict[str, str]:
        """Give Spark's types by column."""
        return dict(self.rows.dtypes)

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(name, ARROW[kind]) for name, kind in self.kinds.items()])

    @property
    def nbytes(self) -> int:
        """Bytes of all rows in memory, about."""
        return self.count * sum(WIDTHS.get(kind, 8) for kind in self.kinds.values())

    def fetched(self) -> pa.Table:
        """Give all rows; for a small table."""
        return self.rows.toArrow().cast(self.schema)


def partitions(spark: "SparkSession", params: Params, sources: Mapping[str, Source]) -> int:
    """Give how many partitions make each one's records a small part of a worker's memory."""
    if params.spark.partitions is not None:
        return params.spark.partitions
    held = sum(source.nbytes for source in sources.values())
    return max(ceil(held / (params.spark.memory_mb * 2**20 / SHARE)), spark.sparkContext.defaultParallelism)


def tables(
    spark: "SparkSession", params: Params, paths: Paths, names: Iterable[str] = tuple(TABLES)
) -> dict[str, Source]:
    """Give the checked records by table: where ``dataset.yaml`` says, else a file or a folder of ``interim/``."""
    found = {}
    for name in names:
        place = params.dataset.tables.get(name)
        if place is not None:
            found[name] = read(spark, name, place)
        elif paths.table(name).exists():
            found[name] = read(spark, name, str(paths.table(name)))
        elif TABLES[name].required:
            raise MissingInput(
                f"Dataset '{paths.dataset}' has no checked table '{name}'; make it with '{made_by(paths)}'."
            )
    return found


def read(spark: "SparkSession", name: str, place: str) -> Source:
    """Read a table from a Parquet file or folder; a place without a scheme is on this machine."""
    reader = spark.read
    if "://" in place:
        rows = reader.parquet(place)
        return Source(contracted(name, rows), rows.count())
    if not Path(place).exists():
        raise MissingInput(f"There is no '{place}', where 'dataset.yaml' says that the table '{name}' lies.")
    files = ds.dataset(place, format="parquet")
    with suppress(KeyError):  # types of somebody else's: Spark knows more of them
        reader = reader.schema(", ".join(f"`{field.name}` {KINDS[field.type]}" for field in files.schema))
    # The name is meant as it stands; unescaped, Spark would read it as a pattern.
    escaped = re.sub(r"([\[\]{}*?\\])", r"\\\1", str(Path(place).resolve()))
    return Source(contracted(name, reader.parquet(f"file://{escaped}")), files.count_rows())


def asked_about(spark: "SparkSession", asked: pd.DataFrame) -> Source:
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
    return Source(
        spark.createDataFrame(packed).select(CUSTOMER, f.explode("dates").alias("as_of")), len(rows)
    )


def empty(sources: Mapping[str, Source]) -> dict[str, pa.Table]:
    """Give tables of the same columns without a row: enough to say which features can be built."""
    return {name: source.schema.empty_table() for name, source in sources.items()}
