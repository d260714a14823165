"""What is a customer's own in the fall of its health, where its industry or region falls as a whole.

The market's part of a drop is what the others of the same group have dropped in the middle, less what those have
that no shock concerns; the customer itself is left out of its group's middle. A shock hits some of a group much
harder than the middle one and others not at all, and nothing but its own fall says which a customer is; so up to
``reach`` times that part may be the market's. What is left is ``specific``. Where it is below ``own`` the alert is
the market's: ``market``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from actions.shocks import named, place

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """``reach``: times the middle drop of a group that may be the market's; ``own``: drop of health from which what
    is left stands out."""

    reach: float = 3.0
    own: float = 0.15


def marks(drops: pd.DataFrame, fallen: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """Give one row a customer of ``drops``: customer_id, specific, market, and whose fall it is (en, zh).

    ``drops`` has customer_id, drop (share of the usual health), industry and region (null: unknown); ``fallen`` is
    the frame of ``actions.shocks``. ``specific`` is a share of the usual health like ``drop``.
    """
    drop = drops["drop"].to_numpy(np.float64)
    member = [_members(drops, row) for row in fallen.to_dict("records")]
    anywhere = np.any(member, axis=0) if member else np.zeros(len(drops), bool)
    outside = drop[~anywhere & np.isfinite(drop)]
    usual = float(np.median(outside)) if len(outside) else 0.0
    part, of = np.zeros(len(drops)), np.full(len(drops), -1)
    for number, mine in enumerate(member):
        told = np.where(mine, np.maximum(_middles_without(drop, mine) - usual, 0.0), -1.0)
        deeper = mine & ((of < 0) | (told > part))
        part[deeper], of[deeper] = told[deeper], number
    specific = drop - terms.reach * part
    market = anywhere & (specific < terms.own)
    names = [named(row) for row in fallen.to_dict("records")]
    said = [
        _said(names, int(n), is_market, own) for n, is_market, own in zip(of, market, specific, strict=True)
    ]
    return pd.DataFrame(
        {
            "customer_id": drops["customer_id"].to_numpy(),
            "specific": specific,
            "market": market,
            "en": pd.Series([en for en, _ in said], dtype="str"),
            "zh": pd.Series([zh for _, zh in said], dtype="str"),
        }
    )


def _members(drops: pd.DataFrame, row: dict[Any, Any]) -> npt.NDArray[np.bool_]:
    industry, region = place(row)
    inside = drops["industry"].eq(industry) if industry else drops["region"].eq(region)
    return np.asarray(inside.fillna(False), bool)


def _middles_without(drop: Floats, member: npt.NDArray[np.bool_]) -> Floats:
    """Give each member the median drop of the other members; 0 where there is none."""
    told = np.zeros(len(drop))
    known = np.flatnonzero(member & np.isfinite(drop))
    if len(known) < 2:
        return told
    order = known[np.argsort(drop[known], kind="stable")]
    sorted_, rank, left = drop[order], np.arange(len(order)), len(order) - 1
    low, high = (left - 1) // 2, left // 2
    told[order] = (sorted_[low + (low >= rank)] + sorted_[high + (high >= rank)]) / 2
    return told


def _said(names: Sequence[tuple[str, str]], shock: int, market: bool, own: float) -> tuple[str, str]:
    """Say whose fall it is; nothing of a customer that no shock concerns."""
    if shock < 0:
        return "", ""
    en, zh = names[shock]
    left = f"{max(own, 0.0):.0%}"
    if market:
        return (
            f"; the {en} falls as a whole, and {left} is left as its own",
            f"；{zh}整体下滑，其自身下降仅{left}",
        )
    return f"; the {en} falls as a whole, but {left} of it is its own", f"；{zh}整体下滑，但其自身下降{left}"
