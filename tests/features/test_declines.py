"""A change is taken apart without anything left over, and nobody explains itself."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import lmdi
from features.declines import PARTS, Terms, declines, levels
from pipeline.frames import to_arrow

AS_OF = date(2023, 12, 31)
Frames = dict[str, pd.DataFrame]


def company(customers: int = 60, fall: float = 0.0, seed: int = 0) -> Frames:
    """Two industries in two regions over three years, an order every ten days; steel falls in the last 100 days."""
    rng = np.random.default_rng(seed)
    names = [f"C{i:03d}" for i in range(customers)]
    industry = ["steel" if i % 2 else "wood" for i in range(customers)]
    day = pd.date_range("2021-01-05", AS_OF, freq="10D")
    who = np.repeat(np.arange(customers), len(day))
    on = np.tile(day.to_numpy(), customers)
    late = (on > np.datetime64(AS_OF) - np.timedelta64(100, "D")) & np.array(
        [name == "steel" for name in industry]
    )[who]
    amount = 100 * (1 + who % 5) * rng.lognormal(0, 0.2, len(who)) * np.where(late, 1 - fall, 1)
    trade = {
        "order_id": [f"O{i}" for i in range(len(who))],
        "customer_id": np.array(names)[who],
        "ordered_at": on,
    }
    people = {
        "customer_id": names,
        "industry": industry,
        "region": ["north" if i % 3 else "south" for i in range(customers)],
    }
    return {
        "customers": pd.DataFrame(people),
        "trade": pd.DataFrame({**trade, "amount": amount.round(2)}),
    }


def found(frames: Frames, **terms: object) -> pd.DataFrame:
    return declines(arrow(frames), AS_OF, Terms(**terms)).set_index("customer_id")  # type: ignore[arg-type]


def arrow(frames: Frames) -> dict[str, pa.Table]:
    return {name: to_arrow(frame) for name, frame in frames.items()}


def shipments(*rows: tuple[str, str, str, bool, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "shipped_on", "product_line", "is_us", "value"])
    frame["shipped_on"] = pd.to_datetime(frame["shipped_on"])
    return frame.assign(record_id=[f"R{i}" for i in range(len(frame))], supplier="x")


@given(
    before=st.floats(0, 1e9),
    now=st.floats(0, 1e9),
    one=st.floats(-5, 5),
    other=st.floats(-5, 5),
    gone=st.floats(0, 1),
)
def test_the_parts_add_up_to_the_change(
    before: float, now: float, one: float, other: float, gone: float
) -> None:
    logs = {"one": np.array([one]), "other": np.array([other])}
    parts = lmdi.parts(np.array([before]), np.array([now]), logs, {"one": np.array([gone])}, rest="rest")
    left = sum(float(part[0]) for part in parts.values()) - (now - before)
    assert abs(left) <= 1e-9 * max(before, now, *(abs(float(part[0])) for part in parts.values()))


def test_a_product_of_two_factors_is_taken_apart_exactly() -> None:
    # 10 x 5 = 50 becomes 5 x 4 = 20. L(20, 50) = 30 / ln 2.5 = 32.741; ln(5/10) L = -22.694, ln(4/5) L = -7.306.
    parts = lmdi.parts(np.array([50.0]), np.array([20.0]), {"first": np.log([0.5])}, {}, rest="second")
    assert parts["first"][0] == pytest.approx(-22.694, abs=1e-3)
    assert parts["second"][0] == pytest.approx(-7.306, abs=1e-3)


def test_what_becomes_nothing_goes_to_the_factor_that_became_nothing() -> None:
    halved = {"market": np.log([0.5])}
    parts = lmdi.parts(np.array([80.0]), np.array([0.0]), halved, {}, rest="customer")
    assert (parts["market"][0], parts["customer"][0]) == (0.0, -80.0)
    # As the limit: 80 to a cent. L(0.01, 80) = 79.99 / ln 8000 = 8.9, and ln 0.5 of it -6.2; to 1e-12 it is -1.7.
    nearly = [
        lmdi.parts(np.array([80.0]), np.array([left]), halved, {}, rest="customer")["market"][0]
        for left in (1e-2, 1e-12)
    ]
    assert nearly == pytest.approx([-6.17, -1.73], abs=0.01)


def test_sales_are_those_of_both_windows_in_money() -> None:
    rows = found(company(customers=2))
    mine = company(customers=2)["trade"].query("customer_id == 'C001'").set_index("ordered_at")["amount"]
    # (2023-10-02, 2023-12-31] and the same 365 days earlier.
    assert rows.loc["C001", "now"] == pytest.approx(mine["2023-10-03":"2023-12-31"].sum())
    assert rows.loc["C001", "before"] == pytest.approx(mine["2022-10-03":"2022-12-31"].sum())


def test_a_fall_of_the_industry_is_the_markets_and_not_the_customers() -> None:
    rows = found(company(fall=0.3))
    steel = rows[rows["industry"] == "steel"].sum(numeric_only=True)
    wood = rows[rows["industry"] == "wood"].sum(numeric_only=True)
    assert steel["change"] / steel["before"] == pytest.approx(-0.3, abs=0.05)
    assert steel["market"] / steel["change"] == pytest.approx(1, abs=0.15)
    assert abs(wood["market"]) < 0.05 * wood["before"]


def test_sales_are_money_as_the_records_have_it() -> None:
    frames = company()
    trade = frames["trade"]
    mine = trade[
        (trade["customer_id"] == "C001") & (trade["ordered_at"] > pd.Timestamp(AS_OF) - pd.Timedelta(days=90))
    ]
    assert found(frames).loc["C001", "now"] == pytest.approx(mine["amount"].sum())


def test_a_customers_own_orders_do_not_move_its_market() -> None:
    plain, more = company(), company()
    own = more["trade"]["customer_id"] == "C001"
    more["trade"].loc[own & (more["trade"]["ordered_at"] > "2023-10-10"), "amount"] *= 1000
    here, there = found(plain).loc["C001"], found(more).loc["C001"]
    logs = [
        row["market"] / lmdi.mean(np.array([row["now"]]), np.array([row["before"]]))[0]
        for row in (here, there)
    ]
    assert there["now"] > 900 * here["now"]
    assert logs[0] == pytest.approx(logs[1], rel=1e-9)


def test_a_huge_customer_is_one_of_many_in_the_market_of_the_others() -> None:
    frames = company()
    huge = frames["trade"]["customer_id"] == "C001"
    frames["trade"].loc[huge, "amount"] *= 10_000
    frames["trade"].loc[huge & (frames["trade"]["ordered_at"] > "2023-10-01"), "amount"] /= 100
    rows = found(frames)
    others = rows[(rows["industry"] == "steel") & (rows.index != "C001")]
    # It fell to 1% and is cut to e^-1 of its 30 peers' median: by weight at most about 1 / 30 of the mean.
    assert (others["market"].abs() / others["before"]).max() < 0.08


def test_what_went_to_a_rival_is_not_the_customers_own() -> None:
    frames = company()
    mine = frames["trade"]["customer_id"] == "C001"
    frames["trade"].loc[mine & (frames["trade"]["ordered_at"] > "2023-10-02"), "amount"] *= 0.25
    months = pd.date_range("2022-05-15", "2023-12-15", freq="MS").strftime("%Y-%m-%d")
    ours = [("C001", day, "L1", True, 250.0 if day > "2023-10" else 1000.0) for day in months]
    theirs = [("C001", day, "L1", False, 750.0) for day in months if day > "2023-10"]
    row = found({**frames, "imports": shipments(*ours, *theirs)}).loc["C001"]
    assert row["wallet_known"]
    # A quarter is left of a share of 1; drawn to what was usual by half a record, a third.
    assert 0.5 < row["competitor"] / row["change"] < 1
    # The same fall while nobody else sells more is its own.
    row = found({**frames, "imports": shipments(*ours)}).loc["C001"]
    assert row["competitor"] == 0
    assert not found(frames).loc["C001", "wallet_known"]


def test_the_published_index_counts_where_customers_are_few() -> None:
    frames = company(customers=6)
    months = pd.date_range("2021-01-01", "2023-12-01", freq="MS")
    index = pd.DataFrame({"industry": "steel", "region": None, "month_on": months})
    fallen = index.assign(index=np.where(months > pd.Timestamp("2023-09-15"), 60.0, 100.0), known_at=pd.NaT)
    fallen["known_at"] = (fallen["month_on"] + pd.Timedelta(days=60)).astype("datetime64[us]")
    fallen["region"] = fallen["region"].astype("string")
    with_it = levels(arrow({**frames, "market": fallen}), AS_OF).set_index("industry").loc["steel"]
    without = levels(arrow(frames), AS_OF).set_index("industry").loc["steel"]
    assert with_it["log"] < without["log"] - 0.02
    assert with_it["variance"] < without["variance"]


@settings(max_examples=10)
@given(seed=st.integers(0, 1000))
def test_what_comes_later_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = company(customers=12)
    later = frames["trade"].sample(50, random_state=seed).assign(known_at=pd.Timestamp("2024-01-01 00:00"))
    later["order_id"] += "x"
    future = frames["trade"].sample(50, random_state=seed).assign(known_at=pd.NaT)
    future["ordered_at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, 50), unit="D")
    more = pd.concat([frames["trade"].assign(known_at=pd.NaT), later, future], ignore_index=True)
    more["known_at"] = more["known_at"].astype("datetime64[us]")
    pd.testing.assert_frame_equal(found({**frames, "trade": more}), found(frames))


def test_the_order_of_the_rows_changes_no_bit() -> None:
    frames = company(customers=20)
    mixed = {name: frame.sample(frac=1, random_state=1) for name, frame in frames.items()}
    pd.testing.assert_frame_equal(found(mixed), found(frames), check_exact=True)
    assert np.isfinite(found(frames)[list(PARTS)].to_numpy()).all()
