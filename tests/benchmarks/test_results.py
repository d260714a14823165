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


def test_a_part_measured_anew_takes_the_place_of_its_old_figures_and_of_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)

    def parts(first, second):
        return {
            "first": lambda: iter([results.at_most("misses", first, 1)]),
            "second": lambda: iter([results.told("seconds", second)]),
        }

    assert results.measure("trial", parts(2, 5.0), ("first", "second")) == 1
    assert results.measure("trial", parts(0, 9.0), ("first",)) == 0
    written = json.loads((tmp_path / "trial.json").read_text())["figures"]
    assert [(figure["part"], figure["value"]) for figure in written] == [("first", 0), ("second", 5.0)]


def test_a_benchmark_that_is_stopped_keeps_the_parts_that_it_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)

    def stopped():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        results.measure(
            "trial", {"first": lambda: iter([results.told("a", 1)]), "second": stopped}, ("first", "second")
        )
    written = json.loads((tmp_path / "trial.json").read_text())["figures"]
    assert [figure["name"] for figure in written] == ["a"]
