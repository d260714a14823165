"""The end of a run on the terminal: aligned, plain, and the figures of metrics.json."""

import io
import re
from pathlib import Path
from types import ModuleType

import pytest
from rich.cells import cell_len

from pipeline import frames, listing, telling
from pipeline.errors import MissingInput
from pipeline.paths import Paths


def told(made: ModuleType, paths: Paths, rule: str = "departure") -> str:
    out = io.StringIO()
    telling.summary(made.params(rule), paths, {"ingest": 1.25, "train-forest": 20.0, "report": None}, out)
    return out.getvalue()


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(
    made: ModuleType, standing: Paths, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = told(made, standing).splitlines()
    assert max(map(cell_len, lines)) <= columns
    assert "\x1b" not in "".join(lines)
    assert not any("…" in line for line in lines if line.startswith("list "))


def test_columns_stay_aligned_behind_chinese_names(
    made: ModuleType, standing: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    table = told(made, standing).split("About to leave")[1].split("Win back")[0]
    rows = [line for line in table.splitlines() if line.startswith("C00")]
    assert len(rows) == 10
    starts = {
        cell_len(line[: line.index(tier)])
        for line in rows
        for tier in ("high", "medium", "low")
        if f" {tier} " in line
    }
    assert len(starts) == 1
    assert any("苏州精密机械有限公司" in line for line in rows)


def test_there_are_two_lists_ranked_by_their_own_probability(made: ModuleType, standing: Paths) -> None:
    lists = telling.lists(telling.batch(standing), 10)
    assert [column for _, _, column in lists] == ["p_going", "p_gone"]
    for _, rows, column in lists:
        assert len(rows) == 10
        assert rows[column].is_monotonic_decreasing
    going = lists[0][1]
    assert (going["p_going"] == going["p_churn"] - going["p_gone"]).all()


@pytest.mark.parametrize("rule", ["silence", "recorded"])
def test_without_p_gone_there_is_one_list(made: ModuleType, tmp_path: Path, rule: str) -> None:
    text = told(made, made.outputs(tmp_path, rule), rule)
    assert "Most likely to leave, as of 2024-09-30" in text
    assert "Win back" not in text
    assert "of going" not in text


def test_precision_and_recall_are_those_of_metrics_json(made: ModuleType, standing: Paths) -> None:
    text = told(made, standing)
    metrics = frames.read_json(standing.report / "metrics.json")
    for family in ("boosted", "cadence_rule"):
        for name in ("high", "high_and_medium", "top_0.1"):
            found = metrics["families"][family]["pooled"]["lists"][name]
            precision, recall = (
                telling.findings.estimate(found[part]).value for part in ("precision", "recall")
            )
            assert any(
                f"{100 * precision:.1f}%" in line and f"{100 * recall:.1f}%" in line
                for line in text.splitlines()
            ), (family, name)


def test_seconds_and_addresses_are_told(made: ModuleType, standing: Paths) -> None:
    text = told(made, standing)
    assert "Unchanged, not run again: report." in text
    assert re.search(r"^together +21\.2 *$", text, flags=re.MULTILINE)  # 1.25 + 20.0
    assert "data/made/report/index.html" in text
    assert "mlflow ui --backend-store-uri sqlite:///mlruns/mlflow.db" in text


def test_an_empty_high_tier_is_said(made: ModuleType, tmp_path: Path) -> None:
    assert "The high tier is empty on the test dates" in told(made, made.outputs(tmp_path, top=0.7))


def test_names_cannot_command_the_terminal(made: ModuleType, tmp_path: Path) -> None:
    text = told(made, made.outputs(tmp_path, names=("\x1b]0;owned\x07", "[bold red]name[/]", ":smile:")))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold red]name[/]" in text
    assert ":smile:" in text


def test_without_scores_the_command_that_makes_them_is_named(made: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="forewarn score --dataset made"):
        telling.batch(made.Paths(tmp_path, "made"))


def test_the_time_of_the_year_comes_last_and_has_no_number() -> None:
    features = {
        "trade_year_cosine": {
            "cause": "season",
            "unit": "number",
            "measure": "YearWave(harmonic=1, cosine=True)",
        },
        "trade_orders_90d": {"cause": "demand", "unit": "orders", "measure": "Count()"},
    }
    reasons = [
        {
            "feature": "trade_year_cosine",
            "value": 0.9,
            "typical": 0.4,
            "contribution": 0.3,
            "en": "Cosine",
            "zh": "",
        },
        {
            "feature": "trade_orders_90d",
            "value": 2.0,
            "typical": 6.0,
            "contribution": 0.1,
            "en": "Orders",
            "zh": "",
        },
    ]
    assert listing.raising({"reasons": reasons}, features, "EUR") == [
        "Orders: 2 (typical 6)",
        "The time of the year",
    ]


def test_a_promise_that_the_test_dates_deny_is_told_first(made: ModuleType, tmp_path: Path) -> None:
    paths = made.outputs(tmp_path)
    metrics = frames.read_json(paths.report / "metrics.json")
    tier = {"customers": 50, "observed": 0.5, "bound": 0.39, "verdict": "refuted"}
    metrics["families"]["boosted"]["pooled"]["tiers"]["high"] = tier
    frames.write_sealed(paths.report / "metrics.json", metrics)
    assert told(made, paths).startswith(
        "WARNING: On all test dates together the high tier did not keep its word: 50.0%"
    )
