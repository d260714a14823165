"""The plan of each customer: the play that fits, what it is expected to bring, and whether it is in the budget.

In this order: which plays fit (``actions.candidates``), what each is expected to bring (``actions.expected``),
who is drawn by lot to be left alone, which plays the budget is spent on (``actions.priority``), and why, in words
(``actions.why``).

**Hold-out.** A share of the customers is drawn by a hash of the customer and of the month in which its alert
opened (without an alert, of the day's month), so that the draw stands as long as the episode does and nobody
can choose it; what was drawn for a plan of late stands beyond that.
Those drawn take no part in the search, and no hours lie idle for them. At the prices of the
budget they are then asked what would have been planned for them: those for whom something would have been are
``held_out``, and are to the planned customers as if one had tossed a coin. Under a red alert nobody is drawn
unless the settings say so: a rule that no sales director will keep to spoils the comparison for all, and what a
lost red account costs is more than the list learns from it. What is measured then speaks of the other levels
alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from actions import candidates as fitting
from actions import expected, priority, why
from actions.candidates import Rules
from actions.expected import Assumed
from actions.playbooks import Playbooks
from actions.priority import Budget, Chosen

DIGITS = 12
COLUMNS = (
    "plan_id",
    "customer_id",
    "as_of",
    "alert_id",
    "cause",
    "odds",
    "play",
    "channel",
    "owner_role",
    "due_on",
    "hours",
    "cost",
    "profit",
    "profit_low",
    "profit_high",
    "chosen",
    "rank",
    "held_out",
    "why_en",
    "why_zh",
    "steps_en",
    "steps_zh",
)


@dataclass(frozen=True)
class Settings:
    """``holdout`` and ``holdout_red``: shares drawn to be left alone. ``least_profit``: what a plan must be
    expected to bring at least. ``currency`` is for the words."""

    rules: Rules = field(default_factory=Rules)
    assumed: Assumed = field(default_factory=Assumed)
    budget: Budget = field(default_factory=Budget)
    holdout: float = 0.10
    holdout_red: float = 0.0
    least_profit: float = 0.0
    currency: str = "EUR"


@dataclass(frozen=True)
class Planned:
    """``plans``: a row a customer. ``solved``: how the budget was spent and what more of it would bring."""

    plans: pd.DataFrame
    solved: Chosen

    @property
    def told(self) -> dict[str, float | int | bool | Mapping[str, float] | None]:
        """What is said of the whole list: counts, what it takes and brings, the gap, the prices."""
        mine = self.plans[self.plans["chosen"].astype(bool)]
        return {
            "plans": len(mine),
            "held_out": int(self.plans["held_out"].sum()),
            "hours": float(mine["hours"].sum()),
            "cost": float(mine["cost"].sum()),
            "profit": float(mine["profit"].sum()),
            "gap": self.solved.gap if np.isfinite(self.solved.gap) else None,
            "proven": self.solved.proven,
            "prices": dict(self.solved.prices),
        }


def plans(
    facts: pd.DataFrame, books: Playbooks, settings: Settings, learned: pd.DataFrame | None = None
) -> Planned:
    """Plan for each customer of ``facts``, a row each of one day.

    Columns of ``facts``: customer_id, as_of, p_churn, p_gone, tier, top_cause, likely_causes, stake (a year of
    margin), quadrant, in_sight; alert_id (null without an alert), level, level_since, opened_on; pattern,
    pattern_confidence; signals (those that count); busy, busy_en, busy_zh, campaign, tried; left_alone (of a
    customer with a plan of late: whether chance left it alone; null of others). ``learned`` as
    ``actions.expected.beliefs`` takes it.

    The order of the rows changes nothing. The result is sorted: the plans in the budget by rank, then the rest by
    customer.
    """
    rows = facts.sort_values("customer_id", ignore_index=True)
    judged = fitting.judged(rows, settings.rules)
    believed = expected.beliefs(books, settings.assumed, learned)
    offered = expected.profits(fitting.candidates(judged, books, settings.rules), believed, settings.assumed)
    fitted = set(offered["customer_id"])
    worth = offered[offered["profit"] > settings.least_profit].reset_index(drop=True)
    out = worth["customer_id"].isin(set(rows.loc[drawn(rows, settings), "customer_id"])).to_numpy()
    mine, theirs = worth[~out].reset_index(drop=True), worth[out].reset_index(drop=True)
    solved = priority.choose(mine, settings.budget)
    would = _best(theirs.assign(over=priority.at_prices(theirs, solved.prices)))
    best = pd.concat([mine[solved.rows], would[would["over"] > 0], _best(worth.assign(over=worth["profit"]))])
    best = best.drop_duplicates("customer_id")
    planned = rows.merge(
        best[[*CANDIDATE, "customer_id"]], on="customer_id", how="left", validate="one_to_one"
    )
    chosen = planned["customer_id"].isin(mine.loc[solved.rows, "customer_id"])
    held_out = planned["customer_id"].isin(would.loc[would["over"] > 0, "customer_id"])
    planned = planned.assign(chosen=chosen.to_numpy(), held_out=held_out.to_numpy())
    order = planned.loc[planned["chosen"], "profit"].rank(method="first", ascending=False)
    planned["rank"] = order.reindex(planned.index).astype("Int64")
    return Planned(_told(planned, judged, books, settings, fitted), solved)


CANDIDATE = (
    "cause",
    "play",
    "odds",
    "owner_role",
    "channel",
    "within_days",
    "hours",
    "money",
    "profit",
    "profit_low",
    "profit_high",
)


def drawn(rows: pd.DataFrame, settings: Settings) -> np.ndarray:
    """Say who is left alone by lot: customer_id, as_of, level, opened_on, left_alone.

    What was drawn of late stands, so that neither a new month nor an alert that opens draws anew; but under red
    the share for red counts alone.
    """
    month = rows["opened_on"].fillna(rows["as_of"]).dt.strftime("%Y-%m")
    lots = np.array(
        [lot(customer, one) for customer, one in zip(rows["customer_id"], month, strict=True)], np.float64
    )
    stands = rows["left_alone"].astype("boolean") if "left_alone" in rows else pd.Series(pd.NA, rows.index)
    mine = np.where(stands.isna(), lots < settings.holdout, stands.fillna(False).astype(bool))
    return np.asarray(np.where(rows["level"] == "red", lots < settings.holdout_red, mine), bool)


def lot(customer: str, month: str) -> float:
    """Give the lot of a customer in a month, evenly spread over 0 to below 1."""
    return int(sha256(f"held out {customer} {month}".encode()).hexdigest()[:13], 16) / 16**13


def plan_id(customer: str, episode: str, play: str, *, left_alone: bool = False) -> str:
    """Give the name of a plan: the same every day, as long as the episode (an alert, else a month) and play are.

    One that chance left alone has another name than the same that is carried out after all, under a red alert.
    """
    what = "plan left alone" if left_alone else "plan"
    return sha256(f"{what} {customer} {episode} {play}".encode()).hexdigest()[:DIGITS]


def _best(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each customer's candidate with the highest ``over``; of equals the first play by name."""
    ranked = rows.sort_values(["customer_id", "over", "play"], ascending=[True, False, True], kind="stable")
    return ranked.drop_duplicates("customer_id")


def _told(
    planned: pd.DataFrame, judged: pd.DataFrame, books: Playbooks, settings: Settings, fitted: set[str]
) -> pd.DataFrame:
    plays = books.by_key
    there = planned["play"].notna()
    as_of, within = planned["as_of"], pd.to_timedelta(planned["within_days"].fillna(0), unit="D")
    # Told from the day the alert took its level, so that a plan does not move on with every night.
    due = (planned["level_since"].fillna(as_of) + within).clip(lower=as_of)
    month = planned["opened_on"].fillna(as_of).dt.strftime("%Y-%m")
    episodes = planned["alert_id"].where(planned["alert_id"].notna(), month)
    keys = zip(planned["customer_id"], episodes, planned["play"].fillna(""), planned["held_out"], strict=True)
    words, steps = [], []
    facts: Iterable[tuple[Any, Any]] = zip(judged.itertuples(), planned.itertuples(), strict=True)
    for fact, plan in facts:
        play = plays[plan.play] if isinstance(plan.play, str) else None
        words.append(why.grounds(fact, play, plan, settings.currency, _state(fact, plan, fitted)))
        told = play.steps if play else ()
        steps.append(("\n".join(one.en for one in told), "\n".join(one.zh for one in told)))
    found = planned.assign(
        plan_id=pd.Series([plan_id(*key, left_alone=bool(left)) for *key, left in keys], dtype="str").where(
            there
        ),
        due_on=due.where(there),
        cost=planned["money"],
        why_en=[en for en, _ in words],
        why_zh=[zh for _, zh in words],
        steps_en=pd.Series([en for en, _ in steps], dtype="str").where(there),
        steps_zh=pd.Series([zh for _, zh in steps], dtype="str").where(there),
    )
    return found.sort_values(["rank", "customer_id"], na_position="last", ignore_index=True)[list(COLUMNS)]


def _state(fact: Any, plan: Any, fitted: set[str]) -> str:
    if fact.busy:
        return "busy"
    if plan.chosen:
        return "chosen"
    if plan.held_out:
        return "held_out"
    if isinstance(plan.play, str):
        return "left_out"
    return "nothing" if plan.customer_id in fitted else "unfit"
