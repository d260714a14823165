"""A simulated company after the real stages, for the benchmarks that ask what was found in it.

It has nine test dates and few trials. Making one takes a minute, and two benchmarks ask about the same ten, so each
is kept in ``benchmarks/.data/`` and used again as long as neither the code nor the settings have changed.
"""

import shutil
from collections.abc import Collection
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd

from models.families import FAMILIES
from pipeline import build, calibrate, choose, digests, ingest, label, params, simulate, train, walk
from pipeline.frames import read_json, read_parquet, write_json, write_parquet, write_text
from pipeline.paths import ROOT, Paths

NAME = "company"
FOLDER = Path(__file__).parent / ".data" / "companies"
STAMP = "made_of.json"
CODE = ("features", "models", "pipeline", "simulator")
SETTINGS = """seed: 7
dates: {test: 9, calibration: 3, folds: 1}
train: {trials: {logistic: 1, forest: 1, boosted: 2}}
evaluate: {resamples: 100}
"""
COMPANY = """timezone: Europe/Berlin
label: {{rule: departure, horizon_days: 90, confirm_days: 90}}
simulate: {{customers: {customers}, start: "2021-01-01", days: 1461, seed: {seed}}}
"""


@dataclass(frozen=True)
class Made:
    """A company on disk; ``predictions`` are those of ``pipeline.walk.walked``, of the champion alone
    among the families: it is what is asked about, and each family costs minutes to walk."""

    params: params.Params
    paths: Paths
    predictions: pd.DataFrame
    champion: str

    def truth(self, name: str) -> pd.DataFrame:
        """Give a table of the truth, which no stage reads."""
        return read_parquet(self.paths.truth / f"{name}.parquet")


def made(seed: int, customers: int, folder: Path = FOLDER) -> Made:
    """Simulate one company and walk its test dates, or find it as it was made before."""
    root = folder / f"seed-{seed}-of-{customers}"
    paths = Paths(root, NAME)
    stamp = {"code": code(), "settings": SETTINGS, "company": COMPANY.format(customers=customers, seed=seed)}
    said = paths.report / "predictions.parquet"
    if not ((root / STAMP).exists() and read_json(root / STAMP) == stamp):
        shutil.rmtree(root, ignore_errors=True)
        write_text(root / "params.yaml", SETTINGS)
        write_text(paths.spec, stamp["company"])
        _run(paths, said)
        write_json(root / STAMP, stamp)
    champion = read_json(paths.champion)["family"]
    return Made(params.load(paths), paths, read_parquet(said), champion)


def _run(paths: Paths, said: Path) -> None:
    settings = params.load(paths)
    with redirect_stdout(StringIO()):
        for stage in (simulate, ingest, label, build):
            stage.run(settings, paths)
        for family in FAMILIES:
            train.run(settings, paths, family)
        for stage in (calibrate, choose):
            stage.run(settings, paths)
        champion = read_json(paths.champion)["family"]
        write_parquet(said, walk.walked(settings, paths, lambda: None, (champion,)))


def code(without: Collection[str] = ()) -> str:
    """Give one digest of everything that the stages run; ``without`` modules that have no part in it."""
    files = [
        path
        for name in CODE
        for path in (ROOT / name).rglob("*")
        if path.suffix in (".py", ".yaml") and path.relative_to(ROOT).as_posix() not in without
    ]
    return digests.of_names({path.relative_to(ROOT).as_posix(): digests.of_file(path) for path in files})
