"""Some causes bring a second one; the truth names both and says which leads."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulator.causes import CAUSES, NONE
from simulator.company import Company, simulate
from simulator.departures import Plan, plan
from simulator.pressure import Spells
from simulator.seconds import CHANCES, draw, ranked
from simulator.settings import World
from simulator.traits import draw as people

MANY = World(customers=20_000, leaving=0.5)


@pytest.fixture(scope="module")
def planned() -> Plan:
    rng = np.random.default_rng(1)
    return plan(rng, MANY, people(rng, MANY))


@pytest.fixture(scope="module")
def second(planned: Plan) -> Spells:
    """Of customers that are not bent to any cause."""
    plain = replace(people(np.random.default_rng(1), MANY), bent=np.zeros((MANY.customers, len(CAUSES))))
    return draw(np.random.default_rng(2), MANY, plain, planned)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(World(customers=1500, days=900, leaving=0.4, second=0.5), seed=3)


def test_the_chances_after_each_cause_add_up_to_one() -> None:
    for place, cause in enumerate(CAUSES):
        assert CHANCES[place].sum() == pytest.approx(1.0 if cause.moves else 0.0), cause.name
        assert CHANCES[place, place] == 0.0, "a cause does not follow itself"
    assert not CHANCES[:, CAUSES.index(NONE)].any()


def test_a_fifth_of_the_spells_bring_a_second_leaving_or_not(planned: Plan, second: Spells) -> None:
    able = planned.spells.cause != CAUSES.index(NONE)
    for leaving in (True, False):
        first = (able & (planned.spells.leaving == leaving)).sum()
        # About 10,000 of each: a standard deviation is .004.
        assert (second.leaving == leaving).sum() / first == pytest.approx(0.20, abs=0.015)


def test_causes_follow_each_other_as_declared(planned: Plan, second: Spells) -> None:
    first = pd.Series(
        planned.spells.cause[planned.spells.leaving], planned.spells.customer[planned.spells.leaving]
    )
    ends = second.among(second.leaving)
    for place, cause in enumerate(CAUSES):
        if not cause.moves:
            continue
        after = ends.cause[first.reindex(ends.customer).to_numpy() == place]
        found = np.bincount(after, minlength=len(CAUSES)) / len(after)
        # About 250 each at least: two and a half standard deviations are .08.
        assert found == pytest.approx(CHANCES[place], abs=0.08), cause.name


def test_a_second_cause_sets_in_after_the_first_and_ends_with_it(planned: Plan, second: Spells) -> None:
    ends = second.among(second.leaving)
    onset = np.full(MANY.customers, np.nan)
    leaving = planned.spells.leaving
    onset[planned.spells.customer[leaving]] = planned.spells.onset[leaving]
    lead = planned.ripe[ends.customer] - onset[ends.customer]
    part = (ends.onset - onset[ends.customer]) / lead
    assert part.min() >= 0.0 - 1 / 45  # onsets are whole days, and a lead has at least 45
    assert part.max() <= 0.4
    assert (ends.onset + ends.rise <= planned.ripe[ends.customer]).all(), "in full strength before the end"
    assert np.isinf(ends.hold_until).all()


def test_the_leading_cause_is_the_louder_one_on_the_last_day(company: Company) -> None:
    leavers = company.leavers
    two = leavers.dropna(subset="second_cause")
    assert len(two) > 50
    assert (two["loudness"] >= two["second_loudness"]).all()
    assert (two["cause"] != two["second_cause"]).all()
    assert (
        leavers.loc[leavers["second_cause"].isna(), ["second_onset_on", "second_strength"]]
        .isna()
        .all(axis=None)
    )
    began_later = two["onset_on"] > two["second_onset_on"]
    assert 0.02 < began_later.mean() < 0.5, "the second sometimes leads"


def test_a_leaver_without_a_sign_has_no_second_cause(company: Company) -> None:
    silent = company.leavers[company.leavers["cause"] == "none"]
    assert len(silent) > 20
    assert silent["second_cause"].isna().all()
    assert (silent["loudness"] == 0).all()


def test_both_causes_of_a_leaver_stand_among_the_spells(company: Company) -> None:
    spells = company.spells[company.spells["leaving"]]
    known = set(zip(spells["customer_id"], spells["cause"], spells["onset_on"], strict=True))
    two = company.leavers.dropna(subset="second_cause")
    for prefix in ("", "second_"):
        named = zip(two["customer_id"], two[f"{prefix}cause"], two[f"{prefix}onset_on"], strict=True)
        assert set(named) <= known


def test_the_second_is_ranked_first_where_it_is_louder(second: Spells) -> None:
    one = second.among(np.arange(len(second.cause)) < 1)
    faint = replace(one, moves=one.moves * 0.5, onset=one.onset - 10)
    last = one.onset + one.rise + 1
    leads, follows, loud, quieter = ranked(faint, one, last)
    assert leads.onset == one.onset
    assert follows == [0]
    assert loud == pytest.approx(2 * quieter)
    leads, follows, loud, quieter = ranked(one, one.among(np.zeros(1, dtype=bool)), last)
    assert (leads.onset, follows) == (one.onset, [-1])
    assert np.isnan(quieter)
