"""A figure with its interval as a small drawing in a table, on a scale that all rows of the table share."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.findings import Estimate


@dataclass(frozen=True)
class Scale:
    """The values from ``low`` to ``high``, laid on 0 to 100."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Place a value; one that lies outside stands at the edge."""
        return 100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True)
class Drawing:
    """Where the line begins, how wide it is, where its dot and the mark of comparison stand; as texts."""

    start: str
    wide: str
    dot: str
    mark: str


def scale(shown: Iterable[Estimate], others: Iterable[float] = ()) -> Scale:
    """Give a scale on which every figure, its interval and ``others`` have room."""
    ends = [end for e in shown for end in (e.value, e.low, e.high) if end is not None]
    ends += others
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    room = (high - low or 1.0) * 0.04
    return Scale(low - room, high + room)


def drawing(figure: Estimate, on: Scale, mark: float | None = None) -> Drawing | None:
    """Draw a figure; ``mark`` is what it is held against. None where the figure is not known."""
    if figure.value is None:
        return None
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    return Drawing(
        start=f"{on.at(low):.1f}",
        wide=f"{on.at(high) - on.at(low):.1f}",
        dot=f"{on.at(figure.value):.1f}",
        mark="" if mark is None else f"{on.at(mark):.1f}",
    )
