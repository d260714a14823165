"""A market falls as a whole where many fall surely; an alert is the market's where little is left beside it."""

from datetime import date

import numpy as np
import pandas as pd

from actions.shocked import Terms as Marking
from actions.shocked import marks
from actions.shocks import Terms, fallen

DAY = date(2024, 3, 31)


def group(industry: str | None, log: float, **more: object) -> dict[str, object]:
    return {
        "industry": industry, "region": None if industry else "north", "days": 90, "against": "year", "log": log,
        "variance": 0.05**2, "index_log": np.nan, "index_variance": np.inf, "customers": 40, "falling": 0.7, **more,
    }  # fmt: skip


def told(*groups: dict[str, object], day: date = DAY, before: pd.DataFrame | None = None) -> pd.DataFrame:
    return fallen(pd.DataFrame(groups), day, Terms(), before)


def test_an_industry_falls_where_it_lost_enough_and_surely() -> None:
    rows = told(
        group("steel", np.log(0.7)),  # to 70% for sure
        group("wood", np.log(0.9)),  # too little
        group("glass", np.log(0.7), variance=0.3**2),  # ln 0.7 + 1.645 * 0.3 = 0.14: perhaps not at all
        group("paper", np.log(0.7), customers=5),
        group("tools", np.log(0.7), falling=0.4),  # a few large falls
    )
    assert list(rows["industry"]) == ["steel"]
    assert rows["change"].round(2).tolist() == [-0.3]
    assert "The industry steel falls as a whole" in rows["en"][0]
    assert "同比下降30%" in rows["zh"][0]


def test_a_second_bad_year_is_seen_by_the_index() -> None:
    rows = told(group("steel", 0.0, index_log=np.log(0.75), index_variance=0.05**2, falling=0.5))
    assert rows["change"].round(2).tolist() == [-0.25]
    assert "its published index stands 25% below its usual" in rows["en"][0]


def test_a_region_falls_beside_its_industries() -> None:
    rows = told(group(None, np.log(0.5)))
    assert (rows["industry"].isna().all(), rows["region"].tolist()) == (True, ["north"])


def test_a_fall_keeps_its_day_until_it_is_over() -> None:
    first = told(group("steel", np.log(0.7)))
    # 12% is less than the 15% of a new fall and more than two thirds of it.
    second = told(group("steel", np.log(0.88), variance=1e-4), day=date(2024, 4, 30), before=first)
    assert second["opened_on"].dt.date.tolist() == [DAY]
    assert told(group("steel", np.log(0.95), variance=1e-4), day=date(2024, 5, 31), before=second).empty
    late = told(group("steel", np.log(0.7)), day=date(2024, 9, 30), before=first)
    assert late["opened_on"].dt.date.tolist() == [date(2024, 9, 30)]


def drops(*values: float, industry: str = "steel") -> pd.DataFrame:
    names = [f"{industry}{i}" for i in range(len(values))]
    return pd.DataFrame({"customer_id": names, "drop": values, "industry": industry, "region": None})


def test_what_the_others_lost_is_taken_off_and_the_rest_is_the_customers_own() -> None:
    rows = pd.concat([drops(0.06, 0.06, 0.06, 0.32, 0.40), drops(0.01, 0.01, 0.50, industry="wood")])
    found = marks(rows.reset_index(drop=True), told(group("steel", np.log(0.7))), Marking(reach=3, own=0.15))
    # The middle of the others of steel is 0.06 (0.19 for the first three: (0.06 + 0.32) / 2), that of wood 0.01.
    assert found["specific"].round(2).tolist()[3:] == [0.17, 0.25, 0.01, 0.01, 0.50]
    assert found["market"].tolist() == [True, True, True, False, False, False, False, False]
    assert "25% of it is its own" in found["en"][4]
    assert found["en"][7] == ""


def test_without_a_fall_everything_is_the_customers_own() -> None:
    found = marks(drops(0.3, 0.1), told(group("steel", 0.0)), Marking())
    assert found["specific"].tolist() == [0.3, 0.1]
    assert not found["market"].any()
