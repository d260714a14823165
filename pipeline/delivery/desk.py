"""The desk of a day as others are told of it: open alerts and plans of the log, without the customers held out.

Whoever is held out for comparison must not be contacted, so nobody is told of them: neither of their alert nor of
their plan. Where an industry or a region falls as a whole, that is told once; the alerts that are the market's are
not told one by one. A chosen plan is told if the log of actions holds it: who acts on it names it by its id, and of
a customer for whom something is planned or under way the log takes no second one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from actions.journal import Book
from pipeline import journal, playbooks, publishing, records, versions
from pipeline.delivery import escalations
from pipeline.errors import BadRecords, MissingInput
from pipeline.frames import read_arrow, read_json
from pipeline.paths import Paths

ALERTS, PLANS, SHOCKS = "alerts.parquet", "plans.parquet", "shocks.parquet"
LEVELS = ("red", "orange", "yellow", "blue")
"""The gravest first."""
NEEDED = {
    ALERTS: ("alert_id", "customer_id", "level", "level_since"),
    PLANS: ("plan_id", "customer_id", "play", "chosen", "held_out"),
    SHOCKS: ("industry", "region", "opened_on"),
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """What is told: ``alerts`` the gravest first, ``plans`` by rank; ``held_out`` counts customers not told of.

    ``over`` are the chosen plans of the log that were carried out or gave way to others, and ``repeated`` counts
    those that the log does not hold.

    ``shocks`` are the industries and regions that fall as a whole, ``market`` the alerts that are the market's.
    ``standing`` are the ids of all alerts that stand, also of those that nobody is told of; None of an earlier day
    than the last and of one whose alerts could not be made, which cannot say what has ended. ``ended`` says of each
    alert that closed in the log why, or None where the log does not. ``escalations`` are
    those of the log, oldest first; none of an earlier day than the last, for the log tells how things stand now.

    ``people`` gives name and owner of customers, as far as the records hold them; ``plays`` what each play is
    called, in English and Chinese.
    """

    dataset: str
    as_of: date
    alerts: Sequence[Row]
    plans: Sequence[Row]
    over: Sequence[Row] = ()
    repeated: int = 0
    held_out: int = 0
    people: Mapping[str, Row] = field(default_factory=dict)
    plays: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shocks: Sequence[Row] = ()
    market: Sequence[Row] = ()
    standing: frozenset[str] | None = None
    ended: Mapping[str, str | None] = field(default_factory=dict)
    escalations: Sequence[Row] = ()

    def play(self, row: Row, *, chinese: bool = False) -> str:
        """Give what the play of a plan is called; of one that the playbooks do not know, its key."""
        key = str(row["play"])
        return self.plays.get(key, (key, key))[chinese]


def of_day(paths: Paths, as_of: date | None, replan_days: int) -> Desk:
    """Read the desk of a day, or without one that of the last; raises MissingInput where there is none.

    ``replan_days`` say how long a customer without an alert is left alone by lot.
    """
    again = f"forewarn respond --dataset {paths.dataset} --as-of {as_of or 'DATE'}"
    days = publishing.dates(paths, "desk")
    if not days or (as_of or days[-1]) not in days:
        raise MissingInput(
            f"Dataset '{paths.dataset}' has no alerts and plans{f' of {as_of}' if as_of else ''}; "
            f"make them with '{again}'."
        )
    day = as_of or days[-1]
    folder = publishing.published(paths, day, "desk")
    alerts, plans = (_rows(folder / name, again) for name in (ALERTS, PLANS))
    shocks = _rows(folder / SHOCKS, again) if (folder / SHOCKS).exists() else []
    stands = journal.book(paths)
    held = {row["customer_id"] for row in plans if row["held_out"]} | stands.left_alone(day, replan_days)
    absent = read_json(folder / publishing.MANIFEST).get("absent", {})
    standing = {row["alert_id"]: row for row in alerts}
    alerts = sorted((row for row in alerts if row["customer_id"] not in held), key=_gravity)
    chosen = sorted((row for row in plans if row["customer_id"] not in held and _chosen(row)), key=_place)
    known = [row for row in chosen if _known(stands, row)]
    return Desk(
        dataset=paths.dataset,
        as_of=day,
        alerts=[row for row in alerts if not row.get("market")],
        plans=[row for row in known if stands.actions[str(row["plan_id"])].open],
        over=[row for row in known if not stands.actions[str(row["plan_id"])].open],
        repeated=len(chosen) - len(known),
        held_out=len(held),
        people=_people(paths, day),
        plays=_plays(paths),
        shocks=shocks,
        market=[row for row in alerts if row.get("market")],
        standing=frozenset(standing) if day == days[-1] and "alerts" not in absent else None,
        ended={name: one.closed_because for name, one in stands.alerts.items() if not one.open},
        escalations=escalations.of_log(stands, day, standing, held) if day == days[-1] else (),
    )


def roles(told: object) -> list[str]:
    """Read the column ``told``: one role, several with commas between, or a list of them."""
    if isinstance(told, str):
        return [role for role in re.split(r"[,;\s]+", told) if role]
    return [str(role) for role in told] if isinstance(told, list | tuple) else []


def gravity(level: object) -> int:
    """Give 0 for red to 3 for blue, and more for what is none of them."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _gravity(row: Row) -> tuple[Any, ...]:
    return gravity(row["level"]), -(row.get("drop") or 0.0), row["alert_id"]


def _place(row: Row) -> tuple[Any, ...]:
    return row.get("rank") or float("inf"), row["plan_id"]


def _chosen(plan: Row) -> bool:
    return bool(plan["chosen"] and plan["play"])


def _known(stands: Book, plan: Row) -> bool:
    """Tell whether the log holds a plan as an action, and not as one that chance left alone."""
    action = stands.actions.get(str(plan["plan_id"]))
    return action is not None and not action.held_out


def _rows(path: Path, again: str) -> list[dict[str, Any]]:
    table = read_arrow(path, made_by=again)
    absent = [name for name in NEEDED[path.name] if name not in table.column_names]
    if absent:
        raise BadRecords(f"'{path}' has no column '{absent[0]}'; make it again with '{again}'.")
    return [{name: _day(value) for name, value in row.items()} for row in table.to_pylist()]


def _day(value: Any) -> Any:
    """Give the day of a moment: alerts and plans know days alone, in whatever type they were written."""
    return value.date() if isinstance(value, datetime) else value


def _people(paths: Paths, as_of: date) -> dict[str, Row]:
    """Give name and owner of the customers, as they were known on the day."""
    customers = records.table(paths, "customers")
    if customers is None:
        return {}
    asked = customers[["customer_id"]].drop_duplicates(ignore_index=True).assign(as_of=pd.Timestamp(as_of))
    known = versions.known(customers, asked).reindex(columns=["name", "owner"]).astype(object)
    known = known.where(known.notna(), None)
    return {
        str(customer): {"name": name, "owner": owner}
        for customer, name, owner in zip(asked["customer_id"], known["name"], known["owner"], strict=True)
    }


def _plays(paths: Paths) -> dict[str, tuple[str, str]]:
    books = playbooks.read(paths).books.values()
    return {play.key: (play.name.en, play.name.zh) for plays in books for play in plays}
