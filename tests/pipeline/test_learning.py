"""Are the data enough? The study of a made store, and its answer in words."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import learning, store
from pipeline.errors import MissingInput, TooLittleData
from pipeline.frames import write_sealed
from pipeline.params import Params
from pipeline.paths import Paths

FEATURES = [
    ("trade_a_30d", 30, False),
    ("trade_b_180d", 180, False),
    ("trade_c", None, False),
    ("season", None, True),
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Params, Paths]:
    """Give a dataset whose leavers are told by a recent and a longer feature; reading the test dates fails."""
    paths = Paths(tmp_path, "made")
    write_sealed(paths.champion, {"family": "logistic"})

    def matrix(_: Paths, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        assert split in ("train", "calibration")
        rng = np.random.default_rng(1 if split == "train" else 2)
        dates = 4 if split == "train" else 2
        first = "2023-01-31" if split == "train" else "2023-09-30"
        n = 200 * dates
        X = pd.DataFrame({name: rng.normal(size=n) for name, _, _ in FEATURES})
        odds = X["trade_a_30d"] + X["trade_b_180d"] - 0.7
        rows = pd.DataFrame(
            {
                "customer_id": np.tile([f"C{i}" for i in range(200)], dates),
                "as_of": np.repeat(pd.date_range(first, periods=dates, freq="ME"), 200),
                "label": (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float),
            }
        )
        return rows, X

    declared = [{"name": name, "days": days, "shared": shared} for name, days, shared in FEATURES]
    monkeypatch.setattr(store, "matrix", matrix)
    monkeypatch.setattr(store, "catalogue", lambda _: {"features": declared})
    return Params.model_validate(
        {"evaluate": {"resamples": 100}, "train": {"threads": 1}, "calibrate": {"methods": ["sigmoid"]}}
    ), paths


def test_the_study_is_written_and_told(
    place: tuple[Params, Paths], capsys: pytest.CaptureFixture[str]
) -> None:
    params, paths = place
    learning.run(params, paths)
    told = json.loads((paths.report / "learning.json").read_text())
    sizes = {name: [row["size"] for row in rows] for name, rows in told["studies"].items()}
    assert sizes == {"history": [1, 2, 3, 4], "customers": [12, 25, 50, 100, 200], "windows": [30, 180, 0]}
    whole = [rows[-1] for rows in told["studies"].values()]
    assert {row["features"] for row in whole} == {3}  # what says the same of everybody is given to no model
    assert {row["log_loss"]["value"] for row in whole} == {
        whole[0]["log_loss"]["value"]
    }  # all are the same fit
    # A window of 30 days lacks the longer feature, one of 180 lacks nothing.
    month, *_ = told["studies"]["windows"]
    assert month["all_better_by"]["log_loss"]["low"] > 0
    assert "features of the last 180 days do as well as all" in told["sentence"]
    out = " ".join(capsys.readouterr().out.split())
    assert told["sentence"] in out
    assert "PR-AUC" in out
    svg = (paths.report / "learning.svg").read_text()
    assert svg.startswith("<svg")
    learning.run(params, paths)
    assert (paths.report / "learning.svg").read_text() == svg


def point(size: int, low: float, high: float) -> dict[str, Any]:
    return {
        "size": size,
        "all_better_by": {"log_loss": {"value": (low + high) / 2, "low": low, "high": high}},
    }


def test_more_helps_where_the_last_doubling_still_did() -> None:
    found = {
        "customers": [point(50, 0.01, 0.03), point(100, 0.0, 0.0)],
        "history": [point(1, 0.02, 0.04), point(6, -0.01, 0.01), point(12, 0.0, 0.0)],
        "windows": [point(30, 0.01, 0.02), point(0, 0.0, 0.0)],
    }
    text = learning.sentence(found)
    assert (
        "All 100 customers lower the log loss of 50 by 0.0200 (0.0100 to 0.0300), so more customers would likely"
        in text
    )
    assert "a longer history would hardly help" in text
    assert "no shorter window does as well as all features" in text


def test_one_date_is_too_few_to_tell() -> None:
    found = {"customers": [point(9, 0, 0)], "history": [point(1, 0, 0)], "windows": [point(0, 0, 0)]}
    assert "too few training dates to tell" in learning.sentence(found)


def test_without_a_champion_the_command_that_makes_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingInput, match="forewarn choose --dataset none"):
        learning.run(Params(), Paths(tmp_path, "none"))


def test_nobody_leaving_is_too_little(place: tuple[Params, Paths], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = store.matrix

    def still(paths: Paths, split: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        rows, X = plain(paths, split)
        return rows.assign(label=0.0), X

    monkeypatch.setattr(store, "matrix", still)
    with pytest.raises(TooLittleData, match="too small to study"):
        learning.run(*place)
