"""`make bench-leaks`: planted leaks that the leak alarm must name, and clean companies at which it must keep still.

Each leak is planted in a simulated company as somebody has once done it; where it sits in the code, the alarm runs
with that code, as it would. The clean companies differ by seed, size and label rule.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.results import equal, publish, told
from features import cohort, store, sweep
from features.catalogue import CATALOGUE
from features.company import Company
from models import folds
from models.leaks import Finding
from pipeline import alarm
from pipeline.frames import to_arrow
from pipeline.params import DatasetSpec, Label, Params
from simulator.company import simulate
from simulator.settings import World

CLEAN = 20
PLANTED = 2
"""The company in which leaks are planted; how strong an undated column is depends on it."""
SIZES = (300, 400, 500, 600)
SHARED = tuple(feature.name for feature in CATALOGUE if feature.shared)
Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Made:
    """A company as the alarm meets it: its records, the eligible rows of its cohort, and their features."""

    params: Params
    tables: Tables
    rows: pd.DataFrame
    X: pd.DataFrame

    def findings(self) -> list[Finding]:
        found = alarm.checks(self.params, self.tables, self.rows, self.X, shared=SHARED)
        return [finding for check in found for finding in check.findings]


def simulated(seed: int, customers: int = 400, days: int = 1100) -> Tables:
    """Give the records of a made-up company."""
    records = simulate(World(customers=customers, days=days, start=date(2021, 1, 1)), seed).records
    return {name: to_arrow(frame) for name, frame in records.items()}


def built(tables: Tables, rule: str = "departure") -> Made:
    """Take records through cohort, labels, splits and features, as the stages do."""
    spec = DatasetSpec(label=Label(rule=rule))  # type: ignore[arg-type]
    params = Params(dataset=spec)
    said = cohort.Rule(rule)  # type: ignore[arg-type]
    ends = pc.min_max(tables["trade"]["ordered_at"]).as_py()
    dates = cohort.as_of_dates(
        ends["min"].date(),
        ends["max"].date(),
        every_months=1,
        history_days=params.dates.history_days,
        known_after=said.known_after_days,
    )
    customers = tables["customers"]["customer_id"].unique().to_pylist()
    rows = cohort.label(cohort.ask(tables["trade"], customers, dates, said), tables["trade"], said)
    split = folds.roles(dates, test=3, calibration=3, label_days=said.known_after_days)
    rows["split"] = rows["as_of"].map({pd.Timestamp(day): role for day, role in split.items()})
    rows = rows[rows["eligible"] & (rows["split"] != "gap")].sort_values(["as_of", "customer_id"])
    rows = rows.reset_index(drop=True)
    X = store.compute(tables, rows[["customer_id", "as_of"]], CATALOGUE)
    return Made(params, tables, rows, X.drop(columns=["customer_id", "as_of"]))


def lost(tables: Tables) -> set[str]:
    """Give the customers that have bought nothing in the last 90 days of the records: lost, as of today."""
    last = tables["trade"].group_by("customer_id").aggregate([("ordered_at", "max")])
    moments = last["ordered_at_max"].to_pandas()
    silent = moments < moments.max() - pd.Timedelta(days=90)
    return set(last["customer_id"].to_pandas()[silent])


@contextmanager
def undated_column(tables: Tables) -> Iterator[Made]:
    """The customers' segment is overwritten with today's, which is "lost" for those that have left."""
    rows = tables["customers"].to_pandas(date_as_object=False).drop_duplicates("customer_id", keep="last")
    rows.loc[rows["customer_id"].isin(lost(tables)), "segment"] = "lost"
    yield built({**tables, "customers": to_arrow(rows.drop(columns="known_at"))})


@contextmanager
def status_updated_after_leaving(tables: Tables) -> Iterator[Made]:
    """Every invoice carries today's credit limit, which is taken away from customers that have left."""
    rows = tables["finance"].to_pandas(date_as_object=False)
    rows.loc[rows["customer_id"].isin(lost(tables)), "credit_limit"] = 0.0
    yield built({**tables, "finance": to_arrow(rows)})


@contextmanager
def target_encoding(tables: Tables) -> Iterator[Made]:
    """A column of the store holds the share of leavers among the owner's customers, over all dates."""
    made = built(tables)
    owner = tables["customers"].to_pandas(date_as_object=False).groupby("customer_id")["owner"].last()
    whose = made.rows["customer_id"].map(owner)
    share = made.rows["label"].astype(float).groupby(whose.to_numpy()).transform("mean")
    yield replace(made, X=made.X.assign(trade_lost_by_owner=share.to_numpy()))


@contextmanager
def encoding_over_the_cutoff(tables: Tables) -> Iterator[Made]:
    """What the others of the segment buy is added up to 90 days after the date."""
    plain = store._survey

    def later(records: object, dates: np.ndarray, *rest: object) -> Company:
        sums = plain(records, dates + np.int32(90), *rest).sums  # type: ignore[arg-type]
        return Company({(name, day - 90, word): sum_ for (name, day, word), sum_ in sums.items()})

    with mock.patch.object(store, "_survey", later):
        yield built(tables)


@contextmanager
def window_off_by_one(tables: Tables) -> Iterator[Made]:
    """Windows end on the day after the as-of date."""
    plain = sweep.visible
    longer = mock.patch.object(sweep, "visible", lambda *args: plain(*args[:-1], args[-1] + np.int32(1)))
    honest = built(
        tables
    )  # the cohort asks with the same windows, and a longer one would change who is asked
    with longer:
        X = store.compute(tables, honest.rows[["customer_id", "as_of"]], CATALOGUE)
        yield replace(honest, X=X.drop(columns=["customer_id", "as_of"]))


@contextmanager
def fold_without_gap(tables: Tables) -> Iterator[Made]:
    """Dates are learnt from up to the one that is asked about, whether or not their labels are known."""
    plain = folds.known_by

    def at_once(as_of: Sequence[date], day: date, label_days: int) -> list[date]:
        return [on for on in plain(as_of, day, 0) if on < day]

    with mock.patch.object(folds, "known_by", at_once):
        yield built(tables)


@dataclass(frozen=True)
class Plant:
    """A leak, the checks of which one must find it, and how the feature that it names begins (None: no feature)."""

    name: str
    planted: Callable[[Tables], AbstractContextManager[Made]]
    checks: tuple[str, ...]
    feature: str | None

    def caught(self, findings: Sequence[Finding]) -> bool:
        return any(self._named(finding) for finding in findings if finding.check in self.checks)

    def _named(self, finding: Finding) -> bool:
        if self.feature is None or finding.feature is None:
            return self.feature is None and finding.feature is None
        return finding.feature.startswith(self.feature)


PLANTS = (
    Plant("an undated column", undated_column, ("single",), "customers.segment"),
    Plant(
        "a status updated after leaving",
        status_updated_after_leaving,
        ("missing", "single"),
        "finance_credit",
    ),
    Plant("a target encoding over all dates", target_encoding, ("recompute",), "trade_lost_by_owner"),
    Plant(
        "an encoding that reaches over the date", encoding_over_the_cutoff, ("recompute",), "trade_against_"
    ),
    Plant("a window off by one", window_off_by_one, ("recompute",), "trade_"),
    Plant("a fold without its gap", fold_without_gap, ("gap",), None),
)
"""The two encodings are one kind of leak, by labels and by records; both must be caught."""


def told_of(findings: Sequence[Finding]) -> str:
    return "; ".join(f"{one.check}: {one.words}" for one in findings[:2]) or "nothing"


def caught(seed: int = PLANTED) -> dict[str, bool]:
    """Plant each leak in the company of ``seed``, and say whether the alarm named it."""
    tables, found = simulated(seed), {}
    for plant in PLANTS:
        with plant.planted(tables) as made:
            findings = made.findings()
        found[plant.name] = plant.caught(findings)
        print(f"{plant.name}: {len(findings)} findings, {told_of(findings)}", flush=True)
    return found


def clean(seed: int) -> list[Finding]:
    """Give what the alarm finds in a company without a leak; it should be nothing."""
    made = built(simulated(seed, SIZES[seed % len(SIZES)]), "silence" if seed % 5 == 0 else "departure")
    return made.findings()


def main() -> int:
    began = time.perf_counter()
    found = caught()
    alarms = []
    for seed in range(101, 101 + CLEAN):
        findings = clean(seed)
        print(f"clean {seed}: {told_of(findings)}", flush=True)
        alarms.append(bool(findings))
    encodings = [name for name in found if "encoding" in name]
    kinds = [found[name] for name in found if name not in encodings] + [
        all(found[name] for name in encodings)
    ]
    return publish(
        "leaks",
        [
            equal("planted leaks caught and named, of 5", sum(kinds), 5),
            equal(f"clean companies with a false alarm, of {CLEAN}", sum(alarms), 0),
            told("seconds", time.perf_counter() - began),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
