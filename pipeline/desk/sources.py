"""What the page of the desk is made from: the published batch, the scores, the records as they stood, the log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from actions.events import Event
from actions.journal import book
from features.past import frames_on
from features.purchases import Span, purchases, span
from pipeline import journal, playbooks, publishing, records
from pipeline.desk import frames
from pipeline.desk.texts import Said
from pipeline.frames import read_json, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.report import features

SHOWN = ("customers", "trade", "interaction", "service", "finance", "milestones", "contracts")
"""The tables of which records are shown."""


@dataclass(frozen=True)
class Sources:
    """What the page tells; ``listed`` are the customers with a page, in the order of the list.

    ``records`` are those of the listed customers, as they stood on the day; ``events`` are all of the log.
    ``purchases`` are what the listed customers bought from anybody, and ``told`` the windows that customs records
    tell; empty and None where there are none.
    """

    dataset: str
    as_of: date
    listed: Sequence[str]
    left_out: int
    frames: Mapping[str, pd.DataFrame]
    absent: Mapping[str, str]
    scores: pd.DataFrame
    declared: Mapping[str, Mapping[str, Any]]
    records: Mapping[str, pd.DataFrame]
    plays: Mapping[str, Said]
    events: Sequence[Event] = ()
    purchases: pd.DataFrame = field(default_factory=pd.DataFrame)
    told: Span | None = None


def gathered(params: Params, paths: Paths, as_of: date) -> Sources:
    """Read what the page of a day tells."""
    made, events = frames.read(paths, as_of), journal.events(paths)
    held = book(events).left_alone(as_of, params.loop.replan_days)
    made["plans"] = still_held(made["plans"], held)
    folder = publishing.published(paths, as_of, "desk")
    whole = ranked(made)
    listed = whole[: params.desk.customers]
    return Sources(
        dataset=paths.dataset,
        as_of=as_of,
        listed=listed,
        left_out=len(whole) - len(listed),
        frames=made,
        absent=read_json(folder / publishing.MANIFEST)["absent"],
        scores=read_parquet(publishing.published(paths, as_of) / publishing.SCORES),
        declared=features(paths) if paths.catalogue.exists() else {},
        records=stood(paths, as_of, listed),
        plays=plays(paths),
        events=events,
        **_bought(params, paths, as_of, listed),
    )


def ranked(made: Mapping[str, pd.DataFrame]) -> list[str]:
    """Give the customers of the list: the plans in the budget by rank, then alerts, the gravest and deepest first.

    Alerts that are the market's stand behind those that are a customer's own.

    Held-out customers stand where their alert does, or at the end: whoever works the list must know not to call.
    """
    plans, alerts = made["plans"], made["alerts"]
    keys: dict[str, tuple[float, ...]] = {}
    for row in plans[_true(plans["held_out"])].to_dict("records"):
        keys[row["customer_id"]] = (3.0, 0.0, -row["profit"])
    for row in alerts.to_dict("records"):
        place = 2.0 if row["market"] is True else 1.0
        keys[row["customer_id"]] = (place, -float(frames.LEVELS.index(row["level"])), -row["specific"])
    for row in plans[_true(plans["chosen"])].to_dict("records"):
        keys[row["customer_id"]] = (0.0, row["rank"], 0.0)
    return sorted(keys, key=lambda one: (keys[one], one))


def still_held(plans: pd.DataFrame, held: Collection[str]) -> pd.DataFrame:
    """Mark the customers of whom the log says that chance leaves them alone, also where the day's lot does not."""
    left = plans["customer_id"].isin(held) & ~_true(plans["chosen"])
    return plans.assign(held_out=plans["held_out"].mask(left, True))


def stood(paths: Paths, as_of: date, customers: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Give the records of ``customers`` as they stood on the day: the newest version known, withdrawn ones gone."""
    wanted = pa.array(customers, pa.string())
    found = {
        name: rows.filter(pc.is_in(rows["customer_id"], value_set=wanted))
        for name, rows in records.tables(paths, SHOWN).items()
    }
    return frames_on(found, as_of)


def _bought(params: Params, paths: Paths, as_of: date, customers: Sequence[str]) -> dict[str, Any]:
    """Give what customs records tell of ``customers``; which months they tell whole depends on everybody's."""
    imports = records.tables(paths, ["imports"]).get("imports")
    if imports is None or not len(imports):
        return {}
    rows = purchases(imports, as_of)
    theirs = rows[rows["customer_id"].isin(customers)]
    return {"purchases": theirs, "told": span(rows, as_of, params.report.months)}


def plays(paths: Paths) -> dict[str, Said]:
    """Give what each play is called."""
    books = playbooks.read(paths).books
    return {play.key: (play.name.en, play.name.zh) for of_cause in books.values() for play in of_cause}


def _true(flags: pd.Series) -> np.ndarray:
    """Give flags as booleans; an unknown one is no."""
    return flags.eq(True).to_numpy(dtype=bool)
