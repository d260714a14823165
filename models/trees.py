"""The trees of a fitted forest or of LightGBM's texts as plain arrays: what ``models.treeshap`` explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from sklearn.ensemble import RandomForestClassifier

ZERO = float(np.float32(1e-35))
"""LightGBM takes values up to this size, either sign, for zero (its ``kZeroThreshold``)."""


@dataclass(frozen=True)
class Trees:
    """Trees whose outputs add up to the score. One place a node; tree ``i`` has those from ``starts[i]`` to
    ``starts[i + 1]``, its root first.

    ``left`` and ``right`` count from the tree's first node, -1 at a leaf. A row goes left where its ``feature`` is
    at most ``threshold``; where it is unknown, by ``unknown_left``; where it is zero, by ``zero_left`` (1 left,
    0 right, -1: zero is a number like others). ``value`` is the output of a leaf, ``cover`` the weight of the
    training rows that came to a node. ``single``: features are rounded to 32 bits before they are compared.
    """

    features: int
    single: bool
    starts: NDArray[np.int64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    unknown_left: NDArray[np.bool_]
    zero_left: NDArray[np.int8]
    value: NDArray[np.float64]
    cover: NDArray[np.float64]


def from_forest(forest: RandomForestClassifier) -> Trees:
    """A forest of two classes; the trees add up to the probability of the second."""
    if len(forest.classes_) != 2 or forest.n_outputs_ != 1:
        raise ValueError(
            f"The forest tells {len(forest.classes_)} classes apart and {forest.n_outputs_} outputs; "
            "a forest of one label, 0 or 1, can be explained."
        )
    trees = []
    for grown in forest.estimators_:
        tree = grown.tree_
        leaf = tree.children_left < 0
        shares = tree.value[:, 0, :]
        trees.append(
            {
                "left": tree.children_left,
                "right": tree.children_right,
                "feature": np.where(leaf, 0, tree.feature),
                "threshold": tree.threshold,
                "unknown_left": tree.missing_go_to_left,
                "zero_left": np.full(len(leaf), -1),
                "value": np.where(leaf, shares[:, 1] / shares.sum(axis=1) / len(forest.estimators_), 0.0),
                "cover": tree.weighted_n_node_samples,
            }
        )
    return _joined(trees, int(forest.n_features_in_), single=True)


def from_boosters(texts: Sequence[str]) -> Trees:
    """LightGBM models of one output, as their texts; the trees add up to the mean of their raw scores."""
    trees, columns = [], set()
    for text in texts:
        head, *bodies = text.partition("\nend of trees")[0].split("\nTree=")
        told = _told(head)
        if told.get("num_tree_per_iteration") != "1" or "average_output" in head:
            raise ValueError("A LightGBM model of one output, boosted by gradients, can be explained.")
        columns.add(int(told["max_feature_idx"]) + 1)
        trees += [_boosted(_told(body), 1 / len(texts)) for body in bodies]
    if len(columns) != 1:
        raise ValueError(f"The LightGBM models have {sorted(columns)} features; all must have the same.")
    return _joined(trees, columns.pop(), single=False)


def _told(body: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in body.splitlines() if "=" in line)


def _boosted(told: Mapping[str, str], share: float) -> dict[str, Any]:
    """One tree of a text: the splits in LightGBM's order, then the leaves, which its children name -1, -2, ..."""
    leaves = int(told["num_leaves"])
    value = np.array(told["leaf_value"].split(), dtype=np.float64) * share
    if told.get("is_linear", "0") != "0":
        raise ValueError("A leaf of the LightGBM model holds a linear model, which cannot be explained.")
    if leaves == 1:
        none = np.full(1, -1)
        return {
            **dict.fromkeys(("left", "right", "zero_left"), none),
            **dict.fromkeys(("feature", "threshold", "unknown_left"), np.zeros(1)),
            "value": value,
            "cover": np.ones(1),
        }
    inner = leaves - 1
    decision = np.array(told["decision_type"].split(), dtype=np.int64)
    if (decision & 1).any():
        raise ValueError("A split of the LightGBM model is categorical; splits of numbers can be explained.")
    threshold = np.array(told["threshold"].split(), dtype=np.float64)
    default, missing = (decision >> 1) & 1, (decision >> 2) & 3
    both = {side: np.array(told[f"{side}_child"].split(), dtype=np.int64) for side in ("left", "right")}
    none, nought = np.full(leaves, -1), np.zeros(leaves)
    return {
        **{side: np.append(np.where(child < 0, inner + ~child, child), none) for side, child in both.items()},
        "feature": np.append(np.array(told["split_feature"].split(), dtype=np.int64), nought),
        "threshold": np.append(threshold, nought),
        # Missing types: 0 there is none, and NaN is read as zero; 1 zero and NaN are missing; 2 NaN is.
        "unknown_left": np.append(np.where(missing == 0, threshold >= 0, default == 1), nought),
        "zero_left": np.append(np.where(missing == 1, default, -1), none),
        "value": np.append(np.zeros(inner), value),
        "cover": np.array(f"{told['internal_count']} {told['leaf_count']}".split(), dtype=np.float64),
    }


def _joined(trees: Sequence[Mapping[str, Any]], features: int, single: bool) -> Trees:
    types = {
        "left": np.int32,
        "right": np.int32,
        "feature": np.int32,
        "threshold": np.float64,
        "unknown_left": np.bool_,
        "zero_left": np.int8,
        "value": np.float64,
        "cover": np.float64,
    }
    columns: dict[str, Any] = {
        name: np.concatenate([tree[name] for tree in trees]).astype(kind) for name, kind in types.items()
    }
    if not (columns["cover"] > 0).all():
        raise ValueError(
            "A node of a tree saw no training row, so its weight in an explanation is not known."
        )
    starts = np.cumsum([0, *[len(tree["left"]) for tree in trees]])
    return Trees(features=features, single=single, starts=starts, **columns)
