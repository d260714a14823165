"""What past lists are judged by, and what becomes of those that cannot be read."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from pipeline import hindsight, publishing
from pipeline.fitted import Served
from pipeline.frames import to_arrow
from pipeline.params import Params
from pipeline.paths import Paths

DAYS = (date(2024, 1, 31), date(2024, 3, 31), date(2024, 5, 31))
SERVED = cast(Served, SimpleNamespace(hash="a" * 64))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Three lists of the model that serves."""
    made = Paths(tmp_path, "acme")
    for day in DAYS:
        rows = pd.DataFrame({"customer_id": ["C1"], "as_of": [pd.Timestamp(day)], "p_churn": [0.5]})
        table = to_arrow(rows.assign(model=SERVED.hash))
        publishing.publish(made, day, {publishing.SCORES: table}, {}, {})
    return made


def _told(notices: list[Any]) -> list[tuple[str, str]]:
    return [(one.about, one.verdict) for one in notices]


def test_a_damaged_list_is_named_and_the_others_are_judged(paths: Paths) -> None:
    (publishing.published(paths, DAYS[1]) / publishing.SCORES).write_bytes(b"damaged")
    kept, damaged = hindsight._kept(paths, SERVED, DAYS[2])
    assert [rows["as_of"].iloc[0].date() for rows in kept] == [DAYS[2], DAYS[0]]
    assert _told(damaged) == [("list of 2024-03-31", "look")]
    assert "forewarn score --dataset acme --as-of 2024-03-31" in damaged[0].words


def test_where_every_list_is_damaged_the_watch_goes_on(paths: Paths) -> None:
    for day in DAYS[:2]:
        (publishing.published(paths, day) / publishing.MANIFEST).unlink()
    paths.batch(DAYS[2]).unlink()
    paths.batch(DAYS[2]).symlink_to("nowhere")
    notices, lists = hindsight.performance(Params(), paths, SERVED, date(2030, 1, 1))
    assert lists == []
    damaged = [(f"list of {day}", "look") for day in reversed(DAYS)]
    assert _told(notices) == [*damaged, ("lists", "nothing")]
