from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import TooLittle
from models.folds import lived, roles, rolling_origin

MONTHS = [date(2010 + (5 + k) // 12, (5 + k) % 12 + 1, 10) for k in range(16)]  # 2010-06-10 to 2011-09-10


def test_the_published_protocol_comes_back():
    """Ten dates to train on, one to calibrate, one to test; between them the labels that were not yet known."""
    role = roles(MONTHS, test=1, calibration=1, label_days=90)
    assert list(role) == MONTHS
    assert [day for day, name in role.items() if name == "train"] == MONTHS[:10]  # to 2011-03-10
    assert [day for day, name in role.items() if name == "calibration"] == [date(2011, 6, 10)]
    assert [day for day, name in role.items() if name == "test"] == [date(2011, 9, 10)]
    assert [str(d) for d, n in role.items() if n == "gap"] == [
        "2011-04-10",
        "2011-05-10",
        "2011-07-10",
        "2011-08-10",
    ]


@pytest.mark.parametrize(("label_days", "calibrated"), [(30, date(2024, 1, 31)), (31, date(2024, 1, 1))])
def test_a_label_that_becomes_known_on_the_test_date_counts(label_days, calibrated):
    """2024-01-31 plus 30 days is 2024-03-01, the test date; plus 31 is a day too late."""
    dates = [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 1, 31), date(2024, 3, 1)]
    role = roles(dates, test=1, calibration=1, label_days=label_days)
    assert [day for day, name in role.items() if name == "calibration"] == [calibrated]


def test_dates_may_come_in_any_order_and_twice():
    assert roles(MONTHS[::-1] + MONTHS, test=1, calibration=1, label_days=90) == roles(
        MONTHS, test=1, calibration=1, label_days=90
    )


@settings(deadline=None, max_examples=60)
@given(
    days=st.lists(st.integers(0, 900), min_size=1, max_size=30, unique=True),
    test=st.integers(1, 4),
    calibration=st.integers(1, 4),
    label_days=st.integers(0, 200),
)
def test_nothing_is_used_before_its_label_is_known(days, test, calibration, label_days):
    dates = [date(2020, 1, 1) + timedelta(days=d) for d in days]
    try:
        role = roles(dates, test=test, calibration=calibration, label_days=label_days)
    except TooLittle:
        return
    by = {name: sorted(d for d in role if role[d] == name) for name in ("train", "calibration", "test")}
    wait = timedelta(days=label_days)
    assert len(by["test"]) == test
    assert len(by["calibration"]) == calibration
    assert all(d + wait <= by["test"][0] for d in by["train"] + by["calibration"])
    assert all(d + wait <= by["calibration"][0] for d in by["train"])
    for fold in _folds(by["train"], label_days):
        assert all(d + wait <= fold.valid for d in fold.train)
        assert fold.valid in by["train"]


def _folds(train, label_days):
    try:
        return rolling_origin(train, folds=3, label_days=label_days)
    except TooLittle:
        return []


def test_folds_are_the_last_dates_with_known_labels_before_them():
    folds = rolling_origin(MONTHS[:10], folds=3, label_days=90)
    assert [str(fold.valid) for fold in folds] == ["2011-01-10", "2011-02-10", "2011-03-10"]
    # 2011-03-10 less 90 days is 2010-12-10: seven dates from June to December.
    assert folds[-1].train == tuple(MONTHS[:7])


def test_a_short_history_gives_fewer_folds():
    assert len(rolling_origin(MONTHS[:4], folds=4, label_days=90)) == 1  # only September has June behind it


def test_too_short_a_history_is_refused_with_what_was_found():
    with pytest.raises(
        TooLittle, match=r"4 as-of dates \(2010-06-10 to 2010-09-10\) leave 1 of 1 .* and 0 to train on"
    ):
        roles(MONTHS[:4], test=1, calibration=1, label_days=90)
    with pytest.raises(TooLittle, match="0 as-of dates leave 0 of 1"):
        roles([], test=1, calibration=1, label_days=90)
    with pytest.raises(TooLittle, match=r"2 training dates .* make no fold"):
        rolling_origin(MONTHS[:2], folds=3, label_days=90)


def test_a_plan_without_a_test_date_is_refused():
    with pytest.raises(ValueError, match="at least one date each"):
        roles(MONTHS, test=0, calibration=1, label_days=90)


def test_on_a_later_date_the_company_has_learnt_what_came_to_be_known():
    """A month later the newest known label calibrates, and those known on its day train: 2011-02-10 is 90 days
    before 2011-05-11, a day too late for the one, and in time for the other.
    """
    trained, calibrated = lived(MONTHS, MONTHS[14], calibration=1, label_days=90)
    later, calibrated_later = lived(MONTHS, MONTHS[15], calibration=1, label_days=90)
    assert (calibrated, calibrated_later) == ([date(2011, 5, 10)], [date(2011, 6, 10)])
    assert later == [*trained, date(2011, 2, 10), date(2011, 3, 10)]


@given(st.integers(0, 15), st.integers(1, 4), st.integers(0, 200))
def test_nothing_is_used_before_its_label_was_known(place, calibration, label_days):
    day = MONTHS[place]
    trained, calibrated = lived(MONTHS, day, calibration=calibration, label_days=label_days)
    known = timedelta(days=label_days)
    assert all(on + known <= day and on < day for on in calibrated)
    assert all(on + known <= calibrated[0] and on < calibrated[0] for on in trained)
    # what a company on that day did not know yet plays no part
    assert lived([on for on in MONTHS if on <= day], day, calibration=calibration, label_days=label_days) == (
        trained,
        calibrated,
    )
