"""Trees of a saved model: sound ones pass, and what would make compiled code run astray is refused in words."""

import numpy as np
import pandas as pd
import pytest

from models import families
from models.boosted import Boosted
from models.wellformed import demand_forest, demand_text

FEATURES = 3


@pytest.fixture(scope="module")
def rows() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(5)
    X = pd.DataFrame(rng.normal(size=(600, FEATURES)), columns=["a", "b", "c"])
    return X, (rng.random(600) < 1 / (1 + np.exp(-2 * X["a"]))).astype(int).to_numpy()


@pytest.fixture(scope="module")
def text(rows: tuple[pd.DataFrame, np.ndarray]) -> str:
    model = families.fit("boosted", *rows, {"trees": 5, "leaf": 20}, 1)
    assert isinstance(model, Boosted)
    return model.texts[0]


def changed(text: str, key: str, value: str) -> str:
    """Put ``value`` behind the first ``key`` of the trees, with as many characters as there were."""
    at = text.index(f"\n{key}=", text.index("Tree=0")) + len(key) + 2
    return text[:at] + value + text[at + len(value) :]


def test_what_lightgbm_wrote_passes_also_where_a_tree_has_one_leaf(
    text: str, rows: tuple[pd.DataFrame, np.ndarray]
) -> None:
    demand_text(text, FEATURES)
    stump = families.fit("boosted", rows[0], rows[1], {"trees": 2, "leaf": 400}, 1)
    assert isinstance(stump, Boosted)
    assert "num_leaves=1\n" in stump.texts[0]
    demand_text(stump.texts[0], FEATURES)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("left_child", "9", "leads nowhere"),
        ("left_child", "0", "leads nowhere"),
        ("split_feature", "7", "feature that there is not"),
        ("num_leaves", "9", "has not one of its"),
        ("is_linear", "1", "linear models"),
    ],
)
def test_a_tree_that_is_none_is_refused(key: str, value: str, told: str, text: str) -> None:
    with pytest.raises(ValueError, match=told):
        demand_text(changed(text, key, value), FEATURES)


def test_keys_stand_once_and_sizes_are_those_of_the_trees(text: str) -> None:
    with pytest.raises(ValueError, match="'num_class' stands twice"):
        demand_text(text.replace("num_class=1\n", "num_class=1\nnum_class=2\n"), FEATURES)
    with pytest.raises(ValueError, match="tree_sizes"):
        demand_text(text.replace("tree_sizes=", "tree_sizes=1"), FEATURES)
    with pytest.raises(ValueError, match="up to '2', of 4"):
        demand_text(text, 4)


def test_a_forest_that_leads_back_is_refused(rows: tuple[pd.DataFrame, np.ndarray]) -> None:
    model = families.fit("forest", *rows, {"trees": 3}, 1)
    forest = model.forest  # type: ignore[attr-defined]
    demand_forest(forest, FEATURES)
    with pytest.raises(ValueError, match="over 4 features"):
        demand_forest(forest, 4)
    forest.estimators_[1].tree_.children_left[1] = 0
    with pytest.raises(ValueError, match="leads nowhere"):
        demand_forest(forest, FEATURES)
