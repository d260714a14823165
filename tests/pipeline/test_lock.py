"""One run a dataset at a time, and no lock outlives its holder."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from pipeline import lock
from pipeline.errors import CannotWrite, Locked
from pipeline.paths import ROOT, Paths

HOLD = """
import sys, time
from pathlib import Path
from pipeline.lock import held
from pipeline.paths import Paths
with held(Paths(Path(sys.argv[1]), "acme")):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths(tmp_path, "acme")
    made.folder.mkdir(parents=True)
    return made


def holder(paths: Paths, **more: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(paths.root)],
        cwd=ROOT,
        env={**os.environ, **more},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def ended(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def test_a_second_run_is_refused_and_told_who_holds_the_lock(paths: Paths) -> None:
    process = holder(paths)
    try:
        assert json.loads(paths.lock.read_text())["pid"] == process.pid
        with pytest.raises(Locked, match=f"process {process.pid}") as refusal, lock.held(paths):
            pass
        assert refusal.value.exit_code == 15
    finally:
        ended(process)


def test_another_dataset_is_not_locked(paths: Paths) -> None:
    other = Paths(paths.root, "other")
    other.folder.mkdir()
    with lock.held(paths), lock.held(other):
        pass


def test_the_lock_of_a_killed_holder_is_taken_over(paths: Paths) -> None:
    process = holder(paths)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with lock.held(paths):
        assert json.loads(paths.lock.read_text())["pid"] == os.getpid()
    assert paths.lock.read_text() == ""


def test_a_stage_works_under_the_lock_of_its_run_and_ends_with_it(paths: Paths) -> None:
    run = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    stage = holder(paths, **{lock.HELD: f"{run.pid} {paths.folder}"})
    try:
        run.kill()
        run.wait()
        deadline = time.monotonic() + 10
        while stage.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert stage.poll() == 1
    finally:
        ended(stage)


@pytest.mark.parametrize(
    ("where", "name", "number"),
    [
        (os, "pwrite", errno.ENOSPC),
        (os, "ftruncate", errno.EIO),
        (fcntl, "flock", errno.ENOLCK),
        (fcntl, "flock", errno.EIO),
    ],
)
def test_a_lock_that_cannot_be_written_is_a_refusal_and_no_other_process(
    where: ModuleType, name: str, number: int, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    paths.lock.touch()
    with monkeypatch.context() as patched:
        patched.setattr(where, name, failing)
        with pytest.raises(CannotWrite, match=os.strerror(number)) as refusal, lock.held(paths):
            pytest.fail("it ran without its lock")
    assert refusal.value.exit_code == 14
    with lock.held(paths):
        pass
