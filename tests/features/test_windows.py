"""Claims about time: what is visible on a day, and which days a window holds."""

import numpy as np
import pytest

from features.windows import FOREVER, last_on_or_before, visible, within


def seen(events: list[tuple[int, int, int]], as_of: int) -> list[int]:
    """Give the days of the events of one customer that are visible; events are (day, known, until)."""
    day, known, until = (np.array(column, np.int32) for column in zip(*events, strict=True))
    start = np.array([0, len(events)])
    found = visible(start, day, known, until, np.zeros(1, np.int32), np.array([as_of], np.int32))
    everything = np.concatenate([day, day[found.take]])
    return everything[found.first[0] : found.stop[0]].tolist()


@pytest.mark.parametrize(
    ("events", "as_of", "expected"),
    [
        ([(9, 9, FOREVER), (10, 10, FOREVER), (11, 11, FOREVER)], 10, [9, 10]),  # the day itself counts
        ([(9, 11, FOREVER), (10, 10, FOREVER)], 10, [10]),  # known a day late, seen a day late
        ([(9, 11, FOREVER), (10, 10, FOREVER)], 11, [9, 10]),
        ([(8, 8, FOREVER), (9, 12, FOREVER), (10, 10, FOREVER)], 10, [8, 10]),  # hidden between visible ones
        ([(8, 8, 10), (8, 10, FOREVER)], 9, [8]),  # before the correction, the old version
        ([(7, 8, 10), (8, 10, FOREVER)], 10, [8]),  # from its day on, the new one alone
        ([(8, 9, 9), (8, 9, FOREVER)], 9, [8]),  # corrected on the day it came: one event
        ([(11, 11, FOREVER)], 10, []),
    ],
)
def test_an_event_counts_once_it_happened_and_was_known(events, as_of, expected):
    assert seen(events, as_of) == expected


def test_customers_do_not_see_each_other():
    day = np.array([1, 2, 1, 3], np.int32)
    found = visible(
        np.array([0, 2, 4]),
        day,
        np.array([1, 9, 1, 3], np.int32),
        np.full(4, FOREVER, np.int32),
        np.array([1, 0, 1], np.int32),
        np.array([3, 3, 1], np.int32),
    )
    ranges = [
        np.concatenate([day, day[found.take]])[a:b].tolist()
        for a, b in zip(found.first, found.stop, strict=True)
    ]
    assert ranges == [[1, 3], [1], [1]]


@pytest.mark.parametrize(
    ("days", "ending", "expected"),
    [
        (30, 0, [71, 100]),  # (70, 100]: day 70 is outside, day 100 inside
        (31, 0, [70, 71, 100]),
        (30, 30, [70]),  # the window before: (40, 70]
        (1000, 0, [10, 70, 71, 100]),
        (1, 1, []),  # (98, 99]
    ],
)
def test_a_window_is_half_open_on_the_left(days, ending, expected):
    day = np.array([10, 70, 71, 100], np.int32)
    low, high = within(day, np.array([100], np.int32), np.array([0]), np.array([4]), days, ending)
    assert day[low[0] : high[0]].tolist() == expected


def test_the_last_day_on_or_before_a_limit_is_found_or_none():
    day = np.array([5, 8, 12], np.int32)
    low, high = np.zeros(3, np.int64), np.full(3, 3)
    assert last_on_or_before(day, low, high, np.array([4, 8, 99], np.int32)).tolist() == [-1, 1, 2]
