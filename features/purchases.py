"""What customers bought from whom: customs records as they stood on a day, and the months that they tell whole.

A customs record is known weeks after the shipment, so the newest months are always short of records. A month counts
here when all but one in twenty of its records should be known, by the lag that older records had.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa

from features.past import as_they_stood

US, UNNAMED = "", "?"
"""In the column `supplier`: this company, and a supplier that the matching of names gave no name."""
KNOWN = 0.95
"""Share of a month's records that should be known before the month counts."""
SETTLED, LOOKED_BACK = 180, 365
"""The lag is taken from records shipped in the `LOOKED_BACK` days that ended `SETTLED` days before the day."""
LEAST_MONTHS = 3
"""A window of fewer months tells nothing of a share."""
COLUMNS = ["customer_id", "shipped_on", "product_line", "supplier", "value", "quantity"]


@dataclass(frozen=True)
class Span:
    """Two windows of `months` whole months each, one behind the other; the later one ends with the day `until`.

    `first` is the first day of the earliest month with a record, `lag` the days within which `KNOWN` of the records
    became known.
    """

    first: date
    until: date
    months: int
    lag: int

    @property
    def now_from(self) -> date:
        """The first day of the later window."""
        return _months_before(self.until, self.months)

    @property
    def before_from(self) -> date:
        """The first day of the earlier window."""
        return _months_before(self.until, 2 * self.months)

    @property
    def before_until(self) -> date:
        """The last day of the earlier window."""
        return self.now_from - timedelta(days=1)


def purchases(imports: pa.Table, as_of: date) -> pd.DataFrame:
    """Give the customs records as somebody would have read them in the evening of ``as_of``.

    One row a record, in its newest version known, those withdrawn left out. Columns: `customer_id`, `shipped_on`,
    `product_line`, `supplier` (the rival's name, US or UNNAMED), `value` (money), `quantity` (units; NaN: not
    told), `known_on` (when its first version could be known) and `record_id`; by customer, day and record.
    """
    rows: pd.DataFrame = as_they_stood({"imports": imports}, as_of)["imports"].to_pandas(date_as_object=False)
    shipped = pd.to_datetime(rows["shipped_on"])
    told = pd.to_datetime(rows["known_at"]) if "known_at" in rows else pd.Series(pd.NaT, index=rows.index)
    rows = rows.assign(shipped_on=shipped, known_on=told.dt.normalize().fillna(shipped))
    rows = rows.sort_values(["record_id", "known_on"], kind="stable")
    first = rows.groupby("record_id")["known_on"].transform("first")
    rows = rows.assign(known_on=first).drop_duplicates("record_id", keep="last")
    if "withdrawn_at" in rows:
        rows = rows[rows["withdrawn_at"].isna()]
    ours = rows["is_us"].to_numpy(dtype=bool)
    named = (rows["rival"] if "rival" in rows else pd.Series(None, index=rows.index, dtype=object)).astype(
        object
    )
    rows = rows.assign(
        supplier=np.where(ours, US, named.where(named.notna(), UNNAMED)),
        product_line=rows["product_line"].astype(object),
        quantity=rows["quantity"].astype(float) if "quantity" in rows else np.nan,
    )
    rows = rows.sort_values(["customer_id", "shipped_on", "record_id"], kind="stable")
    return rows[[*COLUMNS, "known_on", "record_id"]].reset_index(drop=True)


def span(rows: pd.DataFrame, as_of: date, months: int) -> Span | None:
    """Give the two windows that the records of ``purchases`` tell on ``as_of``, of up to ``months`` months each.

    None where they tell fewer than 2 * LEAST_MONTHS months whole.
    """
    if rows.empty:
        return None
    lag = _lag(rows, as_of)
    until = _last_of_month(as_of - timedelta(days=lag))
    first = rows["shipped_on"].min().date().replace(day=1)
    whole = (until.year - first.year) * 12 + until.month - first.month + 1
    size = min(months, whole // 2)
    return Span(first, until, size, lag) if size >= LEAST_MONTHS else None


def windowed(rows: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Give the records shipped from ``since`` to ``until``, both days among them."""
    return rows[rows["shipped_on"].between(pd.Timestamp(since), pd.Timestamp(until))]


def split(rows: pd.DataFrame, told: Span) -> pd.DataFrame:
    """Give what each customer bought of each line from each supplier in the two windows.

    One row a customer, product line and supplier with a record in either: `before` and `now` (money), and
    `whole_before` and `whole_now`, the same over all suppliers of the customer's line.
    """
    keys = ["customer_id", "product_line", "supplier"]
    sides = {
        "before": windowed(rows, told.before_from, told.before_until),
        "now": windowed(rows, told.now_from, told.until),
    }
    sums = {name: part.groupby(keys)["value"].sum() for name, part in sides.items()}
    both = pd.DataFrame(sums).fillna(0.0).sort_index().reset_index()
    for name in sides:
        both[f"whole_{name}"] = both.groupby(keys[:2])[name].transform("sum")
    return both


def blocks(rows: pd.DataFrame, told: Span, months: int = 3) -> pd.DataFrame:
    """Give the purchases in blocks of ``months`` whole months, counted back from the last month told.

    One row a customer, product line, supplier and block with a record: `until_on` (the last day of the block) and
    `value`. A first block that the records do not cover whole is left out.
    """
    known = rows[rows["shipped_on"] <= pd.Timestamp(told.until)]
    back = (
        (told.until.year - known["shipped_on"].dt.year) * 12 + told.until.month - known["shipped_on"].dt.month
    )
    place = back // months
    whole = ((told.until.year - told.first.year) * 12 + told.until.month - told.first.month + 1) // months
    ends = {k: _months_before(told.until, months * int(k)) - timedelta(days=1) for k in place.unique()}
    known = known.assign(until_on=pd.to_datetime(place.map(ends)))
    keys = ["customer_id", "product_line", "supplier", "until_on"]
    sums: pd.DataFrame = known[(place < whole).to_numpy()].groupby(keys)["value"].sum().reset_index()
    return sums


def _lag(rows: pd.DataFrame, as_of: date) -> int:
    """Give the days within which `KNOWN` of the older records became known; of all records where none is old."""
    days = (rows["known_on"] - rows["shipped_on"]).dt.days.to_numpy()
    settled = pd.Timestamp(as_of - timedelta(days=SETTLED))
    old = rows["shipped_on"].between(settled - pd.Timedelta(days=LOOKED_BACK), settled, inclusive="right")
    days = days[old.to_numpy()] if old.any() else days
    return max(int(np.quantile(days, KNOWN, method="higher")), 0)


def _last_of_month(day: date) -> date:
    """Give the last day of the last month that is over on the evening of ``day``."""
    return (day + timedelta(days=1)).replace(day=1) - timedelta(days=1)


def _months_before(until: date, months: int) -> date:
    """Give the first day of the ``months`` months that end with the last day of a month, ``until``."""
    place = until.year * 12 + until.month - months
    return date(place // 12, place % 12 + 1, 1)
