"""Exact TreeSHAP by the paths that training rows took, of all trees and rows in compiled loops.

The game is that of Lundberg et al. (From local explanations to global understanding with explainable AI for trees,
2020), ``tree_path_dependent`` in shap and ``pred_contrib`` in LightGBM: a player that is told sends a row through
its splits, one that is not told sends it both ways, in the shares of the training rows. It is a sum over leaves. At
a leaf with output v whose path asks d players, player j satisfied (o_j = 1: the row passes all its splits there) or
not (0), and by a share z_j of the training rows, the Shapley value is

    phi_j = v (o_j - z_j) * integral over t from 0 to 1 of the product over i != j of (o_i t + z_i (1 - t)),

because k! (d - 1 - k)! / d! is the integral of t^k (1 - t)^(d - 1 - k). The integrand is a polynomial of degree
d - 1, so (d + 1) // 2 points of Gauss and Legendre give its integral exactly, as a sum of terms none of which is
negative: nothing cancels. (Yu et al., Linear TreeShap, 2022, put such a polynomial to the same use.)
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from models.errors import Disagreement
from models.subtrees import PLAYERS_MOST, explain, measured

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from models.trees import Trees

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BLOCK = 8192
"""Rows taken through all trees together."""
SAMPLE = 16
"""Rows of a batch that are explained a second time, by the family's own library."""
AGREE = 1e-5
"""The largest difference from that library that may stand, in the unit of the score."""


def contributions(
    trees: Trees,
    X: ArrayLike,
    players: ArrayLike | None = None,
    threads: int | None = None,
) -> tuple[Floats, float]:
    """Shapley values (rows, players) in the unit of the trees' outputs, and the base: ``base`` plus the values of a
    row is its score, up to rounding.

    ``players`` names the player of each feature by its place, 0, 1, ...; by default each feature is one. The
    features of a player are told together, which gives the exact value of a group. Neither the other rows nor the
    number of ``threads`` (None: all cores) changes a byte.
    """
    values = np.asarray(X, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != trees.features:
        raise ValueError(f"The trees ask {trees.features} features; the rows have the shape {values.shape}.")
    player = np.arange(trees.features) if players is None else np.asarray(players, dtype=np.int64)
    if player.shape != (trees.features,) or (player < 0).any():
        raise ValueError(f"Each of the {trees.features} features needs a player, 0 or more.")
    n, width = len(values), int(player.max(initial=-1)) + 1
    phi = np.empty((n, width))
    forest = _arrays(trees, player)
    base, longest = measured(forest)
    if longest > PLAYERS_MOST:
        raise ValueError(
            f"A path of the trees asks {longest} players, and at most {PLAYERS_MOST} can be explained; "
            "bound the depth of the trees."
        )
    points = _points()

    def block(rows: slice) -> None:
        told = np.ascontiguousarray(values[rows].T)
        if trees.single:
            told = told.astype(np.float32).astype(np.float64)
        mine = np.zeros((width, told.shape[1]))
        explain(forest, told, points, mine)
        phi[rows] = mine.T

    workers = max(1, threads or os.cpu_count() or 1)
    rounds = -(-n // (BLOCK * workers))
    edges = np.linspace(0, n, min(n, rounds * workers) + 1).astype(np.int64)
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(block, [slice(int(a), int(b)) for a, b in pairwise(edges)]))
    return phi, float(base)


@cache
def _points() -> tuple[Floats, Floats]:
    """Points and weights of Gauss and Legendre on 0 to 1; row ``q`` holds those of the rule with ``q`` points."""
    most = (PLAYERS_MOST + 1) // 2
    t, weight = np.zeros((most + 1, most)), np.zeros((most + 1, most))
    for q in range(1, most + 1):
        x, w = np.polynomial.legendre.leggauss(q)
        t[q, :q], weight[q, :q] = (x + 1) / 2, w / 2
    return t, weight


def _arrays(trees: Trees, player: Ints) -> tuple[NDArray[np.generic], ...]:
    return (
        trees.starts,
        trees.left,
        trees.right,
        trees.feature,
        player[trees.feature],
        trees.threshold,
        trees.unknown_left,
        trees.zero_left,
        trees.value,
        trees.cover,
    )


def sample(rows: int) -> Ints:
    """The rows of a batch that are explained twice: ``SAMPLE`` of them, from the first to the last."""
    return np.unique(np.linspace(0, rows - 1, min(SAMPLE, rows)).astype(np.int64))


def demand_agreement(family: str, ours: Floats, theirs: Floats) -> None:
    """Raise Disagreement where the values of the same rows, base last, are further apart than ``AGREE``."""
    apart = np.abs(ours - theirs).max(initial=0.0)
    if not apart <= AGREE:
        raise Disagreement(
            f"The contributions of the family '{family}' are {apart:.2g} away from those of its own library on "
            f"{len(ours)} rows, and {AGREE:g} is allowed; use the versions of requirements.lock."
        )
