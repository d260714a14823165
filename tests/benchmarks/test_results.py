"""A benchmark says what it measured beside what was asked, and fails where a bar is missed."""

import json

import pytest

from benchmarks import results
from benchmarks.scoreboard import BARS, PUBLISHED, TEST, protocol


@pytest.fixture
def report():
    """A report in which every figure just holds."""
    champion = {"customers": 1920, "observed": 592 / 1920}
    good = {key: {"value": bar} for key, bar in BARS.items()}
    return {
        "champion": "boosted",
        "families": {family: {"test": {TEST: champion | good}} for family in PUBLISHED},
    }


INGEST = {"tables": {"trade": {"kept": 791_717}}}


def test_every_bar_is_judged(report):
    assert all(figure.holds for figure in protocol(report, INGEST))
    report["families"]["boosted"]["test"][TEST]["brier"] = {"value": 0.1701}
    missed = [figure.name for figure in protocol(report, INGEST) if not figure.holds]
    assert missed == ["champion (boosted): Brier"]


def test_the_result_is_written_in_the_agreed_form(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    code = results.publish("trial", [results.at_least("speed", 2.0, 3.0), results.equal("rows", 4, 4)])
    written = json.loads((tmp_path / "trial.json").read_text())
    assert code == 1
    assert set(written) == {"machine", "commit", "figures"}
    assert written["figures"][0] == {"name": "speed", "value": 2.0, "bar": "at least 3", "holds": False}
    assert "MISSED" in capsys.readouterr().out
