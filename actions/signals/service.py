"""A customer that asks for less service than was to be expected, and declines what is offered."""

from itertools import pairwise

import numpy as np
import pandas as pd

from actions.signals.rule import Rule, Tables, none
from actions.signals.runs import ages, counted, day_of, days, evidence, facts, last_runs, lasts, month_end, on
from actions.signals.settings import Settings

TABLE = "service"
USED = ("question", "repair", "maintenance", "training")
"""Tickets of a customer that uses what it bought; a complaint that stays away is no bad sign."""
OFFERED = ("maintenance", "training")
YEAR = 365
PERIODS = 4
"""Periods that are looked back."""


def contacts_under(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Period after period fewer tickets than the expected curve.

    The curve is the customer's own count of the year before the period, moved as the tickets of all customers moved
    between the two (season, a product that grew up). Periods are whole months that are over.
    """
    wanted, rows = settings.service, tables[TABLE]
    rows = rows[rows["kind"].isin(USED)]
    if rows.empty:
        return none()
    who, day = rows["who"].to_numpy(np.int64), days(rows["opened_at"])
    last = lasts(who)
    end_of = month_end(day_of(as_of))
    edges = [month_end(end_of, wanted.period_months * back) for back in range(PERIODS + 1)]
    times = np.zeros(len(last), np.int64)
    alive = np.ones(len(last), np.bool_)
    since = np.zeros(len(last), np.int64)
    asked, expected = np.zeros(len(last)), np.zeros(len(last))
    for end, begin in pairwise(edges):
        length = end - begin
        now = counted(who, day, (who[last], np.full(len(last), end)), (length, 0))
        before = counted(who, day, (who[last], np.full(len(last), end)), (length + YEAR, length))
        curve = before * now.sum() / max(before.sum(), 1)
        alive &= (curve >= wanted.expected_least) & (now < (1 - wanted.shortfall) * curve)
        times += alive
        since[alive] = end
        asked[alive] += now[alive]
        expected[alive] += curve[alive]
    held = np.flatnonzero(times)
    # What there is to show is the last tickets that came.
    begins = np.append(0, last[:-1] + 1)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last[held]],
            "since_on": on(since[held]),
            "times": times[held],
            "weight": (1 - asked[held] / expected[held]) / wanted.shortfall,
            "evidence": evidence(TABLE, rows["ticket_id"], day, begins[held], last[held]),
            "asked": asked[held],
            "expected": expected[held],
            "months": wanted.period_months,
        }
    )


def offers_declined(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """The customer declined the last trainings and maintenances that it was offered."""
    wanted, rows = settings.service, tables[TABLE]
    rows = rows[rows["kind"].isin(OFFERED) & rows["accepted"].notna()]
    day = days(rows["opened_at"])
    runs = last_runs(rows["who"].to_numpy(np.int64), ~rows["accepted"].to_numpy(np.bool_))
    runs = runs.among(ages(day[runs.last], as_of) <= wanted.stale_days)
    return pd.DataFrame(facts(TABLE, rows, "ticket_id", day, runs, runs.times / needed))


RULES = (
    Rule(
        name="contacts_under",
        signal="service",
        table=TABLE,
        columns=(),
        weak=True,
        meaning=("fewer service tickets than the expected curve", "服务请求低于预期曲线"),
        en="Fewer service requests than expected ({times} in a row, {months} months each): "
        "{asked:.0f} instead of {expected:.1f}.",
        zh="连续{times}个周期（每期{months}个月）服务请求低于预期：{asked:.0f}次，预期{expected:.1f}次。",
        finds=contacts_under,
    ),
    Rule(
        name="offers_declined",
        signal="service",
        table=TABLE,
        columns=("accepted",),
        weak=True,
        meaning=("trainings and maintenance on offer are declined", "拒绝所提供的培训与维保"),
        en="The last trainings or maintenances on offer were declined ({times} in a row).",
        zh="最近连续{times}次培训或维保邀约被拒绝。",
        finds=offers_declined,
    ),
)
