"""What labels have come since the training, and do more customers fall silent than a year ago?

The label of a date is known months after it. Sooner known is who bought nothing at all in a shorter window: not yet
a departure, but when departures double, silences follow within weeks. The share of the silent is held against the
same date of last year, and the change against the changes of past dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.arrivals import LEAST, unusual
from models.notices import LOOK, NOTHING, Notice

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

YEAR = 12
"""Monthly dates of a year."""


def new_labels(dates: list[date], customers: int, leavers: int, learned: int, look: float) -> Notice:
    """What a retraining would learn beside what it learned: as-of dates, customers asked about on them, leavers.

    ``learned`` are the leavers that the model learned from; worth a look from ``look`` times as many new ones.
    """
    share = leavers / learned if learned else np.inf
    words = (
        f"{leavers:,} leavers on {len(dates)} as-of dates from {dates[0]} to {dates[-1]} have become known since; "
        f"the model learned from {learned:,}."
        if dates
        else "No label has become known since."
    )
    figures = {"dates": dates, "customers": customers, "leavers": leavers, "learned": learned}
    return Notice("labels", "new", LOOK if dates and share >= look else NOTHING, words, figures)


def silent(window: int, counts: Floats, asked: Floats, ratio: float, deviations: float) -> Notice | None:
    """Whether unusually many fell silent: of ``asked`` customers on monthly dates, the last a ``window`` ago,
    ``counts`` bought nothing within ``window`` days. None where last year or ``LEAST`` past changes are missing.
    """
    if len(counts) <= YEAR + LEAST or not asked[-1] or not asked[-1 - YEAR]:
        return None
    share = np.divide(counts, asked, out=np.full(len(counts), np.nan), where=asked > 0)
    with np.errstate(divide="ignore"):
        change = np.log(share[YEAR:] / share[:-YEAR])
    past = change[:-1][np.isfinite(change[:-1])]
    value, few = float(change[-1]), float(min(counts[-1], counts[-1 - YEAR]))
    odd = len(past) >= LEAST and np.isfinite(value) and unusual(value, past, few / 2, deviations)
    beyond = abs(value) > np.log(ratio)
    words = (
        f"{share[-1]:.1%} of {asked[-1]:,.0f} customers bought nothing in the last {window} days; "
        f"{share[-1 - YEAR]:.1%} a year before."
    )
    figures: dict[str, Any] = {
        "window_days": window,
        "share": float(share[-1]),
        "share_year_before": float(share[-1 - YEAR]),
    }
    figures["past_changes"] = [float(np.exp(one)) for one in past]
    return Notice("labels", f"silent for {window} days", LOOK if odd and beyond else NOTHING, words, figures)
