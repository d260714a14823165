"""A customer's own clock: when it orders in ordinary times, by season, and how regularly.

The orders of a customer are taken for a modulated gamma renewal process (Berman 1981, Biometrika 68, 143-152): gaps
between orders, measured in the customer's own time, are gamma distributed with mean 1 and a shape of its own. Own
time runs at the customer's usual rate times its season. The season is the cohort's by the week of the year,
shrunk from group to company, times a wave of the customer's own, both learnt from past years alone; pauses that
it made in the same weeks of past years come on top (``actions.pauses``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import polygamma, psi

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEAR = 365.25
PAST = 1096
"""Days of records that are looked at: three years."""
WEEKS = 53
"""Weeks of the year, counted back from the day asked; the last holds a day or two."""
LEAST_COHORT = 300
"""Orders in past years from which on the cohort has a season."""
SHRINK_COMPANY, SHRINK_GROUP = 40.0, 40.0
"""Orders that the season of nobody, and that of the company, count for beside the records."""
SHRINK_SHAPE = 12.0
"""Gaps that the regularity of the cohort counts for beside the customer's own."""
SHAPES = (0.7, 8.0)
"""Least and largest regularity; 1 is as irregular as chance."""


@dataclass(frozen=True)
class Orders:
    """The days on which customers bought: one entry a customer and day, by customer and day.

    ``age`` counts days back from the day asked (0: on it), ``value`` is the log of what was bought on it, and
    ``begin[c]:begin[c + 1]`` are the entries of customer ``c``.
    """

    customers: Sequence[str]
    begin: Ints
    age: Ints
    value: Floats

    @property
    def customer(self) -> Ints:
        return np.repeat(np.arange(len(self.customers)), np.diff(self.begin))


def orders(purchases: pd.DataFrame, as_of: pd.Timestamp) -> Orders:
    """Take the purchases of the three years before ``as_of``, which is their last day; what is worth nothing is
    no order.

    Who bought longer ago is a customer without orders.
    """
    known = purchases.assign(day=purchases["day"].dt.normalize())[purchases["amount"] > 0]
    customers = np.sort(purchases["customer_id"].unique().astype(object))
    sums = known.groupby(["customer_id", "day"], sort=True)["amount"].sum().reset_index()
    age = (as_of - sums["day"]).dt.days.to_numpy()
    sums, age = sums[age < PAST], age[age < PAST].astype(np.int64)
    place = pd.Index(customers).get_indexer(sums["customer_id"])
    begin = np.searchsorted(place, np.arange(len(customers) + 1)).astype(np.int64)
    return Orders(list(customers), begin, age, np.log(sums["amount"].to_numpy(np.float64)))


@dataclass(frozen=True)
class Season:
    """Factors on the order rate by the week of the year before the day asked; 1 is an ordinary week."""

    weekly: Floats
    """(groups, weeks): the cohort's."""
    group: Ints
    """Of each customer."""
    wave: Floats
    """(customers, 2): cosine and sine of the customer's own wave, in logs."""

    def daily(self, chosen: slice) -> Floats:
        """(customers, PAST): the factor on each day, the oldest first."""
        age = np.arange(PAST)[::-1]
        week = (age % YEAR // 7).astype(np.int64)
        turn = 2 * np.pi * age / YEAR
        wave = self.wave[chosen] @ np.vstack([np.cos(turn), np.sin(turn)])
        return np.asarray(self.weekly[self.group[chosen]][:, week] * np.exp(wave))


def season(made: Orders, group: Sequence[str]) -> Season:
    """Learn the season from past years; the latest year counts only where there is no other."""
    names, place = np.unique(np.asarray(group, object).astype(str), return_inverse=True)
    flat = Season(np.ones((len(names), WEEKS)), place, np.zeros((len(made.customers), 2)))
    customer, year = made.customer, (made.age / YEAR).astype(np.int64)
    for years in ((1, 2), (0,)):
        count = np.zeros((len(made.customers), 3))
        np.add.at(count, (customer, np.minimum(year, 2)), 1)
        use = np.zeros_like(count, dtype=bool)
        oldest = np.full(len(made.customers), -1)
        newest = np.full(len(made.customers), PAST)
        np.maximum.at(oldest, customer, made.age)
        np.minimum.at(newest, customer, made.age)
        for y in years:
            # There all the year: seen before it began (or nearly so) and after it ended.
            use[:, y] = (oldest >= YEAR * (y + 1) - 45) & (newest < YEAR * max(y, 0.25)) & (count[:, y] >= 4)
        taken = use[customer, np.minimum(year, 2)]
        if taken.sum() >= LEAST_COHORT:
            return _learnt(made, flat, taken, (count * use).sum(axis=1))
    return flat


def _learnt(made: Orders, flat: Season, taken: NDArray[np.bool_], count: Floats) -> Season:
    customer, age = made.customer[taken], made.age[taken]
    week = (age % YEAR // 7).astype(np.int64)
    share = np.full(WEEKS, 7 / YEAR)
    share[-1] = 1 - share[:-1].sum()
    groups = len(flat.weekly)
    found = np.zeros((groups, WEEKS))
    np.add.at(found, (flat.group[customer], week), 1)
    wanted = np.bincount(flat.group, count, groups)[:, None] * share
    company = _shrunk(found.sum(axis=0), wanted.sum(axis=0), SHRINK_COMPANY)
    weekly = np.array(
        [company * _shrunk(f, w * company, SHRINK_GROUP) for f, w in zip(found, wanted, strict=True)]
    )
    weekly /= (weekly * share).sum(axis=1, keepdims=True)
    return Season(
        weekly, flat.group, _waves(weekly[flat.group], flat.group, customer, age, week, count, share)
    )


def _shrunk(found: Floats, wanted: Floats, weight: float) -> Floats:
    """Give found over wanted, neighbouring weeks counting half, drawn to 1."""
    near = [np.roll(found, 1) + np.roll(found, -1), np.roll(wanted, 1) + np.roll(wanted, -1)]
    return np.asarray((found + 0.25 * near[0] + weight) / (wanted + 0.25 * near[1] + weight))


def _waves(
    weekly: Floats, group: Ints, customer: Ints, age: Ints, week: Ints, count: Floats, share: Floats
) -> Floats:
    """Give each customer's own wave, drawn to none.

    The two coefficients are, for one without a wave, normal around 0 with the variance of their noise; for one
    with, wider. How many have one and how much wider is learnt from all (an empirical Bayes spike and slab,
    Johnstone and Silverman 2004).
    """
    size = len(count)
    turn = 2 * np.pi * (np.arange(WEEKS) * 7 + 3.5) / YEAR
    basis = np.vstack([np.cos(turn), np.sin(turn)])
    order = 2 * np.pi * age / YEAR
    sums = np.zeros((size, 2))
    np.add.at(sums, customer, np.column_stack([np.cos(order), np.sin(order)]))
    sums -= count[:, None] * ((weekly * share) @ basis.T)
    some = count >= 8
    if not some.any():
        return np.zeros((size, 2))
    raw = 2 * sums / np.maximum(count, 1)[:, None]
    square = (raw**2).sum(axis=1)
    # Half of the customers at least have none: the median tells the noise (of chi square with 2 degrees: 2 ln 2).
    noise = float(np.median((square * count)[some])) / (2 * np.log(2)) / np.maximum(count, 1)
    rate, wide = 0.1, 0.2
    for _ in range(30):
        with_wave = rate * np.exp(-square / 2 / (noise + wide)) / (noise + wide)
        without = (1 - rate) * np.exp(-square / 2 / noise) / noise
        sure = np.where(some, with_wave / (with_wave + without), 0.0)
        rate = float(np.clip(sure[some].mean(), 0.01, 0.9))
        wide = float(max((sure * (square / 2 - noise))[some].sum() / max(sure.sum(), 1e-9), 0.02))
    drawn = sure * wide / (wide + noise)
    return np.asarray(raw * drawn[:, None])


def regularity(gaps: Floats, customer: Ints, size: int) -> Floats:
    """Give each customer's gamma shape from its gaps in own time, drawn to the cohort's.

    By the difference of log mean and mean log, which is a function of the shape alone (Minka 2002, "Estimating a
    Gamma distribution"); solved for everybody at once by Newton's method.
    """
    count = np.bincount(customer, minlength=size)
    total = np.bincount(customer, gaps, size)
    logs = np.bincount(customer, np.log(gaps), size)
    n = np.maximum(count, 1)
    spread = np.maximum(np.log(np.maximum(total / n, 1e-9)) - logs / n, 1e-3)
    # The mean is fitted to the same gaps: n gaps tell of n - 1.
    spread *= n / np.maximum(n - 1, 1)
    some = count >= 4
    cohort = float(np.average(spread[some], weights=count[some])) if some.any() else 0.25
    drawn = np.where(some, (count * spread + SHRINK_SHAPE * cohort) / (count + SHRINK_SHAPE), cohort)
    shape = (3 - drawn + np.sqrt((drawn - 3) ** 2 + 24 * drawn)) / (12 * drawn)
    for _ in range(5):
        shape -= (np.log(shape) - psi(shape) - drawn) / (1 / shape - polygamma(1, shape))
        shape = np.clip(shape, *SHAPES)
    return np.asarray(shape)


def clocked(daily: Floats) -> Floats:
    """(customers, PAST + 1): own time at the beginning of each day, in ordinary days."""
    return np.concatenate([np.zeros((len(daily), 1)), np.cumsum(daily, axis=1)], axis=1)


BLOCK = 28
"""Days of a block in which the wobble of a rate is measured."""
SETTLED = 60
"""Days back before which nothing that begins now moves the usual rate."""
OLD = 196
"""The same for the wobble, which a change would swell."""
SHRINK_WOBBLE = 10.0
"""Blocks that the wobble of the cohort counts for beside the customer's own."""
LONGEST = 6.0
"""Usual gaps beyond which a gap is a pause and says nothing of regularity."""


def measured(made: Orders, learnt: Season, some: slice) -> tuple[Floats, Floats, Ints, Floats, Floats]:
    """Measure some customers: orders a day of own time; gaps in usual gaps, and whose; and, of the counts of their
    blocks, the sum of what their squared deviations hold beyond a steady rate's, and of their squared means."""
    begin = made.begin[some.start : some.stop + 1]
    age = made.age[begin[0] : begin[-1]]
    size = len(begin) - 1
    who = np.repeat(np.arange(size), np.diff(begin))
    daily = learnt.daily(some)
    clock = clocked(daily)
    at = 0.5 * (clock[who, PAST - 1 - age] + clock[who, PAST - age])
    rate = _rate(who, at, age, size)
    following = (who[1:] == who[:-1]) & (age[1:] >= SETTLED)
    owner = who[1:][following]
    gaps = np.clip(np.diff(at)[following] * rate[owner], 1e-3, LONGEST)
    return rate, gaps, owner + some.start, *_uneven(daily, age, who, rate)


def _rate(who: Ints, at: Floats, age: Ints, size: int) -> Floats:
    """Orders a day of own time from those that are settled; from all where these are few; a month where there is
    one."""
    rate = np.full(size, 1 / 30)
    for chosen in (np.ones(len(age), bool), age >= SETTLED):
        first, last = np.full(size, np.inf), np.full(size, -np.inf)
        np.minimum.at(first, who[chosen], at[chosen])
        np.maximum.at(last, who[chosen], at[chosen])
        count = np.bincount(who[chosen], minlength=size)
        some = count >= 4
        rate[some] = (count[some] - 1) / np.maximum(last[some] - first[some], 1.0)
    return rate


def _uneven(daily: Floats, age: Ints, who: Ints, rate: Floats) -> tuple[Floats, Floats]:
    size, blocks = len(daily), PAST // BLOCK
    own = daily[:, ::-1][:, : blocks * BLOCK].reshape(size, blocks, BLOCK).sum(axis=2)
    block = age // BLOCK
    count = np.zeros((size, blocks))
    np.add.at(count, (who[block < blocks], block[block < blocks]), 1)
    oldest = np.zeros(size, np.int64)
    np.maximum.at(oldest, who, age)
    from_day = np.arange(blocks) * BLOCK
    use = (from_day >= OLD) & (from_day + BLOCK <= oldest[:, None]) & (own > 0.5 * BLOCK)
    n = use.sum(axis=1)
    level = (count * use).sum(axis=1) / np.maximum((own * use).sum(axis=1), 1e-9)
    mean = np.where(n[:, None] > 1, level[:, None] * own, 0.0) * use
    off = (count - level[:, None] * own) ** 2 * use * (n / np.maximum(n - 1, 1))[:, None]
    return np.where(n > 1, off.sum(axis=1), 0.0), np.stack([mean.sum(axis=1), (mean**2).sum(axis=1)], axis=1)


def spread_of(rate: Floats, shape: Floats, off: Floats, means: Floats, prior: float) -> Floats:
    """Give the shape of a process of a steady rate whose counts over months are as uneven as those of one of
    ``shape`` whose rate wobbles besides.

    A count of mean m has the variance ``m / shape`` (Cox 1962, Renewal Theory), and ``w m^2`` more where the rate
    of a block wobbles by the relative variance w. Blocks here are not those in which a rate changes: of blocks
    cut anywhere, two thirds of w are seen. Each customer's w is drawn to the cohort's.
    """
    excess, square = 1.5 * (off - means[:, 0] / shape), means[:, 1]
    cohort = prior**2
    if square.sum() > 0:
        cohort = float(np.clip(excess.sum() / square.sum(), 0.02, 0.3))
    block = (BLOCK * rate) ** 2 * SHRINK_WOBBLE
    own = np.clip((excess + block * cohort) / (square + block), 0.3 * cohort, 4 * cohort)
    return np.asarray(1 / (1 / shape + own * BLOCK * rate))


def noise_of(made: Orders, prior: float) -> Floats:
    """Give the standard deviation of the log value of an order about those beside it, drawn to the cohort's."""
    size, who = len(made.customers), made.customer
    same = who[1:] == who[:-1]
    square = np.minimum(np.abs(np.diff(made.value)[same]), 3.0) ** 2 / 2
    count = np.bincount(who[1:][same], minlength=size)
    total = np.bincount(who[1:][same], square, size)
    cohort = max(float(total.sum() / count.sum()), 0.01) if count.sum() else prior**2
    return np.asarray(np.sqrt((total + 10 * cohort) / (count + 10)))
