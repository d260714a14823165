"""The signals of a day of a small company, the measured table, and the settings of the rules."""

import json
from dataclasses import fields
from datetime import date

import pandas as pd
import pytest

from actions.signals import settings as thresholds
from actions.signals.day import RULES
from actions.signals.rule import COLUMNS, KINDS
from pipeline import cli, ingest, label, signals, simulate
from pipeline.errors import BadConfig
from pipeline.frames import parquet_bytes, write_text
from pipeline.params import Params, load
from pipeline.paths import Paths
from pipeline.warning_settings import Signals

DAY = date(2023, 5, 1)
SPEC = 'simulate: {customers: 150, start: "2021-01-01", days: 1000, seed: 3}\n'
SETTINGS = "dates: {test: 2, calibration: 2, folds: 2}\nsignals: {history_dates: 3}\n"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Params, Paths]:
    """Records and cohort of a simulated company: the signals ask for no more, and for no model."""
    paths = Paths(tmp_path_factory.mktemp("signals"), "brook")
    write_text(paths.root / "params.yaml", SETTINGS)
    write_text(paths.spec, SPEC)
    params = load(paths)
    for stage in (simulate, ingest, label):
        stage.run(params, paths)
    return params, paths


def test_every_threshold_of_a_rule_is_a_setting_and_every_setting_a_threshold():
    for name, section in Signals():
        if name in KINDS:
            group = next(field.type for field in fields(thresholds.Settings) if field.name == name)
            assert {field.name for field in fields(group)} == set(type(section).model_fields)


def test_a_number_of_times_for_a_rule_that_there_is_not_is_refused():
    with pytest.raises(BadConfig, match=r"'signals\.times' for 'orders_late', which is no rule"):
        signals.wanted(Params(signals=Signals(times={"orders_late": 2})))


def test_the_times_in_a_row_follow_from_the_settings():
    told = signals.wanted(Params(signals=Signals(weak_times=5, strong_times=2, times={"depth_down": 4})))
    needed = {rule.name: rule.needed(told) for rule in RULES}
    assert (needed["depth_down"], needed["deciders_absent"], needed["ending_60"]) == (4, 5, 2)


def test_a_day_has_one_row_a_customer_and_rule_and_the_same_bytes_again(company):
    rows, again = (signals.of_day(*company, DAY) for _ in range(2))
    assert len(rows) > 20
    assert list(rows.columns) == list(COLUMNS)
    assert not rows.duplicated(["customer_id", "rule"]).any()
    assert rows["signal_id"].is_unique
    assert (rows["since_on"] <= pd.Timestamp(DAY)).all()
    assert rows["strength"].between(0, 1).all()
    assert rows["evidence"].str.len().between(1, 10).all()
    assert (rows["as_of"] == pd.Timestamp(DAY)).all()
    assert parquet_bytes(rows) == parquet_bytes(again)


def test_the_command_tells_the_day_and_gives_every_row_as_json(company, capsys, monkeypatch):
    params, paths = company
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    words = ["signals", "--dataset", paths.dataset, "--as-of", DAY.isoformat()]
    assert cli.main([*words, "--zh"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "not asked: it wants table 'imports'" in told
    assert "沟通深度低于该客户的惯常水平" in told
    assert cli.main([*words, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["signal_id"] for row in rows] == list(signals.of_day(params, paths, DAY)["signal_id"])


def test_the_history_is_written_and_printed_alike(company, capsys, monkeypatch):
    paths = company[1]
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    words = ["signals", "--dataset", paths.dataset, "--history"]
    assert cli.main([*words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((paths.report / "signals.json").read_text())
    assert len(printed["dates"]) == 3
    assert printed["absent"] == {"imports_moving": "table 'imports'"}
    total = next(row for row in printed["rules"] if row["of"] == "any")
    assert 0 < total["found"] <= total["leavers"]
    assert cli.main(words) == 0
    assert f"{total['alarms']:,}" in capsys.readouterr().out
