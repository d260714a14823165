"""Have the records come that a model reads? Asked before a day is scored: what has not come looks like silence.

A table of which nothing is known, and a source that has been silent for longer than ``watch`` calls usual
(``models.arrivals``), stop the score, unless it is wanted anyway.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from features.sources import TABLES
from models import arrivals
from pipeline import watched
from pipeline.bundle import Dates
from pipeline.columns import EPOCH
from pipeline.errors import MissingInput
from pipeline.params import Params
from pipeline.paths import Paths

Late = Mapping[str, Mapping[str, Any]]
"""Of each table that is late the ``last`` day on which a record came, ``silent_days`` since, and ``usual_days``."""


def late(params: Params, paths: Paths, as_of: date, read: Collection[str], dates: Dates) -> Late:
    """Give the tables of ``read`` that are empty or late on a day, for the model of ``dates``.

    Tables that are not there are no matter of a night, and those that Spark reads elsewhere are not looked at. Of
    a day before the first order nothing is said: nobody can be asked about on it.
    """
    told: dict[str, Mapping[str, Any]] = {}
    limits = arrivals.Limits(params.watch.silence, params.watch.volume, params.watch.deviations)
    learned = watched.number(dates.newest)
    trained = watched.number(dates.newest + timedelta(days=params.dataset.label.known_after_days))
    for name, table in TABLES.items():
        if name not in read or name in params.dataset.tables or not paths.table(name).exists():
            continue
        days = watched.days(paths, table)
        known = days[days <= watched.number(as_of)]
        if not len(known):
            if name == "trade" and len(days):
                return {}
            told[name] = {"last": None}
            continue
        dated = days[days > watched.ALWAYS]
        found = arrivals.stopped(dated, watched.number(as_of), learned, trained, limits)
        if found is not None and name not in watched.NO_RHYTHM:
            last = EPOCH + timedelta(days=int(known[-1]))
            told[name] = {"last": last.isoformat(), "silent_days": found[0], "usual_days": round(found[1], 1)}
    return told


def lines(late: Late) -> list[str]:
    """Tell of each late table what is missing, a part of a sentence."""
    return [_line(name, one) for name, one in late.items()]


def _line(name: str, one: Mapping[str, Any]) -> str:
    if one["last"] is None:
        return f"the table '{name}', which the model reads, has no record that was known by then"
    return (
        f"the table '{name}', which the model reads, has no record since {one['last']} "
        f"({one['silent_days']:,} days, where no silence of more than {one['usual_days']:.0f} was to be expected)"
    )


def demand(paths: Paths, as_of: date, late: Late) -> None:
    """Refuse to score a day whose records are not there yet."""
    if late:
        first, *others = late
        too = f"; late or empty too: {', '.join(map(repr, others))}" if others else ""
        raise MissingInput(
            f"The records of {as_of} are not there yet: {_line(first, late[first])}{too}; ingest them with "
            f"'forewarn ingest --dataset {paths.dataset}' when they have come, or score without them by '--anyway'."
        )
