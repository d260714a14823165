# ruff: noqa: RUF001  (apostrophes as they are printed)
"""What calling is worth, under the costs of ``params.yaml``: expected, for nobody's acceptance is on record."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from models import money_plot
from pipeline import findings, words
from pipeline.sections.sources import ALL, Sources

FIGURES = {
    "policies": "Expected profit a customer asked about, by whom one contacts, with 95% intervals; all test dates",
    "sensitivity": "What the model’s list brings, were acceptance and the cost of a contact others",
}
POLICIES = {
    "foresight": "perfect foresight",
    "model": "the model’s list",
    "everyone": "everyone",
    "random": "as many by lot",
    "nobody": "nobody",
}
ASKED = {
    "contact_cost": "cost of a contact",
    "incentive_share": "incentive, share of the customer’s value",
    "gone_factor": "acceptance of those gone already, over that of the others",
    "margin_share": "margin, share of revenue where none is recorded",
    "horizon_days": "days of margin that a kept customer counts for",
}


def view(sources: Sources) -> dict[str, Any] | None:
    """Give what each way of contacting brings, the lists, the dates, the families and what is assumed."""
    told = sources.metrics.get("profit")
    if not told:
        return None
    champion, currency = sources.champion, told["currency"]
    mine = told["families"][champion]
    pooled = mine["pooled"]
    return {
        "sentence": _sentence(pooled, told),
        "beaten": _beaten(pooled, currency),
        "currency": currency,
        "policies": [_policy(name, word, pooled, currency) for name, word in POLICIES.items()],
        "refuse": "if_gone_refuse" in pooled,
        "expected": words.money(pooled["expected"], currency),
        "realised": words.money(pooled["policies"]["model"]["profit"]["value"], currency),
        "lists": [
            {
                "list": f"{100 * float(name.removeprefix('top_')):g}%",
                "customers": one["customers"],
                "expected": one["expected"],
                "profit": findings.estimate(one["profit"]),
            }
            for name, one in pooled["lists"].items()
        ],
        "by_date": [
            {
                "as_of": date or ALL,
                "chosen": False,
                **_figures(mine["pooled"] if date is None else mine["test"][date]),
            }
            for date in sources.when
        ],
        "families": [
            {
                "word": words.family(name),
                "chosen": name == champion,
                **_figures(told["families"][name]["pooled"]),
            }
            for name in findings.families(sources.metrics)
            if name in told["families"]
        ],
        "assumed": _assumed(told["assumed"], currency),
    }


def _figures(part: Mapping[str, Any]) -> dict[str, Any]:
    model = part["policies"]["model"]
    return {
        "customers": part["customers"],
        "contacted": model["contacted"],
        "profit": findings.estimate(model["profit"]),
        "over": findings.estimate(part["over"]["everyone"]),
        "over_random": findings.estimate(part["over"]["random"]),
        "empc": findings.estimate(part["empc"]),
        "empb": findings.estimate(part["empb"]),
    }


def _policy(name: str, word: str, pooled: Mapping[str, Any], currency: str) -> dict[str, Any]:
    one = pooled["policies"][name]
    refuse = pooled.get("if_gone_refuse", {}).get(name)
    return {
        "word": word,
        "chosen": name == "model",
        "contacted": one["contacted"],
        "profit": findings.estimate(one["profit"]),
        "total": words.money(one["total"], currency),
        "refuse": findings.estimate(refuse),
    }


def _sentence(pooled: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Say what the model's list would bring, and under what assumption."""
    model, assumed = pooled["policies"]["model"], told["assumed"]
    acceptance = words.share(assumed["acceptance"]["mean"], 0)
    if not model["contacted"]:
        return (
            f"At these costs contacting none of {words.count(pooled['customers'], 'customer')} is worth it."
        )
    return (
        f"Contacting the {model['contacted']:,} of {words.count(pooled['customers'], 'row')} that are worth it "
        f"would bring {words.money(model['total'], told['currency'])} in margin, if {acceptance} of the leavers "
        f"accept the offer: {words.money(model['profit']['value'], told['currency'])} a customer asked about."
    )


def _beaten(pooled: Mapping[str, Any], currency: str) -> str:
    """Say which plain policies the list beats beyond chance, and which it does not."""
    over = {name: findings.estimate(pooled["over"][name]) for name in ("everyone", "random", "nobody")}
    sure = [POLICIES[name] for name, e in over.items() if e.low is not None and e.low > 0]
    lost = [POLICIES[name] for name, e in over.items() if e.high is not None and e.high < 0]
    open_ = [POLICIES[name] for name, e in over.items() if POLICIES[name] not in (*sure, *lost)]
    told = [
        f"{phrase} {_and(names, last)}"
        for phrase, names, last in (
            ("brings more than contacting", sure, "and"),
            ("cannot be told from contacting", open_, "or"),
            ("brings less than contacting", lost, "and"),
        )
        if names
    ]
    return f"The model’s list {'; it '.join(told)}."


def _and(names: list[str], last: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _assumed(assumed: Mapping[str, Any], currency: str) -> list[tuple[str, str]]:
    law = assumed["acceptance"]
    told = [("share of the leavers that accept, on average", words.share(law["mean"], 0))]
    for name, word in ASKED.items():
        if name not in assumed:
            continue
        value = assumed[name]
        told.append(
            (
                word,
                words.money(value, currency)
                if name == "contact_cost"
                else words.share(value)
                if name.endswith("_share")
                else words.figure(value),
            )
        )
    return told


def drawn(sources: Sources) -> dict[str, str]:
    """Draw the policies beside each other, and set in the figure of other assumptions that ``evaluate`` drew."""
    told = sources.metrics.get("profit")
    if not told:
        return {}
    pooled = told["families"][sources.champion]["pooled"]["policies"]
    rows = {word: vars(findings.estimate(pooled[name]["profit"])) for name, word in POLICIES.items()}
    figure = money_plot.policies(
        pd.DataFrame.from_dict(rows, orient="index").astype("float64"), told["currency"]
    )
    return {"policies": figure, **({"sensitivity": sources.money} if sources.money else {})}
