"""The level of a date: what is learnt of the season, and what is known before."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from models import level
from models.attribution import on_probability
from models.calibration import Calibration
from models.level import Activity, Level, Shifted, fit

FIRST = 14_000
HORIZON = 90


def market(days, growth=0.0, season=0.5):
    """Purchases a day: a season of one wave a year that peaks on day 300 of the records, and growth a year."""
    day = np.arange(days)
    rate = 200 * np.exp(season * np.cos(2 * np.pi * (day - 300) / 365) + growth * day / 365)
    return Activity(FIRST, tuple(int(n) for n in np.round(rate)))


def truth(activity, day):
    """The shift of a world in which it is -1.2 times the index, by the purchases that came."""
    return -1.2 * level._index(np.asarray(activity.counts, float), day - activity.first, HORIZON)


def known(whole, until, dates):
    """What was known on ``until`` of a market that went on."""
    seen = Activity(FIRST, whole.counts[: until - FIRST + 1])
    shifts = tuple(truth(whole, day) for day in dates)
    return Level(HORIZON, seen, tuple(dates), shifts, (0.002,) * len(dates))


@pytest.mark.parametrize("growth", [0.0, 0.3])
def test_a_season_seen_once_is_expected_again(growth):
    whole = market(1000, growth)
    day = FIRST + 730
    told = known(whole, day, [FIRST + 150 + 30 * k for k in range(17)])  # the last is known on day 720
    last = told.shifts[-1]
    assert abs(truth(whole, day) - last) > 0.3  # the season has turned since
    assert abs(told.shift(day) - truth(whole, day)) < 0.08


def test_nothing_is_shifted_while_the_records_are_younger_than_a_year():
    whole = market(900)
    day = FIRST + 400
    told = known(whole, day, [FIRST + 150 + 30 * k for k in range(6)])
    assert told.activity.growth() is None  # 401 days share 36 with the year before; 60 are wanted
    assert told.shift(day) == 0.0


def test_nothing_is_shifted_beyond_what_last_year_can_tell():
    told = known(market(900), FIRST + 650, [FIRST + 150 + 30 * k for k in range(14)])
    assert told.shift(FIRST + 650 + 365 - HORIZON) != 0.0  # its window ahead ends a year after what is known
    assert told.shift(FIRST + 650 + 365 - HORIZON + 1) == 0.0


def test_a_year_ahead_is_last_year_times_the_growth():
    counts = (10,) * 400 + (
        15,
    ) * 200  # 600 days: the last 180 (15 a day) against those of a year before (10)
    activity = Activity(FIRST, counts)
    assert activity.growth() == pytest.approx(1.5)
    ahead = activity.ahead()
    assert len(ahead) == 600 + 365
    assert ahead[600] == pytest.approx(15.0)  # day 600 as day 235 was: 10 times 1.5
    assert ahead[964] == pytest.approx(22.5)  # as day 599 was: 15 times 1.5


def test_the_index_by_hand():
    counts = np.concatenate([np.full(180, 10.0), np.full(90, 20.0)])
    assert level._index(counts, 179, 90) == pytest.approx(np.log(2))  # 20 a day ahead, 10 behind
    assert level._index(counts, 180, 90) is None  # the window ahead is a day short
    assert level._index(counts, 58, 90) is None  # 59 days behind are too few
    assert level._index(np.zeros(400), 200, 90) is None


def test_what_a_date_needed_is_found():
    rng = np.random.default_rng(2)
    days = np.repeat([15_000, 15_030], 4000)
    odds = rng.normal(-1, 1, len(days))
    needed = np.where(days == 15_000, 0.6, -0.4)
    y = (rng.random(len(days)) < expit(odds + needed)).astype(int)
    found = fit(expit(odds), y, days, market(900), HORIZON)
    assert found.days == (15_000, 15_030)
    for shift, variance, true in zip(found.shifts, found.variances, (0.6, -0.4), strict=True):
        assert abs(shift - true) < 3 * np.sqrt(variance)
        assert variance == pytest.approx(1 / (4000 * 0.17), rel=0.25)  # p (1 - p) is .17 on average


def test_a_date_on_which_nobody_left_has_a_finite_shift():
    found = fit(np.full(50, 0.3), np.zeros(50), np.full(50, 15_000), market(900), HORIZON)
    # half a leaver among 51: logit(.5 / 51) less logit(.3)
    assert found.shifts[0] == pytest.approx(logit(0.5 / 51) - logit(0.3))


def test_a_level_is_read_back_as_it_was_written():
    told = known(market(900), FIRST + 650, [FIRST + 150 + 30 * k for k in range(14)])
    assert Level.from_json(json.loads(json.dumps(told.to_json()))) == told
    with pytest.raises(ValueError, match="one shift and one variance"):
        Level.from_json(replace(told, shifts=told.shifts[:-1]).to_json())


SCORES = np.linspace(-4, 4, 401)
MAPS = [
    Calibration("sigmoid", "log-odds", {"a": (0.8,), "b": (-0.3,)}),
    Calibration("isotonic", "log-odds", {"x": (-2.0, 0.0, 2.0), "y": (0.1, 0.1, 0.9)}),
]


@pytest.mark.parametrize("map_", MAPS)
@pytest.mark.parametrize("by", [-1.1, 0.0, 0.7])
def test_a_shift_moves_log_odds_and_keeps_the_order(map_, by):
    p, moved = map_.probability(SCORES), Shifted(map_, by).probability(SCORES)
    np.testing.assert_allclose(logit(moved), logit(p) + by, rtol=0, atol=1e-12)
    assert (np.diff(moved) >= 0).all()


@pytest.mark.parametrize("map_", MAPS)
def test_the_slope_of_a_shifted_map_is_its_derivative(map_):
    at = np.array([-1.5, 0.3, 1.2])
    moved, step = Shifted(map_, 0.9), 1e-6
    risen = (moved.probability(at + step) - moved.probability(at - step)) / (2 * step)
    np.testing.assert_allclose(moved.slope(at), risen, rtol=1e-5, atol=1e-9)


def test_zero_and_one_stay_where_they_are():
    plain = Calibration("identity", "probability", {})
    np.testing.assert_array_equal(Shifted(plain, 2.0).probability([0.0, 1.0]), [0.0, 1.0])


@pytest.mark.parametrize("map_", MAPS)
def test_contributions_add_up_to_the_shifted_probability(map_):
    phi = np.random.default_rng(3).normal(size=(50, 4))
    moved = Shifted(map_, -0.8)
    contributions, base = on_probability(phi, 0.2, moved)
    served = moved.probability(0.2 + phi.sum(axis=1))
    np.testing.assert_allclose(base + contributions.sum(axis=1), served, rtol=0, atol=1e-12)
