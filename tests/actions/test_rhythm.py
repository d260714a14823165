"""The pieces under the names: regularity, season, the chance of a silence, and the likelihood of plain orders."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln
from scipy.stats import gamma

from actions.likelihood import laid, log_silence, silence_table, unchanged
from actions.rhythm import PAST, YEAR, clocked, orders, regularity, season

DAY = pd.Timestamp("2024-06-30")


@pytest.mark.parametrize("shape", [0.7, 1.0, 2.3, 6.0])
@pytest.mark.parametrize("time", [0.0, 0.31, 1.0, 4.7, 20.0])
def test_the_table_of_silences_is_the_gamma_law(shape, time):
    # Gaps of shape k and mean 1: gamma with scale 1 / k.
    wanted = gamma.logsf(time, shape, scale=1 / shape)
    assert log_silence(silence_table(), shape, time) == pytest.approx(wanted, abs=0.03 + 0.01 * abs(wanted))


@pytest.mark.parametrize("shape", [1.0, 2.5, 5.0])
def test_regularity_is_found_again(shape):
    rng = np.random.default_rng(1)
    gaps = rng.gamma(shape, 1 / shape, (50, 200))
    found = regularity(gaps.ravel(), np.repeat(np.arange(50), 200), 50)
    assert np.median(found) == pytest.approx(shape, rel=0.1)


def test_plain_orders_have_the_likelihood_of_their_formula():
    # Four orders 10 days apart, the last 10 days and a half before the end of the day, gaps of shape 1: the
    # marginal of three exponential gaps with the sum 30 is Gamma(3) / 30^3, the silence exp(-3 / 30 * 10.5).
    age = np.array([40, 30, 20, 10])
    clock = clocked(np.ones((1, PAST)))
    rows = laid(np.array([0, 4]), age, np.zeros(4), clock, np.ones(1), np.ones(1), silence_table())
    steady, stopped = unchanged(rows, 300.0)
    assert steady[0] == pytest.approx(gammaln(3) - 3 * np.log(30) - 1.05, abs=0.01)
    # A stop: the next order was to come on a day of the silence, of 300 days on which it may have begun. The chance
    # that it was still to come is 1 / 1.05 * (1 - exp(-1.05)) on the mean.
    wanted = gammaln(3) - 3 * np.log(30) + np.log((1 - np.exp(-1.05)) / 1.05 * 10.5 / 300)
    assert stopped[0] == pytest.approx(wanted, abs=0.01)


def bought(share_in_winter: float) -> pd.DataFrame:
    """Sixty customers over three years; on a winter day (December to February) they order so much more seldom."""
    rng = np.random.default_rng(2)
    days = pd.date_range(DAY - pd.Timedelta(days=1095), DAY)
    chance = np.where(days.month.isin([12, 1, 2]), share_in_winter, 1.0) / 8
    rows = [days[rng.random(len(days)) < chance] for _ in range(60)]
    return pd.DataFrame(
        {
            "customer_id": np.repeat([f"C{i:02d}" for i in range(60)], [len(r) for r in rows]),
            "day": np.concatenate(rows),
            "amount": 1.0,
        }
    )


def test_a_weak_winter_is_the_cohorts_season_and_nobodys_own():
    made = orders(bought(0.3), DAY)
    learnt = season(made, [""] * 60)
    daily = learnt.daily(slice(0, 60)).mean(axis=0)[::-1]
    # Mid-January lies 167 days before the end of June, mid-May 45; what is learnt is drawn to 1.
    assert 0.25 < daily[167] / daily[45] < 0.45
    assert np.hypot(*learnt.wave.T).max() < 0.35


def test_the_season_of_an_ordinary_year_is_one_on_the_whole():
    learnt = season(orders(bought(0.3), DAY), [""] * 60)
    year = learnt.daily(slice(0, 1))[0, -int(YEAR) :]
    assert year.mean() == pytest.approx(1.0, abs=0.1)


def test_without_a_year_of_records_there_is_no_season():
    recent = bought(0.3)
    recent = recent[recent["day"] > DAY - pd.Timedelta(days=200)]
    learnt = season(orders(recent, DAY), [""] * 60)
    assert np.all(learnt.daily(slice(0, 60)) == 1.0)
