"""Health and its alerts: who is warned of in time, how often for nothing, how steady, and what weights to give.

Each company is simulated, ingested, labelled and built as by the stages; no model is trained. Health is told on
every as-of date of its store and the alerts are folded from the first. What is counted lies on the last ``COUNTED``
dates.

- *Leavers that count* are those of the simulator's truth whom the departure rule asks about on the day L of
  their last purchase (``benchmarks.cases``: "known"), with an L at least 60 days after the first counted date and
  at most a month after the last. Those without any sign are among them, and so are those not asked about sooner.
- *Found early*: on the last as-of date at least 60 days before L an alert of the leaver stands, orange or worse.
- *Found in the last 60 days*: one stands on some as-of date in [L - 60, L).
- *An alarm* is the first counted date on which an episode is orange or worse; an episode that was so before the
  counted dates is none. It is *right* if the customer leaves within 180 days after it, by the truth or by the
  departure rule; on L itself and later it is late, and false.
- *Flapping* is an episode with a change of level that is undone within 31 days, one step between dates: raised
  (opened) and back at or below the level before, or lowered (closed, for the episode that follows) and back at or
  above it.

The bar is asked of both ways of finding. Beside them stands the best possible reader (``benchmarks.reader``), who
knows the simulator and every true spell, allowed as many customers on each date as stand in alerts orange or worse.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from actions.alerts import CLOSED, LOWERED, OPENED, Event
from benchmarks import reader
from benchmarks.planted import COMPANY, NAME
from benchmarks.results import Figure, at_least, at_most, show, told
from features import cohort
from models.shares import shares
from pipeline import alerts, build, health, ingest, label, params, records, simulate, store, weighing
from pipeline.frames import read_parquet, write_text
from pipeline.health import Timeline
from pipeline.paths import Paths

CUSTOMERS = 2000
COUNTED = 12
EARLY, AHEAD, STEP = 60, 180, 31
GRAVE = ("orange", "red")
SETTINGS = "seed: 7\n"
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Lived:
    """What alerts a company would have had.

    ``leavers`` (customer_id, left_on, early, late and the reader's two) are those that count; ``alarms``
    (customer_id, at, right); ``flapped`` says it of each episode; ``standing`` is the share of customers orange or
    worse.
    """

    leavers: pd.DataFrame
    alarms: pd.DataFrame
    flapped: np.ndarray
    standing: float


def company(root: Path, seed: int, customers: int) -> tuple[params.Params, Paths]:
    """Simulate a company and build its features."""
    paths = Paths(root, NAME)
    write_text(root / "params.yaml", SETTINGS)
    write_text(paths.spec, COMPANY.format(seed=seed, customers=customers))
    settings = params.load(paths)
    with redirect_stdout(StringIO()):
        for stage in (simulate, ingest, label, build):
            stage.run(settings, paths)
    return settings, paths


def lived(settings: params.Params, paths: Paths) -> Lived:
    """Let a company live through the dates of its store."""
    last = max(map(date.fromisoformat, store.catalogue(paths)["dates"]))
    return counted(settings, paths, health.timeline(settings, paths, last))


def counted(settings: params.Params, paths: Paths, timeline: Timeline) -> Lived:
    """Count what the alerts of a timeline found."""
    events = alerts.folded(settings, timeline)[1]
    days = timeline.course.days
    grave = _grave(timeline, events)
    bought = _purchases(settings, paths)
    truth = {name: read_parquet(paths.truth / f"{name}.parquet") for name in ("leavers", "spells", "traits")}
    first, end = days[-COUNTED:][[0, -1]]
    gone = _departures(truth["leavers"], bought)
    known = gone[
        gone["known"] & (gone["left_on"] >= first + EARLY * DAY) & (gone["left_on"] <= end + STEP * DAY)
    ]
    by_reader = _reader(timeline, truth, bought, grave)
    found = {
        f"{who}{way}": _found(timeline, known, on, way)
        for who, on in (("", grave), ("reader ", by_reader))
        for way in ("early", "late")
    }
    alarms = _alarms(events, first, gone)
    asked = ~np.isnan(timeline.health[-COUNTED:])
    share = float((grave[-COUNTED:] & asked).sum() / asked.sum())
    return Lived(known.assign(**found), alarms, _flapped(events), share)


def _grave(timeline: Timeline, events: Sequence[Event]) -> np.ndarray:
    """Say of each date and customer whether an alert orange or worse stands after that date."""
    days, customers = timeline.course.days, timeline.course.customers
    on = np.zeros((len(days), len(customers)), np.bool_)
    for event in events:
        when = np.searchsorted(days, np.datetime64(event.at))
        on[when:, np.searchsorted(customers, event.customer_id)] = event.level in GRAVE
    return on


def _reader(
    timeline: Timeline, truth: dict[str, pd.DataFrame], bought: pd.DataFrame, grave: np.ndarray
) -> np.ndarray:
    """Flag as many of the customers asked about as stand in grave alerts, those that the reader ranks highest."""
    when, who = np.nonzero(~np.isnan(timeline.health))
    rows = pd.DataFrame(
        {
            "customer_id": timeline.course.customers[who],
            "as_of": timeline.course.days[when].astype("datetime64[s]"),
            "segment": timeline.course.groups[who],
        }
    )
    score = np.full(timeline.health.shape, -np.inf)
    score[when, who] = reader.ranked(truth, bought, rows)
    order = np.argsort(np.argsort(-score, axis=1, kind="stable"), axis=1, kind="stable")
    many = (grave & ~np.isnan(timeline.health)).sum(axis=1)
    return np.asarray(order < many[:, None])


def _purchases(settings: params.Params, paths: Paths) -> pd.DataFrame:
    there = records.tables(paths, ("customers", "trade"))
    people = there["customers"]["customer_id"].unique().to_pylist()
    return cohort.purchases(there["trade"], people, label.rule_of(settings), records.span(there["trade"])[1])


def _departures(leavers: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """Give one row a departure, decided or by the rule; ``known`` are those that are both."""
    keys = ["customer_id", "left_on"]
    by_rule = bought.loc[bought["departs"], ["customer_id", "bought_on"]].set_axis(keys, axis=1)
    decided = leavers[["customer_id", "last_purchase_on"]].set_axis(keys, axis=1)
    both = decided.astype({"left_on": "datetime64[s]"}).merge(
        by_rule.astype({"left_on": "datetime64[s]"}), on=keys, how="outer", indicator=True
    )
    return both[keys].assign(known=both["_merge"] == "both")


def _found(timeline: Timeline, leavers: pd.DataFrame, on: np.ndarray, way: str) -> np.ndarray:
    ahead = (leavers["left_on"].to_numpy().astype("datetime64[D]")[:, None] - timeline.course.days) / DAY
    place = pd.Index(timeline.course.customers).get_indexer(leavers["customer_id"])
    mine = on.T[place] & (place >= 0)[:, None]
    if way == "late":
        return np.asarray((mine & (ahead > 0) & (ahead <= EARLY)).any(axis=1))
    last = (ahead >= EARLY).sum(axis=1) - 1
    return np.asarray(mine[np.arange(len(mine)), last])


def _alarms(events: Sequence[Event], first: Any, gone: pd.DataFrame) -> pd.DataFrame:
    grave = [event for event in events if event.level in GRAVE]
    rows = pd.DataFrame(
        {
            "alert_id": [event.alert_id for event in grave],
            "customer_id": [event.customer_id for event in grave],
            "at": np.array([event.at for event in grave], "datetime64[s]"),
        }
    ).drop_duplicates("alert_id")
    rows = rows[rows["at"] >= first]
    ahead = rows.merge(gone, on="customer_id", how="left")
    days = (ahead["left_on"] - ahead["at"]).dt.days
    right = ((days > 0) & (days <= AHEAD)).groupby(ahead["alert_id"]).any()
    told: pd.DataFrame = rows.assign(right=right.reindex(rows["alert_id"]).to_numpy(np.bool_))
    return told


RANK = {None: 0, "blue": 1, "yellow": 2, "orange": 3, "red": 4}


def _flapped(events: Sequence[Event]) -> np.ndarray:
    """Say of each episode whether a change of its level was undone within a step."""
    changes: dict[str, list[Event]] = {}
    for event in events:
        changes.setdefault(event.customer_id, []).append(event)
    flapped = {event.alert_id: False for event in events if event.kind == OPENED}
    for mine in changes.values():
        for i, one in enumerate(mine):
            for other in mine[i + 1 :]:
                if (other.at - one.at).days > STEP:
                    break
                fell = one.kind in (LOWERED, CLOSED)
                before, after = RANK[one.before], RANK[other.level]
                if (fell and after >= before) or (not fell and after <= before):
                    flapped[one.alert_id] = True
    return np.array(list(flapped.values()), np.bool_)


def figures(seeds: Sequence[int], customers: int = CUSTOMERS) -> Iterator[Figure]:
    """Give the figures of all companies together, those with a bar first."""
    lives, gains = [], []
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="forewarn-health-") as folder:
            settings, paths = company(Path(folder), seed, customers)
            lives.append(lived(settings, paths))
            gains.append(weighing.judged(settings, paths))
    yield from of_lives(lives)
    yield from of_weights(seeds, gains)


def of_lives(lives: Sequence[Lived]) -> Iterator[Figure]:
    """Give what the alerts found."""
    leavers = pd.concat([one.leavers.assign(of=i) for i, one in enumerate(lives)], ignore_index=True)
    alarms = pd.concat([one.alarms.assign(of=i) for i, one in enumerate(lives)], ignore_index=True)
    flapped = np.concatenate([one.flapped for one in lives])
    who = leavers["of"].astype(str) + " " + leavers["customer_id"]
    ways = ("early", "late", "reader early", "reader late")
    found = shares({way: (leavers[way].to_numpy(float), np.ones(len(leavers))) for way in ways}, who)
    of_alarms = alarms["of"].astype(str) + " " + alarms["customer_id"]
    right = shares({"right": (alarms["right"].to_numpy(float), np.ones(len(alarms)))}, of_alarms)["right"]
    names = {"early": "standing 60 days before leaving", "late": "standing in the last 60 days"}
    for way, name in names.items():
        yield at_least(f"alerts orange or worse: recall, {name}", found[way].value, 0.75)
        yield told("  its interval, lower end", found[way].low)
        yield told("  its interval, upper end", found[way].high)
    yield at_least("alerts orange or worse: precision, leaving within 180 days", right.value, 0.50)
    yield told("  its interval, lower end", right.low)
    yield told("  its interval, upper end", right.high)
    yield at_most("alerts: episodes that flap", float(flapped.mean()), 0.05)
    yield told("alerts: episodes", len(flapped))
    yield told("alerts orange or worse: alarms", len(alarms))
    yield told(
        "alerts orange or worse: customers in one, of those asked about",
        float(np.mean([one.standing for one in lives])),
    )
    yield told("leavers that count", len(leavers))
    for way, name in names.items():
        yield told(f"best possible reader, as many customers: recall, {name}", found[f"reader {way}"].value)


def of_weights(names: Sequence[object], gains: Sequence[dict[str, Any]]) -> Iterator[Figure]:
    """Give how well health tells who leaves, by the preset and by what was learned."""
    for name, one in zip(names, gains, strict=True):
        gain = one["gain"]
        yield at_least(
            f"company {name}: ROC-AUC of health, learned weights less preset", gain["value"], -0.01
        )
        yield told("  its interval, lower end", gain["low"])
        yield told("  its interval, upper end", gain["high"])
        yield told("  by the preset", one["preset"]["auc"]["value"])
        yield told("  by learned weights", one["learned"]["auc"]["value"])


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.actions.health", description=__doc__)
    room.add_argument("--seeds", metavar="SEED,...", required=True, help="the companies")
    room.add_argument("--customers", type=int, default=CUSTOMERS, help="customers of a company")
    asked = room.parse_args()
    return show("health", list(figures(tuple(map(int, asked.seeds.split(","))), asked.customers)))


if __name__ == "__main__":
    sys.exit(main())
