"""Do records still come, and as many as usual? Held against their own past."""

import numpy as np
import pytest

from models.arrivals import Limits, notice, stopped, volume, weekly

AS_OF, TRAINED = 1500, 1400
LIMITS = Limits()


def daily(last: int, each: int = 10, first: int = 0) -> np.ndarray:
    """Records on every working day of a week, ``each`` of them."""
    days = np.arange(first, last + 1)
    return np.repeat(days[days % 7 < 5], each)


def test_a_source_that_comes_as_always_is_left_alone() -> None:
    assert notice("trade", daily(AS_OF), AS_OF, TRAINED, LIMITS).verdict == "nothing"


def test_a_source_that_stopped_is_named_within_days() -> None:
    # A weekend is a gap of 3 days; 1.5 times that, or 2 days more, is 5.
    stopped = daily(AS_OF - 7)
    told = notice("trade", stopped, AS_OF, TRAINED, LIMITS)
    assert told.verdict == "look"
    assert told.figures["silent_limit"] == 5
    assert f"No record for {AS_OF - stopped.max()} days" in told.words


def test_a_source_that_had_stopped_before_the_training_is_no_news() -> None:
    told = notice("cases", daily(TRAINED - 200), AS_OF, TRAINED, LIMITS)
    assert told.verdict == "nothing"
    assert "before the model was trained" in told.words


def test_records_after_the_day_are_not_counted() -> None:
    ahead = np.concatenate([daily(AS_OF - 30), np.arange(AS_OF + 1, AS_OF + 40)])
    assert notice("trade", ahead, AS_OF, TRAINED, LIMITS).figures["silent_days"] >= 30


@pytest.mark.parametrize("share", [0.4, 2.0])
def test_a_source_that_sends_half_or_twice_as_much_is_named(share: float) -> None:
    days = daily(AS_OF)
    late = days > AS_OF - 28
    changed = np.concatenate([days[~late], np.repeat(np.unique(days[late]), int(10 * share))])
    told = notice("service", changed, AS_OF, TRAINED, LIMITS)
    assert told.verdict == "look"
    assert told.figures["expected"] == pytest.approx(200, rel=0.05)  # 20 working days of 10


def test_a_small_source_that_all_but_stopped_is_named() -> None:
    # One record every second day, 14 in four weeks; a single one of them came: log(1.5 / 14.5) is -2.3, and five
    # spreads of 14 independent records are 5 / sqrt(14) = 1.3.
    days = np.arange(0, AS_OF + 1, 2)
    kept = np.append(days[days <= AS_OF - 28], AS_OF - 1)
    assert notice("milestones", kept, AS_OF, TRAINED, LIMITS).verdict == "look"


def test_a_month_that_is_weak_every_year_is_no_news() -> None:
    days = daily(AS_OF)
    weak = (AS_OF - days) % 364 < 28  # the last four weeks, and the same ones of every year before
    kept = np.sort(np.concatenate([days[~weak], days[weak][::4]]))
    found, expected, _ = volume(kept, AS_OF)
    assert found == pytest.approx(expected, rel=0.1)
    assert notice("trade", kept, AS_OF, TRAINED, LIMITS).verdict == "nothing"


def test_a_source_that_grows_is_expected_to_grow() -> None:
    # Twice as many since a year ago: 10 a working day until 1136, then 20.
    days = np.concatenate([daily(1000), daily(AS_OF, 20, 1001)])
    found, expected, _ = volume(days, AS_OF)
    assert found == 400
    assert expected == pytest.approx(400, rel=0.01)


def test_weeks_end_with_the_day() -> None:
    told = weekly(np.array([AS_OF - 7, AS_OF - 6, AS_OF, AS_OF + 1]), AS_OF)
    assert len(told) == 104
    assert told[-2:] == [1, 2]


def test_a_source_without_any_record_is_named() -> None:
    assert notice("trade", np.array([], np.int64), AS_OF, TRAINED, LIMITS).verdict == "look"


LEARNED = TRAINED - 180


def test_a_source_is_late_from_the_day_on_which_its_silence_is_unusual() -> None:
    days = daily(AS_OF - 7)
    last = int(days.max())
    assert stopped(days, last + 5, LEARNED, TRAINED, LIMITS) is None
    assert stopped(days, last + 6, LEARNED, TRAINED, LIMITS) == (6, 5.0)


def test_a_source_that_went_on_later_is_not_late_on_a_day_of_its_pause() -> None:
    pause = np.concatenate([daily(AS_OF - 40), daily(AS_OF + 100, first=AS_OF + 10)])
    assert stopped(pause, AS_OF, LEARNED, TRAINED, LIMITS) is None
    assert stopped(pause[pause <= AS_OF], AS_OF, LEARNED, TRAINED, LIMITS) is not None


def test_a_source_is_late_unless_the_model_knew_it_silent() -> None:
    # The model knows the records up to its last as-of date, not those that came until its labels were known.
    assert stopped(daily(LEARNED - 50), AS_OF, LEARNED, TRAINED, LIMITS) is None
    assert stopped(daily(LEARNED + 50), AS_OF, LEARNED, TRAINED, LIMITS) is not None


def test_a_source_that_comes_once_a_year_is_not_late_within_it() -> None:
    assert stopped(np.arange(0, AS_OF - 300, 365), AS_OF, LEARNED, TRAINED, LIMITS) is None
