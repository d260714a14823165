"""Stage `label`: the as-of dates, who can be asked about on each, who left, and what each date is for."""

from datetime import date

import pandas as pd
import pyarrow as pa

from features import cohort
from models.folds import roles
from pipeline import records
from pipeline.errors import TooLittleData
from pipeline.frames import write_parquet
from pipeline.params import Params
from pipeline.paths import Paths

ASKED = ("customers", "trade")
"""The tables that say who can be asked about."""


def run(params: Params, paths: Paths) -> None:
    """Write ``store/cohort.parquet``: one row a customer and as-of date."""
    tables = records.tables(paths, ASKED)
    rule = rule_of(params)
    first, last = records.span(tables["trade"])
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
    asked = _ask(tables, dates, rule)
    try:
        rows = cohort.label(
            asked,
            tables["trade"],
            rule,
            cases=records.table(paths, "cases"),
            contracts=records.table(paths, "contracts"),
        )
    except ValueError as error:
        raise TooLittleData(str(error)) from None
    named = {pd.Timestamp(day): role for day, role in split.items()}
    write_parquet(paths.cohort, rows.assign(split=rows["as_of"].map(named)))


def cohort_on(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Say of every customer whether it can be asked about on one as-of date, and if not, why."""
    return _ask(records.tables(paths, ASKED), [as_of], rule_of(params))


def _ask(tables: dict[str, pa.Table], dates: list[date], rule: cohort.Rule) -> pd.DataFrame:
    customers = tables["customers"]["customer_id"].unique().to_pylist()
    return cohort.ask(tables["trade"], customers, dates, rule)


def rule_of(params: Params) -> cohort.Rule:
    """Give the dataset's rule of what counts as leaving."""
    told = params.dataset.label
    return cohort.Rule(told.rule, told.horizon_days, told.confirm_days, told.slack)
