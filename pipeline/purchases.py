"""Where purchases go, on a day: what the customs records tell of us and the rivals, with intervals over customers.

Reads the checked records and cuts them to the day; ``report`` shows what it gives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from features import flows, position
from features.past import as_they_stood
from features.purchases import UNNAMED, US, Span, blocks, purchases, span, split
from models.intervals import Interval
from models.shares import OPEN, changes, median, shares, sums
from pipeline import records, versions
from pipeline.params import Params
from pipeline.paths import Paths

OTHERS = "*"
"""In the column `supplier`: the named rivals beyond the largest, together."""
KINDS = ("segment", "industry", "region")
LEAST_CUSTOMERS, LEAST_RECORDS = 5, 10
"""A group of fewer customers is not asked whether it falls; a price from fewer records is not told."""


@dataclass(frozen=True)
class Purchases:
    """What is told on a day. Frames hold `supplier` and `rival` as ``features.purchases`` and OTHERS name them.

    `rivals` are the largest named, in order of size, and `lines` the product lines that lost most, in that order.
    `recorded` of `customers` customers have a record in the two windows.

    - `moved`: `features.flows.moved`; `away`, `back` and `net` are its sums. `by_rival`: one row a rival (folded):
      `away`, `back`, `net`, `low`, `high`.
    - `alone`: `features.flows.unpaired`
    - `course`: one row a product line, block of three months (`until_on`) and supplier (folded): `share`, and of
      ours `low` and `high`
    - `growing`: `features.flows.growing`
    - `groups`: one row a `kind` and `group`: `customers`, `before`, `now` (our share), `change`, `low`, `high`
    - `position`: one row a supplier (folded): `gap`, the median price gap over the lines and the `customers` that
      buy them from us too (`low`, `high`), `days`, the median of `pauses` pauses between two shipments. `by_line`:
      one row a product line and supplier, likewise, and `price`, the median over its customers of what a unit cost
    """

    as_of: date
    span: Span
    customers: int
    recorded: int
    rivals: Sequence[str]
    lines: Sequence[str]
    moved: pd.DataFrame
    away: Interval
    back: Interval
    net: Interval
    by_rival: pd.DataFrame
    alone: pd.DataFrame
    course: pd.DataFrame
    growing: pd.DataFrame
    groups: pd.DataFrame
    position: pd.DataFrame
    by_line: pd.DataFrame


def of_day(params: Params, paths: Paths, as_of: date) -> Purchases | str:
    """Give what the customs records tell on ``as_of``, or the sentence that says why they tell nothing."""
    tables = records.tables(paths, ["customers", "imports"])
    imports = tables.get("imports")
    if imports is None or not len(imports):
        return "Where purchases go cannot be told: the dataset has no customs records (table “imports”)."
    rows = purchases(imports, as_of)
    told = span(rows, as_of, params.report.months)
    if told is None:
        return (
            f"Where purchases go cannot be told: on {as_of} the customs records (table “imports”) cover fewer than "
            "six months whole."
        )
    if not (rows["supplier"] != US).any():
        return "Where purchases go cannot be told: the customs records (table “imports”) hold our shipments only."
    who = as_they_stood({"customers": tables["customers"]}, as_of)["customers"].to_pandas(
        date_as_object=False
    )
    parts = split(rows, told)
    named = [name for name in position.rivals_by_size(parts) if name != UNNAMED]
    rivals = named[: params.report.rivals]
    moved = flows.moved(parts)
    prices = position.unit_prices(rows, told)
    beside = (prices, position.gaps(prices), position.pauses(rows, told))
    totals = sums({name: _of(moved, name) for name in ("away", "back", "net")}, moved["customer_id"])
    return Purchases(
        as_of=as_of,
        span=told,
        customers=int(who["customer_id"].nunique()),
        recorded=int(parts["customer_id"].nunique()),
        rivals=rivals,
        lines=_lines(parts, moved)[: params.report.rivals],
        moved=moved,
        away=totals["away"],
        back=totals["back"],
        net=totals["net"],
        by_rival=_by_rival(moved, rivals),
        alone=flows.unpaired(parts),
        course=_course(blocks(rows, told), rivals),
        growing=flows.growing(rows, told),
        groups=_groups(parts, who, as_of),
        position=_position(*beside, ["supplier"], rivals),
        by_line=_position(*beside, ["product_line", "supplier"], rivals),
    )


def folded(suppliers: pd.Series, rivals: Iterable[str]) -> pd.Series:
    """Name the rivals beyond ``rivals`` OTHERS; us, the unnamed and the largest stay."""
    kept: pd.Series = suppliers.where(suppliers.isin([US, UNNAMED, *rivals]), OTHERS)
    return kept


def _of(moved: pd.DataFrame, name: str) -> pd.Series:
    values: pd.Series = moved["away"] - moved["back"] if name == "net" else moved[name]
    return values


def _lines(parts: pd.DataFrame, moved: pd.DataFrame) -> list[str]:
    lost = moved.groupby("product_line")["away"].sum()
    lines = [str(name) for name in sorted(parts["product_line"].unique())]
    return sorted(lines, key=lambda name: -float(lost.get(name, 0.0)))


def _by_rival(moved: pd.DataFrame, rivals: Sequence[str]) -> pd.DataFrame:
    of = folded(moved["rival"], rivals)
    names = [name for name in (*rivals, OTHERS, UNNAMED) if (of == name).any()]
    net = sums({name: np.where(of == name, _of(moved, "net"), 0.0) for name in names}, moved["customer_id"])
    rows = [
        {
            "rival": name,
            "away": float(moved.loc[of == name, "away"].sum()),
            "back": float(moved.loc[of == name, "back"].sum()),
            "net": net[name].value,
            "low": net[name].low,
            "high": net[name].high,
        }
        for name in names
    ]
    return pd.DataFrame(rows, columns=["rival", "away", "back", "net", "low", "high"])


def _course(sold: pd.DataFrame, rivals: Sequence[str]) -> pd.DataFrame:
    sold = sold.assign(supplier=folded(sold["supplier"], rivals))
    cells = ["product_line", "until_on"]
    whole = sold.groupby(cells)["value"].sum().rename("whole")
    theirs = sold[sold["supplier"] != US].groupby([*cells, "supplier"])["value"].sum().reset_index()
    theirs = theirs.join(whole, on=cells)
    theirs = theirs.assign(share=theirs["value"] / theirs["whole"]).drop(columns=["value", "whole"])
    ours = np.where(sold["supplier"] == US, sold["value"], 0.0)
    place = sold.groupby(cells).ngroup().to_numpy()
    of = {
        k: (np.where(place == k, ours, 0.0), np.where(place == k, sold["value"], 0.0))
        for k in range(len(whole))
    }
    sure = shares({str(k): parts for k, parts in of.items()}, sold["customer_id"])
    told = whole.index.to_frame(index=False).assign(supplier=US)
    told[["share", "low", "high"]] = [sure[str(k)] for k in range(len(whole))]
    return pd.concat([told, theirs], ignore_index=True)


def _groups(parts: pd.DataFrame, who: pd.DataFrame, as_of: date) -> pd.DataFrame:
    columns = ["kind", "group", "customers", "before", "now", "change", "low", "high"]
    both = parts[(parts["whole_before"] > 0) & (parts["whole_now"] > 0)]
    kinds = [name for name in KINDS if name in who]
    if both.empty or not kinds:
        return pd.DataFrame(columns=columns)
    ids = pd.DataFrame({"customer_id": sorted(both["customer_id"].unique()), "as_of": pd.Timestamp(as_of)})
    known = versions.known(who, ids).set_axis(ids["customer_id"])
    rows = []
    for kind in kinds:
        of = both["customer_id"].map(known[kind])
        counts = both.groupby(of.to_numpy(object))["customer_id"].nunique()
        names = sorted(str(name) for name, n in counts.items() if n >= LEAST_CUSTOMERS)
        then, now = (
            shares({name: _ours(both, of == name, side) for name in names}, both["customer_id"], n=1)
            for side in ("before", "now")
        )
        falls = changes(
            {name: (*_ours(both, of == name, "before"), *_ours(both, of == name, "now")) for name in names},
            both["customer_id"],
        )
        rows += [
            {
                "kind": kind,
                "group": name,
                "customers": int(counts[name]),
                "before": then[name].value,
                "now": now[name].value,
                "change": falls[name].value,
                "low": falls[name].low,
                "high": falls[name].high,
            }
            for name in names
        ]
    return pd.DataFrame(rows, columns=columns)


def _ours(both: pd.DataFrame, there: pd.Series, side: str) -> tuple[np.ndarray, np.ndarray]:
    """Give what the customers of a group bought from us in a window, and from anybody, row by row."""
    money = both[side].to_numpy()
    return np.where(there & (both["supplier"] == US), money, 0.0), np.where(there, money, 0.0)


def _position(
    prices: pd.DataFrame, gaps: pd.DataFrame, pauses: pd.DataFrame, keys: list[str], rivals: Sequence[str]
) -> pd.DataFrame:
    """Give the middle prices, gaps and pauses of each supplier, by line or over all lines."""
    prices, gaps, pauses = (
        rows.assign(supplier=folded(rows["supplier"], rivals)) for rows in (prices, gaps, pauses)
    )
    told = prices.groupby(keys).agg(records=("records", "sum"), price=("unit_price", "median"))
    told = told.join(
        pauses.groupby(keys)["days"].agg(["size", "median"]).set_axis(["pauses", "days"], axis=1), how="outer"
    )
    found = {
        key: median(rows["gap"], rows["customer_id"])
        for key, rows in gaps.groupby(keys)
        if rows["customer_id"].nunique() >= LEAST_CUSTOMERS
    }
    told["customers"] = gaps.groupby(keys)["customer_id"].nunique().reindex(told.index)
    told = told.fillna({"records": 0, "pauses": 0, "customers": 0})
    told["price"] = told["price"].where(told["records"] >= LEAST_RECORDS)
    told["days"] = told["days"].where(told["pauses"] >= LEAST_RECORDS)
    intervals = [found.get(key if isinstance(key, tuple) else (key,), OPEN) for key in told.index]
    told[["gap", "low", "high"]] = np.array(intervals, dtype=float).reshape(len(told), 3)
    return told.reset_index()
