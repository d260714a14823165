"""What customers bought from whom: records as they stood, whole months, windows."""

from datetime import date

import pandas as pd
import pytest

from features.purchases import UNNAMED, US, Span, blocks, purchases, span, split
from pipeline.frames import to_arrow

DAY = date(2024, 6, 15)


def imports(*rows: tuple, **more: list) -> pd.DataFrame:
    """Give customs records: customer, day, line, rival (empty: us, None: no name) and value, numbered from 0."""
    columns = ["customer_id", "shipped_on", "product_line", "rival", "value"]
    frame = pd.DataFrame(list(rows), columns=columns).assign(**more)
    frame["shipped_on"] = pd.to_datetime(frame["shipped_on"]).astype("datetime64[s]")
    frame["is_us"] = frame["rival"] == ""
    frame["rival"] = frame["rival"].where(~frame["is_us"], None)
    return frame.assign(record_id=[f"R{i}" for i in range(len(frame))], supplier="as written")


def read(*rows: tuple, day: date = DAY, **more: list) -> pd.DataFrame:
    return purchases(to_arrow(imports(*rows, **more)), day)


def test_a_supplier_is_us_a_rival_or_without_a_name():
    rows = read(
        ("A", "2024-01-01", "pumps", "", 10.0),
        ("A", "2024-01-02", "pumps", "Baltic", 20.0),
        ("A", "2024-01-03", "pumps", None, 30.0),
    )
    assert list(rows["supplier"]) == [US, "Baltic", UNNAMED]
    assert rows["quantity"].isna().all()


def test_a_record_that_was_not_known_by_the_day_is_not_there():
    known = pd.to_datetime(["2024-06-15 23:00", "2024-06-16 00:00"])
    rows = read(
        ("A", "2024-05-01", "pumps", "", 10.0),
        ("A", "2024-05-02", "pumps", "", 20.0),
        known_at=list(known),
    )
    assert list(rows["value"]) == [10.0]


def test_the_newest_version_known_counts_and_the_first_says_when_the_record_was_known():
    told = imports(
        ("A", "2024-03-01", "pumps", "", 10.0),
        ("A", "2024-03-01", "pumps", "Baltic", 10.0),
        ("A", "2024-03-01", "pumps", "Kessler", 10.0),
    ).assign(
        record_id="R",
        known_at=pd.to_datetime(["2024-04-10", "2024-05-20", "2024-06-16"]),
    )
    (row,) = purchases(to_arrow(told), DAY).to_dict("records")
    assert (row["supplier"], row["known_on"]) == ("Baltic", pd.Timestamp("2024-04-10"))


def test_a_withdrawn_record_counts_until_the_day_before():
    withdrawn = pd.to_datetime(["2024-06-15", "2024-06-16"])
    rows = read(
        ("A", "2024-05-01", "pumps", "", 10.0),
        ("A", "2024-05-02", "pumps", "", 20.0),
        withdrawn_at=list(withdrawn),
    )
    assert list(rows["value"]) == [20.0]


def monthly(months: int, lag: int) -> pd.DataFrame:
    """Give a record on the 10th of each of the ``months`` months up to May 2024, known ``lag`` days later."""
    days = [pd.Timestamp("2024-05-10") - pd.DateOffset(months=k) for k in range(months)]
    known = [day + pd.Timedelta(days=lag) for day in days]
    return read(*(("A", day, "pumps", "", 1.0) for day in days), known_at=known)


@pytest.mark.parametrize(
    ("lag", "until"),
    [
        (15, date(2024, 5, 31)),  # 15 June less 15 days is 31 May, the evening of which ends a month
        (16, date(2024, 4, 30)),  # 30 May does not
        (46, date(2024, 4, 30)),
        (47, date(2024, 3, 31)),
    ],
)
def test_a_month_is_told_when_its_last_day_is_older_than_the_lag(lag: int, until: date):
    told = span(monthly(30, lag), DAY, 12)
    assert (told.lag, told.until) == (lag, until)


def test_the_windows_are_whole_months_one_behind_the_other():
    told = span(monthly(30, 20), DAY, 12)
    assert (told.before_from, told.before_until) == (date(2022, 5, 1), date(2023, 4, 30))
    assert (told.now_from, told.until) == (date(2023, 5, 1), date(2024, 4, 30))


@pytest.mark.parametrize(("months", "size"), [(30, 12), (12, 5), (7, 3), (6, None)])
def test_short_records_make_short_windows_and_very_short_ones_none(months: int, size: int | None):
    # Of `months` months up to May the last, May, is not whole by a lag of 20 days: 12 of them leave 11, 5 a window.
    told = span(monthly(months, 20), DAY, 12)
    assert (told and told.months) == size


def test_the_split_sums_each_window_and_what_all_suppliers_sold():
    told = Span(date(2023, 1, 1), date(2024, 4, 30), 4, 0)
    rows = read(
        ("A", "2023-08-31", "pumps", "", 1000.0),  # the day before the earlier window
        ("A", "2023-09-01", "pumps", "", 60.0),
        ("A", "2023-12-31", "pumps", "Baltic", 40.0),
        ("A", "2024-01-01", "pumps", "Baltic", 30.0),
        ("A", "2024-04-30", "pumps", "", 50.0),
        ("A", "2024-05-01", "pumps", "", 1000.0),  # the day after the later window
    )
    parts = split(rows, told).set_index("supplier")
    assert parts["before"].to_dict() == {US: 60.0, "Baltic": 40.0}
    assert parts["now"].to_dict() == {US: 50.0, "Baltic": 30.0}
    assert set(parts["whole_before"]) == {100.0}
    assert set(parts["whole_now"]) == {80.0}


def test_blocks_are_counted_back_from_the_last_month_told_and_a_part_of_one_is_left_out():
    told = Span(date(2023, 10, 1), date(2024, 4, 30), 3, 0)  # seven months: two blocks, and October alone
    rows = read(
        *(("A", f"{month}-15", "pumps", "", 1.0) for month in ("2023-10", "2023-11", "2023-12", "2024-01")),
        *(("A", f"{month}-15", "pumps", "", 10.0) for month in ("2024-02", "2024-04", "2024-05")),
    )
    sums = blocks(rows, told)
    assert sums.set_index(sums["until_on"].dt.date)["value"].to_dict() == {
        date(2024, 1, 31): 3.0,  # November, December, January
        date(2024, 4, 30): 20.0,  # February and April; May is not told
    }
