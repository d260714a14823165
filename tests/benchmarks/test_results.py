"""A benchmark says what it measured beside what was asked, and fails where a bar is missed."""

import json

import pandas as pd
import pytest

from benchmarks import results
from benchmarks.scoreboard import BARS, PUBLISHED, TEST, protocol


@pytest.fixture
def found():
    """Figures of the last cutoff that just hold."""
    good = {"as_of": TEST, "customers": 1920, "observed": 592 / 1920, **BARS}
    return pd.DataFrame([{"family": family, **good} for family in PUBLISHED])


def test_every_bar_is_judged(found):
    assert all(figure.holds for figure in protocol("boosted", found, 791_717))
    found.loc[found["family"] == "boosted", "brier"] = 0.1701
    missed = [figure.name for figure in protocol("boosted", found, 791_717) if not figure.holds]
    assert missed == ["champion (boosted): Brier"]


def test_the_result_is_written_in_the_agreed_form(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    code = results.publish("trial", [results.at_least("speed", 2.0, 3.0), results.equal("rows", 4, 4)])
    written = json.loads((tmp_path / "trial.json").read_text())
    assert code == 1
    assert set(written) == {"machine", "commit", "figures"}
    assert written["figures"][0] == {"name": "speed", "value": 2.0, "bar": "at least 3", "holds": False}
    assert "MISSED" in capsys.readouterr().out
