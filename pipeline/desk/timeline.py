"""The timeline of a customer: a strip a kind of record, drawn as SVG paths, and one of its signals.

A strip is as many units wide as there are days and ``HIGH`` units high; it is stretched to the width of the page,
so nothing in it is text. x = 0 is the first day, x = days the day itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.desk.texts import PAGE, SIGNALS, say

HIGH = 30
WEEK = 7
MIDDLE = HIGH / 2
LATE_DAYS = 30
"""A milestone is late so many days after it was planned."""


class Span:
    """The days that a timeline shows: ``days`` of them up to ``until``."""

    def __init__(self, until: pd.Timestamp, months: int) -> None:
        self.until = until
        self.since = until - pd.DateOffset(months=months)
        self.days = (until - self.since).days

    def places(self, moments: pd.Series) -> np.ndarray:
        """Give how many days after the left edge each moment lies; NaN where there is none."""
        return ((pd.to_datetime(moments).dt.normalize() - self.since) / pd.Timedelta(days=1)).to_numpy(float)

    def place(self, moment: Any) -> float:
        """Give where a day lies; one before the first is at the left edge, none at the right."""
        if pd.isna(moment):
            return float(self.days)
        return float(np.clip((pd.Timestamp(moment).normalize() - self.since).days, 0, self.days))

    def months(self) -> list[dict[str, str]]:
        """Give the first days of the months within, in percent of the width."""
        firsts = pd.date_range(self.since, self.until, freq="MS")
        step = 1 + len(firsts) // 13
        return [
            {
                "at": f"{100 * (first - self.since).days / self.days:.1f}",
                "name": f"{first:%Y-%m}" if first.month == 1 or k == 0 else f"{first:%m}",
            }
            for k, first in enumerate(firsts)
            if k % step == 0 and (first - self.since).days / self.days < 0.97
        ]


@dataclass(frozen=True)
class Marks:
    """The records of one customer in a strip: where they lie (days), how much they are, and which are marked.

    ``marked`` are contacts from the customer, complaints, invoices paid late and so on, as the strip says.
    """

    places: np.ndarray
    size: np.ndarray
    marked: np.ndarray


def marks(records: Mapping[str, pd.DataFrame], span: Span) -> dict[str, dict[str, Marks]]:
    """Give the records within the span by strip and customer."""
    read = {
        "orders": _orders,
        "contacts": _contacts,
        "service": _tickets,
        "finance": _invoices,
        "project": _steps,
    }
    return {name: _apart(reader(records, span.until), span) for name, reader in read.items()}


def strips(
    found: Mapping[str, Marks],
    signals: Sequence[Mapping[str, Any]],
    alert: Mapping[str, Any] | None,
    span: Span,
) -> list[dict[str, Any]]:
    """Give the strips of one customer that have something to show: label, paths by class, the fullest week."""
    told = [
        _drawn_orders(found["orders"], span) if "orders" in found else None,
        _drawn_contacts(found["contacts"], span) if "contacts" in found else None,
        *(_dots(name, found[name]) for name in ("service", "finance", "project") if name in found),
        _drawn_signals(signals, span) if signals else None,
        _drawn_alert(alert, span) if alert else None,
    ]
    return [strip for strip in told if strip is not None]


def _orders(records: Mapping[str, pd.DataFrame], until: pd.Timestamp) -> pd.DataFrame | None:
    trade = records.get("trade")
    if trade is None:
        return None
    bought = trade[~trade["is_return"].eq(True)] if "is_return" in trade else trade
    return _rows(bought["customer_id"], bought["ordered_at"], size=bought["amount"])


def _contacts(records: Mapping[str, pd.DataFrame], until: pd.Timestamp) -> pd.DataFrame | None:
    contacts = records.get("interaction")
    if contacts is None:
        return None
    theirs = ~contacts["direction"].eq("out") if "direction" in contacts else True
    return _rows(contacts["customer_id"], contacts["occurred_at"], marked=theirs)


def _tickets(records: Mapping[str, pd.DataFrame], until: pd.Timestamp) -> pd.DataFrame | None:
    tickets = records.get("service")
    if tickets is None:
        return None
    return _rows(tickets["customer_id"], tickets["opened_at"], marked=tickets["kind"].eq("complaint"))


def _invoices(records: Mapping[str, pd.DataFrame], until: pd.Timestamp) -> pd.DataFrame | None:
    invoices = records.get("finance")
    if invoices is None:
        return None
    # What is unpaid by the day counts as paid at its end.
    paid = _moments(invoices, "paid_at").fillna(until + pd.Timedelta(days=1))
    late = paid.dt.normalize() > pd.to_datetime(invoices["due_at"]).dt.normalize()
    late |= _moments(invoices, "disputed_at").notna()
    return _rows(invoices["customer_id"], invoices["issued_at"], marked=late)


def _steps(records: Mapping[str, pd.DataFrame], until: pd.Timestamp) -> pd.DataFrame | None:
    found = []
    if (steps := records.get("milestones")) is not None:
        done = _moments(steps, "done_on").fillna(until)
        late = (done - pd.to_datetime(steps["planned_on"])).dt.days > LATE_DAYS
        found.append(_rows(steps["customer_id"], steps["planned_on"], marked=late))
    if (contracts := records.get("contracts")) is not None:
        ends = pd.to_datetime(contracts["ends_on"])
        lapsed = _moments(contracts, "renewed_at").isna() & (ends <= until)
        lapsed |= _moments(contracts, "cancelled_at").notna()
        found.append(_rows(contracts["customer_id"], ends, marked=lapsed))
    return pd.concat(found, ignore_index=True) if found else None


def _moments(rows: pd.DataFrame, column: str) -> pd.Series:
    """Give an optional column of moments, all empty where it is absent."""
    return pd.to_datetime(rows[column]) if column in rows else pd.Series(pd.NaT, rows.index)


def _rows(customer: pd.Series, at: pd.Series, size: Any = 1.0, marked: Any = False) -> pd.DataFrame:
    return pd.DataFrame({"customer": customer, "at": pd.to_datetime(at), "size": size, "marked": marked})


def _apart(rows: pd.DataFrame | None, span: Span) -> dict[str, Marks]:
    """Cut the records by customer; those outside the span are left out."""
    if rows is None or rows.empty:
        return {}
    places = span.places(rows["at"])
    inside = (places > 0) & (places <= span.days)
    rows, places = rows[inside], places[inside].astype(int)
    size, marked = rows["size"].to_numpy(float), rows["marked"].to_numpy(bool)
    groups = rows.reset_index(drop=True).groupby("customer", sort=False).indices
    return {str(name): Marks(places[at], size[at], marked[at]) for name, at in groups.items()}


def _drawn_orders(found: Marks, span: Span) -> dict[str, Any]:
    weekly = np.bincount((span.days - found.places) // WEEK, weights=found.size)
    most = float(weekly.max())
    return {
        "name": PAGE["lane_orders"],
        "most": f"{most:,.0f}",
        "paths": [{"kind": "one", "d": _bars(weekly, most, span)}],
    }


def _drawn_contacts(found: Marks, span: Span) -> dict[str, Any]:
    weeks = (span.days - found.places) // WEEK
    both = np.bincount(weeks).astype(float)
    theirs = np.bincount(weeks[found.marked], minlength=len(both)).astype(float)
    most = float(both.max())
    return {
        "name": PAGE["lane_contacts"],
        "most": f"{most:,.0f}",
        "paths": [
            {"kind": "two", "d": _bars(both, most, span), "word": PAGE["key_out"]},
            {"kind": "one", "d": _bars(theirs, most, span), "word": PAGE["key_in"]},
        ],
    }


def _dots(kind: str, found: Marks) -> dict[str, Any]:
    """Give a strip of dots, the marked ones above the others."""
    return {
        "name": PAGE[f"lane_{kind}"],
        "paths": [
            {
                "kind": "dot bad" if bad else "dot",
                "d": "".join(f"M{at} {MIDDLE - 6 if bad else MIDDLE + 6:.0f}h0" for at in np.unique(at)),
                "word": PAGE[f"key_bad_{kind}"] if bad else None,
            }
            for bad, at in ((False, found.places[~found.marked]), (True, found.places[found.marked]))
            if len(at)
        ],
    }


def _drawn_signals(signals: Sequence[Mapping[str, Any]], span: Span) -> dict[str, Any]:
    """Give a line a signal, from the day that it has held since; those that count are full."""
    step = HIGH / (len(signals) + 1)
    return {
        "name": PAGE["lane_signals"],
        "paths": [
            {
                "kind": "line full" if row["counts"] else "line",
                "d": f"M{min(span.place(row['since_on']), span.days - 2):.0f} {k * step:.1f}H{span.days}",
                "title": " / ".join(dict.fromkeys(say(SIGNALS, row["signal"]))),
            }
            for k, row in enumerate(signals, start=1)
        ],
    }


def _drawn_alert(alert: Mapping[str, Any], span: Span) -> dict[str, Any]:
    """Give a line since the alert was opened, broad since it has had its level."""
    opened, level = (min(span.place(alert[name]), span.days - 2) for name in ("opened_on", "level_since"))
    return {
        "name": PAGE["lane_alert"],
        "paths": [
            {"kind": "line", "d": f"M{opened:.0f} {MIDDLE:.0f}H{span.days}"},
            {"kind": f"band {alert['level']}", "d": f"M{level:.0f} {MIDDLE:.0f}H{span.days}"},
        ],
    }


def _bars(weekly: np.ndarray, most: float, span: Span) -> str:
    """Give a bar a week, the last week at the right edge, the fullest as high as the strip."""
    return "".join(
        f"M{max(span.days - WEEK * (k + 1), 0) + 1} {HIGH}v-{max(HIGH * count / most, 1):.0f}h5V{HIGH}z"
        for k, count in enumerate(weekly)
        if count > 0
    )
