"""What the page tells of one customer, as values for its template."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import listing, words
from pipeline.desk import cells, contacts, frames, history, texts, timeline
from pipeline.desk.sources import Sources
from pipeline.desk.texts import PAGE, Said, say
from pipeline.params import Params

if TYPE_CHECKING:
    from actions.events import Event

READINGS = 3
"""Readings shown a dimension, those with the most points first."""
PULLS = 6
"""Causes shown of a probability; the rest is one figure."""
REASONS = 5
EVIDENCE = 3
"""Records named a signal."""
PARTS = ("market", "region", "competitor", "customer")
MANY = ("signals", "shocks")
"""Frames that have not one row a customer."""
DETAILS = ("industry", "region", "segment")


class Told:
    """The sources by customer: made once, asked for each."""

    def __init__(self, params: Params, sources: Sources) -> None:
        self.params, self.sources = params, sources
        self.currency = params.dataset.currency
        self.rows = {name: _first(frame) for name, frame in sources.frames.items() if name not in MANY}
        self.scores = _first(sources.scores)
        self.signals = _grouped(sources.frames["signals"].sort_values(["since_on", "rule"]))
        self.profiles = _first(sources.records["customers"])
        self.events: dict[str, list[Event]] = {}
        for event in sources.events:
            self.events.setdefault(event.customer_id, []).append(event)
        self.span = timeline.Span(pd.Timestamp(sources.as_of), params.desk.months)
        self.marks = timeline.marks(sources.records, self.span)
        self.heat_months = min(params.desk.months, 12)
        self.heat = contacts.by_role(sources.records.get("interaction"), self.span.until, self.heat_months)

    def row(self, customer: str, rank: int) -> dict[str, Any]:
        """Give the customer's row of the list."""
        health, alert, value, plan = (
            self.rows[name].get(customer, {}) for name in ("health", "alerts", "values", "plans")
        )
        score = self.scores.get(customer, {})
        going = _going(score)
        cause = cells.text(plan.get("cause")) or cells.text(score.get("top_cause"))
        level = cells.text(alert.get("level"))
        return {
            "rank": rank,
            "place": place(customer),
            "customer_id": words.line(customer),
            **self.who(customer),
            "level": level,
            "level_said": say(texts.LEVELS, level) if level else None,
            "market": alert.get("market") is True,
            "level_sort": frames.LEVELS.index(level) + 1 if level else 0,
            **_health(health),
            "churn": cells.share(score.get("p_churn")),
            "going": cells.share(going),
            "going_sort": f"{cells.number(going) or 0.0:.6f}",
            "cause": cells.cause(cause),
            "quadrant": value.get("quadrant"),
            "value": cells.whole(value.get("value")),
            "state": _state(plan),
            "play": self.play(plan),
            "hours": cells.figure(plan.get("hours")),
            "profit": self.money(plan.get("profit")),
            "profit_sort": f"{cells.number(plan.get('profit')) or 0.0:.2f}",
            "due": cells.day(plan.get("due_on")) or cells.day(alert.get("by_on")),
        }

    def page(self, customer: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Give everything on the customer's own page; ``row`` is its row of the list."""
        signals, alert = self.signals.get(customer, []), self.rows["alerts"].get(customer)
        found = {name: rows[customer] for name, rows in self.marks.items() if customer in rows}
        return {
            **row,
            "details": [words.line(text) for text in self._details(customer)],
            "alert": alert and self._alert(alert),
            "plan": self._plan(customer),
            "value_told": self._value(customer),
            "pattern": self._pattern(customer),
            "sales": self._sales(customer),
            "gone": cells.share(self.scores.get(customer, {}).get("p_gone")),
            "strips": timeline.strips(found, signals, alert, self.span),
            "signals": [self._signal(one) for one in signals],
            "dimensions": self._dimensions(customer),
            "heat": self.heat.get(customer),
            "pulls": self._pulls(customer),
            "log": [
                history.told(event, self.sources.plays, self.currency)
                for event in self.events.get(customer, [])
            ],
        }

    def who(self, customer: str) -> dict[str, str]:
        """Give the customer's name and who owns it, harmless lines; empty where the records do not say."""
        newest = self.profiles.get(customer, {})
        return {name: words.line(newest.get(name)) for name in ("name", "owner")}

    def money(self, value: object) -> str:
        number = cells.number(value)
        return "" if number is None else words.money(float(round(number)), self.currency)

    def signed(self, value: object) -> str:
        """Give money with its sign."""
        number = round(cells.number(value) or 0.0)
        sign = "+" if number > 0 else "−" if number < 0 else "±"  # noqa: RUF001
        return f"{sign}{words.money(float(abs(number)), self.currency)}"

    def play(self, plan: Mapping[str, Any]) -> Said | None:
        """Give the name of a play in both languages."""
        if not cells.text(plan.get("play")):
            return None
        return say(self.sources.plays, plan["play"])

    def _details(self, customer: str) -> list[str]:
        newest = self.profiles.get(customer, {})
        return [str(newest[name]) for name in DETAILS if cells.text(newest.get(name))]

    def _alert(self, alert: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": alert["alert_id"],
            "opened": cells.day(alert["opened_on"]),
            "told": history.roles(alert["told"]),
            "by": cells.day(alert["by_on"]),
            "said": cells.said(alert),
        }

    def _plan(self, customer: str) -> dict[str, Any] | None:
        plan = self.rows["plans"].get(customer)
        if plan is None or not cells.text(plan.get("play")):
            return None
        return {
            "channel": say(texts.CHANNELS, plan["channel"]),
            "who": say(texts.ROLES, plan["owner_role"]),
            "cost": self.money(plan["cost"]),
            "low": self.money(plan["profit_low"]),
            "high": self.money(plan["profit_high"]),
            "why": cells.said(plan, "why_"),
            "steps": list(
                zip(*(cells.lines(plan[f"steps_{tongue}"]) for tongue in ("en", "zh")), strict=False)
            ),
        }

    def _value(self, customer: str) -> dict[str, Any] | None:
        value = self.rows["values"].get(customer)
        if value is None:
            return None
        return {
            "margin": self.money(value["yearly_margin"]),
            "quadrant": say(texts.QUADRANTS, value["quadrant"]),
        }

    def _pattern(self, customer: str) -> dict[str, Any] | None:
        pattern = self.rows["patterns"].get(customer)
        if pattern is None:
            return None
        return {
            "name": say(texts.PATTERNS, pattern["pattern"]),
            "onset": cells.day(pattern["onset_on"]),
            "confidence": cells.share(pattern["confidence"], 0),
            "said": cells.said(pattern),
        }

    def _sales(self, customer: str) -> dict[str, Any] | None:
        """Give what the change of the customer's purchases is made of; nothing where it bought nothing."""
        decline = self.rows["declines"].get(customer)
        if decline is None or not (decline["before"] or decline["now"]):
            return None
        return {
            "days": cells.whole(decline["days"]),
            "before": self.money(decline["before"]),
            "now": self.money(decline["now"]),
            "parts": [(PAGE[f"part_{name}"], self.signed(decline[name])) for name in PARTS],
            "known": bool(decline["wallet_known"]),
        }

    def _signal(self, signal: Mapping[Any, Any]) -> dict[str, Any]:
        evidence = signal["evidence"]
        shown = [f"{one['table']} {one['record_id']} ({cells.day(one['on'])})" for one in evidence[:EVIDENCE]]
        more = len(evidence) - len(shown)
        return {
            "kind": say(texts.SIGNALS, signal["signal"]),
            "since": cells.day(signal["since_on"]),
            "times": cells.whole(signal["times"]) if (cells.number(signal["times"]) or 0.0) > 1 else "",
            "counts": bool(signal["counts"]),
            "said": cells.said(signal),
            "evidence": words.line(", ".join(shown)) + (f", +{more}" if more > 0 else ""),
        }

    def _dimensions(self, customer: str) -> list[dict[str, Any]]:
        health = self.rows["health"].get(customer)
        if health is None:
            return []
        readings = sorted(health["readings"], key=lambda one: -abs(cells.number(one["points"]) or 0.0))
        return [
            {
                "name": say(texts.DIMENSIONS, dimension),
                "health": cells.number(health[f"health_{dimension}"]),
                "readings": [cells.said(one) for one in readings if one["dimension"] == dimension][:READINGS],
            }
            for dimension in frames.DIMENSIONS
        ]

    def _pulls(self, customer: str) -> dict[str, Any] | None:
        score = self.scores.get(customer)
        if score is None:
            return None
        found = {
            name.removeprefix("contribution_"): float(value)
            for name, value in score.items()
            if str(name).startswith("contribution_")
        }
        shown = sorted(found, key=lambda cause: (-abs(found[cause]), cause))[:PULLS]
        shown = [cause for cause in shown if abs(found[cause]) >= listing.LEAST]
        rest = sum(value for cause, value in found.items() if cause not in shown)
        points = words.adding_up([score["base"], *(found[cause] for cause in shown), rest])
        reach = max([abs(found[cause]) for cause in shown], default=1.0)
        return {
            "base": f"{points[0]:.1f}",
            "rest": words.signed(points[-1], 1),
            "rows": [
                {
                    "cause": cells.cause(cause),
                    "points": words.signed(point, 1),
                    "side": "raises" if found[cause] > 0 else "lowers",
                    "x": f"{50 + 50 * min(found[cause], 0.0) / reach:.1f}",
                    "width": f"{50 * abs(found[cause]) / reach:.1f}",
                }
                for cause, point in zip(shown, points[1:-1], strict=True)
            ],
            "reasons": [self._reason(one) for one in list(score["reasons"])[:REASONS]],
        }

    def _reason(self, reason: Mapping[str, Any]) -> dict[str, Any]:
        feature = self.sources.declared.get(reason["feature"], {})
        en, zh = (
            listing.in_words(reason, feature, self.currency, chinese=chinese) for chinese in (False, True)
        )
        return {"said": (en, zh), "points": words.points(reason["contribution"])}


def place(customer: str) -> str:
    """Give the fragment under which a customer's page is found; the same on every day."""
    return f"c-{hashlib.sha256(customer.encode()).hexdigest()[:12]}"


def _health(health: Mapping[str, Any]) -> dict[str, Any]:
    now, baseline, drop = (cells.number(health.get(name)) for name in ("health", "baseline", "drop"))
    return {
        "health": None if now is None else f"{now:.0f}",
        "health_sort": "" if now is None else f"{now:.2f}",
        "baseline": None if baseline is None else f"{baseline:.0f}",
        "drop": None if drop is None else f"{'+' if drop < 0 else '−'}{abs(round(100 * drop)):.0f}%",  # noqa: RUF001
        "worse": drop is not None and drop >= 0.1,
    }


def _state(plan: Mapping[str, Any]) -> str:
    if plan.get("held_out") is True:
        return "held"
    if plan.get("chosen") is True:
        return "planned"
    return "over" if cells.text(plan.get("play")) else "alert"


def _going(score: Mapping[str, Any]) -> float | None:
    churn, gone = cells.number(score.get("p_churn")), cells.number(score.get("p_gone"))
    return None if churn is None or gone is None else churn - gone


def _first(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {str(row["customer_id"]): row for row in frame.to_dict("records")}  # type: ignore[misc]


def _grouped(frame: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in frame.to_dict("records"):
        found.setdefault(str(row["customer_id"]), []).append(row)  # type: ignore[arg-type]
    return found
