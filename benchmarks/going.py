"""`make bench-going`: ways to tell the going from the gone, held against each other on validation dates alone.

On each validation date a family is fitted on the labels known by then, with its default settings, and asked about
the customers of that date. Every way gives the share of the gone among leavers, or the probability of going
itself; p_churn is the same for all ways, and p_gone and p_going add up to it. What is a probability comes from maps
that four fifths of the customers gave to the last fifth. Online Retail II under the departure rule gives three
dates (of the as-of dates whose labels were known by the last test date, the last three); the workshop and three
companies of other seeds give their calibration dates, where one fit serves all three. No test date is read.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from benchmarks import departing
from benchmarks.departing import History
from benchmarks.results import Figure, publish, show, told
from features import cohort
from models import calibration, crossfit, families, metrics
from models.families import FAMILIES, LOG_ODDS
from models.figures import highest
from pipeline import build, ingest, label, params, records, simulate
from pipeline.columns import groups, labels
from pipeline.frames import read_parquet, write_text
from pipeline.paths import Paths

RETAIL = tuple(pd.Timestamp(day) for day in ("2010-10-10", "2010-11-10", "2010-12-10"))
SEEDS = (7, 11, 12, 13)
"""Companies of 2,000 customers; 7 is the workshop."""
SLOTS = (30, 60, 90)
"""Days ahead by which the hazard model divides the horizon."""
CONFIRM = 90
SETTINGS = "seed: 7\n"
COMPANY = """timezone: Europe/Berlin
label: {{rule: departure, horizon_days: 90, confirm_days: 90}}
simulate: {{customers: 2000, start: "2021-01-01", days: 1461, seed: {seed}}}
"""
MEAN = "mean"
Parts = Mapping[str, np.ndarray]
"""What each model says of the customers asked about: a probability a row."""
SHARES: Mapping[str, Callable[[Parts], np.ndarray]] = {
    "second model": lambda one: one["second"],
    "three classes": lambda one: one["gone"] / (one["gone"] + one["going"]),
    "in turn": lambda one: in_turn(one["gone"], one["going of the rest"]),
    "hazard": lambda one: in_turn(one["gone, known sooner"], one["hazard"]),
}
"""Ways that give q, the share of the gone."""
ALONE: Mapping[str, Callable[[Parts], np.ndarray]] = {
    "going by itself": lambda one: one["going"],
    "stays left, then going": lambda one: (1 - one["gone"]) * one["going of the rest"],
}
"""Ways that give the probability of going; what exceeds p_churn is cut."""


def in_turn(gone: np.ndarray, going: np.ndarray) -> np.ndarray:
    """Give q where ``going`` is the probability of going of those not gone."""
    return gone / (gone + (1 - gone) * going)


class Asked(History):
    """The customers of every date, and by which of the slots they are going."""

    def __init__(self, paths: Paths, seed: int = 7, threads: int = 1) -> None:
        super().__init__(paths, seed, threads)
        trade = records.tables(paths, ("trade",))["trade"]
        keys = self.rows[["customer_id", "as_of", "eligible"]]
        self.by = [
            labels(cohort.label(keys, trade, cohort.Rule("departure", days, CONFIRM)), "going")
            for days in SLOTS
        ]

    def older(self, day: pd.Timestamp, days: int) -> np.ndarray:
        """Tell the rows whose as-of date lies at least ``days`` before ``day``."""
        return (self.rows["as_of"] + pd.Timedelta(days=days) <= day).to_numpy()

    def parts(self, family: str, day: pd.Timestamp, asked: np.ndarray) -> Parts:
        """Fit every model on what was known on ``day``."""
        past, gone = self.known(day), labels(self.rows, "gone")
        leaves, going = labels(self.rows), labels(self.rows, "going")

        def said(y: np.ndarray, rows: np.ndarray) -> np.ndarray:
            return self._said(family, self.X[rows], y[rows], [self.X[asked]])[0]

        return {
            "churn": said(leaves, past),
            "second": said(gone, past & (leaves == 1)),
            "gone": said(gone, past),
            "going": said(going, past),
            "going of the rest": said(going, past & (gone == 0)),
            "gone, known sooner": said(gone, self.older(day, CONFIRM)),
            "hazard": self._hazard(family, day, asked),
        }

    def _hazard(self, family: str, day: pd.Timestamp, asked: np.ndarray) -> np.ndarray:
        """Give the probability of going of those not gone: one model of each slot's hazard, labels as known."""
        X, y = [], []
        before = labels(self.rows, "gone")
        for slot, (days, going) in enumerate(zip(SLOTS, self.by, strict=True)):
            there = self.older(day, days + CONFIRM) & (before == 0)
            X.append(self.X[there].assign(slot=float(slot)))
            y.append(going[there])
            before = np.maximum(before, going)
        ahead = [self.X[asked].assign(slot=float(slot)) for slot in range(len(SLOTS))]
        hazards = self._said(family, pd.concat(X, ignore_index=True), np.concatenate(y), ahead)
        return 1 - np.prod([1 - hazard for hazard in hazards], axis=0)

    def _said(
        self, family: str, X: pd.DataFrame, y: np.ndarray, asked: Sequence[pd.DataFrame]
    ) -> list[np.ndarray]:
        model = families.fit(family, X, y, families.defaults(family), self.seed, self.threads)
        plain = calibration.Calibration("identity", model.unit, {})
        return [plain.probability(model.score(one)) for one in asked]


def compared(
    history: Asked, plan: Sequence[tuple[pd.Timestamp, Sequence[pd.Timestamp]]]
) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Give family, way and figures; ``plan`` says which dates are asked about by a model of which day."""
    asked = [history.rows["as_of"].isin(dates).to_numpy() for _, dates in plan]
    rows = pd.concat([history.rows[now] for now in asked], ignore_index=True)
    said: dict[str, Parts] = {}
    for family in FAMILIES:
        parts = [history.parts(family, day, now) for (day, _), now in zip(plan, asked, strict=True)]
        said[family] = {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}
    said[MEAN] = {
        name: expit(np.mean([log_odds(said[family][name]) for family in FAMILIES], axis=0))
        for name in said[FAMILIES[0]]
    }
    leaves, gone, going = (labels(rows, kind) for kind in ("label", "gone", "going"))
    every = np.ones(len(rows), dtype=bool)
    for family in FAMILIES:
        one = said[family]
        p = crossfit.probabilities(log_odds(one["churn"]), leaves, groups(rows), LOG_ODDS)
        for way, share in SHARES.items():
            for whose, by in (("", one), (" of three families", said[MEAN])):
                q = crossed(share(by), gone, groups(rows), leaves == 1)
                yield family, way + whose, figures(rows, p * (1 - q), p * q)
        for way, alone in ALONE.items():
            own = np.minimum(crossed(alone(one), going, groups(rows), every), p)
            yield family, way, figures(rows, own, p - own)


def log_odds(p: np.ndarray) -> np.ndarray:
    return np.asarray(logit(np.clip(p, calibration.SURE, 1 - calibration.SURE)))


def crossed(p: np.ndarray, y: np.ndarray, who: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Give every row a probability by the sigmoid that other customers' rows of ``among`` gave."""
    codes, names = pd.factorize(who, sort=True)
    fifth = (np.random.default_rng(crossfit.SEED).permutation(len(names)) % crossfit.FOLDS)[codes]
    score, mapped = log_odds(p), np.empty(len(p))
    for number in range(crossfit.FOLDS):
        here = fifth == number
        fitted = calibration.fit("sigmoid", score[~here & among], y[~here & among], LOG_ODDS)
        mapped[here] = fitted.probability(score[here])
    return mapped


def figures(rows: pd.DataFrame, p_going: np.ndarray, p_gone: np.ndarray) -> dict[str, float]:
    """Give the figures of one way; shares are of all the going, by lists of each date."""
    going, gone = labels(rows, "going"), labels(rows, "gone")
    found = {
        "log loss of going": metrics.log_loss(going, p_going),
        "log loss of gone": metrics.log_loss(gone, p_gone),
        "Brier of going": metrics.brier(going, p_going),
        "Brier of gone": metrics.brier(gone, p_gone),
        "mean p_going less observed": metrics.drift(going, p_going),
        "mean p_gone less observed": metrics.drift(gone, p_gone),
        "PR-AUC of going": metrics.pr_auc(going, p_going),
        "ROC-AUC of going": metrics.roc_auc(going, p_going),
    }
    for share in departing.BARS:
        on = np.empty(len(rows))
        for day in rows["as_of"].unique():
            here = (rows["as_of"] == day).to_numpy()
            on[here] = highest(p_going[here], share)
        found[f"going in the highest {share:.0%}"] = on @ going / going.sum()
    return {name: float(value) for name, value in found.items()}


def company(root: Path, seed: int) -> Paths:
    """Simulate a company and build its features."""
    paths = Paths(root, "company")
    write_text(root / "params.yaml", SETTINGS)
    write_text(paths.spec, COMPANY.format(seed=seed))
    settings = params.load(paths)
    with redirect_stdout(StringIO()):
        for stage in (simulate, ingest, label, build):
            stage.run(settings, paths)
    return paths


def measured(seeds: Sequence[int]) -> Iterator[Figure]:
    """Give every figure of every dataset, family and way."""
    with tempfile.TemporaryDirectory(prefix="forewarn-going-") as folder:
        history = Asked(departing.made(Path(folder)))
    for found in compared(history, [(day, [day]) for day in RETAIL]):
        yield from _named("Online Retail II", *found)
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="forewarn-going-") as folder:
            paths = company(Path(folder), seed)
            history = Asked(paths)
            rows = read_parquet(paths.cohort)
        dates = sorted(rows.loc[rows["split"] == "calibration", "as_of"].unique())
        for found in compared(history, [(dates[0], dates)]):
            yield from _named(f"company {seed}", *found)


def _named(name: str, family: str, way: str, found: Mapping[str, float]) -> Iterator[Figure]:
    for figure, value in found.items():
        yield told(f"{name}, {family}, {way}: {figure}", value)


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.going", description=__doc__)
    room.add_argument("--seeds", metavar="SEED,...", help="other companies; writes no result")
    asked = room.parse_args()
    if asked.seeds:
        return show("going, other companies", list(measured(tuple(map(int, asked.seeds.split(","))))))
    return publish("going", list(measured(SEEDS)))


if __name__ == "__main__":
    sys.exit(main())
