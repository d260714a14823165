"""A customer that pays later, disputes small sums, or settles in another way."""

import numpy as np
import pandas as pd

from actions.signals.rule import Rule, Tables, none
from actions.signals.runs import (
    Floats,
    Ints,
    ages,
    days,
    evidence,
    facts,
    firsts,
    grouped,
    last_runs,
    on,
    picked,
)
from actions.signals.settings import Settings

TABLE = "finance"


def _invoices(tables: Tables) -> pd.DataFrame:
    """Leave out credit notes."""
    rows = tables[TABLE]
    return rows[rows["amount"].to_numpy() > 0]


def _median_before(who: Ints, value: Floats, count: int, least: int) -> Floats:
    """Give the median of the customer's last ``count`` values before each, of at least ``least`` known ones."""
    rolled = pd.Series(value).groupby(who).rolling(count, min_periods=least).median().to_numpy()
    shifted = np.append(np.nan, rolled)[: len(rolled)]
    return np.asarray(np.where(firsts(who), np.nan, shifted))


def payment_slow(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """The last invoices were, or still are, paid ``slower`` times later than usual, and beyond ``slow_days``.

    An invoice that is unpaid and not yet slow tells nothing. What is usual is the median of the ``usual_invoices``
    before it that were paid, which a few slow ones do not move.
    """
    wanted, rows = settings.finance, _invoices(tables)
    who = rows["who"].to_numpy(np.int64)
    issued, paid = days(rows["issued_at"]), days(rows["paid_at"])
    unpaid = rows["paid_at"].isna().to_numpy()
    waited = np.where(unpaid, ages(issued, as_of), paid - issued).astype(np.float64)
    own = _median_before(who, np.where(unpaid, np.nan, waited), wanted.usual_invoices, wanted.usual_least)
    slow = (waited > wanted.slow_days) & (waited >= wanted.slower * np.nan_to_num(own, nan=np.inf))
    told = ~unpaid | slow
    place = np.flatnonzero(told)
    runs = last_runs(who[place], slow[place])
    first, last = place[runs.first], place[runs.last]
    fresh = ages(issued[last], as_of) <= wanted.stale_days
    first, last, times = first[fresh], last[fresh], runs.times[fresh]
    since = np.maximum(wanted.slow_days + 1, np.ceil(wanted.slower * own[first]))
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last],
            "since_on": on(issued[first] + since.astype(np.int64)),
            "times": times,
            "weight": waited[last] / (wanted.slower * own[last]),
            "evidence": evidence(TABLE, rows["invoice_id"], issued, first, last),
            "waited": waited[last],
            "own": own[last],
        }
    )


def small_disputed(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Invoices no larger than usual were disputed in the last ``dispute_days``."""
    wanted, rows = settings.finance, _invoices(tables)
    amount = rows["amount"].to_numpy(np.float64)
    middle = pd.Series(amount).groupby(rows["who"].to_numpy()).transform("median").to_numpy()
    day = days(rows["disputed_at"])
    age = ages(day, as_of)
    chosen = (age >= 0) & (age < wanted.dispute_days) & (amount <= wanted.small * middle)
    last, places = grouped(rows["who"].to_numpy(np.int64), chosen)
    times = np.array([len(some) for some in places], np.int64)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last],
            "since_on": on(np.array([day[some].min() for some in places], np.int64)),
            "times": times,
            "weight": times / needed,
            "evidence": picked(TABLE, rows["invoice_id"], day, places),
            "days": wanted.dispute_days,
        }
    )


def settlement_changed(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """The last invoices are settled in another way than most of the customer's invoices."""
    wanted, rows = settings.finance, _invoices(tables)
    rows = rows[rows["settlement_method"].notna()]
    if rows.empty:
        return none()
    who = rows["who"].to_numpy(np.int64)
    method = pd.factorize(rows["settlement_method"], sort=True)[0]
    counts = pd.DataFrame({"who": who, "method": method}).value_counts().reset_index()
    counts = counts.sort_values(["who", "count", "method"], ascending=[True, False, True])
    top = counts.drop_duplicates("who").set_index("who")
    enough = counts.groupby("who")["count"].sum() >= wanted.usual_least
    other = method != top["method"].reindex(who).to_numpy()
    other &= enough.reindex(who).to_numpy()
    day = days(rows["issued_at"])
    runs = last_runs(who, other)
    runs = runs.among(ages(day[runs.last], as_of) <= wanted.stale_days)
    names = rows["settlement_method"].to_numpy(object)
    usual_name = pd.Series(names).groupby(method).first()
    return pd.DataFrame(
        {
            **facts(TABLE, rows, "invoice_id", day, runs, runs.times / needed),
            "now": names[runs.last],
            "own": usual_name.reindex(top["method"].reindex(who[runs.last])).to_numpy(object),
        }
    )


RULES = (
    Rule(
        name="payment_slow",
        signal="finance",
        table=TABLE,
        columns=("paid_at",),
        weak=False,
        meaning=("invoices are paid much later than usual", "付款明显晚于惯常"),
        en="The last invoices ({times} in a row) took long: {waited:.0f} days for the latest; "
        "usual is {own:.0f}.",
        zh="最近连续{times}张发票付款缓慢：最近一张{waited:.0f}天，惯常为{own:.0f}天。",
        finds=payment_slow,
    ),
    Rule(
        name="small_disputed",
        signal="finance",
        table=TABLE,
        columns=("disputed_at",),
        weak=True,
        meaning=("small invoices are disputed", "小额发票被提出异议"),
        en="Small invoices were disputed in the last {days} days ({times}).",
        zh="{days}天内有{times}次对小额发票提出异议。",
        finds=small_disputed,
    ),
    Rule(
        name="settlement_changed",
        signal="finance",
        table=TABLE,
        columns=("settlement_method",),
        weak=True,
        meaning=("invoices are settled in another way than usual", "结算方式改变"),
        en="The last invoices ({times} in a row) are settled by {now} instead of {own}.",
        zh="最近连续{times}张发票改用{now}结算，惯常为{own}。",
        finds=settlement_changed,
    ),
)
