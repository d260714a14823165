"""Simulated companies that are lived through month by month, as the scheduled job would live them.

A company of five years is simulated once. A model is made of what was known after three; on the last day of each of
the 24 months that follow, the records are laid out as they stood that night: nothing that happened or became known
later is in them. Each month is scored. Drifts are planted by changing the records from a day on; nothing else knows
of them. Kept in ``benchmarks/.data/`` as long as neither the code nor the settings have changed.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pyarrow as pa

from benchmarks.planted import code
from features.past import as_they_stood
from models.families import FAMILIES
from pipeline import (
    build,
    calibrate,
    choose,
    evaluate,
    fitted,
    ingest,
    label,
    params,
    publishing,
    records,
    score,
    simulate,
    train,
)
from pipeline.frames import read_json, to_arrow, write_json, write_parquet, write_text
from pipeline.paths import Paths

FOLDER = Path(__file__).parent.parent / ".data" / "lived"
WHOLE, NAME = "whole", "company"
STAMP = "made_of.json"
SETTINGS = """seed: 7
dates: {test: 3, calibration: 3, folds: 1}
train: {threads: 1, trials: {logistic: 1, forest: 1, boosted: 2}}
evaluate: {resamples: 200}
explain: {reasons: 1, refits: 0}
"""
COMPANY = """timezone: Europe/Berlin
label: {{rule: departure, horizon_days: 90, confirm_days: 90}}
simulate: {{customers: {customers}, start: "2021-01-01", days: 1826, seed: {seed}}}
"""
WATCHES = (
    *(
        f"models/{name}.py"
        for name in ["arrivals", "drift", "leaving", "notices", "novelty", "promises", "scales"]
    ),
    *(f"pipeline/{name}.py" for name in ["cli", "hindsight", "watch", "watched", "watching", "watchpage"]),
)
"""Modules that watch a company and have no part in making it."""
TRAINED = date(2023, 12, 31)
MONTHS = 24

Records = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Company:
    """A company on disk, trained on what was known on TRAINED; ``whole`` are its records of all five years."""

    params: params.Params
    paths: Paths
    whole: Records

    def on(self, day: date, changed: Records | None = None) -> None:
        """Lay out the records as they stood on the evening of ``day``: the true ones, or ``changed`` ones."""
        for name, rows in as_they_stood(self.whole if changed is None else changed, day).items():
            write_parquet(self.paths.table(name), rows)
        self.paths.ingested.unlink(missing_ok=True)

    def score(self, day: date) -> None:
        """Write what ``watch`` reads of the list of a day, from the records that are laid out."""
        declared = score.declarations()
        served = fitted.champion(self.paths, declared)
        cohort = label.cohort_on(self.params, self.paths, day)
        asked = cohort[cohort["eligible"]].sort_values("customer_id", ignore_index=True)
        built = build.features_on(self.params, self.paths, day, asked["customer_id"].tolist())
        X = score.matched(built, asked, served.fit.churn.features)
        rows = asked[["customer_id", "as_of"]].assign(p_churn=served.on(day).p_churn(X), model=served.hash)
        publishing.publish(self.paths, day, {publishing.SCORES: to_arrow(rows)}, {}, {})


def months(first: date = TRAINED, count: int = MONTHS) -> Iterator[date]:
    """Give the last day of each of the ``count`` months after ``first``."""
    return ((pd.Timestamp(first) + pd.offsets.MonthEnd(number)).date() for number in range(1, count + 1))


def lived(seed: int, customers: int, folder: Path = FOLDER) -> Company:
    """Make a company and its model, or find it as it was made before."""
    root = folder / f"seed-{seed}-of-{customers}"
    whole, paths = Paths(root, WHOLE), Paths(root, NAME)
    stamp = {
        "code": code(WATCHES),
        "settings": SETTINGS,
        "company": COMPANY.format(customers=customers, seed=seed),
    }
    if not ((root / STAMP).exists() and read_json(root / STAMP) == stamp):
        shutil.rmtree(root, ignore_errors=True)
        write_text(root / "params.yaml", SETTINGS)
        for each in (whole, paths):
            write_text(each.spec, stamp["company"])
        _make(whole, paths)
        write_json(root / STAMP, stamp)
    return _company(whole, paths)


def _company(whole: Paths, paths: Paths) -> Company:
    return Company(params.load(paths), paths, records.tables(whole))


def _make(whole: Paths, paths: Paths) -> None:
    settings = params.load(whole)
    with redirect_stdout(StringIO()):
        for stage in (simulate, ingest):
            stage.run(settings, whole)
        company = _company(whole, paths)
        company.on(TRAINED)
        for stage in (label, build):
            stage.run(company.params, paths)
        for family in FAMILIES:
            train.run(company.params, paths, family)
        for stage in (calibrate, choose, evaluate):
            stage.run(company.params, paths)
