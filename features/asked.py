"""What is asked of the store and what it answers: customers on days, and the features of some of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.feature import Feature
from features.sweep import Values


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

    def among(self, customers: pa.Array) -> "Asked":
        """Ask the same, numbered among more customers: those of ``customers`` beside one's own."""
        everybody = pc.unique(pa.concat_arrays([customers.cast(pa.string()), self.customers])).sort()
        number = pc.index_in(self.customers, everybody).to_numpy().astype(np.int32)
        return Asked(everybody, number[self.place], self.as_of)

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
        """Give each as-of date and its rows as the store holds them."""
        return ((day, self.slice(begin, end)) for day, begin, end in self.dates())

    def dates(self) -> Iterator[tuple[int, int, int]]:
        """Give each as-of date and where its rows begin and end."""
        dates, begins = np.unique(self.as_of, return_index=True)
        return zip(dates.tolist(), begins.tolist(), [*begins[1:].tolist(), len(self.rows)], strict=True)

    def slice(self, begin: int, end: int) -> pa.Table:
        """Give some rows as the store holds them: whole numbers as int32, unknown as null."""
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
