"""What a measure is: a small function over the rows of a window.

Each says what no rows mean (`empty`): a count of nothing is 0, a mean of nothing is unknown. Money goes in as
whole minor units and comes out in the currency's major unit. The docstring of a measure is its definition: the
dictionary prints it, so it must be enough to compute the number by hand.
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from features.events import Stream
from features.sweep import Rows, Values, View

ZERO, UNKNOWN = "0", "unknown"


class Measure(Protocol):
    """A small function over the rows of a window."""

    @property
    def empty(self) -> str:
        """What no rows mean: "0" or "unknown"."""

    @property
    def whole(self) -> bool:
        """Whether every value is a whole number or unknown."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The values of the stream that it reads."""

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The other streams that it reads."""

    @property
    def other_needs(self) -> tuple[str, ...]:
        """The values of those streams that it reads, where they have them."""

    @property
    def shared(self) -> bool:
        """Whether it says nearly the same of every customer on a date."""

    def over(self, rows: Rows, others: tuple[View, ...]) -> Values:
        """Give one number a question; `others` are the views of `streams`."""


@dataclass(frozen=True)
class Plain:
    """What most measures share: the value that `of` names, and no other stream."""

    empty: ClassVar[str] = UNKNOWN
    whole: ClassVar[bool] = False

    @property
    def needs(self) -> tuple[str, ...]:
        of = getattr(self, "of", None)
        return (of,) if isinstance(of, str) else ()

    @property
    def streams(self) -> tuple[Stream, ...]:
        return ()

    @property
    def other_needs(self) -> tuple[str, ...]:
        return ()

    @property
    def shared(self) -> bool:
        return False


def ratio(upper: Values, lower: Values) -> Values:
    """Divide, and give unknown where the lower number is 0 or unknown."""
    return np.asarray(
        np.divide(upper, lower, out=np.full(len(upper), np.nan), where=(lower != 0) & ~np.isnan(lower))
    )
