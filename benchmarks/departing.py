"""Online Retail II with the ``departure`` rule: are the going among those ranked highest?

Three test dates (2011-04-10, 05-10 and 06-10). The records end two days early, so that the as-of dates, months
stepped back from the last known label, fall on these days; no label of theirs needs a later day. So early, too few
labels are known for the stages' own rhythm of training, tuning and calibration dates: on each test date every
family is fitted on all labels known by then, with its default settings, and the family that ranks the going best on
the last of these dates, fitted on what was known on that, is the one that counts.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from benchmarks.results import Figure, at_least, told
from models import baselines, families, gone
from models.calibration import Calibration
from models.families import FAMILIES
from models.figures import highest
from models.metrics import pr_auc
from models.shares import shares
from pipeline import build, ingest, label, params, store
from pipeline.frames import read_arrow, read_parquet, write_parquet, write_text
from pipeline.paths import ROOT, Paths

NAME = "online_retail_ii"
TESTS = tuple(pd.Timestamp(day) for day in ("2011-04-10", "2011-05-10", "2011-06-10"))
END = date(2011, 12, 8)
"""The first day that is left out: 180 days after the last test date, all its labels are known."""
BARS = {0.10: 0.22, 0.20: 0.36}
SPEC = """timezone: Europe/London
currency: GBP
adapter: online_retail_ii
label: {rule: departure, horizon_days: 90, confirm_days: 90}
dates: {test: 3, calibration: 1, folds: 1, history_days: 30}
"""
RULE = "cadence rule"


class History:
    """The eligible customers of every date with their features."""

    def __init__(self, paths: Paths, seed: int, threads: int) -> None:
        cohort = read_parquet(paths.cohort)
        there = np.array([paths.features(day.date()).exists() for day in cohort["as_of"]])
        rows = cohort[cohort["eligible"] & there].sort_values(["as_of", "customer_id"])
        self.rows = rows.reset_index(drop=True)
        names = [entry["name"] for entry in store.catalogue(paths)["features"] if not entry["shared"]]
        frames = [
            store.read(paths, day.date(), names).to_pandas(date_as_object=False)
            for day in self.rows["as_of"].unique()
        ]
        built = self.rows[store.KEYS].merge(
            pd.concat(frames), on=store.KEYS, how="left", validate="one_to_one"
        )
        self.X = built[names].astype("float64")
        self.seed, self.threads = seed, threads

    def on(self, day: pd.Timestamp) -> np.ndarray:
        return (self.rows["as_of"] == day).to_numpy()

    def known(self, day: pd.Timestamp) -> np.ndarray:
        return (self.rows["known_on"] <= day).to_numpy()

    def y(self, column: str, chosen: np.ndarray) -> np.ndarray:
        return self.rows.loc[chosen, column].to_numpy(np.int64)

    def said(self, family: str, day: pd.Timestamp) -> np.ndarray:
        """Give ``p_going`` of the customers of a date, from what was known on it."""
        past, now = self.known(day), self.on(day)
        words = (families.defaults(family), self.seed, self.threads)
        y = self.y("label", past)
        model = families.fit(family, self.X[past], y, *words)
        second = gone.fit(self.X[past], y, self.y("gone", past), self.seed, self.threads)
        p = Calibration("identity", model.unit, {}).probability(model.score(self.X[now]))
        return p - gone.p_gone(p, second.share(self.X[now]))

    def rule(self, day: pd.Timestamp) -> np.ndarray:
        """Give how overdue each customer of a date is."""
        rows = self.rows[self.on(day)]
        return baselines.overdue(rows["silence_days"], rows["cadence_days"])

    def champion(self, day: pd.Timestamp) -> str:
        """Name the family that ranked the going best on the last date whose labels were known."""
        last = self.rows.loc[self.known(day), "as_of"].max()
        y = self.y("going", self.on(last))
        return max(FAMILIES, key=lambda family: float(pr_auc(y, self.said(family, last))))


def made(root: Path) -> Paths:
    """Read, label and build the records under the departure rule, in a folder of their own."""
    paths = Paths(root, NAME)
    write_text(root / "params.yaml", "seed: 7\n")
    write_text(paths.spec, SPEC)
    shutil.copytree(Paths(ROOT, NAME).raw, paths.raw)
    settings = params.load(paths)
    with redirect_stdout(StringIO()):
        ingest.run(settings, paths)
        trade = read_arrow(paths.table("trade"))
        write_parquet(paths.table("trade"), trade.filter(pc.less(trade["ordered_at"], pd.Timestamp(END))))
        paths.ingested.unlink()
        label.run(settings, paths)
        _ask_all(paths)
        build.run(settings, paths)
    return paths


def _ask_all(paths: Paths) -> None:
    """Have the features of every date built, those of the gap too: on later test dates their labels are known."""
    cohort = read_parquet(paths.cohort)
    store.write_cohort(paths, cohort.assign(split=cohort["split"].replace("gap", "train")))


def figures() -> Iterator[Figure]:
    """Give the share of the going on the lists of the three dates, of each ranking."""
    with tempfile.TemporaryDirectory(prefix="forewarn-departing-") as folder:
        history = History(made(Path(folder)), seed=7, threads=2)
    yield from measured(history)


def measured(history: History) -> Iterator[Figure]:
    """Measure every ranking on the same customers."""
    champions = {day: history.champion(day) for day in TESTS}
    said = {family: {day: history.said(family, day) for day in TESTS} for family in FAMILIES}
    said["champion"] = {day: said[champions[day]][day] for day in TESTS}
    said[RULE] = {day: history.rule(day) for day in TESTS}
    who = np.concatenate([history.rows.loc[history.on(day), "customer_id"] for day in TESTS])
    going = np.concatenate([history.y("going", history.on(day)) for day in TESTS])
    yield told("Online Retail II, departure: customers and dates", len(going))
    yield told("Online Retail II, departure: share going", float(going.mean()))
    for name in ("champion", *FAMILIES, RULE):
        for share, bar in BARS.items():
            on = np.concatenate([highest(said[name][day], share) for day in TESTS])
            found = shares({"it": (on * going, going)}, who)["it"]
            called = f"Online Retail II, {name}: share of the going in the highest {share:.0%}"
            if name == "champion":
                yield at_least(called, found.value, bar)
                yield told("  its interval, lower end", found.low)
                yield told("  its interval, upper end", found.high)
            else:
                yield told(called, found.value)
    chosen = [FAMILIES.index(family) for family in champions.values()]
    yield told(
        f"Online Retail II: dates on which {FAMILIES[chosen[0]]} was champion", chosen.count(chosen[0])
    )
