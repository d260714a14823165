"""One line a step, harmless whatever the records say; metrics that a monitor can read, of failed runs too."""

import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline import logs
from pipeline.errors import GateClosed
from pipeline.paths import Paths


def _metrics(paths: Paths) -> dict[str, float]:
    text = (paths.report / "score.prom").read_text("utf-8")
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            assert sample.labels.pop("command") == "score"
            assert sample.labels.pop("dataset") == "brook"
            found[" ".join([sample.name, *sample.labels.values()])] = sample.value
    return found


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, "brook")


def test_each_step_is_one_json_object_on_stderr(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with logs.run("score", paths, "json"), logs.step("features") as counted:
        counted["customers"] = 150
    first, last = map(json.loads, capsys.readouterr().err.splitlines())
    assert {**first, "at": "", "seconds": 0} == {
        "at": "", "level": "info", "command": "score", "dataset": "brook", "step": "features", "seconds": 0,
        "customers": 150,
    }  # fmt: skip
    assert (last["step"], last["code"]) == ("end", 0)


@pytest.mark.parametrize("form", ["lines", "json"])
def test_no_value_can_write_a_line_of_its_own(
    paths: Paths, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with logs.run("score", paths, form), logs.step("records") as counted:
        counted["file"] = "trade\n2026-01-01T00:00:00Z score brook end code=0\x1b[2J\u2028.csv"
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_none_says_nothing_and_still_measures(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with logs.run("score", paths, "none"), logs.step("features"):
        pass
    assert capsys.readouterr().err == ""
    assert "forewarn_step_seconds features" in _metrics(paths)


def test_a_failed_run_keeps_the_moment_of_the_last_success(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    with logs.run("score", paths, "lines"), logs.step("publish") as counted:
        counted["customers"] = 7
    good = _metrics(paths)
    assert good["forewarn_exit_code"] == 0
    assert good["forewarn_step_count customers publish"] == 7
    with pytest.raises(GateClosed), logs.run("score", paths, "json"):
        raise GateClosed("The model is not the one that was released.")
    failed = _metrics(paths)
    assert failed["forewarn_exit_code"] == 14
    assert failed[logs.LAST] == good[logs.LAST]
    assert failed["forewarn_run_timestamp_seconds"] >= good["forewarn_run_timestamp_seconds"]
    last = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (last["code"], last["level"]) == (14, "error")
    assert last["sentence"] == "The model is not the one that was released."


def test_a_damaged_file_of_metrics_is_replaced(paths: Paths) -> None:
    paths.report.mkdir(parents=True)
    (paths.report / "score.prom").write_text("forewarn_exit_code{ 0 0 0\n")
    with pytest.raises(GateClosed), logs.run("score", paths, "none"):
        raise GateClosed("no")
    assert logs.LAST not in _metrics(paths)


def test_steps_outside_a_run_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with logs.step("features"):
        pass
    assert capsys.readouterr().err == ""
