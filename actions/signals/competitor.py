"""A rival that is named, stands in a specification, or takes a part of the customer's imports."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from actions.signals.rule import Rule, Tables, none
from actions.signals.runs import (
    Flags,
    ages,
    day_of,
    days,
    evidence,
    grouped,
    lasts,
    month_end,
    on,
    picked,
    usual,
)
from actions.signals.settings import Settings

TABLE, IMPORTS = "interaction", "imports"
OTHERS = (
    r"\bcompetitors?\b|\bcompeting\b|\brivals?\b|"
    r"\b(?:an)?other (?:supplier|vendor|brand|manufacturer|make|source)s?\b|"
    r"\b(?:second|alternative) (?:source|supplier)s?\b|\bother offers\b|\bsomebody else\b|"
    r"竞争对手|竞品|同行(?!业)|别家|(?:另一|其他|别的|第二)家?(?:厂家|供应商|品牌|公司|货源)|另一家|第二供应商"
)
"""Words for a rival whose name is not told."""
SPECIFIED = (
    r"\bspecifi(?:cation|ed|es|y)\w*|\bspecs?\b|\btenders?\b|\bapproved (?:list|vendor)|\bbill of materials\b|"
    r"规格|选型|标书|招标|清单|图纸"
)
"""Words for the paper that decides what is bought."""


def _named(rows: pd.DataFrame, rivals: tuple[str, ...]) -> Flags:
    """Say which contacts mention a rival: so noted, or in their words."""
    flag = np.zeros(len(rows), np.bool_)
    if "competitor_mentioned" in rows:
        flag |= rows["competitor_mentioned"].eq(True).fillna(False).to_numpy(np.bool_)
    return flag | _says(rows, "|".join([OTHERS, *map(re.escape, rivals)]))


def _says(rows: pd.DataFrame, words: str) -> Flags:
    if "text" not in rows:
        return np.zeros(len(rows), np.bool_)
    pattern, found = re.compile(words, re.IGNORECASE), np.zeros(len(rows), np.bool_)
    told = np.flatnonzero(rows["text"].notna().to_numpy())
    known: dict[str, bool] = {}
    for place, text in zip(told, rows["text"].iloc[told], strict=True):
        if text not in known:
            known[text] = pattern.search(text) is not None
        found[place] = known[text]
    return found


def _recent(rows: pd.DataFrame, as_of: pd.Timestamp, within: int) -> pd.DataFrame:
    return rows[ages(days(rows["occurred_at"]), as_of) < within]


def _listed(rows: pd.DataFrame, chosen: Flags, needed: int) -> pd.DataFrame:
    """Give one row a customer with a chosen contact, as often as it has one."""
    last, places = grouped(rows["who"].to_numpy(np.int64), chosen)
    day = days(rows["occurred_at"])
    times = np.array([len(some) for some in places], np.int64)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last],
            "since_on": on(np.array([day[some[0]] for some in places], np.int64)),
            "times": times,
            "weight": times / needed,
            "evidence": picked(TABLE, rows["interaction_id"], day, places),
        }
    )


def rival_named(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Contacts of the last ``mention_days`` mention a rival."""
    wanted = settings.competitor
    rows = _recent(tables[TABLE], as_of, wanted.mention_days)
    return _listed(rows, _named(rows, wanted.rivals), needed).assign(days=wanted.mention_days)


def rival_specified(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """A text of the last ``specification_days`` speaks of a specification and of a rival."""
    wanted = settings.competitor
    rows = _recent(tables[TABLE], as_of, wanted.specification_days)
    rows = rows[_says(rows, SPECIFIED)]
    return _listed(rows, _named(rows, wanted.rivals), needed)


def imports_moving(tables: Tables, as_of: pd.Timestamp, settings: Settings, needed: int) -> pd.DataFrame:
    """Period after period our share of what the customer imports lies under its usual.

    Only product lines that the customer also had from us count. Customs records come late: the last period ends
    with the last month that the newest record known lies at the end of, or beyond. More than ``stale_days`` after
    it nothing is told: records have ceased to come. Where records name the rivals, the one whose share of these
    imports grew most in that period is told.
    """
    wanted, rows = settings.competitor, tables[IMPORTS]
    if rows.empty:
        return none()
    ours = rows["is_us"].to_numpy(np.bool_)
    line = pd.factorize(rows["product_line"])[0].astype(np.int64)
    pair = rows["who"].to_numpy(np.int64) * (line.max() + 1) + line
    rows = rows[np.isin(pair, pair[ours])]
    who, day = rows["who"].to_numpy(np.int64), days(rows["shipped_on"])
    if not len(rows):
        return none()
    until = month_end(int(day.max()))
    if day_of(as_of) - until > wanted.stale_days:
        return none()
    value = rows["value"].to_numpy(np.float64)
    own_value = value * rows["is_us"].to_numpy(np.float64)
    last = lasts(who)
    times, alive = np.zeros(len(last), np.int64), np.ones(len(last), np.bool_)
    since, lowest = np.zeros(len(last), np.int64), np.full(len(last), np.nan)
    first_own = np.full(len(last), np.nan)
    for back in range(4):
        end = np.full(len(last), until - back * wanted.period_days)
        near = (wanted.period_days, 0)
        far = (wanted.period_days + wanted.usual_days, wanted.period_days)
        now, own = (
            _share(who, day, own_value, value, (who[last], end), window, wanted.imports_least)
            for window in (near, far)
        )
        alive &= np.nan_to_num(own - now, nan=-1.0) >= wanted.share_fall
        times += alive
        since[alive] = end[alive]
        lowest[alive], first_own[alive] = np.fmin(lowest[alive], now[alive]), own[alive]
    held = np.flatnonzero(times)
    begins = np.append(0, last[:-1] + 1)
    periods = (until - wanted.period_days - wanted.usual_days, until - wanted.period_days, until)
    gains = [
        _gains_most(rows.iloc[begins[one] : last[one] + 1], day[begins[one] : last[one] + 1], periods)
        for one in held
    ]
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object)[last[held]],
            "since_on": on(since[held]),
            "times": times[held],
            "weight": (first_own[held] - lowest[held]) / wanted.share_fall,
            "evidence": evidence(IMPORTS, rows["record_id"], day, begins[held], last[held]),
            "now": lowest[held],
            "own": first_own[held],
            "to_en": [f"; {rival} gains most" if rival else "" for rival in gains],
            "to_zh": [f"，增长最多的是{rival}" if rival else "" for rival in gains],
        }
    )


def _gains_most(rows: pd.DataFrame, day: NDArray[np.int64], periods: tuple[int, int, int]) -> str:
    """Name the rival whose share of the imports grew most from the usual period to the last, or nobody."""
    if "rival" not in rows:
        return ""
    parts = []
    for after, until in pairwise(periods):
        some = rows[(day > after) & (day <= until)]
        by_rival = some.groupby("rival")["value"].sum()
        parts.append(by_rival / some["value"].sum())
    gained = parts[1].sub(parts[0], fill_value=0.0)
    return str(gained.idxmax()) if len(gained) and gained.max() > 0 else ""


def _share(
    who: NDArray[np.int64],
    day: NDArray[np.int64],
    part: NDArray[np.float64],
    whole: NDArray[np.float64],
    asked: tuple[NDArray[np.int64], NDArray[np.int64]],
    window: tuple[int, int],
    least: int,
) -> NDArray[np.float64]:
    ours, all_of_it = (usual(who, day, value, asked, window, least) for value in (part, whole))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(ours / all_of_it)


RULES = (
    Rule(
        name="rival_named",
        signal="competitor",
        table=TABLE,
        columns=("competitor_mentioned|text",),
        weak=True,
        meaning=("contacts mention a competitor", "联系中提到竞争对手"),
        en="A competitor was mentioned in the last {days} days (contacts: {times}).",
        zh="{days}天内{times}次提到竞争对手。",
        finds=rival_named,
    ),
    Rule(
        name="rival_specified",
        signal="competitor",
        table=TABLE,
        columns=("text",),
        weak=False,
        meaning=("a specification names a competitor", "规格书写明竞争对手"),
        en="A specification names a competitor (texts: {times}).",
        zh="规格书写明竞争对手（{times}份文字）。",
        finds=rival_specified,
    ),
    Rule(
        name="imports_moving",
        signal="competitor",
        table=IMPORTS,
        columns=(),
        weak=False,
        meaning=("our share of the customer's imports moves to others", "我方在客户进口中的份额转向他人"),
        en="Our share of what the customer imports fell to {now:.0%} from {own:.0%} ({times} in a row){to_en}.",
        zh="我方在该客户进口中的份额由{own:.0%}降至{now:.0%}（连续{times}个周期）{to_zh}。",
        finds=imports_moving,
    ),
)
