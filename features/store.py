"""From checked records to features: customers in parts, one sweep a stream, and the hashes of what was computed."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from features import company as peers
from features.asked import Asked, Batch
from features.company import Company
from features.feature import Feature
from features.parts import Unfolded, at_once, parts, wanted_by
from features.unfold import Records, Tables, available

DECIDING = ("name", "source", "stream", "where", "days", "measure", "empty", "unit", "whole")
"""What of a declaration decides the numbers."""


def buildable(tables: Tables, catalogue: Sequence[Feature]) -> tuple[Feature, ...]:
    """Give the features whose sources and columns are there; without its records a feature is absent."""

    def there(feature: Feature) -> bool:
        wanted = wanted_by([feature])
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
        held: Unfolded | None = None
        if company is None and needs_others and len(asked):
            asked = asked.among(records.customers())
            held = at_once(records, asked.customers, wanted_by(features), memory_mb)
            company = _survey(records, np.unique(asked.as_of), needs_others, memory_mb, pool, held)
        for sight, rows in parts(records, asked, features, memory_mb, held):
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
    held: Unfolded | None = None,
) -> Company:
    if not features:
        return Company()
    everybody = Asked.everybody(records.customers(), dates)
    if held is not None:
        everybody = everybody.among(held.customers)
    company = Company()
    for sight, _ in parts(records, everybody, features, memory_mb, held):
        for found in pool.map(sight.surveyed, features):
            company += found
    return company
