"""From checked records to the matrix of features: customers in chunks, one sweep a stream."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pandas as pd
import pyarrow as pa

from features.events import Stream
from features.feature import Feature
from features.sweep import Questions, Values, View
from features.unfold import Events, Records, available

Tables = Mapping[str, pa.Table]
DECIDING = ("name", "source", "stream", "where", "days", "measure", "empty", "unit")
"""What of a declaration decides the numbers."""


def buildable(tables: Tables, catalogue: Sequence[Feature]) -> tuple[Feature, ...]:
    """Give the features whose source and columns are there; without its records a feature is absent."""
    return tuple(
        feature
        for feature in catalogue
        if set(feature.measure.needs) | set(feature.where)
        <= (available(feature.on, tables.get(feature.source)) or frozenset({"?"}))
        and all(available(other, tables.get(other.table.name)) is not None for other in feature.streams)
    )


def catalogue_hash(features: Sequence[Feature]) -> str:
    """Give the SHA-256 of the declarations: two stores with one hash speak of the same features."""
    return sha256(repr([sorted(feature.described().items()) for feature in features]).encode()).hexdigest()


def feature_hash(feature: Feature) -> str:
    """Give the SHA-256 of what decides the numbers of a feature: its declaration and those of its streams.

    Its labels, cause and risk may change without another number; they are left out.
    """
    told = {name: value for name, value in feature.described().items() if name in DECIDING}
    streams = [
        (stream.name, stream.moment, stream.where, stream.merged, stream.values) for stream in feature.streams
    ]
    return sha256(repr((sorted(told.items()), streams)).encode()).hexdigest()


def compute(
    tables: Tables,
    asked: pd.DataFrame,
    catalogue: Sequence[Feature],
    *,
    chunk: int = 50_000,
    threads: int = 2,
) -> pd.DataFrame:
    """Compute every buildable feature of ``catalogue`` for every row of ``asked``.

    Parameters
    ----------
    tables : checked records by table name, as ingest leaves them
    asked : one row a question, columns ``customer_id`` and ``as_of`` (a day)
    chunk : customers held in memory at once; it changes nothing but memory

    Returns
    -------
    One row a row of ``asked``, in its order: customer_id, as_of, then one float64 column a feature, NaN where
    unknown.
    """
    features = buildable(tables, catalogue)
    customers = np.sort(asked["customer_id"].unique().astype(object))
    place = pd.Index(customers).get_indexer(asked["customer_id"])
    as_of = days(asked["as_of"])
    matrix = np.empty((len(features), len(asked)), np.float64)
    with Records(tables) as records:
        for begin in range(0, len(customers), chunk):
            rows = np.flatnonzero((place >= begin) & (place < begin + chunk))
            questions = Questions((place[rows] - begin).astype(np.int32), as_of[rows])
            chunked = customers[begin : begin + chunk].tolist()
            for number, values in _sweep(records, chunked, questions, features, threads):
                matrix[number, rows] = values
    named = {feature.name: matrix[number] for number, feature in enumerate(features)}
    return pd.DataFrame(
        {"customer_id": asked["customer_id"].to_numpy(), "as_of": asked["as_of"].to_numpy()} | named
    )


def days(dates: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Give dates as whole days since 1970-01-01."""
    return dates.to_numpy().astype("datetime64[D]").astype(np.int32)


class _Sight:
    """The streams of one source as the questions could see them, each made when first wanted."""

    def __init__(self, events: Mapping[Stream, Events], questions: Questions) -> None:
        self._events = events
        self._questions = questions
        self._views: dict[object, View] = {}

    def view(self, stream: Stream, where: Mapping[str, tuple[str, ...]]) -> View:
        key = (stream.name, tuple(sorted(where.items())))
        if key not in self._views:
            events = self._events[stream]
            self._views[key] = View(events.only(where) if where else events, self._questions)
        return self._views[key]

    def values(self, feature: Feature) -> Values:
        rows = self.view(feature.on, feature.where).window(feature.days)
        return feature.measure.over(rows, tuple(self.view(other, {}) for other in feature.measure.streams))


def _sweep(
    records: Records,
    customers: Sequence[str],
    questions: Questions,
    features: Sequence[Feature],
    threads: int,
) -> Iterator[tuple[int, Values]]:
    """Give each feature's place and values, one source after the other so that only one is in memory."""
    for source in dict.fromkeys(feature.source for feature in features):
        mine = [(number, feature) for number, feature in enumerate(features) if feature.source == source]
        streams = dict.fromkeys(stream for _, feature in mine for stream in feature.streams)
        sight = _Sight({s: records.unfold(s, customers) for s in streams}, questions)
        with ThreadPoolExecutor(threads) as pool:
            swept = pool.map(sight.values, (feature for _, feature in mine))
            yield from zip((number for number, _ in mine), swept, strict=True)
