"""Who at the customer's still speaks with us: contacts by role and month, and the roles that have cooled."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.desk.texts import CONTACTS, PAGE, filled, say

RECENT = 3
"""Months that are held against those before."""
COOLED = 0.5
"""A role has cooled where its recent months hold less than this share of what was usual before ..."""
LEAST = 0.5
"""... and it was usual to speak at least so often a month: of rarer contacts three months tell nothing."""
SHADES = 5


def by_role(
    contacts: pd.DataFrame | None, until: pd.Timestamp, months: int
) -> dict[str, list[dict[str, Any]]]:
    """Give by customer a row a role (cells: contacts in each month, the last ending on ``until``), busiest first.

    Contacts whose role is not recorded (campaigns, logins) stand last.
    """
    if contacts is None or contacts.empty:
        return {}
    edges = pd.DatetimeIndex([end + pd.Timedelta(days=1) for end in _ends(until, months)])
    place = edges.searchsorted(contacts["occurred_at"], side="right") - 1
    inside = (place >= 0) & (place < months)
    roles = contacts["contact_role"].fillna("") if "contact_role" in contacts else ""
    rows = pd.DataFrame({"customer": contacts["customer_id"], "role": roles, "place": place})[inside]
    found: dict[str, dict[str, np.ndarray]] = {}
    for (customer, role), places in rows.groupby(["customer", "role"], sort=False)["place"]:
        found.setdefault(str(customer), {})[str(role)] = np.bincount(places, minlength=months)
    return {customer: _rows(counts) for customer, counts in found.items()}


def headings(until: pd.Timestamp, months: int) -> list[dict[str, str]]:
    """Give the headings of the cells: the months, each ending on the day of the month of ``until``."""
    return [{"year": f"{end:%Y}", "month": f"{end:%m}"} for end in _ends(until, months)[1:]]


def cooled(counts: np.ndarray) -> bool:
    """Tell whether a role has cooled; ``counts`` are its contacts a month, earliest first."""
    before, now = counts[:-RECENT], counts[-RECENT:]
    return len(before) > 0 and before.mean() >= LEAST and now.mean() < COOLED * before.mean()


def _ends(until: pd.Timestamp, months: int) -> list[pd.Timestamp]:
    return [until - pd.DateOffset(months=back) for back in range(months, -1, -1)]


def _rows(found: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    most = max(int(counts.max()) for counts in found.values())
    order = sorted(found, key=lambda name: (name == "", -found[name].sum(), name))
    return [_row(name, found[name], most) for name in order]


def _row(name: str, counts: np.ndarray, most: int) -> dict[str, Any]:
    cells = [{"count": int(count), "shade": -(-SHADES * int(count) // most)} for count in counts]
    told = None
    if name and cooled(counts):
        now, before = (f"{part.mean():.1f}" for part in (counts[-RECENT:], counts[:-RECENT]))
        told = filled(PAGE["cooled_by"], now=now, before=before)
    return {"name": say(CONTACTS, name), "cells": cells, "cooled": told}
