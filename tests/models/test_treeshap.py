from dataclasses import replace
from itertools import combinations
from math import factorial

import lightgbm as lgb
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from models import subtrees, trees, treeshap
from models.errors import Disagreement
from models.trees import Trees

FEATURES = 5
ROWS = 40


def grown(splits: list[int], seed: int = 0, features: int = FEATURES) -> Trees:
    """Trees with random splits, ``splits`` of them in each; some zeros go where the unknown do."""
    rng = np.random.default_rng(seed)
    parts = [_one(count, features, rng) for count in splits]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    starts = np.cumsum([0, *[len(part["left"]) for part in parts]])
    return Trees(features=features, single=False, starts=starts, **columns)


def _one(splits, features, rng):
    """A leaf, split again and again; the children of a split stand behind all nodes that were there."""
    left, right, cover = [-1], [-1], [float(rng.integers(50, 100))]
    for _ in range(splits):
        node = int(rng.choice([i for i, child in enumerate(left) if child < 0]))
        share = rng.uniform(0.1, 0.9)
        left[node], right[node] = len(left), len(left) + 1
        left, right = [*left, -1, -1], [*right, -1, -1]
        cover += [cover[node] * share, cover[node] * (1 - share)]
    n = len(left)
    leaf = np.array(left) < 0
    return {
        "left": np.array(left, np.int32),
        "right": np.array(right, np.int32),
        "feature": np.where(leaf, 0, rng.integers(0, features, n)).astype(np.int32),
        "threshold": rng.normal(size=n).round(1),
        "unknown_left": rng.random(n) < 0.5,
        "zero_left": rng.integers(-1, 2, n).astype(np.int8),
        "value": np.where(leaf, rng.normal(size=n), 0.0),
        "cover": np.array(cover),
    }


def customers(rows: int = ROWS, features: int = FEATURES, seed: int = 1) -> np.ndarray:
    """Numbers with one decimal, so that some stand on a threshold; some zero, some unknown."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, features)).round(1)
    X[rng.random(X.shape) < 0.15] = 0.0
    X[rng.random(X.shape) < 0.2] = np.nan
    return X


def worth(forest: Trees, x: np.ndarray, known: set[int], tree: int, node: int = 0) -> float:
    """What a tree is expected to give where only the features ``known`` are told, by the definition of the game."""
    at = forest.starts[tree] + node
    left, right = forest.left[at], forest.right[at]
    if left < 0:
        return float(forest.value[at])
    feature = int(forest.feature[at])
    if feature in known:
        value = x[feature]
        if np.isnan(value):
            goes_left = forest.unknown_left[at]
        elif value == 0 and forest.zero_left[at] >= 0:
            goes_left = forest.zero_left[at] == 1
        else:
            goes_left = value <= forest.threshold[at]
        return worth(forest, x, known, tree, left if goes_left else right)
    whole = forest.cover[at]
    return sum(
        forest.cover[forest.starts[tree] + child] / whole * worth(forest, x, known, tree, child)
        for child in (left, right)
    )


def by_coalitions(forest: Trees, x: np.ndarray, players: list[int]) -> list[float]:
    """Shapley values by their definition: over every coalition of the other players."""
    count = max(players) + 1

    def value(coalition: tuple[int, ...]) -> float:
        known = {feature for feature, player in enumerate(players) if player in coalition}
        return sum(worth(forest, x, known, tree) for tree in range(len(forest.starts) - 1))

    told = []
    for player in range(count):
        others = [other for other in range(count) if other != player]
        told.append(
            sum(
                factorial(size)
                * factorial(count - 1 - size)
                / factorial(count)
                * (value((*some, player)) - value(some))
                for size in range(count)
                for some in combinations(others, size)
            )
        )
    return told


@pytest.fixture(params=["looked up", "row by row"])
def way(request, monkeypatch):
    """Both ways to value a subtree: as compiled, and in plain Python with room for one answer of one bit."""
    if request.param == "row by row":
        plain(monkeypatch, bits=1)
    return request.param


def plain(monkeypatch, bits):
    """The loops as Python runs them, with tables of ``bits`` bits."""
    for name in (
        "explain",
        "_walked",
        "_split",
        "_group",
        "_slot",
        "_answers",
        "_distinct",
        "_look_up",
        "_tile",
        "_shared",
    ):
        monkeypatch.setattr(subtrees, name, getattr(subtrees, name).py_func)
    monkeypatch.setattr(treeshap, "explain", subtrees.explain)
    monkeypatch.setattr(subtrees, "BITS", bits)


@pytest.mark.parametrize("splits", [[1], [6, 6], [0, 9, 1], [14]])
def test_a_value_is_the_mean_over_all_orders_in_which_the_features_are_told(splits, way):
    forest, X = grown(splits), customers(8)
    phi, base = treeshap.contributions(forest, X)
    each = list(range(FEATURES))
    assert base == pytest.approx(
        sum(worth(forest, X[0], set(), tree) for tree in range(len(splits))), abs=1e-14
    )
    np.testing.assert_allclose(phi, [by_coalitions(forest, x, each) for x in X], rtol=0, atol=1e-13)


@pytest.mark.parametrize("players", [[0, 0, 1, 1, 1], [2, 0, 1, 0, 2], [0, 0, 0, 0, 0]])
def test_a_group_is_worth_what_it_tells_together(players, way):
    forest, X = grown([6, 11]), customers(8)
    phi, _ = treeshap.contributions(forest, X, players)
    np.testing.assert_allclose(phi, [by_coalitions(forest, x, players) for x in X], rtol=0, atol=1e-13)


def test_a_group_is_not_the_sum_of_its_features():
    forest, X = grown([6, 11]), customers(8)
    alone, _ = treeshap.contributions(forest, X)
    together, _ = treeshap.contributions(forest, X, [0, 0, 1, 1, 1])
    assert np.abs(alone[:, :2].sum(axis=1) - together[:, 0]).max() > 0.01


def test_base_and_values_add_up_to_the_output_of_the_trees():
    forest, X = grown([30, 60, 5], features=20), customers(200, 20)
    phi, base = treeshap.contributions(forest, X)
    output = [sum(worth(forest, x, set(range(20)), tree) for tree in range(3)) for x in X]
    np.testing.assert_allclose(base + phi.sum(axis=1), output, rtol=0, atol=1e-13)


def test_one_feature_asked_again_and_again_on_a_path_is_one_player():
    # x <= 3, then x <= 2, then x <= 1: a row at 0.5 passes all three, as 1/2 * 1/2 * 1/2 of the training rows do.
    forest = Trees(
        features=1,
        single=False,
        starts=np.array([0, 7]),
        left=np.array([1, 3, -1, 5, -1, -1, -1], np.int32),
        right=np.array([2, 4, -1, 6, -1, -1, -1], np.int32),
        feature=np.zeros(7, np.int32),
        threshold=np.array([3.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
        unknown_left=np.zeros(7, bool),
        zero_left=np.full(7, -1, np.int8),
        value=np.array([0, 0, 0, 0, 0, 8.0, 0]),
        cover=np.array([80.0, 40, 40, 20, 20, 10, 10]),
    )
    phi, base = treeshap.contributions(forest, [[0.5], [1.5], [np.nan]])
    assert base == 8.0 / 8
    np.testing.assert_allclose(phi, [[8.0 - 1.0], [0.0 - 1.0], [0.0 - 1.0]], rtol=0, atol=1e-14)


def test_a_tree_of_one_node_adds_to_the_base_alone():
    forest = grown([0, 0])
    phi, base = treeshap.contributions(forest, customers())
    assert not phi.any()
    assert base == forest.value.sum()


def test_no_rows_have_no_values_and_the_same_base():
    forest = grown([6])
    phi, base = treeshap.contributions(forest, customers(0))
    assert phi.shape == (0, FEATURES)
    assert base == treeshap.contributions(forest, customers())[1]


def test_a_long_path_is_as_exact_as_a_short_one():
    # One split a feature, each on the right of the one before: 40 players on the path to the last leaf.
    n = 40
    inner = np.arange(n)
    forest = Trees(
        features=n,
        single=False,
        starts=np.array([0, 2 * n + 1]),
        left=np.r_[n + inner, np.full(n + 1, -1)].astype(np.int32),
        right=np.r_[inner[:-1] + 1, 2 * n, np.full(n + 1, -1)].astype(np.int32),
        feature=np.r_[inner, np.zeros(n + 1)].astype(np.int32),
        threshold=np.zeros(2 * n + 1),
        unknown_left=np.zeros(2 * n + 1, bool),
        zero_left=np.full(2 * n + 1, -1, np.int8),
        value=np.r_[np.zeros(2 * n), 1.0],
        cover=np.r_[2.0 ** (n - inner), 2.0 ** (n - 1 - inner), 1.0],
    )
    phi, base = treeshap.contributions(forest, np.ones((1, n)))
    # All players are alike: each has the same part of 1 - 2^-40.
    assert base == 2.0**-n
    np.testing.assert_allclose(phi, np.full((1, n), (1 - base) / n), rtol=1e-13)


def test_a_path_with_too_many_players_is_refused(monkeypatch):
    monkeypatch.setattr(treeshap, "PLAYERS_MOST", 2)
    with pytest.raises(ValueError, match="asks 5 players, and at most 2"):
        treeshap.contributions(grown([30]), customers())


def test_neither_threads_nor_blocks_nor_other_rows_change_a_byte(monkeypatch):
    forest, X = grown([30, 60, 5], features=20), customers(500, 20)
    phi, _ = treeshap.contributions(forest, X, threads=1)
    assert treeshap.contributions(forest, X, threads=3)[0].tobytes() == phi.tobytes()
    assert treeshap.contributions(forest, X[77:78])[0].tobytes() == phi[77].tobytes()
    monkeypatch.setattr(treeshap, "BLOCK", 7)
    assert treeshap.contributions(forest, X, threads=2)[0].tobytes() == phi.tobytes()


def labelled(rows=600, features=12):
    X = customers(rows, features)
    seen = np.nan_to_num(X)
    odds = seen[:, 0] + seen[:, 1] * seen[:, 2] - np.isnan(X[:, 3]) + 0.3
    return X, (np.random.default_rng(2).random(rows) < 1 / (1 + np.exp(-odds))).astype(int)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"zero_as_missing": True},
        {"use_missing": False},
        {"num_leaves": 60, "min_data_in_leaf": 2},
        {"num_leaves": 2},
    ],
    ids=str,
)
def test_the_values_of_boosted_trees_are_lightgbms_own(settings):
    X, y = labelled()
    told = {"objective": "binary", "verbosity": -1, "num_threads": 1, "zero_as_missing": False, **settings}
    booster = lgb.train(told, lgb.Dataset(X, y, params={"verbosity": -1}), 20)
    theirs = booster.predict(X, pred_contrib=True)
    phi, base = treeshap.contributions(trees.from_boosters([booster.model_to_string()]), X)
    np.testing.assert_allclose(np.c_[phi, np.full(len(X), base)], theirs, rtol=0, atol=1e-12)


def test_the_values_of_several_boosters_are_the_mean_of_theirs():
    X, y = labelled()
    data = lgb.Dataset(X, y, params={"verbosity": -1})
    settings = {
        "objective": "binary",
        "verbosity": -1,
        "num_threads": 1,
        "bagging_fraction": 0.5,
        "bagging_freq": 1,
    }
    boosters = [lgb.train({**settings, "seed": seed}, data, 5) for seed in (1, 2)]
    theirs = np.mean([booster.predict(X, pred_contrib=True) for booster in boosters], axis=0)
    phi, base = treeshap.contributions(trees.from_boosters([b.model_to_string() for b in boosters]), X)
    np.testing.assert_allclose(np.c_[phi, np.full(len(X), base)], theirs, rtol=0, atol=1e-13)


def test_boosters_that_learned_nothing_have_a_base():
    X = customers(60)
    booster = lgb.train(
        {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 100},
        lgb.Dataset(X, np.arange(60) % 3 == 0, params={"verbosity": -1}),
        3,
    )
    phi, base = treeshap.contributions(trees.from_boosters([booster.model_to_string()]), X)
    assert not phi.any()
    assert base == pytest.approx(np.log(1 / 2))  # a third of the labels is 1


@pytest.mark.parametrize("depth", [3, 8])
def test_the_values_of_a_forest_are_shaps_own(depth, shap):
    X, y = labelled(400)
    forest = RandomForestClassifier(10, max_depth=depth, random_state=0).fit(X, y)
    theirs = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
    phi, base = treeshap.contributions(trees.from_forest(forest), X)
    told = theirs.shap_values(X[:100], check_additivity=False)[:, :, 1]
    np.testing.assert_allclose(phi[:100], told, rtol=0, atol=1e-12)
    assert base == pytest.approx(theirs.expected_value[1], abs=1e-12)
    np.testing.assert_allclose(base + phi.sum(axis=1), forest.predict_proba(X)[:, 1], rtol=0, atol=1e-12)


def test_a_forest_compares_numbers_of_32_bits():
    # The float32 next to 0.1 is above it: rows and thresholds that meet there part in one precision only.
    X = np.repeat([[0.1], [0.1 + 2e-9], [0.3]], 20, axis=0)
    forest = RandomForestClassifier(5, random_state=0).fit(X, X[:, 0] > 0.2)
    told = trees.from_forest(forest)
    edge = replace(told, threshold=np.full(len(told.threshold), float(np.float32(0.1)) - 1e-12))
    phi, _ = treeshap.contributions(edge, X)
    assert (phi == phi[-1]).all()
    apart, _ = treeshap.contributions(replace(edge, single=False), X)
    assert apart[0] != apart[-1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("decision_type=10", "decision_type=11"), "categorical"),
        (("is_linear=0", "is_linear=1"), "linear"),
        (("num_tree_per_iteration=1", "num_tree_per_iteration=3"), "one output"),
        (("internal_count=600", "internal_count=0"), "no training row"),
    ],
    ids=str,
)
def test_trees_of_another_kind_are_refused(change, said):
    X, y = labelled()
    booster = lgb.train(
        {"objective": "binary", "verbosity": -1, "num_threads": 1},
        lgb.Dataset(X, y, params={"verbosity": -1}),
        1,
    )
    text = booster.model_to_string()
    assert change[0] in text
    with pytest.raises(ValueError, match=said):
        trees.from_boosters([text.replace(*change)])


def test_a_forest_of_three_classes_is_refused():
    X = customers(60)
    forest = RandomForestClassifier(2, random_state=0).fit(X, np.arange(60) % 3)
    with pytest.raises(ValueError, match="3 classes"):
        trees.from_forest(forest)


def test_players_are_told_for_every_feature():
    with pytest.raises(ValueError, match="Each of the 5 features needs a player"):
        treeshap.contributions(grown([3]), customers(), [0, 1])


def test_rows_have_the_features_of_the_trees():
    with pytest.raises(ValueError, match=r"5 features; the rows have the shape \(40, 3\)"):
        treeshap.contributions(grown([3]), customers(features=3))


@pytest.mark.parametrize("family", ["forest", "boosted"])
def test_a_batch_that_the_library_explains_otherwise_is_refused(family, fitted, company, monkeypatch):
    monkeypatch.setattr(treeshap, "explain", lambda forest, X, points, phi: phi.fill(2e-5))
    with pytest.raises(
        Disagreement, match=f"family '{family}' are .* away from those of its own library on 16 rows"
    ):
        fitted[family].contributions(company.X)


def test_the_rows_explained_twice_go_from_the_first_to_the_last():
    assert treeshap.sample(0).tolist() == []
    assert treeshap.sample(3).tolist() == [0, 1, 2]
    # 1,000 customers: every 999 / 15 = 66.6th.
    assert treeshap.sample(1000).tolist()[:3] == [0, 66, 133]
    assert treeshap.sample(1000).tolist()[-1] == 999
