"""A contract that runs out with no renewal under way."""

import numpy as np
import pandas as pd

from actions.signals.rule import Rule, Tables
from actions.signals.runs import ages, days, firsts, on, picked
from actions.signals.settings import Settings

TABLE = "contracts"


def _ending(tables: Tables, as_of: pd.Timestamp, settings: Settings, least: int, most: int) -> pd.DataFrame:
    """Find contracts that end in ``least`` to ``most`` days, not renewed, and not followed by another contract."""
    rows = tables[TABLE]
    left = -ages(days(rows["ends_on"]), as_of)
    chosen = (left >= least) & (left <= most)
    if "renewed_at" in rows:
        chosen &= rows["renewed_at"].isna().to_numpy()
    ending = rows[chosen].assign(left=left[chosen], place=np.flatnonzero(chosen))
    others = rows[["who", "contract_id", "starts_on", "ends_on"]].set_axis(
        ["who", "other", "begins_on", "until_on"], axis=1
    )
    pairs = ending.merge(others, on="who")
    renewal = pd.Timedelta(days=settings.contract.renewal_days)
    follows = (
        (pairs["other"] != pairs["contract_id"])
        & (pairs["until_on"] > pairs["ends_on"])
        & (pairs["begins_on"] <= pairs["ends_on"] + renewal)
    )
    ending = ending[~ending["contract_id"].isin(pairs.loc[follows, "contract_id"])]
    ending = ending.sort_values(["who", "left", "contract_id"], kind="stable")
    ending = ending[firsts(ending["who"].to_numpy(np.int64))]
    cancelled = ending["cancelled_at"].notna() if "cancelled_at" in ending else pd.Series(False, ending.index)
    place, left = ending["place"].to_numpy(np.int64), ending["left"].to_numpy(np.int64)
    ends = days(ending["ends_on"])
    return pd.DataFrame(
        {
            "customer_id": ending["customer_id"].to_numpy(object),
            "since_on": on(ends - most),
            "times": np.ones(len(ending), np.int64),
            # A notice given is no doubt; otherwise it weighs more the less time is left.
            "weight": np.where(cancelled, 2.0, 1 + (most - left) / (most - least + 1)),
            "evidence": picked(TABLE, rows["contract_id"], days(rows["starts_on"]), place[:, None]),
            "left": left,
            "ends": ending["ends_on"].dt.strftime("%Y-%m-%d").to_numpy(object),
            "notice_en": np.where(cancelled, "; notice was given", ""),
            "notice_zh": np.where(cancelled, "，且已收到解约通知", ""),
        }
    )


def ending_90(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """A contract ends within ``first_days``, but not within ``second_days``."""
    wanted = settings.contract
    return _ending(tables, as_of, settings, wanted.second_days + 1, wanted.first_days)


def ending_60(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """A contract ends within ``second_days``."""
    return _ending(tables, as_of, settings, 0, settings.contract.second_days)


MEANING = ("a contract ends with no renewal under way", "合同即将到期而未见续约")
EN = "A contract ends on {ends}, in {left} days, and no renewal is under way{notice_en}."
ZH = "合同将于{ends}到期（还有{left}天），尚无续约进展{notice_zh}。"
RULES = tuple(
    Rule(
        name=name,
        signal="contract",
        table=TABLE,
        columns=(),
        weak=False,
        meaning=MEANING,
        en=EN,
        zh=ZH,
        finds=finds,
    )
    for name, finds in (("ending_90", ending_90), ("ending_60", ending_60))
)
