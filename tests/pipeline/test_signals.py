"""The signals of a day on a finished company, the measured table, and the settings of the rules."""

import json
from dataclasses import fields
from datetime import date

import pandas as pd
import pytest

from actions.signals import settings as thresholds
from actions.signals.day import RULES
from actions.signals.rule import COLUMNS, KINDS
from pipeline import signals
from pipeline.errors import BadConfig
from pipeline.frames import parquet_bytes
from pipeline.params import Params, Signals

DAY = date(2023, 5, 1)


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


def test_a_day_has_one_row_a_customer_and_rule_and_the_same_bytes_again(finished):
    rows, again = (signals.of_day(*finished, DAY) for _ in range(2))
    assert len(rows) > 20
    assert list(rows.columns) == list(COLUMNS)
    assert not rows.duplicated(["customer_id", "rule"]).any()
    assert (rows["since_on"] <= pd.Timestamp(DAY)).all()
    assert rows["strength"].between(0, 1).all()
    assert rows["evidence"].str.len().between(1, 10).all()
    assert (rows["as_of"] == pd.Timestamp(DAY)).all()
    assert parquet_bytes(rows) == parquet_bytes(again)


def test_the_command_tells_the_day_and_gives_every_row_as_json(finished, command):
    params, paths = finished
    told = command(paths.root, "signals", "--dataset", paths.dataset, "--as-of", DAY.isoformat())
    assert told.returncode == 0, told.stderr
    assert "imports_moving" in told.stdout
    assert "not asked: it wants table 'imports'" in " ".join(told.stdout.split())
    said = command(paths.root, "signals", "--dataset", paths.dataset, "--as-of", DAY.isoformat(), "--json")
    assert len(json.loads(said.stdout)) == len(signals.of_day(params, paths, DAY))


def test_the_history_is_written_and_printed_alike(workplace, capsys):
    params, paths = workplace
    few = params.model_copy(update={"signals": params.signals.model_copy(update={"history_dates": 3})})
    signals.look_back(few, paths, as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((paths.report / "signals.json").read_text())
    assert len(printed["dates"]) == 3
    assert printed["absent"] == {"imports_moving": "table 'imports'"}
    total = next(row for row in printed["rules"] if row["of"] == "any")
    assert total["found"] <= total["leavers"]
    signals.look_back(few, paths, as_json=False)
    assert f"{total['alarms']:,}" in capsys.readouterr().out
