"""The bar of `benchmarks.job.killed`, in small: kills of scoring, training and promoting, each run again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.job import cases, killed
from benchmarks.job.warm import warmed
from pipeline.params import Params
from pipeline.paths import Paths

MOMENTS = 2
EVERY = 60
"""Promoting makes some 290 calls that change something; one in so many of them is killed."""


def test_whatever_moment_kills_score_and_train_the_next_run_ends_alike(
    finished: tuple[Params, Paths], tmp_path: Path
) -> None:
    with warmed() as warm:
        for make in (killed.scoring, killed.training):
            case = make(finished[1], tmp_path / make.__name__ / "base", warm)
            outcome, _, looks = killed.at_moments(case, MOMENTS)
            assert outcome == killed.Outcome(MOMENTS, mixed=0, unlike=0)
            assert looks > MOMENTS


def _traceable() -> bool:
    """Some containers have no strace, or forbid it."""
    strace = shutil.which("strace")
    return strace is not None and subprocess.run([strace, "-qq", "-o", os.devnull, "true"]).returncode == 0


@pytest.mark.skipif(not _traceable(), reason="strace is not there, or may not trace here")
def test_whatever_call_kills_promote_the_next_run_ends_alike(
    finished: tuple[Params, Paths], tmp_path: Path
) -> None:
    with cases.promotion(finished[1], tmp_path / "base") as promotion:
        outcome = killed.at_calls(promotion, EVERY)
    assert outcome.kills > 1
    assert outcome == killed.Outcome(outcome.kills, mixed=0, unlike=0)
