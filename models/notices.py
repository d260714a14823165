"""What a check of a serving model found: one verdict, the thing it speaks of, and a sentence.

``nothing`` is usual, ``look`` asks a person to look into it before the next list goes out, ``retrain`` says that
the model no longer keeps what it promised and that newer labels could mend it. Faults of the records are never a
reason to retrain: a model that learns from broken records learns the fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOTHING, LOOK, RETRAIN = VERDICTS = ("nothing", "look", "retrain")
"""From the mildest to the gravest."""


@dataclass(frozen=True)
class Notice:
    """``check`` is the name of a check, ``about`` what it speaks of within it (a table, a column, a source of
    features, a list); ``figures`` are the numbers that the sentence rounds.
    """

    check: str
    about: str
    verdict: str
    words: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def gravest(notices: Iterable[Notice]) -> str:
    """The verdict of many; without any, nothing."""
    return max((notice.verdict for notice in notices), key=VERDICTS.index, default=NOTHING)
