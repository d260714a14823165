"""What a customer is worth: places among the day's customers, weights, quadrants."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.value import Settings, fallen, growth, placed, values

DAY = pd.Timestamp("2024-06-30")


def customers(**columns: list[float]) -> pd.DataFrame:
    """Four customers, alike in everything that is not said."""
    n = len(next(iter(columns.values()))) if columns else 4
    told = {
        "customer_id": [f"C{i}" for i in range(n)],
        "as_of": [DAY] * n,
        "p_churn": [0.1] * n,
        "revenue": [1000.0] * n,
        "revenue_before": [1000.0] * n,
        "half": [500.0] * n,
        "half_before": [500.0] * n,
        "yearly_margin": [300.0] * n,
        "tenure_days": [1000.0] * n,
    }
    return pd.DataFrame(told | columns)


def test_a_score_is_the_share_below_and_half_of_the_equals() -> None:
    # Of 1, 2, 2, 9: nobody below the first and half of itself, 0.5/4; one below the equals and half of two, 2/4.
    assert placed(pd.Series([1.0, 2.0, 2.0, 9.0])).tolist() == [12.5, 50.0, 50.0, 87.5]


def test_an_amount_that_is_not_known_has_no_place_and_takes_none() -> None:
    assert placed(pd.Series([1.0, np.nan, 9.0])).fillna(-1).tolist() == [25.0, -1.0, 75.0]


@settings(deadline=None, max_examples=20)
@given(st.floats(10_000, 1e12))
def test_how_huge_the_largest_customer_is_moves_nobody(huge: float) -> None:
    base = values(customers(revenue=[1.0, 2.0, 3.0, 9000.0], revenue_before=[1.0] * 4))
    other = values(customers(revenue=[1.0, 2.0, 3.0, huge], revenue_before=[1.0] * 4))
    assert other["value"].tolist() == base["value"].tolist()


def test_the_weights_are_those_of_the_settings() -> None:
    told = customers(revenue=[100.0, 200.0, 300.0, 400.0], yearly_margin=[400.0, 300.0, 200.0, 100.0])
    only = {"revenue": 0.0, "margin": 1.0, "tenure": 0.0, "growth": 0.0}
    assert values(told, Settings(only))["value"].tolist() == [87.5, 62.5, 37.5, 12.5]
    # revenue 12.5, margin 87.5, tenure 50 and growth: the 40/30/20/10 of the default
    first = values(told).iloc[0]
    wanted = (40 * 12.5 + 30 * 87.5 + 20 * 50 + 10 * first["value_growth"]) / 100
    assert first["value"] == pytest.approx(wanted)


def test_the_weight_of_what_is_not_known_goes_to_the_others() -> None:
    young = customers(tenure_days=[100.0, 1000.0, 1000.0, 1000.0])
    first = values(young).iloc[0]
    assert np.isnan(first["value_growth"])
    # revenue and margin 50 each, tenure the shortest of four (12.5): (40*50 + 30*50 + 20*12.5) / 90
    assert first["value"] == pytest.approx((40 * 50 + 30 * 50 + 20 * 12.5) / 90)


def test_a_year_that_is_good_for_all_is_nobodys_growth() -> None:
    told = growth(customers(revenue=[2000.0] * 4, revenue_before=[1000.0] * 4))
    assert told.tolist() == [0.0] * 4


def test_a_customer_of_one_to_two_years_is_asked_about_its_half_years() -> None:
    told = customers(tenure_days=[400.0, 400.0, 300.0, 1000.0], half=[900.0, 500.0, 900.0, 900.0])
    found = growth(told)
    assert found[0] > found[1]
    assert np.isnan(found[2])
    assert found[3] == 0.0  # its years are alike


def test_next_to_nothing_that_trebles_is_hardly_growth() -> None:
    told = growth(
        customers(revenue=[30.0, 1000.0, 1500.0, 1000.0], revenue_before=[10.0, 1000.0, 1000.0, 1000.0])
    )
    # (30 + 100) / (10 + 100) = 1.18 with a tenth of the median 1,000; (1500 + 100) / (1000 + 100) = 1.45
    assert told[0] - told[1] == pytest.approx(np.log(130 / 110))
    assert told[2] - told[1] == pytest.approx(np.log(1600 / 1100))


def test_what_is_at_stake_is_the_margin_of_before_it_bought_less() -> None:
    told = customers(revenue=[500.0, 1000.0, 10.0, 0.0], revenue_before=[1000.0, 500.0, 1000.0, 800.0])
    # half of what it was: twice; more than before: as it is; a hundredth: at most three times; nothing: as it is
    assert fallen(told).tolist() == [2.0, 1.0, 3.0, 1.0]
    assert values(told)["stake"].tolist() == [600.0, 300.0, 900.0, 300.0]


def test_the_quadrants_are_value_by_risk() -> None:
    told = customers(
        revenue=[9.0, 8.0, 2.0, 1.0],
        yearly_margin=[9.0, 8.0, 2.0, 1.0],
        p_churn=[0.30, 0.29, 0.30, 0.0],
        revenue_before=[9.0, 8.0, 2.0, 1.0],
    )
    assert values(told)["quadrant"].tolist() == ["keep", "grow", "watch", "serve"]


def test_a_small_customer_that_grows_fast_stays_in_sight() -> None:
    told = customers(
        revenue=[600.0, 5000.0, 6000.0, 7000.0, 8000.0],
        revenue_before=[10.0, 5000.0, 6000.0, 7000.0, 8000.0],
        yearly_margin=[100.0, 500.0, 600.0, 700.0, 800.0],
    )
    found = values(told)
    assert found["value"].iloc[0] < 50
    assert found["in_sight"].tolist() == [True, False, False, False, False]


def test_weights_that_say_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="not 0 for all"):
        Settings(dict.fromkeys(("revenue", "margin", "tenure", "growth"), 0.0))
