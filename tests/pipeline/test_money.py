"""What a customer is worth on a day, and the money in the report."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models import profit
from pipeline import money
from pipeline.frames import read_parquet, write_parquet
from pipeline.params import Acceptance, Params, Profit
from pipeline.paths import Paths

AS_OF = pd.Timestamp("2024-06-30")
PLAIN = Params(profit=Profit(margin_share=0.3))

# customer, ordered_at, amount, margin, is_return, known_at
LINES: list[tuple[Any, ...]] = [
    ("A", "2024-06-30", 100.0, 40.0, False, None),  # the day itself counts
    ("A", "2023-07-02", 200.0, 50.0, False, None),
    ("A", "2023-07-01", 900.0, 900.0, False, None),  # 365 days back: no longer
    ("A", "2024-07-01", 900.0, 900.0, False, None),  # the future
    ("A", "2024-06-01", 900.0, 900.0, False, "2024-07-02"),  # known too late
    ("B", "2024-03-01", 500.0, None, False, None),  # no margin recorded: 30% of it
    ("B", "2024-03-09", -100.0, None, True, None),  # came back
    ("C", "2024-03-09", -100.0, None, True, None),
    ("D", "2020-01-01", 100.0, 10.0, False, None),
]


def records(root: Path, lines: list[tuple[Any, ...]], drop: tuple[str, ...] = ()) -> Paths:
    paths = Paths(root, "small")
    names = ["customer_id", "ordered_at", "amount", "margin", "is_return", "known_at"]
    trade = pd.DataFrame(lines, columns=names)
    trade["ordered_at"] = pd.to_datetime(trade["ordered_at"])
    trade["known_at"] = pd.to_datetime(trade["known_at"]).fillna(trade["ordered_at"])
    trade["margin"] = trade["margin"].astype("float64")
    trade = trade.assign(
        order_id=[f"O{i}" for i in range(len(trade))], product_id="P", quantity=np.sign(trade["amount"])
    )
    write_parquet(paths.table("trade"), trade.drop(columns=list(drop)))
    write_parquet(paths.table("customers"), pd.DataFrame({"customer_id": ["A", "B", "C", "D"]}))
    return paths


def asked(*customers: str) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": list(customers), "as_of": AS_OF, "family": "forest"})


def test_a_value_is_the_margin_of_the_year_as_it_was_known(tmp_path: Path) -> None:
    told = money.values(PLAIN, records(tmp_path, LINES), asked("A", "B", "C", "D")).set_index("customer_id")
    # A: 40 + 50; B: 0.3 * (500 - 100); C only gave back: 0, not less; D bought nothing in the year.
    assert told["value"].to_dict() == pytest.approx({"A": 90, "B": 120, "C": 0, "D": 0})


def test_what_became_known_later_changes_no_value(tmp_path: Path) -> None:
    late = [
        ("A", "2024-06-30", 5000.0, 5000.0, False, "2024-07-01"),
        ("B", "2024-09-01", -500.0, None, True, None),
        ("D", "2024-12-24", 800.0, 80.0, False, None),
    ]
    before = money.values(PLAIN, records(tmp_path / "before", LINES), asked("A", "B", "C", "D"))
    after = money.values(PLAIN, records(tmp_path / "after", LINES + late), asked("A", "B", "C", "D"))
    pd.testing.assert_frame_equal(before, after)


def test_without_margins_the_assumed_share_of_revenue_counts(tmp_path: Path) -> None:
    paths = records(tmp_path, LINES, drop=("margin",))
    told = money.values(PLAIN, paths, asked("A", "B")).set_index("customer_id")
    assert told["value"].to_dict() == pytest.approx({"A": 0.3 * 300, "B": 0.3 * 400})


def test_a_longer_horizon_is_worth_so_much_more(tmp_path: Path) -> None:
    paths = records(tmp_path, LINES)
    longer = Params(profit=Profit(horizon_days=730))
    assert money.values(longer, paths, asked("A"))["value"].iloc[0] == pytest.approx(2 * 90)


def test_an_acceptance_may_be_a_mean_or_a_law() -> None:
    law = Params(profit=Profit(acceptance=Acceptance(alpha=2, beta=6)))
    assert (money.offered(law).alpha, money.offered(law).beta) == (2, 6)
    mean = Params(profit=Profit(acceptance=0.25))
    assert money.offered(mean).acceptance == pytest.approx(0.25)


def rows(customers: int = 300, dates: int = 2, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = customers * dates
    p = rng.beta(1.2, 4, n)
    left = (rng.random(n) < p).astype("int8")
    frame = pd.DataFrame(
        {
            "customer_id": np.tile([f"C{i}" for i in range(customers)], dates),
            "as_of": np.repeat(pd.date_range("2024-05-31", periods=dates, freq="ME"), customers),
            "label": left,
            "going": (left == 1) & (rng.random(n) < 0.5),
            "value": np.tile(rng.lognormal(6, 1.2, customers), dates),
        }
    )
    told = [
        frame.assign(family="good", p_churn=p, p_gone=0.5 * p),
        frame.assign(family="base_rate", p_churn=left.mean(), p_gone=0.5 * left.mean()),
    ]
    return pd.concat(told, ignore_index=True)


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    params = Params.model_validate({"evaluate": {"resamples": 100}})
    return money.measured(params, rows(), money.offered(params))


def test_the_money_of_each_family_stands_on_each_date_and_pooled(found: dict[str, Any]) -> None:
    assert set(found) == {"good", "base_rate"}
    assert list(found["good"]["test"]) == ["2024-05-31", "2024-06-30"]
    for told in [*found["good"]["test"].values(), found["good"]["pooled"]]:
        policies = {name: policy["profit"]["value"] for name, policy in told["policies"].items()}
        assert policies["nobody"] == 0
        assert policies["foresight"] >= policies["model"]
        for name in money.BEATEN:
            assert told["over"][name]["value"] == pytest.approx(policies["model"] - policies[name])
        model = told["policies"]["model"]
        assert model["profit"]["low"] < model["profit"]["value"] < model["profit"]["high"]
        assert model["total"] == pytest.approx(model["profit"]["value"] * told["customers"])


def test_a_good_model_beats_the_plain_policies_and_the_base_rate(found: dict[str, Any]) -> None:
    good, flat = found["good"]["pooled"], found["base_rate"]["pooled"]
    assert all(good["over"][name]["low"] > 0 for name in money.BEATEN)
    assert good["policies"]["model"]["profit"]["value"] > flat["policies"]["model"]["profit"]["value"]
    assert good["empc"]["value"] > flat["empc"]["value"]
    assert good["empb"]["value"] > flat["empb"]["value"]


def test_if_the_gone_refuse_there_is_less_to_win(found: dict[str, Any]) -> None:
    told = found["good"]["pooled"]
    assert told["if_gone_refuse"]["model"]["value"] < told["policies"]["model"]["profit"]["value"]


def test_one_date_is_pooled_with_itself() -> None:
    params = Params.model_validate({"evaluate": {"resamples": 100}})
    alone = money.measured(params, rows(dates=1), money.offered(params))["good"]
    assert alone["pooled"] == alone["test"]["2024-05-31"]


def test_a_rule_that_does_not_tell_the_gone_says_nothing_of_them() -> None:
    params = Params.model_validate({"evaluate": {"resamples": 100}})
    plain = rows().drop(columns=["p_gone", "going"])
    assert "if_gone_refuse" not in money.measured(params, plain, money.offered(params))["good"]["pooled"]


def test_nothing_is_called_saved(found: dict[str, Any]) -> None:
    told = {
        "families": found,
        "currency": "EUR",
        "assumed": {"acceptance": {"mean": 0.3}},
    }
    text = money.sentence(told, "good")
    assert "expected under the assumed acceptance of 30%" in text
    assert "saved" not in text


def test_the_table_and_the_figure_are_written(tmp_path: Path) -> None:
    paths = records(tmp_path, LINES)
    said = rows(4, 1).drop(columns="value").assign(as_of=AS_OF)
    said["customer_id"] = said["customer_id"].map({"C0": "A", "C1": "B", "C2": "C", "C3": "D"})
    params = Params.model_validate({"evaluate": {"resamples": 100}})
    told = money.run(params, paths, said, "good")
    assert told["assumed"]["contact_cost"] == 15
    table = read_parquet(paths.report / "profit.parquet")
    assert len(table) == 8
    assert (table["worth_contacting"] == (table["expected_profit"] > 0)).all()
    mine = table[(table["family"] == "good") & (table["customer_id"] == "A")].iloc[0]
    was = said[(said["family"] == "good") & (said["customer_id"] == "A")].iloc[0]
    expected = profit.brought([was["p_churn"]], [90.0], profit.Offer(), [was["p_gone"]])
    assert mine["expected_profit"] == pytest.approx(expected[0])
    assert (paths.report / "profit.svg").read_text().startswith("<svg")
