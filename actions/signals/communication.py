"""Contacts that get shallow, deciders that stay away, meetings that turn passive."""

import numpy as np
import pandas as pd

from actions.signals.monthly import stretches
from actions.signals.rule import Rule, Tables, none
from actions.signals.runs import (
    Floats,
    Ints,
    ages,
    days,
    evidence,
    facts,
    last_runs,
    on,
    usual,
)
from actions.signals.settings import Communication, Settings

TABLE = "interaction"
TALKS = ("email", "call", "meeting", "visit")
"""Contacts in which something is said."""
MEETINGS = ("meeting", "visit", "invitation", "event")
"""Contacts to which the customer comes, or does not."""
DECIDERS = ("purchasing", "executive")
"""Roles that decide to buy."""


def _shallow(rows: pd.DataFrame, wanted: Communication) -> tuple[Ints, Floats]:
    """Give the days of some contacts, and the share by which each lies under its customer's usual depth."""
    who, day = rows["who"].to_numpy(np.int64), days(rows["occurred_at"])
    depth = rows["depth"].to_numpy(np.float64)
    window = (wanted.usual_days, wanted.recent_days)
    own = usual(who, day, depth, (who, day), window, wanted.usual_least)
    with np.errstate(divide="ignore", invalid="ignore"):
        return day, np.where(own > 0, 1 - depth / own, np.nan)


def depth_down(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """The depth of the last contacts lies ``depth_drop`` under the customer's own usual."""
    wanted, rows = settings.communication, tables[TABLE]
    rows = rows[rows["kind"].isin(TALKS) & rows["depth"].notna()]
    who = rows["who"].to_numpy(np.int64)
    day, fall = _shallow(rows, wanted)
    runs = last_runs(who, np.nan_to_num(fall, nan=-1.0) >= wanted.depth_drop)
    runs = runs.among(ages(day[runs.last], as_of) <= wanted.stale_days)
    before = np.append(0.0, np.cumsum(np.nan_to_num(fall)))
    mean = (before[runs.last + 1] - before[runs.first]) / runs.times
    return pd.DataFrame(
        {**facts(TABLE, rows, "interaction_id", day, runs, mean / wanted.depth_drop), "fall": mean}
    )


def deciders_absent(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Month by month a smaller share of the contacts is with executives and purchasing than usual."""
    wanted, rows = settings.communication, tables[TABLE]
    rows = rows[rows["kind"].isin((*TALKS, *MEETINGS)) & rows["contact_role"].notna()]
    if rows.empty:
        return none()
    who, day = rows["who"].to_numpy(np.int64), days(rows["occurred_at"])
    held = stretches(
        who,
        day,
        np.asarray(rows["contact_role"].isin(DECIDERS), np.float64),
        lambda share, own: (own > 0) & (share <= (1 - wanted.deciders_drop) * own),
        usual_days=wanted.usual_days,
        usual_least=2 * wanted.usual_least,
        month_least=wanted.month_least,
    )
    held = held.among(ages(day[held.last], as_of) <= wanted.stale_days)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[held.last],
            "since_on": on(day[held.first]),
            "times": held.times,
            "weight": (1 - held.now / held.own) / wanted.deciders_drop,
            "evidence": evidence(TABLE, rows["interaction_id"], day, held.first, held.last),
            "now": held.now,
            "own": held.own,
        }
    )


def meetings_passive(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """The customer stays away from the last meetings and invitations, or comes and says little."""
    wanted, rows = settings.communication, tables[TABLE]
    rows = rows[rows["kind"].isin(MEETINGS)]
    if rows.empty:
        return none()
    away = rows["attended"].eq(False).fillna(False).to_numpy(np.bool_)
    told = rows["attended"].notna().to_numpy(np.bool_)
    if "depth" in rows:
        said = rows["depth"].notna().to_numpy()
        quiet = np.zeros(len(rows), np.bool_)
        quiet[said] = np.nan_to_num(_shallow(rows[said], wanted)[1], nan=-1.0) >= wanted.depth_drop
        told, away = told | said, away | quiet
    rows, away = rows[told], away[told]
    day = days(rows["occurred_at"])
    runs = last_runs(rows["who"].to_numpy(np.int64), away)
    runs = runs.among(ages(day[runs.last], as_of) <= wanted.stale_days)
    return pd.DataFrame(facts(TABLE, rows, "interaction_id", day, runs, runs.times / needed))


RULES = (
    Rule(
        name="depth_down",
        signal="communication",
        table=TABLE,
        columns=("depth|text",),
        weak=True,
        meaning=("the depth of contacts lies under the customer's own usual", "沟通深度低于该客户的惯常水平"),
        en="The last contacts ({times} in a row) went {fall:.0%} less deep than this customer's usual.",
        zh="最近连续{times}次联系的深度比该客户惯常低{fall:.0%}。",
        finds=depth_down,
    ),
    Rule(
        name="deciders_absent",
        signal="communication",
        table=TABLE,
        columns=("contact_role",),
        weak=True,
        meaning=("a smaller share of contacts is with deciders than usual", "与决策者的联系占比低于惯常"),
        en="Months in a row with few deciders: {times}; {now:.0%} of the contacts were with executives or "
        "purchasing, usual is {own:.0%}.",
        zh="连续{times}个月与高管或采购的联系只占{now:.0%}，惯常为{own:.0%}。",
        finds=deciders_absent,
    ),
    Rule(
        name="meetings_passive",
        signal="communication",
        table=TABLE,
        columns=("attended",),
        weak=True,
        meaning=(
            "the customer stays away from meetings and invitations, or says little",
            "客户缺席会面与邀请，或到场而少言",
        ),
        en="The customer stayed away from the last meetings or invitations, or said little ({times} in a row).",
        zh="最近连续{times}次会面或邀请，客户缺席或少言。",
        finds=meetings_passive,
    ),
)
