"""By how much a customer's surroundings changed: its industry, and its region beside its industry.

What is told are natural logarithms of a change (-0.36 is a fall to 70%), and everybody's is told from the others:
the customers are divided into ``FOLDS`` parts by their ids, and what is said of one part is computed from the
customers of the other parts alone. So no customer explains itself, and nobody is left out for more than a
twentieth.

**One group.** The change of a group is the mean of its customers' log changes, each cut to ``CUT`` around the
group's median and weighted by how much its orders can tell: one over ``OWN + ORDER / n`` of both windows, n being
orders. Amounts do not weigh, so a huge customer is one of many, and one that left counts as much as one that fell.

**Few customers.** Industries are drawn to the change of the whole company by empirical Bayes: an industry's own
word counts by ``tau^2 / (tau^2 + s^2)``, where s^2 is the variance of its mean and tau^2 that between industries,
by DerSimonian and Laird (1986), or between their indices, or ``INDUSTRIES`` squared, whichever is most. What the
region adds is the same mean of what the industries leave over, drawn to 0, and an industry in a region is drawn to
its region.

**Index.** A published index of the industry is another measurement of the same change, and counts by its precision:
the inverse of its variance (``features.marketindex``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
FOLDS = 20
CUT, WILD = 1.0, 2.5
"""Natural logarithms: how far from its group's median a customer's change still counts, and how far it is taken for
noise."""
INDUSTRIES, REGIONS = 0.15, 0.05
"""Standard deviations between industries, and between regions, that are expected at least: shocks are rare, and a
year in which only one industry falls must not be taken for chance because the others stand still."""
OWN, ORDER = 0.10, 0.50
"""Variance of a customer's log change: its own course, and that of one order."""


@dataclass(frozen=True)
class Told:
    """Another measurement of the change of groups, such as an index: log change and variance; NaN: not measured."""

    log: Floats
    variance: Floats


@dataclass(frozen=True)
class Groups:
    """Customers by industry and region; -1 is unknown. ``cell`` numbers the pairs that occur, ``of_industry`` and
    ``of_region`` say of which each is one. ``words`` are the names."""

    industry: Codes
    region: Codes
    cell: Codes
    of_industry: Codes
    of_region: Codes
    words: tuple[Sequence[str], Sequence[str]] = field(default=((), ()))


@dataclass(frozen=True)
class Levels:
    """Log changes of groups and their variances."""

    log: Floats
    variance: Floats


@dataclass(frozen=True)
class Changes:
    """The log change of the company and every industry, and what every region and cell adds to its industry."""

    company: float
    industry: Levels
    region: Levels
    cell: Levels


def grouped(industry: Sequence[str | None], region: Sequence[str | None]) -> Groups:
    """Number the industries and regions of customers by their names' order."""
    numbers, words = zip(*(_numbered(texts) for texts in (industry, region)), strict=True)
    pair = (numbers[0] + 1) * (len(words[1]) + 1) + numbers[1] + 1
    pairs, cell = np.unique(pair, return_inverse=True)
    of_industry, of_region = np.divmod(pairs, len(words[1]) + 1)
    return Groups(numbers[0], numbers[1], cell.astype(np.int64), of_industry - 1, of_region - 1, words)


def _numbered(texts: Sequence[str | None]) -> tuple[Codes, tuple[str, ...]]:
    words = sorted({text for text in texts if isinstance(text, str) and text})
    place = {word: number for number, word in enumerate(words)}
    return np.array(
        [place.get(text, -1) if isinstance(text, str) else -1 for text in texts], np.int64
    ), tuple(words)


def folds(customers: Sequence[str]) -> Codes:
    """Give the part that each customer is in, by its id alone."""
    return np.array([crc32(customer.encode()) % FOLDS for customer in customers], np.int64)


def log_changes(
    before: Floats, now: Floats, orders_before: Floats, orders_now: Floats
) -> tuple[Floats, Floats]:
    """Give each customer's log change of sales and how much it weighs; NaN and 0 where it bought nothing before.

    Half an order of its own size is added to both, so that a window without orders is a large fall and not an
    endless one.
    """
    there = (before > 0) & (orders_before > 0)
    size = np.divide(before + now, orders_before + orders_now, out=np.ones_like(before), where=there) / 2
    log = np.log(np.where(there, now + size, 1.0) / np.where(there, before + size, 1.0))
    variance = OWN + ORDER / (orders_before + 0.5) + ORDER / (orders_now + 0.5)
    return np.where(there, log, np.nan), np.where(there, 1 / variance, 0.0)


def changes(log: Floats, weight: Floats, groups: Groups, index: Told, cells: Told) -> Changes:
    """Give the changes of all groups from the customers whose ``log`` is known; ``index`` and ``cells`` are by
    industry and by cell, the latter of the cell beside its industry."""
    used = np.isfinite(log) & (weight > 0)
    log, weight = log[used], weight[used]
    industry, cell, region = groups.industry[used], groups.cell[used], groups.region[used]
    many, regions = len(groups.words[0]), len(groups.words[1])
    company = float(_means(log, weight, np.zeros(len(log), np.int64), 1)[0][0]) if len(log) else 0.0
    own = _means(log, weight, industry, many)
    told = (index.log, index.variance)
    levels = _blended(np.full(many, company), max(_between(*own), _between(*told), INDUSTRIES**2), own, told)
    left = log - np.append(levels.log, company)[industry]
    own, beside = _means(left, weight, region, regions), of_regions(groups, cells, regions)
    told = (beside.log, beside.variance)
    wide = _blended(np.zeros(regions), max(_between(*own, 0.0), _between(*told, 0.0), REGIONS**2), own, told)
    around = np.append(wide.log, 0.0)[groups.of_region]
    mean, variance = _means(left - around[cell], weight, cell, len(around))
    here = _blended(
        around, _between(mean, variance, 0.0), (around + mean, variance), (cells.log, cells.variance)
    )
    known = groups.of_region >= 0
    here = Levels(np.where(known, here.log, 0.0), np.where(known, here.variance, 0.0))
    return Changes(company, levels, wide, here)


def around(
    customers: Sequence[str], log: Floats, weight: Floats, groups: Groups, index: Told, cells: Told
) -> tuple[Floats, Floats]:
    """Give of each customer the log change of its industry and what its region adds, both from other customers."""
    part = folds(customers)
    market, region = np.zeros(len(log)), np.zeros(len(log))
    for fold in np.unique(part):
        mine = part == fold
        found = changes(np.where(mine, np.nan, log), weight, groups, index, cells)
        market[mine] = np.append(found.industry.log, found.company)[groups.industry[mine]]
        region[mine] = found.cell.log[groups.cell[mine]]
    return market, region


def _means(log: Floats, weight: Floats, group: Codes, many: int) -> tuple[Floats, Floats]:
    """Give each group's mean, and the variance of the mean; NaN and endless where it has no customer."""
    order = np.lexsort((log, group))
    log, weight, group = log[order], weight[order], group[order]
    keep = group >= 0
    log, weight, group = log[keep], weight[keep], group[keep]
    count = np.bincount(group, minlength=many)
    first = np.cumsum(count) - count
    there = count > 0
    low, high = (np.minimum(first + (count - 1 + up) // 2, max(len(log) - 1, 0)) for up in (0, 1))
    middle = np.where(there, (log[low] + log[high]) / 2, 0.0) if len(log) else np.zeros(many)
    cut = np.clip(log, middle[group] - CUT, middle[group] + CUT)
    total = np.bincount(group, weight, many)
    safe = np.where(there, total, 1.0)
    mean = np.bincount(group, weight * cut, many) / safe
    square = np.bincount(group, weight * (log - mean[group]).clip(-WILD, WILD) ** 2, many)
    pooled = square.sum() / max(float(total.sum()), 1e-12)  # of one customer of mean weight
    each = np.bincount(group, weight**2, many) / safe**2
    return np.where(there, mean, np.nan), np.where(there, np.maximum(pooled, 1e-6) * each, np.inf)


def _between(mean: Floats, variance: Floats, around: float | None = None) -> float:
    """Give the variance between groups (DerSimonian and Laird), around their mean or a number given."""
    there = np.isfinite(mean) & np.isfinite(variance)
    if there.sum() < 2:
        return 0.0
    weight, mean = 1 / variance[there], mean[there]
    total = weight.sum()
    middle = float((weight * mean).sum() / total) if around is None else around
    q = float((weight * (mean - middle) ** 2).sum())
    if around is not None:
        return max(0.0, (q - len(mean)) / float(total))
    return max(0.0, (q - (len(mean) - 1)) / float(total - (weight**2).sum() / total))


def of_regions(groups: Groups, cells: Told, regions: int) -> Told:
    """Give what is measured of each region beside its industries: the mean of its cells, by their precision."""
    there = np.isfinite(cells.log) & np.isfinite(cells.variance) & (groups.of_region >= 0)
    weight = np.divide(1.0, cells.variance, out=np.zeros(len(cells.log)), where=there)
    of = np.maximum(groups.of_region, 0)
    total = np.bincount(of, weight, regions)
    mean = np.bincount(of, weight * np.where(there, cells.log, 0.0), regions)
    known = total > 0
    safe = np.where(known, total, 1.0)
    return Told(np.where(known, mean / safe, np.nan), np.where(known, 1 / safe, np.inf))


def _blended(prior: Floats, spread: float, *measured: tuple[Floats, Floats]) -> Levels:
    """Give the mean of a prior of the variance ``spread`` and measurements, by their precision."""
    total = np.full(len(prior), 1 / max(spread, 1e-9))
    weighed = total * prior
    for mean, variance in measured:
        there = np.isfinite(mean) & np.isfinite(variance)
        counts = np.divide(1.0, variance, out=np.zeros_like(total), where=there)
        total += counts
        weighed += counts * np.where(there, mean, 0.0)
    return Levels(weighed / total, 1 / total)
