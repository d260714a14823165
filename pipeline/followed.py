"""Alerts and plans followed to what became of their customers: one row each, as ``actions.effect`` takes them.

Everything is told as it was known on a day: events up to it, orders up to it, and only those alerts and plans of
which the outcome was known by then. Under the rule ``departure`` a customer counts as kept that buys in the days in
which a departure is confirmed, after the horizon; under the others, that buys within the horizon.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from actions.events import LEVELS, Event, evening, known_by
from actions.journal import Action, Alert, book
from features.past import frames_on
from pipeline import journal, playbooks, publishing, records
from pipeline.frames import read_parquet
from pipeline.params import Label, Params
from pipeline.paths import Paths

COVARIATES = ("p_churn", "p_gone", "severity", "bought", "silent")
"""Known before anybody acted: the probabilities, the alert's level, a year's purchases, days without one."""
YEAR = 365
SCORED = 31
"""Days that the scores may be older than the alert or plan."""
COLUMNS = (
    *("unit_id", "customer_id", "as_of", "level", "cause", "odds", "play", "planned", "held_out", "treated"),
    *("kept", "revenue", "margin", "cost", *COVARIATES),
)


@dataclass(frozen=True)
class Window:
    """Days after an alert or plan: kept is who buys after ``after`` and up to ``until``."""

    after: int
    until: int


def window(label: Label) -> Window:
    """Give the days in which it shows whether a customer was kept, by the label's rule."""
    if label.rule == "departure":
        return Window(label.horizon_days, label.horizon_days + label.confirm_days)
    return Window(0, label.horizon_days)


def units(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the alerts and plans whose outcome was known on ``as_of``, the first of a customer at a time.

    While the window of one is open, another of the same customer is no new row: what became of the customer would
    count twice. ``odds`` is the chance, when it was planned, that the cause is the true one; NaN where the log does
    not say.
    """
    log = known_by(journal.events(paths), evening(as_of))
    seen = window(params.dataset.label)
    rows = _begun(log, params.loop.within_days, _Costs(params.plans.hour_cost, _hours(paths)))
    rows = [row for row in rows if row["as_of"] + timedelta(days=seen.until) <= as_of]
    found = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in _MADE])
    if found.empty:
        return found.reindex(columns=list(COLUMNS))
    found = found[_apart(found, seen.until)].reset_index(drop=True)
    found["as_of"] = pd.to_datetime(found["as_of"])
    orders = _orders(params, paths, as_of)
    parts = [found, _outcomes(found, orders, seen), _before(found, orders), _announced(paths, found)]
    told = pd.concat(parts, axis=1)
    return told.astype(dict.fromkeys(COVARIATES, "float64"))[list(COLUMNS)]


_MADE = ("kept", "revenue", "margin", "p_churn", "p_gone", "bought", "silent")


@dataclass(frozen=True)
class _Costs:
    """What an hour of anybody's time costs, and the hours of each play, for actions that no plan stands behind."""

    hour: float
    hours: Mapping[str, float]

    def of(self, action: Action) -> float:
        """Give what an action took: the money told (while nobody has, what was planned) and the hours planned."""
        money = action.cost if action.cost is not None else float(action.told.get("cost") or 0.0)
        hours = action.told.get("hours", self.hours.get(action.play, 0.0))
        return money + self.hour * float(hours)


def _hours(paths: Paths) -> dict[str, float]:
    return {key: play.hours for key, play in playbooks.read(paths).by_key.items()}


def _begun(log: Sequence[Event], within: int, costs: _Costs) -> list[dict[str, Any]]:
    """Give a row an alert, and one a plan without an alert, earliest first."""
    stands = book(log)
    rows = [_row(alert, stands.actions_of(alert), within, costs) for alert in stands.alerts.values()]
    loose = (action for action in stands.actions.values() if not action.alert_id)
    rows += [_row(None, [action], within, costs) for action in loose]
    return sorted(rows, key=lambda row: (str(row["as_of"]), str(row["unit_id"])))


def _row(alert: Alert | None, mine: Sequence[Action], within: int, costs: _Costs) -> dict[str, Any]:
    plans = [action for action in mine if "plan_id" in action.told]
    first = plans[0].as_of if plans else alert.as_of if alert else mine[0].as_of
    last = evening(first + timedelta(days=within))
    acted = [action for action in mine if action.started_at is not None and action.started_at <= last]
    meant = next(iter([*acted, *plans]), None)
    level = _level(alert, plans)
    return {
        "unit_id": alert.alert_id if alert else mine[0].action_id,
        "customer_id": alert.customer_id if alert else mine[0].customer_id,
        "as_of": first,
        "level": level,
        "cause": meant.cause if meant else "",
        "odds": float(meant.told.get("odds", np.nan)) if meant else np.nan,
        "play": meant.play if meant else "",
        "planned": bool(plans),
        "held_out": bool(plans) and plans[0].held_out,
        "treated": bool(acted),
        "cost": sum(costs.of(action) for action in acted),
        "severity": LEVELS.index(level) + 1 if level in LEVELS else 0,
    }


def _level(alert: Alert | None, plans: Sequence[Action]) -> str:
    """Give the level at which the lot was drawn: that of the alert when it was planned for, else when it opened."""
    if plans and "level" in plans[0].told:
        return str(plans[0].told["level"])
    opening = next((event for event in alert.events if event.kind == "alert_opened"), None) if alert else None
    return str(opening.told["level"]) if opening else "none"


def _apart(rows: pd.DataFrame, days: int) -> np.ndarray:
    """Say which rows begin after the window of the customer's row before has closed."""
    until: dict[str, date] = {}
    kept = []
    for customer, begin in zip(rows["customer_id"], rows["as_of"], strict=True):
        free = customer not in until or begin > until[customer]
        kept.append(free)
        if free:
            until[customer] = begin + timedelta(days=days)
    return np.array(kept, dtype=bool)


def _orders(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the order lines as they stood on ``as_of``: customer_id, day, amount, margin, bought (no return)."""
    lines = frames_on(records.tables(paths, ("trade",)), as_of)["trade"]
    day = lines["ordered_at"].dt.normalize()
    amount = lines["amount"].astype("float64")
    share = params.profit.margin_share * amount
    returned = lines["is_return"].fillna(False).astype(bool) if "is_return" in lines else amount < 0
    return pd.DataFrame(
        {
            "customer_id": lines["customer_id"],
            "day": day,
            "amount": amount.abs().where(~returned, -amount.abs()),
            "margin": lines["margin"].astype("float64").fillna(share) if "margin" in lines else share,
            "bought": ~returned & (amount >= 0),
        }
    )


def _joined(rows: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Give each row's orders with the days since its beginning (``since``; negative: before it)."""
    both = rows[["customer_id", "as_of"]].reset_index().merge(orders, on="customer_id")
    return both.assign(since=(both["day"] - both["as_of"]).dt.days)


def _outcomes(rows: pd.DataFrame, orders: pd.DataFrame, seen: Window) -> pd.DataFrame:
    both = _joined(rows, orders)
    after = both[(both["since"] > 0) & (both["since"] <= seen.until)]
    late = after[after["bought"] & (after["since"] > seen.after)]
    sums = after.groupby("index")[["amount", "margin"]].sum().reindex(rows.index, fill_value=0.0)
    return pd.DataFrame(
        {
            "kept": rows.index.isin(late["index"]).astype(float),
            "revenue": sums["amount"],
            "margin": sums["margin"],
        }
    )


def _before(rows: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    both = _joined(rows, orders)
    past = both[(both["since"] <= 0) & (both["since"] > -YEAR)]
    amount = past.groupby("index")["amount"].sum().reindex(rows.index, fill_value=0.0)
    last = both[both["bought"] & (both["since"] <= 0)].groupby("index")["since"].max().reindex(rows.index)
    return pd.DataFrame({"bought": np.log1p(amount.clip(lower=0.0)), "silent": -last})


def _announced(paths: Paths, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the probabilities of the scores that each row answered: of its day, or of the last day scored before."""
    days = publishing.dates(paths)
    told = []
    for begin in sorted(set(rows["as_of"].dt.date)):
        mine = rows[rows["as_of"] == pd.Timestamp(begin)]
        day = max((one for one in days if one <= begin), default=None)
        if day is None or (begin - day).days > SCORED:
            continue
        scores = read_parquet(publishing.published(paths, day) / publishing.SCORES)
        scores = scores.reindex(columns=["customer_id", "p_churn", "p_gone"])
        told.append(mine[["customer_id"]].reset_index().merge(scores, on="customer_id").set_index("index"))
    if not told:
        return pd.DataFrame({"p_churn": np.nan, "p_gone": np.nan}, index=rows.index)
    return pd.concat(told)[["p_churn", "p_gone"]].reindex(rows.index)
