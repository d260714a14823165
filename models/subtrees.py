"""The compiled loops of ``models.treeshap``: what rows answer to the splits of a subtree, and what that is worth.

Leaves are taken together by subtree. Where the players asked above a node and the splits below it are at most
``BITS``, what a row answers to them is one number; the values of the subtree's leaves are summed once for each
such number that occurs in a block of rows, and each row looks its own up. A leaf whose path asks more players is a
subtree of its own and is computed row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from models.compiled import compiled
from models.trees import ZERO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Ints: TypeAlias = NDArray[np.int64]
    Bytes: TypeAlias = NDArray[np.uint8]
    Answers: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
    Parts: TypeAlias = tuple[Any, ...]

BITS = 9
"""A table has up to 2 ** BITS entries a player: small enough for the fastest memory."""
TILE = 128
"""Answers whose values are computed together."""
PLAYERS_MOST = 63
"""Players on the path to one leaf: their answers are the bits of one number."""


@compiled
def measured(forest: Parts) -> tuple[float, int]:
    """The sum over trees of the mean output of the training rows, and the most players on a path."""
    starts, left, right, _, player, _, _, _, value, cover = forest
    base, longest = 0.0, 0
    for tree in range(len(starts) - 1):
        a, b = starts[tree], starts[tree + 1]
        mean = value[a:b].copy()
        order, parent, asked, _ = _walked(left[a:b], right[a:b], player[a:b])
        for k in range(b - a - 1, 0, -1):
            node = order[k]
            mean[parent[node]] += mean[node] * (cover[a + node] / cover[a + parent[node]])
            longest = max(longest, asked[node])
        base += mean[0]
    return base, longest


@compiled
def _walked(left: Ints, right: Ints, player: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """The nodes from the root down, each subtree in one piece. For each node: its parent, the number of players
    asked above it, and the number of splits in the subtree below it, its own among them.
    """
    n = len(left)
    order, parent = np.empty(n, np.int64), np.full(n, -1, np.int64)
    asked, splits = np.zeros(n, np.int64), np.zeros(n, np.int64)
    stack = np.empty(n, np.int64)
    stack[0], waiting, k = 0, 1, 0
    while waiting:
        waiting -= 1
        node = stack[waiting]
        order[k] = node
        k += 1
        if left[node] < 0:
            continue
        new, above = 1, parent[node]
        while above >= 0:
            if player[above] == player[node]:
                new = 0
                break
            above = parent[above]
        for child in (right[node], left[node]):
            parent[child] = node
            asked[child] = asked[node] + new
            stack[waiting] = child
            waiting += 1
    for k in range(n - 1, -1, -1):
        node = order[k]
        if left[node] >= 0:
            splits[node] = 1 + splits[left[node]] + splits[right[node]]
    return order, parent, asked, splits


@compiled
def explain(forest: Parts, X: Floats, points: Parts, phi: Floats) -> None:
    """Add the values of all trees to ``phi`` (players, rows); ``X`` is (features, rows)."""
    starts, left, right, feature, player, threshold, unknown_left, zero_left, value, cover = forest
    rows = X.shape[1]
    room = 0
    for tree in range(len(starts) - 1):
        room = max(room, starts[tree + 1] - starts[tree])
    went_right = np.empty((room, rows), np.uint8)
    small, large = np.empty(rows, np.uint32), np.empty(rows, np.uint64)
    seen = np.zeros(1 << BITS, np.uint8)
    table = np.empty((PLAYERS_MOST + 1, 1 << BITS))
    work = np.empty((3, PLAYERS_MOST + 1, TILE))
    for tree in range(len(starts) - 1):
        a, b = starts[tree], starts[tree + 1]
        below = left[a:b], right[a:b], player[a:b]
        _split(below[0], feature[a:b], threshold[a:b], unknown_left[a:b], zero_left[a:b], X, went_right)
        walked = _walked(below[0], below[1], below[2])
        order, parent, asked, splits = walked
        for place in range(b - a):
            root = order[place]
            whole = asked[root] + splits[root] <= BITS
            if whole:
                above = parent[root]
                if above >= 0 and asked[above] + splits[above] <= BITS:
                    continue
            elif splits[root] > 0:
                continue
            group = _group(place, below, walked, cover[a:b])
            slots, width = group[0], group[1]
            if width == 0:
                continue
            if whole:
                _answers(group, went_right, small)
                told = _distinct(small, seen)
                for start in range(0, len(told), TILE):
                    some = told[start : start + TILE]
                    _tile(some, group, below, parent, value[a:b], cover[a:b], points, work)
                    for slot in range(width):
                        for i in range(len(some)):
                            table[slot, some[i]] = work[0, slot, i]
                for slot in range(width):
                    _look_up(phi[slots[slot]], table[slot], small)
            else:
                _answers(group, went_right, large)
                for start in range(0, rows, TILE):
                    some = large[start : start + TILE]
                    _tile(some, group, below, parent, value[a:b], cover[a:b], points, work)
                    for slot in range(width):
                        for i in range(len(some)):
                            phi[slots[slot], start + i] += work[0, slot, i]


@compiled
def _split(
    left: Ints,
    feature: Ints,
    threshold: Floats,
    unknown_left: Bytes,
    zero_left: Ints,
    X: Floats,
    went_right: Bytes,
) -> None:
    """Which rows go right at each split: ``went_right`` (nodes, rows)."""
    for node in range(len(left)):
        if left[node] < 0:
            continue
        x, t, out = X[feature[node]], threshold[node], went_right[node]
        if zero_left[node] >= 0:
            zero, unknown = np.uint8(1 - zero_left[node]), np.uint8(not unknown_left[node])
            for i in range(len(x)):
                if np.isnan(x[i]):
                    out[i] = unknown
                elif abs(x[i]) <= ZERO:
                    out[i] = zero
                else:
                    out[i] = x[i] > t
        elif unknown_left[node]:
            for i in range(len(x)):
                out[i] = x[i] > t
        else:
            for i in range(len(x)):
                out[i] = not (x[i] <= t)


@compiled
def _group(place: int, below: Parts, walked: Parts, cover: Floats) -> Parts:
    """What is asked on the way to the subtree whose root stands at ``place`` of the order, and in it.

    In this order: the players; their number, and how many of them are asked above the root; the share of the
    training rows that pass a player's splits above the root; the conditions as rows (node, side, bit), and their
    number; the bit of each split of the subtree; the leaves, and their number; the root. A bit is set where a row
    fails: a player above, or a split below, where to fail is to go right.
    """
    left, _, player = below
    order, parent, _, splits = walked
    n, root = len(left), order[place]
    slots, share = np.empty(PLAYERS_MOST + 1, np.int64), np.ones(PLAYERS_MOST + 1)
    conditions = np.empty((n + 1, 3), np.int64)
    bit_of = np.full(n, -1, np.int64)
    leaves = np.empty(n, np.int64)
    width, count, ends = 0, 0, 0
    child, node = root, parent[root]
    while node >= 0:
        slot = _slot(slots, width, player[node])
        width = max(width, slot + 1)
        share[slot] *= cover[child] / cover[node]
        conditions[count, 0] = node
        conditions[count, 1] = 0 if left[node] == child else 1
        conditions[count, 2] = slot
        count += 1
        child, node = node, parent[node]
    bits = width
    above = width
    for k in range(place, place + 2 * splits[root] + 1):
        node = order[k]
        if left[node] < 0:
            leaves[ends] = node
            ends += 1
            continue
        width = max(width, _slot(slots, width, player[node]) + 1)
        bit_of[node] = bits
        conditions[count, 0] = node
        conditions[count, 1] = 0
        conditions[count, 2] = bits
        count += 1
        bits += 1
    return slots, width, above, share, conditions, count, bit_of, leaves, ends, root


@compiled
def _slot(slots: Ints, width: int, player: int) -> int:
    """The place of a player among the first ``width``; one that is not there is put behind them."""
    for slot in range(width):
        if slots[slot] == player:
            return slot
    slots[width] = player
    return width


@compiled
def _answers(group: Parts, went_right: Bytes, out: Answers) -> None:
    """What each row answers: a bit is set where it fails a condition of that bit."""
    conditions, count = group[4], group[5]
    out[:] = 0
    for k in range(count):
        went, side = went_right[conditions[k, 0]], np.uint8(conditions[k, 1])
        fails = out.dtype.type(1 << conditions[k, 2])
        none = out.dtype.type(0)
        for i in range(len(out)):
            out[i] |= fails if went[i] != side else none


@compiled
def _distinct(answers: Answers, seen: Bytes) -> Answers:
    """The answers that occur, in the order of the rows."""
    told = np.empty(min(len(answers), len(seen)), np.uint32)
    count = 0
    for i in range(len(answers)):
        if not seen[answers[i]]:
            seen[answers[i]] = 1
            told[count] = answers[i]
            count += 1
    for i in range(count):
        seen[told[i]] = 0
    return told[:count]


@compiled
def _look_up(phi: Floats, table: Floats, answers: Answers) -> None:
    for i in range(len(phi)):
        phi[i] += table[answers[i]]


@compiled
def _tile(
    answers: Answers,
    group: Parts,
    below: Parts,
    parent: Ints,
    value: Floats,
    cover: Floats,
    points: Parts,
    work: Floats,
) -> None:
    """The values of each player of the group, summed over its leaves, for each of the answers: ``work[0]``."""
    slots, width, above, share, _, _, bit_of, leaves, ends, root = group
    left, _, player = below
    m = len(answers)
    total, product, satisfied = work[0], work[1], work[2]
    total[:width, :m] = 0.0
    care, fail = np.empty(width, np.uint64), np.empty(width, np.uint64)
    z = np.empty(width)
    one = np.uint64(1)
    for e in range(ends):
        leaf = leaves[e]
        for slot in range(width):
            fail[slot] = 0
            care[slot] = one << np.uint64(slot) if slot < above else np.uint64(0)
            z[slot] = share[slot]
        child = leaf
        while child != root:
            node = parent[child]
            slot = _slot(slots, width, player[node])
            bit = one << np.uint64(bit_of[node])
            care[slot] |= bit
            if left[node] != child:
                fail[slot] |= bit
            z[slot] *= cover[child] / cover[node]
            child = node
        d = 0
        for slot in range(width):
            d += care[slot] != 0
        q = (d + 1) // 2
        t, weight = points[0][q], points[1][q]
        for k in range(q):
            product[k, :m] = weight[k] * value[leaf]
        for slot in range(width):
            if care[slot] == 0:
                continue
            c, f, met = care[slot], fail[slot], satisfied[slot]
            for i in range(m):
                met[i] = 1.0 if (np.uint64(answers[i]) & c) == f else 0.0
            for k in range(q):
                no = z[slot] * (1.0 - t[k])
                yes = no + t[k]
                row = product[k]
                for i in range(m):
                    row[i] *= yes if met[i] > 0.0 else no
        _shared(q, m, t, z, care, product, satisfied, total)


@compiled
def _shared(
    q: int,
    m: int,
    t: Floats,
    z: Floats,
    care: Answers,
    product: Floats,
    satisfied: Floats,
    total: Floats,
) -> None:
    """Add each player's part of a leaf: the product without it, times what telling it changes.

    Without a player that fails, ``product / (z (1 - t))`` times ``-z``; without one that is satisfied,
    ``product / (z (1 - t) + t)`` times ``1 - z``.
    """
    fails, some = np.zeros(m), np.empty(m)
    for k in range(q):
        scale = -1.0 / (1.0 - t[k])
        row = product[k]
        for i in range(m):
            fails[i] += row[i] * scale
    for slot in range(len(z)):
        if care[slot] == 0:
            continue
        some[:] = 0.0
        for k in range(q):
            scale = (1.0 - z[slot]) / (z[slot] * (1.0 - t[k]) + t[k])
            row = product[k]
            for i in range(m):
                some[i] += row[i] * scale
        met, out = satisfied[slot], total[slot]
        for i in range(m):
            out[i] += some[i] if met[i] > 0.0 else fails[i]
