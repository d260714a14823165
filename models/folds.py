"""Which as-of dates train, calibrate and test, so that no model sees a label before it was known.

A label on ``as_of`` is known ``label_days`` later. Everything here is one rule: what a model uses was known
on the day that it is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from models.errors import TooLittle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Role = Literal["train", "calibration", "test", "gap"]


@dataclass(frozen=True)
class Fold:
    """Dates to train on and one later date to validate on; every training label was known on ``valid``."""

    train: tuple[date, ...]
    valid: date


def known_by(as_of: Iterable[date], day: date, label_days: int) -> list[date]:
    """The dates whose labels are known on ``day`` (the day itself counts), oldest first."""
    return sorted(on for on in set(as_of) if on + timedelta(days=label_days) <= day)


def lived(
    as_of: Iterable[date], day: date, *, calibration: int, label_days: int
) -> tuple[list[date], list[date]]:
    """The dates that a company would have trained and calibrated on, had it made its model on ``day``.

    Of the earlier dates whose label is known on ``day``, the last ``calibration`` calibrate; those whose label
    was known by the first of them train. Fewer come back, or none, where the history is too short.
    """
    dates = sorted(on for on in set(as_of) if on < day)
    calibrated = known_by(dates, day, label_days)[-calibration:]
    trained = known_by(dates, calibrated[0], label_days) if calibrated else []
    return [on for on in trained if on < calibrated[0]], calibrated


def roles(as_of: Sequence[date], *, test: int, calibration: int, label_days: int) -> dict[date, Role]:
    """The role of each as-of date, oldest first.

    The last ``test`` dates are for test. Of the dates whose label is known by the first of them, the last
    ``calibration`` calibrate. Of the rest, those whose label is known by the first calibration date train.
    What is left lies in a gap: too late to be known, too early to be asked.
    """
    if test < 1 or calibration < 1 or label_days < 0:
        raise ValueError(
            f"Found {test} test dates, {calibration} calibration dates and {label_days} days to a label; "
            "at least one date each, and no negative days."
        )
    dates = sorted(set(as_of))
    tested = dates[-test:]
    day = tested[0] if tested else date.max
    trained, calibrated = lived(dates, day, calibration=calibration, label_days=label_days)
    if len(calibrated) < calibration or not trained:
        raise TooLittle(
            f"{len(dates)} as-of dates{_span(dates)} leave {len(calibrated)} of {calibration} to calibrate "
            f"on and {len(trained)} to train on, when {test} are for test and a label takes {label_days} "
            "days to be known; add history, or ask for fewer test and calibration dates."
        )
    role: dict[date, Role] = dict.fromkeys(dates, "gap")
    role |= dict.fromkeys(trained, "train")
    role |= dict.fromkeys(calibrated, "calibration")
    role |= dict.fromkeys(tested, "test")
    return role


def rolling_origin(train_dates: Sequence[date], *, folds: int, label_days: int) -> list[Fold]:
    """The last ``folds`` dates that have known labels before them, each with those, oldest first.

    Fewer come back where the history is too short for all of them; none at all is refused.
    """
    dates = sorted(set(train_dates))
    made = [Fold(tuple(known), day) for day in dates if (known := known_by(dates, day, label_days))]
    if folds < 1 or not made:
        raise TooLittle(
            f"{len(dates)} training dates{_span(dates)} make no fold, because a label takes {label_days} "
            "days to be known and each validation date needs known labels before it; add history."
        )
    return made[-folds:]


def _span(dates: Sequence[date]) -> str:
    return f" ({dates[0]} to {dates[-1]})" if dates else ""
