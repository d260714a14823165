"""The plans of a day: what the desk and the records say of each customer, handed to ``actions.plans``."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from actions import candidates, expected, plans, priority
from pipeline import contacted, money, playbooks, values
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.terminal import muted


def of_day(
    params: Params,
    paths: Paths,
    as_of: date,
    scores: pd.DataFrame,
    alerts: pd.DataFrame,
    patterns: pd.DataFrame,
    signals: pd.DataFrame,
    worth: pd.DataFrame | None = None,
    learned: pd.DataFrame | None = None,
    declines: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give the frame ``plans``; ``planned`` gives with it how the budget was spent."""
    return planned(params, paths, as_of, scores, alerts, patterns, signals, worth, learned, declines).plans


def planned(
    params: Params,
    paths: Paths,
    as_of: date,
    scores: pd.DataFrame,
    alerts: pd.DataFrame,
    patterns: pd.DataFrame,
    signals: pd.DataFrame,
    worth: pd.DataFrame | None = None,
    learned: pd.DataFrame | None = None,
    declines: pd.DataFrame | None = None,
) -> plans.Planned:
    """Plan for every customer of ``scores``, the published batch of the day.

    An empty frame stands for a part that is not there. ``worth`` is the frame ``values`` (without it, made here);
    ``learned`` what the log has taught of the plays (``actions.expected.beliefs``), ``declines`` that frame.
    """
    books = playbooks.read(paths)
    found = values.of_day(params, paths, as_of, scores) if worth is None else worth
    tables = contacted.stood(paths, as_of)
    facts = joined(scores, found, alerts, patterns, signals)
    facts["decline"] = _largest(facts["customer_id"], declines)
    day, told = pd.Timestamp(as_of), params.plans
    facts = facts.merge(contacted.contacts(facts, tables, day, told), on="customer_id", validate="one_to_one")
    of_log = contacted.planned(paths, as_of, params.loop.replan_days)
    facts["left_alone"] = facts["customer_id"].map(of_log.left_alone).astype("boolean")
    taken = contacted.spent(tables.get("actions"), books.by_key, day, told.budget.days, of_log.costs)
    with muted():
        return plans.plans(facts, books, settings(params, taken), learned)


def _largest(customers: pd.Series, declines: pd.DataFrame | None) -> pd.Series:
    """Give what took most of what each customer buys less: market, competitor or "" (its own need, or nothing)."""
    if declines is None or declines.empty:
        return pd.Series("", index=customers.index, dtype="str")
    rows = declines.set_index("customer_id").reindex(customers)
    parts = pd.DataFrame(
        {"market": rows["market"] + rows["region"], "competitor": rows["competitor"], "": rows["customer"]}
    ).fillna(0.0)
    fell = rows["change"].lt(0) & parts.min(axis=1).lt(0)
    return pd.Series(parts.idxmin(axis=1).where(fell, "").to_numpy(), index=customers.index, dtype="str")


def settings(params: Params, taken: Mapping[str, float] | None = None) -> plans.Settings:
    """Give the settings as the pure code takes them, the budget less what earlier plans have ``taken``."""
    told, offer, gone = params.plans, money.offered(params), taken or {}
    budget = priority.Budget(
        max(told.budget.hours - gone.get("hours", 0.0), 0.0),
        max(told.budget.money - gone.get("money", 0.0), 0.0),
        {role: max(most - gone.get(role, 0.0), 0.0) for role, most in told.budget.roles.items()},
        told.sight,
        told.seconds,
    )
    return plans.Settings(
        candidates.Rules(told.cause_odds, told.pattern_confidence),
        expected.Assumed(offer.alpha, offer.beta, offer.gone_factor, told.mismatch, told.hour_cost),
        budget,
        told.holdout,
        told.holdout_red,
        told.least_profit,
        params.dataset.currency,
    )


def joined(
    scores: pd.DataFrame,
    worth: pd.DataFrame,
    alerts: pd.DataFrame,
    patterns: pd.DataFrame,
    signals: pd.DataFrame,
) -> pd.DataFrame:
    """Give a row a scored customer with what each part says of it; where one is silent, nothing is the matter."""
    rows = scores[["customer_id", "as_of", "p_churn", "tier", "top_cause", "likely_causes"]].copy()
    rows["as_of"] = pd.to_datetime(rows["as_of"]).astype("datetime64[us]")
    rows["p_gone"] = scores["p_gone"].to_numpy() if "p_gone" in scores else 0.0
    rows = rows.merge(
        worth[["customer_id", "stake", "quadrant", "in_sight"]],
        on="customer_id",
        validate="one_to_one",
    )
    opened = alerts.reindex(columns=["customer_id", "alert_id", "level", "level_since", "opened_on"])
    named = patterns.reindex(columns=["customer_id", "pattern", "confidence"]).set_axis(
        ["customer_id", "pattern", "pattern_confidence"], axis=1
    )
    for part in (opened, named):
        part["customer_id"] = part["customer_id"].astype(rows["customer_id"].dtype)
        rows = rows.merge(part, on="customer_id", how="left", validate="one_to_one")
    rows["alert_id"] = rows["alert_id"].astype("str")
    for name in ("level_since", "opened_on"):
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[us]")
    counting = signals[signals["counts"].astype(bool)] if len(signals) else signals
    by_customer: dict[str, list[str]] = {}
    if len(counting):
        for who, kinds in counting.groupby("customer_id")["signal"]:
            by_customer[str(who)] = sorted(set(kinds))
    return rows.assign(
        level=rows["level"].astype("str").fillna("none"),
        pattern=rows["pattern"].astype("str").fillna("steady"),
        pattern_confidence=rows["pattern_confidence"].astype("float64").fillna(0.0),
        signals=pd.Series([by_customer.get(who, []) for who in rows["customer_id"]], dtype=object),
    )
