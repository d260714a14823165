import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from models.tiers import HIGH, LOW, TIERS, bounds, certificate, certificates, effective, tier


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


def test_customers_that_stand_once_are_worth_themselves():
    y = leavers(7, 20)
    assert effective(y, np.arange(20)) == 20
    assert certificate(y, "high", np.arange(20)) == certificate(y, "high")


def test_rows_that_only_repeat_a_customer_are_worth_one():
    """40 customers with three equal rows each: 40 customers, and a little less for their number."""
    y = np.repeat(leavers(30, 40), 3)
    worth = effective(y, np.repeat(np.arange(40), 3))
    assert 36 < worth <= 40
    assert certificate(y, "high")["bound"] > certificate(y, "high", np.repeat(np.arange(40), 3))["bound"]


def test_where_all_have_left_rows_of_a_customer_count_as_one():
    # 6^2 / (3^2 + 2^2 + 1^2) = 36 / 14
    assert effective(np.ones(6), [1, 1, 1, 2, 2, 3]) == pytest.approx(36 / 14)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=40))
def test_rows_are_worth_at_most_themselves_and_at_least_as_if_wholly_alike(drawn):
    groups, y = (np.array(column) for column in zip(*drawn, strict=True))
    count = np.unique(groups, return_counts=True)[1]
    worth = effective(y, groups)
    assert len(y) ** 2 / (count**2).sum() - 1e-9 <= worth <= len(y)


@pytest.mark.parametrize(("name", "rate"), [("high", HIGH), ("low", LOW)])
def test_a_pooled_tier_at_the_very_edge_of_its_claim_is_rarely_judged(name, rate):
    """1,000 tiers of 60 customers with three equal rows each, whose true rate is the edge itself: each wrong word
    (certified, refuted) has a chance of one in twenty. Bounds of rows give it in more than one in ten.
    """
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(60), 3)
    drawn = [np.repeat(rng.random(60) < rate, 3) for _ in range(1000)]
    told = [certificate(y, name, who)["verdict"] for y in drawn]
    naive = [certificate(y, name)["verdict"] for y in drawn]
    for verdict in ("certified", "refuted"):
        # 50 are expected at most; 71 are three standard deviations of a binomial more
        assert told.count(verdict) <= 71
        assert naive.count(verdict) > 100


def test_a_hollow_pooled_tier_is_refuted():
    """150 rows of 50 customers, each row drawn by itself, 20 points below what they were given."""
    rng = np.random.default_rng(4)
    who = np.repeat(np.arange(50), 3)
    p = rng.uniform(0.8, 1, size=(200, 150))
    told = [certificate(rng.random(150) < row - 0.2, "high", who)["verdict"] for row in p]
    assert told.count("refuted") >= 160


def test_certificates_tell_the_share_of_customers_and_of_leavers():
    told = certificates([1, 1, 0, 1, 0], [0.9, 0.85, 0.5, 0.1, 0.2], list("abcde"))
    assert [told[name]["customers"] for name in TIERS] == [2, 1, 2]
    assert [told[name]["of_customers"] for name in TIERS] == [0.4, 0.2, 0.4]
    assert [told[name]["of_leavers"] for name in TIERS] == [2 / 3, 0, 1 / 3]
    assert certificates([0], [0.9], ["a"])["high"]["of_leavers"] is None
