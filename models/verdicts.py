"""What is to be thought of a feature, in words: one verdict each, and every name it is called by.

A feature may be named for several reasons; its verdict is the first of NAMES that holds. All thresholds stand here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.strength import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.intervals import Interval

LEAK = 0.90
"""Behaviour alone, without a contract to cancel, tells leavers from stayers with a ROC-AUC of 0.65 to 0.80; one
feature beyond this knows something that it should not, until shown otherwise."""
NEARLY = 0.99
STRONG = 0.60
MOVED = 0.25

NAMES = {
    "leak": "may know the answer",
    "unknown": "never known",
    "constant": "one value only",
    "against": "works against its declaration",
    "nothing": "carries nothing",
    "double": "says what another says",
    "date": "the same for everybody on a date",
    "alone": "nothing alone, but something together",
    "nearly": "nearly one value",
    "strong": "strong alone",
    "weak": "weak alone",
    "other": "speaks from another view",
    "moved": "moved since training",
}
"""Each name and what it means, the gravest first."""


@dataclass(frozen=True)
class Seen:
    """What was found of one feature.

    ``missing`` and ``commonest_share`` are shares of all rows of all dates, a missing value being a value;
    ``one_a_date`` tells whether each date had one value only. ``moved`` is the date after training, and its PSI,
    that lies furthest beyond MOVED and chance. ``double`` is the stronger feature that says the same, with their
    correlation. ``joint`` is None where it was not asked.
    """

    risk: int
    missing: float
    commonest: float
    commonest_share: float
    one_a_date: bool
    auc: Mapping[str, Interval]
    moved: tuple[str, float] | None = None
    double: tuple[str, float] | None = None
    joint: Interval | None = None


@dataclass(frozen=True)
class Verdict:
    """``name`` is one of NAMES; ``names`` all that hold, gravest first; ``words`` one or more whole sentences."""

    name: str
    names: tuple[str, ...]
    words: str = field(default="")


def silent(auc: Mapping[str, Interval]) -> bool:
    """No view has an interval that leaves out 0.5: alone, the feature carries nothing that shows."""
    return not any(_apart(auc[view]) for view in VIEWS)


def judged(seen: Seen) -> Verdict:
    """The verdict on one feature."""
    told: dict[str, str] = {}
    left = seen.auc["left"]
    if seen.missing == 1:
        return Verdict("unknown", ("unknown",), "Missing in every row.")
    if seen.commonest_share == 1:
        return Verdict("constant", ("constant",), f"Always {seen.commonest:g}.")
    for view, what in (("left", "Alone it"), ("missing", "Being unknown")):
        if (power := _power(seen.auc[view])) >= LEAK:
            told["leak"] = (
                f"{what} tells leavers from stayers with a ROC-AUC of {power:.2f}: "
                "look whether it knows the future."
            )
    if seen.risk * _side(left) < 0:
        more = {1: "raise", -1: "lower"}
        told["against"] = (
            f"More of it was declared to {more[seen.risk]} the risk, and goes with {_less(left)} leaving: "
            f"ROC-AUC {_interval(left)}."
        )
    if seen.double:
        name, rho = seen.double
        told["double"] = (
            f"Says what {name} says (rank correlation {_signed(rho)}), which is as strong or stronger."
        )
    if seen.one_a_date:
        told["date"] = "The same for all customers of a date: it ranks nobody, and can only set the level."
    elif silent(seen.auc):
        told |= _silent(seen)
    elif not _apart(left):
        views = [LABELS[view] for view in VIEWS[1:] if _apart(seen.auc[view])]
        told["other"] = f"Its value does not tell leavers from stayers, but {' and '.join(views)} does."
    elif "leak" not in told:
        told["strong" if _power(left) >= STRONG else "weak"] = (
            f"More of it goes with {_less(left)} leaving: ROC-AUC {_interval(left)}."
        )
    if seen.commonest_share >= NEARLY:
        value = "missing" if math.isnan(seen.commonest) else f"{seen.commonest:g}"
        told["nearly"] = f"{_share(seen.commonest_share)} of all rows are {value}."
    if seen.moved and not seen.one_a_date:  # the calendar moves by its nature
        day, psi = seen.moved
        told["moved"] = f"Moved by {day} (PSI {psi:.2f})."
    if "against" in told:  # it says the direction already
        told = {name: "" if name in ("strong", "weak") else sentence for name, sentence in told.items()}
    names = tuple(name for name in NAMES if name in told)
    return Verdict(names[0], names, " ".join(told[name] for name in names if told[name]))


LABELS = {
    "missing": "being unknown",
    "going": "among those still buying it",
    "gone": "among those gone already it",
}


def _silent(seen: Seen) -> dict[str, str]:
    alone = "Alone it tells nothing (0.5 lies in the interval of every view)"
    if seen.joint is None:
        return {"nothing": f"{alone}; together with the others it was not tried."}
    if seen.joint.low > 0:
        return {"alone": f"{alone}, but the others are better with it (log loss {seen.joint.value:.5f})."}
    return {"nothing": f"{alone}, and the others do as well without it."}


def _apart(interval: Interval) -> bool:
    return interval.low > 0.5 or interval.high < 0.5


def _side(interval: Interval) -> int:
    return (1 if interval.low > 0.5 else -1) if _apart(interval) else 0


def _power(interval: Interval) -> float:
    return 0.5 if math.isnan(interval.value) else max(interval.value, 1 - interval.value)


def _less(interval: Interval) -> str:
    return "more" if interval.value > 0.5 else "less"


def _interval(interval: Interval) -> str:
    return f"{interval.value:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def _signed(rho: float) -> str:
    size = min(abs(rho), 0.999) if abs(rho) < 1 else 1.0
    return ("-" if rho < 0 else "") + f"{size:.3f}".rstrip("0").rstrip(".")


def _share(share: float) -> str:
    return f"{100 * share:.1f}%" if share < 0.9995 else ">99.9%"
