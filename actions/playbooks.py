"""What can be done for a customer: a play, and the plays of each cause.

The plays themselves are text and numbers in ``playbooks.yaml`` beside this file; who reads it makes these of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Touch = Literal["light", "full"]
Channel = Literal["call", "email", "visit", "meeting", "letter"]
Role = Literal[
    "account_manager",
    "inside_sales",
    "service_manager",
    "credit_controller",
    "product_specialist",
    "regional_manager",
    "sales_director",
    "top_management",
]
Level = Literal["none", "blue", "yellow", "orange", "red"]
Condition = Literal["complaint", "unpaid", "pause", "stocked", "gone", "low_value"]
ROLES: tuple[Role, ...] = get_args(Role)
LEVELS: tuple[Level, ...] = get_args(Level)
"""The levels of an alert, mildest first."""
CAUSES = ("price", "competitor", "service", "relationship", "payment", "demand", "strategic", "market")
"""Causes that a customer leaves for: at least a light and a full play each."""
GENTLE = ("season", "profile", "none")
"""Causes that call for a light touch or nothing."""
GONE = "gone"
"""The plays for customers that have probably bought for the last time; no cause of its own."""
UNCAUSED = ("none", GONE)
"""Books whose plays do not hang on a cause being the true one."""
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
"""When a play must not be chosen: an open complaint (or service the cause), unpaid invoices (or payment the
cause), a seasonal pause, stocking up, a customer probably gone, a customer of low value that is not in sight."""


@dataclass(frozen=True)
class Text:
    """The same said in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Play:
    """One thing to do.

    ``hours`` of the owner's time and ``cost`` are spent on whoever is contacted. ``concession`` is the share of
    the yearly margin given away to each customer that stays, also to those that would have stayed anyway.
    ``effect``: how many times the usual acceptance of an offer this play is believed to keep of the leavers of
    its cause. Planned only from the alert level ``from_level`` on, at a yearly margin of at least
    ``least_margin``, and under none of the conditions ``unless``.
    """

    key: str
    touch: Touch
    name: Text
    owner_role: Role
    channel: Channel
    within_days: int
    hours: float
    cost: float
    effect: float
    steps: tuple[Text, ...]
    not_when: Text
    concession: float = 0.0
    from_level: Level = "none"
    least_margin: float = 0.0
    unless: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Playbooks:
    """The plays by cause, light ones first. Raises ValueError where a book is missing or a key stands twice."""

    books: Mapping[str, tuple[Play, ...]]

    def __post_init__(self) -> None:
        wanted = (*CAUSES, *GENTLE, GONE)
        if missing := [cause for cause in wanted if not self.books.get(cause)]:
            raise ValueError(f"there is no play for '{missing[0]}'; write at least one")
        if unknown := [cause for cause in self.books if cause not in wanted]:
            raise ValueError(f"'{unknown[0]}' is no cause; known are {', '.join(wanted)}")
        for cause in CAUSES:
            if {play.touch for play in self.books[cause]} != set(get_args(Touch)):
                raise ValueError(f"'{cause}' has no light and full play; write one of each")
        for cause in GENTLE:
            if any(play.touch != "light" for play in self.books[cause]):
                raise ValueError(f"'{cause}' has a full play; it calls for a light touch or nothing")
        keys = [play.key for _, play in self]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"the play '{twice}' is there twice; give each its own key")

    def __iter__(self) -> Iterator[tuple[str, Play]]:
        for cause, plays in self.books.items():
            for play in plays:
                yield cause, play

    @property
    def by_key(self) -> dict[str, Play]:
        return {play.key: play for _, play in self}
