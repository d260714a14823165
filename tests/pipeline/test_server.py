"""A real tracking server over HTTP, PostgreSQL behind it: everything works there, and nobody sees the password."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models import gate
from pipeline import promote, publishing, score, tracking
from pipeline.errors import CannotWrite
from pipeline.frames import read_json
from pipeline.paths import ROOT, Paths
from tests.database import free_port
from tests.pipeline.challenged import Place, challenge, lenient, spoil

TRAINER = """
import sys
from pathlib import Path
from pipeline import tracking
from pipeline.paths import Paths
paths, family = Paths(Path(sys.argv[1]), "served"), sys.argv[2]
fitted = tracking.Fitted(
    family, model_hash=family * 8, files={"model.txt": family.encode()}, params={"depth": 3},
    metrics={"log_loss": 0.25}, texts={"note.txt": "a note"}, seconds=1.0,
)
tracking.log_family(paths, tracking.Training("served", "d" * 64, "p" * 64), fitted)
"""


@pytest.fixture(scope="module")
def server(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """``mlflow server`` on a free port: its address, and its log."""
    import psycopg

    folder, port = tmp_path_factory.mktemp("server"), free_port()
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE mlflow")
    log = folder / "log"
    # The backend is told in the environment: a command line can be read by everybody on the machine.
    environment = {
        **os.environ,
        "MLFLOW_BACKEND_STORE_URI": postgres.dsn("mlflow").replace("postgresql://", "postgresql+psycopg://"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
                "--workers", "1", "--artifacts-destination", str(folder / "artifacts"),
            ],
            env=environment, cwd=folder, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, log)
        yield address, log
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(2400):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text("utf-8", errors="replace")
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", errors="replace"))


def test_two_trainers_at_once_and_a_registered_model_by_http(
    server: tuple[str, Path], postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, log = server
    environment = {**os.environ, "MLFLOW_TRACKING_URI": address, "PYTHONPATH": str(ROOT)}
    trainers = [
        subprocess.Popen(
            [sys.executable, "-c", TRAINER, str(tmp_path), family],
            env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for family in ("forest", "boosted")
    ]  # fmt: skip
    said = [trainer.communicate(timeout=300)[0] for trainer in trainers]
    assert [trainer.returncode for trainer in trainers] == [0, 0], said

    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    paths = Paths(tmp_path, "served")
    training = tracking.Training("served", "d" * 64, "p" * 64)
    fitted = tracking.Fitted("forest", "forest" * 8, {"model.txt": b"forest"}, {}, {}, {}, 1.0)
    registered = [
        tracking.register(paths, training, fitted, "m" * 64, {"bundle.json": b"{}"}) for _ in range(2)
    ]
    assert registered[0] == registered[1]  # twice changes nothing
    assert registered[0].name == "forewarn-served"

    from mlflow import MlflowClient

    client = MlflowClient(address, address)
    runs = client.search_runs([client.get_experiment_by_name("served").experiment_id])
    families = sorted(run.data.tags["family"] for run in runs if "family" in run.data.tags)
    assert families == ["boosted", "forest"]
    assert {run.data.metrics["log_loss"] for run in runs if "family" in run.data.tags} == {0.25}
    assert postgres.password not in log.read_text("utf-8", errors="replace") + "".join(said)
    assert not (tmp_path / "mlruns").exists()  # nothing is kept beside the server


def test_a_model_is_promoted_scores_and_is_taken_back_by_http(
    server: tuple[str, Path], workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server[0])
    monkeypatch.setattr(gate, "LEAST", 5)
    params, paths = lenient(workplace[0]), workplace[1]
    day = publishing.dates(paths)[-1]
    shutil.rmtree(paths.root / "mlruns")

    def scored() -> tuple[str, bytes]:
        """Score with nothing of the model kept here; give the version that did, and its file."""
        shutil.rmtree(paths.model / "released")
        shutil.rmtree(paths.scores, ignore_errors=True)
        score.run(params, paths, day)
        folder = publishing.published(paths, day)
        return read_json(folder / publishing.MANIFEST)["model"]["version"], (
            folder / publishing.SCORES
        ).read_bytes()

    spoil(workplace, "boosted", 0.60)
    worse = challenge((params, paths), "boosted")
    assert promote.run(params, paths).serves
    before = scored()
    assert before[0] == worse
    better = challenge((params, paths), "logistic")
    assert promote.run(params, paths).told["verdict"] == "promoted"
    assert scored()[0] == better
    assert f"Version {worse} of 'forewarn-brook' serves again" in promote.back(params, paths)
    assert scored() == before
    assert not (paths.root / "mlruns").exists()


def test_a_server_that_is_away_is_one_sentence_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://keeper:sesame-4711@127.0.0.1:{free_port()}")
    fitted = tracking.Fitted("forest", "f" * 64, {}, {}, {}, {}, 1.0)
    with pytest.raises(CannotWrite) as caught:
        tracking.log_family(Paths(tmp_path, "served"), tracking.Training("served", "d", "p"), fitted)
    assert "sesame-4711" not in told(caught.value)


def test_a_database_that_refuses_is_one_sentence_without_its_password(
    postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "mlflow.store.db.utils.MAX_RETRY_COUNT", 1
    )  # MLflow knocks ten times, for two minutes
    address = postgres.dsn("postgres", password="sesame-4711").replace("postgresql:", "postgresql+psycopg:")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    fitted = tracking.Fitted("forest", "f" * 64, {}, {}, {}, {}, 1.0)
    with pytest.raises(CannotWrite) as caught:
        tracking.log_family(Paths(tmp_path, "served"), tracking.Training("served", "d", "p"), fitted)
    assert "sesame-4711" not in told(caught.value)


def test_a_database_whose_driver_is_not_installed_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "mysql://keeper:sesame-4711@127.0.0.1/mlflow")
    with pytest.raises(CannotWrite, match="'MySQLdb', which is not installed") as caught:
        tracking.version(Paths(tmp_path, "served"), tracking.CHAMPION)
    assert "sesame-4711" not in told(caught.value)


def told(error: BaseException) -> str:
    """Give all that a traceback of ``error`` would show."""
    import traceback

    return "".join(traceback.format_exception(error))
