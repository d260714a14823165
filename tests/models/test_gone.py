import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import gone
from models.families import FAMILIES


@pytest.fixture(scope="module")
def left_already(company):
    """Of those that left, the silent ones are mostly gone."""
    rng = np.random.default_rng(9)
    chance = 1 / (1 + np.exp(1 - 0.05 * company.X["silence"].to_numpy()))
    return np.where(company.y == 1, (rng.random(len(company.y)) < chance).astype(float), np.nan)


def test_the_share_is_learned_from_the_departing_alone(company, left_already, quick):
    model = gone.fit(company.X, company.y, left_already, seed=1, params=quick)
    model = gone.calibrated(model, company.X, company.y, left_already, company.customers)
    q = model.share(company.X)
    departing = company.y == 1
    assert model.calibration is not None
    assert q[departing].mean() == pytest.approx(left_already[departing].mean(), abs=0.05)
    assert np.corrcoef(q, company.X["silence"])[0, 1] > 0.3
    again = gone.load(model.to_files())
    assert again.share(company.X).tobytes() == q.tobytes()
    assert again.to_files() == model.to_files()


def test_those_that_stay_teach_nothing(company, left_already, quick):
    leavers = company.y == 1
    some = gone.fit(company.X[leavers], company.y[leavers], left_already[leavers], seed=1, params=quick)
    everybody = gone.fit(company.X, company.y, left_already, seed=1, params=quick)
    assert some.to_files() == everybody.to_files()


def test_the_share_is_the_mean_of_three_families_in_log_odds(company, left_already, quick):
    model = gone.fit(company.X, company.y, left_already, seed=1, params=quick)
    assert tuple(model.models) == FAMILIES
    alone = [gone.Gone((1, 2), {family: one}).share(company.X) for family, one in model.models.items()]
    # The mean of log-odds is the log-odds of the geometric means of q and of 1 - q.
    kept, went = (np.prod(side, axis=0) ** (1 / 3) for side in (alone, [1 - q for q in alone]))
    assert model.share(company.X) == pytest.approx(kept / (kept + went))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1))
def test_the_gone_are_never_more_than_the_departing(pairs):
    p, q = (np.array(column) for column in zip(*pairs, strict=True))
    some = gone.p_gone(p, q)
    assert ((some >= 0) & (some <= p)).all()


def test_with_few_departing_the_share_is_one_number(company):
    label = np.zeros(600, dtype=int)
    label[:12] = 1
    left = np.full(600, np.nan)
    left[:12] = [1] * 8 + [0] * 4
    model = gone.fit(company.X, label, left, seed=1)
    # Laplace: 8 of 12 are gone, so (8 + 1) / (12 + 2).
    assert not model.models
    assert set(model.share(company.X)) == {9 / 14}
    # Later dates say the same again: (16 + 1) / (24 + 2).
    later = gone.calibrated(model, company.X, label, left, company.customers)
    assert later.rate == 17 / 26
    assert gone.load(later.to_files()) == later


def test_nobody_departing_is_legal():
    import pandas as pd

    model = gone.fit(pd.DataFrame({"a": [1.0, 2.0]}), [0, 0], [np.nan, np.nan], seed=1)
    assert model.rate == 0.5


def test_with_few_later_departures_the_model_stays_as_it_is(company, left_already, quick):
    model = gone.fit(company.X, company.y, left_already, seed=1, params=quick)
    few = slice(0, 30)
    assert (
        gone.calibrated(model, company.X[few], company.y[few], left_already[few], company.customers[few])
        is model
    )
    assert ((model.share(company.X) > 0) & (model.share(company.X) < 1)).all()


def test_a_departing_customer_that_is_neither_is_refused(company):
    with pytest.raises(ValueError, match="gone or going"):
        gone.fit(company.X, company.y, np.full(600, np.nan), seed=1)
