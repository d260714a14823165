"""The open alerts of a day as a table, in words, and read back from it.

The state is published with the table, so that the next night goes on where this one ended.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from actions.alerts import Episode, Seen, State, Terms

COLUMNS = (
    "alert_id",
    "customer_id",
    "as_of",
    "opened_on",
    "level",
    "level_since",
    "drop",
    "health",
    "told",
    "by_on",
    "en",
    "zh",
    "baseline",
    "seen_on",
    "below_on",
    "below_level",
)
DATES = ("as_of", "opened_on", "level_since", "by_on", "seen_on", "below_on")


def frame(state: State, as_of: date, terms: Terms, words: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Give one row an open episode, the gravest level first and within it the largest drop.

    ``drop``, ``health`` and ``baseline`` are those of ``seen_on``, the last day on which the customer was asked
    about. ``words`` are the names of the roles that are told, English and Chinese.
    """
    rows = [_row(episode, as_of, terms, words) for episode in state.values()]
    rows.sort(key=lambda row: (-terms.place(row["level"]), -row["drop"], row["customer_id"]))
    told = pd.DataFrame(rows, columns=list(COLUMNS))
    kinds = dict.fromkeys(DATES, "datetime64[s]") | dict.fromkeys(("drop", "health", "baseline"), "float64")
    texts = [name for name in COLUMNS if name not in kinds]
    return told.astype(kinds | dict.fromkeys(texts, "str"))


def state_of(rows: pd.DataFrame) -> State:
    """Give back the state that ``frame`` showed."""
    told = {}
    for row in rows.to_dict("records"):
        days = {name: None if pd.isna(row[name]) else pd.Timestamp(row[name]).date() for name in DATES}
        episode = Episode(
            alert_id=row["alert_id"],
            customer_id=row["customer_id"],
            opened_on=_day(days["opened_on"]),
            level=row["level"],
            level_since=_day(days["level_since"]),
            seen_on=_day(days["seen_on"]),
            seen=Seen(row["drop"], row["health"], row["baseline"]),
            below_on=days["below_on"],
            below_level=None if pd.isna(row["below_level"]) else row["below_level"],
        )
        told[episode.customer_id] = episode
    return told


def _day(day: date | None) -> date:
    if day is None:
        raise ValueError("An alert has no day on which it was opened, reached its level or was last seen.")
    return day


LEVELS_ZH = {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}


def _row(episode: Episode, as_of: date, terms: Terms, words: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    level = terms.levels[terms.place(episode.level)]
    by_on = episode.level_since + timedelta(days=level.within_days)
    en, zh = words[level.told]
    health, usual, lost = (
        round(x) for x in (episode.seen.health, episode.seen.baseline, 100 * abs(episode.seen.drop))
    )
    below, under = ("below", "低") if episode.seen.drop >= 0 else ("above", "高")
    return {
        "alert_id": episode.alert_id,
        "customer_id": episode.customer_id,
        "as_of": as_of,
        "opened_on": episode.opened_on,
        "level": episode.level,
        "level_since": episode.level_since,
        "drop": episode.seen.drop,
        "health": episode.seen.health,
        "told": level.told,
        "by_on": by_on,
        "en": (
            f"{level.name.capitalize()} since {episode.level_since}: health {health}, {lost}% {below} its usual "
            f"{usual}; to be told by {by_on}: {en}"
        ),
        "zh": (
            f"{LEVELS_ZH.get(level.name, level.name)}预警，自{episode.level_since}起：健康度{health}，"
            f"比平时的{usual}{under}{lost}%；须于{by_on}前告知{zh}"
        ),
        "baseline": episode.seen.baseline,
        "seen_on": episode.seen_on,
        "below_on": episode.below_on,
        "below_level": episode.below_level,
    }
