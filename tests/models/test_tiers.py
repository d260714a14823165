import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from models.tiers import TIERS, bounds, certificate, tier


def leavers(k, n):
    return np.r_[np.ones(k), np.zeros(n - k)]


def test_the_edges_belong_to_the_medium_tier():
    p = [0.0, np.nextafter(0.30, 0), 0.30, 0.80, np.nextafter(0.80, 1), 1.0]
    assert list(tier(p)) == ["low", "low", "medium", "medium", "high", "high"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_higher_probability_never_means_a_lower_tier(p):
    order = {name: place for place, name in enumerate(reversed(TIERS))}
    places = [order[str(name)] for name in tier(sorted(p))]
    assert places == sorted(places)


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_has_no_tier(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        tier([p])


def test_bounds_by_hand():
    # 10 of 10: the lower bound q has q^10 = .05, so .05^(1/10) = .741. None of 10: the upper is 1 less that.
    assert bounds(10, 10) == pytest.approx((0.05**0.1, 1.0))
    assert bounds(0, 10) == pytest.approx((0.0, 1 - 0.05**0.1))


@settings(deadline=None, max_examples=60)
@given(n=st.integers(1, 300), share=st.floats(0, 1))
def test_bounds_are_those_of_clopper_and_pearson(n, share):
    """At the bound what was seen, or more, has a chance of one in twenty."""
    k = round(n * share)
    lower, upper = bounds(k, n)
    assert lower <= k / n <= upper
    if k > 0:
        assert binom.sf(k - 1, n, lower) == pytest.approx(0.05)
    if k < n:
        assert binom.cdf(k, n, upper) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("name", "k", "n", "verdict"),
    [
        ("high", 14, 14, "certified"),  # .05^(1/14) = .807
        ("high", 13, 13, "too few"),  # .05^(1/13) = .794
        ("high", 90, 100, "certified"),
        ("high", 85, 100, "too few"),
        ("high", 80, 100, "too few"),
        ("high", 65, 100, "refuted"),
        ("low", 0, 9, "certified"),  # 1 - .05^(1/9) = .283
        ("low", 0, 8, "too few"),  # 1 - .05^(1/8) = .312
        ("low", 20, 100, "certified"),
        ("low", 45, 100, "refuted"),
        ("medium", 50, 100, "no claim"),
        ("medium", 99, 100, "no claim"),
    ],
)
def test_verdicts(name, k, n, verdict):
    told = certificate(leavers(k, n), name)
    assert told["verdict"] == verdict
    assert told["customers"] == n
    assert told["observed"] == k / n


def test_the_bound_is_the_one_that_the_claim_is_held_against():
    lower, upper = bounds(30, 40)
    assert certificate(leavers(30, 40), "high")["bound"] == lower
    assert certificate(leavers(30, 40), "low")["bound"] == upper
    assert certificate(leavers(30, 40), "medium")["bound"] is None


@pytest.mark.parametrize("name", TIERS)
def test_an_empty_tier_is_legal(name):
    told = certificate([], name)
    assert (told["customers"], told["observed"], told["bound"]) == (0, None, None)
    assert told["verdict"] == ("no claim" if name == "medium" else "too few")


def test_there_is_no_fourth_tier():
    with pytest.raises(ValueError, match="no tier 'extreme'"):
        certificate([], "extreme")


def test_a_claim_that_holds_is_rarely_refuted_and_a_hollow_one_mostly():
    """200 high tiers of 150 customers whose probabilities lie between .80 and 1."""
    rng = np.random.default_rng(8)
    p = rng.uniform(0.8, 1, size=(200, 150))
    true = [certificate(rng.random(150) < row, "high")["verdict"] for row in p]
    hollow = [certificate(rng.random(150) < row - 0.2, "high")["verdict"] for row in p]
    assert true.count("refuted") <= 10  # 5 %
    assert hollow.count("refuted") >= 160  # 80 %
