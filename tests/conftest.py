"""One small run of everything, shared by the tests that look at what a run leaves behind."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from pipeline.params import Params, load
from pipeline.paths import ROOT, Paths
from tests.database import Database, binaries, serving

# How many examples a property is tried on; told here, as tests of one folder take their worlds from another's.
# "ci" tries the same examples each time, so that nothing is blamed on a change but itself; "nightly" tries others.
# No shrinking: an example is a seed, and a smaller seed is no simpler world.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    derandomize=True,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "nightly", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

CODE = ("actions", "features", "models", "pipeline", "simulator")
DATASET = "brook"
"""A dataset that dvc.yaml does not name: a simulated company of 150 customers over 1,000 days."""
SPEC = 'simulate: {customers: 150, start: "2021-01-01", days: 1000, seed: 3}\n'
SETTINGS = """\
seed: 7
ingest: {}
dates: {test: 2, calibration: 2, folds: 2}
build: {}
inspect: {}
spark: {}
train: {threads: 1, trials: {logistic: 2, forest: 1, boosted: 1}}
calibrate: {}
choose: {}
evaluate: {resamples: 100}
profit: {}
explain: {refits: 1}
report: {}
"""
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DVC_NO_ANALYTICS": "true", "OMP_NUM_THREADS": "1"}


Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]


def pytest_configure() -> None:
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    os.environ["COLUMNS"] = "100"  # tables are as wide as the terminal, and test processes have none
    for name in ("MLFLOW_TRACKING_URI", "FOREWARN_ROOT", "FOREWARN_EVENTS", "FOREWARN_LOCK_HELD"):
        os.environ.pop(name, None)


def forewarn(root: Path, *words: str, timeout: float = 600) -> Done:
    """Run the command in ``root`` as a user would, with the code that lies there."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *words],
        cwd=root,
        env={**os.environ, "FOREWARN_ROOT": str(root)},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def checkout(root: Path) -> Path:
    """Lay a copy of the code and its settings at ``root``; it is no repository."""
    root.mkdir(parents=True, exist_ok=True)
    for room in CODE:
        # The compiled features come along: they are good as long as the files keep their times.
        shutil.copytree(ROOT / room, root / room)
    for name in ("dvc.yaml", ".dvcignore", "pyproject.toml"):
        shutil.copy2(ROOT / name, root / name)
    (root / ".dvc").mkdir()
    shutil.copy2(ROOT / ".dvc" / "config", root / ".dvc" / "config")
    (root / "params.yaml").write_text(SETTINGS)
    (root / "data" / DATASET).mkdir(parents=True)
    (root / "data" / DATASET / "dataset.yaml").write_text(SPEC)
    return root


@pytest.fixture(scope="session")
def command() -> Command:
    """``command(root, "run", "--dataset", ...)``: the command line, in a process of its own."""
    return forewarn


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Paths, Done]:
    """Run ``forewarn run`` on a new dataset in a fresh checkout, once a test process; what it left and said."""
    root = checkout(tmp_path_factory.mktemp("fresh") / "checkout")
    done = forewarn(root, "run", "--dataset", DATASET, timeout=1800)
    assert done.returncode == 0, done.stdout + done.stderr
    return Paths(root, DATASET), done


@pytest.fixture(scope="session")
def finished(finished_run: tuple[Paths, Done]) -> tuple[Params, Paths]:
    """Settings and places of a finished run. It is shared: read it, and write to ``workplace`` instead."""
    paths = finished_run[0]
    return load(paths), paths


def _artefacts_here(source: Path, root: Path) -> None:
    """Have MLflow's database in ``root`` name the artefacts beside it, not those that it was copied from."""
    with contextlib.closing(sqlite3.connect(root / "mlruns" / "mlflow.db")) as database, database:
        for table, column in (("experiments", "artifact_location"), ("runs", "artifact_uri")):
            database.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (str(source), str(root))
            )
    if mlflow := sys.modules.get("mlflow.tracking._tracking_service.utils"):
        mlflow._artifact_repos_cache.clear()  # it remembers by run, and the copies share their runs


@pytest.fixture
def workplace(finished: tuple[Params, Paths], tmp_path: Path) -> tuple[Params, Paths]:
    """A copy of the finished run's data that a test may spoil; its settings, its places."""
    root = tmp_path / "root"
    source = finished[1].root
    shutil.copytree(source / "data", root / "data", symlinks=True)
    shutil.copytree(source / "mlruns", root / "mlruns")
    shutil.copy2(source / "params.yaml", root / "params.yaml")
    paths = Paths(root, DATASET)
    _artefacts_here(source, root)
    return load(paths), paths


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """A PostgreSQL of this session's own on loopback, with a password; it is gone when the tests are done.

    Where there is none the tests that want it are skipped; where FOREWARN_NO_SKIP is set, as in ``.ci/run``, which
    installs Debian's package, they fail.
    """
    found = binaries()
    if found is None:
        sentence = "There is no PostgreSQL (initdb, postgres) here; 'apt-get install postgresql' brings it."
        (pytest.fail if os.environ.get("FOREWARN_NO_SKIP") else pytest.skip)(sentence)
    with serving(found) as database:
        yield database
