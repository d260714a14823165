"""``forewarn cases``: where leavers come from, what is refused, and what is told of each."""

import json
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from pipeline import cli, frames
from pipeline.frames import read_json, read_parquet
from pipeline.paths import Paths

LEFT_ON = {"C0000": date(2024, 6, 10), "C0001": date(2024, 7, 20), "C0002": date(2024, 5, 2)}
"""The last purchases of three; test dates are 2024-05-31 and 2024-06-30, so that C0002 left before them."""


def orders(customer: str, last: date, every: int = 10) -> list[tuple[str, pd.Timestamp]]:
    """Purchases every ten days back from the last one."""
    return [
        (customer, pd.Timestamp(last - timedelta(days=every * back)) + pd.Timedelta(hours=9))
        for back in range(20)
    ]


@pytest.fixture
def paths(tmp_path: Path, made: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """The made company; three customers stop for good, the others buy to the end of the year."""
    root = tmp_path / "root"
    there: Paths = made.outputs(root)
    bought = [
        row for i in range(60) for row in orders(f"C{i:04d}", LEFT_ON.get(f"C{i:04d}", date(2024, 12, 31)))
    ]
    who, when = zip(*bought, strict=True)
    trade = pd.DataFrame(
        {"order_id": [f"O{i}" for i in range(len(who))], "customer_id": who, "ordered_at": when}
    )
    frames.write_parquet(there.table("trade"), trade.assign(product_id="P1", quantity=1.0, amount=100.0))
    (root / "params.yaml").write_text("evaluate: {resamples: 100}\n")
    there.spec.write_text("label: {rule: departure}\n")
    monkeypatch.setenv("FOREWARN_ROOT", str(root))
    return there


def asked(paths: Paths, *words: str) -> int:
    return cli.main(["cases", "--dataset", "made", *words])


def csv(paths: Paths, text: str) -> str:
    file = paths.root / "left.csv"
    file.write_text(text)
    return str(file)


def rows(paths: Paths) -> pd.DataFrame:
    return read_parquet(paths.report / "cases.parquet").set_index("customer_id")


def test_without_cases_the_departure_rule_finds_the_leavers(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(paths, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == read_json(paths.report / "cases.json")
    assert told["source"] == "rule"
    assert told["leavers"] == {"known": 3, "in_test_months": 2}
    found = rows(paths)
    assert found["left_on"].dt.date.to_dict() == LEFT_ON
    assert found["in_test_months"].to_dict() == {"C0000": True, "C0001": True, "C0002": False}
    assert found.loc["C0002", "top_0.1_outcome"] == "outside the test months"


def test_the_one_ranked_highest_is_found_with_its_lead_its_tier_and_its_cause(paths: Paths) -> None:
    assert asked(paths) == 0
    said = read_parquet(paths.report / "predictions.parquet")
    mine = said[(said["family"] == "boosted") & (said["as_of"] == pd.Timestamp("2024-05-31"))]
    # p_going = p (1 - q), q = 0.1 for the first customer and more for every other; p = 0.95 at most, its own.
    first = (mine["p_churn"] - mine["p_gone"]).idxmax()
    assert mine.loc[first, "customer_id"] == "C0000"
    row = rows(paths).loc["C0000"]
    assert row["top_0.05_outcome"] == "flagged before"
    assert row["top_0.05_lead_days"] == 10  # 2024-05-31 to 2024-06-10
    assert (row["top_0.05_tier"], row["needed"]) == ("high", pytest.approx(1 / 60))
    causes = read_parquet(paths.report / "causes.parquet")
    told = causes[(causes["customer_id"] == "C0000") & (causes["as_of"] == pd.Timestamp("2024-05-31"))]
    assert row["top_0.05_top_cause"] == told["top_cause"].item()


def test_a_case_dated_by_its_write_off_counts_from_the_last_purchase(paths: Paths) -> None:
    assert asked(paths, "--cases", csv(paths, "customer_id,churned_on,cause\nC0000,2024-10-01,price\n")) == 0
    row = rows(paths).loc["C0000"]
    assert (row["churned_on"].date(), row["left_on"].date()) == (date(2024, 10, 1), date(2024, 6, 10))
    assert row["cause"] == "price"


def test_the_table_speaks_where_it_names_leavers_of_the_test_months(paths: Paths) -> None:
    table = pd.DataFrame(
        {"customer_id": ["C0001"], "churned_on": pd.to_datetime(["2024-07-20"]), "cause": ["service"]}
    )
    frames.write_parquet(paths.table("cases"), table)
    assert asked(paths) == 0
    assert read_json(paths.report / "cases.json")["source"] == "table"
    frames.write_parquet(paths.table("cases"), table.assign(churned_on=pd.Timestamp("2023-01-05")))
    assert asked(paths) == 0
    told = read_json(paths.report / "cases.json")
    assert (told["source"], told["passed_over"]) == ("rule", 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("customer_id,churned_on\nC0000,2024-06-10\nX1,2024-06-10\n", "the first being 'X1' in line 3"),
        ("customer_id,churned_on\nC0000,10.06.2024\n", "'10.06.2024' in line 2; write days as 2024-12-31"),
        ("customer_id,churned_on\nC0000,2024-06-31\n", "'2024-06-31' in line 2"),
        (
            "customer_id,churned_on\nC0000,2024-06-10\nC0000,2024-06-10\n",
            "customer 'C0000' on 2024-06-10 in line 3",
        ),
        ("customer,churned_on\nC0000,2024-06-10\n", "has no column 'customer_id'"),
        ("customer_id,churned_on\n", "names no leaver"),
        ("", "is no CSV"),
    ],
)
def test_a_bad_file_is_one_sentence(
    paths: Paths, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    assert asked(paths, "--cases", csv(paths, text)) == 11
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert not (paths.report / "cases.json").exists()


def test_a_missing_file_and_a_dataset_without_leavers_are_missing_inputs(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(paths, "--cases", "nowhere.csv") == 12
    assert "There is no file 'nowhere.csv'" in capsys.readouterr().err
    paths.spec.write_text("label: {rule: silence}\n")
    assert asked(paths) == 12
    assert "bring the known leavers" in capsys.readouterr().err


def test_leavers_of_other_months_are_too_little(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(paths, "--cases", csv(paths, "customer_id,churned_on\nC0002,2024-05-02\n")) == 13
    assert "None of the 1 known leavers" in capsys.readouterr().err


def test_the_answer_fits_eighty_columns(
    paths: Paths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert asked(paths) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    assert "2 customers of 'made' left in the test months" in told
    assert "flagged before" in told
    assert "Of the 2, 0 had every month" in told  # two test dates hold no four months
    assert "…" not in told


def test_the_truth_of_a_simulation_is_not_read(paths: Paths) -> None:
    paths.truth.mkdir(parents=True)
    (paths.truth / "leavers.parquet").write_bytes(b"not to be opened")
    assert asked(paths) == 0
