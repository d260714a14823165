"""What an entry of the catalogue is: one number about a customer on an as-of date, declared once.

The engine, the checks and the dictionary all read the declaration. An entry refuses a name that disagrees with
its source or its window.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any

from features.events import Stream
from features.measures import Measure


class Cause(StrEnum):
    """The business reason that a feature speaks of."""

    DEMAND = "demand"
    COMPETITOR = "competitor"
    PRICE = "price"
    SERVICE = "service"
    RELATIONSHIP = "relationship"
    PAYMENT = "payment"
    STRATEGIC = "strategic"
    MARKET = "market"
    SEASON = "season"
    PROFILE = "profile"


class Dimension(StrEnum):
    """The five dimensions of the health score."""

    TRADE = "trade"
    INTERACTION = "interaction"
    SERVICE = "service"
    FINANCE = "finance"
    STRATEGIC = "strategic"


class Unit(StrEnum):
    """What the number counts or measures; it decides how a person reads it."""

    CONTACTS = "contacts"
    CONTRACTS = "contracts"
    DAYS = "days"
    DEVIATIONS = "standard deviations"
    HOURS = "hours"
    INVOICES = "invoices"
    LINES = "lines"
    MILESTONES = "milestones"
    MONEY = "money"  # in the dataset's currency
    NUMBER = "number"
    ORDERS = "orders"
    PEOPLE = "people"
    PERIODS = "periods"  # of 30 days
    POINTS = "points"  # on a scale such as 1 to 5
    PRODUCTS = "products"
    SHARE = "share"  # 0 to 1, shown in percent
    TICKETS = "tickets"
    TIMES = "times"  # a multiple, 1 is unchanged


_DIMENSIONS = {
    "trade": Dimension.TRADE,
    "interaction": Dimension.INTERACTION,
    "service": Dimension.SERVICE,
    "finance": Dimension.FINANCE,
    "milestones": Dimension.STRATEGIC,
    "contracts": Dimension.STRATEGIC,
    "imports": Dimension.TRADE,
}


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One number about a customer on an as-of date.

    ``where`` keeps the events whose code is among the words given. ``days`` is the window behind the as-of date,
    None everything before. ``risk`` is +1 where more of it should raise the risk, -1 where it should lower it,
    0 where neither is claimed.
    """

    name: str
    on: Stream
    measure: Measure
    cause: Cause
    unit: Unit
    en: str
    zh: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days: int | None = None
    risk: int = 0

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"Feature '{self.name}' has a name that is not lower case with underscores.")
        if not self.name.startswith(f"{self.source}_"):
            raise ValueError(f"Feature '{self.name}' reads '{self.source}'; its name must begin so.")
        told = re.search(r"_(\d+)d$", self.name)
        if (int(told[1]) if told else None) != self.days:
            raise ValueError(
                f"Feature '{self.name}' has a window of {self.days} days; its name must end in it."
            )
        if self.risk not in (-1, 0, 1):
            raise ValueError(f"Feature '{self.name}' has the risk {self.risk}; it is -1, 0 or 1.")

    @property
    def source(self) -> str:
        """Give the table that it is computed from."""
        return self.on.table.name

    @property
    def dimension(self) -> Dimension | None:
        """Give the dimension of the health score that it speaks to; a customer's profile speaks to none."""
        return None if self.cause is Cause.PROFILE else _DIMENSIONS.get(self.source)

    @property
    def whole(self) -> bool:
        """Tell whether every value is a whole number or unknown, so that it may be stored as one."""
        return self.measure.whole

    @property
    def shared(self) -> bool:
        """Tell whether it says nearly the same of every customer on a date: a model would learn dates by it."""
        return self.measure.shared

    @property
    def streams(self) -> tuple[Stream, ...]:
        """Give every stream that it reads."""
        return (self.on, *self.measure.streams)

    def described(self) -> dict[str, Any]:
        """Give the declaration as plain values, for the store's catalogue and the dictionary."""
        return {
            "name": self.name,
            "source": self.source,
            "stream": self.on.name,
            "where": {column: list(words) for column, words in self.where.items()},
            "days": self.days,
            "measure": repr_measure(self.measure),
            "empty": self.measure.empty,
            "whole": self.whole,
            "shared": self.shared,
            "cause": self.cause.value,
            "dimension": self.dimension.value if self.dimension else None,
            "unit": self.unit.value,
            "risk": self.risk,
            "en": self.en,
            "zh": self.zh,
        }


def repr_measure(value: Any) -> Any:
    """Give a measure as its name and arguments, streams by their names."""
    if isinstance(value, Stream):
        return value.name
    if is_dataclass(value):
        arguments = {
            item.name: repr_measure(getattr(value, item.name))
            for item in fields(value)
            if getattr(value, item.name) not in (None, "")
        }
        told = ", ".join(f"{name}={argument}" for name, argument in arguments.items())
        return f"{type(value).__name__}({told})"
    return value
