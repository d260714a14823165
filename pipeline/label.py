"""Stage `label`: the as-of dates, who can be asked about on each, who left, and what each date is for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

import pandas as pd
import pyarrow as pa

from features import cohort
from models.folds import roles
from pipeline import records, store, versions
from pipeline.errors import TooLittleData
from pipeline.frames import to_arrow
from pipeline.params import Params
from pipeline.paths import Paths

ASKED = ("customers", "trade")
"""The tables that say who can be asked about."""
RECORDED = ("cases", "contracts")
"""The tables that may say who left."""


def run(params: Params, paths: Paths) -> None:
    """Write ``store/cohort.parquet``: one row a customer and as-of date."""
    with company(params, paths) as there:
        store.write_cohort(paths, _cohort(params, paths, there))


def _cohort(params: Params, paths: Paths, there: "Company") -> pa.Table:
    rule = rule_of(params)
    first, last = there.span()
    dates = cohort.as_of_dates(
        first,
        last,
        every_months=params.dates.every_months,
        history_days=params.dates.history_days,
        known_after=rule.known_after_days,
    )
    wanted = params.dates.test + params.dates.calibration + params.dates.folds
    if len(dates) < wanted:
        raise TooLittleData(
            f"Dataset '{paths.dataset}' has orders from {first} to {last}, enough for {len(dates)} as-of dates "
            f"({params.dates.history_days} days before the first, {rule.known_after_days} after the last); "
            f"at least {wanted} are wanted; bring longer records, or lower 'dates' in its 'dataset.yaml'."
        )
    split = roles(
        dates,
        test=params.dates.test,
        calibration=params.dates.calibration,
        label_days=rule.known_after_days,
    )
    try:
        rows = there.cohort(dates, rule, labelled=True)
    except ValueError as error:
        raise TooLittleData(str(error)) from None
    named = {pd.Timestamp(day): role for day, role in split.items()}
    told = rows["as_of"].to_pandas(date_as_object=False).map(named)
    return rows.append_column("split", pa.array(told, pa.string()))


def cohort_on(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Say of every customer whether it can be asked about on one as-of date, and if not, why."""
    with company(params, paths) as there:
        rows = there.cohort([as_of], rule_of(params), labelled=False)
    frame: pd.DataFrame = rows.to_pandas(date_as_object=False)
    return frame


class Company(Protocol):
    """The customers and orders of a dataset: on this machine, or where Spark finds them."""

    def span(self) -> tuple[date, date]:
        """Give the first and the last day of the orders."""

    def cohort(self, dates: Sequence[date], rule: cohort.Rule, *, labelled: bool) -> pa.Table:
        """Give one row a customer and as-of date, sorted by both.

        They are ``labelled`` with what became of them; or they are not, and leave out customers whom the company
        did not know on the date.
        """


@contextmanager
def company(params: Params, paths: Paths) -> Iterator[Company]:
    """Open the records for the engine of the settings."""
    if params.build.engine == "spark":
        from pipeline.spark import asking

        with asking.company(params, paths) as there:
            yield there
    else:
        records.demand_here(params, paths)
        yield Here(paths)


@dataclass(frozen=True)
class Here:
    """The customers and orders as ingest left them on this machine."""

    paths: Paths

    def span(self) -> tuple[date, date]:
        return records.span(self._tables["trade"])

    def cohort(self, dates: Sequence[date], rule: cohort.Rule, *, labelled: bool) -> pa.Table:
        customers = self._tables["customers"]["customer_id"].unique().to_pylist()
        rows = cohort.ask(self._tables["trade"], customers, dates, rule)
        if not labelled:
            return to_arrow(versions.met(rows, self._tables["customers"]))
        records.demand_whole(self.paths, RECORDED)
        recorded = {name: records.table(self.paths, name) for name in RECORDED}
        return to_arrow(cohort.label(rows, self._tables["trade"], rule, **recorded))

    @cached_property
    def _tables(self) -> dict[str, pa.Table]:
        records.demand_whole(self.paths, ASKED)
        return records.tables(self.paths, ASKED)


def rule_of(params: Params) -> cohort.Rule:
    """Give the dataset's rule of what counts as leaving."""
    told = params.dataset.label
    return cohort.Rule(told.rule, told.horizon_days, told.confirm_days, told.slack)
