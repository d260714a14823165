"""A small company with a model that serves and two scored days, for the benchmarks that spoil what a job leaves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.planted import code
from benchmarks.results import ROOT
from pipeline.frames import read_json, write_json, write_text
from pipeline.paths import Paths

NAME = "brook"
FOLDER = Path(__file__).parent.parent / ".data" / "job-small"
SETTINGS = """seed: 7
dates: {test: 2, calibration: 2, folds: 2}
train: {threads: 1, trials: {logistic: 2, forest: 1, boosted: 1}}
evaluate: {resamples: 100}
explain: {refits: 0}
"""
COMPANY = 'simulate: {customers: 150, start: "2021-01-01", days: 1000, seed: 3}\n'
STAGES = ("simulate", "ingest", "label", "build", "train", "calibrate", "choose", "evaluate", "promote")
DAYS = ("2023-08-31", "2023-09-27")


def made() -> Paths:
    """Make the company, or find it as it was made before."""
    paths = Paths(FOLDER, NAME)
    stamp = {"code": code(), "settings": SETTINGS, "company": COMPANY}
    if not ((FOLDER / "made_of.json").exists() and read_json(FOLDER / "made_of.json") == stamp):
        shutil.rmtree(FOLDER, ignore_errors=True)
        write_text(FOLDER / "params.yaml", SETTINGS)
        write_text(paths.spec, COMPANY)
        for stage in STAGES:
            command(paths, stage)
        for day in DAYS:
            command(paths, "score", "--as-of", day)
        write_json(FOLDER / "made_of.json", stamp)
    return paths


def command(paths: Paths, verb: str, *words: str) -> None:
    """Run one command of the dataset to its good end, in a process of its own."""
    subprocess.run(
        [sys.executable, "-m", "pipeline", verb, "--dataset", paths.dataset, *words],
        cwd=ROOT,
        env={**os.environ, "FOREWARN_ROOT": str(paths.root)},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
