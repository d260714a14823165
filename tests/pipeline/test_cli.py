"""The front door: quick to answer, one sentence for what a user can mend, a traceback for what it cannot."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import cli, commands, options, promote
from pipeline.paths import ROOT


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with the settings of the project and one empty dataset, ``acme``."""
    shutil.copy2(ROOT / "params.yaml", tmp_path / "params.yaml")
    (tmp_path / "data" / "acme" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "acme" / "dataset.yaml").write_text("")
    monkeypatch.setenv("FOREWARN_ROOT", str(tmp_path))
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit code and the one sentence of a command."""
    code = cli.main(words)
    said = capsys.readouterr().err
    assert said.startswith("forewarn: ")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    return code, said


def test_help_answers_in_under_a_second() -> None:
    took = []
    for _ in range(3):  # the quickest of three: the machine may be busy
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        took.append(time.perf_counter() - began)
    assert min(took) < 1
    for command in commands.COMMANDS:
        assert command.name in done.stdout


def test_help_imports_nothing_heavy() -> None:
    told = (
        "import sys; from pipeline import cli; cli.parser();"
        "print([m for m in ('pandas', 'numpy', 'pydantic', 'mlflow', 'sklearn', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["train"],
        ["train", "--dataset", "acme", "--family", "oracle"],
        ["score", "--dataset", "acme"],
        ["score", "--dataset", "acme", "--as-of", "31.12.2024"],
        ["ingest", "--dataset", "../elsewhere"],
        ["fetch", "everything"],
    ],
    ids=" ".join,
)
def test_a_command_that_is_not_understood_exits_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 2


def test_steps_without_a_first_day_are_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = refused(capsys, "score", "--dataset", "acme", "--as-of", "2024-01-31", "--every", "day")
    assert code == 2
    assert "'--every' is for '--since DATE'" in said
    assert not (root / "data" / "acme" / "report").exists()


def test_one_file_for_many_days_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = ["--since", "2024-01-01", "--as-of", "2024-01-31"]
    words = ["score", "--dataset", "acme", *days, "--to", "csv", "--out", str(root / "all.csv")]
    code, said = refused(capsys, *words)
    assert code == 2
    assert "leave '--out' out" in said


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "words", [["score", "--as-of"], ["score", "--as-of", "2023-09-27", "--since"], ["watch", "--as-of"]]
)
def test_a_day_too_far_away_exits_2_in_one_sentence(
    words: list[str], day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([*words, day, "--dataset", "acme"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.endswith(f"argument {words[-1]}: '{day}' is no day from 1900-01-01 to 2200-12-31\n")


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_can_be_asked_about(day: str) -> None:
    assert options.day(day).isoformat() == day


@pytest.mark.parametrize("command", [*(stage.name for stage in commands.STAGES), "run"])
def test_no_such_dataset_exits_12_and_names_those_there_are(
    command: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = refused(capsys, command, "--dataset", "nowhere")
    assert code == 12
    assert "'nowhere'" in said
    assert "'acme'" in said
    assert not (root / "data" / "nowhere").exists()


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("params.yaml", "trian: {}", "trian"),
        ("params.yaml", "train: {threads: two}", "train.threads"),
        ("params.yaml", "train: {trials: {boosted: 0}}", "train.trials.boosted"),
        ("params.yaml", "dates: [1", "no YAML"),
        ("params.yaml", "dataset: {}", "dataset"),
        ("data/acme/dataset.yaml", "label: {rule: leaving}", "label.rule"),
        ("data/acme/dataset.yaml", "labels: {}", "labels"),
        ("data/acme/dataset.yaml", "dates: {test: none}", "dates"),
        ("data/acme/dataset.yaml", "timezone: Europe/Atlantis", "timezone"),
        ("data/acme/dataset.yaml", "- a list", "list"),
    ],
)
def test_settings_that_are_wrong_exit_10_and_are_named(
    file: str, text: str, told: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / file).write_text(text)
    for command in ("ingest", "run"):
        code, said = refused(capsys, command, "--dataset", "acme")
        assert code == 10
        assert told in said
        assert Path(file).name in said


@pytest.mark.parametrize("file", ["params.yaml", "data/acme/dataset.yaml"])
def test_settings_that_are_no_file_exit_10_and_are_named(
    file: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / file).unlink()
    (root / file).mkdir()
    code, said = refused(capsys, "ingest", "--dataset", "acme")
    assert code == 10
    assert "cannot be read: Is a directory" in said
    assert Path(file).name in said


@pytest.mark.parametrize(
    "words", [["ingest"], ["score", "--as-of", "2024-01-31"], ["deliver"]], ids=lambda words: words[0]
)
def test_wrong_settings_are_in_the_log_and_in_the_metrics(
    words: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "params.yaml").write_text("trian: {}")
    assert cli.main([*words, "--dataset", "acme", "--log", "json"]) == 10
    end = json.loads(capsys.readouterr().err.splitlines()[0])
    assert (end["command"], end["step"], end["code"]) == (words[0], "end", 10)
    assert "trian" in end["sentence"]
    metrics = (root / "data" / "acme" / "report" / f"{words[0]}.prom").read_text("utf-8")
    assert f'forewarn_exit_code{{command="{words[0]}",dataset="acme"}} 10.0' in metrics


REFUSED = promote.Promotion(
    {"verdict": "refused", "challenger": {}, "champion": None, "why": ["No."]}, fresh=True
)
LOOKED = {"dataset": "acme", "as_of": "2024-01-31", "verdict": "look", "notices": [], "trained": {}}


@pytest.mark.parametrize(
    ("words", "module", "found"),
    [
        (["promote", "--json"], "promote", REFUSED),
        (["watch", "--json", "--fail-on", "look"], "watch", LOOKED),
    ],
    ids=["promote", "watch"],
)
def test_a_refusal_of_what_was_found_is_in_the_log_and_in_the_metrics(
    words: list[str],
    module: str,
    found: object,
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"pipeline.{module}.run", lambda *_: found)
    monkeypatch.setattr("pipeline.decision.sentence", lambda _: "The challenger is refused.")
    monkeypatch.setattr("pipeline.watch.reasons", lambda _: ["look: units"])
    assert cli.main([*words, "--dataset", "acme", "--log", "json"]) == 14
    said = capsys.readouterr()
    assert json.loads(said.out)["verdict"] in ("refused", "look")
    end = json.loads(said.err.splitlines()[0])
    assert (end["step"], end["code"], end["level"]) == ("end", 14, "error")
    metrics = (root / "data" / "acme" / "report" / f"{words[0]}.prom").read_text("utf-8")
    assert f'forewarn_exit_code{{command="{words[0]}",dataset="acme"}} 14.0' in metrics
    assert "last_success" not in metrics


def test_ingest_tells_what_it_counted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = root / "data" / "acme" / "raw"
    (raw / "customers.csv").write_text("customer_id,name,since_on\nC1,North,2020-01-01\n")
    (raw / "trade.csv").write_text(
        "order_id,customer_id,ordered_at,product_id,quantity,amount\nO1,C1,2024-01-05 10:00:00,P1,1,10.00\n"
    )
    assert cli.main(["ingest", "--dataset", "acme"]) == 0
    assert capsys.readouterr().err == ""
    assert cli.main(["ingest", "--dataset", "acme", "--log", "json"]) == 0
    tables, end = map(json.loads, capsys.readouterr().err.splitlines())
    assert (tables["step"], tables["rows"], tables["kept"], tables["rejected"]) == ("tables", 2, 2, 0)
    assert (end["step"], end["code"]) == ("end", 0)
    metrics = (root / "data" / "acme" / "report" / "ingest.prom").read_text("utf-8")
    assert 'of="kept",step="tables"} 2.0' in metrics


def test_a_section_that_is_missing_cannot_be_watched(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "params.yaml").write_text("seed: 7\n")
    shutil.copy2(ROOT / "dvc.yaml", root / "dvc.yaml")
    code, said = refused(capsys, "run", "--dataset", "acme")
    assert code == 10
    assert "write 'ingest: {}'" in said


def test_a_dataset_without_records_is_told_where_they_go(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "data" / "acme" / "raw").rmdir()
    code, said = refused(capsys, "run", "--dataset", "acme")
    assert code == 12
    assert "raw' is missing" in said


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["label"], "forewarn ingest --dataset acme"),
        (["build"], "forewarn label --dataset acme"),
        (["train", "--family", "boosted"], "forewarn label --dataset acme"),
        (["calibrate"], "forewarn label --dataset acme"),
        (["evaluate"], "forewarn label --dataset acme"),
        (["score", "--as-of", "2024-01-31", "--log", "none"], "forewarn promote --dataset acme"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_missing_input_names_the_command_that_makes_it(
    command: list[str], told: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = refused(capsys, command[0], "--dataset", "acme", *command[1:])
    assert code == 12
    assert told in said


def test_a_folder_that_cannot_be_written_ends_in_a_sentence(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The tests may run as root, whom no permission stops; a folder in the place of the lock file stops everybody.
    (root / "data" / "acme" / ".lock").mkdir()
    code, said = refused(capsys, "ingest", "--dataset", "acme")
    assert code == 14
    assert "Cannot write" in said


def test_a_bug_shows_its_traceback_and_exits_1(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("pipeline.ingest.run", broken)
    assert cli.main(["ingest", "--dataset", "acme"]) == 1
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err
