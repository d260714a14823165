"""What ``forewarn signals`` prints: the signals of a day that count, or what the rules were worth on past dates."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from actions.signals.day import RULES
from pipeline import words
from pipeline.terminal import console, plain_table

ABSENT = "not asked: it wants {}"


def tell(
    rows: pd.DataFrame, absent: Mapping[str, str], shown: int, *, zh: bool, out: Console | None = None
) -> None:
    """Print how many rules count, and the strongest customers: ``rows`` are the signals of a day."""
    out = out or console()
    counts = rows[rows["counts"].astype(bool)]
    customers = counts["customer_id"].nunique()
    out.print(
        f"{words.count(len(counts), 'signal')} of {words.count(customers, 'customer')} count; "
        f"{len(rows) - len(counts):,} more hold, not often enough in a row."
    )
    out.print()
    table = plain_table()
    for name in ("rule", "signal", "counts", "holds"):
        table.add_column(name, justify="right" if name in ("counts", "holds") else "left")
    table.add_column("what it says")
    for rule in RULES:
        meaning = rule.meaning[zh]
        if rule.name in absent:
            table.add_row(rule.name, rule.signal, "", "", ABSENT.format(absent[rule.name]))
            continue
        of = rows["rule"] == rule.name
        table.add_row(
            rule.name, rule.signal, f"{(counts['rule'] == rule.name).sum():,}", f"{of.sum():,}", meaning
        )
    out.print(table)
    strongest = counts.groupby("customer_id")["strength"].sum().sort_values(ascending=False, kind="stable")
    for customer in strongest.index[:shown]:
        out.print()
        out.print(Text(words.line(customer)))
        for row in counts[counts["customer_id"] == customer].to_dict("records"):
            told = words.line(row["zh" if zh else "en"])
            out.print(Text(f"  since {row['since_on']:%Y-%m-%d}  {told}"))
    if len(strongest) > shown:
        out.print()
        out.print(f"{len(strongest) - shown:,} more customers; '--json' gives all of them.")


def tell_history(found: Mapping[str, Any], out: Console | None = None) -> None:
    """Print ``report/signals.json``."""
    out = out or console()
    first, last = found["dates"][0], found["dates"][-1]
    out.print(
        f"{words.count(len(found['dates']), 'as-of date')} from {first} to {last}; of those asked about "
        f"{found['base']:.1%} left within {found['horizon_days']} days. A rule that says nothing is right as often."
    )
    out.print()
    table = plain_table()
    table.add_column("rule")
    for name in ("alarms", "right", "precision", "95%", "of leavers", "found", "recall", "lead, days"):
        table.add_column(name, justify="right")
    for row in found["rules"]:
        if row["name"] in found["absent"]:
            continue
        table.add_row(
            row["name"]
            if row["of"] == "rule"
            else f"{row['of']}: {row['name']}"
            if row["of"] == "signal"
            else "any",
            f"{row['alarms']:,}",
            f"{row['right']:,}",
            _share(row["precision"]),
            ""
            if np.isnan(row["precision_low"])
            else f"{row['precision_low']:.0%} to {row['precision_high']:.0%}",
            f"{row['leavers']:,}",
            f"{row['found']:,}",
            _share(row["recall"]),
            "" if np.isnan(row["lead_days"]) else f"{row['lead_days']:.0f}",
        )
    out.print(table)
    for name, missing in found["absent"].items():
        out.print(f"{name}: {ABSENT.format(missing)}")


def _share(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.0%}"
