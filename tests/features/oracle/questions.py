"""A question: one customer, one stream, one window, and which of its events are visible."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.features.oracle.records import Records
from tests.features.oracle.visible import Event, visible


@dataclass(frozen=True)
class Call:
    """A measure as it is written: its name and what stands in its brackets."""

    name: str
    given: Mapping[str, Any]


@dataclass
class Company:
    """The records, and the visible events once found. Only so that nothing is found a thousand times."""

    records: Records
    found: dict[tuple[str, str, date], list[Event]] = field(default_factory=dict)

    def visible(self, stream: str, customer: str, as_of: date) -> list[Event]:
        place = (stream, customer, as_of)
        if place not in self.found:
            self.found[place] = visible(self.records, stream, customer, as_of)
        return self.found[place]

    def customers(self) -> list[str]:
        """All customers that table ``customers`` names."""
        return sorted({standing.row["customer_id"] for standing in self.records.rows["customers"]})


@dataclass(frozen=True)
class Question:
    """What a measure is asked.

    ``as_of`` decides what is visible. ``last`` is the last day of the window, which may lie before it; ``w`` is
    the window's length, None for all that is visible. ``kept`` is the filter of the stream: value and texts.
    """

    company: Company
    customer: str
    as_of: date
    last: date
    w: int | None
    stream: str
    kept: tuple[str, tuple[str, ...]] | None = None

    def visible(self) -> list[Event]:
        """Every visible event of the stream that passes the filter, in order."""
        events = self.company.visible(self.stream, self.customer, self.as_of)
        if self.kept is None:
            return events
        value, texts = self.kept
        return [event for event in events if event[value] in texts]

    def between(self, after: date, until: date) -> list[Event]:
        """The events with after < day <= until."""
        return [event for event in self.visible() if after < event["day"] <= until]

    def events(self) -> list[Event]:
        """The events of the window ``(last - w, last]``."""
        if self.w is None:
            return [event for event in self.visible() if event["day"] <= self.last]
        return self.between(self.days_before(self.w), self.last)

    def length(self) -> int:
        """The window's length; to be asked only where there is one."""
        if self.w is None:
            raise ValueError(f"A window is needed over {self.stream}.")
        return self.w

    def days_before(self, days: int) -> date:
        return self.last - timedelta(days=days)

    def ending(self, last: date) -> "Question":
        """The same question over the window that ends on another day."""
        return replace(self, last=last)

    def window_before(self) -> "Question":
        return self.ending(self.days_before(self.length()))

    def year_ago(self) -> "Question":
        return self.ending(self.days_before(365))

    def year_ahead(self) -> "Question":
        """The window that followed the last day a year ago."""
        return self.ending(self.days_before(365) + timedelta(days=self.length()))

    def over(self, stream: str) -> "Question":
        """The same window of another stream; the filter holds for its own stream alone."""
        return replace(self, stream=stream, kept=None)

    def of_customer(self, customer: str) -> "Question":
        return replace(self, customer=customer)

    def seen_by(self, day: date) -> bool:
        """Whether an event is visible on or before ``day``."""
        return any(event["day"] <= day for event in self.visible())


def known(events: list[Event], value: str) -> list[Any]:
    """The known values, in the order of the events."""
    return [event[value] for event in events if event[value] is not None]


def total(events: list[Event], value: str) -> int:
    """The sum of the known money or numbers; unknown ones count as 0."""
    return sum(known(events, value))


def ratio(upper: float | None, lower: float | None) -> float | None:
    """One over the other; unknown where either is, or the lower one is 0."""
    if upper is None or lower is None or lower == 0:
        return None
    return upper / lower


def less(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second
