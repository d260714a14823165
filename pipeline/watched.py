"""What ``watch`` reads of the records: when they came, the sizes of their numbers, their values.

A record counts from the day on which the company could know of it, so that a day of the past is watched as it was.
Only columns that are asked about are read, a table at a time.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.sources import TABLES, Column, Kind, Table
from models import arrivals, novelty, scales
from models.arrivals import BLOCK
from models.notices import LOOK, Notice
from pipeline import records
from pipeline.columns import EPOCH
from pipeline.frames import read_arrow
from pipeline.params import Watch
from pipeline.paths import Paths

NAMES_PEOPLE = {"name", "owner", "text"}
"""Words about one customer or person; a new one is no new kind of thing."""
THINGS = {"trade": "product_id", "market": "industry"}
"""What a table's numbers are compared by; customers, where nothing else is said."""
ALWAYS = int(np.iinfo(np.int32).min)
"""The day on which a row without any date became known."""
NO_RHYTHM = {"customers", "cases"}
"""Tables whose silence says nothing: new customers and recorded cases come when they come."""


@dataclass(frozen=True)
class Seen:
    """The rows of one table that were known on a day, with the day (since 1970) on which each became known."""

    table: Table
    rows: pa.Table
    arrived: np.ndarray

    @staticmethod
    def of(paths: Paths, table: Table, as_of: date, columns: Collection[str]) -> "Seen":
        dates = {table.happened or "since_on", "known_at"}
        there = _read(paths, table, {*dates, *columns})
        arrived = _arrived(table, there)
        known = arrived <= number(as_of)
        return Seen(table, there.filter(pa.array(known)), arrived[known])

    def codes(self, name: str) -> np.ndarray:
        """Give the values of a column as numbers from 0; unknown ones are a value of their own."""
        encoded = self.rows[name].combine_chunks().dictionary_encode(null_encoding="encode")
        return np.asarray(encoded.indices, np.int64)


def _read(paths: Paths, table: Table, wanted: Collection[str]) -> pa.Table:
    """Read those columns of ``wanted`` that a table has, from the file that ingest left."""
    import pyarrow.dataset as ds

    records.demand_whole(paths, (table.name,))
    held = ds.dataset(paths.table(table.name)).schema.names
    return read_arrow(paths.table(table.name), columns=[name for name in held if name in wanted])


def _arrived(table: Table, rows: pa.Table) -> np.ndarray:
    """Give the day on which each row became known; rows without any date were known always."""
    days = _when(table, rows).to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), ALWAYS, days.astype(np.int64))


def _when(table: Table, rows: pa.Table) -> "pa.ChunkedArray":
    """Give the moment at which each row became known; null where it has no date."""
    happened = table.happened or "since_on"
    none = pa.chunked_array([pa.nulls(len(rows), pa.timestamp("us"))])
    when = pc.cast(rows[happened], pa.timestamp("us")) if happened in rows.column_names else none
    return pc.coalesce(rows["known_at"], when) if "known_at" in rows.column_names else when


def days(paths: Paths, table: Table) -> np.ndarray:
    """Give the days (since 1970) on which any row of a table became known, each once, first to last.

    Rows without any date were known always: ``ALWAYS`` stands first for them.
    """
    rows = _read(paths, table, {table.happened or "since_on", "known_at"})
    known = pc.unique(pc.cast(_when(table, rows), pa.date32())).to_numpy(zero_copy_only=False)
    return np.sort(np.where(np.isnat(known), ALWAYS, known.astype("datetime64[D]").astype(np.int64)))


def number(day: date) -> int:
    """Give a day as a number, counted from 1970."""
    return (day - EPOCH).days


def newest(paths: Paths) -> date | None:
    """Give the last day on which a record of any table happened or became known; plans ahead do not count."""
    last = None
    for table in TABLES.values():
        if (
            table.happened is None
            or table.column(table.happened).ahead
            or not paths.table(table.name).exists()
        ):
            continue
        arrived = _arrived(table, _read(paths, table, {table.happened, "known_at"}))
        if len(arrived):
            day = EPOCH + pd.Timedelta(days=int(arrived.max()))
            last = day if last is None else max(last, day)
    return last


def sources(
    limits: Watch, paths: Paths, as_of: date, trained: date, used: Collection[str]
) -> Iterator[Notice]:
    """Give what is to be said of every table: whether it comes, its sizes and its values.

    ``trained`` is the last day that the training knew, ``used`` are the sources of the model's features.
    """
    asked = arrivals.Limits(limits.silence, limits.volume, limits.deviations)
    for name, table in TABLES.items():
        if not paths.table(name).exists():
            if name in used:
                words = (
                    "There are no records, and the model reads them: bring them back, or train without them."
                )
                yield Notice("sources", name, LOOK, words, {"records": 0})
            continue
        numbers = [column for column in table.columns if _sized(column)]
        kinds = [column.name for column in table.columns if _kind(column)]
        thing = THINGS.get(name, "customer_id")
        wanted = {thing, "customer_id", "product_id", *kinds, *(column.name for column in numbers)}
        seen = Seen.of(paths, table, as_of, wanted)
        dated = seen.arrived > ALWAYS
        if name not in NO_RHYTHM:
            yield arrivals.notice(name, seen.arrived[dated], number(as_of), number(trained), asked)
        yield from _units(limits, seen, [column.name for column in numbers], thing, as_of)
        if name != "customers":
            yield from _values(limits, seen, kinds, as_of, trained)


def _sized(column: Column) -> bool:
    """Tell whether a column has a unit: numbers without an upper end (a rating from 1 to 5 has none)."""
    return column.kind in (Kind.NUMBER, Kind.MONEY) and column.high is None


def _kind(column: Column) -> bool:
    return column.kind in (Kind.CHOICE, Kind.TEXT) and column.name not in NAMES_PEOPLE


def _units(limits: Watch, seen: Seen, names: list[str], thing: str, as_of: date) -> Iterator[Notice]:
    if thing not in seen.rows.column_names:
        return
    things = seen.codes(thing)
    for name in names:
        if name in seen.rows.column_names:
            value = seen.rows[name].to_numpy().astype(np.float64)
            about, of = f"{seen.table.name}.{name}", thing.removesuffix("_id")
            told = scales.notice(
                about, of, things, seen.arrived, value, number(as_of), limits.scale, limits.deviations
            )
            if told is not None:
                yield told


def _values(limits: Watch, seen: Seen, names: list[str], as_of: date, trained: date) -> Iterator[Notice]:
    before, now = seen.arrived <= number(trained), seen.arrived > number(as_of) - BLOCK
    shares = dict.fromkeys(names, limits.new_values)
    if seen.table.name == "trade":
        shares["product_id"] = limits.new_products
    for name, share in shares.items():
        if name in seen.rows.column_names:
            told = novelty.values(
                f"{seen.table.name}.{name}",
                seen.rows[name].filter(pa.array(now)).to_pandas(),
                seen.rows[name].filter(pa.array(before)).drop_null().unique().to_pylist(),
                share,
                None,
                "rows of four weeks",
                many=name == "product_id",
            )
            if told is not None:
                yield told


def profiles(limits: Watch, paths: Paths, asked: pd.Series, as_of: date, trained: date) -> Iterator[Notice]:
    """Give what is to be said of the profiles of the customers asked about: values that training never saw."""
    table = TABLES["customers"]
    kinds = [column.name for column in table.columns if _kind(column)]
    seen = Seen.of(paths, table, as_of, {"customer_id", *kinds})
    rows = seen.rows.to_pandas().assign(arrived=seen.arrived).sort_values("arrived", kind="stable")
    latest = rows.drop_duplicates("customer_id", keep="last")
    latest = latest[latest["customer_id"].isin(asked)]
    before = rows[rows["arrived"] <= number(trained)]
    for name in kinds:
        if name in rows:
            told = novelty.values(
                f"customers.{name}",
                latest[name],
                before[name].dropna().unique().tolist(),
                limits.new_values,
                limits.new_values_retrain,
                "customers asked about",
            )
            if told is not None:
                yield told
