"""Who is known to have left, and when: from a file, from the table ``cases``, or by the departure rule.

A case may be dated by the day on which the customer was written off. What counts is the last purchase L on or
before it, for a flag after L is no early warning; only with the rule ``recorded``, where leaving is what was
recorded, the date stands as it is.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features import cohort
from features.past import newest
from features.sources import CASES
from models.cases import in_test_months
from pipeline import opening, records
from pipeline.errors import BadRecords, MissingInput, TooLittleData
from pipeline.label import rule_of
from pipeline.params import Ingest, Params
from pipeline.paths import Paths
from pipeline.readers import shown

FILE, TABLE, RULE = "file", "table", "rule"
NEEDED = ("customer_id", "churned_on")


@dataclass(frozen=True)
class Leavers:
    """Known leavers: customer_id, churned_on as it was given, cause (null: not known), and ``left_on``, which is L.

    ``source`` is FILE, TABLE or RULE; ``passed_over`` counts the rows of the table where the rule spoke instead,
    because none of them left in the test months.
    """

    rows: pd.DataFrame
    source: str
    passed_over: int = 0


def known(params: Params, paths: Paths, predictions: pd.DataFrame, file: Path | None) -> Leavers:
    """Find the leavers of a dataset; at least one of them left in the test months of ``predictions``."""
    there = records.tables(paths, ("customers", "trade"))
    customers = there["customers"]["customer_id"].unique().to_pylist()
    until = records.span(there["trade"])[1]
    bought = cohort.purchases(there["trade"], customers, rule_of(params), until)
    recorded = params.dataset.label.rule == "recorded"
    given = _read(file, set(customers), params.ingest, paths.folder) if file else _table(paths)
    passed_over = 0
    if given is not None:
        rows = given.assign(left_on=given["churned_on"]) if recorded else _dated(given, bought)
        if in_test_months(predictions, rows["left_on"]).any():
            return Leavers(rows, FILE if file else TABLE)
        passed_over = len(rows)
    if file or params.dataset.label.rule != "departure":
        raise _none(paths, predictions, passed_over, file, given is not None)
    gone = bought.loc[bought["departs"], ["customer_id", "bought_on"]].reset_index(drop=True)
    rows = gone.set_axis(["customer_id", "churned_on"], axis=1).assign(
        cause=pd.Series(None, gone.index, dtype="str"), left_on=gone["bought_on"]
    )
    if not in_test_months(predictions, rows["left_on"]).any():
        raise _none(paths, predictions, len(rows), None, True)
    return Leavers(rows, RULE, passed_over)


def _none(
    paths: Paths, predictions: pd.DataFrame, count: int, file: Path | None, told: bool
) -> MissingInput | TooLittleData:
    first, last = predictions["as_of"].min().date(), predictions["as_of"].max().date()
    if not told:
        return MissingInput(
            f"Dataset '{paths.dataset}' has no table 'cases', and its label rule dates no departures; "
            "bring the known leavers as a CSV of customer_id, churned_on[, cause] with '--cases FILE'."
        )
    where = f"'{file}'" if file else f"dataset '{paths.dataset}'"
    return TooLittleData(
        f"None of the {count} known leavers of {where} left in the test months, after {first} and up to a month "
        f"after {last}; bring leavers of these months with '--cases FILE', or raise 'dates.test'."
    )


def _table(paths: Paths) -> pd.DataFrame | None:
    rows = records.table(paths, "cases")
    if rows is None or rows.empty:
        return None
    rows = newest(rows, CASES)
    return _shaped(rows, rows["churned_on"])


def _read(file: Path, customers: set[str], limits: Ingest, beside: Path) -> pd.DataFrame:
    """Read and check a CSV of customer_id, churned_on[, cause]; other columns are not looked at."""
    if not file.is_file():
        raise MissingInput(
            f"There is no file '{file}'; give '--cases' a CSV of customer_id, churned_on[, cause]."
        )
    rows = _texts(file, limits, beside)
    absent = [name for name in NEEDED if name not in rows]
    if absent:
        raise BadRecords(
            f"'{file}' has no column '{absent[0]}' but {', '.join(shown(name) for name in rows.columns[:20])}; "
            "wanted are customer_id, churned_on and, if known, cause."
        )
    if rows.empty:
        raise BadRecords(f"'{file}' names no leaver; add a row for each.")
    strange = rows[~rows["customer_id"].isin(customers)]
    if len(strange):
        raise BadRecords(
            f"'{file}' has {_rows(strange)} with a customer that the records do not know, the first being "
            f"{shown(strange['customer_id'].iloc[0])} in line {_line(strange)}; mend it or leave it out."
        )
    left_on = pd.to_datetime(rows["churned_on"], format="%Y-%m-%d", errors="coerce")
    undated = rows[left_on.isna()]
    if len(undated):
        raise BadRecords(
            f"'{file}' has {_rows(undated)} whose 'churned_on' is no day, the first being "
            f"{shown(undated['churned_on'].iloc[0])} in line {_line(undated)}; write days as 2024-12-31."
        )
    twice = rows[rows.duplicated(list(NEEDED))]
    if len(twice):
        raise BadRecords(
            f"'{file}' has {_rows(twice)} that say again what an earlier one says, the first being customer "
            f"{shown(twice['customer_id'].iloc[0])} on {twice['churned_on'].iloc[0]} in line {_line(twice)}; "
            "leave one of them."
        )
    return _shaped(rows, left_on)


def _texts(file: Path, limits: Ingest, beside: Path) -> pd.DataFrame:
    """Give the texts of a CSV without the blanks around them; an empty one says nothing."""
    try:
        raw = opening.contents([opening.File("cases", file, ".csv")], limits, beside).tables["cases"]
    except BadRecords as error:
        raise BadRecords(f"'{file}' is no CSV: {error}") from None
    if raw.faults:
        place = min(raw.faults, key=lambda place: raw.numbers[place])
        fault = raw.faults[place]
        raise BadRecords(
            f"'{file}' is no CSV: {fault.reason} in line {raw.numbers[place] + 1} ({shown(fault.found)}); mend it."
        )
    rows: pd.DataFrame = raw.rows.to_pandas().fillna("").astype("str")
    rows = rows.rename(columns=str.strip)
    stripped: pd.DataFrame = rows.apply(lambda column: column.str.strip())
    return stripped


def _rows(rows: pd.DataFrame) -> str:
    return "1 row" if len(rows) == 1 else f"{len(rows)} rows"


def _line(rows: pd.DataFrame) -> int:
    """Give the line of the first of some rows; the head is line 1."""
    return int(rows.index[0]) + 2


def _shaped(rows: pd.DataFrame, churned_on: pd.Series) -> pd.DataFrame:
    cause = rows["cause"].replace("", None) if "cause" in rows else pd.Series(None, rows.index, dtype="str")
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype("str"),
            "churned_on": pd.to_datetime(churned_on).astype("datetime64[s]"),
            "cause": cause.astype("str"),
        }
    ).reset_index(drop=True)


def _dated(given: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """Add L: the last purchase on or before the day that was given, or that day where there is none."""
    days = bought[["customer_id", "bought_on"]].sort_values("bought_on", kind="stable")
    told = pd.merge_asof(
        given.reset_index(names="place").sort_values("churned_on", kind="stable"),
        days,
        left_on="churned_on",
        right_on="bought_on",
        by="customer_id",
    ).sort_values("place")
    left_on = told["bought_on"].fillna(told["churned_on"]).to_numpy()
    return given.assign(left_on=left_on).drop_duplicates(["customer_id", "left_on"], ignore_index=True)
