"""What contacting is worth: by hand, by numerical integration, by simulated outcomes."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from models import profit
from models.profit import Offer


def company(n=20_000, seed=1, gone=0.0):
    """Customers whose probabilities are true, with values that differ a thousandfold."""
    rng = np.random.default_rng(seed)
    p = rng.beta(1.2, 4.0, n)
    left = (rng.random(n) < p).astype(float)
    return p, left, rng.lognormal(6, 1.3, n), left * (rng.random(n) < gone)


# What one contact brings


def test_each_kind_of_customer_brings_what_the_formula_says():
    offer = Offer(contact_cost=10, incentive_share=0.05, alpha=6, beta=14)  # gamma is 0.3 on average
    told = profit.brought([1, 0], [1000, 1000], offer)
    # left: 0.3 * 0.95 * 1000 - 10 = 275; stayed: -0.05 * 1000 - 10 = -60
    assert told == pytest.approx([275, -60])


def test_what_is_expected_is_the_mean_of_what_may_happen():
    offer = Offer(contact_cost=10)
    if_left, if_stayed = profit.brought([1, 0], [700, 700], offer)
    assert profit.brought([0.25], [700], offer) == pytest.approx(0.25 * if_left + 0.75 * if_stayed)


def test_of_the_gone_fewer_accept():
    offer = Offer(contact_cost=10, incentive_share=0.05, alpha=6, beta=14, gone_factor=0.5)
    told = profit.brought([1, 1], [1000, 1000], offer, gone=[1, 0])
    # 0.15 * 0.95 * 1000 - 10 = 132.5, and 275 as before
    assert told == pytest.approx([132.5, 275])
    nobody_returns = Offer(contact_cost=10, gone_factor=0)
    assert profit.brought([1], [1000], nobody_returns, gone=[1]) == pytest.approx([-10])


def test_an_acceptance_told_by_its_mean_is_as_sure_as_that_of_the_literature():
    assert profit.acceptance(0.3) == pytest.approx((6, 14))
    assert Offer(alpha=6, beta=14).accepted_by(0.6).acceptance == pytest.approx(0.6)


@pytest.mark.parametrize(
    "wrong", [{"contact_cost": -1}, {"incentive_share": 1.0}, {"alpha": 0.0}, {"gone_factor": 2.0}]
)
def test_an_offer_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="Found contact cost"):
        Offer(**wrong)


def test_a_value_below_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 0"):
        profit.brought([1], [-5.0], Offer())


# EMPC and MPC


def by_integration(y, p, value, offer):
    """EMPC without hull or incomplete beta: every cut at every gamma, integrated numerically."""
    y, p = np.asarray(y, dtype=float), np.asarray(p, dtype=float)
    cuts = np.append(np.inf, np.unique(p)[::-1])
    above = p[None, :] >= cuts[:, None]
    leavers, stayers = above @ y / len(y), above @ (1 - y) / len(y)
    delta, f = offer.incentive_share, offer.contact_cost

    gamma = np.linspace(0, 1, 20_001)
    gain = ((gamma * (1 - delta) * value - f)[:, None] * leavers - (delta * value + f) * stayers).max(axis=1)
    return np.trapezoid(gain * beta.pdf(gamma, offer.alpha, offer.beta), gamma)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "offer",
    [Offer(), Offer(contact_cost=60, incentive_share=0.15), Offer(contact_cost=0, alpha=2, beta=2)],
)
def test_empc_is_the_integral_that_defines_it(seed, offer):
    rng = np.random.default_rng(seed)
    p = rng.random(60).round(1)  # with ties
    y = (rng.random(60) < p).astype(float)
    assert profit.empc(y, p, 200, offer).profit == pytest.approx(by_integration(y, p, 200, offer), rel=1e-4)


def test_empc_of_the_published_example():
    """Eight customers, CLV 200, incentive 10, contact 1, Beta(6, 14): as the documentation of Empulse tells it."""
    y, p = [0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]
    told = profit.empc(y, p, 200, Offer(contact_cost=1, incentive_share=0.05, alpha=6, beta=14))
    assert told.profit == pytest.approx(23.875593418348124, abs=1e-12)
    assert told.share == pytest.approx(0.8743700763487141, abs=1e-12)


def test_mpc_by_hand():
    """Value 200, gamma 0.3: a leaver brings 0.3 * 190 - 1 = 56, a stayer costs 10 + 1 = 11."""
    y, p = [1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]
    # Cuts bring 56, 45, 101 and 90 of four customers: 101 / 4 = 25.25, three of four contacted.
    assert profit.mpc(y, p, 200, Offer(contact_cost=1)) == pytest.approx((25.25, 0.75))


def test_an_acceptance_that_is_certain_makes_empc_mpc():
    p, y, _, _ = company(300)
    sure = Offer(alpha=3e6, beta=7e6)
    assert profit.empc(y, p, 200, sure).profit == pytest.approx(profit.mpc(y, p, 200, sure).profit, rel=1e-3)


def test_knowing_the_acceptance_first_is_never_worth_less():
    p, y, _, _ = company(300)
    assert profit.empc(y, p, 200, Offer()).profit >= profit.mpc(y, p, 200, Offer()).profit


def test_what_each_customer_adds_makes_the_measure_and_its_interval():
    """Held against measures found anew in each of 300 resamples: as wide, and not biased upwards."""
    p, y, value, _ = company(600)
    rng = np.random.default_rng(2)
    offer = Offer()
    for measure, parts, worth in (
        (profit.empc, profit.empc_parts, 900.0),
        (profit.empb, profit.empb_parts, value),
    ):
        adds, _ = parts(y, p, worth, offer)
        assert adds.mean() == pytest.approx(measure(y, p, worth, offer).profit)
        anew, fixed = [], []
        for _ in range(300):
            drawn = rng.integers(600, size=600)
            own = worth if np.isscalar(worth) else worth[drawn]
            anew.append(measure(y[drawn], p[drawn], own, offer).profit)
            fixed.append(adds[drawn].mean())
        assert np.std(fixed) == pytest.approx(np.std(anew), rel=0.15)
        assert 0 <= np.mean(anew) - np.mean(fixed) < np.std(fixed)


# EMPB


def test_empb_by_hand():
    """delta .05, f 15, gamma .3: leavers bring .285 * value - 15, stayers cost .05 * value + 15."""
    y, p, value = [1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], [1000, 200, 4000, 500]
    # 270, -25, 1125, -40: cuts bring 270, 245, 1370, 1330; the best is 1370 / 4 = 342.5 of three in four.
    assert profit.empb(y, p, value, Offer()) == pytest.approx((342.5, 0.75))


def test_empb_integrates_over_the_acceptance():
    """The mean over gamma of one list, numerically: the list of the best cut, each customer with its value."""
    p, y, value, _ = company(80, seed=4)
    offer = Offer(contact_cost=20)
    best = -np.inf
    for cut in np.unique(p):
        on = p >= cut

        def at(gamma, on=on):
            brings = y * (gamma * 0.95 * value - 20) - (1 - y) * (0.05 * value + 20)
            return brings[on].sum() * beta.pdf(gamma, 6, 14)

        best = max(best, quad(at, 0, 1, limit=200)[0])
    assert profit.empb(y, p, value, offer).profit == pytest.approx(best / 80, rel=1e-8)


def test_nobody_worth_contacting_is_worth_nothing():
    p, y, value, _ = company(100)
    dear = Offer(contact_cost=1e9)
    assert profit.empb(y, p, value, dear) == (0, 0)
    assert profit.empc(y, p, 200, dear) == (0, 0)
    assert profit.mpc(y, p, 200, dear) == (0, 0)


def test_nobody_asked_about_is_refused():
    with pytest.raises(ValueError, match="no customer"):
        profit.empc([], [], 200, Offer())


# Policies

COSTS = [
    Offer(),
    Offer(contact_cost=80),
    Offer(contact_cost=5, incentive_share=0.02),
    Offer(contact_cost=15, incentive_share=0.15),
    Offer(contact_cost=30, alpha=12, beta=8),
    Offer(contact_cost=15, gone_factor=0.0),
]


@pytest.mark.parametrize("offer", COSTS)
def test_never_always_and_random_lose_to_a_good_model(offer):
    p, left, value, gone = company(gone=0.4)
    q = 0.4 * p
    listed = profit.worth_contacting(p, value, offer, q)
    told = {name: brings.mean() for name, brings in profit.policies(listed, left, value, offer, gone).items()}
    assert told["model"] > max(told["nobody"], told["everyone"], told["random"])
    assert told["foresight"] > told["model"]


@pytest.mark.parametrize("offer", COSTS)
def test_a_model_that_knows_nothing_earns_no_more_than_the_best_plain_policy_by_value(offer):
    """The same probability for everybody: the list still differs, because the values do."""
    p, left, value, gone = company()
    flat = np.full(len(p), left.mean())
    blind = profit.policies(profit.worth_contacting(flat, value, offer), left, value, offer, gone)["model"]
    good = profit.policies(profit.worth_contacting(p, value, offer), left, value, offer, gone)["model"]
    assert good.mean() > blind.mean()


def test_what_a_calibrated_model_expects_is_what_happens():
    p, left, value, _ = company()
    offer = Offer()
    listed = profit.worth_contacting(p, value, offer)
    expected = profit.brought(p, value, offer)[listed]
    happened = profit.brought(left, value, offer)[listed]
    error = (expected - happened).std() / np.sqrt(len(expected))
    assert abs(expected.mean() - happened.mean()) < 3 * error


def test_a_random_list_brings_the_mean_of_all_lists_of_its_length():
    p, left, value, _ = company(400)
    offer = Offer()
    listed = profit.worth_contacting(p, value, offer)
    rng = np.random.default_rng(0)
    brings = profit.brought(left, value, offer)
    drawn = [rng.choice(brings, listed.sum(), replace=False).sum() / 400 for _ in range(4000)]
    error = np.std(drawn) / np.sqrt(4000)
    told = profit.policies(listed, left, value, offer)["random"].mean()
    assert abs(told - np.mean(drawn)) < 4 * error


def test_the_list_shrinks_as_contacts_grow_dear_and_grows_with_the_acceptance():
    p, left, value, _ = company(2000)
    table = profit.sensitivity(
        p, left, value, Offer(), acceptances=[0.1, 0.3, 0.6], contact_costs=[0.0, 15.0, 100.0]
    )
    shares = table.pivot(index="contact_cost", columns="acceptance", values="contacted").to_numpy()
    assert (np.diff(shares, axis=0) < 0).all()
    assert (np.diff(shares, axis=1) > 0).all()
    assumed = table[(table["acceptance"] == 0.3) & (table["contact_cost"] == 15)].iloc[0]
    listed = profit.worth_contacting(p, value, Offer())
    assert assumed["model"] == pytest.approx(profit.policies(listed, left, value, Offer())["model"].mean())
