"""By how much our share of what a customer imports changed, over all product lines together, as a log change.

Of each product line the customer's imports U are known from customs records, and our share s of them; what we sell
is the sum of U s over the lines. The part that the shares have in its change is

    sum over lines of L(v1, v0) ln(s1 / s0),  v = U s

(``features.lmdi``), and divided by L of the sums over the lines it is one log change for the customer. So a line
that moves to a rival counts by what we sold in it, and a customer that shifts from one line to another has lost
nothing to anybody.

Only what rivals gained can have gone to them: of a line that fell, no more counts than their sales in it rose over
what the customer's market let expect, divided by ``ENOUGH`` (months of records are missing, and a rival sells for
less); of one that rose, no more than theirs fell under it. A customer that stops buying what it bought from us, and
buys no more elsewhere, has lost its need and is not at a rival.

A share of few records is drawn to the customer's own share over everything: ``BORROWED`` records of its mean value
are added.

Records become known late. A record of an age at which a part F of the records is known counts 1 / F times, so that
it stands for those that are not; days on which F is below ``SEEN`` are left out, and the others stand for them. F
is that of the records of the year before ``LATE`` days ago, which are all known.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import lmdi
from features.windows import Window

Floats = NDArray[np.float64]
BORROWED = 0.5
ENOUGH = 0.3
SEEN = 0.4
LATE = 150
LONGER = 2
"""How many windows long the time before is; a usual share is better known than a changed one."""


@dataclass(frozen=True)
class Shares:
    """By customer: the log change (0 where not ``known``), and ``replaced``, the part (0 to 1) of what we sold
    before that rivals gained: how much of a change to nothing went to them."""

    log: Floats
    known: NDArray[np.bool_]
    replaced: Floats


def changes(
    rows: pd.DataFrame | None, customers: NDArray[np.object_], around: Floats, now: Window, back: int
) -> Shares:
    """Give the change to the window ``now`` from that ``back`` days earlier, ``LONGER`` times as long.

    ``around`` is the log change of each customer's market. ``rows`` are the newest versions known of the table
    ``imports``: customer_id, shipped_on, product_line, is_us, value. A customer without records of ours
    before is not known; one that now imports nothing has lost nothing to rivals.
    """
    many = len(customers)
    if rows is None or rows.empty or not {"customer_id", "is_us"} <= set(rows.columns):
        return Shares(np.zeros(many), np.zeros(many, bool), np.zeros(many))
    who = pd.Index(customers).get_indexer(pd.Index(rows["customer_id"])).astype(np.int64)
    rows, who = rows[who >= 0], who[who >= 0]
    day = rows["shipped_on"].to_numpy("datetime64[D]").astype(np.int64)
    line, lines = pd.factorize(rows["product_line"], sort=True)
    cents = np.rint(rows["value"].to_numpy(np.float64) * 100).astype(np.int64)
    ours = np.where(rows["is_us"].fillna(False).to_numpy(bool), cents, 0)
    cell, place = np.unique(who * len(lines) + line, return_inverse=True)
    owner = cell // len(lines) if len(lines) else cell
    past = Window(now.until - back, now.days * LONGER)

    def sums(values: NDArray[np.int64], window: Window) -> Floats:
        found = np.zeros(len(cell), np.int64)
        held = window.holds(day)
        np.add.at(found, place[held], values[held])
        return found.astype(np.float64)

    by_age = _known(rows, day, now.until)
    known_part = by_age[np.minimum(now.until - day, LATE)]
    stands = np.divide(1.0, known_part, out=np.zeros(len(day)), where=known_part >= SEEN)
    stands *= now.days / max(int((by_age[: now.days] >= SEEN).sum()), 1)
    all0, ours0 = (sums(values, past) / LONGER for values in (cents, ours))
    all1, ours1 = (sums(np.rint(values * stands).astype(np.int64), now) for values in (cents, ours))
    total0, us0 = (np.bincount(owner, values, many) for values in (all0, ours0))
    known = us0 > 0
    count = np.bincount(who, minlength=many)
    size = np.bincount(who, cents.astype(np.float64), many) / np.maximum(count, 1) * BORROWED
    usual = np.divide(us0, total0, out=np.zeros(many), where=total0 > 0)
    share0 = _drawn(ours0, all0, usual[owner], size[owner] / LONGER)
    share1 = _drawn(ours1, all1, share0, size[owner])
    v0, v1 = all0 * share0, all1 * share1
    effect = lmdi.mean(v1, v0) * np.log(np.where(share0 > 0, share1 / np.where(share0 > 0, share0, 1.0), 1.0))
    gained = ((all1 - ours1) - (all0 - ours0) * np.exp(around)[owner]) / ENOUGH
    effect = np.where(effect < 0, -np.minimum(-effect, np.maximum(gained, 0.0)), effect)
    effect = np.where(effect > 0, np.minimum(effect, np.maximum(-gained, 0.0)), effect)
    part = np.bincount(owner, effect, many)
    whole1, whole0 = (np.bincount(owner, values, many).astype(np.float64) for values in (v1, v0))
    weight = lmdi.mean(whole1, whole0)
    log = np.divide(part, weight, out=np.zeros(many), where=known & (weight > 0))
    taken = np.bincount(owner, np.minimum(ours0, np.maximum(gained, 0.0)), many)
    replaced = np.divide(taken, us0, out=np.zeros(many), where=known & (us0 > 0))
    return Shares(log, known, replaced)


def _known(rows: pd.DataFrame, day: NDArray[np.int64], until: int) -> Floats:
    """Give the part of records that is known by their age in days, from 0 on; 1 beyond ``LATE``."""
    part = np.ones(LATE + 1)
    if "known_at" in rows:
        settled = (day <= until - LATE) & (day > until - LATE - 365) & rows["known_at"].notna().to_numpy()
        if settled.any():
            known = rows["known_at"].to_numpy("datetime64[D]").astype(np.int64)
            lag = np.sort(np.maximum(known - day, 0)[settled])
            part = np.searchsorted(lag, np.arange(LATE + 1), side="right") / len(lag)
    return part


def _drawn(ours: Floats, all_: Floats, usual: Floats, size: Floats) -> Floats:
    """Give a share drawn to the ``usual`` one by records of ``size`` altogether; the usual one without records."""
    total = all_ + size
    return np.where(total > 0, (ours + size * usual) / np.where(total > 0, total, 1.0), usual)
