"""One line a step, harmless whatever the records say; metrics that a monitor can read, of failed runs too."""

import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline import logs
from pipeline.errors import CannotWrite, GateClosed
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
    made = Paths(tmp_path, "brook")
    made.folder.mkdir(parents=True)
    return made


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


def test_a_file_of_metrics_that_is_no_text_is_replaced(paths: Paths) -> None:
    paths.report.mkdir(parents=True)
    (paths.report / "score.prom").write_bytes(b'forewarn_exit_code{command="\xff"} 0\n')
    with pytest.raises(GateClosed), logs.run("score", paths, "none"):
        raise GateClosed("no")
    assert _metrics(paths)["forewarn_exit_code"] == 14


def test_metrics_that_cannot_be_read_or_written_hide_no_refusal(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    (paths.report / "score.prom").mkdir(parents=True)
    with pytest.raises(GateClosed), logs.run("score", paths, "none"):
        raise GateClosed("no")
    assert "Cannot write" in capsys.readouterr().err


def test_metrics_that_cannot_be_written_say_that_the_output_stands(paths: Paths) -> None:
    (paths.report / "score.prom").mkdir(parents=True)
    with (
        pytest.raises(CannotWrite, match="What the run made stands, but its metrics"),
        logs.run("score", paths, "none"),
    ):
        pass


def test_a_dataset_that_is_not_there_gets_no_folder_by_its_metrics(tmp_path: Path) -> None:
    nowhere = Paths(tmp_path, "nowhere")
    with pytest.raises(GateClosed), logs.run("score", nowhere, "none"):
        raise GateClosed("no")
    assert not nowhere.folder.exists()


def test_a_step_that_fails_is_told(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    def failing() -> None:
        with logs.run("score", paths, "json"), logs.step("open") as counted:
            counted["files"] = 3
            raise GateClosed("no")

    with pytest.raises(GateClosed):
        failing()
    step, end = map(json.loads, capsys.readouterr().err.splitlines())
    assert (step["step"], step["failed"], step["files"], step["level"]) == ("open", 1, 3, "error")
    assert end["code"] == 14
    assert _metrics(paths)["forewarn_step_count failed open"] == 1


def test_steps_outside_a_run_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with logs.step("features"):
        pass
    assert capsys.readouterr().err == ""
