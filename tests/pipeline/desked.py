"""A made desk: frames in the declared columns for the customers of a scored day; every kind occurs."""

import hashlib
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.desk import frames

LEVELS = ("blue", "yellow", "orange", "red")
PATTERNS = ("steady", "gradual_decline", "step_down", "sudden_stop", "seasonal_pause", "stocking_up")
SIGNALS = ("communication", "orders", "service", "competitor", "finance", "strategic", "contract")
TOLD = ("account_manager", "regional_manager", "sales_director", "top_management")
CAUSES = ("price", "competitor", "service", "relationship", "payment", "demand")


def name_of(*words: object) -> str:
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()[:12]


def made(scores: pd.DataFrame, as_of: date, seed: int = 5) -> dict[str, pd.DataFrame]:
    """Give the frames; every sixth customer has an alert, nine in ten of these a plan."""
    rng = np.random.default_rng(seed)
    who = scores[["customer_id", "p_churn"]].reset_index(drop=True)
    n = len(who)
    day = pd.Timestamp(as_of)
    alerted = np.argsort(-who["p_churn"].to_numpy(), kind="stable")[: max(n // 6, 4)]
    baseline = rng.uniform(60, 95, n)
    drop = np.where(np.isin(np.arange(n), alerted), rng.uniform(0.1, 0.6, n), rng.uniform(-0.05, 0.09, n))
    health = baseline * (1 - drop)
    scored = pd.DataFrame({"customer_id": who["customer_id"], "as_of": day, "health": health})
    for k, dimension in enumerate(("trade", "interaction", "service", "finance", "strategic")):
        scored[f"health_{dimension}"] = np.clip(health + rng.normal(0, 12, n), 0, 100)
        if k == 4:
            scored.loc[::2, f"health_{dimension}"] = np.nan
    scored["baseline"], scored["drop"] = baseline, drop
    scored["readings"] = [
        [
            reading(
                "trade", "trade_orders_90d", 2.0, 6.0, 5.0, -9.5, "Orders in 90 days: 2", "近90天订单：2"
            ),
            reading("service", "service_open", 1.0, 0.0, 0.0, -3.0, "Open tickets: 1", "未结工单：1"),
            reading("finance", "finance_late", 0.0, 0.0, 1.0, 1.5, "Paid late: none", "无逾期"),
        ]
        for _ in range(n)
    ]
    alerts, plans, signals = [], [], []
    for place, i in enumerate(alerted):
        customer = who["customer_id"][i]
        level = int(np.searchsorted((0.15, 0.25, 0.35), drop[i]))
        opened = day - pd.Timedelta(days=int(rng.integers(0, 60)))
        alerts.append(
            {
                "alert_id": name_of("alert", customer, opened.date()),
                "customer_id": customer,
                "as_of": day,
                "opened_on": opened,
                "level": LEVELS[level],
                "level_since": opened,
                "drop": drop[i],
                "specific": drop[i],
                "market": False,
                "health": health[i],
                "told": TOLD[level],
                "by_on": day + pd.Timedelta(days=5 - level),
                "en": f"Health fell by {drop[i]:.0%}.",
                "zh": f"健康度下降 {drop[i]:.0%}。",
            }
        )
        for signal in rng.choice(SIGNALS, 2, replace=False):
            signals += [
                {
                    "signal_id": name_of("signal", customer, signal),
                    "customer_id": customer,
                    "as_of": day,
                    "signal": signal,
                    "rule": f"{signal}_rule",
                    "since_on": day - pd.Timedelta(days=int(rng.integers(5, 120))),
                    "times": int(rng.integers(1, 6)),
                    "counts": bool(rng.random() < 0.7),
                    "strength": float(rng.random()),
                    "evidence": [{"table": "trade", "record_id": "O1", "on": as_of - timedelta(days=7)}],
                    "en": f"The rule of {signal} holds.",
                    "zh": f"{signal}规则成立。",
                }
            ]
        if place % 10 == 9:  # nothing fits this customer
            nothing = dict.fromkeys(frames.SCHEMAS["plans"])
            told = {"plan_id": name_of("plan", customer, as_of), "customer_id": customer, "as_of": day}
            plans.append(nothing | told | {"chosen": False, "held_out": False})
            continue
        held = place % 8 == 5
        chosen = not held and place < 0.7 * len(alerted)
        profit = float(rng.uniform(200, 9000))
        plans.append(
            {
                "plan_id": name_of("plan", customer, as_of),
                "customer_id": customer,
                "as_of": day,
                "alert_id": alerts[-1]["alert_id"],
                "cause": CAUSES[place % len(CAUSES)],
                "odds": (0.68, 0.15)[place % 2],
                "play": f"{CAUSES[place % len(CAUSES)]}_review",
                "channel": ("visit", "call", "email")[place % 3],
                "owner_role": TOLD[level],
                "due_on": day + pd.Timedelta(days=int(rng.integers(1, 10))),
                "hours": float(rng.integers(1, 12)),
                "cost": float(rng.integers(0, 500)),
                "profit": profit,
                "profit_low": profit * 0.4,
                "profit_high": profit * 1.7,
                "chosen": chosen,
                "rank": None,
                "held_out": held,
                "why_en": "The cause is likely, the customer is worth it.",
                "why_zh": "原因明确，客户价值高。",
                "steps_en": "Call the buyer.\nOffer a review of prices.\nWrite down what was agreed.",
                "steps_zh": "致电采购。\n提出价格复核。\n记录约定。",
            }
        )
    planned = pd.DataFrame(plans)
    order = planned[planned["chosen"]].sort_values("profit", ascending=False).index
    planned.loc[order, "rank"] = np.arange(1.0, len(order) + 1)
    value = 100 * pd.Series(rng.random(n)).rank(pct=True)
    high, risky = value >= 50, who["p_churn"] >= who["p_churn"].quantile(0.7)
    values = pd.DataFrame(
        {
            "customer_id": who["customer_id"],
            "as_of": day,
            "value": value,
            **{f"value_{part}": value for part in ("revenue", "margin", "tenure", "growth")},
            "yearly_margin": value**2 * 10,
            "risk": who["p_churn"],
            "quadrant": np.select([high & risky, high, risky], ["keep", "grow", "watch"], "serve"),
        }
    )
    kinds = np.array(PATTERNS)[rng.integers(0, len(PATTERNS), n)]
    steady = kinds == "steady"
    patterns = pd.DataFrame(
        {
            "customer_id": who["customer_id"],
            "as_of": day,
            "pattern": kinds,
            "onset_on": [pd.NaT if still else day - pd.Timedelta(days=70) for still in steady],
            "speed": np.where(steady, np.nan, 0.2),
            "confidence": rng.uniform(0.4, 0.99, n),
            "en": [f"The rhythm is {kind.replace('_', ' ')}." for kind in kinds],
            "zh": "节奏如上。",
        }
    )
    return {
        "health": scored,
        "signals": pd.DataFrame(signals),
        "patterns": patterns,
        "declines": frames.empty("declines"),
        "shocks": frames.empty("shocks"),
        "alerts": pd.DataFrame(alerts),
        "values": values,
        "plans": planned,
    }


def reading(
    dimension: str, feature: str, value: float, own: float, peers: float, points: float, en: str, zh: str
) -> dict[str, object]:
    return {
        "dimension": dimension,
        "feature": feature,
        "value": value,
        "own": own,
        "peers": peers,
        "points": points,
        "en": en,
        "zh": zh,
    }
