"""Are the trees of a saved model trees? Asked before compiled code walks them.

LightGBM and scikit-learn trust the indices and sizes that a file names: one that leads nowhere ends the process, or
never ends. Here every node but the root is the child of one node that stands before it, every split is on a feature
that there is, and a text of LightGBM holds each key once, with as many numbers as its trees have nodes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.ensemble import RandomForestClassifier

HEAD = (
    *("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective"),
    *("feature_names", "feature_infos", "tree_sizes"),
)
SPLITS = (
    *("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child"),
    *("internal_value", "internal_weight", "internal_count"),
)
LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
SINGLE = ("num_leaves", "num_cat", "is_linear", "shrinkage")
END = "end of trees\n"


def demand_text(text: str, features: int) -> None:
    """Raise ValueError unless ``text`` is LightGBM's of one output over so many features, as it writes it."""
    head, found, rest = text.partition("\nTree=0\n")
    told = _keys(head.partition("\n")[2].strip("\n").split("\n"), HEAD)
    if not text.startswith("tree\n") or not found or rest.count(END) != 1:
        raise ValueError("The LightGBM text has no beginning, no trees or no end.")
    if (told["num_class"], told["num_tree_per_iteration"]) != ("1", "1"):
        raise ValueError("The LightGBM model has several outputs; one is wanted.")
    if told["max_feature_idx"] != str(features - 1):
        raise ValueError(
            f"The LightGBM text speaks of features up to {told['max_feature_idx'][:20]!r}, of {features}."
        )
    for name in ("feature_names", "feature_infos"):
        if len(told[name].split(" ")) != features:
            raise ValueError(f"The LightGBM text has not one of its '{name}' a feature.")
    trees = ("Tree=0\n" + rest.partition(END)[0]).encode()
    at = 0
    for number, size in enumerate(told["tree_sizes"].split(" ")):
        length = _whole(size)
        _demand_tree(trees[at : at + length].decode(), number, features)
        at += length
    if at != len(trees):
        raise ValueError("The LightGBM text has other trees than its 'tree_sizes' say.")


def demand_forest(forest: RandomForestClassifier, features: int) -> None:
    """Raise ValueError unless every tree of ``forest`` is one over so many features."""
    if forest.n_features_in_ != features or len(forest.estimators_) != forest.n_estimators:
        raise ValueError(f"The forest is not one over {features} features.")
    for grown in forest.estimators_:
        tree = grown.tree_
        left, right = tree.children_left.astype(np.int64), tree.children_right.astype(np.int64)
        inner = left >= 0
        if not np.array_equal(inner, right >= 0) or tree.n_features != features or not len(left):
            raise ValueError("A tree of the forest has a node with one child.")
        _demand_children(np.flatnonzero(inner), left[inner], right[inner], len(left))
        _demand_features(tree.feature[inner], features)


def _demand_tree(body: str, number: int, features: int) -> None:
    first, _, rest = body.partition("\n")
    if first != f"Tree={number}" or not rest.endswith("\n\n\n"):
        raise ValueError("The LightGBM text has other trees than its 'tree_sizes' say.")
    told = _keys(rest.rstrip("\n").split("\n"), (*SINGLE, *SPLITS, *LEAVES))
    leaves = _whole(told["num_leaves"])
    if leaves < 1 or told["num_cat"] != "0" or told["is_linear"] != "0":
        raise ValueError(
            "A tree of the LightGBM text has no leaves, categories, or linear models in its leaves."
        )
    inner = leaves - 1
    for names, count in ((SPLITS, inner), (LEAVES, leaves)):
        for name in names:
            # A tree of one leaf has no weight of it.
            if len(told[name].split()) not in {count, 0 if leaves == 1 and name != "leaf_value" else count}:
                raise ValueError(f"A tree of the LightGBM text has not one of its '{name}' a node.")
    left, right = (np.array(told[f"{side}_child"].split(), np.int64) for side in ("left", "right"))
    # A leaf is named by -1, -2, ...: here they stand behind the splits.
    named = (np.where(side < 0, inner + ~side, side) for side in (left, right))
    _demand_children(np.arange(inner), *named, inner + leaves)
    _demand_features(np.array(told["split_feature"].split(), np.int64), features)


def _demand_children(
    parents: NDArray[Any], left: NDArray[np.int64], right: NDArray[np.int64], nodes: int
) -> None:
    children = np.sort(np.concatenate([left, right]))
    if not np.array_equal(children, np.arange(1, nodes)):
        raise ValueError("A node of a tree leads nowhere, or two lead to the same.")
    if (left <= parents).any() or (right <= parents).any():
        raise ValueError("A node of a tree leads back.")


def _demand_features(split: NDArray[Any], features: int) -> None:
    if ((split < 0) | (split >= features)).any():
        raise ValueError("A tree splits on a feature that there is not.")


def _keys(lines: list[str], known: tuple[str, ...]) -> dict[str, str]:
    pairs = [line.partition("=") for line in lines]
    names = sorted(name for name, _, _ in pairs)
    for name, after in pairwise(names):
        if name == after:
            raise ValueError(f"The key '{name[:40]}' stands twice in the LightGBM text.")
    if names != sorted(known):
        odd = next(iter(set(names) ^ set(known)))
        raise ValueError(f"The key '{odd[:40]}' is too much or missing in the LightGBM text.")
    return {name: value for name, _, value in pairs}


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise ValueError(f"A size in the LightGBM text is {text[:20]!r}.")
    return int(text)
