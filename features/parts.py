"""Customers in parts that fit into memory, and the streams of a part as its questions could see them.

The records of as many customers as fit are unfolded at once, and swept in smaller parts; both sizes follow from the
memory allowed, and neither changes a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features import company as peers
from features.asked import Asked
from features.company import EVERYBODY, Company, Groups
from features.events import VERSIONS, Holds, Stream
from features.feature import Feature
from features.sweep import Questions, Values, View
from features.unfold import Events, Records

BYTES_A_VALUE = 24
"""Memory that one value of the result takes on its way: in the matrix, as Arrow, and in the loops' own arrays."""
PART = 256_000_000
"""Bytes that a part of the result may take on its way, where there is more memory."""
COPIES = 3
"""How often an event is held while its customers' records are unfolded: by DuckDB, as Arrow, by NumPy."""
INTEGERS = (Holds.CODE, Holds.RECORD)
"""What is held in four bytes; all else takes eight."""

Wanted = Mapping[Stream, frozenset[str]]
"""The values that are read of each stream."""


@dataclass(frozen=True)
class Unfolded:
    """The events of all of ``customers``, numbered as these are."""

    customers: pa.Array
    events: Mapping[Stream, Events]


class Sight:
    """Streams as some questions could see them, each made when first wanted."""

    def __init__(self, events: Mapping[Stream, Events], questions: Questions) -> None:
        self._events = events
        self._questions = questions
        self._views: dict[object, View] = {}

    def view(self, stream: Stream, where: Mapping[str, tuple[str, ...]]) -> View:
        key = (stream.name, tuple(sorted(where.items())))
        if key not in self._views:
            events = self._events[stream]
            self._views.setdefault(key, View(events.only(where) if where else events, self._questions))
        return self._views[key]

    def value(self, feature: Feature, company: Company | None) -> Values:
        view = self.view(feature.on, feature.where)
        column = peers.among(feature)
        if column is not None:
            return peers.value(feature, view, self._groups(column), company or Company())
        others = tuple(self.view(other, {}) for other in feature.measure.streams)
        return feature.measure.over(view.window(feature.days), others)

    def surveyed(self, feature: Feature) -> Company:
        column = peers.among(feature)
        return peers.surveyed(
            feature, self.view(feature.on, feature.where), self._groups(column or EVERYBODY)
        )

    def _groups(self, column: str) -> Groups:
        return peers.groups(column, self.view(VERSIONS, {}))


def wanted_by(features: Sequence[Feature]) -> dict[Stream, frozenset[str]]:
    """Give the values of each stream that the features read."""
    wanted: dict[Stream, frozenset[str]] = dict(peers.streams(features))
    for feature in features:
        mine = frozenset(feature.measure.needs) | frozenset(feature.where)
        wanted[feature.on] = wanted.get(feature.on, frozenset()) | mine
        for other in feature.measure.streams:
            shared = {value.name for value in other.values} & set(feature.measure.other_needs)
            wanted[other] = wanted.get(other, frozenset()) | shared
    return wanted


def at_once(records: Records, customers: pa.Array, wanted: Wanted, memory_mb: float) -> Unfolded | None:
    """Unfold the records of all ``customers``, None where they do not fit into memory together."""
    fits = len(_groups_of(records, customers, wanted, _half(memory_mb))) == 1
    return Unfolded(customers, records.events(customers, wanted)) if fits else None


def _half(memory_mb: float) -> int:
    """Give the bytes that records may take while they are unfolded; the other half is for the result."""
    return int(memory_mb * 500_000)


def parts(
    records: Records,
    asked: Asked,
    features: Sequence[Feature],
    memory_mb: float,
    held: Unfolded | None = None,
) -> Iterator[tuple[Sight, NDArray[np.int64]]]:
    """Give the customers part by part: their streams, and their rows of ``asked`` by as-of date and customer.

    ``held`` are the events of its customers, where they are there already.
    """
    wanted = wanted_by(features)
    rows = np.argsort(asked.place, kind="stable")
    begins = np.searchsorted(asked.place[rows], np.arange(len(asked.customers) + 1))
    a_row = BYTES_A_VALUE * (len(features) + 8)
    # Small parts stay near the processor, and cost a little more for each.
    part = min(_half(memory_mb), PART)
    everybody = [(0, len(asked.customers))]
    for first, last in everybody if held else _groups_of(records, asked.customers, wanted, _half(memory_mb)):
        events = held.events if held else records.events(asked.customers.slice(first, last - first), wanted)
        for begin, end in _ranges(np.diff(begins[first : last + 1]) * a_row, part):
            mine = rows[begins[first + begin] : begins[first + end]]
            if not len(mine):
                continue
            mine = mine[np.argsort(asked.as_of[mine], kind="stable")]
            seen = {stream: found.part(begin, end) for stream, found in events.items()}
            place = asked.place[mine] - np.int32(first + begin)
            yield Sight(seen, Questions(place, asked.as_of[mine])), mine


def _groups_of(records: Records, customers: pa.Array, wanted: Wanted, limit: int) -> list[tuple[int, int]]:
    """Cut the customers into ranges whose events fit into ``limit`` bytes while they are unfolded."""
    bytes_a_row: dict[str, int] = {}
    for stream, names in wanted.items():
        held = sum(4 if value.holds in INTEGERS else 8 for value in stream.values if value.name in names)
        bytes_a_row.setdefault(stream.table.name, 0)
        bytes_a_row[stream.table.name] += COPIES * (held + (16 if records.dated(stream) else 8))
    whole = sum(records.rows(name) * size for name, size in bytes_a_row.items())
    if whole <= limit:
        return [(0, len(customers))]
    sizes = np.zeros(len(customers), np.int64)
    for name, size in bytes_a_row.items():
        sizes += records.rows_by_customer(name, customers) * size
    return _ranges(sizes, limit)


def _ranges(sizes: NDArray[np.int64], limit: int) -> list[tuple[int, int]]:
    """Cut ``sizes`` into consecutive ranges that sum to at most ``limit``; one too large stands alone."""
    total = np.concatenate([[0], np.cumsum(sizes)])
    found = []
    begin = 0
    while begin < len(sizes):
        end = int(np.searchsorted(total, total[begin] + limit, side="right")) - 1
        end = min(max(end, begin + 1), len(sizes))
        found.append((begin, end))
        begin = end
    return found
