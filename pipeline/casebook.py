"""What ``forewarn cases`` prints: who was found, how early, what the alerts were worth, and why others were missed.

Plain text in 80 to 120 columns, the figures of ``report/cases.json`` as they stand.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.budgets import about_a_tenth
from models.cases import BEFORE, GRACE, LEADS
from pipeline import words
from pipeline.findings import RULE
from pipeline.leavers import FILE, TABLE
from pipeline.leavers import RULE as BY_RULE
from pipeline.outcomes import MEANINGS
from pipeline.terminal import console, plain_table

SOURCES = {
    FILE: "the file",
    TABLE: "the table 'cases'",
    BY_RULE: "the departure rule, from the orders",
}
ASKED = {
    "p_going": "the probability of leaving after that date (going)",
    "p_churn": "the probability of leaving",
}
NAMES = {"high": "high", "high_and_medium": "not low"}
DAYS = str(BEFORE)


def tell(found: Mapping[str, Any], rows: pd.DataFrame, shown: int, out: Console | None = None) -> None:
    """Print the answer: ``found`` is ``cases.json``, ``rows`` is ``cases.parquet``."""
    out = out or console()
    champion, by = found["champion"], found["ranked_by"]
    count, months = found["leavers"], found["test_months"]
    passed = found["passed_over"]
    _say(
        out,
        f"{words.count(count['in_test_months'], 'customer')} of '{found['dataset']}' left in the test months, "
        f"after {months['after']} and up to {months['until']}, by {SOURCES[found['source']]}"
        + (f" ({passed:,} rows of 'cases' name nobody of these months)" if passed else "")
        + f". The lists of {words.count(len(found['test_dates']), 'test date')} are ranked by {ASKED[by]}.",
    )
    out.print()
    out.print(Text(f"Share of them listed in the {LEADS[0]} to {LEADS[-1]} days before their last purchase"))
    out.print(_recall(found, champion, by))
    _say(
        out,
        "Lists hold a share of the customers of each date, or a tier. '95%' is the interval of the column before. "
        f"'late': in the {DAYS} days before or {GRACE} days after. 'lots': what lists drawn by lot find in the "
        f"{DAYS} days before. 'lead': the median of days from the first listing to the last purchase.",
    )
    whole = next(iter(found["families"][champion]["lists"][by].values()))["recall"][DAYS]["whole"]["leavers"]
    if whole < count["in_test_months"]:
        _say(
            out,
            f"Of the {count['in_test_months']:,}, {whole:,} had every month of the {DAYS} days before among the "
            "test dates; the others had fewer chances to be listed, by lot too. 'dates.test' says how many dates.",
        )
    out.print()
    out.print(Text("What the alerts of these months were worth"))
    out.print(_alerts(found, champion, by))
    told = found["families"][champion]
    everybody = next(iter(told["lists"][by].values()))["alerts"]["everybody"]["value"]
    _say(
        out,
        "An episode is a run of dates on which a customer stays listed; 'right' are those with a listing before "
        "the customer left. 'left': of the alerts, those whose customer left by the end of the horizon (of "
        f"everybody: {words.share(everybody)}). 'kept': customers on two lists in a row, of those on either. From "
        f"one date to the next {words.share(told['flips']['value'])} of the customers changed their tier.",
    )
    out.print()
    out.print(Text("What became of each"))
    out.print(_missed(found))
    out.print()
    out.print(Text("The last who left, and what was told of them when they were first listed"))
    out.print(_customers(found, rows, shown))
    _say(out, f"Every leaver: data/{found['dataset']}/report/cases.parquet")
    _say(out, f"On the page: forewarn report --dataset {found['dataset']}")


def _say(out: Console, text: str) -> None:
    out.print(Text(text))


def _lists(found: Mapping[str, Any], champion: str, by: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Give the lists to show: the champion's budgets and tiers, and the plain rule's budgets."""
    told = found["families"]
    shown = [(words.family(champion), _name(name), one) for name, one in told[champion]["lists"][by].items()]
    shown += [
        (words.family(champion), _name(name), one) for name, one in told[champion]["lists"]["tiers"].items()
    ]
    if champion != RULE:
        shown += [(words.family(RULE), _name(name), one) for name, one in told[RULE]["lists"][by].items()]
    return shown


def _name(name: str) -> str:
    return NAMES.get(name) or f"{100 * float(name.removeprefix('top_')):g}%"


def _recall(found: Mapping[str, Any], champion: str, by: str) -> Table:
    table = plain_table()
    for head in ("by", "list"):
        table.add_column(head, no_wrap=True)
    heads = [str(lead) for lead in LEADS]
    heads.insert(LEADS.index(BEFORE) + 1, "95%")
    for head in [*heads, "late", "lots", "lead"]:
        table.add_column(head, justify="right", no_wrap=True)
    last = ""
    for family, name, one in _lists(found, champion, by):
        cells = [_percent(one["recall"][str(lead)]["value"]) for lead in LEADS]
        cells.insert(LEADS.index(BEFORE) + 1, _between(one["recall"][DAYS]))
        cells += [_percent(one["late"]["value"]), _percent(one["recall"][DAYS]["lots"])]
        middle = one["lead_days"]["median"]["value"]
        cells.append(f"{middle:.0f}" if words.known(middle) else "-")
        table.add_row(family if family != last else "", name, *cells)
        last = family
    return table


def _alerts(found: Mapping[str, Any], champion: str, by: str) -> Table:
    apart = by == "p_going"
    table = plain_table()
    for head in ("by", "list"):
        table.add_column(head, no_wrap=True)
    for head in [
        "alerts",
        "episodes",
        "left",
        "95%",
        *(["going", "gone"] if apart else []),
        "right",
        "kept",
    ]:
        table.add_column(head, justify="right", no_wrap=True)
    last = ""
    for family, name, one in _lists(found, champion, by):
        told = one["alerts"]
        cells = [f"{told['alerts']:,}", f"{told['episodes']:,}"]
        cells += [_percent(told["precision"]["value"]), _between(told["precision"])]
        cells += [_percent(told[kind]["value"]) for kind in (["going", "gone"] if apart else [])]
        cells += [_percent(told["right_episodes"]["value"]), _percent(told["kept"]["value"])]
        table.add_row(family if family != last else "", name, *cells)
        last = family
    return table


def _missed(found: Mapping[str, Any]) -> Table:
    table = plain_table()
    table.add_column("outcome", no_wrap=True)
    for name in found["outcomes"]:
        table.add_column(_name(name), justify="right", no_wrap=True)
    table.add_column("meaning")
    for outcome, meaning in MEANINGS.items():
        counts = [str(told.get(outcome, 0)) for told in found["outcomes"].values()]
        table.add_row(outcome, *counts, meaning)
    return table


def _customers(found: Mapping[str, Any], rows: pd.DataFrame, shown: int) -> Table:
    """Give the last leavers of the test months, and what the list nearest to a tenth did about each."""
    name = about_a_tenth(found["budgets"])
    some = rows[rows["in_test_months"]].tail(shown)
    table = plain_table()
    for head in (
        "customer",
        "left on",
        "cause",
        f"{_name(name)} list",
        "days",
        "tier",
        "cause told",
    ):
        table.add_column(
            head, no_wrap=not head.startswith("cause"), justify="right" if head == "days" else "left"
        )
    for row in some.to_dict("records"):
        lead = row[f"{name}_lead_days"]
        table.add_row(
            words.line(row["customer_id"]),
            str(row["left_on"].date()),
            _cause(row["cause"]),
            str(row[f"{name}_outcome"]),
            f"{lead:.0f}" if words.known(lead) else "",
            words.line(row[f"{name}_tier"]),
            _cause(row[f"{name}_top_cause"]),
        )
    return table


def _cause(name: Any) -> str:
    return words.cause(words.line(name)) if isinstance(name, str) else ""


def _percent(value: float | None) -> str:
    return "-" if value is None or not words.known(value) else words.share(value, 0)


def _between(figure: Mapping[str, Any]) -> str:
    low, high = figure["low"], figure["high"]
    if not (words.known(low) and words.known(high)):
        return "-"
    return f"{100 * low:.0f}-{100 * high:.0f}"
