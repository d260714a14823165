"""A shorter form of the benchmark of drift: the checks that read records, on a small company without a model.

The company of the small run is watched from its second year on; drifts are planted as the benchmark plants them.
"""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from benchmarks.job import drift
from benchmarks.job.lived import Company, months
from models.notices import NOTHING, Notice
from pipeline import records, watched
from pipeline.frames import write_parquet
from pipeline.params import Params, Watch
from pipeline.paths import Paths

Place = tuple[Params, Paths]
TRAINED = date(2022, 6, 30)
QUIET = 14
READ = {
    "unit change": "units",
    "source lost": "sources",
    "price list doubled": "units",
    "new segment": "values",
}
"""The drifts that records alone tell, and the checks that do."""


def found(paths: Paths, day: date) -> Iterator[Notice]:
    asked = pd.Series(records.tables(paths)["customers"]["customer_id"].unique().to_pylist())
    for one in watched.sources(Watch(), paths, day, TRAINED, {"interaction"}):
        if one.verdict != NOTHING:
            yield one
    for one in watched.profiles(Watch(), paths, asked, day, TRAINED):
        if one.verdict != NOTHING:
            yield one


def test_a_quiet_company_is_left_in_peace(finished: Place) -> None:
    _, paths = finished
    days = list(months(TRAINED, QUIET))
    named = {day: [(one.check, one.about) for one in found(paths, day)] for day in days}
    assert sum(bool(told) for told in named.values()) <= 1, named


@pytest.mark.parametrize("name", READ)
def test_a_planted_drift_is_named_within_a_month(name: str, workplace: Place) -> None:
    params, paths = workplace
    planted = drift.DRIFTS[name]
    since = date(2023, 3, 31)
    company = Company(params, paths, records.tables(paths))
    for table, rows in planted.change(company, since).items():
        write_parquet(paths.table(table), rows)
    paths.ingested.unlink()
    told = {(one.check, one.about) for one in found(paths, date(2023, 4, 30))}
    assert set(planted.named) <= told
    assert {check for check, _ in planted.named} == {READ[name]}


@pytest.mark.parametrize(("late", "in_time"), [((1, "look"), 5), ((5, "look"), 4), (None, 4)])
def test_a_drift_that_is_named_late_misses_the_bar_and_is_told(
    late: tuple[int, str] | None, in_time: int
) -> None:
    named = dict.fromkeys(READ, (1, "look")) | {"label rate doubled": late}
    bar, *months_told = drift.judged(named, 1)
    assert (bar.value, bar.holds) == (in_time, in_time == 5)
    assert [one.value for one in months_told[:4]] == [1] * 4
    assert months_told[4].value == pytest.approx(late[0] if late else float("nan"), nan_ok=True)


def test_more_leavers_only_take_records_away(finished: Place) -> None:
    params, paths = finished
    company = Company(params, paths, records.tables(paths))
    since = date(2022, 6, 30)
    changed = drift.DRIFTS["label rate doubled"].change(company, since)
    before = company.whole["trade"]
    kept = changed["trade"]
    assert len(kept) < len(before)
    ends = pd.Timestamp(since) + pd.Timedelta(days=1)
    for rows in (before, kept):
        assert (rows["ordered_at"].to_pandas() < ends).sum() == (
            before["ordered_at"].to_pandas() < ends
        ).sum()
