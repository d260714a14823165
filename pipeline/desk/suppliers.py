"""From whom a customer buys: its imports by supplier, a bar for three months each, as customs records tell them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from features.purchases import UNNAMED, US, Span, blocks, split
from pipeline import words
from pipeline.desk.texts import PAGE, Said, filled

BARS = 8
"""Blocks of three months that are drawn, the last ones."""
NAMED = 3
"""Rivals shown by name, those from whom the customer bought most."""
HIGH, STEP, WIDE = 60, 12, 9
"""Units: the height of the fullest bar, from bar to bar, and across a bar."""


def by_customer(rows: pd.DataFrame, told: Span | None) -> dict[str, dict[str, Any]]:
    """Give by customer the bars and the table; ``rows`` are those of ``features.purchases.purchases``.

    Who has no record in the two windows of ``told`` is not there.
    """
    if told is None or rows.empty:
        return {}
    parts = _apart(split(rows, told))
    bars = _apart(blocks(rows, told))
    return {customer: _one(of, bars[customer], told) for customer, of in parts.items() if customer in bars}


def _apart(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(customer): of for customer, of in rows.groupby("customer_id", sort=False)}


def _one(parts: pd.DataFrame, sold: pd.DataFrame, told: Span) -> dict[str, Any]:
    theirs = parts.groupby("supplier")[["before", "now"]].sum()
    order = theirs.sum(axis=1).sort_values(ascending=False, kind="stable").index
    rivals = [str(name) for name in order if name not in (US, UNNAMED)][:NAMED]
    shown = {US: 0, **{name: k for k, name in enumerate(rivals, start=1)}}
    place = pd.Series([shown.get(str(name), NAMED + 1) for name in theirs.index], index=theirs.index)
    sums = theirs.groupby(place).sum()
    whole = sums.sum()
    rows = [
        {
            "kind": f"of{k}",
            "name": _name(k, rivals),
            "before": _share(sums.loc[k, "before"], whole["before"]),
            "now": _share(sums.loc[k, "now"], whole["now"]),
            "money": f"{sums.loc[k, 'now']:,.0f}",
        }
        for k in sums.index
    ]
    paths, ends, most = _bars(sold, shown)
    return {
        "rows": rows,
        "paths": paths,
        "wide": STEP * len(ends),
        "first": ends[0],
        "last": ends[-1],
        "most": f"{most:,.0f}",
        "note": filled(PAGE["suppliers_note"], until=told.until, months=told.months),
    }


def _bars(sold: pd.DataFrame, shown: Mapping[str, int]) -> tuple[list[dict[str, str]], Sequence[str], float]:
    """Give a path a supplier, ours at the bottom, the days on which the bars end, and the money of the fullest."""
    place = sold["supplier"].map(lambda name: shown.get(str(name), NAMED + 1))
    last = sold["until_on"].max()
    ends = [end for end in sorted(sold["until_on"].unique()) if end > last - pd.DateOffset(months=3 * BARS)]
    table = sold.groupby(["until_on", place])["value"].sum().to_dict()
    kinds = sorted(set(place))
    most = max(sum(table.get((end, k), 0.0) for k in kinds) for end in ends) or 1.0
    below = dict.fromkeys(ends, 0.0)
    paths = []
    for k in kinds:
        told = ""
        for at, end in enumerate(ends):
            high = HIGH * table.get((end, k), 0.0) / most
            if high > 0:
                told += f"M{STEP * at + 1} {HIGH - below[end]:.2f}v-{high:.2f}h{WIDE}v{high:.2f}z"
                below[end] += high
        paths.append({"kind": f"of{k}", "d": told})
    return paths, [pd.Timestamp(end).date().isoformat() for end in ends], most


def _name(k: int, rivals: Sequence[str]) -> Said:
    if k == 0:
        return PAGE["suppliers_us"]
    return PAGE["suppliers_others"] if k > len(rivals) else (words.line(rivals[k - 1]),) * 2


def _share(part: float, whole: float) -> str:
    return words.share(part / whole, 0) if whole else "\N{EN DASH}"
