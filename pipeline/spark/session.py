"""A Spark session that says nothing on the terminal and leaves no process behind.

PySpark starts a Java process and talks to it through a socket. Everything that Java and the Python workers print
goes into one log file; on leaving, the session is stopped and the process waited for.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import BadConfig, BadRecords, CannotWrite, GateClosed, MissingInput
from pipeline.params import Params, Spark
from pipeline.paths import ROOT, Paths

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA = 17
"""The oldest Java that PySpark 4 runs on."""
LOG = ".spark.log"
"""Under a dataset's folder, what Java and the workers printed last."""

LOST = "Python worker exited unexpectedly|ExecutorLostFailure|OutOfMemoryError|memory limits"
"""What Spark says of a worker that was killed."""


def local(master: str) -> bool:
    """Say whether Spark runs inside this machine, started and ended by this process."""
    return master.startswith("local")


@contextmanager
def working(params: Params, paths: Paths) -> "Iterator[SparkSession]":
    """Give a session, and turn what Spark cannot do into one sentence."""
    with session(params.spark, paths, params.dataset.timezone) as spark:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException, PythonException

        try:
            yield spark
        except PythonException as error:
            found = re.search(r"No module named '[\w.]+'|the workers compute with other code.*", str(error))
            if found is None:
                # Told now: the error asks Java for its words, and Java is about to end.
                raise RuntimeError(str(error)) from None
            raise MissingInput(
                f"The workers of '{params.spark.master}' have not this environment ({found[0]}); "
                "give it to them (docs/how-to/outgrow-one-machine.md)."
            ) from None
        except (Py4JError, PySparkException) as error:
            damaged = re.search(r"Encountered error while reading file (\S+?)\.? ", str(error))
            if damaged is not None:
                raise BadRecords(
                    f"'{damaged[1].removeprefix('file://')}' is damaged ({reason(error)}); make it again with "
                    f"'forewarn ingest --dataset {paths.dataset}'."
                ) from None
            if re.search(LOST, str(error)):
                raise GateClosed(
                    f"A worker of '{params.spark.master}' ended before its work, most likely for want of memory; "
                    "give workers more, or make 'spark.memory_mb' smaller so that there are more partitions "
                    f"(docs/how-to/outgrow-one-machine.md); the whole log is in '{paths.folder / LOG}'."
                ) from None
            raise GateClosed(
                f"Spark gave up ({reason(error)}); what was there is as it was, and the whole log is in "
                f"'{paths.folder / LOG}'."
            ) from None


@contextmanager
def session(settings: Spark, paths: Paths, zone: str) -> "Iterator[SparkSession]":
    """Give a Spark session: the one that this process has already, or a new one that ends with the block.

    Parameters
    ----------
    zone : time zone in which moments that carry a zone of their own are read as wall clock
    """
    with _without_word_of_pandas():
        yield from _session(settings, paths, zone)


def _session(settings: Spark, paths: Paths, zone: str) -> "Iterator[SparkSession]":
    java = _demand()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    scratch = paths.folder / ".spark"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir()
        log = (paths.folder / LOG).open("wb")
    except OSError as error:
        raise CannotWrite(f"Cannot write '{scratch}': {error.strerror}; make the folder writable.") from None
    before = signal.getsignal(signal.SIGINT)
    with log, _environment(_asked_of_python(settings, java)):
        opened = None
        try:
            opened = _opened(_config(settings, scratch, zone), log.fileno(), Path(log.name))
            yield opened
        finally:
            if opened is not None:
                _close(opened)
            signal.signal(signal.SIGINT, before)
            shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _without_word_of_pandas() -> Iterator[None]:
    """Leave out PySpark's warning of every pandas 3: only its part that converts frames is meant, unused here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


def _demand() -> str:
    """Give the folder of a Java that is new enough; refuse where it or PySpark is missing."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise MissingInput(
            "The engine 'spark' needs PySpark, which is not installed; install the extra 'spark' "
            "(pip install 'pyspark>=4.0'), or use the engine 'local'."
        ) from None
    advice = (
        "install Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless), or name it in JAVA_HOME."
    )
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    if java is None:
        raise MissingInput(f"The engine 'spark' needs Java, and there is no 'java' here; {advice}")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError as error:
        raise MissingInput(
            f"The engine 'spark' needs Java, and '{java}' cannot be run ({error.strerror}); {advice}"
        ) from None
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is None or int(found[1]) < JAVA:
        has = f"'{java}' is of version {found[1]}" if found else f"'{java}' does not say its version"
        raise MissingInput(f"The engine 'spark' needs Java {JAVA} or newer, and {has}; {advice}")
    return java


def _asked_of_python(settings: Spark, java: str) -> dict[str, str]:
    """Give the environment that PySpark reads when it starts."""
    told = settings.config.get("spark.pyspark.python")
    if told is None and local(settings.master):
        told = sys.executable
    wanted = {"PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON") or told}
    if local(settings.master):
        wanted["SPARK_LOCAL_IP"] = "127.0.0.1"
    return {name: value for name, value in wanted.items() if value}


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _config(settings: Spark, scratch: Path, zone: str) -> dict[str, str]:
    """Give Spark's settings: those that the engine rests on, then the user's own, which win."""
    config = {
        "spark.app.name": "forewarn",
        "spark.master": settings.master,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": zone,
        "spark.hadoop.parquet.page.verify-checksum.enabled": "true",
        "spark.sql.warehouse.dir": str(scratch),
        # The partitions are cut to fit a worker's memory; Spark shall not join them again.
        "spark.sql.adaptive.enabled": "false",
        # One worker computes with one thread: there is a worker for each core.
        "spark.executorEnv.OMP_NUM_THREADS": "1",
        "spark.executorEnv.NUMBA_NUM_THREADS": "1",
    }
    if local(settings.master):
        config |= {
            "spark.driver.memory": "2g",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.local.dir": str(scratch),
            # Workers import the code that this process runs, wherever another copy may be installed.
            "spark.executorEnv.PYTHONPATH": str(ROOT),
        }
    return config | settings.config


def _opened(config: Mapping[str, str], output: int, log: Path) -> "SparkSession":
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    conf = SparkConf(loadDefaults=False).setAll(list(config.items()))
    try:
        gateway = launch_gateway(conf, {"stdout": output, "stderr": output})  # type: ignore[no-untyped-call]
        return SparkSession(SparkContext(conf=conf, gateway=gateway))
    except (Py4JError, PySparkException, OSError):
        if SparkContext._active_spark_context is not None:
            SparkContext._active_spark_context.stop()
        _end_java()
        raise BadConfig(
            f"Spark did not start with the master '{config['spark.master']}' ({_last_error(log)}); "
            f"mend 'spark' in 'params.yaml'; the whole log is in '{log}'."
        ) from None


def _last_error(log: Path) -> str:
    """Give what Java's log names as the cause: the innermost one, else the first error, else the first line."""
    text = log.read_text("utf-8", errors="replace")
    causes = re.findall(r"^Caused by: [\w.$]+: (.+)", text, re.MULTILINE)
    errors = re.findall(
        r'^(?:Exception in thread "\S+" )?[\w.$]+(?:Exception|Error): (.+)', text, re.MULTILINE
    )
    lines = [line for line in text.splitlines() if line.strip()]
    return next(iter([*causes[-1:], *errors, *lines]), "it said nothing").strip().rstrip(".")


def reason(error: BaseException) -> str:
    """Give the line of Java's error that says what was wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    caused = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    told = caused[-1] if caused else next(iter(lines), type(error).__name__)
    return re.sub(r"^[\w.$]+\.(\w+(?:Exception|Error)): ", r"\1: ", told).rstrip(".")


def _close(opened: "SparkSession") -> None:
    """Stop the session, and end the Java process that it ran in."""
    opened.stop()
    _end_java()


def _end_java() -> None:
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is None:
        return
    gateway.shutdown()
    process = gateway.proc
    process.stdin.close()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    # PySpark keeps these for a next session, which now needs a process of its own.
    SparkContext._gateway = None
    SparkContext._jvm = None
