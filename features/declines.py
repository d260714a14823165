"""Why a customer buys more or less than before: its market, its region, rivals, and itself.

The sales to a customer are taken as a product, industry x region beside it x our share of what the customer buys x
everything else of its own, and their change is taken apart by ``features.lmdi``. The first two come from other
customers and the published index (``features.surroundings``), our share from customs records
(``features.walletshare``), the last is what is left. So ``customer`` holds its own season, its growth and the
chance of single orders, and where no customs record tells our share (``wallet_known`` is false) what went to rivals
too.

Everything is read from the records as they stood on the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from features import lmdi, marketindex, surroundings, walletshare
from features.past import as_they_stood, newest
from features.sources import CUSTOMERS, IMPORTS, MARKET, TABLES, TRADE
from features.windows import EPOCH, Window

Floats = NDArray[np.float64]
Against = Literal["year", "before"]
PARTS = ("market", "region", "competitor", "customer")
YEAR = 365


@dataclass(frozen=True)
class Terms:
    """``days``: length of both windows. ``against``: what now is held against, the same days a year ago, or the
    days before. Where the records do not reach back that far, the days before.

    ``index_error``: standard error of the log change of a published index; ``unseen``: the same of one of which no
    month of the window is published (``features.marketindex``)."""

    days: int = 90
    against: Against = "year"
    index_error: float = 0.05
    unseen: float = 0.15


@dataclass(frozen=True)
class Basis:
    """Everything that a day's changes are read from, by customer: sales of both windows and what surrounds them."""

    customers: NDArray[np.object_]
    back: int
    """Days from the window now to that before: 365, or the length of the window."""
    before: Floats
    now: Floats
    log: Floats
    """Log change of sales of those that count for others: they bought in both of the last two windows; else NaN."""
    weight: Floats
    groups: surroundings.Groups
    index: surroundings.Told
    cells: surroundings.Told
    standing: tuple[surroundings.Told, surroundings.Told]
    """How far the last published index stands off its usual, by industry and by cell."""


def declines(tables: Mapping[str, pa.Table], as_of: date, terms: Terms | None = None) -> pd.DataFrame:
    """Give one row a customer known on ``as_of``, sorted, from the checked tables (those of any later day too).

    Columns: customer_id, as_of; days (length of the windows), against; before, now (sales, money; returns do not
    count, and what is below 0 is 0), change, and its parts market, region, competitor, customer; wallet_known;
    and industry and region_name, by which it was grouped (null: unknown).
    """
    terms = terms or Terms()
    stood = as_they_stood({name: tables[name] for name in tables if name in READ}, as_of)
    found = basis(stood, as_of, terms)
    market, region = surroundings.around(
        found.customers.tolist(), found.log, found.weight, found.groups, found.index, found.cells
    )
    now = Window((as_of - EPOCH).days, terms.days)
    share = walletshare.changes(_rows(stood, IMPORTS.name), found.customers, market + region, now, found.back)
    logs = {"market": market, "region": region, "competitor": share.log}
    parts = lmdi.parts(found.before, found.now, logs, {"competitor": share.replaced}, rest="customer")
    rows = pd.DataFrame(
        {
            "customer_id": found.customers,
            "as_of": pd.Timestamp(as_of),
            "days": terms.days,
            "against": "year" if found.back == YEAR else "before",
            "before": found.before,
            "now": found.now,
            "change": found.now - found.before,
            **{name: parts[name] for name in PARTS},
            "wallet_known": share.known,
            "industry": _named(found.groups.industry, found.groups.words[0]),
            "region_name": _named(found.groups.region, found.groups.words[1]),
        }
    )
    return rows.astype({"customer_id": "str", "as_of": "datetime64[s]", "against": "str"})


def levels(tables: Mapping[str, pa.Table], as_of: date, terms: Terms | None = None) -> pd.DataFrame:
    """Give one row an industry (``region`` null), and one a region (``industry`` null), as they changed as a whole.

    Columns: industry, region, days, against, log and variance (of its change; of a region beside its industries),
    customers (whose change counts) and falling (the share of them that bought less), and index_log and
    index_variance: how far the last published index stands off its usual (NaN and endless without one).
    """
    terms = terms or Terms()
    found = basis(as_they_stood({name: tables[name] for name in tables if name in READ}, as_of), as_of, terms)
    groups = found.groups
    changes = surroundings.changes(found.log, found.weight, groups, found.index, found.cells)
    industries, regions = groups.words
    counts = np.isfinite(found.log)
    parts = []
    beside = surroundings.of_regions(groups, found.standing[1], len(regions))
    for words, other, codes, level, index in (
        ("industry", "region", groups.industry, changes.industry, found.standing[0]),
        ("region", "industry", groups.region, changes.region, beside),
    ):
        names = industries if words == "industry" else regions
        mine = counts & (codes >= 0)
        many = np.bincount(codes[mine], minlength=len(names))
        fell = np.bincount(codes[mine & (found.log < 0)], minlength=len(names))
        parts.append(
            pd.DataFrame(
                {
                    words: pd.Series(names, dtype="str"),
                    other: pd.Series([None] * len(names), dtype="str"),
                    "log": level.log,
                    "variance": level.variance,
                    "index_log": index.log,
                    "index_variance": index.variance,
                    "customers": many,
                    "falling": fell / np.maximum(many, 1),
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    against = "year" if found.back == YEAR else "before"
    return rows.assign(days=terms.days, against=against)


READ = (CUSTOMERS.name, TRADE.name, IMPORTS.name, MARKET.name)


def basis(stood: Mapping[str, pa.Table], as_of: date, terms: Terms) -> Basis:
    """Read the sales and the surroundings of a day from the tables as they stood on it."""
    people = _rows(stood, CUSTOMERS.name)
    assert people is not None
    people = people.sort_values("customer_id", ignore_index=True)
    customers = people["customer_id"].to_numpy(object)
    groups = surroundings.grouped(*(_texts(people, name) for name in ("industry", "region")))
    who, day, cents, order = _lines(stood[TRADE.name], customers)
    now = Window((as_of - EPOCH).days, terms.days)
    begun = int(day.min()) if len(day) else now.until
    whole = terms.against == "year" and begun <= now.until - YEAR - terms.days
    back = YEAR if whole else terms.days
    sales, past = (_summed(who, day, cents, window, len(customers)) / 100 for window in (now, now.ago(back)))
    orders, past_orders = (
        _summed(who, day, order, window, len(customers)) for window in (now, now.ago(back))
    )
    recent = _summed(who, day, order, now.ago(terms.days), len(customers)) > 0
    log, weight = surroundings.log_changes(past, sales, past_orders, orders)
    counts = (orders > 0) | recent
    published = _rows(stood, MARKET.name)
    told = marketindex.changes(published, groups, now, back, error=terms.index_error, unseen=terms.unseen)
    return Basis(
        customers,
        back,
        past,
        sales,
        np.where(counts, log, np.nan),
        np.where(counts, weight, 0.0),
        groups,
        *told,
        marketindex.standing(published, groups, now.until, error=terms.index_error),
    )


def _lines(trade: pa.Table, customers: NDArray[np.object_]) -> tuple[NDArray[np.int64], ...]:
    """Give customer, day, amount in cents and (on one line of each day and customer) 1 of the order lines.

    Whole cents, so that sums do not depend on the order of rows.
    """
    wanted = [
        "customer_id",
        "ordered_at",
        "amount",
        *({"is_return", "withdrawn_at"} & set(trade.column_names)),
    ]
    rows: pd.DataFrame = trade.select(wanted).to_pandas(date_as_object=False)
    if "is_return" in rows:
        rows = rows[~rows["is_return"].fillna(False).astype(bool)]
    if "withdrawn_at" in rows:
        rows = rows[rows["withdrawn_at"].isna()]
    who = pd.Index(customers).get_indexer(pd.Index(rows["customer_id"]))
    day = rows["ordered_at"].to_numpy("datetime64[D]").astype(np.int64)
    kept = who >= 0
    who, day = who[kept].astype(np.int64), day[kept]
    cents = np.rint(rows["amount"].to_numpy(np.float64)[kept] * 100).astype(np.int64)
    first = np.zeros(len(who), np.int64)
    first[np.unique(who * 100_000 + day, return_index=True)[1]] = 1
    return who, day, cents, first


def _summed(
    who: NDArray[np.int64], day: NDArray[np.int64], values: NDArray[np.int64], window: Window, many: int
) -> Floats:
    """Sum over a window by customer, never below 0."""
    held = window.holds(day)
    sums = np.zeros(many, np.int64)
    np.add.at(sums, who[held], values[held])
    return np.maximum(sums, 0).astype(np.float64)


def _rows(stood: Mapping[str, pa.Table], name: str) -> pd.DataFrame | None:
    """Give the newest versions of the records of a table, null where there is none."""
    if name not in stood:
        return None
    return newest(stood[name].to_pandas(date_as_object=False), TABLES[name])


def _texts(rows: pd.DataFrame, name: str) -> list[str | None]:
    return rows[name].astype(object).tolist() if name in rows else [None] * len(rows)


def _named(codes: NDArray[np.int64], words: Sequence[str]) -> pd.Series:
    return (
        pd.Series(words, dtype="str").reindex(np.where(codes < 0, len(words), codes)).reset_index(drop=True)
    )
