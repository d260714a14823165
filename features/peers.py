"""Measures that hold a customer against all the others: sums over everybody less its own.

A customer's own orders must not explain themselves, so every figure leaves the customer out (leave-one-out).
Others are those whose latest version known on the as-of date names the same group, or everybody. All sums are of
whole numbers (orders lines, cents, customers), so what is left after subtraction is exact.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from features.comparisons import ratio
from features.measures import UNKNOWN, Plain
from features.sweep import Rows, Values, View

Sums = NDArray[np.int64]
Base = Literal["before", "year"]


@dataclass(frozen=True)
class Peers(Plain):
    """What is common to them: ``of`` is a money value, or None for the number of events.

    ``among`` is the column of `customers` that names the group; "" is everybody. A customer without a group has no
    peers.
    """

    of: str | None
    among: str = ""
    empty: ClassVar[str] = UNKNOWN
    whole: ClassVar[bool] = False

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
    """The others' sum over this window as a multiple of theirs over the window before, or the same a year earlier.

    Unknown where that was 0.
    """

    against_window: Base = "before"

    def sums(self, rows: Rows) -> Sums:
        return np.stack([self._sum(rows), self._sum(_base(rows, self.against_window))])

    def against(self, own: Sums, everybody: Sums) -> Values:
        others = (everybody - own).astype(np.float64)
        return ratio(others[0], others[1])


@dataclass(frozen=True)
class AgainstPeers(PeerChange):
    """The customer's own change over the others' (see PeerChange): 1 moves with them, less falls behind.

    Unknown where either base is 0, or the others' sum now is.
    """

    def against(self, own: Sums, everybody: Sums) -> Values:
        mine = own.astype(np.float64)
        return ratio(ratio(mine[0], mine[1]), super().against(own, everybody))


@dataclass(frozen=True)
class PeerSeason(Peers):
    """What the season brought the others a year ago: their sum over the window that followed this date then,
    ``(as_of - 365, as_of - 365 + days]``, as a multiple of their sum over the window that led to it,
    ``(as_of - 365 - days, as_of - 365]``. Unknown where that was 0.
    """

    def sums(self, rows: Rows) -> Sums:
        ahead = rows.view.window(rows.days, rows.ending + 365 - rows.days)
        return np.stack([self._sum(ahead), self._sum(rows.year_before())])

    def against(self, own: Sums, everybody: Sums) -> Values:
        others = (everybody - own).astype(np.float64)
        return ratio(others[0], others[1])


@dataclass(frozen=True)
class PeerMean(Peers):
    """The others' sum over the window for each of them that has an event in it; money in the major unit."""

    def sums(self, rows: Rows) -> Sums:
        return np.stack([self._sum(rows), (rows.high > rows.low).astype(np.int64)])

    def against(self, own: Sums, everybody: Sums) -> Values:
        others = (everybody - own).astype(np.float64)
        return ratio(others[0], others[1]) / (1.0 if self.of is None else 100.0)


@dataclass(frozen=True)
class OfPeerMean(PeerMean):
    """The customer's own sum over the window as a multiple of the others' mean (see PeerMean)."""

    def against(self, own: Sums, everybody: Sums) -> Values:
        scale = 1.0 if self.of is None else 100.0
        return ratio(own[0] / scale, super().against(own, everybody))
