"""What the table ``customers`` said of each customer on a date: its newest version that was known by then."""

import numpy as np
import pandas as pd
import pyarrow as pa

KEYS = ["customer_id", "as_of"]
MOMENTS = ("known_at", "since_on", "withdrawn_at")


def known(customers: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the newest version of each customer that was known on its date and not withdrawn; null where none was.

    A version is known from ``known_at`` on, without it from ``since_on``, without that always. Days are whole.
    """
    always = pd.Timestamp("1970-01-01")
    moment = pd.Series(pd.NaT, index=customers.index, dtype="datetime64[us]")
    for name in ("known_at", "since_on"):
        if name in customers:
            moment = moment.fillna(pd.to_datetime(customers[name]).astype("datetime64[us]"))
    versions = customers.assign(moment=moment.fillna(always)).sort_values("moment", kind="stable")
    both = rows[KEYS].assign(row=np.arange(len(rows))).merge(versions, on="customer_id", how="inner")
    there = both["moment"].dt.normalize() <= both["as_of"]
    if "withdrawn_at" in both:
        there &= ~(pd.to_datetime(both["withdrawn_at"]).dt.normalize() <= both["as_of"])
    newest = both[there].sort_values(["row", "moment"], kind="stable").drop_duplicates("row", keep="last")
    told: pd.DataFrame = newest.set_index("row").reindex(np.arange(len(rows)))
    return told.drop(columns=[*KEYS, "moment"]).set_axis(rows.index)


def met(rows: pd.DataFrame, customers: pa.Table) -> pd.DataFrame:
    """Give the rows of ``features.cohort.ask`` about customers that the company knew on the date.

    It knew those that had bought, and those of whom a version was known; who came later is in no past list.
    """
    bought = rows["purchase_days"] > 0
    moments = [name for name in customers.column_names if name in MOMENTS]
    told = customers.select(["customer_id", *moments]).append_column(
        "told", pa.array([True] * len(customers))
    )
    doubtful = rows.loc[~bought, KEYS]
    listed = known(told.to_pandas(date_as_object=False), doubtful)["told"].notna()
    return rows[bought | listed.reindex(rows.index, fill_value=False)].reset_index(drop=True)
