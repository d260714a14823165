"""Who was found, and how early: what ``forewarn cases`` found, when it has been asked."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from models import cases_plot
from models.budgets import about_a_tenth
from models.cases import BEFORE, GRACE, LEADS
from pipeline import findings, words
from pipeline.outcomes import MEANINGS
from pipeline.sections.sources import Sources

FIGURES = {
    "found": f"Share of the leavers listed in the {BEFORE} days before their last purchase, with its 95% interval; "
    "beside it what the cadence rule and lists drawn by lot found"
}
SHOWN = 25
"""Leavers listed one by one, the last of them; the file has all."""
BY = {
    "file": "named in the file given to it",
    "table": "named in the table “cases”",
    "rule": "found in the orders by the departure rule",
}
RANKED = {"p_going": "the probability of going", "p_churn": "the probability of leaving"}
TIERS = {"high": "high tier", "high_and_medium": "high and medium"}


def view(sources: Sources) -> dict[str, Any] | None:
    """Give the leavers of the test months and what the lists did about them; ``stale`` alone where they are old."""
    if sources.cases is None:
        return None
    if not sources.cases.fresh:
        return {"stale": True}
    told, rows = sources.cases.figures, sources.cases.rows
    champion, by = told["champion"], told["ranked_by"]
    mine, rule = told["families"][champion]["lists"], told["families"][findings.RULE]["lists"]
    tenth = about_a_tenth(told["budgets"])
    return {
        "stale": False,
        "sentence": _sentence(told, tenth),
        "early": _early(told, tenth),
        "before": BEFORE,
        "grace": GRACE,
        "leads": LEADS,
        "source": BY.get(told["source"], told["source"]),
        "ranked": RANKED.get(by, by),
        "months": told["test_months"],
        "tenth": _name(tenth),
        "lists": [_row(_name(name), one, rule[by].get(name)) for name, one in mine[by].items()],
        "further": [
            *(_row(_name(name), one, None) for name, one in mine[by].items()),
            *(_row(_name(name), one, None) for name, one in mine["tiers"].items()),
            *(
                _row(f"{words.family(findings.RULE)}, {_name(name)}", one, None)
                for name, one in rule[by].items()
            ),
        ],
        "everybody": words.share(mine[by][tenth]["alerts"]["everybody"]["value"]),
        "flips": findings.estimate(told["families"][champion]["flips"]),
        "outcomes": {
            "lists": [_name(name) for name in told["outcomes"]],
            "rows": [
                {
                    "outcome": outcome,
                    "meaning": meaning,
                    "counts": [n.get(outcome, 0) for n in told["outcomes"].values()],
                }
                for outcome, meaning in MEANINGS.items()
            ],
        },
        "caused": bool(rows["cause"].notna().any()),
        "leavers": _leavers(rows, tenth, sources.names),
        "counted": told["leavers"]["in_test_months"],
    }


def _name(name: str) -> str:
    return TIERS.get(name) or f"{100 * float(name.removeprefix('top_')):g}%"


def _sentence(told: Mapping[str, Any], tenth: str) -> str:
    """Say how many of the leavers a list of about a tenth had before they left."""
    n = told["leavers"]["in_test_months"]
    lists = {
        family: told["families"][family]["lists"][told["ranked_by"]][tenth] for family in told["families"]
    }
    one, rule = lists[told["champion"]], lists[findings.RULE]["recall"][str(BEFORE)]
    found, share = one["lead_days"]["flagged"], one["recall"][str(BEFORE)]
    text = f"{words.count(n, 'customer')} left in the test months, after {told['test_months']['after']}"
    if not n:
        return (
            f"Nobody left in the test months, after {told['test_months']['after']}, so nobody could be found."
        )
    return (
        f"{text} and up to {told['test_months']['until']}. A list of {_name(tenth)} of the customers on each "
        f"date had {found:,} of them ({words.share(share['value'], 0)}) before their last purchase; the cadence "
        f"rule's had {words.share(rule['value'], 0)}, and lists drawn by lot would have had "
        f"{words.share(share['lots'], 0)}."
    )


def _early(told: Mapping[str, Any], tenth: str) -> str:
    one = told["families"][told["champion"]]["lists"][told["ranked_by"]][tenth]["lead_days"]
    middle = one["median"]["value"]
    if not words.known(middle):
        return ""
    text = f"Half of those found were listed at least {words.count(round(middle), 'day')} before it"
    return text + (f" (by lot {one['lots']:.0f})." if words.known(one["lots"]) else ".")


def _row(name: str, one: Mapping[str, Any], rule: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give one list's row; ``rule`` is the cadence rule's list as long."""
    days, alerts = str(BEFORE), one["alerts"]
    return {
        "list": name,
        "found": findings.estimate(one["recall"][days]),
        "lots": one["recall"][days]["lots"],
        "late": findings.estimate(one["late"]),
        "late_lots": one["late"]["lots"],
        "rule": None if rule is None else findings.estimate(rule["recall"][days]),
        "by_lead": [(lead, findings.estimate(one["recall"][str(lead)])) for lead in LEADS],
        "lead": findings.estimate(one["lead_days"]["median"]),
        "lead_lots": one["lead_days"]["lots"],
        "alerts": alerts["alerts"],
        "episodes": alerts["episodes"],
        "precision": findings.estimate(alerts["precision"]),
        "right": findings.estimate(alerts["right_episodes"]),
        "kept": findings.estimate(alerts["kept"]),
    }


def _leavers(rows: pd.DataFrame, tenth: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the last leavers of the test months, newest first, and what the list of about a tenth did about each."""
    some = rows[rows["in_test_months"]].tail(SHOWN).iloc[::-1]
    return [
        {
            "customer_id": words.line(row["customer_id"]),
            "name": words.line(names.get(row["customer_id"])),
            "left_on": str(row["left_on"].date()),
            "cause": _cause(row["cause"]),
            "outcome": row[f"{tenth}_outcome"],
            "lead": f"{row[f'{tenth}_lead_days']:.0f}" if words.known(row[f"{tenth}_lead_days"]) else "",
            "tier": words.line(row[f"{tenth}_tier"]),
            "told": _cause(row[f"{tenth}_top_cause"]),
            "reason": words.line(row["not_asked"]),
            "needed": row["needed"] if words.known(row["needed"]) else None,
        }
        for row in some.to_dict("records")
    ]


def _cause(name: Any) -> str:
    return words.cause(words.line(name)) if isinstance(name, str) else ""


def drawn(sources: Sources) -> dict[str, str]:
    """Draw what each list found beside the plain rule and lots."""
    if (
        sources.cases is None
        or not sources.cases.fresh
        or not sources.cases.figures["leavers"]["in_test_months"]
    ):
        return {}
    told = sources.cases.figures
    champion, by = told["champion"], told["ranked_by"]
    rows = [
        {"list": f"{_name(name)} of customers", "by": family, **one["recall"][str(BEFORE)]}
        for family in dict.fromkeys((champion, findings.RULE))
        for name, one in told["families"][family]["lists"][by].items()
    ]
    frame = pd.DataFrame(rows)[["list", "by", "value", "low", "high", "lots"]]
    return {"found": cases_plot.found(frame)}
