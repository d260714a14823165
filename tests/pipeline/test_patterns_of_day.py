"""Rhythms are named from the records as they stood on the day: what came later, or was withdrawn, is not there."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import patterns
from pipeline.errors import MissingInput
from pipeline.frames import write_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.warning_settings import Patterns

DAY = date(2024, 6, 30)
EVENING = pd.Timestamp("2024-06-30 18:00")


def trade() -> pd.DataFrame:
    """Three customers with a line a week for 900 days; ``stops`` has none in the last hundred days."""
    rows = []
    for name, until in (("goes on", 0), ("stops", 100), ("new", 897)):
        ages = [age for age in np.arange(900, -1, -7) if age >= until]
        rows.append(
            pd.DataFrame({"customer_id": name, "ordered_at": EVENING - pd.to_timedelta(ages, unit="D")})
        )
    lines = pd.concat(rows, ignore_index=True)
    return lines.assign(amount=100.0, is_return=False, known_at=pd.NaT, withdrawn_at=pd.NaT)


def line(name: str, age: int, **changes: object) -> pd.DataFrame:
    return trade().iloc[:1].assign(customer_id=name, ordered_at=EVENING - pd.Timedelta(days=age), **changes)


def named(root: Path, lines: pd.DataFrame, params: Params | None = None) -> pd.DataFrame:
    paths = Paths(root, "made")
    moments = {
        name: lines[name].astype("datetime64[us]") for name in ("ordered_at", "known_at", "withdrawn_at")
    }
    write_parquet(paths.table("trade"), lines.assign(**moments))
    customers = pd.DataFrame({"customer_id": ["goes on", "stops", "new"], "industry": ["a", "a", None]})
    write_parquet(paths.table("customers"), customers)
    return patterns.of_day(params or Params(), paths, DAY).set_index("customer_id")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return named(tmp_path_factory.mktemp("plain"), trade())


def test_each_customer_is_named(plain):
    assert plain["pattern"].to_dict() == {"goes on": "steady", "stops": "sudden_stop", "new": "steady"}
    assert (plain["as_of"] == pd.Timestamp(DAY)).all()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([("stops", -1, {})], id="made the day after"),
        pytest.param([("stops", 5, {"known_at": EVENING + pd.Timedelta(days=1)})], id="known the day after"),
        pytest.param([("stops", -3, {"known_at": EVENING})], id="known before it is made"),
        pytest.param([("stops", 5, {"withdrawn_at": EVENING})], id="withdrawn by then"),
        pytest.param([("stops", 5, {"is_return": True})], id="a return"),
    ],
)
def test_what_is_no_order_on_the_day_changes_nothing(plain, tmp_path, lines):
    more = pd.concat([line(name, age, **changes) for name, age, changes in lines])
    again = named(tmp_path, pd.concat([trade(), more], ignore_index=True))
    pd.testing.assert_frame_equal(again, plain, check_exact=True)


def test_a_line_that_is_withdrawn_later_still_stands(plain, tmp_path):
    more = pd.concat(
        [line("stops", age, withdrawn_at=EVENING + pd.Timedelta(days=1)) for age in (3, 10, 17, 24)]
    )
    again = named(tmp_path, pd.concat([trade(), more], ignore_index=True))
    assert again.loc["stops", "pattern"] != plain.loc["stops", "pattern"]


def test_who_wants_more_orders_says_less(tmp_path):
    told = named(tmp_path, trade(), Params(patterns=Patterns(least_orders=500)))
    assert (told["pattern"] == "steady").all()
    assert (told["confidence"] <= 0.5).all()


def test_without_records_the_command_that_makes_them_is_named(tmp_path):
    with pytest.raises(MissingInput, match="forewarn ingest --dataset made"):
        patterns.of_day(Params(), Paths(tmp_path, "made"), DAY)
