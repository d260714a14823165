"""From checked records to features: customers in parts that fit into memory, one sweep a stream.

Customers are independent, so the work splits by customer. The records of as many customers as fit are unfolded at
once, and swept in smaller parts; both sizes follow from the memory allowed, and neither changes a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features import company as peers
from features.company import EVERYBODY, Company, Groups
from features.events import VERSIONS, Stream
from features.feature import Feature
from features.sweep import Questions, Values, View
from features.unfold import Events, Records, Tables, available

DECIDING = ("name", "source", "stream", "where", "days", "measure", "empty", "unit", "whole")
"""What of a declaration decides the numbers."""
BYTES_A_VALUE = 24
"""Memory that one value of the result takes on its way: in the matrix, as Arrow, and in the loops' own arrays."""
PART = 256_000_000
"""Bytes that a part of the result may take on its way, where there is more memory."""
COPIES = 3
"""How often an event is held while its customers' records are unfolded: by DuckDB, as Arrow, by NumPy."""


@dataclass(frozen=True)
class Asked:
    """Which customers are asked about on which days; ``place`` counts in ``customers``, which are sorted."""

    customers: pa.Array
    place: NDArray[np.int32]
    as_of: NDArray[np.int32]

    @staticmethod
    def of(asked: pd.DataFrame) -> "Asked":
        """Read the questions from the columns ``customer_id`` and ``as_of``, one a row."""
        coded = pc.dictionary_encode(pa.array(asked["customer_id"], pa.string()))
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        order = pc.sort_indices(coded.dictionary).to_numpy()
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        return Asked(
            coded.dictionary.take(pa.array(order)), rank[coded.indices.to_numpy()], days(asked["as_of"])
        )

    @staticmethod
    def everybody(customers: pa.Array, dates: NDArray[np.int32]) -> "Asked":
        """Ask about every customer on every date."""
        unique = pc.unique(customers).sort()
        place = np.repeat(np.arange(len(unique), dtype=np.int32), len(dates))
        return Asked(unique, place, np.tile(dates, len(unique)))

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True)
class Batch:
    """The features of some customers: ``matrix[f, r]`` is feature ``f`` of row ``rows[r]`` of the questions.

    The rows are sorted by as-of date and customer.
    """

    features: tuple[Feature, ...]
    rows: NDArray[np.int64]
    as_of: NDArray[np.int32]
    customers: pa.Array
    matrix: Values

    def slices(self) -> Iterator[tuple[int, pa.Table]]:
        """Give the rows of each as-of date as the store holds them: whole numbers as int32, unknown as null."""
        dates, begins = np.unique(self.as_of, return_index=True)
        for day, begin, end in zip(dates, begins, [*begins[1:], len(self.rows)], strict=True):
            yield int(day), self._slice(int(begin), int(end))

    def _slice(self, begin: int, end: int) -> pa.Table:
        columns = {
            "customer_id": self.customers.slice(begin, end - begin),
            "as_of": pa.array(self.as_of[begin:end]).cast(pa.date32()),
        }
        for feature, values in zip(self.features, self.matrix, strict=True):
            columns[feature.name] = _column(values[begin:end], feature.whole)
        return pa.table(columns)


def _column(values: Values, whole: bool) -> pa.Array:
    if not whole:
        return pa.array(values, from_pandas=True)
    unknown = np.isnan(values)
    return pa.array(np.where(unknown, 0, values).astype(np.int32), mask=unknown if unknown.any() else None)


def days(dates: pd.Series) -> NDArray[np.int32]:
    """Give dates as whole days since 1970-01-01."""
    return np.asarray(dates.to_numpy().astype("datetime64[D]").astype(np.int32), np.int32)


def buildable(tables: Tables, catalogue: Sequence[Feature]) -> tuple[Feature, ...]:
    """Give the features whose sources and columns are there; without its records a feature is absent."""

    def there(feature: Feature) -> bool:
        wanted = _wanted([feature])
        found = {stream: available(stream, tables) for stream in wanted}
        return all(names is not None and wanted[stream] <= names for stream, names in found.items())

    return tuple(feature for feature in catalogue if there(feature))


def catalogue_hash(features: Sequence[Feature]) -> str:
    """Give the SHA-256 of the declarations: two stores with one hash speak of the same features."""
    return sha256("".join(feature_hash(feature) for feature in features).encode()).hexdigest()


def feature_hash(feature: Feature) -> str:
    """Give the SHA-256 of what decides the numbers of a feature: its declaration and those of its streams.

    Its labels, cause and risk may change without another number; they are left out.
    """
    told = {name: value for name, value in feature.described().items() if name in DECIDING}
    streams = [
        (
            *(stream.name, stream.moment, stream.where, stream.merged, stream.matched, stream.ties),
            *((value.name, value.holds, value.sql, value.needs) for value in stream.values),
        )
        for stream in feature.streams
    ]
    return sha256(repr((sorted(told.items()), streams)).encode()).hexdigest()


def compute(
    tables: Tables,
    asked: pd.DataFrame,
    catalogue: Sequence[Feature],
    *,
    memory_mb: float = 2000,
    threads: int = 2,
    company: Company | None = None,
) -> pd.DataFrame:
    """Compute every buildable feature of ``catalogue`` for every row of ``asked``.

    Parameters
    ----------
    tables : checked records by table name, as ingest leaves them
    asked : one row a question, columns ``customer_id`` and ``as_of`` (a day)
    memory_mb, threads : what may be used; they change no number
    company : the sums over everybody, where ``tables`` are not those of everybody

    Returns
    -------
    One row a row of ``asked``, in its order: customer_id, as_of, then one float64 column a feature, NaN where
    unknown.
    """
    features = buildable(tables, catalogue)
    matrix = np.empty((len(features), len(asked)), np.float64)
    for batch in batches(
        tables, Asked.of(asked), features, memory_mb=memory_mb, threads=threads, company=company
    ):
        matrix[:, batch.rows] = batch.matrix
    named = {feature.name: matrix[number] for number, feature in enumerate(features)}
    return pd.DataFrame(
        {"customer_id": asked["customer_id"].to_numpy(), "as_of": asked["as_of"].to_numpy()} | named
    )


def batches(
    tables: Tables,
    asked: Asked,
    features: Sequence[Feature],
    *,
    memory_mb: float = 2000,
    threads: int = 2,
    company: Company | None = None,
) -> Iterator[Batch]:
    """Compute ``features`` (see `buildable`) for every question, in the order of the customers.

    Parameters and errors are those of `compute`.
    """
    needs_others = [feature for feature in features if peers.among(feature) is not None]
    with Records(tables, threads) as records, ThreadPoolExecutor(threads) as pool:
        if company is None and needs_others and len(asked):
            company = _survey(records, np.unique(asked.as_of), needs_others, memory_mb, pool)
        for sight, rows in _parts(records, asked, features, memory_mb):
            matrix = np.empty((len(features), len(rows)), np.float64)
            computed = pool.map(lambda feature, at=sight: at.value(feature, company), features)
            for number, values in enumerate(computed):
                matrix[number] = values
            yield Batch(
                tuple(features),
                rows,
                asked.as_of[rows],
                asked.customers.take(pa.array(asked.place[rows])),
                matrix,
            )


def survey(
    tables: Tables,
    dates: NDArray[np.int32],
    catalogue: Sequence[Feature],
    *,
    memory_mb: float = 2000,
    threads: int = 2,
) -> Company:
    """Add up over all customers of ``tables`` what features about other customers need on ``dates``.

    Surveys of disjoint customers add up: ``survey(some) + survey(the others)`` is the survey of all.
    """
    features = [f for f in buildable(tables, catalogue) if peers.among(f) is not None]
    with Records(tables, threads) as records, ThreadPoolExecutor(threads) as pool:
        return _survey(records, dates, features, memory_mb, pool)


def _survey(
    records: Records,
    dates: NDArray[np.int32],
    features: Sequence[Feature],
    memory_mb: float,
    pool: ThreadPoolExecutor,
) -> Company:
    if not features:
        return Company()
    everybody = Asked.everybody(records.customers(), dates)
    company = Company()
    for sight, _ in _parts(records, everybody, features, memory_mb):
        for found in pool.map(sight.surveyed, features):
            company += found
    return company


class _Sight:
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


def _wanted(features: Sequence[Feature]) -> dict[Stream, frozenset[str]]:
    """Give the values of each stream that the features read."""
    wanted: dict[Stream, frozenset[str]] = dict(peers.streams(features))
    for feature in features:
        mine = frozenset(feature.measure.needs) | frozenset(feature.where)
        wanted[feature.on] = wanted.get(feature.on, frozenset()) | mine
        for other in feature.measure.streams:
            shared = {value.name for value in other.values} & set(feature.measure.other_needs)
            wanted[other] = wanted.get(other, frozenset()) | shared
    return wanted


def _parts(
    records: Records, asked: Asked, features: Sequence[Feature], memory_mb: float
) -> Iterator[tuple[_Sight, NDArray[np.int64]]]:
    """Give the customers part by part: their streams, and their rows of ``asked`` by as-of date and customer."""
    wanted = _wanted(features)
    rows = np.argsort(asked.place, kind="stable")
    begins = np.searchsorted(asked.place[rows], np.arange(len(asked.customers) + 1))
    half = int(memory_mb * 500_000)
    a_row = BYTES_A_VALUE * (len(features) + 8)
    # Small parts stay near the processor, and cost a little more for each.
    part = min(half, PART)
    for first, last in _groups_of(records, asked.customers, wanted, half):
        events = records.events(asked.customers.slice(first, last - first), wanted)
        for begin, end in _ranges(np.diff(begins[first : last + 1]) * a_row, part):
            mine = rows[begins[first + begin] : begins[first + end]]
            mine = mine[np.argsort(asked.as_of[mine], kind="stable")]
            seen = {stream: found.part(begin, end) for stream, found in events.items()}
            place = asked.place[mine] - np.int32(first + begin)
            yield _Sight(seen, Questions(place, asked.as_of[mine])), mine


def _groups_of(
    records: Records, customers: pa.Array, wanted: Mapping[Stream, frozenset[str]], limit: int
) -> list[tuple[int, int]]:
    """Cut the customers into ranges whose events fit into ``limit`` bytes while they are unfolded."""
    bytes_a_row: dict[str, int] = {}
    for stream, names in wanted.items():
        bytes_a_row.setdefault(stream.table.name, 0)
        bytes_a_row[stream.table.name] += COPIES * (16 + 8 * len(names))
    whole = sum(records.rows(name) * size for name, size in bytes_a_row.items())
    if whole <= limit:
        return [(0, len(customers))]
    held = np.zeros(len(customers), np.int64)
    for name, size in bytes_a_row.items():
        held += records.rows_by_customer(name, customers) * size
    return _ranges(held, limit)


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
