"""The benchmark of the evaluation itself: what it simulates, and how its parts are joined."""

import json

import numpy as np
import pytest

from benchmarks import evaluation, results
from benchmarks.results import Figure


def test_the_certificates_hold_their_bars():
    judged = {figure.name: figure.holds for figure in evaluation.certificates()}
    assert False not in judged.values()
    assert list(judged.values()).count(True) == 2


def test_a_simulated_customer_is_alike_on_its_dates():
    y, p, who = evaluation.company(np.random.default_rng(0), 5000, -1.6)
    table = y.reshape(-1, evaluation.DATES)
    assert len(p) == len(who) == 15_000
    assert np.corrcoef(table[:, 0], table[:, 1])[0, 1] > 0.1


def test_parts_not_run_keep_their_figures(tmp_path, monkeypatch, capsys):
    for module in (results, evaluation):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    results.publish("leaks", [Figure("caught", 5, "at least 5", True)])
    monkeypatch.setattr(
        evaluation,
        "PARTS",
        {
            name: lambda name=name: [Figure(f"{name}: one", 1, "1", True)]
            for name in ("certificates", "intervals")
        },
    )
    monkeypatch.setattr("sys.argv", ["evaluation"])
    assert evaluation.main() == 0
    monkeypatch.setattr(
        evaluation,
        "PARTS",
        {
            "certificates": lambda: [Figure("certificates: one", 2, "1", False)],
            "intervals": lambda: pytest.fail("run though not asked for"),
        },
    )
    monkeypatch.setattr("sys.argv", ["evaluation", "--only", "certificates"])
    assert evaluation.main() == 1
    written = json.loads((tmp_path / "evaluation.json").read_text())["figures"]
    assert [(one["name"], one["value"]) for one in written] == [
        ("certificates: one", 2),
        ("intervals: one", 1),
        ("leaks: caught", 5),
    ]
