"""What has the model never seen? Values of a column, and customers, that came after it was trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.notices import LOOK, NOTHING, RETRAIN, Notice

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

VALUES = 200
"""A column of more different values before training names things, not kinds; new ones are its daily bread."""
LEAST = 5
"""Rows of a new value below which it is taken for a slip of the pen."""
TOLD, LONGEST = 5, 60
"""New values that are named, and letters of each."""


def values(
    about: str,
    now: pd.Series[str],
    before: Collection[str],
    look: float,
    retrain: float | None,
    what: str,
    *,
    many: bool = False,
) -> Notice | None:
    """What is to be said of the values of a column: ``now`` and those that training knew ``before``.

    None where there was no value before (a new column is no new value) or too many. ``look`` and ``retrain`` are
    shares of ``now`` (``what`` names its rows); None: never a reason to retrain. ``many``: however many values.
    """
    seen = set(before)
    told = now.dropna()
    if not seen or (len(seen) > VALUES and not many) or told.empty:
        return None
    times = told[~told.isin(seen)].value_counts()
    fresh = [(str(value), int(n)) for value, n in times.items() if n >= LEAST]
    fresh.sort(key=lambda one: (-one[1], one[0]))
    share = sum(n for _, n in fresh) / len(told)
    verdict = NOTHING if share < look or not fresh else LOOK
    if retrain is not None and share >= retrain:
        verdict = RETRAIN
    shown = [{"value": value[:LONGEST], "rows": n} for value, n in fresh[:TOLD]]
    named = ", ".join(f"'{one['value']}' ({one['rows']:,})" for one in shown)
    words = (
        f"{share:.1%} of {len(told):,} {what} have a value that training never saw: {named}."
        if fresh
        else f"None of {len(told):,} {what} has a value that is new."
    )
    figures = {"share": share, "new": len(fresh), "shown": shown, "known": len(seen)}
    return Notice("values", about, verdict, words, figures)


def customers(asked: Collection[str], trained: Collection[str], look: float) -> Notice:
    """How many of those asked about were never asked about on a date that training knew."""
    before = set(trained)
    new = sum(customer not in before for customer in asked)
    share = new / len(asked) if asked else 0.0
    words = f"{share:.1%} of {len(asked):,} customers asked about were not among those that the model learned from."
    return Notice("customers", "new", LOOK if share >= look else NOTHING, words, {"share": share, "new": new})
