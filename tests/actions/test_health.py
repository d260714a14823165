"""The health of a customer: what it is made of, and what it never does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from actions import health
from actions.health import USUAL, Course
from actions.readings import DIMENSIONS, READINGS, available
from features.catalogue import CATALOGUE

WEIGHTS = {"trade": 30.0, "interaction": 25.0, "service": 20.0, "finance": 15.0, "strategic": 10.0}
DAYS = np.arange("2022-01", "2023-08", dtype="datetime64[M]").astype("datetime64[D]")


def company(customers: int = 30, seed: int = 0) -> Course:
    values = np.random.default_rng(seed).normal(size=(len(DAYS), customers, len(READINGS)))
    names = np.array([f"C{i:02}" for i in range(customers)], object)
    return Course(DAYS, names, READINGS, values, np.array(["all"] * customers, object))


def whole(course: Course) -> np.ndarray:
    return health.overall(
        health.dimensions(course, health.read(course, len(course.days) - 1).strain), WEIGHTS
    )


def test_every_reading_is_a_feature_of_its_dimension_and_worse_where_the_catalogue_says_riskier() -> None:
    declared = {feature.name: feature for feature in CATALOGUE}
    for reading in READINGS:
        feature = declared[reading.feature]
        assert (feature.dimension, feature.risk) == (reading.dimension, reading.worse)
    assert {reading.dimension for reading in READINGS} == set(DIMENSIONS)


def test_nothing_unusual_is_the_usual_health() -> None:
    course = company()
    still = np.zeros((30, len(READINGS)))
    # 100 / (1 + e^-2) = 88.08 in every dimension, and so in all.
    assert pytest.approx(88.08, abs=0.01) == USUAL
    assert health.dimensions(course, still) == pytest.approx(np.full((30, 5), USUAL))
    assert health.overall(health.dimensions(course, still), WEIGHTS) == pytest.approx(np.full(30, USUAL))


def test_a_dimension_adds_up_its_strains_over_the_root_of_squared_weights() -> None:
    course = company(1)
    strain = np.zeros((1, len(READINGS)))
    strain[0, [reading.feature for reading in READINGS].index("finance_disputed_180d")] = 3.0
    # Six readings of weight 1 in finance: s = 3 / sqrt(6) = 1.2247; 100 / (1 + exp(-(2 - 0.8 * 1.2247))) = 73.50.
    assert health.dimensions(course, strain)[0, 3] == pytest.approx(73.50, abs=0.01)


def test_a_dimension_without_records_is_unknown_and_its_weight_goes_to_the_others() -> None:
    parts = np.array([[80.0, 60.0, np.nan, 40.0, np.nan]])
    # 30, 25 and 15 of 70: (30 * 80 + 25 * 60 + 15 * 40) / 70 = 64.286.
    assert health.overall(parts, WEIGHTS)[0] == pytest.approx(4500 / 70)
    assert health.weighed(parts, WEIGHTS)[0] == pytest.approx([30 / 70, 25 / 70, 0, 15 / 70, 0])
    assert np.isnan(health.overall(np.full((1, 5), np.nan), WEIGHTS)[0])


def test_a_company_without_a_source_has_no_such_dimension() -> None:
    told = available(frozenset(reading.feature for reading in READINGS if reading.dimension != "service"))
    course = company()
    fewer = replace(course, readings=told, values=course.values[:, :, : len(told)])
    strain = health.read(fewer, len(DAYS) - 1).strain
    assert np.isnan(health.dimensions(fewer, strain)[:, 2]).all()
    assert not np.isnan(health.overall(health.dimensions(fewer, strain), WEIGHTS)).any()


def test_the_points_of_a_customer_add_up_to_what_its_health_has_lost() -> None:
    course = company()
    strain = health.read(course, len(DAYS) - 1).strain
    strain[3, :20] = np.nan
    lost = USUAL - health.overall(health.dimensions(course, strain), WEIGHTS)
    assert health.points(course, strain, WEIGHTS).sum(axis=1) == pytest.approx(lost)


@settings(max_examples=60, deadline=None)
@given(some.integers(0, 29), some.integers(0, len(READINGS) - 1), some.floats(0.001, 50), some.integers(0, 5))
def test_a_worse_feature_never_gives_more_health(customer: int, at: int, more: float, seed: int) -> None:
    course = company(seed=seed)
    before = whole(course)[customer]
    course.values[-1, customer, at] += READINGS[at].worse * more
    assert whole(course)[customer] <= before + 1e-9


def test_a_customer_is_held_against_its_own_earlier_values_too() -> None:
    course = company()
    at = [reading.feature for reading in READINGS].index("service_complaints_90d")
    course.values[:, :, at] = 0.0
    course.values[:, 1:5, at] = 4.0  # so were they always
    course.values[-1, 0, at] = 4.0  # it was not
    strain = health.read(course, len(DAYS) - 1).strain
    assert strain[0, at] > strain[1, at] > 0


def test_with_fewer_than_three_dates_behind_it_a_customer_is_held_against_its_peers_alone() -> None:
    course = company()
    alone = replace(course, days=DAYS[-1:], values=course.values[-1:])
    assert np.isnan(health.read(alone, 0).own).all()
    assert not np.isnan(health.read(alone, 0).strain).any()


def test_the_baseline_is_the_usual_health_of_the_past_year_and_three_dates_of_everybodys() -> None:
    course = company(3)
    told = np.full((len(DAYS), 3), 80.0)
    told[:, 0] = 60.0
    told[-1] = [30.0, 80.0, 80.0]
    # 13 dates lie 45 to 395 days before 2023-07-01 less those nearer: 2022-06-01 (395 days, no more) to 2023-05-01
    # give 11 or 12. From 2022-07-01 to 2023-05-01: 11. (11 * 60 + 3 * 80) / 14 = 64.29.
    baseline = health.baselines(course, told)
    assert baseline[-1, 0] == pytest.approx((11 * 60 + 3 * 80) / 14)
    assert health.drops(told, baseline)[-1, 0] == pytest.approx(1 - 30 / ((11 * 60 + 3 * 80) / 14))


def test_what_happens_on_a_day_does_not_change_the_baseline_of_days_before() -> None:
    course = company()
    before = health.baselines(course, health.overall(health.history(course), WEIGHTS))
    course.values[-1] += 5.0
    after = health.baselines(course, health.overall(health.history(course), WEIGHTS))
    assert np.array_equal(before[:-1], after[:-1], equal_nan=True)


def test_readings_are_told_by_the_size_of_their_points() -> None:
    points, strain = np.array([1.0, -3.0, 0.0, 2.0, 9.0]), np.array([1.0, -1.0, 0.0, 1.0, np.nan])
    assert health.told(points, strain, 2) == [1, 3]
    assert health.told(points, strain, 9) == [1, 3, 0]
