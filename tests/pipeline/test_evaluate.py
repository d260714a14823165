"""The figures on the test dates: their places, their limits, and what they must agree with."""

import io
import json
from typing import Any

import numpy as np
import pytest

from models import metrics, tiers
from pipeline import certificates, compared, evaluate, measuring, words
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
                assert set(tier) >= {"customers", "observed", "bound", "verdict"}


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
    assert (rows[rows["family"] == "base_rate"].groupby("as_of")["p_churn"].nunique() == 1).all()
    for figures in told["families"]["base_rate"]["test"].values():
        assert figures["roc_auc"]["value"] == 0.5


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
    files = [*(paths.report / name for name in names), paths.certificate]
    before = [file.read_bytes() for file in files]
    evaluate.run(params, paths)
    assert [file.read_bytes() for file in files] == before


def test_resamples_too_many_to_keep_are_drawn_again(
    workplace: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    params, paths = workplace
    rows = read_parquet(paths.report / "predictions.parquet")
    kept = measuring.measured(params, rows, "boosted", lambda: None)
    monkeypatch.setattr(measuring, "KEPT", 0)
    drawn = measuring.measured(params, rows, "boosted", lambda: None)
    assert json.dumps(vars(drawn), default=float) == json.dumps(vars(kept), default=float)


def test_a_difference_of_families_is_that_of_their_figures(told: dict[str, Any]) -> None:
    champion = told["champion"]
    for when, pairs in [*told["differences"]["test"].items(), ("pooled", told["differences"]["pooled"])]:
        assert set(pairs) == FAMILIES
        for name, others in pairs.items():
            assert set(others) == {champion, "cadence_rule", "base_rate"} - {name}
            for other, figures in others.items():
                mine, its = (
                    told["families"][one]["pooled"]
                    if when == "pooled"
                    else told["families"][one]["test"][when]
                    for one in (name, other)
                )
                for figure, less in figures.items():
                    assert less["value"] == mine[figure]["value"] - its[figure]["value"]
                    assert less["low"] <= less["high"]


def test_the_tiers_share_out_the_customers_and_the_leavers(told: dict[str, Any]) -> None:
    for family in told["families"].values():
        tiers_ = family["pooled"]["tiers"].values()
        assert sum(tier["of_customers"] for tier in tiers_) == pytest.approx(1)
        assert sum(tier["of_leavers"] for tier in tiers_) == pytest.approx(1)
        assert sum(tier["customers"] for tier in tiers_) == family["pooled"]["customers"]


def test_a_pooled_tier_is_worth_fewer_customers_than_it_has_rows(told: dict[str, Any]) -> None:
    """Two test dates a month apart hold the same customers; one date alone holds each once."""
    champion = told["families"][told["champion"]]
    low = champion["pooled"]["tiers"]["low"]
    assert low["customers"] / 2 * 0.9 < low["effective"] < low["customers"]
    for figures in champion["test"].values():
        assert figures["tiers"]["low"]["effective"] == figures["tiers"]["low"]["customers"]


def test_the_table_names_every_family_once_and_marks_the_champion(told: dict[str, Any]) -> None:
    out = io.StringIO()
    compared.tell(told, out)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    for name in FAMILIES:
        (row,) = (line for line in lines if line.startswith(f"{words.family(name)} ") and "(" in line[:40])
        assert ("champion" in row) == (name == told["champion"])
        assert f"{told['families'][name]['pooled']['brier']['value']:.4f}" in row


def test_a_broken_promise_is_printed_first(told: dict[str, Any]) -> None:
    spoiled = json.loads(json.dumps(told))
    champion = told["champion"]
    day = next(iter(told["families"][champion]["test"]))
    tier = {"customers": 40, "observed": 0.5, "bound": 0.36, "verdict": "refuted"}
    spoiled["families"][champion]["test"][day]["tiers"]["high"] = tier
    spoiled["certificates"]["refuted"] = certificates.broken(spoiled["families"], champion)
    out = io.StringIO()
    compared.tell(spoiled, out)
    first = out.getvalue().replace("\n", " ")
    assert first.startswith(
        f"WARNING: On {day} the high tier did not keep its word: 50.0% of its 40 customers"
    )


def test_metrics_say_whether_the_champion_may_be_promoted(finished: Place, told: dict[str, Any]) -> None:
    broken = certificates.broken(told["families"], told["champion"])
    assert told["certificates"] == {"refuted": broken, "promotable": not broken}
    kept = read_json(finished[1].certificate)
    assert kept["model"] == read_json(finished[1].champion)["model"]
    assert kept["pooled"] == told["families"][told["champion"]]["pooled"]["tiers"]
