"""Which plays fit a customer? One row a customer and play that may be considered.

A play is considered if it belongs to a cause that the records name for the customer (the two likeliest, those of
the signals that count, and the market or a rival where it took most of what the customer buys less), if the
evidence bears its touch, and if nothing stands against it.

**Evidence.** It is strong where an alert is yellow or worse, where the tier is medium or high and a cause of the
customer's own is named, or where a signal counts that speaks of one of its two likeliest causes. On weak evidence
there are light touches alone. A named seasonal pause or stocking up, with nothing strong against it, is no
reason to worry: it leaves the reminder before the season, or the short check-in.

**Level.** A play that is for a level and above looks at the alert, and where there is none at the tier: medium
counts as yellow, high as orange.

**Not twice the same.** A play that was carried out lately (``tried``) is not asked for again; another one may
be, so that a call that did not help is followed by more.

**One voice.** A customer that somebody of ours is already dealing with (``busy``) gets no second plan, and no
e-mail goes out while a campaign runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from actions.playbooks import CONDITIONS, GONE, LEVELS, UNCAUSED, Playbooks

if TYPE_CHECKING:
    from collections.abc import Iterable

CAUSE_OF = {
    "communication": "relationship",
    "orders": "demand",
    "service": "service",
    "competitor": "competitor",
    "finance": "payment",
    "strategic": "strategic",
    "contract": "strategic",
}
"""The cause that a signal speaks of."""
IMPLIED = {"low": 0, "medium": LEVELS.index("yellow"), "high": LEVELS.index("orange")}
"""The level that a tier stands for where there is no alert."""
NAMED = 2
"""Likely causes whose plays are considered."""


@dataclass(frozen=True)
class Rules:
    """``cause_odds``: chances of the first, second and third cause named to be the true one. A rhythm named
    with at least ``pattern_confidence`` decides."""

    cause_odds: tuple[float, float, float] = (0.68, 0.15, 0.07)
    pattern_confidence: float = 0.6


def judged(facts: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Give the facts with what they mean: ``rank`` (of the level, 0 to 4), ``strong``, and a flag a condition.

    ``facts`` has a row a customer: p_churn, p_gone, tier, top_cause, likely_causes (a list, root first),
    quadrant, in_sight, level ("none" without an alert), pattern, pattern_confidence, signals (those that count,
    a list), and may have decline (market or competitor, what took most of a customer's purchases; empty: neither).
    """
    alert = facts["level"].map(LEVELS.index).to_numpy(dtype=np.int64)
    tier = facts["tier"].map(IMPLIED).to_numpy(dtype=np.int64)
    own = (facts["top_cause"] != "none").to_numpy()
    told = [{CAUSE_OF[signal] for signal in signals} for signals in facts["signals"]]
    backed = [bool(of & set(likely[:NAMED])) for of, likely in zip(told, facts["likely_causes"], strict=True)]
    strong = (alert >= LEVELS.index("yellow")) | ((tier > 0) & own) | np.array(backed, dtype=bool)
    sure = (facts["pattern_confidence"].fillna(0.0) >= rules.pattern_confidence).to_numpy()
    root = facts["top_cause"].to_numpy()
    gone = facts["p_gone"].to_numpy(dtype=np.float64) > facts["p_churn"].to_numpy(dtype=np.float64) / 2
    low_value = facts["quadrant"].isin(["watch", "serve"]).to_numpy() & ~facts["in_sight"].to_numpy(
        dtype=bool
    )
    return facts.assign(
        decline=facts.get("decline", ""),
        rank=np.maximum(alert, tier),
        strong=strong,
        complaint=np.array(["service" in of for of in told], dtype=bool) | (root == "service"),
        unpaid=np.array(["payment" in of for of in told], dtype=bool) | (root == "payment"),
        pause=sure & (facts["pattern"] == "seasonal_pause").to_numpy(),
        stocked=sure & (facts["pattern"] == "stocking_up").to_numpy(),
        gone=gone,
        low_value=low_value,
    )


def candidates(judged: pd.DataFrame, books: Playbooks, rules: Rules) -> pd.DataFrame:
    """Give a row a customer and play that fits it; ``judged`` as the function of that name gives it, and with
    stake, busy (a flag: nobody else may contact it), campaign (a flag: one runs), tried (plays carried out
    lately, a list).

    Returns customer_id, cause, odds (the chance that the cause is the true one; 1 where the play needs none), the
    numbers of the play, and p_churn, p_gone, stake, in_sight; sorted by customer and play.
    """
    plays = pd.DataFrame(
        [
            {
                "cause": cause,
                "play": play.key,
                "light": play.touch == "light",
                "owner_role": play.owner_role,
                "channel": play.channel,
                "within_days": play.within_days,
                "hours": play.hours,
                "cost": play.cost,
                "concession": play.concession,
                "from_rank": LEVELS.index(play.from_level),
                "least_margin": play.least_margin,
                **{f"unless_{name}": name in play.unless for name in CONDITIONS},
            }
            for cause, play in books
        ]
    )
    rows = _causes(judged, rules).merge(judged, on="customer_id", validate="many_to_one")
    rows = rows.merge(plays, on="cause", validate="many_to_many")
    fits = ~rows["busy"] & (rows["light"] | rows["strong"])
    fits &= (rows["rank"] >= rows["from_rank"]) & (rows["stake"] >= rows["least_margin"])
    fits &= ~(rows["campaign"] & (rows["channel"] == "email"))
    fits &= np.array(
        [play not in some for play, some in zip(rows["play"], rows["tried"], strict=True)], dtype=bool
    )
    for name in CONDITIONS:
        fits &= ~(rows[name] & rows[f"unless_{name}"])
    kept = ["customer_id", *plays.columns[:9], "odds", "p_churn", "p_gone", "stake", "in_sight"]
    return rows.loc[fits, kept].sort_values(["customer_id", "play"], ignore_index=True)


def _causes(judged: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Give a row a customer and cause whose plays are considered: customer_id, cause, odds."""
    rows: list[tuple[str, str, float]] = []
    first, second, third = rules.cause_odds
    unsaid = (first + second + third) / 3
    told: Iterable[Any] = judged.itertuples()
    for one in told:
        if (one.pause or one.stocked) and not one.strong:
            rows.append((one.customer_id, "season" if one.pause else "none", first if one.pause else 1.0))
            continue
        odds = dict(zip(one.likely_causes, rules.cause_odds, strict=False))
        if one.top_cause == "none":
            # Nothing of its own: the causes are told apart by little, and none leads the others.
            causes = {"none": 1.0} | dict.fromkeys(list(odds)[:1], unsaid)
        else:
            causes = {cause: odds[cause] for cause in list(odds)[:NAMED]}
        causes |= {CAUSE_OF[signal]: odds.get(CAUSE_OF[signal], third) for signal in one.signals}
        if one.decline:
            # Customs records that show a rival to take most of it name the cause as surely as the model does.
            sure = first if one.decline == "competitor" else odds.get(one.decline, third)
            causes[one.decline] = max(causes.get(one.decline, 0.0), sure)
        if one.gone:
            causes[GONE] = 1.0
        rows += [(one.customer_id, cause, 1.0 if cause in UNCAUSED else of) for cause, of in causes.items()]
    return pd.DataFrame(rows, columns=["customer_id", "cause", "odds"])
