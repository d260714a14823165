"""The lists that were handed out on the last test date: who, why, and what became of each.

With the departure rule there are two: *about to leave*, by the probability of going, and *win back*, by that of
being gone. The date is past, so the answer is known; the list of a new day is made by ``score``.
"""

from typing import Any

import pandas as pd

from pipeline import findings, listing, words
from pipeline.params import Params
from pipeline.sections.sources import Sources

REASONS = 2
TITLES = {
    "p_going": ("About to leave", "Still buying; can be kept.", "going"),
    "p_gone": ("Win back", "Most likely bought for the last time already.", "gone"),
    "p_churn": ("Most likely to leave", "By the probability of leaving.", "leaves"),
}


def view(params: Params, sources: Sources) -> dict[str, Any]:
    """Give the lists of the last test date, ``report.listed`` customers each."""
    last = sources.dates[-1]
    rows = sources.causes[sources.causes["as_of"] == pd.Timestamp(last)]
    became = sources.predictions[sources.predictions["family"] == sources.champion]
    became = became.drop(columns=["p_churn", "p_gone", "tier"], errors="ignore")
    rows = rows.merge(became, on=["customer_id", "as_of"], how="left")
    if "p_gone" in rows:
        rows = rows.assign(p_going=rows["p_churn"] - rows["p_gone"])
    by = ["p_going", "p_gone"] if "p_gone" in rows else ["p_churn"]
    everybody = findings.estimate(sources.figures(sources.champion, last)["observed"]).value
    return {
        "last": last,
        "everybody": words.share(everybody),
        "lists": [_list(params, sources, rows, column) for column in by],
    }


def _list(params: Params, sources: Sources, rows: pd.DataFrame, by: str) -> dict[str, Any]:
    title, about, head = TITLES[by]
    ranked = rows.sort_values([by, "customer_id"], ascending=[False, True]).head(params.report.listed)
    currency = params.dataset.currency
    left = int((ranked["label"] == 1).sum())
    return {
        "title": title,
        "about": about,
        "head": head,
        "rows": [
            {
                "customer_id": words.line(row["customer_id"]),
                "name": words.line(sources.names.get(row["customer_id"])),
                "p": words.share(row[by]),
                "leaves": words.share(row["p_churn"]),
                "tier": row["tier"],
                "since": listing.since(row),
                "why": listing.raising(row, sources.features, currency, REASONS),
            }
            for row in ranked.to_dict("records")
        ],
        "outcome": f"Of these {len(ranked)}, {left} left{_apart(ranked)}.",
    }


def _apart(ranked: pd.DataFrame) -> str:
    if "going" not in ranked:
        return ""
    left = ranked[ranked["label"] == 1]
    going = int((left["going"] == 1).sum())
    return f": {going} after that date, {len(left) - going} had left already" if len(left) else ""
