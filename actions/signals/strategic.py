"""Joint steps that slip, and plans that are no longer shared."""

import numpy as np
import pandas as pd

from actions.signals.rule import Rule, Tables
from actions.signals.runs import ages, days, evidence, firsts, grouped, lasts, on, picked
from actions.signals.settings import Settings

TABLE = "milestones"
ROADMAP = "roadmap"


def milestone_late(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Joint steps lie more than ``late_days`` behind their plan and are not done, without a reason.

    A reason is another step of the same kind, planned within ``reason_days`` after the plan that was missed: the
    records hold no other.
    """
    wanted, rows = settings.strategic, tables[TABLE]
    kind = pd.factorize(rows["kind"], sort=True)[0]
    rows = rows.assign(planned=days(rows["planned_on"]), kind_of=kind)
    rows = rows.iloc[np.lexsort((rows["planned"], rows["kind_of"], rows["who"]))]
    planned, group = rows["planned"].to_numpy(np.int64), rows[["who", "kind_of"]].to_numpy(np.int64)
    again = np.zeros(len(rows), np.bool_)
    again[:-1] = (group[1:] == group[:-1]).all(axis=1) & (np.diff(planned) <= wanted.reason_days)
    late = ages(planned, as_of)
    chosen = (late > wanted.late_days) & (late <= wanted.stale_days) & ~again
    chosen &= rows["done_on"].isna().to_numpy()
    last, places = grouped(rows["who"].to_numpy(np.int64), chosen)
    worst = np.array([late[some].max() for some in places], np.int64)
    times = np.array([len(some) for some in places], np.int64)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last],
            "since_on": on(
                np.array([planned[some].min() for some in places], np.int64) + wanted.late_days + 1
            ),
            "times": times,
            "weight": worst / wanted.late_days,
            "evidence": picked(TABLE, rows["milestone_id"], planned, places),
            "late": worst,
        }
    )


def roadmap_stopped(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """A customer that shared its plans has not done so for much longer than usual, and none is on the calendar."""
    wanted, rows = settings.strategic, tables[TABLE]
    rows = rows[rows["kind"] == ROADMAP]
    planned = days(rows["planned_on"])
    ahead = rows["customer_id"][ages(planned, as_of) < 0].unique()
    rows = rows[rows["done_on"].notna() & ~rows["customer_id"].isin(ahead)]
    rows = rows.iloc[np.lexsort((days(rows["done_on"]), rows["who"]))]
    who, done = rows["who"].to_numpy(np.int64), days(rows["done_on"])
    last, begin = lasts(who), np.flatnonzero(firsts(who))
    shared = last - begin + 1
    mean = (done[last] - done[begin]) / np.maximum(shared - 1, 1)
    limit = np.maximum(wanted.roadmap_slower * mean, wanted.roadmap_days)
    silent = ages(done[last], as_of)
    held = np.flatnonzero((shared >= 2) & (silent > limit) & (silent <= wanted.roadmap_most_days))
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last[held]],
            "since_on": on((done[last[held]] + np.floor(limit[held]) + 1).astype(np.int64)),
            "times": np.floor(silent[held] / limit[held]).astype(np.int64),
            "weight": silent[held] / limit[held],
            "evidence": evidence(TABLE, rows["milestone_id"], done, begin[held], last[held]),
            "silent": silent[held],
            "mean": mean[held],
        }
    )


RULES = (
    Rule(
        name="milestone_late",
        signal="strategic",
        table=TABLE,
        columns=(),
        weak=False,
        meaning=("joint steps are late without a reason", "联合里程碑无故延期"),
        en="Joint steps not done ({times}), the longest {late} days behind its plan, and none planned anew.",
        zh="{times}个联合里程碑未完成，最长已超期{late}天，且未重新安排。",
        finds=milestone_late,
    ),
    Rule(
        name="roadmap_stopped",
        signal="strategic",
        table=TABLE,
        columns=("done_on",),
        weak=False,
        meaning=("the customer no longer shares its roadmap", "不再分享路线图"),
        en="No roadmap shared for {silent} days; before, one every {mean:.0f} days.",
        zh="已{silent}天未分享路线图，此前平均每{mean:.0f}天一次。",
        finds=roadmap_stopped,
    ),
)
