"""Which features say the same: rank correlation of every pair, and groups of those that go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 30
"""Rows on which both are known; with fewer a correlation is not told."""
TOGETHER = 0.95
SAME = 0.98
OVERLAP = 0.9
"""Doubles are known on the same rows: of those where either is known, at least this share has both."""


@dataclass(frozen=True)
class Alike:
    """Rank correlations ``rho`` of every pair (NaN: not told); ``overlap``, of the rows known in either, is the
    share known in both.
    """

    features: tuple[str, ...]
    rho: Floats
    overlap: Floats

    def partner(self, feature: str) -> tuple[str, float] | None:
        """The other feature with the largest correlation, whatever its sign."""
        row = np.abs(self.rho[self.features.index(feature)])
        if np.isnan(row).all():
            return None
        best = int(np.nanargmax(row))
        return self.features[best], float(self.rho[self.features.index(feature), best])

    def groups(self, above: float = TOGETHER) -> list[tuple[str, ...]]:
        """Features linked by correlations above ``above``, two or more each; a link may run over a third."""
        linked = np.nan_to_num(np.abs(self.rho)) > above
        left, found = set(range(len(self.features))), []
        for start in range(len(self.features)):
            if start not in left:
                continue
            group, edge = {start}, {start}
            while edge:
                edge = {int(j) for i in edge for j in np.flatnonzero(linked[i])} - group
                group |= edge
            left -= group
            if len(group) > 1:
                found.append(tuple(self.features[i] for i in sorted(group)))
        return found

    def doubles(self, strength: Mapping[str, float]) -> dict[str, tuple[str, float]]:
        """Each feature that a stronger one (of equals, the earlier one) says already, with that one and their rho.

        The strongest of a family of doubles is not named: it is the one to keep.
        """
        power = np.array([np.nan_to_num(abs(strength.get(name, 0.5) - 0.5)) for name in self.features])
        same = (np.nan_to_num(np.abs(self.rho)) > SAME) & (self.overlap >= OVERLAP)
        rank = np.argsort(np.lexsort((np.arange(len(power)), -power)))
        found = {}
        for i, name in enumerate(self.features):
            better = [j for j in np.flatnonzero(same[i]) if rank[j] < rank[i]]
            if better:
                keep = min(better, key=lambda j: rank[j])
                found[name] = (self.features[keep], float(self.rho[i, keep]))
        return found


def alike(X: pd.DataFrame) -> Alike:
    """Spearman's rho of every pair of columns, over the rows where both are known.

    Ranks are given among all known rows of a column (ties share their mean rank), once; where two columns are known
    on the same rows that is Spearman's rho exactly. A column that does not vary correlates with nothing.
    """
    values = X.to_numpy(np.float64)
    known = ~np.isnan(values)
    ranks = np.zeros_like(values)
    for k in range(values.shape[1]):
        mine = known[:, k]
        if mine.any():
            rank = rankdata(values[mine, k])
            ranks[mine, k] = (rank - rank.mean()) / len(rank)
    there = known.astype(np.float64)
    both = there.T @ there
    sums = ranks.T @ there
    squares = (ranks**2).T @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = ranks.T @ ranks - sums * sums.T / both
        spread = squares - sums**2 / both
        rho = covariance / np.sqrt(spread * spread.T)
    flat = spread <= 1e-12 * np.maximum(both, 1)
    rho[flat | flat.T | (both < FEWEST)] = np.nan
    np.fill_diagonal(rho, np.nan)
    either = there.sum(axis=0)[:, None] + there.sum(axis=0)[None, :] - both
    overlap = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return Alike(_names(X), np.clip(rho, -1, 1), overlap)


def _names(X: pd.DataFrame) -> tuple[str, ...]:
    return tuple(map(str, X.columns))
