"""The records as they stood on a day: everything that happened or became known later taken out again.

Features computed from such records cannot know the future, however they are written. They are what the feature
store must hold; a store that holds something else was shown more than the day knew.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from features.sources import CUSTOMERS, MARKET, TABLES, Table

GIVEN_WITH: Mapping[str, tuple[str, ...]] = {"rated_at": ("satisfaction",)}
"""Columns that are said on a later date of the row than the day it happened."""


def as_they_stood(tables: Mapping[str, pa.Table], as_of: date) -> dict[str, pa.Table]:
    """Give the checked tables as somebody would have read them in the evening of ``as_of``.

    A row is gone that was not known by then (`known_at`, or when it happened if there is none); of the others each
    date that lies later is empty, with what was said on it, but for those that may lie ahead (a due date, a plan).
    """
    return {name: _stood(TABLES[name], rows, as_of) for name, rows in tables.items()}


def frames_on(tables: Mapping[str, pa.Table], as_of: date) -> dict[str, pd.DataFrame]:
    """Give the same as frames that hold each record once: its newest version known, and none that was withdrawn."""
    return {
        name: newest(rows.to_pandas(date_as_object=False), TABLES[name])
        for name, rows in as_they_stood(tables, as_of).items()
    }


def newest(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give the newest version of each record that was not withdrawn; an order line has no key, and one version."""
    if table.key:
        if "known_at" in rows:
            rows = rows.sort_values("known_at", na_position="first", kind="stable")
        rows = rows.drop_duplicates([name for name in table.key if name in rows], keep="last")
    return rows[rows["withdrawn_at"].isna()] if "withdrawn_at" in rows else rows


def stirring(tables: Mapping[str, pa.Table], as_of: date, days: int) -> set[str]:
    """Give the customers of whom something happens within ``days`` days after ``as_of``.

    They are the ones whose features on ``as_of`` a window that is too long would change.
    """
    found: set[str] = set()
    for name, rows in tables.items():
        happened = TABLES[name].happened
        if happened and "customer_id" in rows.column_names:
            soon = pc.and_(
                pc.invert(_by(rows[happened], as_of)), _by(rows[happened], as_of + timedelta(days=days))
            )
            found.update(rows.filter(soon)["customer_id"].unique().to_pylist())
    return found


def _stood(table: Table, rows: pa.Table, as_of: date) -> pa.Table:
    rows = _months(rows, as_of) if table is MARKET else rows.filter(_known(table, rows, as_of))
    for column in table.dates:
        if column.name not in rows.column_names or column.ahead:
            continue
        if column.name in ("known_at", table.happened):
            continue
        names = (column.name, *GIVEN_WITH.get(column.name, ()))
        rows = _emptied(rows, names, _by(rows[column.name], as_of))
    return rows


def _known(table: Table, rows: pa.Table, as_of: date) -> pa.ChunkedArray:
    """Say which rows were known: where nothing tells when, always."""
    happened = "since_on" if table is CUSTOMERS else table.happened
    known = pa.scalar(True)
    if happened in rows.column_names:
        known = _by(rows[happened], as_of)
        known = pc.or_(known, pc.is_null(rows[happened]))
    if "known_at" in rows.column_names:
        told = rows["known_at"]
        known = pc.if_else(pc.is_valid(told), _by(told, as_of), known)
    return known if isinstance(known, pa.ChunkedArray) else pa.chunked_array([[True] * len(rows)])


def _months(rows: pa.Table, as_of: date) -> pa.Table:
    """Keep the months that were over, and of others the event without the index; each as it was known.

    Without `known_at` the index was known when its month was over, the event on its day.
    """
    told = rows["known_at"] if "known_at" in rows.column_names else None
    dated = pa.chunked_array([[False] * len(rows)]) if told is None else pc.is_valid(told)
    if told is not None:
        rows = rows.filter(kept := pc.or_(pc.invert(dated), _by(told, as_of)))
        dated = dated.filter(kept)
    over = _by(rows["month_on"], _last_of_month(as_of))
    if "index" in rows.column_names:
        rows = _emptied(rows, ("index",), over)
    if "event_on" not in rows.column_names:
        return rows.filter(over)
    happened = _by(rows["event_on"], as_of)
    rows = _emptied(rows, ("event", "event_on"), pc.or_(dated, happened))
    return rows.filter(pc.or_(pc.or_(over, happened), dated))


def _emptied(rows: pa.Table, names: tuple[str, ...], told: pa.ChunkedArray) -> pa.Table:
    """Give the rows with columns empty where they were not told yet."""
    for name in names:
        if name in rows.column_names:
            place, values = rows.column_names.index(name), rows[name]
            emptied = pc.if_else(told, values, pa.scalar(None, values.type))
            rows = rows.set_column(place, rows.schema.field(name), emptied)
    return rows


def _last_of_month(as_of: date) -> date:
    """Give the last first-of-a-month whose month is over on ``as_of``."""
    tomorrow = as_of + timedelta(days=1)
    return (tomorrow.replace(day=1) - timedelta(days=1)).replace(day=1)


def _by(moments: pa.ChunkedArray, as_of: date) -> pa.ChunkedArray:
    """Say of each day or moment whether it lies on or before the whole day ``as_of``; an empty one does not."""
    if pt.is_date(moments.type):
        told = pc.less_equal(moments, pa.scalar(as_of, moments.type))
    else:
        midnight = datetime.combine(as_of + timedelta(days=1), time())
        told = pc.less(moments, pa.scalar(midnight, moments.type))
    return pc.fill_null(told, False)
