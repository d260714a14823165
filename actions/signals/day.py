"""All signals of one day: every rule that can be asked, over the records as they stood."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from actions import text
from actions.signals import communication, competitor, contract, finance, orders, service, strategic
from actions.signals.rule import COLUMNS, Rule
from actions.signals.settings import Settings

RULES: tuple[Rule, ...] = (
    *communication.RULES,
    *orders.RULES,
    *service.RULES,
    *competitor.RULES,
    *finance.RULES,
    *strategic.RULES,
    *contract.RULES,
)
HAPPENED = {
    "trade": ("ordered_at", "order_id", "product_id"),
    "interaction": ("occurred_at", "interaction_id"),
    "service": ("opened_at", "ticket_id"),
    "finance": ("issued_at", "invoice_id"),
    "milestones": ("planned_on", "milestone_id"),
    "contracts": ("starts_on", "contract_id"),
    "imports": ("shipped_on", "record_id"),
}
"""The tables that the rules read: when a row of each happened, and what orders those of one moment."""
BEHIND = 1100
"""Days of records that are looked at: three years, so that a pause of the last two is still seen."""
LASTING = ("contracts", "milestones")
"""Tables of which every row is looked at, however old, or planned ahead and known."""
OUTSIDE = ("login", "campaign")
"""Contacts that no rule looks at."""


def signals(tables: Mapping[str, pd.DataFrame], as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Give one row a customer and rule that holds on ``as_of``.

    Parameters
    ----------
    tables : record tables as they stood on ``as_of``, one row a record; a missing one leaves its rules out.

    Returns
    -------
    signal_id, customer_id, as_of, signal (its kind), rule, since_on (first day that it held), times (in a row),
    counts (often enough), strength (0.5 at the threshold, 1 from twice it on), evidence (records: table, record_id,
    on), en, zh; sorted by customer and the order of the rules.
    """
    sorted_tables = ordered(tables, as_of)
    parts = [rule.held(sorted_tables, as_of, settings) for rule in RULES if rule.lacks(sorted_tables) is None]
    parts = [part for part in parts if len(part)] or parts[:1]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    place = {rule.name: place for place, rule in enumerate(RULES)}
    rows = pd.concat(parts, ignore_index=True)
    order = np.lexsort((rows["rule"].map(place), rows["customer_id"].to_numpy(object).astype(str)))
    return rows.iloc[order].reset_index(drop=True)


def absent(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Give the rules that cannot be asked, by name, with what each misses."""
    lacking = {rule.name: rule.lacks(tables) for rule in RULES}
    return {name: missing for name, missing in lacking.items() if missing is not None}


def ordered(tables: Mapping[str, pd.DataFrame], as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Sort the tables by customer and time, number their customers, and read depth from texts where none is given.

    Rows that happened more than ``BEHIND`` days before are left out, and those dated after the day, however early
    they were known; a plan or a contract that lies ahead stays.
    """
    since, tomorrow = as_of - pd.Timedelta(days=BEHIND), as_of + pd.Timedelta(days=1)
    found = {}
    for name, (happened, *keys) in HAPPENED.items():
        if name not in tables:
            continue
        rows = tables[name]
        if name not in LASTING:
            rows = rows[(rows[happened] > since) & (rows[happened] < tomorrow)]
        if name == "interaction":
            rows = text.filled(rows[~rows["kind"].isin(OUTSIDE)])
        who = pd.factorize(rows["customer_id"], sort=True)[0].astype(np.int64)
        moment = rows[happened].to_numpy("datetime64[us]").astype(np.int64)
        order = np.lexsort((*(pd.factorize(rows[key], sort=True)[0] for key in reversed(keys)), moment, who))
        found[name] = rows.assign(who=who).iloc[order].reset_index(drop=True)
    return found
