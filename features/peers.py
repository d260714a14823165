"""Measures that hold a customer against all the others: sums over everybody less its own.

A customer's own orders must not explain themselves, so every figure leaves the customer out (leave-one-out). All
sums are of whole numbers (events, cents, customers), so what is left after the subtraction is exact.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from features.measures import UNKNOWN, Plain, ratio
from features.sweep import Rows, Values, View

Sums = NDArray[np.int64]
Base = Literal["before", "year"]


@dataclass(frozen=True)
class Peers(Plain):
    """Peers: the other customers whose version visible on the as-of date has the same text in the column `among`.

    With an empty `among` they are all other customers with a visible version. The customer itself is left out.
    Where `among` is unknown of the customer, or no version of it is visible, everything is unknown. The sum of a
    customer over a window is that of the money `of` in cents, or without `of` the number of its events; the peers'
    sum is that of theirs.
    """

    of: str | None
    among: str = ""
    empty: ClassVar[str] = UNKNOWN
    whole: ClassVar[bool] = False

    @property
    def shared(self) -> bool:
        return not self.among

    def sums(self, rows: Rows) -> Sums:
        """Give the customer's own part of each sum that the measure needs, shape (sums, questions)."""
        raise NotImplementedError

    def against(self, own: Sums, everybody: Sums) -> Values:
        """Give the measure from the customer's own sums and those of the whole group, itself included."""
        raise NotImplementedError

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        raise TypeError(f"{type(self).__name__} needs the sums over everybody; see features.company")

    def _sum(self, rows: Rows) -> NDArray[np.int64]:
        if self.of is None:
            return rows.high - rows.low
        running = rows.running(self.of)
        return running[rows.high] - running[rows.low]


def _base(rows: Rows, against: Base) -> Rows:
    return rows.before() if against == "before" else rows.year_before()


@dataclass(frozen=True)
class PeerChange(Peers):
    """The peers' sum over this window divided by theirs over the window that `base` names.

    before: `(as_of - 2w, as_of - w]`; year: `(as_of - 365 - w, as_of - 365]`. Unknown where that sum is 0.
    """

    base: Base = "before"

    def sums(self, rows: Rows) -> Sums:
        return np.stack([self._sum(rows), self._sum(_base(rows, self.base))])

    def against(self, own: Sums, everybody: Sums) -> Values:
        others = (everybody - own).astype(np.float64)
        return ratio(others[0], others[1])


@dataclass(frozen=True)
class AgainstPeers(PeerChange):
    """The customer's own sum over this window divided by its sum over the window of `base`, divided by PeerChange.

    1 moves with the peers, less falls behind them. Unknown where a lower number of the three divisions is 0 or
    unknown.
    """

    @property
    def shared(self) -> bool:
        return False

    def against(self, own: Sums, everybody: Sums) -> Values:
        mine = own.astype(np.float64)
        return ratio(ratio(mine[0], mine[1]), super().against(own, everybody))


@dataclass(frozen=True)
class PeerSeason(Peers):
    """What the season brought the peers a year ago: their sum after this day over their sum before it.

    Over `(as_of - 365, as_of - 365 + w]`, divided by that over `(as_of - 365 - w, as_of - 365]`. Unknown where that
    is 0.
    """

    def sums(self, rows: Rows) -> Sums:
        ahead = rows.view.window(rows.days, rows.ending + 365 - rows.days)
        return np.stack([self._sum(ahead), self._sum(rows.year_before())])

    def against(self, own: Sums, everybody: Sums) -> Values:
        others = (everybody - own).astype(np.float64)
        return ratio(others[0], others[1])


@dataclass(frozen=True)
class PeerMean(Peers):
    """The peers' sum over the window divided by the number of peers with an event in it; money in cents / 100."""

    def sums(self, rows: Rows) -> Sums:
        return np.stack([self._sum(rows), (rows.high > rows.low).astype(np.int64)])

    def against(self, own: Sums, everybody: Sums) -> Values:
        others = (everybody - own).astype(np.float64)
        return ratio(others[0], others[1]) / (1.0 if self.of is None else 100.0)


@dataclass(frozen=True)
class OfPeerMean(PeerMean):
    """The customer's own sum over the window, money in cents / 100, divided by PeerMean.

    0 where the customer has no event in the window; unknown where PeerMean is 0 or unknown.
    """

    @property
    def shared(self) -> bool:
        return False

    def against(self, own: Sums, everybody: Sums) -> Values:
        scale = 1.0 if self.of is None else 100.0
        return ratio(own[0] / scale, super().against(own, everybody))
