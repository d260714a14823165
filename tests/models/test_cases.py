"""Leavers against what was said before: small histories with the answer beside them."""

import numpy as np
import pandas as pd
import pytest

from models import budgets, cases

DATES = pd.to_datetime(["2024-01-01", "2024-01-31", "2024-03-01", "2024-03-31"])  # 30 days apart
MANY = [f"c{i}" for i in range(10)]


def predictions(flagged: dict[str, list[int]], people: list[str] = MANY, dates=DATES) -> pd.DataFrame:
    """Each of ``people`` on each date at 0.1, at 0.9 on the places of DATES that ``flagged`` names."""
    rows = [
        (who, day, 0.9 if place in flagged.get(who, []) else 0.1)
        for place, day in enumerate(dates)
        for who in people
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "as_of", "p_churn"])
    return frame.assign(label=0, tier=np.where(frame["p_churn"] > 0.8, "high", "low"))


def leavers(**left_on: str) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": list(left_on), "left_on": pd.to_datetime(list(left_on.values()))})


def outcome(said: pd.DataFrame, gone: pd.DataFrame) -> pd.Series:
    by = said["p_churn"].to_numpy()
    there = cases.chances(said, gone)
    return cases.told(said, there, by, budgets.needed(said, by), by > 0.8).iloc[0]


def found(said: pd.DataFrame, gone: pd.DataFrame) -> dict:
    on = said["p_churn"].to_numpy() > 0.8
    return cases.found(said, cases.chances(said, gone), on, n=100, seed=1)


def test_a_flag_on_the_day_of_the_last_purchase_is_no_early_warning() -> None:
    row = outcome(predictions({"c0": [1]}), leavers(c0="2024-01-31"))
    assert row["outcome"] == cases.LATE
    assert row["late_on"] == pd.Timestamp("2024-01-31")
    assert pd.isna(row["flagged_on"])


def test_a_flag_the_day_before_the_last_purchase_is_early() -> None:
    row = outcome(predictions({"c0": [1]}), leavers(c0="2024-02-01"))
    assert (row["outcome"], row["lead_days"], row["tier"]) == (cases.EARLY, 1, "high")
    assert row["flagged_on"] == pd.Timestamp("2024-01-31")


def test_lead_time_is_counted_from_the_first_flag() -> None:
    row = outcome(predictions({"c0": [0, 1, 2]}), leavers(c0="2024-03-11"))
    assert row["lead_days"] == 70  # 2024-01-01 to 2024-03-11: 30 + 29 + 11


@pytest.mark.parametrize(("left_on", "hit"), [("2024-01-31", 1.0), ("2024-02-01", 0.0)])
def test_a_flag_30_days_before_counts_in_the_30_days_and_one_of_31_does_not(left_on: str, hit: float) -> None:
    told = found(predictions({"c0": [0]}), leavers(c0=left_on))
    assert told["recall"]["30"]["value"] == hit
    assert told["recall"]["60"]["value"] == 1.0
    assert told["ahead"]["30"]["value"] == 1.0  # 30 and 31 days are at least 30 days ahead
    assert told["ahead"]["60"]["value"] == 0.0


def test_grace_adds_what_was_flagged_up_to_thirty_days_after_and_nothing_else() -> None:
    said = predictions({"c0": [3], "c1": [3]})
    told = found(said, leavers(c0="2024-03-01", c1="2024-02-29"))  # flagged 30 and 31 days after
    assert told["recall"]["120"]["value"] == 0.0
    assert told["late"]["value"] == 0.5


def test_the_share_found_by_lot_is_that_of_independent_lists() -> None:
    """One of ten customers is listed on each date, never c0, which has three dates in its 90 days before."""
    said = predictions({"c1": [0, 1, 2, 3]})
    told = found(said, leavers(c0="2024-03-15"))
    assert told["recall"]["90"]["lots"] == pytest.approx(1 - 0.9**3)  # 74, 44 and 14 days before
    assert told["recall"]["30"]["lots"] == pytest.approx(0.1)
    assert told["recall"]["90"]["value"] == 0.0


def test_lists_by_lot_find_as_many_as_is_said_of_lots() -> None:
    """Drawn lists find what the formula says: 200 customers, 4 dates, a tenth of them each."""
    people = [f"c{i:03}" for i in range(200)]
    said = predictions({}, people)  # all tied, so lots decide
    on = budgets.listed(said, budgets.needed(said, said["p_churn"].to_numpy()), 0.1)
    assert on.sum() == 4 * 20
    gone = leavers(**dict.fromkeys(people, "2024-04-05"))
    told = cases.found(said, cases.chances(said, gone), on, n=100, seed=1)
    wanted = 1 - 0.9**4
    assert told["recall"]["120"]["lots"] == pytest.approx(wanted)
    assert abs(told["recall"]["120"]["value"] - wanted) < 0.10  # 3 standard errors of sqrt(.344 * .656 / 200)


def test_misses_have_the_first_reason_that_holds() -> None:
    said = predictions({"c0": [2], "c9": [0, 1, 2, 3]})
    above = said["customer_id"].eq("c1") & said["as_of"].eq(DATES[1])
    said.loc[above, "p_churn"] = 0.5  # above the mean of its date (0.22), below the 0.8 that is listed here
    asked = said[said["customer_id"] != "c2"].reset_index(drop=True)
    assert outcome(asked, leavers(c2="2024-02-10"))["outcome"] == cases.NEVER
    assert outcome(asked, leavers(c0="2024-02-10"))["outcome"] == cases.LATE  # flagged 2024-03-01
    assert outcome(asked, leavers(c1="2024-02-10"))["outcome"] == cases.BELOW
    assert outcome(asked, leavers(c3="2024-02-10"))["outcome"] == cases.NO_SIGNS


def test_the_list_that_was_needed_is_the_best_rank_before_leaving() -> None:
    said = predictions({"c0": [0], "c1": [0, 1]})
    row = outcome(said, leavers(c1="2024-02-10"))
    assert row["needed"] == pytest.approx(0.1)  # alone above the others on 2024-01-31: the first of ten
    assert row["asked_dates"] == 2


def test_test_months_end_one_step_after_the_last_date() -> None:
    inside = cases.in_test_months(
        predictions({}), pd.to_datetime(["2024-01-01", "2024-01-02", "2024-04-30", "2024-05-01"])
    )
    assert inside.tolist() == [False, True, True, False]


def test_only_leavers_with_all_their_dates_are_whole() -> None:
    """The date before the first, 2023-12-02, must lie outside the 90 days: so L comes after 2024-03-01."""
    said = predictions({"c0": [0], "c1": [3]})
    there = cases.chances(said, leavers(c0="2024-03-01", c1="2024-03-02"))
    assert there.whole(90).tolist() == [False, True]
    told = found(said, leavers(c0="2024-03-01", c1="2024-03-02"))["recall"]["90"]
    assert told["value"] == 0.5
    assert (told["whole"]["leavers"], told["whole"]["value"]) == (1, 0.0)


def test_the_interval_over_customers_holds_the_share() -> None:
    said = predictions({f"c{i}": [0] for i in range(5)})
    told = found(said, leavers(**dict.fromkeys(MANY, "2024-01-20")))["recall"]["30"]
    assert told["value"] == 0.5
    assert 0.1 <= told["low"] < 0.5 < told["high"] <= 0.9  # binomial: sd 0.16 with ten leavers
