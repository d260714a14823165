"""A Python that has imported everything, and runs each command of ours in a fork of itself.

Starting Python and importing MLflow takes longer than most of what the trials look at. A child stops before it
begins, so that strace can take hold of it and count its calls from the first.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.paths import ROOT

SERVER = """
import json, os, signal, sys, traceback
import lightgbm, mlflow, mlflow.store.tracking.sqlalchemy_store, pandas, pyarrow.parquet, skops.io
import sklearn.ensemble, sklearn.linear_model
from pipeline import bundle, cli, explained, firsts, promote, score, serving
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ["FOREWARN_ROOT"] = asked["place"]
        nothing = os.open(os.devnull, os.O_WRONLY)
        told = os.open(asked["told"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(nothing, 1), os.dup2(told, 2)
        os.kill(os.getpid(), signal.SIGSTOP)
        code = 1
        try:
            code = cli.main(asked["words"])
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.waitpid(child, os.WUNTRACED)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def warmed() -> Iterator["Warm"]:
    """Give the Python that has imported everything; it ends with the block."""
    warm = Warm()
    try:
        yield warm
    finally:
        warm.close()


class Warm:
    """Runs one command after the other."""

    def __init__(self) -> None:
        self._python = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, place: Path, told: Path, words: Sequence[str], *strace: str) -> int:
        """Run a command in ``place``, under strace where it is told what to do; give the exit code.

        What it says on stderr goes to the file ``told``.
        """
        assert self._python.stdin is not None
        assert self._python.stdout is not None
        asked = {"place": str(place), "told": str(told), "words": list(words)}
        print(json.dumps(asked), file=self._python.stdin, flush=True)
        child = int(self._python.stdout.readline())
        tracer = None
        if strace:
            tracer = subprocess.Popen(
                ["strace", "-f", "-qq", *strace, "-p", str(child)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text():
                time.sleep(0.01)
        os.kill(child, signal.SIGCONT)
        code = int(self._python.stdout.readline())
        if tracer is not None:
            tracer.wait()
        return code

    def close(self) -> None:
        assert self._python.stdin is not None
        assert self._python.stdout is not None
        self._python.stdin.close()
        self._python.wait()
        self._python.stdout.close()
