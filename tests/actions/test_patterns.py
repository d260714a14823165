"""Rhythms are named: each kind on orders that anybody would call by it, and nothing of the day after is known."""

import numpy as np
import pandas as pd
import pytest

from actions.pattern_words import WORDS
from actions.patterns import KINDS, Settings, likelihoods, named, posterior
from actions.rhythm import orders

DAY = pd.Timestamp("2024-06-30")


def customer(name: str, ages: list[int], amount: float = 100.0, **large: float) -> pd.DataFrame:
    """Orders so many days before DAY; ``large`` holds other amounts by age, as in ``d30=400.0``."""
    amounts = [large.get(f"d{age}", amount) for age in ages]
    return pd.DataFrame(
        {"customer_id": name, "day": DAY - pd.to_timedelta(ages, unit="D"), "amount": amounts}
    )


def every(days: float, since: int, until: int = 0) -> list[int]:
    """Ages from ``since`` down to ``until``, so many days apart."""
    return [round(float(age)) for age in np.arange(since, until - 1e-9, -days)]


WEEKLY = every(7, 1000)
"""One order a week for almost three years, the last on age 6 (1000 = 142 * 7 + 6)."""


def cohort() -> pd.DataFrame:
    """Forty customers whose weekly orders come up to three days early or late, and amounts vary by a tenth."""
    rng = np.random.default_rng(5)
    rows = []
    for place in range(40):
        ages = np.clip(np.array(WEEKLY) + rng.integers(-3, 4, len(WEEKLY)), 0, None)
        one = customer(f"cohort {place:02d}", sorted({int(age) for age in ages}, reverse=True))
        rows.append(one.assign(amount=one["amount"] * np.exp(rng.normal(0, 0.1, len(one)))))
    return pd.concat(rows)


PAUSED = [age for age in WEEKLY if not (age <= 40 or 366 <= age <= 405 or 731 <= age <= 770)]
PLANTED = pd.concat(
    [
        cohort(),
        customer("kept on", WEEKLY),
        customer("stopped", every(7, 1000, 90)),
        customer("stepped down", every(7, 1000, 120) + every(20, 110)),
        # One order in 7 days, then in 9, 12, 16, 22, 29 and 36: four fifths are gone in four months.
        customer("faded", [*every(7, 1000, 167), 155, 143, 127, 105, 76, 40]),
        customer("shut each June", PAUSED),
        customer("shut this June", [age for age in WEEKLY if age > 40]),
        customer("stocked up", every(7, 1000, 55), d62=600.0, d55=600.0),
        customer("new", [40, 20, 5]),
    ]
)


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    return named(PLANTED, DAY).set_index("customer_id")


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("kept on", "steady"),
        ("stopped", "sudden_stop"),
        ("stepped down", "step_down"),
        ("faded", "gradual_decline"),
        ("shut each June", "seasonal_pause"),
        ("shut this June", "sudden_stop"),
        ("stocked up", "stocking_up"),
    ],
)
def test_a_rhythm_that_anybody_would_name_has_that_name(told, name, pattern):
    assert told.loc[name, "pattern"] == pattern
    assert told.loc[name, "confidence"] > 0.5


def test_most_of_an_undisturbed_cohort_is_steady_and_has_neither_onset_nor_speed(told):
    quiet = told[told.index.str.startswith("cohort") & (told["pattern"] == "steady")]
    assert len(quiet) >= 38
    assert quiet["onset_on"].isna().all()
    assert quiet["speed"].isna().all()


def test_a_stop_begins_with_the_last_order_and_loses_everything(told):
    # every(7, 1000, 90) ends on the last age at or above 90 that is 6 more than a multiple of 7: 90 = 12 * 7 + 6.
    assert told.loc["stopped", "onset_on"] == DAY - pd.Timedelta(days=90)
    assert told.loc["stopped", "speed"] == 1.0


def test_a_step_is_dated_to_three_weeks_and_sized_to_a_sixth(told):
    assert abs((told.loc["stepped down", "onset_on"] - (DAY - pd.Timedelta(days=120))).days) <= 21
    # One order in 20 days where there was one in 7: 1 - 7 / 20 = .65 are lost.
    assert told.loc["stepped down", "speed"] == pytest.approx(0.65, abs=0.17)


def test_stocking_up_begins_with_the_first_large_order(told):
    assert told.loc["stocked up", "onset_on"] == DAY - pd.Timedelta(days=62)


def test_a_pause_that_came_every_year_began_this_year_after_the_last_order_before_it(told):
    last = DAY - pd.Timedelta(days=min(age for age in PAUSED if age > 40))
    assert abs((told.loc["shut each June", "onset_on"] - last).days) <= 8


def test_three_orders_are_too_few_and_the_sentence_says_so(told):
    new = told.loc["new"]
    assert new["pattern"] == "steady"
    # At most half, times 3 of the 6 orders wanted.
    assert new["confidence"] <= 0.25
    assert "Too few orders in three years (3)" in new["en"]
    assert "3次" in new["zh"]


def test_every_sentence_is_finished_in_both_languages(told):
    assert set(WORDS) == set(KINDS)
    for column in ("en", "zh"):
        assert not told[column].str.contains(r"[{}]|NaT|nan").any()
        assert told[column].str.len().gt(0).all()
    assert "2024-04-01" in told.loc["stopped", "en"]  # 90 days before 30 June: 30 + 31 + 29 days
    assert "2024-04-01" in told.loc["stopped", "zh"]


def test_nothing_after_the_day_changes_a_byte(told):
    later = customer("stopped", [-1, -2, -400], amount=1e6)
    unknown = customer("not a customer yet", [-1])
    again = named(pd.concat([later, PLANTED, unknown]), DAY).set_index("customer_id")
    pd.testing.assert_frame_equal(again, told, check_exact=True)


def test_the_whole_day_itself_counts():
    noon = customer("stopped", [0]).assign(day=DAY + pd.Timedelta(hours=23))
    assert (
        named(pd.concat([PLANTED, noon]), DAY).set_index("customer_id").loc["stopped", "pattern"]
        != "sudden_stop"
    )


def test_neither_the_order_of_rows_nor_the_currency_nor_lines_of_one_day_matter(told):
    mixed = PLANTED.sample(frac=1.0, random_state=3)
    halves = pd.concat([mixed.assign(amount=mixed["amount"] / 2), mixed.assign(amount=mixed["amount"] / 2)])
    again = named(halves, DAY).set_index("customer_id")
    pd.testing.assert_frame_equal(again, told)
    dear = named(PLANTED.assign(amount=PLANTED["amount"] * 8), DAY).set_index("customer_id")
    assert dear["pattern"].equals(told["pattern"])
    assert np.allclose(dear["confidence"], told["confidence"])


def test_returns_and_free_samples_are_no_orders(told):
    nothing = customer("stopped", [30, 10], amount=0.0)
    back = customer("stopped", [20], amount=-50.0)
    again = named(pd.concat([PLANTED, nothing, back]), DAY).set_index("customer_id")
    assert again.loc["stopped", "onset_on"] == told.loc["stopped", "onset_on"]


def test_no_customers_are_no_rows():
    empty = named(PLANTED.iloc[:0], DAY)
    assert len(empty) == 0
    assert list(empty) == ["customer_id", "as_of", "pattern", "onset_on", "speed", "confidence", "en", "zh"]


def test_a_customer_that_bought_four_years_ago_is_kept_and_nothing_is_claimed_of_it():
    told = named(pd.concat([PLANTED, customer("long ago", every(7, 1500, 1300))]), DAY).set_index(
        "customer_id"
    )
    assert told.loc["long ago", "confidence"] == 0.0
    assert told.loc["long ago", "pattern"] == "steady"


def test_one_gone_for_two_years_is_still_one_that_stopped():
    told = named(pd.concat([PLANTED, customer("gone", every(7, 1050, 700))]), DAY).set_index("customer_id")
    assert told.loc["gone", "pattern"] == "sudden_stop"
    assert told.loc["gone", "onset_on"] == DAY - pd.Timedelta(days=700)


def test_the_probabilities_of_a_customer_sum_to_one_and_the_common_name_wins_where_orders_say_nothing():
    logs = np.zeros((1000, len(KINDS)))
    logs[:, KINDS.index("seasonal_pause")] = -1e30
    sure = posterior(logs, Settings())
    assert np.allclose(sure.sum(axis=1), 1.0)
    # Nothing is learnt from customers that say nothing: steady keeps its share, the five changes theirs of 20.
    assert sure[0] == pytest.approx([0.80, 0.05, 0.04, 0.04, 0.04, 0.0, 0.03], abs=1e-6)


def test_how_common_changes_are_is_learnt_from_the_customers_of_the_day():
    logs = np.full((1000, len(KINDS)), -50.0)
    logs[:500, KINDS.index("steady")] = 0.0
    logs[500:, KINDS.index("step_down")] = 0.0
    logs = np.vstack([logs, np.zeros((1, len(KINDS)))])
    # Half of 1000 changed for certain, 20 expected customers hold 16 steady ones: about 516 of 1020 are steady.
    assert posterior(logs, Settings())[-1, [0, 5]].max() == pytest.approx(0.335, abs=0.03)


def test_likelihoods_do_not_depend_on_who_else_is_in_the_chunk(monkeypatch):
    made = orders(PLANTED, DAY)
    whole = likelihoods(made, [""] * len(made.customers), Settings())[0]
    monkeypatch.setattr("actions.patterns.CHUNK", 7)
    parts = likelihoods(made, [""] * len(made.customers), Settings())[0]
    assert np.allclose(whole, parts, rtol=1e-9, atol=1e-6)
