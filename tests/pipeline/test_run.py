"""``forewarn run``: what is out of date is made, what is not is left alone, and a refusal keeps its own words."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline import lock, publishing
from pipeline.frames import read_json
from pipeline.params import Params
from pipeline.paths import Paths

STAGES = [
    "simulate",
    "ingest",
    "label",
    "build",
    "inspect",
    "train",
    "calibrate",
    "choose",
    "evaluate",
    "explain",
    "report",
]
DATASET = "brook"
Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copied(finished_run: tuple[Paths, Done], tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The checkout of the finished run, moved elsewhere: DVC's memory comes along."""
    root = tmp_path_factory.mktemp("copied") / "checkout"
    shutil.copytree(finished_run[0].root, root)
    return Paths(root, DATASET)


def would_run(paths: Paths) -> list[str]:
    """The stages that DVC would run now."""
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "repro", "--dry", f"data/{DATASET}/dvc.yaml:report@{DATASET}"],
        cwd=paths.root,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        line.split("'")[1].rpartition(":")[2]
        for line in done.stdout.splitlines()
        if line.startswith("Running stage")
    ]


def test_a_run_tells_every_stage_with_its_seconds(finished_run: tuple[Paths, Done]) -> None:
    told = finished_run[1].stdout
    for stage in STAGES:
        assert f"\n{stage}" in f"\n{told}"
    assert "Seconds a stage took" in told
    assert "dvc" not in told.lower()
    assert finished_run[1].stderr == ""


def test_a_run_ends_with_the_scores_of_the_last_day(finished: tuple[Params, Paths]) -> None:
    paths = finished[1]
    assert publishing.dates(paths) == [date(2023, 9, 27)]  # 2021-01-01 and 999 days
    there = sorted(file.name for file in publishing.published(paths, date(2023, 9, 27)).iterdir())
    assert there == ["manifest.json", "run.json", "scores.parquet", "unscored.parquet"]


def test_a_run_leaves_the_checkout_as_it_was(finished: tuple[Params, Paths]) -> None:
    there = {path.name for path in finished[1].root.iterdir()} - {"__pycache__"}
    assert there == {
        *("actions", "features", "models", "pipeline", "simulator"),
        *("dvc.yaml", ".dvcignore", "pyproject.toml", ".dvc", "params.yaml", "data", "mlruns"),
    }


def test_a_second_run_does_nothing_in_at_most_20_seconds(copied: Paths, command: Command) -> None:
    before = {path: path.stat().st_mtime_ns for path in copied.folder.rglob("*.parquet")}
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = command(copied.root, "run", "--dataset", DATASET)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Seconds of computing: those on the clock also tell what else the machine had to do.
    took = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" unchanged\n") == 13  # eleven stages, of which train three times
    assert "unchanged since they were scored" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in copied.folder.rglob("*.parquet")} == before
    assert took < 20


def test_a_changed_feature_reruns_only_what_depends_on_it(copied: Paths) -> None:
    file = copied.root / "features" / "catalogue" / "finance" / "payment.py"
    sound = file.read_text()
    file.write_text(sound + "\n# changed\n")
    try:
        # The leak alarm of `evaluate` computes features again; what else follows depends on what comes out.
        assert would_run(copied) == [f"build@{DATASET}", f"evaluate@{DATASET}"]
    finally:
        file.write_text(sound)


def test_a_changed_setting_reruns_only_what_depends_on_it(copied: Paths) -> None:
    file = copied.root / "params.yaml"
    sound = file.read_text()
    file.write_text(sound.replace("report: {}", "report: {listed: 3}") + "# a comment\n")
    try:
        assert would_run(copied) == [f"report@{DATASET}"]
    finally:
        file.write_text(sound)


def test_a_refusal_inside_a_stage_ends_with_its_sentence_and_its_code(
    copied: Paths, command: Command, tmp_path: Path
) -> None:
    root = tmp_path / "checkout"
    shutil.copytree(copied.root, root)
    paths = Paths(root, DATASET)
    (paths.folder / "dataset.yaml").write_text(
        (paths.folder / "dataset.yaml").read_text() + "label: {horizon_days: 700}\n"
    )
    champion = paths.champion.read_bytes()
    cohort = paths.cohort.read_bytes()
    done = command(root, "run", "--dataset", DATASET)
    assert done.returncode == 13
    assert done.stderr.startswith(f"forewarn: Dataset '{DATASET}' has orders from")
    assert done.stderr.count("\n") == 1
    assert paths.champion.read_bytes() == champion
    assert paths.cohort.read_bytes() == cohort


def test_a_bug_inside_a_stage_shows_its_traceback(copied: Paths, command: Command, tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    shutil.copytree(copied.root, root)
    file = root / "pipeline" / "explain.py"
    file.write_text(file.read_text().replace('"""Explain the', 'raise KeyError("a bug")\n    """Explain the'))
    done = command(root, "run", "--dataset", DATASET)
    assert done.returncode == 1
    assert "KeyError: 'a bug'" in done.stderr


def test_the_manifest_names_what_the_scores_were_made_from(finished: tuple[Params, Paths]) -> None:
    paths = finished[1]
    manifest = read_json(paths.scores / "as_of=2023-09-27" / "manifest.json")
    assert manifest["model"]["hash"] == read_json(paths.champion)["model"]
    assert manifest["model"]["version"] == "1"
    rows = manifest["rows"]
    assert rows["customers"] == rows["scored"] + sum(rows["unscored"].values()) == 150
    assert sum(rows["tiers"].values()) == rows["scored"]


def test_a_run_that_is_killed_is_finished_by_the_next(
    copied: Paths, command: Command, tmp_path: Path
) -> None:
    root = tmp_path / "checkout"
    shutil.copytree(copied.root, root)
    paths = Paths(root, DATASET)
    causes = paths.report / "causes.parquet"
    sound = causes.read_bytes()
    causes.unlink()
    log = paths.folder / ".run.log"
    log.write_text("")
    run = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", "--dataset", DATASET],
        cwd=root,
        env={**os.environ, "FOREWARN_ROOT": str(root)},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while "Running stage" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "explain@" in log.read_text()
    run.kill()
    run.wait()
    done = command(root, "run", "--dataset", DATASET)
    assert done.returncode == 0, done.stderr
    assert causes.read_bytes() == sound


def test_a_dataset_that_is_being_run_is_not_run_twice(copied: Paths, command: Command) -> None:
    with lock.held(copied):
        # The holder's children may work; a command from elsewhere may not.
        del os.environ[lock.HELD]
        done = command(copied.root, "run", "--dataset", DATASET)
    assert done.returncode == 15
    assert f"locked by process {os.getpid()}" in done.stderr
