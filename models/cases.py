"""Known leavers against what was said of them before they left.

A leaver is a customer and the day L of its last purchase. A flag counts as early warning only on an as-of date
before L: on L itself, and after, the customer has left already (it is *gone*). "In the d days before" is the
half-open ``[L - d, L)``. All figures are about leavers of the test months: those with an L after the first test
date and up to one step between dates after the last. Early in these months fewer test dates lie behind a leaver
than d days hold, which counts against the model; ``whole`` figures are about leavers with all of them.

Beside each share stands that of lots: of lists as long, drawn anew from the customers of each date. It is not small
(four dates of a tenth each find 1 - 0.9^4 = 34%), and a share without it says little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.shares import median, shares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

LEADS = (30, 60, 90, 120, 180)
"""Days before the last purchase at which it is counted who was found."""
BEFORE = 120
"""Days before the last purchase in which a flag is held to speak of this departure."""
GRACE = 30
"""Days after the last purchase in which a flag is late notice."""
MONTH = 30
EARLY, LATE, BELOW, NO_SIGNS, NEVER, OUTSIDE = (
    "flagged before",
    "signs too late",
    "below the budget",
    "no signs",
    "never eligible",
    "outside the test months",
)
MISSES = (NEVER, LATE, BELOW, NO_SIGNS)


@dataclass(frozen=True)
class Chances:
    """Some leavers against the test dates; arrays are (leavers, dates).

    ``days`` from the date to L: positive while the last purchase lies ahead. ``row`` is the place of the leaver in
    the predictions, -1 where it was not asked about on the date.
    """

    customers: NDArray[Any]
    dates: NDArray[np.datetime64]
    days: Ints
    row: Ints

    @property
    def asked(self) -> Flags:
        return self.row >= 0

    def ahead(self, days: int) -> Flags:
        """Which dates lie in the ``days`` before L."""
        return (self.days > 0) & (self.days <= days)

    def around(self, days: int, grace: int) -> Flags:
        """Which dates lie in the ``days`` before L or the ``grace`` days from L on."""
        return (self.days >= -grace) & (self.days <= days)

    def whole(self, days: int) -> Flags:
        """Leavers none of whose monthly dates in the ``days`` before L is earlier than the first test date."""
        return np.asarray(self.days.max(axis=1) + step(self.dates) > days)

    def of(self, values: ArrayLike, absent: Any) -> NDArray[Any]:
        """A column of the predictions as (leavers, dates); ``absent`` where not asked about."""
        told = np.asarray(values)
        if not len(told):
            return np.full(self.row.shape, absent)
        return np.where(self.asked, told[self.row], absent)

    def among(self, chosen: Flags) -> Chances:
        return Chances(self.customers[chosen], self.dates, self.days[chosen], self.row[chosen])


def step(dates: ArrayLike) -> int:
    """Days from one test date to the next, the fewest; a month where there is only one."""
    days = np.sort(np.asarray(dates, "datetime64[D]"))
    return MONTH if len(days) < 2 else int(np.diff(days).astype(np.int64).min())


def in_test_months(predictions: pd.DataFrame, left_on: ArrayLike) -> Flags:
    """Whether each L lies after the first test date and up to one step after the last."""
    dates = np.sort(predictions["as_of"].unique()).astype("datetime64[D]")
    left = np.asarray(left_on, "datetime64[D]")
    return np.asarray((left > dates[0]) & (left <= dates[-1] + np.timedelta64(step(dates), "D")))


def chances(predictions: pd.DataFrame, leavers: pd.DataFrame) -> Chances:
    """Lay leavers (customer_id, left_on) against the predictions of one family."""
    dates = np.sort(predictions["as_of"].unique()).astype("datetime64[D]")
    left = leavers["left_on"].to_numpy().astype("datetime64[D]")
    people = leavers["customer_id"].to_numpy()
    asked = pd.MultiIndex.from_arrays(
        [predictions["customer_id"].to_numpy(), predictions["as_of"].to_numpy().astype("datetime64[s]")]
    )
    wanted = pd.MultiIndex.from_arrays(
        [np.repeat(people, len(dates)), np.tile(dates.astype("datetime64[s]"), len(people))]
    )
    return Chances(
        customers=people,
        dates=dates,
        days=(left[:, None] - dates[None, :]).astype(np.int64),
        row=asked.get_indexer(wanted).astype(np.int64).reshape(len(people), len(dates)),
    )


def found(
    predictions: pd.DataFrame, there: Chances, on: Flags, *, n: int, seed: int, grace: int = GRACE
) -> dict[str, Any]:
    """How many leavers a list found and how early; ``on`` says of each row whether it was listed.

    Returns
    -------
    recall : for each of LEADS the share flagged on a test date in [L - d, L), with that of ``lots``; ``whole`` the
        same among leavers with all their dates, of whom there are ``leavers``
    late : the share flagged in [L - BEFORE, L + grace], again with lots, and ``whole``
    ahead : for each of LEADS the share flagged at least d days before L, within the longest of them
    lead_days : median (interval) and quartiles of days from the first flag in [L - BEFORE, L) to L, of the flagged;
        ``lots`` the median of lists by lot: flags spread over four months lie two months ahead by themselves
    """
    flagged = there.of(on, False).astype(bool)
    size = pd.Series(on).groupby(predictions["as_of"].to_numpy()).mean().sort_index().to_numpy()
    one = np.ones(len(there.customers))
    parts: dict[str, tuple[ArrayLike, ArrayLike]] = {}
    for d in LEADS:
        hit, all_dates = (flagged & there.ahead(d)).any(axis=1), there.whole(d)
        parts[f"recall {d}"] = (hit, one)
        parts[f"whole {d}"] = (hit & all_dates, all_dates)
        parts[f"ahead {d}"] = ((flagged & there.ahead(LEADS[-1]) & (there.days >= d)).any(axis=1), one)
    noticed, all_dates = (flagged & there.around(BEFORE, grace)).any(axis=1), _followed(there, grace)
    parts["late"] = (noticed, one)
    parts["whole late"] = (noticed & all_dates, all_dates)
    told = shares(parts, there.customers, n=n, seed=seed)
    recall = {}
    for d in LEADS:
        by_lot, all_dates = _by_lot(there, there.ahead(d), size), there.whole(d)
        recall[str(d)] = {
            **told[f"recall {d}"]._asdict(),
            "lots": _mean(by_lot),
            "whole": {
                "leavers": int(all_dates.sum()),
                **told[f"whole {d}"]._asdict(),
                "lots": _mean(by_lot[all_dates]),
            },
        }
    by_lot, all_dates = _by_lot(there, there.around(BEFORE, grace), size), _followed(there, grace)
    return {
        "recall": recall,
        "late": {
            "grace_days": grace,
            **told["late"]._asdict(),
            "lots": _mean(by_lot),
            "whole": {
                "leavers": int(all_dates.sum()),
                **told["whole late"]._asdict(),
                "lots": _mean(by_lot[all_dates]),
            },
        },
        "ahead": {str(d): told[f"ahead {d}"]._asdict() for d in LEADS},
        "lead_days": _leads(there, flagged, size, n, seed),
    }


def told(
    predictions: pd.DataFrame, there: Chances, by: Floats, needs: Floats, on: Flags, *, grace: int = GRACE
) -> pd.DataFrame:
    """Say of each leaver what one list did about it, a row each in the order of ``there``.

    ``by`` ranks, ``needs`` is the share that a list must hold (``models.budgets``), ``on`` who was listed.

    Returns
    -------
    outcome : EARLY, or why not, the first that holds:
        NEVER, asked about on no test date in the BEFORE days before L;
        LATE, flagged only from L to ``grace`` days after;
        BELOW, on some date before L above the mean of that date's customers: seen, but others came first;
        NO_SIGNS, never above that mean
    flagged_on, lead_days, tier : the first flag in the BEFORE days before L, days from it to L, the tier then
    late_on : the first flag from L on, up to ``grace`` days after, of those not flagged before
    asked_dates : of the test dates in the BEFORE days before L, those on which it was asked about
    needed : the share of customers that a list must hold to have found it then
    """
    flagged, early = there.of(on, False).astype(bool), there.ahead(BEFORE)
    mean = pd.Series(by).groupby(predictions["as_of"].to_numpy()).transform("mean").to_numpy()
    seen = there.of(by > mean, False).astype(bool) & early
    hit = flagged & early
    after = flagged & (there.days <= 0) & (there.days >= -grace)
    asked = there.asked & early
    outcome = np.select(
        [hit.any(axis=1), ~asked.any(axis=1), after.any(axis=1), seen.any(axis=1)],
        [EARLY, NEVER, LATE, BELOW],
        NO_SIGNS,
    )
    first = hit.argmax(axis=1)
    rows = np.arange(len(first))
    caught = hit.any(axis=1)
    late = after.any(axis=1) & ~caught
    nothing = np.datetime64("NaT")
    tier = there.of(predictions["tier"].to_numpy().astype(object), None)
    least = np.where(asked, there.of(needs, np.nan), np.inf).min(axis=1, initial=np.inf)
    return pd.DataFrame(
        {
            "outcome": outcome,
            "flagged_on": np.where(caught, there.dates[first], nothing).astype("datetime64[s]"),
            "lead_days": np.where(caught, there.days[rows, first], np.nan),
            "tier": pd.Series(np.where(caught, tier[rows, first], None), dtype="str"),
            "late_on": np.where(late, there.dates[after.argmax(axis=1)], nothing).astype("datetime64[s]"),
            "asked_dates": asked.sum(axis=1).astype(np.int32),
            "needed": np.where(np.isfinite(least), least, np.nan),
        }
    )


def _followed(there: Chances, grace: int) -> Flags:
    """Leavers with all their monthly dates in the BEFORE days before L and the ``grace`` days after."""
    return np.asarray(there.whole(BEFORE) & (there.days.min(axis=1) - step(there.dates) < -grace))


def _by_lot(there: Chances, within: Flags, size: Floats) -> Floats:
    """The chance that lists by lot, each ``size`` of its date's customers, hold a leaver on a date ``within``."""
    return np.asarray(1 - np.where(within & there.asked, 1 - size[None, :], 1.0).prod(axis=1))


def _leads(there: Chances, flagged: Flags, size: Floats, n: int, seed: int) -> dict[str, Any]:
    within = there.ahead(BEFORE)
    hit = flagged & within
    caught = hit.any(axis=1)
    days = there.days[np.arange(len(hit)), hit.argmax(axis=1)][caught]
    # By lot, the first flag falls on a date if none before it in the window did: a weight for every date.
    drawn = np.where(within & there.asked, size[None, :], 0.0)
    none_before = np.cumprod(np.hstack([np.ones((len(drawn), 1)), 1 - drawn[:, :-1]]), axis=1)
    weight = (drawn * none_before).ravel()
    order = np.argsort(there.days.ravel(), kind="stable")
    run = np.cumsum(weight[order])
    by_lot = float("nan")
    if len(run) and run[-1] > 0:
        by_lot = float(there.days.ravel()[order][np.searchsorted(run, run[-1] / 2)])
    quarters = np.quantile(days, [0.25, 0.75]) if len(days) else (np.nan, np.nan)
    return {
        "flagged": int(caught.sum()),
        "median": median(days, there.customers[caught], n=n, seed=seed)._asdict(),
        "quartiles": [float(quarter) for quarter in quarters],
        "lots": by_lot,
    }


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
