"""The open alerts of a day.

The state before comes from the last published desk batch of an earlier day, where there is one: an alert that
opened on any night stays the same alert on the next, however the nights lie. As-of dates between that batch and the
day are folded in from the timeline, so that nights that were skipped are caught up on. Without a batch the whole
timeline is folded. Filling in earlier days in their order therefore gives what the nights would have given.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from actions import alerts, shocked
from actions.alert_rows import frame, state_of
from actions.alerts import Event, Level, Seen, State, Terms
from pipeline import health
from pipeline.errors import Refusal
from pipeline.frames import read_parquet
from pipeline.health import Timeline
from pipeline.params import Params
from pipeline.paths import Paths

FILE = "alerts.parquet"
Dated = tuple[date, Mapping[str, Seen]]


def terms(params: Params) -> Terms:
    """Give the settings as the fold takes them."""
    told = params.alerts
    levels = tuple(
        Level(name, level.drop, level.told, level.within_days) for name, level in told.levels.items()
    )
    return Terms(levels, told.margin, told.hold_days, told.forget_days)


def of_day(
    params: Params,
    paths: Paths,
    as_of: date,
    rows: pd.DataFrame,
    before: Timeline | None = None,
    surroundings: pd.DataFrame | None = None,
    fallen: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give one row an alert open on a day, the gravest first; ``rows`` is the health of the day.

    ``before`` is the timeline up to the day, where it was asked for already; ``surroundings`` the frame
    ``declines`` and ``fallen`` the frame ``shocks`` of the day. ``specific`` is the drop without the market's part,
    ``market`` says that the alert is the market's (``actions.shocked``).
    """
    told = frame(_state(params, paths, as_of, rows, before)[0], as_of, terms(params), _roles(params))
    if fallen is None or surroundings is None or fallen.empty:
        return told.assign(specific=told["drop"], market=False)
    return _marked(params, told, rows, surroundings, fallen)


def _marked(
    params: Params, told: pd.DataFrame, rows: pd.DataFrame, surroundings: pd.DataFrame, fallen: pd.DataFrame
) -> pd.DataFrame:
    """Give the alerts with what is the customer's own in them; of one not asked about today everything is."""
    where = surroundings[["customer_id", "industry", "region_name"]]
    drops = rows[["customer_id", "drop"]].merge(where, on="customer_id", how="left", validate="one_to_one")
    settings = shocked.Terms(params.shocks.reach, params.shocks.own)
    marks = shocked.marks(drops.rename(columns={"region_name": "region"}), fallen, settings)
    both = told[["customer_id"]].merge(marks, on="customer_id", how="left", validate="one_to_one")
    return told.assign(
        specific=both["specific"].fillna(told["drop"]),
        market=both["market"].eq(True),
        en=told["en"] + both["en"].fillna(""),
        zh=told["zh"] + both["zh"].fillna(""),
    )


def happened(
    params: Params, paths: Paths, as_of: date, rows: pd.DataFrame, before: Timeline | None = None
) -> list[Event]:
    """Give what happened to alerts since the last published batch, up to and on the day."""
    return _state(params, paths, as_of, rows, before)[1]


def folded(params: Params, told: Timeline) -> tuple[State, list[Event]]:
    """Give the state after the last date of a timeline, and everything that happened on its dates."""
    return alerts.fold(_dated(told), terms(params))


def _state(
    params: Params, paths: Paths, as_of: date, rows: pd.DataFrame, before: Timeline | None
) -> tuple[State, list[Event]]:
    since, state = _published(paths, as_of)
    today = (as_of, _seen(rows))
    if since is not None and not _between(params, paths, since, as_of):
        return alerts.fold([today], terms(params), state)
    told = before or health.timeline(params, paths, as_of)
    earlier = [dated for dated in _dated(told) if (since is None or dated[0] > since) and dated[0] < as_of]
    return alerts.fold([*earlier, today], terms(params), state)


def _between(params: Params, paths: Paths, since: date, as_of: date) -> bool:
    """Tell whether an as-of date of the timeline lies between two days."""
    from pipeline import courses, store

    return any(since < day < as_of for day in courses.dates(params, store.catalogue(paths), as_of))


def _published(paths: Paths, as_of: date) -> tuple[date | None, State]:
    """Give the day and the state of the last desk batch before a day; none where none can be read."""
    for folder in sorted(_batches(paths), reverse=True):
        day = date.fromisoformat(folder.name.removeprefix("as_of="))
        if day < as_of and (folder / FILE).exists():
            try:
                return day, state_of(read_parquet(folder / FILE))
            except Refusal:
                continue
    return None, {}


def _batches(paths: Paths) -> Sequence[Path]:
    return list((paths.folder / "desk").glob("as_of=*"))


def _seen(rows: pd.DataFrame) -> dict[str, Seen]:
    columns = (rows[name].to_numpy(np.float64) for name in ("drop", "health", "baseline"))
    return {
        customer: Seen(float(drop), float(now), float(usual))
        for customer, drop, now, usual in zip(rows["customer_id"], *columns, strict=True)
        if np.isfinite(drop)
    }


def _dated(told: Timeline) -> list[Dated]:
    rows = health.history_of(told)
    return [(day.date(), _seen(rows[rows["as_of"] == day])) for day in rows["as_of"].unique()]


def _roles(params: Params) -> dict[str, tuple[str, str]]:
    return {name: (role.en, role.zh) for name, role in params.alerts.roles.items()}
