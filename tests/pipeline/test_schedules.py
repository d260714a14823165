"""The worked examples of the nightly job do what their page says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import cli, publishing
from pipeline.params import Params
from pipeline.paths import ROOT, Paths

SCHEDULE = ROOT / "docs" / "how-to" / "schedule"


def _installed(root: Path) -> Path:
    """Lay the examples and a command ``forewarn`` at ``root``, as a checkout after `make setup` has them."""
    shutil.copytree(SCHEDULE, root / "docs" / "how-to" / "schedule")
    command = root / ".venv" / "bin" / "forewarn"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m pipeline "$@"\n')
    command.chmod(0o755)
    return root


def _cron() -> tuple[dict[str, str], str]:
    """Give the variables of the example for cron, and the command of its one line."""
    lines = [line for line in (SCHEDULE / "score.cron").read_text().splitlines() if line and line[0] != "#"]
    told = dict(line.split("=", 1) for line in lines[:-1])
    fields = lines[-1].split(None, 5)
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields[:5])
    return told, fields[5]


def test_the_line_for_cron_checks_scores_responds_and_watches(workplace: tuple[Params, Paths]) -> None:
    _, paths = workplace
    last = publishing.dates(paths)[-1]
    root = _installed(paths.root)
    told, command = _cron()
    night = root / "docs/how-to/schedule/nightly.sh"
    night.write_text(night.read_text().replace("$(date -d yesterday +%F)", last.isoformat()))
    environment = {**os.environ, **told, "FOREWARN": str(root), "DATASET": paths.dataset}
    done = subprocess.run(
        ["sh", "-c", command],
        env={**environment, "FOREWARN_ROOT": str(root)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    log = (paths.folder / "nightly.log").read_text()
    assert done.returncode == 0, log
    assert done.stdout == ""  # cron mails what is printed
    assert '"step": "publish"' in log or "unchanged since they were scored" in log
    assert {path.stem for path in paths.report.glob("*.prom")} >= {"ingest", "respond", "score", "watch"}
    assert "Traceback" not in log


def test_a_night_that_fails_is_printed_for_cron_to_mail(workplace: tuple[Params, Paths]) -> None:
    _, paths = workplace
    root = _installed(paths.root)
    told, command = _cron()
    (paths.raw / "trade.parquet").unlink()
    done = subprocess.run(
        ["sh", "-c", command],
        env={
            **os.environ,
            **told,
            "FOREWARN": str(root),
            "DATASET": paths.dataset,
            "FOREWARN_ROOT": str(root),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "forewarn: Dataset 'brook' has no table 'trade'" in done.stdout


def test_missed_nights_are_brought_back_day_by_day_as_the_page_says(tmp_path: Path) -> None:
    page = (SCHEDULE.parent / "schedule-the-nightly-job.md").read_text("utf-8")
    (lines,) = re.findall(r"```sh\n(first=.*?)```", page, flags=re.DOTALL)
    command = tmp_path / "forewarn"
    command.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/called"\n')
    command.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    subprocess.run(["sh", "-euc", lines], env={**os.environ, "PATH": path}, timeout=60, check=True)
    scored, *responded = (tmp_path / "called").read_text().splitlines()
    assert scored == "score --dataset workshop --since 2026-11-18 --as-of 2026-11-20 --every day"
    assert cli.parser().parse_args(scored.split()).every == "day"
    assert responded == [f"respond --dataset workshop --as-of 2026-11-{day}" for day in (18, 19, 20)]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_finds_no_fault_with_its_units() -> None:
    units = [str(SCHEDULE / f"forewarn-score@.{kind}") for kind in ("service", "timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_under_systemd_compiled_loops_are_kept_where_the_unit_may_write() -> None:
    lines = (SCHEDULE / "forewarn-score@.service").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    places = dict(word.split("=", 1) for word in told["Environment"].split())
    assert {told["ProtectSystem"], told["PrivateTmp"]} == {"strict", "yes"}
    for name in ("NUMBA_CACHE_DIR", "MPLCONFIGDIR"):
        assert places[name].startswith(f"%C/{told['CacheDirectory']}/")
    assert places["HOME"] == "/tmp"  # its own


def test_the_container_runs_as_nobody_in_particular() -> None:
    lines = (SCHEDULE / "Containerfile").read_text().splitlines()
    (user,) = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert int(user) > 0
    # Nothing is run as another user after that.
    assert [line.split()[0] for line in lines[lines.index(f"USER {user}") + 1 :] if line] == ["ENTRYPOINT"]


def test_an_image_takes_neither_records_nor_the_environment_of_this_machine_along() -> None:
    left_out = set((ROOT / ".dockerignore").read_text().splitlines())
    assert {".venv*", ".git", "data", "mlruns"} <= left_out
