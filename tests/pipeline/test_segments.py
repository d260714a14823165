"""Where a model fails: what a customer was on a date, and which segments are named."""

import numpy as np
import pandas as pd
import pytest

from models.intervals import resamples
from pipeline import segments


def asked(*rows: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "as_of"])
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


def test_a_customer_is_what_its_newest_version_known_on_the_date_said() -> None:
    customers = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B", "C", "D"],
            "region": ["north", "south", "east", "west", "west"],
            "since_on": pd.to_datetime([None, None, "2024-03-01", None, None]),
            "known_at": pd.to_datetime(
                ["2024-01-05 09:00", "2024-02-05 18:00", None, None, "2024-01-01 00:00"]
            ),
            "withdrawn_at": pd.to_datetime([None, None, None, None, "2024-02-01"]),
        }
    )
    rows = asked(
        ("A", "2024-01-04"),  # nothing known yet
        ("A", "2024-02-04"),
        ("A", "2024-02-05"),  # days are whole: the evening of the day itself counts
        ("B", "2024-02-28"),  # without known_at, from since_on
        ("B", "2024-03-01"),
        ("C", "1999-01-01"),  # without both, always
        ("D", "2024-01-31"),
        ("D", "2024-02-01"),  # from the day on which it was withdrawn it does not count
        ("E", "2024-02-01"),
    ).iloc[::-1]
    told = segments.known(customers, rows)["region"].iloc[::-1]
    assert told.index.equals(rows.index[::-1])
    assert [None if pd.isna(one) else one for one in told] == [
        None,
        "north",
        "south",
        None,
        "east",
        "west",
        "west",
        None,
        None,
    ]


@pytest.fixture
def made() -> tuple[pd.DataFrame, pd.DataFrame]:
    """600 customers in two regions; in the second the model says 30 points too much."""
    rng = np.random.default_rng(1)
    n = 600
    p = rng.uniform(0.05, 0.5, n)
    region = np.where(np.arange(n) < 300, "fair", "overdone")
    label = (rng.random(n) < p).astype("int8")
    said = np.where(region == "fair", p, p + 0.3)
    frame = pd.DataFrame({"customer_id": [f"C{i:03}" for i in range(n)], "as_of": pd.Timestamp("2024-01-31")})
    both = [
        frame.assign(family="boosted", p_churn=said, label=label),
        frame.assign(family="base_rate", p_churn=label.mean(), label=label),
    ]
    return pd.concat(both, ignore_index=True), pd.DataFrame({"region": region})


def measured(predictions: pd.DataFrame, kinds: pd.DataFrame) -> dict[str, object]:
    who = predictions.loc[predictions["family"] == "boosted", "customer_id"]
    return segments.segments(predictions, kinds, list(resamples(who, 300, seed=2)), "boosted")


def test_a_segment_that_the_model_fails_is_named(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    told = measured(*made)
    assert told["named"] == [
        {"by": "region", "segment": "overdone", "why": ["drift", "base_rate"], "customers": 300}
    ]
    assert told["looked_at"] == 2
    figures = told["by"]["region"]["overdone"]["boosted"]  # type: ignore[index]
    mine = made[0][(made[0]["family"] == "boosted")][300:]
    assert figures["drift"]["value"] == pytest.approx((mine["p_churn"] - mine["label"]).mean())
    assert figures["drift"]["low"] > 0.2
    assert figures["against_base_rate"]["brier"]["low"] > 0


def test_small_segments_are_told_together_and_one_alone_is_none(
    made: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    predictions, kinds = made
    few = kinds["region"].astype(object)
    few.iloc[:20], few.iloc[20:45] = "isle", "port"
    told = measured(predictions, pd.DataFrame({"region": few, "industry": "tools"}))
    by = told["by"]
    assert list(by) == ["region"]  # type: ignore[call-overload]
    sizes = {name: one["boosted"]["customers"] for name, one in by["region"].items()}  # type: ignore[index]
    assert sizes == {"overdone": 300, "fair": 255, "all others": 45}
