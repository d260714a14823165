"""Who is being dealt with already, by the records of our own actions and campaigns as they stood on a day.

One voice to a customer: an action that is open, or that was planned within the quiet days, blocks a second one,
whichever department asks; while a campaign runs no e-mail of ours goes out beside it.
"""
# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from actions.playbooks import Play
from features.past import frames_on
from pipeline import journal, records
from pipeline.paths import Paths
from pipeline.response_settings import Plans

TABLES = ("actions", "interaction")
CLOSED = frozenset({"finished", "evaluated", "cancelled", "closed", "done", "lapsed"})
"""Status of an action that nobody is at any more; any other is open."""
CAMPAIGNS = ("campaign", "invitation", "event")


def stood(paths: Paths, as_of: date) -> dict[str, pd.DataFrame]:
    """Give the actions and the contacts as they stood on a day, each record in the newest version known."""
    there = frames_on(records.tables(paths, TABLES), as_of)
    if "actions" in there:  # what answers the day itself is the plan being made
        actions = there["actions"]
        there["actions"] = actions[pd.to_datetime(actions["as_of"]) < pd.Timestamp(as_of)]
    return {name: rows for name, rows in there.items() if len(rows)}


def contacts(
    facts: pd.DataFrame, tables: Mapping[str, pd.DataFrame], as_of: pd.Timestamp, told: Plans
) -> pd.DataFrame:
    """Say who is being dealt with already, by an action that is open or was planned within the quiet days.

    Returns customer_id, busy, busy_en, busy_zh (why), campaign, tried (the kinds of the actions of late, a list).
    """
    busy: dict[str, tuple[str, str]] = {}
    tried: dict[str, list[str]] = {}
    if "actions" in tables:
        actions = tables["actions"]
        first = (
            actions["as_of"]
            if "started_at" not in actions
            else actions["started_at"].fillna(actions["as_of"])
        )
        recent = pd.to_datetime(first) > as_of - timedelta(days=told.quiet_days)
        actions = actions[_open(actions) | recent].sort_values(["as_of", "action_id"])
        latest = actions.drop_duplicates("customer_id", keep="last")
        busy = {str(row["customer_id"]): _busy(row, told.quiet_days) for row in latest.to_dict("records")}
        late = tables["actions"][pd.to_datetime(first) > as_of - timedelta(days=told.repeat_days)]
        tried = {str(who): sorted(set(kinds)) for who, kinds in late.groupby("customer_id")["kind"]}
    words = [busy.get(who, ("", "")) for who in facts["customer_id"]]
    found = facts[["customer_id"]].assign(
        busy=[en != "" for en, _ in words],
        busy_en=[en for en, _ in words],
        busy_zh=[zh for _, zh in words],
        campaign=False,
        tried=pd.Series([tried.get(who, []) for who in facts["customer_id"]], dtype=object),
    )
    if "interaction" in tables:
        rows = tables["interaction"]
        sent = rows["kind"].isin(CAMPAIGNS) & (
            rows["occurred_at"] > as_of - timedelta(days=told.campaign_days)
        )
        found["campaign"] = found["customer_id"].isin(set(rows.loc[sent, "customer_id"]))
    return found


def _open(actions: pd.DataFrame) -> pd.Series:
    ended = actions["status"].str.lower().isin(CLOSED)
    if "finished_at" in actions:
        ended |= actions["finished_at"].notna()
    return ~ended


def _busy(action: Mapping[Any, Any], quiet_days: int) -> tuple[str, str]:
    owner = action.get("owner")
    by = (f" by {owner}", f"，负责人{owner}") if isinstance(owner, str) and owner else ("", "")
    day = pd.Timestamp(action["as_of"]).date()
    if str(action["status"]).lower() in CLOSED:
        return (
            f"No second contact: '{action['kind']}' was planned on {day}{by[0]}, less than {quiet_days} days ago",
            f"不重复联系：{day}已安排“{action['kind']}”{by[1]}，未满{quiet_days}天",
        )
    return (
        f"No second contact: '{action['kind']}' of {day} is under way{by[0]}",
        f"不重复联系：{day}的“{action['kind']}”正在进行{by[1]}",
    )


class Planned(NamedTuple):
    """What the log holds of plans made before a day: of each customer planned for of late whether chance left it
    alone, and the money that each plan was to take, by its action.
    """

    left_alone: Mapping[str, bool]
    costs: Mapping[str, float]


def planned(paths: Paths, as_of: date, days: int) -> Planned:
    """Give the plans that the log holds of the days before ``as_of``; ``days`` say what is of late."""
    left: dict[str, bool] = {}
    costs: dict[str, float] = {}
    for event in journal.events(paths):
        if event.kind != "planned" or (made := date.fromisoformat(event.told["as_of"])) >= as_of:
            continue
        if made > as_of - timedelta(days=days):
            left[event.customer_id] = bool(event.told.get("held_out"))
        costs[event.action_id] = float(event.told.get("cost") or 0.0)
    return Planned(left, costs)


def spent(
    actions: pd.DataFrame | None,
    plays: Mapping[str, Play],
    as_of: pd.Timestamp,
    days: int,
    costs: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, float]:
    """Give what actions begun within the days of the budget take from it: hours, money, hours by role.

    While nobody has said what an action cost, it takes the money of its plan (``costs``, by action), a concession
    that is expected to be granted included; without a plan what its play costs.
    """
    if actions is None:
        return {}
    since = pd.to_datetime(actions["as_of"])
    if "started_at" in actions:
        since = pd.to_datetime(actions["started_at"]).fillna(since)
    begun = actions[since > as_of - timedelta(days=days)]
    taken: dict[str, float] = {}
    for row in begun.to_dict("records"):
        if (play := plays.get(str(row["kind"]))) is None:
            continue
        paid, meant = row.get("cost"), costs.get(str(row.get("action_id")), play.cost)
        for name, of in (
            ("hours", play.hours),
            (play.owner_role, play.hours),
            ("money", meant if paid is None or pd.isna(paid) else float(paid)),
        ):
            taken[name] = taken.get(name, 0.0) + of
    return taken
