"""The share of a customer's records that are of some sort, month by month, against the share usual before."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from actions.signals.runs import Flags, Floats, Ints, last_runs, on, usual


@dataclass(frozen=True)
class Stretches:
    """For each customer whose last month that tells something holds: the unbroken run of such months.

    ``first`` and ``last`` are positions of records, ``times`` counts months, ``now`` is the share over all their
    records, ``own`` the usual share before the first of them.
    """

    first: Ints
    last: Ints
    times: Ints
    now: Floats
    own: Floats

    def among(self, chosen: Flags) -> "Stretches":
        return Stretches(
            self.first[chosen], self.last[chosen], self.times[chosen], self.now[chosen], self.own[chosen]
        )


def stretches(
    who: Ints,
    day: Ints,
    value: Floats,
    beyond: Callable[[Floats, Floats], Flags],
    *,
    usual_days: int,
    usual_least: int,
    month_least: int,
) -> Stretches:
    """Follow each customer's months back as long as ``beyond(share, usual share)`` holds.

    ``value`` is 1 for a record of the sort, 0 for others. A month of fewer than ``month_least`` records, or with
    fewer than ``usual_least`` in the ``usual_days`` before it, tells nothing: it neither adds to a run nor ends it.
    """
    place = np.arange(len(who))
    month = on(day).astype("datetime64[M]").astype(np.int64)
    months = (
        pd.DataFrame({"who": who, "month": month, "total": value, "first": place, "last": place})
        .groupby(["who", "month"], as_index=False)
        .agg({"total": "sum", "first": "min", "last": "max"})
    )
    whose, first, last = (months[name].to_numpy(np.int64) for name in ("who", "first", "last"))
    begins = months["month"].to_numpy().astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    own = usual(who, day, value, (whose, begins), (usual_days + 1, 1), usual_least)
    count = last - first + 1
    told = (count >= month_least) & ~np.isnan(own)
    whose, first, last, own, count = (part[told] for part in (whose, first, last, own, count))
    runs = last_runs(whose, beyond(months["total"].to_numpy()[told] / count, own))
    begin, end = first[runs.first], last[runs.last]
    seen = np.append(0.0, np.cumsum(value))
    now = (seen[end + 1] - seen[begin]) / (end - begin + 1)
    return Stretches(begin, end, runs.times, now, own[runs.first])
