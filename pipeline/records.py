"""The checked records of a dataset, as the pure packages take them: Arrow tables by name."""

import time
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from features.sources import TABLES
from pipeline import digests
from pipeline.errors import BadConfig, BadRecords, MissingInput
from pipeline.frames import read_arrow, read_sealed
from pipeline.params import Params
from pipeline.paths import Paths

STEADY = 1.0
"""Seconds after its last change from which on a file's times tell that it was changed again."""


def tables(paths: Paths, names: Sequence[str] = tuple(TABLES)) -> dict[str, pa.Table]:
    """Read the tables of ``names`` that ingest has left; without names, every one."""
    found = {
        name: read_arrow(paths.table(name), made_by=made_by(paths))
        for name in names
        if paths.table(name).exists()
    }
    _demand(paths, found, names)
    return found


def _demand(paths: Paths, found: Collection[str], names: Sequence[str]) -> None:
    for name in names:
        if TABLES[name].required and name not in found:
            raise MissingInput(
                f"Dataset '{paths.dataset}' has no checked table '{name}'; make it with '{made_by(paths)}'."
            )


def digest(paths: Paths, name: str) -> str:
    """Give the digest of a table; raises BadRecords where it is not the file that ingest left.

    Page checksums do not guard the names of columns, and an optional column under another name is read as absent.
    Of a table that somebody else has laid there, without ingest or as a folder of files, nothing is known.
    """
    path = paths.table(name)
    found = _content(path, made_by(paths))
    if path.is_file() and _left(paths).get(name, found) != found:
        raise BadRecords(
            f"The table '{name}' of dataset '{paths.dataset}' is not as ingest left it ('{path}'); make it again "
            f"with '{made_by(paths)}'."
        )
    return found


def demand_whole(paths: Paths, names: Sequence[str] = tuple(TABLES)) -> None:
    """Refuse tables that are not as ingest left them; each is read once a process, as long as nobody writes it."""
    for name in names:
        if paths.table(name).is_file():
            digest(paths, name)


def _content(path: Path, made_by: str) -> str:
    """Give the digest of a file or a folder; of a file that has not changed since, the one found before."""
    if not path.is_file():
        return digests.of_file(path, made_by=made_by)
    found = path.stat()
    if time.time() - found.st_ctime < STEADY:
        return digests.of_file(path)
    return _known(path, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))


@lru_cache(maxsize=256)
def _known(path: Path, state: tuple[int, ...]) -> str:
    return digests.of_file(path)


def _left(paths: Paths) -> dict[str, str]:
    if not paths.ingested.exists():
        return {}
    told: dict[str, str] = read_sealed(paths.ingested, made_by=made_by(paths))["tables"]
    return told


def scanned(paths: Paths, names: Sequence[str] = tuple(TABLES)) -> dict[str, ds.Dataset]:
    """Open the tables that ingest has left to be read in pieces, every page checked against its checksum."""
    checked = ds.ParquetFileFormat(
        default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    )
    _demand(paths, [name for name in names if paths.table(name).exists()], names)
    return {
        name: ds.dataset(paths.table(name), format=checked) for name in names if paths.table(name).exists()
    }


def table(paths: Paths, name: str) -> pd.DataFrame | None:
    """Read one table as a frame, or give None where the dataset has no such records."""
    if not paths.table(name).exists():
        return None
    frame: pd.DataFrame = read_arrow(paths.table(name)).to_pandas(date_as_object=False)
    return frame


def span(trade: pa.Table) -> tuple[date, date]:
    """Give the first and the last day of the orders: the time that the records cover."""
    ends = pc.min_max(trade["ordered_at"]).as_py()
    return ends["min"].date(), ends["max"].date()


def last_day(paths: Paths) -> date:
    """Give the last day of the orders: the day that is asked about where none is named."""
    demand_whole(paths, ("trade",))
    return span(read_arrow(paths.table("trade"), made_by=made_by(paths), columns=["ordered_at"]))[1]


def made_by(paths: Paths) -> str:
    return f"forewarn ingest --dataset {paths.dataset}"


def demand_here(params: Params, paths: Paths) -> None:
    """Refuse to compute on this machine from records that only Spark is told of."""
    if params.dataset.tables:
        raise BadConfig(
            f"'{paths.spec}' says where 'tables' lie, which the engine 'spark' reads and 'local' does not; "
            "add '--engine spark', or write 'build: {engine: spark}' into 'params.yaml'."
        )
