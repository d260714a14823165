"""What moved between two batches, in the terminal: tier to tier, on average, up most, down most, come and gone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.tiers import TIERS
from pipeline import listing, words
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.report import features, names
from pipeline.since import parts
from pipeline.terminal import plain_table

if TYPE_CHECKING:
    from pipeline.changes import Changes

SHOWN = 3
"""Parts told of a customer's change; what the others come to is told as one."""
MODELS = {
    True: "The same model serves on both days.",
    False: "Another model serves since: version {now} ({family}), before it version {then}. What that moved is the "
    "part 'model'.",
}
TOGETHER = "The older model is gone, so what was entered or corrected since is in that part too."


def tell(params: Params, paths: Paths, found: "Changes", out: Console) -> None:
    """Print what moved."""
    out.print(
        Text(f"From {found.since} to {found.as_of}: {words.count(len(found.rows), 'customer')} on both days")
    )
    out.print(Text(_models(found)))
    if not len(found.rows):
        out.print(Text("Nobody was scored on both days, so nothing can be said to have moved."))
    else:
        out.print()
        out.print(_tiers(found))
        out.print()
        out.print(Text(_mean(found)))
        called, declared = names(paths), features(paths)
        for title, rows in lists(found, params.report.listed):
            out.print()
            out.print(Text(title))
            out.print(_customers(rows, called, declared, params.dataset.currency))
    for title, rows in (("New", found.new), ("No longer scored", found.vanished)):
        out.print()
        out.print(Text(_come_or_gone(title, rows, params.report.listed)))


def lists(found: "Changes", length: int) -> list[tuple[str, pd.DataFrame]]:
    """Give the customers whose probability rose most and fell most; who is in another tier comes first."""
    rows = found.rows.assign(other=found.rows["tier_then"] != found.rows["tier_now"])
    told = []
    for title, side in (("Moved up most", 1), ("Moved down most", -1)):
        mine = rows[side * rows["change"] > 0].assign(size=rows["change"].abs())
        order = mine.sort_values(["other", "size", "customer_id"], ascending=[False, False, True])
        if len(order):
            told.append((f"{title} (those in another tier first)", order.head(length)))
    return told


def _models(found: "Changes") -> str:
    then, now = found.models
    told = MODELS[found.same_model].format(
        now=now.get("version", "?"), family=now.get("family", "?"), then=then.get("version", "?")
    )
    return told if found.separate else f"{told} {TOGETHER}"


def _tiers(found: "Changes") -> Table:
    table = plain_table()
    table.add_column("then, and now:")
    for now in TIERS:
        table.add_column(words.tier(now), justify="right")
    for then, counts in found.between.items():
        table.add_row(words.tier(then), *(f"{counts[now]:,}" for now in TIERS))
    return table


def _mean(found: "Changes") -> str:
    told = parts(found.mean)
    change = words.signed(sum(words.adding_up(list(told.values()))), 1)
    return f"On average {change} points: {_parts(told)}."


def _parts(told: Mapping[str, float]) -> str:
    """Give the largest parts and all others as one, so that what is shown adds up."""
    kept = sorted(told, key=lambda name: -abs(told[name]))[:SHOWN]
    kept = [name for name in kept if abs(told[name]) >= listing.LEAST]
    rest = sum(value for name, value in told.items() if name not in kept)
    rounded = words.adding_up([*(told[name] for name in kept), rest])
    shown = [f"{name} {words.signed(points, 1)}" for name, points in zip(kept, rounded, strict=False)]
    return ", ".join(
        shown + ([f"all else {words.signed(rounded[-1], 1)}"] if rounded[-1] or not kept else [])
    )


def _customers(
    rows: pd.DataFrame, called: Mapping[str, str], declared: Mapping[str, Mapping[str, Any]], currency: str
) -> Table:
    table = plain_table()
    for head in ("customer", "name"):
        table.add_column(head, no_wrap=True, overflow="ellipsis", max_width=16)
    for head in ("then", "now"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("tier", no_wrap=True)
    table.add_column("points, and what changed")
    for row in rows.to_dict("records"):
        then, now = words.tier(row["tier_then"]), words.tier(row["tier_now"])
        why = [_parts(parts(row))]
        moving = [change for change in row["changed"] if change["contribution"] * row["change"] > 0]
        why += [
            listing.change_in_words(change, declared.get(change["feature"], {}), currency)
            for change in moving[:1]
        ]
        table.add_row(
            Text(words.line(row["customer_id"])),
            Text(words.line(called.get(row["customer_id"]))),
            words.share(row["p_then"]),
            words.share(row["p_now"]),
            now if then == now else f"{then} > {now}",
            Text("\n".join(why)),
        )
    return table


def _come_or_gone(title: str, rows: pd.DataFrame, length: int) -> str:
    """Name the riskiest of those that one of the batches lacks, and count the reasons."""
    if rows.empty:
        return f"{title}: nobody."
    counts = rows["why"].value_counts(sort=False).sort_index()
    reasons = ", ".join(f"{words.line(why)} {n:,}" for why, n in counts.items())
    first = rows.sort_values(["p_churn", "customer_id"], ascending=[False, True]).head(length)
    told = [
        f"{words.line(row['customer_id'])} ({words.tier(row['tier'])}, {words.share(row['p_churn'])})"
        for row in first.to_dict("records")
    ]
    more = f" and {len(rows) - len(told):,} more" if len(rows) > len(told) else ""
    other = "before" if title == "New" else "now"
    return f"{title}: {words.count(len(rows), 'customer')} ({other}: {reasons}). {', '.join(told)}{more}."
