"""Lists under a budget: who is on them, and how they hold."""

import numpy as np
import pandas as pd
import pytest

from models import budgets

DATES = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"])


def rows(ids: str, dates: list[int], **columns: list) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_id": list(ids), "as_of": DATES[dates]})
    return frame.assign(**columns)


def test_a_list_holds_its_share_of_each_date_rounded_up() -> None:
    said = rows("abcdeabc", [0, 0, 0, 0, 0, 1, 1, 1])
    by = np.array([0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.2, 0.3])
    needs = budgets.needed(said, by)
    assert needs.tolist() == pytest.approx([1 / 5, 2 / 5, 3 / 5, 4 / 5, 1, 1, 2 / 3, 1 / 3])
    on = budgets.listed(said, needs, 0.2)  # 1 of 5, and 0.6 of 3: 1
    assert on.tolist() == [True, False, False, False, False, False, False, True]
    thirty = rows("".join(chr(97 + i) for i in range(30)), [0] * 30)
    assert budgets.listed(thirty, budgets.needed(thirty, np.arange(30.0)), 0.1).sum() == 3  # not 4: 0.1 * 30


def test_ties_are_broken_by_the_same_lots_whatever_the_order_of_the_rows() -> None:
    said = pd.DataFrame({"customer_id": [f"c{i}" for i in range(50)], "as_of": DATES[0]})
    needs = budgets.needed(said, np.full(50, 0.3))
    assert sorted(needs) == pytest.approx(np.arange(1, 51) / 50)
    mixed = said.sample(frac=1, random_state=3)
    again = pd.Series(budgets.needed(mixed.reset_index(drop=True), np.full(50, 0.3)), mixed.index)
    assert again.sort_index().tolist() == pytest.approx(needs.tolist())
    assert needs.tolist() != sorted(needs)  # lots, not the alphabet


def test_a_run_of_listed_dates_is_one_episode() -> None:
    said = rows("aaabbb", [0, 1, 2, 0, 1, 2])
    on = np.array([True, True, False, True, False, True])  # a: one run of two; b: two runs of one
    assert budgets.episodes(said, on).tolist() == [0, 0, -1, 1, -1, 2]


def test_a_date_without_the_customer_ends_its_episode() -> None:
    said = rows("aabbb", [0, 2, 0, 1, 2])
    assert budgets.episodes(said, np.array([True, True, False, False, False]))[:2].tolist() == [0, 1]


def test_alerts_are_told_by_what_became_of_their_customers() -> None:
    said = rows(
        "aaabbb", [0, 1, 2, 0, 1, 2], label=[1, 1, 1, 0, 0, 1], going=[True, False, False, False, False, True]
    )
    on = np.array([True, True, False, True, False, True])
    told = budgets.alerts(said, on, n=100, seed=1)
    assert (told["alerts"], told["episodes"], told["dates_an_episode"]) == (4, 3, pytest.approx(4 / 3))
    assert told["precision"].value == pytest.approx(3 / 4)  # a, a and b at the end
    assert told["going"].value == pytest.approx(2 / 4)
    assert told["gone"].value == pytest.approx(1 / 4)
    assert told["right_episodes"].value == pytest.approx(2 / 3)  # a's one run, and the second of b
    assert told["everybody"].value == pytest.approx(4 / 6)
    assert told["kept"].value == pytest.approx(
        1 / 4
    )  # a on both of the first two; else a; then b, a: 1 of 2 + 2


def test_lists_that_never_change_are_kept_whole_and_tiers_that_never_change_do_not_flip() -> None:
    said = rows("aabb", [0, 1, 0, 1], label=[0, 0, 0, 0], tier=["high", "high", "low", "low"])
    assert budgets.alerts(said, np.array([True, True, False, False]), n=100, seed=1)["kept"].value == 1.0
    assert budgets.flips(said, n=100, seed=1)["flips"].value == 0.0


def test_only_customers_asked_about_on_both_dates_can_flip() -> None:
    said = rows("aabc", [0, 1, 0, 1], label=[0, 0, 0, 0], tier=["high", "low", "low", "low"])
    assert budgets.flips(said, n=100, seed=1)["flips"].value == 1.0  # a alone was asked about twice


def test_no_alerts_say_nothing_instead_of_failing() -> None:
    said = rows("ab", [0, 0], label=[0, 1])
    told = budgets.alerts(said, np.array([False, False]), n=100, seed=1)
    assert told["alerts"] == told["episodes"] == 0
    assert np.isnan(told["precision"].value)
    assert np.isnan(told["right_episodes"].value)
    assert told["everybody"].value == 0.5
