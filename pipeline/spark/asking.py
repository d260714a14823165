"""Who can be asked about, and who left, found by Spark: `features.cohort` on the customers of each partition."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from features import cohort
from features.sources import CASES, CONTRACTS, CUSTOMERS, TRADE
from pipeline import versions
from pipeline.errors import TooLittleData
from pipeline.frames import to_arrow
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.spark import reading
from pipeline.spark.pieces import ROWS, Batches, cut, files, made, packed, unpacked
from pipeline.spark.session import working
from pipeline.spark.tables import Layout

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RECORDED = (CASES.name, CONTRACTS.name)
"""The tables of the rule `recorded`."""


@dataclass(frozen=True)
class Ask:
    """The work on one partition: from stacked records to the rows of the cohort, with labels where wanted."""

    layout: Layout
    dates: tuple[date, ...]
    rule: cohort.Rule
    labelled: bool

    def __call__(self, batches: Batches) -> Batches:
        tables = self.layout.apart(list(batches))
        customers = tables[CUSTOMERS.name]["customer_id"].unique().to_pylist()
        if not customers:
            return
        rows = cohort.ask(tables[TRADE.name], customers, self.dates, self.rule)
        if not self.labelled:
            rows = versions.met(rows, tables[CUSTOMERS.name])
        else:
            recorded = {
                name: tables[name].to_pandas(date_as_object=False) if name in tables else None
                for name in RECORDED
            }
            rows = cohort.label(rows, tables[TRADE.name], self.rule, **recorded)
        yield from cut("cohort", len(rows), packed(to_arrow(rows)))


@dataclass(frozen=True)
class Company:
    """The customers and orders of a dataset, as Spark reads them."""

    spark: "SparkSession"
    params: Params
    paths: Paths

    def span(self) -> tuple[date, date]:
        """Give the first and the last day of the orders."""
        from pyspark.sql import functions as f

        trade = self._tables((TRADE.name,))[TRADE.name].rows
        ends = trade.agg(f.min("ordered_at").alias("first"), f.max("ordered_at").alias("last")).first()
        if ends is None or ends["first"] is None:
            raise TooLittleData(f"Dataset '{self.paths.dataset}' has no orders.")
        return ends["first"].date(), ends["last"].date()

    def cohort(self, dates: Sequence[date], rule: cohort.Rule, *, labelled: bool) -> pa.Table:
        """Give one row a customer and as-of date, sorted by both."""
        names = [CUSTOMERS.name, TRADE.name]
        if labelled and rule.name == "recorded":
            names += self._tables(RECORDED)
        sources = self._tables(names)
        layout = Layout.of({name: source.kinds for name, source in sources.items()})
        stacked = layout.stacked({name: source.rows for name, source in sources.items()})
        parts = stacked.repartition(reading.partitions(self.spark, self.params, sources), "customer_id")
        with made(parts.mapInArrow(Ask(layout, tuple(dates), rule, labelled), ROWS)) as (_, pieces):
            found = [unpacked(content) for _, content in files(pieces)]
        return pa.concat_tables(found).sort_by([("customer_id", "ascending"), ("as_of", "ascending")])

    def _tables(self, names: Sequence[str]) -> dict[str, reading.Source]:
        return reading.tables(self.spark, self.params, self.paths, names)


@contextmanager
def company(params: Params, paths: Paths) -> Iterator[Company]:
    """Open the records for Spark."""
    with working(params, paths) as spark:
        yield Company(spark, params, paths)
