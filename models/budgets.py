"""The list that a fixed budget of alerts allows on each date, and how it holds from one date to the next.

Predictions are those of one family: one row a customer and test date. A list holds a share of a date's customers,
their number rounded up, those ranked highest. Where a list ends among customers of equal probability, lots decide
(the same lots for the same customers and date, whatever the order of the rows).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.shares import shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


TENTH = 0.10
"""The budget that is told where there is room for one."""


def named(share: float) -> str:
    """The name of the list of a share of the customers, as files and pages carry it."""
    return f"top_{share:g}"


def about_a_tenth(budgets: Sequence[float]) -> str:
    """The name of the list whose budget is nearest to a tenth of the customers; of two, the smaller."""
    return named(min(budgets, key=lambda share: (abs(share - TENTH), share)))


def needed(predictions: pd.DataFrame, by: ArrayLike) -> Floats:
    """The share of its date's customers that a list must hold to hold this one: its rank over their number.

    ``by`` is what ranks, a number a row, highest first. Above 0 and up to 1; the smallest is 1 over the customers.
    """
    rows = pd.DataFrame(
        {"day": predictions["as_of"].to_numpy(), "id": predictions["customer_id"].to_numpy(), "by": by}
    )
    rows = rows.sort_values(["day", "id"], kind="stable")
    rows["lot"] = np.random.default_rng(0).random(len(rows))
    rows = rows.sort_values(["day", "by", "lot"], ascending=[True, False, True], kind="stable")
    place = rows.groupby("day").cumcount() + 1
    whole = rows.groupby("day")["id"].transform("size")
    return (place / whole).reindex(range(len(rows))).to_numpy(np.float64)


def listed(predictions: pd.DataFrame, needs: Floats, share: float) -> Flags:
    """Whether each row is on its date's list of ``share``; ``needs`` is what `needed` gave."""
    whole = predictions.groupby("as_of")["customer_id"].transform("size").to_numpy()
    # The small step keeps 0.1 * 30 at 3, which floats make 3.0000000000000004.
    return np.asarray(np.rint(needs * whole) <= np.ceil(share * whole - 1e-9))


def alerts(predictions: pd.DataFrame, on: Flags, *, n: int, seed: int) -> dict[str, Any]:
    """What the alerts of some lists were worth; ``on`` says of each row whether it was listed.

    Returns
    -------
    alerts : rows listed; ``episodes``: the same with a run of listed dates of one customer counted once
    dates_an_episode : their quotient
    precision : share of alerts whose customer leaves by the end of the horizon; with ``going`` and ``gone``, where
        labels tell: those that had still to leave, those that had left already
    right_episodes : share of episodes with an alert before the customer left (or, where labels do not tell the
        going from the gone, of one that left)
    everybody : share of all customers and dates that leave, which is the precision of lots; ``everybody_going``
    kept : of two dates that follow each other, the customers on both lists over those on either (Jaccard 1912)
    """
    left = predictions["label"].to_numpy() == 1
    people = predictions["customer_id"].to_numpy()
    going = (predictions["going"] == 1).to_numpy() if "going" in predictions else None
    every = np.ones(len(predictions))
    parts: dict[str, tuple[ArrayLike, ArrayLike]] = {"precision": (on & left, on), "everybody": (left, every)}
    if going is not None:
        parts |= {
            "going": (on & going, on),
            "gone": (on & left & ~going, on),
            "everybody_going": (going, every),
        }
    told: dict[str, Any] = dict(shares(parts, people, n=n, seed=seed))
    runs = episodes(predictions, on)
    early = left if going is None else going
    right = pd.Series(early[on]).groupby(runs[on]).max().to_numpy(np.float64)
    whose = pd.Series(people[on]).groupby(runs[on]).first().to_numpy()
    told |= shares({"right_episodes": (right, np.ones(len(right)))}, whose, n=n, seed=seed)
    both, either, customers = _followed(predictions, on)
    told |= shares({"kept": (both, either)}, customers, n=n, seed=seed)
    counted = {"alerts": int(on.sum()), "episodes": len(right)}
    length = counted["alerts"] / counted["episodes"] if counted["episodes"] else float("nan")
    return {**counted, "dates_an_episode": length, **told}


def episodes(predictions: pd.DataFrame, on: Flags) -> NDArray[np.int64]:
    """The number of each alert's run of listed dates, from 0; -1 where not listed.

    A date on which the customer was not listed, or could not be asked about, ends a run.
    """
    dates = np.sort(predictions["as_of"].unique())
    rows = pd.DataFrame(
        {"id": predictions["customer_id"].to_numpy(), "date": np.searchsorted(dates, predictions["as_of"])}
    )
    alarmed = rows[on].sort_values(["id", "date"], kind="stable")
    follows = (alarmed["id"] == alarmed["id"].shift()) & (alarmed["date"] == alarmed["date"].shift() + 1)
    number = (~follows).cumsum() - 1
    return np.asarray(number.reindex(range(len(rows)), fill_value=-1), np.int64)


def flips(predictions: pd.DataFrame, *, n: int, seed: int) -> dict[str, Any]:
    """The share of tiers that are another one on the next date, of customers asked about on both."""
    pairs = _pairs(predictions, predictions["tier"].to_numpy(), None)
    pairs = pairs[pairs["then"].notna() & pairs["now"].notna()]
    changed = (pairs["then"] != pairs["now"]).to_numpy()
    return dict(shares({"flips": (changed, np.ones(len(pairs)))}, pairs["id"].to_numpy(), n=n, seed=seed))


def _followed(predictions: pd.DataFrame, on: Flags) -> tuple[Floats, Floats, NDArray[Any]]:
    """Of each customer and two dates that follow each other: listed on both, on either, and who."""
    pairs = _pairs(predictions, on, False)
    then, now = pairs["then"].to_numpy(bool), pairs["now"].to_numpy(bool)
    return (then & now).astype(float), (then | now).astype(float), pairs["id"].to_numpy()


def _pairs(predictions: pd.DataFrame, values: NDArray[Any], absent: Any) -> pd.DataFrame:
    """One row a customer and two dates that follow each other: id, then, now; ``absent`` where not asked about."""
    dates = np.sort(predictions["as_of"].unique())
    rows = pd.DataFrame(
        {
            "id": predictions["customer_id"].to_numpy(),
            "date": np.searchsorted(dates, predictions["as_of"]),
            "value": values,
        }
    )
    grid = rows.set_index(["id", "date"])["value"].astype(object).unstack()  # noqa: PD010  (nothing to aggregate)
    grid = grid.where(grid.notna(), absent)
    made = [
        pd.DataFrame({"id": grid.index, "then": grid[date].to_numpy(), "now": grid[date + 1].to_numpy()})
        for date in range(len(dates) - 1)
    ]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=["id", "then", "now"])
