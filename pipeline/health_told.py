"""``forewarn health``: the health of a day, whose fell furthest, and whether learned weights tell it better."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from actions.readings import DIMENSIONS
from pipeline import health, records, weighing, words
from pipeline.frames import json_text, write_json
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.terminal import console, plain_table


def run(params: Params, paths: Paths, as_of: date | None, *, zh: bool, as_json: bool) -> None:
    """Print the health of a day, of the last day of the orders without one."""
    records.demand_here(params, paths)
    day = as_of or records.last_day(paths)
    rows = health.of_day(params, paths, day)
    if as_json:
        print(json_text(rows.to_dict("records")), end="")
    else:
        tell(rows, weighing.weights(params, paths), day, params.report.listed, zh=zh)


def judge(params: Params, paths: Paths, *, as_json: bool) -> None:
    """Hold learned weights against the preset, write ``report/health.json`` and print it."""
    found = {"dataset": paths.dataset, **weighing.judged(params, paths)}
    write_json(paths.report / "health.json", found)
    if as_json:
        print(json_text(found), end="")
    else:
        tell_weights(found, params.health.learned.toward)


def tell(
    rows: pd.DataFrame,
    weights: Mapping[str, float],
    day: date,
    shown: int,
    *,
    zh: bool,
    out: Console | None = None,
) -> None:
    """Print the dimensions, and whose health fell furthest below their own usual, with the readings."""
    out = out or console()
    out.print(f"{words.count(len(rows), 'customer')} on {day}: health from 0 to 100.")
    if rows.empty:
        return
    out.print()
    table = plain_table()
    for name in ("", "weight", "lowest tenth", "middle", "without a record"):
        table.add_column(name, justify="right" if name else "left")
    for name in ("health", *(f"health_{name}" for name in DIMENSIONS)):
        short = name.removeprefix("health_")
        weight = "" if short == name else f"{weights[short]:.0f}"
        known = rows[name].dropna()
        tenth, middle = (f"{known.quantile(share):.0f}" if len(known) else "" for share in (0.1, 0.5))
        missing = rows[name].isna().sum()
        table.add_row(short, weight, tenth, middle, f"{missing:,}" if missing else "")
    out.print(table)
    fallen = rows[rows["drop"] > 0].sort_values(["drop", "customer_id"], ascending=[False, True])
    for row in fallen.head(shown).to_dict("records"):
        out.print()
        below = f"{row['health']:.0f}, {row['drop']:.0%} below its usual {row['baseline']:.0f}"
        out.print(Text(f"{words.line(row['customer_id'])}  {below}"))
        for reading in [one for one in row["readings"] if one["points"] > 0][:3]:
            out.print(Text(f"  {words.line(reading['zh' if zh else 'en'])}"))
    if len(fallen) > shown:
        out.print()
        out.print(f"{len(fallen) - shown:,} more are below their usual; '--json' gives everybody.")


def tell_weights(found: Mapping[str, Any], preset: str, out: Console | None = None) -> None:
    """Print ``report/health.json``."""
    out = out or console()
    learned, given = found["learned"], found["preset"]
    table = plain_table()
    for name in ("dimension", preset, "learned", "95%"):
        table.add_column(name, justify="left" if name == "dimension" else "right")
    for name in DIMENSIONS:
        table.add_row(
            name,
            f"{given['weights'][name]:.0f}",
            f"{learned['weights'][name]:.0f}",
            f"{learned['low'][name]:.0f} to {learned['high'][name]:.0f}",
        )
    table.add_row(
        "ROC-AUC", f"{given['auc']['value']:.3f}", f"{learned['auc']['value']:.3f}", _ends(learned["auc"])
    )
    out.print(table)
    gain = found["gain"]
    out.print()
    out.print(
        f"On the test dates, which no weight was fitted on, learned weights rank leavers {_verdict(gain)} the "
        f"preset: {gain['value']:+.3f} of ROC-AUC, {_ends(gain)} at 95%."
    )


def _ends(figure: Mapping[str, float]) -> str:
    return f"{figure['low']:.3f} to {figure['high']:.3f}"


def _verdict(gain: Mapping[str, float]) -> str:
    if gain["low"] > 0:
        return "better than"
    return "worse than" if gain["high"] < 0 else "no better and no worse than"
