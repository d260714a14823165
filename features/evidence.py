"""What a value was computed from: the windows that a measure read, and the very records that stand in them.

The windows are not written down a second time: the measure runs over streams without an event that note which
windows it asks for, so what is told here cannot drift from what is computed. The records are then taken from their
table by the engine's own rules of time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features import company, store
from features.events import Holds, Stream
from features.feature import Feature
from features.others import Others, beside
from features.selected import as_known, belonging, merged, selected
from features.sources import CUSTOMERS
from features.states import Open, OpenCount
from features.sweep import EVER, Questions, Rows, View
from features.unfold import Events, Tables
from features.windows import EPOCH, FOREVER

Where = Mapping[str, tuple[str, ...]]
TYPES: Mapping[Holds, type] = {Holds.MONEY: np.int64, Holds.CODE: np.int32, Holds.RECORD: np.int32}


@dataclass(frozen=True)
class Reading:
    """A window that a measure reads: ``(as_of - ending - days, as_of - ending]`` of a stream.

    ``days`` None is everything before; ``where`` keeps events by their words, as a feature declares it; ``values``
    are the values of the stream that the measure reads, in its order.
    """

    stream: Stream
    where: Where
    days: int | None
    ending: int
    values: tuple[str, ...]

    def bounds(self, as_of: date) -> tuple[date | None, date]:
        """Give the first and the last day of the window, both inside it; None where it has no beginning."""
        last = as_of - timedelta(self.ending)
        return (None if self.days is None else last - timedelta(self.days - 1)), last


@dataclass(frozen=True)
class Part:
    """One window with its records as they stood, oldest first; `features.selected` says what the columns are.

    ``left_out`` are the records that happened in the window and do not count on the as-of date, with a column
    ``why``: "not known yet", "replaced" or "withdrawn". ``standing`` tells, for a measure of what is open, which
    records are open on the as-of date; it is None for every other window. ``matched`` is, for a stream without
    customers, what the customer's version says by which its records are found, null where it is unknown.
    """

    reading: Reading
    records: pa.Table
    left_out: pa.Table
    standing: NDArray[np.bool_] | None = None
    matched: Mapping[str, str | None] = field(default_factory=dict)

    def events(self) -> pa.Table:
        """Give the events that the measure saw: the records, or groups of them where the stream is merged."""
        return merged(self.reading.stream, self.records) if self.reading.stream.merged else self.records


@dataclass(frozen=True)
class Evidence:
    """One value of the store with what is behind it; ``value`` is NaN where it is unknown."""

    feature: Feature
    customer: str
    as_of: date
    value: float
    parts: tuple[Part, ...]
    others: Others | None = None


def evidence(tables: Tables, feature: Feature, customer: str, as_of: date) -> Evidence:
    """Give the engine's value for one customer on one date, and the records of the windows that it read."""
    asked = pd.DataFrame({"customer_id": [customer], "as_of": [pd.Timestamp(as_of)]})
    others, everybody = None, None
    read = readings(feature)
    if company.among(feature) is not None:
        others, everybody = beside(tables, feature, customer, as_of)
    value = float(store.compute(tables, asked, (feature,), company=everybody)[feature.name].iloc[0])
    parts = [_part(tables, reading, customer, as_of) for reading in read]
    if isinstance(feature.measure, Open) and parts:
        standing = _standing(feature.measure, parts, as_of)
        parts[0] = replace(parts[0], standing=standing)
    return Evidence(feature, customer, as_of, value, tuple(parts), others)


def readings(feature: Feature) -> tuple[Reading, ...]:
    """Give the windows that a feature reads, in the order in which it does; none where only the date counts."""
    traces = [_trace(stream) for stream in feature.streams]
    rows = traces[0].window(feature.days)
    own = getattr(
        feature.measure, "sums", None
    )  # the customer's own part, of a measure that looks at others too
    feature.measure.over(rows, tuple(traces[1:])) if own is None else own(rows)
    found: dict[tuple[str, int, int], Reading] = {}
    for place, (stream, trace) in enumerate(zip(feature.streams, traces, strict=True)):
        values = tuple(dict.fromkeys(trace.values))
        for days, ending in trace.read:
            where = feature.where if place == 0 else {}
            length = None if days >= EVER else days
            key = (f"{stream.name} {dict(where)}", days, ending)
            found.setdefault(key, Reading(stream, where, length, ending, values))
    return tuple(found.values())


@dataclass(frozen=True)
class _Trace(View):
    """A stream that notes which of its windows and values are read."""

    read: list[tuple[int, int]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def column(self, name: str) -> NDArray[np.generic]:
        self.values.append(name)
        return super().column(name)

    def window(self, days: int | None, ending: int = 0) -> Rows:
        return cast("Rows", _Watched(super().window(days, ending), self.read))


class _Watched:
    """A window that notes when its rows are read; to ask for its length or for another window reads nothing."""

    UNREAD = ("view", "days", "ending", "as_of", "before", "year_before", "cached")

    def __init__(self, rows: Rows, read: list[tuple[int, int]]) -> None:
        self._rows, self._read = rows, read

    def __getattr__(self, name: str) -> Any:
        if name not in self.UNREAD:
            self._read.append((self._rows.days, self._rows.ending))
        return getattr(self._rows, name)


def _trace(stream: Stream) -> _Trace:
    none = np.empty(0, np.int32)
    columns: dict[str, NDArray[np.generic]] = {
        value.name: np.empty(0, TYPES.get(value.holds, np.float64)) for value in stream.values
    }
    nobody = Events(np.zeros(2, np.int64), none, none, none, columns)
    return _Trace(nobody, Questions(np.zeros(1, np.int32), np.zeros(1, np.int32)))


def _part(tables: Tables, reading: Reading, customer: str, as_of: date) -> Part:
    """Take the records of a window, and those that happened in it and do not count."""
    stream = reading.stream
    owners = tables[CUSTOMERS.name] if stream.matched else None
    rows = selected(tables[stream.table.name], stream, reading.where, customer, owners)
    found: Mapping[str, str | None] = {}
    if stream.matched:
        # Only what the version of the customer that was known says is asked of the table.
        now = pa.scalar((as_of - EPOCH).days, pa.int32())
        rows = rows.filter((pc.field("owner_known") <= now) & (pc.field("owner_until") > now))
        found = belonging(tables[CUSTOMERS.name], stream, customer, as_of)
    day, known, until = (rows[name].to_numpy().astype(np.int32) for name in ("day", "known", "until"))
    seen = _in_window(reading, as_of, day, known, until)
    happened = _in_window(reading, as_of, day, day, np.full_like(until, FOREVER))
    ever_known = _in_window(reading, as_of, day, known, np.full_like(until, FOREVER))
    hidden = np.setdiff1d(happened, seen)
    withdrawn = rows["withdrawn"].to_numpy(zero_copy_only=False)
    why = [
        "not known yet"
        if row not in ever_known
        else "withdrawn"
        if withdrawn[row] == until[row]
        else "replaced"
        for row in hidden
    ]
    left_out = rows.take(pa.array(hidden, pa.int64())).append_column("why", pa.array(why, pa.string()))
    shown = as_known(reading.stream, rows.take(pa.array(seen, pa.int64())), as_of)
    return Part(reading, shown, left_out, matched=found)


def _in_window(
    reading: Reading, as_of: date, day: NDArray[np.int32], known: NDArray[np.int32], until: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Give the places of the rows that the engine would see in the window."""
    place = np.arange(len(day), dtype=np.int64)
    events = Events(np.array([0, len(day)], np.int64), day, known, until, {"place": place})
    asked = Questions(np.zeros(1, np.int32), np.array([(as_of - EPOCH).days], np.int32))
    rows = View(events, asked).window(reading.days, reading.ending)
    return np.asarray(rows.view.column("place")[int(rows.low[0]) : int(rows.high[0])], np.int64)


def _standing(measure: Open, parts: Sequence[Part], as_of: date) -> NDArray[np.bool_]:
    """Tell which opened records are open: the measure is asked of each as if it were a customer of its own."""
    key = parts[0].reading.stream.table.key[0]
    told = pc.unique(
        pa.chunked_array([chunk for part in parts for chunk in part.records[key].chunks], pa.string())
    )
    number = pd.Index(told.to_pylist())
    asked = Questions(
        np.arange(len(number), dtype=np.int32), np.full(len(number), (as_of - EPOCH).days, np.int32)
    )
    of_stream = {part.reading.stream.name: part for part in parts}
    views = [
        View(_apart(of_stream[stream.name].records, key, number), asked)
        for stream in (parts[0].reading.stream, *measure.streams)
    ]
    counted = OpenCount(measure.closed, measure.reopened).over(views[0].window(None), tuple(views[1:]))
    return np.asarray(counted[number.get_indexer(parts[0].records[key].to_pylist())] > 0)


def _apart(records: pa.Table, key: str, number: pd.Index) -> Events:
    """Give events whose customers are the records themselves."""
    owner = number.get_indexer(records[key].to_pylist()).astype(np.int32)
    order = np.argsort(owner, kind="stable")
    day, known, until = (
        records[name].to_numpy().astype(np.int32)[order] for name in ("day", "known", "until")
    )
    start = np.searchsorted(owner[order], np.arange(len(number) + 1)).astype(np.int64)
    return Events(start, day, known, until, {"record": owner[order]})
