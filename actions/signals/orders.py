"""Orders that come later than the customer's own rhythm, in a hurry, or not at all after a trial."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.signals.monthly import stretches
from actions.signals.rule import Rule, Tables, none
from actions.signals.runs import (
    Ints,
    ages,
    day_of,
    days,
    evidence,
    facts,
    firsts,
    last_runs,
    lasts,
    on,
    usual,
)
from actions.signals.settings import Orders, Settings

TABLE = "trade"
YEAR = 365.25
SAME_WEEKS = 0.75
"""Share of the days of a silence that a pause of a past year must cover for it to be the same pause."""


def _bought(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out returns, which are no purchases."""
    if "is_return" in rows:
        rows = rows[~rows["is_return"].fillna(False).to_numpy(np.bool_)]
    return rows[rows["quantity"].to_numpy() > 0]


def interval_long(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Intervals between orders lie beyond the customer's own rhythm, the one that is still open among them.

    An open interval counts as often as it has passed the limit: a silence beyond twice the limit is one order that
    did not come, and a second. A silence in the weeks of a pause of past years is none.
    """
    wanted, rows = settings.orders, _bought(tables[TABLE])
    day = days(rows["ordered_at"])
    new = firsts(rows["who"].to_numpy(np.int64)) | np.append(True, np.diff(day) != 0)[: len(day)]
    rows, day = rows[new], day[new]
    who = rows["who"].to_numpy(np.int64)
    gap = np.where(firsts(who), np.nan, np.append(np.nan, np.diff(day))[: len(day)])
    last = lasts(who)
    # Each interval is held against those that ended before it began; the open one against all.
    limit = _limit(who, day, gap, (who, np.append(0, day[:-1])[: len(day)]), wanted)
    open_limit = _limit(who, day, gap, (who[last], day[last]), wanted)
    long = np.nan_to_num(gap) > np.nan_to_num(limit, nan=np.inf)
    runs = last_runs(who, long)
    begun = np.full(len(last), -1)
    begun[np.searchsorted(last, runs.last)] = runs.first
    silent = ages(day[last], as_of)
    with np.errstate(invalid="ignore"):
        missed = np.maximum(np.nan_to_num(np.ceil(silent / open_limit)) - 1, 0).astype(np.int64)
    held = ((missed > 0) | (begun >= 0)) & ~np.isnan(open_limit) & (silent <= wanted.silent_most_days)
    for late in np.flatnonzero(held & (missed > 0)):
        own = day[last[late - 1] + 1 if late else 0 : last[late] + 1]
        if _yearly(own, day_of(as_of)):
            missed[late] = 0
    place = np.flatnonzero(held & ((missed > 0) | (begun >= 0)))
    first = np.where(begun[place] >= 0, begun[place], last[place])
    completed = np.where(begun[place] >= 0, last[place] - first + 1, 0)
    # A run of completed intervals began to hold when the first of them passed its limit.
    since = np.where(
        begun[place] >= 0,
        day[np.maximum(first - 1, 0)] + np.floor(np.nan_to_num(limit[first])) + 1,
        day[last[place]] + np.floor(open_limit[place]) + 1,
    ).astype(np.int64)
    with np.errstate(invalid="ignore"):
        worst = np.where(completed > 0, gap[last[place]] / limit[last[place]], 0.0)
    beyond = np.fmax(worst, silent[place] / open_limit[place])
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last[place]],
            "since_on": on(since),
            "times": completed + missed[place],
            "weight": beyond,
            "evidence": evidence(
                TABLE, rows["order_id"], day, np.maximum(first - (completed > 0), 0), last[place]
            ),
            "silent": silent[place],
            "limit": open_limit[place],
        }
    )


def _limit(
    who: Ints, day: Ints, gap: NDArray[np.float64], asked: tuple[Ints, Ints], wanted: Orders
) -> NDArray[np.float64]:
    """Give the mean of the own intervals that ended by a day, and so many standard deviations above it."""
    window = (wanted.rhythm_days, 0)
    mean, square = (usual(who, day, value, asked, window, wanted.rhythm_least) for value in (gap, gap**2))
    return np.asarray(mean + wanted.deviations * np.sqrt(np.maximum(square - mean**2, 0)))


def _yearly(bought: Ints, today: int) -> bool:
    """Say whether the customer, silent since its last order, was as silent in the same weeks of a past year."""
    silence = today - bought[-1]
    gap = np.diff(bought)
    for years in range(1, int((bought[-1] - bought[0]) / YEAR) + 1):
        opened, closed = bought[-1] - YEAR * years, today - YEAR * years
        shared = np.minimum(bought[1:], closed) - np.maximum(bought[:-1], opened)
        if np.any((shared >= SAME_WEEKS * silence) & (gap >= SAME_WEEKS * silence)):
            return True
    return False


def urgent_up(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Month by month a larger share of the orders is urgent than usual."""
    wanted, rows = settings.orders, _bought(tables[TABLE])
    if rows.empty:
        return none()
    order = pd.factorize(rows["order_id"])[0]
    urgent = np.zeros(int(order.max()) + 1)
    np.maximum.at(urgent, order, rows["is_urgent"].fillna(False).to_numpy(np.float64))
    rows = rows[~pd.Series(order, rows.index).duplicated()]
    who, day = rows["who"].to_numpy(np.int64), days(rows["ordered_at"])
    held = stretches(
        who,
        day,
        urgent,
        lambda share, own: share - own >= wanted.urgent_rise,
        usual_days=wanted.urgent_usual_days,
        usual_least=wanted.rhythm_least,
        month_least=wanted.urgent_least,
    )
    held = held.among(ages(day[held.last], as_of) <= wanted.stale_days)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[held.last],
            "since_on": on(day[held.first]),
            "times": held.times,
            "weight": (held.now - held.own) / wanted.urgent_rise,
            "evidence": evidence(TABLE, rows["order_id"], day, held.first, held.last),
            "now": held.now,
            "own": held.own,
        }
    )


def trial_unfollowed(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """The last trials brought no ordinary order of the product in time."""
    wanted, rows = settings.orders, _bought(tables[TABLE])
    trial = rows["is_trial"].fillna(False).to_numpy(np.bool_)
    line = rows.assign(day=days(rows["ordered_at"]), place=np.arange(len(rows)))
    line = line[["customer_id", "who", "order_id", "product_id", "day", "place"]]
    tried = line[trial].drop_duplicates(["who", "product_id", "day"]).sort_values("day", kind="stable")
    after = line[~trial].sort_values("day", kind="stable")[["who", "product_id", "day"]]
    if tried.empty:
        return none()
    after = after[after["product_id"].isin(tried["product_id"])]
    joined = pd.merge_asof(
        tried,
        after.rename(columns={"day": "again"}),
        left_on="day",
        right_on="again",
        by=["who", "product_id"],
        direction="forward",
        allow_exact_matches=False,
    ).sort_values(["who", "day", "place"], kind="stable", ignore_index=True)
    followed = (joined["again"] - joined["day"]).le(wanted.follow_days).fillna(False).to_numpy(np.bool_)
    given_up = ~followed & (ages(joined["day"].to_numpy(np.int64), as_of) > wanted.follow_days)
    told = followed | given_up
    joined, given_up = joined[told], given_up[told]
    day = joined["day"].to_numpy(np.int64)
    runs = last_runs(joined["who"].to_numpy(np.int64), given_up)
    runs = runs.among(ages(day[runs.last], as_of) <= wanted.follow_days + wanted.stale_days)
    return pd.DataFrame(
        {
            **facts(TABLE, joined, "order_id", day, runs, runs.times / needed),
            "since_on": on(day[runs.first] + wanted.follow_days + 1),
            "days": wanted.follow_days,
        }
    )


RULES = (
    Rule(
        name="interval_long",
        signal="orders",
        table=TABLE,
        columns=(),
        weak=True,
        meaning=(
            "intervals between orders lie beyond the customer's own rhythm",
            "下单间隔超出该客户自身的节奏",
        ),
        en="Orders come late ({times} in a row): {silent:.0f} days since the last one; "
        "beyond {limit:.0f} is late for this customer.",
        zh="连续{times}次下单间隔过长：距上次下单{silent:.0f}天，该客户超过{limit:.0f}天即为偏晚。",
        finds=interval_long,
    ),
    Rule(
        name="urgent_up",
        signal="orders",
        table=TABLE,
        columns=("is_urgent",),
        weak=True,
        meaning=("a larger share of orders is urgent than usual", "加急订单占比高于惯常"),
        en="Months in a row with many urgent orders: {times}; {now:.0%} of the orders, usual is {own:.0%}.",
        zh="连续{times}个月加急订单占{now:.0%}，惯常为{own:.0%}。",
        finds=urgent_up,
    ),
    Rule(
        name="trial_unfollowed",
        signal="orders",
        table=TABLE,
        columns=("is_trial",),
        weak=True,
        meaning=("trial orders brought no ordinary order of the product", "试订之后没有正式订单"),
        en="The last trial orders ({times} in a row) brought no order of the product within {days} days.",
        zh="最近连续{times}次试订后{days}天内没有同一产品的正式订单。",
        finds=trial_unfollowed,
    ),
)
