"""The feature store as files: a folder an as-of date, read whole and written in pieces.

A file holds ``customer_id`` (sorted), ``as_of``, and a column a feature in the order of the catalogue: int32 where
every value is a whole number, float64 elsewhere, null where unknown. Every page carries a checksum.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import digests, frames
from pipeline.errors import BadRecords, MissingInput
from pipeline.frames import read_arrow, read_sealed, read_sealed_arrow, write_sealed_parquet
from pipeline.paths import Paths

KEYS = ["customer_id", "as_of"]
FILE = "features.parquet"
ROW_GROUP = 8192
"""Rows of a row group: 24 dates are written at once, and all of them hold a group in memory."""


def cohort(paths: Paths) -> pd.DataFrame:
    """Give every row of ``store/cohort.parquet``; raises BadRecords where it is not as it was written."""
    rows = read_sealed_arrow(paths.cohort, made_by=f"forewarn label --dataset {paths.dataset}")
    frame: pd.DataFrame = rows.to_pandas(date_as_object=False)
    return frame


def write_cohort(paths: Paths, rows: pa.Table | pd.DataFrame) -> None:
    """Write ``store/cohort.parquet``, one row a customer and as-of date."""
    write_sealed_parquet(paths.cohort, rows)


def tested(cohort: pd.DataFrame) -> list[date]:
    """Give the test dates, first to last."""
    return sorted({day.date() for day in cohort.loc[cohort["split"] == "test", "as_of"].unique()})


def matrix(paths: Paths, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the eligible rows of one split ("train", "calibration", "test" or "gap") and their features.

    Returns
    -------
    rows : the rows of ``store/cohort.parquet``, sorted by as-of date and customer
    X : float64 features in the order of the catalogue, aligned with ``rows``; NaN where unknown
    """
    rows = cohort(paths)
    return of_rows(paths, rows[rows["split"] == split])


def of_rows(paths: Paths, some: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the eligible ones of some rows of the cohort with their features, as ``matrix`` does.

    Only the files of their own dates are read.
    """
    rows = some[some["eligible"]].sort_values(["as_of", "customer_id"])
    names = [feature["name"] for feature in catalogue(paths)["features"]]
    built = pa.concat_tables(read(paths, day.date(), names) for day in rows["as_of"].unique())
    frame = built.to_pandas(date_as_object=False)
    joined = rows[KEYS].merge(frame, on=KEYS, how="left", validate="one_to_one")
    return rows.reset_index(drop=True), joined[names].astype("float64")


def catalogue(paths: Paths) -> dict[str, Any]:
    """Give ``store/catalogue.json``: ``hash``, ``features`` (declarations), ``absent``, ``dates``."""
    found: dict[str, Any] = read_sealed(paths.catalogue, made_by=f"forewarn build --dataset {paths.dataset}")
    return found


def read(paths: Paths, as_of: date, names: Sequence[str]) -> pa.Table:
    """Read some features of one date: customer_id, as_of and ``names``, sorted by customer.

    Raises BadRecords for a file that is not the one that the catalogue names.
    """
    files = _files(paths, as_of)
    known = catalogue(paths).get("dates", {}).get(as_of.isoformat(), {}).get("files", {})
    for file in files:
        if file.name in known and digests.of_file(file) != known[file.name]:
            raise BadRecords(f"'{file}' is not as it was built; make it again with '{_made_by(paths)}'.")
    tables = [read_arrow(file, made_by=_made_by(paths), columns=[*KEYS, *names]) for file in files]
    return pa.concat_tables(tables).sort_by("customer_id") if len(tables) > 1 else tables[0]


class File:
    """One date's file while it is written, piece by piece in the order of the customers.

    ``kept`` are the columns taken over from the file before; rows written lack them.
    """

    def __init__(self, beside: Path, names: Sequence[str], kept: "Kept | None") -> None:
        self._names = [*KEYS, *names]
        self._beside = beside
        self._kept = kept
        self._pending: list[pa.Table] = []
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.Table) -> None:
        """Add the rows of some customers."""
        if self._kept is not None:
            others = self._kept.take(len(rows))
            if not others["customer_id"].equals(rows["customer_id"]):
                raise BadRecords(
                    f"'{self._kept.path}' holds other customers than its catalogue says; remove its folder and "
                    "build again."
                )
            columns = {
                **dict(zip(others.column_names, others.columns, strict=True)),
                **dict(zip(rows.column_names, rows.columns, strict=True)),
            }
            rows = pa.table(columns)
        self._pending.append(rows.select(self._names))
        if sum(map(len, self._pending)) >= ROW_GROUP:
            self._put(whole_groups=True)

    def _put(self, *, whole_groups: bool) -> None:
        """Write what has come so far, in row groups whose size does not depend on how the rows came."""
        rows = pa.concat_tables(self._pending).combine_chunks()
        ready = len(rows) // ROW_GROUP * ROW_GROUP if whole_groups else len(rows)
        if self._writer is None:
            self._writer = writer(self._beside, rows.schema)
        if ready:
            self._writer.write_table(rows.slice(0, ready), row_group_size=ROW_GROUP)
        self._pending = [rows.slice(ready)]

    def close(self) -> None:
        """Take over the columns that remain where nothing was computed, and end the file."""
        if self._writer is None and not self._pending and self._kept is not None:
            kept, self._kept = self._kept, None
            for rows in kept:
                self.write(rows)
        if self._pending:
            self._put(whole_groups=False)
        if self._writer is not None:
            self._writer.close()

    @staticmethod
    @contextmanager
    def appearing(paths: Paths, as_of: date, names: Sequence[str], kept: Sequence[str]) -> "Iterator[File]":
        """Give the file of one date; it takes the place of the one before when everything was written."""
        path = paths.features(as_of) / FILE
        before = Kept(_files(paths, as_of)[0], kept) if kept else None
        with frames.appearing(path) as beside:
            file = File(beside, names, before)
            yield file
            file.close()
        for other in set(path.parent.glob("*.parquet")) - {path}:
            other.unlink()


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file of the store: zstd, a checksum in every page."""
    # A dictionary would make the files a fortieth smaller and writing a fifth slower; of features nobody asks for
    # a range of rows, so that their bounds would be read by nobody.
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        version="2.6",
        write_page_checksum=True,
        use_dictionary=["as_of"],
        write_statistics=KEYS,
    )


class Kept:
    """Columns of a file that stands, read on in pieces of any length."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path = path
        self._columns = [*KEYS, *names]
        self._pieces = iter(self)
        self._rest: pa.Table | None = None

    def __iter__(self) -> Iterator[pa.Table]:
        """Give its rows in pieces, each page checked against its checksum."""
        with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
            for rows in file.iter_batches(columns=self._columns):
                yield pa.Table.from_batches([rows])

    def take(self, count: int) -> pa.Table:
        """Give the next ``count`` rows, fewer where the file ends."""
        found = [] if self._rest is None else [self._rest]
        while sum(map(len, found)) < count and (piece := next(self._pieces, None)) is not None:
            found.append(piece)
        rows = pa.concat_tables(found) if found else pa.table({name: [] for name in self._columns})
        self._rest = rows.slice(count)
        return rows.slice(0, count).combine_chunks()


def _files(paths: Paths, as_of: date) -> list[Path]:
    """Give the files of one date: one as the local engine writes it, or several parts as Spark does."""
    files = sorted(paths.features(as_of).glob("*.parquet"))
    if not files:
        raise MissingInput(
            f"The feature store has nothing on {as_of}: no file in '{paths.features(as_of)}'; "
            f"make it with '{_made_by(paths)}'."
        )
    return files


def _made_by(paths: Paths) -> str:
    return f"forewarn build --dataset {paths.dataset}"
