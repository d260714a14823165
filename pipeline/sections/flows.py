"""Where purchases go: what moved from us to rivals, our share line by line, and with whom a rival is growing."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from features.flows import LEVEL, RECENT
from features.purchases import KNOWN, US
from models import flows_plot
from models.intervals import Interval
from pipeline import words
from pipeline.findings import Estimate
from pipeline.params import Params
from pipeline.purchases import LEAST_CUSTOMERS, Purchases, folded
from pipeline.sections import called
from pipeline.sections.intervals import drawing, scale
from pipeline.sections.sources import Sources

FIGURES = {
    "flows": "What customers bought from rivals instead of from us, by product line and rival; a band is as wide "
    "as the money",
    "courses": "Who sold which share of what customers import, by product line, in blocks of three months; ours "
    "lies at the bottom",
}
LINES_SHOWN = 3
"""Lines shown of a customer and rival; the others are counted."""


def view(params: Params, sources: Sources) -> dict[str, Any]:
    """Give the sentences and tables; ``why`` alone where nothing can be told."""
    told = sources.purchases
    if isinstance(told, str):
        return {"why": told}
    currency, who, lines = params.dataset.currency, called.suppliers(told), called.lines(told)
    return {
        "why": "",
        "currency": currency,
        "known": _known(told),
        "sentence": _sentence(told, currency, who),
        "alone": _alone(told, currency),
        "matrix": _matrix(told, who, lines),
        "rivals": [
            {
                "rival": who[row["rival"]],
                "away": row["away"],
                "back": row["back"],
                "net": _estimate(row, "net"),
            }
            for row in told.by_rival.to_dict("records")
        ],
        "course": _course(told, who, lines),
        "growing": _growing(params, sources, told, who, lines),
        "groups": _groups(told),
        "position": _position(told, who, lines),
        "months": told.span.months,
    }


def drawn(sources: Sources) -> dict[str, str]:
    """Draw the flows, where there are any, and the shares."""
    told = sources.purchases
    if isinstance(told, str):
        return {}
    who, lines = called.suppliers(told), called.lines(told)
    colour = flows_plot.colours([who[name] for name in told.rivals], list(called.REST.values()))
    some = told.course[told.course["product_line"].isin(told.lines)]
    some = some.assign(
        product_line=some["product_line"].map(lines), supplier=some["supplier"].map(lambda name: who[name])
    )
    seen = {name: paint for name, paint in colour.items() if (some["supplier"] == name).any()}
    figures = {"courses": flows_plot.courses(some, [lines[name] for name in told.lines], seen, who[US])}
    bands = _bands(told, who, lines)
    if len(bands):
        most = told.by_rival.sort_values("away", ascending=False, kind="stable")["rival"]
        named = [name for name in most if name in told.rivals]
        order = {
            "line": [*(lines[name] for name in told.lines), called.LINES],
            "rival": [who[name] for name in (*named, *called.REST)],
        }
        left, right = (_sums(bands, side, names) for side, names in order.items())
        figures["flows"] = flows_plot.flows(bands, left, right, colour)
    return figures


def _sums(bands: pd.DataFrame, side: str, names: Iterable[str]) -> dict[str, str]:
    """Give what is written beside each node of a side."""
    sums = bands.groupby(side)["value"].sum()
    return {name: called.brief(float(sums[name])) for name in names if name in sums.index}


def _turned(net: Interval) -> Interval:
    return Interval(-net.value, -net.high, -net.low)


def _signed(value: float) -> str:
    return ("\N{MINUS SIGN}" if value < 0 else "") + called.brief(abs(value))


def _estimate(row: Mapping[Any, Any], name: str) -> Estimate:
    value, low, high = (row[one] if words.known(row[one]) else None for one in (name, "low", "high"))
    return Estimate(value, low, high)


def _bands(told: Purchases, who: Mapping[str, str], lines: Mapping[str, str]) -> pd.DataFrame:
    """Give what moved away between the lines and rivals that are shown, the rest together."""
    away = told.moved[told.moved["away"] > 0]
    bands = pd.DataFrame(
        {
            "line": away["product_line"].map(
                lambda name: lines[name] if name in told.lines else called.LINES
            ),
            "rival": folded(away["rival"], told.rivals).map(who),
            "value": away["away"],
        }
    )
    return bands.groupby(["line", "rival"])["value"].sum().reset_index()


def _known(told: Purchases) -> str:
    """Say whose records there are, and up to when they are whole."""
    return (
        f"Customs records tell what {told.recorded:,} of {words.count(told.customers, 'customer')} import, and "
        f"from whom. On {told.as_of} they are whole up to {told.span.until}: {words.share(KNOWN, 0)} of them are "
        f"known within {words.count(told.span.lag, 'day')} of the shipment."
    )


def _sentence(told: Purchases, currency: str, who: Mapping[str, str]) -> str:
    """Say how much moved, where to, and what came back."""
    window = f"In the {told.span.months} months up to {told.span.until}"
    if not told.away.value:
        return f"{window}, no customer bought a smaller share of a product line from us than before."
    away, back = (f"{currency} {called.brief(one.value)}" for one in (told.away, told.back))
    kind, net = ("loss", told.net) if told.net.value >= 0 else ("gain", _turned(told.net))
    told_net = f"a net {kind} of {currency} {called.brief(net.value)}"
    if words.known(net.low) and words.known(net.high):
        told_net += f" ({_signed(net.low)} to {_signed(net.high)}, 95%)"
        if net.low < 0 < net.high:
            told_net += ", which may be chance"
    first = max(told.by_rival.to_dict("records"), key=lambda row: row["away"])
    return (
        f"{window}, customers bought {away} from rivals that we would have sold them at the shares we had in the "
        f"{told.span.months} months before; {back} came the other way, {told_net}. "
        f"The largest part went to {who[first['rival']]}: {words.share(first['away'] / told.away.value, 0)}."
    )


def _alone(told: Purchases, currency: str) -> str:
    if told.alone.empty:
        return ""
    before, now = (f"{currency} {called.brief(float(told.alone[name].sum()))}" for name in ("before", "now"))
    return (
        f"Left out are {words.count(len(told.alone), 'line of a customer', 'lines of customers')} with records in "
        f"one of the two windows only, {before} of our sales before and {now} now: nobody can tell there who took "
        "what."
    )


def _matrix(told: Purchases, who: Mapping[str, str], lines: Mapping[str, str]) -> dict[str, Any]:
    """Give the money of the figure as a table, line by rival, with its sums."""
    bands = _bands(told, who, lines)
    cells = bands.set_index(["line", "rival"])["value"].to_dict()
    down = [
        name for name in (*(lines[one] for one in told.lines), called.LINES) if (bands["line"] == name).any()
    ]
    across = [who[name] for name in (*told.rivals, *called.REST) if (bands["rival"] == who[name]).any()]
    return {
        "rivals": across,
        "rows": [
            {
                "line": line,
                "cells": [cells.get((line, rival), 0.0) for rival in across],
                "all": float(bands.loc[bands["line"] == line, "value"].sum()),
            }
            for line in down
        ],
        "sums": [float(bands.loc[bands["rival"] == rival, "value"].sum()) for rival in across],
        "all": float(bands["value"].sum()),
    }


def _course(told: Purchases, who: Mapping[str, str], lines: Mapping[str, str]) -> dict[str, Any]:
    """Give our share in the last block, in the one a year before and in the first, and the largest rival now."""
    blocks = sorted(told.course["until_on"].unique())
    shown = list(dict.fromkeys([blocks[0], blocks[max(len(blocks) - 5, 0)], blocks[-1]]))
    rows = []
    for name, line in lines.items():
        of = told.course[told.course["product_line"] == name]
        ours = of[of["supplier"] == US].set_index("until_on")
        theirs = of[(of["supplier"] != US) & (of["until_on"] == blocks[-1])]
        most = max(theirs.to_dict("records"), key=lambda row: (row["share"], row["supplier"]), default=None)
        rows.append(
            {
                "line": line,
                "ours": [
                    _estimate(ours.loc[until].to_dict(), "share") if until in ours.index else Estimate()
                    for until in shown
                ],
                "most": who[most["supplier"]] if most else "",
                "most_share": most["share"] if most else None,
            }
        )
    return {"until": [pd.Timestamp(until).date().isoformat() for until in shown], "rows": rows}


def _growing(
    params: Params, sources: Sources, told: Purchases, who: Mapping[str, str], lines: Mapping[str, str]
) -> dict[str, Any]:
    """Give the customers with whom a rival grows beyond chance, those that move most money first."""
    found = told.growing[(told.growing["p_chance"] <= LEVEL) & (told.growing["value"] > 0)]
    pairs = found.groupby(["customer_id", "rival"], sort=False)
    order = pairs["value"].sum().sort_values(ascending=False, kind="stable").index
    last = sources.predictions[
        (sources.predictions["family"] == sources.champion)
        & (sources.predictions["as_of"] == pd.Timestamp(sources.dates[-1]))
    ].set_index("customer_id")
    asked = last[["p_churn", "tier"]].to_dict("index")
    rows = []
    for customer, rival in list(order)[: params.report.growing]:
        of = pairs.get_group((customer, rival))
        rows.append(
            {
                "customer_id": words.line(customer),
                "name": words.line(sources.names.get(customer)),
                "rival": who[rival],
                "p": asked.get(customer, {}).get("p_churn"),
                "tier": asked.get(customer, {}).get("tier"),
                "value": float(of["value"].sum()),
                "lines": [
                    {
                        "line": lines[row["product_line"]],
                        "theirs": _from_to(row["share_before"], row["share_now"]),
                        "ours": _from_to(row["ours_before"], row["ours_now"]),
                        "value": row["value"],
                        "since": row["since_on"].date().isoformat(),
                    }
                    for row in of.head(LINES_SHOWN).to_dict("records")
                ],
                "more": max(len(of) - LINES_SHOWN, 0),
            }
        )
    return {
        "rows": rows,
        "pairs": len(order),
        "found": len(found),
        "looked_at": len(told.growing),
        "chance": words.figure(float(told.growing["false"].sum()), 0),
        "months": min(RECENT, told.span.months),
    }


def _from_to(before: float, now: float) -> str:
    return f"{words.share(before, 0)} → {words.share(now, 0)}"


def _groups(told: Purchases) -> dict[str, Any]:
    """Give the groups whose share surely falls, and all of them, the deepest fall first."""
    rows = [
        {
            "kind": row["kind"],
            "group": words.line(row["group"]),
            "customers": row["customers"],
            "before": row["before"],
            "now": row["now"],
            "change": _estimate(row, "change"),
            "falls": words.known(row["high"]) and row["high"] < 0,
        }
        for row in told.groups.sort_values(["change", "kind", "group"], kind="stable").to_dict("records")
    ]
    shown = scale([row["change"] for row in rows], [0.0])
    for row in rows:
        row["drawing"] = drawing(row["change"], shown, 0.0)
    return {"falling": [row for row in rows if row["falls"]], "rows": rows, "least": LEAST_CUSTOMERS}


def _position(told: Purchases, who: Mapping[str, str], lines: Mapping[str, str]) -> dict[str, Any]:
    """Give prices and deliveries over all lines, and line by line."""
    of = told.position.set_index("supplier")
    shown = [name for name in (US, *told.rivals, *called.REST) if name in of.index]
    rows = [
        {
            "supplier": who[name],
            "gap": _estimate(row := of.loc[name].to_dict(), "gap"),
            "customers": int(row["customers"]),
            "days": row["days"] if words.known(row["days"]) else None,
            "ours": name == US,
        }
        for name in shown
    ]
    cells = {(row["product_line"], row["supplier"]): row for row in told.by_line.to_dict("records")}
    by_line = [
        {
            "line": lines[line],
            "price": (cells.get((line, US)) or {}).get("price"),
            "gaps": [
                _estimate(cells[line, name], "gap") if (line, name) in cells else Estimate()
                for name in shown
                if name != US
            ],
        }
        for line in lines
        if line in told.lines
    ]
    return {
        "rows": rows,
        "lines": by_line,
        "rivals": [who[name] for name in shown if name != US],
        "priced": bool((told.position["records"] > 0).any()),
    }
