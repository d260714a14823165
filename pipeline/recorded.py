"""Why customers left, as far as the company wrote it down: the table ``cases``, as a day knew it."""

from datetime import date

import pandas as pd

from features.feature import Cause
from features.past import newest
from features.sources import CASES
from pipeline import records
from pipeline.paths import Paths


def causes(paths: Paths, until: date) -> pd.DataFrame:
    """Give customer_id, churned_on and cause of the cases known by the end of ``until``.

    Those whose cause is none of the glossary's are left out.
    """
    return known(records.table(paths, CASES.name), until)


def known(rows: pd.DataFrame | None, until: date) -> pd.DataFrame:
    """Give the same of the table ``cases`` itself, None where there is none."""
    empty = pd.DataFrame({"customer_id": [], "churned_on": [], "cause": []}, dtype="str")
    if rows is None or "cause" not in rows:
        return empty
    end = pd.Timestamp(until) + pd.Timedelta(days=1)
    happened = pd.to_datetime(rows["churned_on"])
    told = pd.to_datetime(rows["known_at"]).fillna(happened) if "known_at" in rows else happened
    rows = rows[(told < end) & (happened < end)]
    if "withdrawn_at" in rows:  # what is withdrawn later still stood on that day
        rows = rows.assign(
            withdrawn_at=rows["withdrawn_at"].where(pd.to_datetime(rows["withdrawn_at"]) < end)
        )
    rows = newest(rows, CASES)
    return rows.loc[rows["cause"].isin([cause.value for cause in Cause]), list(empty.columns)]
