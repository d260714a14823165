"""The figures on the test dates: their places, their limits, and what they must agree with."""

import json
from typing import Any

import numpy as np
import pytest

from models import metrics, tiers
from pipeline import evaluate
from pipeline.frames import read_json, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths

Place = tuple[Params, Paths]
FAMILIES = {"logistic", "forest", "boosted", "cadence_rule", "base_rate"}
FIXED = {"customers", "observed", "mean_p", "pr_auc", "roc_auc", "brier", "log_loss", "lift_10", "tiers"}


@pytest.fixture(scope="module")
def told(finished: Place) -> dict[str, Any]:
    return read_json(finished[1].report / "metrics.json")  # type: ignore[no-any-return]


def test_every_family_is_measured_on_every_test_date(told: dict[str, Any]) -> None:
    assert set(told["families"]) == FAMILIES
    assert told["champion"] in FAMILIES
    for family in told["families"].values():
        assert list(family["test"]) == ["2023-02-28", "2023-03-31"]
        for figures in [*family["test"].values(), family["pooled"]]:
            assert set(figures) >= FIXED
            assert set(figures["tiers"]) == {"high", "medium", "low"}
            for tier in figures["tiers"].values():
                assert set(tier) == {"customers", "observed", "bound", "verdict"}


def test_an_interval_holds_its_figure(told: dict[str, Any]) -> None:
    for family in told["families"].values():
        pooled = family["pooled"]
        for name in ("observed", "mean_p", "pr_auc", "roc_auc", "brier", "log_loss"):
            figure = pooled[name]
            # One probability for everybody has no width, and its mean is exact to the last digit but one.
            assert figure["low"] - 1e-12 <= figure["value"] <= figure["high"] + 1e-12


def test_figures_are_those_of_the_predictions(finished: Place, told: dict[str, Any]) -> None:
    predictions = read_parquet(finished[1].report / "predictions.parquet")
    for name, rows in predictions.groupby("family"):
        y, p = rows["label"].to_numpy(), rows["p_churn"].to_numpy()
        pooled = told["families"][name]["pooled"]
        assert pooled["customers"] == len(rows)
        assert pooled["roc_auc"]["value"] == pytest.approx(metrics.roc_auc(y, p), abs=1e-12)
        assert pooled["log_loss"]["value"] == pytest.approx(metrics.log_loss(y, p), abs=1e-12)
        parts = pooled["brier_parts"]
        whole = parts["miscalibration"] - parts["discrimination"] + parts["uncertainty"]
        assert whole == pytest.approx(pooled["brier"]["value"], abs=1e-12)
        for tier in tiers.TIERS:
            assert pooled["tiers"][tier]["customers"] == int((rows["tier"] == tier).sum())


def test_the_going_and_the_gone_are_the_leavers(told: dict[str, Any]) -> None:
    for family in told["families"].values():
        pooled = family["pooled"]
        leavers = pooled["observed"]["value"] * pooled["customers"]
        assert pooled["going"]["customers"] + pooled["gone"]["customers"] == pytest.approx(leavers)
        # mean p_going + mean p_gone = mean p_churn, for every family
        both = pooled["going"]["mean_p"]["value"] + pooled["gone"]["mean_p"]["value"]
        assert both == pytest.approx(pooled["mean_p"]["value"], abs=1e-12)


def test_predictions_have_one_row_a_customer_date_and_family(finished: Place) -> None:
    rows = read_parquet(finished[1].report / "predictions.parquet")
    assert not rows.duplicated(["customer_id", "as_of", "family"]).any()
    assert set(rows["label"]) == {0, 1}
    assert not (rows["going"] & (rows["label"] == 0)).any()
    assert (rows["tier"] == tiers.tier(rows["p_churn"])).all()


def test_the_base_rate_says_the_same_of_everybody(finished: Place, told: dict[str, Any]) -> None:
    rows = read_parquet(finished[1].report / "predictions.parquet")
    assert rows.loc[rows["family"] == "base_rate", "p_churn"].nunique() == 1
    assert told["families"]["base_rate"]["pooled"]["roc_auc"]["value"] == 0.5


def test_a_list_by_budget_has_that_share_of_the_customers(told: dict[str, Any]) -> None:
    pooled = told["families"]["boosted"]["pooled"]
    for share in (0.05, 0.10, 0.20):
        one = pooled["lists"][f"top_{share:g}"]
        assert one["customers"] == int(np.ceil(pooled["customers"] * share - 1e-9))
        # precision * listed = recall * leavers: both count the leavers caught
        caught = one["precision"]["value"] * one["customers"]
        leavers = pooled["observed"]["value"] * pooled["customers"]
        assert caught == pytest.approx(one["recall"]["value"] * leavers)


def test_evaluating_again_gives_the_same_bytes(workplace: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    params, paths = workplace
    monkeypatch.setattr(evaluate, "_log", lambda *_: None)
    names = ("metrics.json", "predictions.parquet", "curves.parquet")
    before = {name: (paths.report / name).read_bytes() for name in names}
    evaluate.run(params, paths)
    assert {name: (paths.report / name).read_bytes() for name in names} == before


def test_resamples_too_many_to_keep_are_drawn_again(
    workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    rows = read_parquet(paths.report / "predictions.parquet")
    kept = evaluate.measured(params, rows, lambda: None)
    monkeypatch.setattr(evaluate, "KEPT", 0)
    drawn = evaluate.measured(params, rows, lambda: None)
    assert json.dumps(drawn, default=float) == json.dumps(kept, default=float)
