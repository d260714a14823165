import numpy as np
import pandas as pd
import pytest

from models import dependence, families, overview
from models.dependence import interactions
from models.overview import EVERYBODY, agreement, by_chance, pulls, same_lead, weights


def told(frame, group, cause):
    return frame.set_index(["group", "cause"]).loc[(group, cause)]


def test_a_push_is_the_mean_of_what_raises_and_a_pull_of_what_lowers():
    parts = pd.DataFrame({"demand": [0.3, -0.1, 0.2, 0.0], "price": [0.1, 0.0, -0.2, 0.0]})
    groups = {"key": np.array([True, True, False, False]), "small": np.array([False, False, True, True])}
    leads = ["demand", "none", "demand", "none"]
    found = pulls(parts, leads, groups, ["a", "b", "c", "d"], [1, 1, 1, 1])
    one = told(found, "key", "demand")
    # Among key: (.3 + 0) / 2 up, (0 - .1) / 2 down, 1 of 2 led by demand; the others (.2 + 0) / 2 up.
    assert (one["rows"], one["raises"], one["lowers"], one["leading"]) == (2, 0.15, -0.05, 0.5)
    assert one["more"] == pytest.approx(0.15 - 0.10)
    assert told(found, "small", "price")["more"] == pytest.approx(0.0 - 0.05)
    assert told(found, "small", "price")["lowers"] == -0.1
    assert not found["apart"].any()  # of four customers nothing can be said


def test_everybody_is_held_against_nobody():
    parts = pd.DataFrame({"demand": [0.3, -0.1]})
    found = pulls(parts, ["demand", "none"], {EVERYBODY: np.ones(2, bool)}, ["a", "b"], [1, 1])
    assert found["more"].isna().all()
    assert not found["apart"].any()


def company(rng, customers=300, dates=3):
    """Contributions as skewed as real ones: one in twenty customers holds most of each push."""
    who, when = np.repeat(np.arange(customers), dates), np.tile(np.arange(dates), customers)
    heavy = np.where(rng.random((customers, 4)) < 0.05, rng.exponential(0.4, (customers, 4)), 0.003)
    return pd.DataFrame(heavy[who], columns=list("abcd")), who, when


def test_groups_that_do_not_differ_are_seldom_said_to(monkeypatch):
    monkeypatch.setattr(overview, "SHUFFLES", 200)
    rng = np.random.default_rng(4)
    parts, who, when = company(rng)
    apart = 0
    for seed in range(40):
        of = rng.integers(0, 5, 300)[who]
        groups = {str(name): of == name for name in range(5)}
        apart += pulls(parts, np.full(len(parts), "a"), groups, who, when, seed=seed)["apart"].any()
    # One in twenty is promised: 2 of 40; 7 or more would come by chance in 3 of 1,000 such tests.
    assert apart < 7


def test_a_group_that_does_differ_is_named_and_no_other_cause():
    rng = np.random.default_rng(5)
    parts, who, when = company(rng)
    of = rng.integers(0, 3, 300)[who]
    parts.loc[of == 1, "b"] += 0.05
    groups = {str(name): of == name for name in range(3)}
    found = pulls(parts, np.full(len(parts), "b"), groups, who, when)
    assert told(found, "1", "b")["apart"]
    assert not found[found["cause"] != "b"]["apart"].any()


def test_a_date_that_moves_every_customer_a_little_is_seen_within_customers_only():
    # Customers differ far more from each other (.3) than the dates do (.01), but each of them moved.
    rng = np.random.default_rng(6)
    who, when = np.repeat(np.arange(100), 2), np.tile([0, 1], 100)
    parts = pd.DataFrame({"season": rng.exponential(0.3, 100)[who] + 0.01 * when})
    groups = {"May": when == 0, "June": when == 1}
    found = pulls(parts, np.full(200, "season"), groups, who, when, within=True)
    assert found["apart"].all()
    assert told(found, "June", "season")["more"] == pytest.approx(0.01)


def test_the_dealing_keeps_a_customers_rows_together():
    code, who, when = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1] * 3)
    dealt = list(overview._dealt(code, who, when, within=False, seed=0))
    assert len(dealt) == overview.SHUFFLES
    for one in dealt:
        assert (one[::2] == one[1::2]).all()
        assert sorted(one) == sorted(code)
    assert len({tuple(one) for one in dealt}) == 6  # 3 customers, 3 groups: every order comes up


def test_weights_are_shares_of_all_that_moves():
    found = weights(pd.DataFrame({"a": [0.3, -0.3], "b": [0.1, 0.1], "c": [0.0, 0.0]}))
    assert found.round(12).to_dict() == {"a": 0.75, "b": 0.25, "c": 0.0}
    assert weights(pd.DataFrame({"a": [0.0]})).to_dict() == {"a": 0.0}


def test_rankings_are_held_against_each_other():
    one = pd.Series({"a": 4.0, "b": 3.0, "c": 2.0, "d": 0.0})
    two = pd.Series({"a": 4.0, "b": 2.0, "c": 3.0, "d": 0.0})
    (row,) = agreement({"May": one, "June": two}, top=2).to_dict("records")
    # a, b against a, c: one shared. Of the three pairs of a, b, c two agree and one does not: (2 - 1) / 3.
    assert (row["one"], row["two"], row["shared"]) == ("May", "June", 1)
    assert row["tau"] == pytest.approx(1 / 3)
    assert np.isnan(agreement({"x": one * 0 + 1, "y": two})["tau"].iloc[0])
    assert agreement({"May": one}).empty


def test_what_weighs_nothing_is_among_no_strongest():
    assert overview.heaviest(pd.Series({"b": 1.0, "a": 1.0, "c": 0.0}), top=3) == {"a", "b"}
    assert overview.ordered(pd.Series({"b": 1.0, "a": 1.0, "c": 2.0})) == ["c", "a", "b"]


def test_chance_shares_ten_of_a_hundred_times_ten():
    assert by_chance(100) == 1.0  # each of ten is among the other ten with chance 10 / 100
    assert by_chance(5) == 5.0
    assert by_chance(0) == 0.0


def test_the_same_lead_is_the_mean_over_each_two():
    # First and second agree in 1 of 2, first and third in 2 of 2, second and third in 1 of 2.
    assert same_lead([["a", "b"], ["a", "c"], ["a", "b"]]) == pytest.approx(2 / 3)


def test_a_bin_never_parts_equal_values():
    x = np.array([0.0] * 60 + list(range(1, 41)))
    curve = dependence.dependence(x, -x / 100)
    assert curve["rows"].tolist() == [60, 10, 10, 10, 10]
    assert curve["low"].tolist() == [0, 1, 11, 21, 31]
    assert curve["high"].tolist() == [0, 10, 20, 30, 40]
    # Of 1 to 10 the middle is 5.5; the quartiles are 3.25 and 7.75, so -.0775 and -.0325.
    assert curve.loc[1, ["middle", "quarter", "median", "three_quarters"]].tolist() == pytest.approx(
        [5.5, -0.0775, -0.055, -0.0325]
    )


def test_few_values_are_a_bin_each_and_the_unknown_come_last():
    curve = dependence.dependence([2.0, np.nan, 1.0, 2.0, np.nan], [0.1, 0.5, -0.1, 0.3, 0.7])
    assert curve["rows"].tolist() == [1, 2, 2]
    assert curve["middle"].tolist()[:2] == [1.0, 2.0]
    assert np.isnan(curve["middle"].iloc[2])
    assert curve["median"].tolist() == pytest.approx([-0.1, 0.2, 0.6])
    assert dependence.dependence([np.nan], [0.2])["rows"].tolist() == [1]


@pytest.fixture(name="X")
def rows():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.normal(size=(200, 4)), columns=list("abcd"))
    return frame.assign(b=frame["a"] + 0.1 * frame["b"])  # a and b go together


def test_a_sum_has_no_interactions_whatever_goes_together(X):
    found = interactions(lambda X: np.exp(X["a"]).to_numpy() + X["b"].to_numpy() ** 2, X, list("abc"))
    assert (found["strength"] == 0).all()
    assert found.set_index(["first", "second"])["share"].loc[("a", "b")] == 0


def test_a_product_is_all_interaction_and_comes_first(X):
    found = interactions(lambda X: (10 * X["d"] + X["a"] * X["c"]).to_numpy(), X, list("acd"), points=40)
    first = found.iloc[0]
    assert (first["first"], first["second"]) == ("a", "c")
    # By hand: over the sample, F_ac = ac - mean(ac), F_a = a mean(c) and F_c = c mean(a), both centred.
    drawn = np.sort(np.random.default_rng(0).choice(200, size=40, replace=False))
    a, c = X["a"].to_numpy()[drawn], X["c"].to_numpy()[drawn]
    rest = (a * c - (a * c).mean()) - (a - a.mean()) * c.mean() - (c - c.mean()) * a.mean()
    assert first["strength"] == pytest.approx(np.sqrt((rest**2).mean()))
    assert first["share"] == pytest.approx((rest**2).mean() / (a * c).var())
    assert found["strength"].tolist()[1:] == [0, 0]


def test_a_boosted_family_of_stumps_is_a_sum():
    rng = np.random.default_rng(9)
    X = pd.DataFrame(rng.normal(size=(400, 3)), columns=list("abc"))
    y = (rng.random(400) < 1 / (1 + np.exp(-X["a"] * X["b"]))).astype(int)
    chosen = {"bags": 1, "trees": 20, "rate": 0.1, "leaf": 20, "l2": 1.0, "rows": 1.0, "columns": 1.0}
    stumps = families.fit("boosted", X, y, {**chosen, "leaves": 2}, seed=1)
    deep = families.fit("boosted", X, y, {**chosen, "leaves": 6}, seed=1)
    assert interactions(stumps.score, X, list("ab"), points=20)["strength"].tolist() == [0.0]
    assert interactions(deep.score, X, list("ab"), points=20)["strength"].iloc[0] > 0.01
