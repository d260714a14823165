"""What the model goes by: causes among groups of customers, its strongest features, their pairs, and how steady
all this is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from models import overview_plot
from models.overview import EVERYBODY, MONTH, TOP
from pipeline import words
from pipeline.sections.sources import Sources

KINDS = {
    "segment": "segment",
    "region": "region",
    "industry": "industry",
    "tenure": "time as a customer",
    MONTH: "test date",
}
FIGURES = {
    **{f"push_{kind}": f"How hard each cause pushes, by {word}" for kind, word in KINDS.items()},
    "steady": "The strongest features, on every test date and in every fit",
    "dependence": "What the strongest features add, against their value",
    "interactions": "The pairs that do most together",
}
GROUPS = 12
"""Groups of a kind that its figure shows; its table has them all."""
PAIRS = 8
STEADY, UNSTEADY = 0.8, 0.5
"""Shares of the strongest features that stay: from the first on they are steady, up to the second they are not."""


def view(sources: Sources) -> dict[str, Any] | None:
    """Give the sentences and tables; ``lead`` is what stands in the open part of the page."""
    told = sources.overview
    if told is None:
        return None
    kinds = [{"kind": kind, **_kind(told, kind)} for kind in _kinds(told)]
    return {
        "take": _take(told, sources),
        "lead": kinds[0] if kinds else None,
        "kinds": kinds,
        "causes": [words.cause(name) for name in _causes(told)],
        "dates": _dates(told),
        "refits": _refits(told),
        "verdict": _verdict(told),
        "agreement": _agreement(told),
        "pairs": _pairs(told),
        "family": words.family(told["family"]),
        "unit": told["unit"],
        "rows": told["rows"],
        "own_base": "base_of" in sources.causes and bool((sources.causes["base_of"] != EVERYBODY).any()),
    }


def _kinds(told: Mapping[str, Any]) -> list[str]:
    """Give the kinds of groups there are; the one that the open part shows comes first."""
    return [kind for kind in KINDS if kind in told["by"]]


def _causes(told: Mapping[str, Any]) -> list[str]:
    """Give the causes, those that push hardest over everybody first."""
    rows = sorted(told["by"][EVERYBODY], key=lambda row: (-row["raises"], row["cause"]))
    return [row["cause"] for row in rows]


def _kind(told: Mapping[str, Any], kind: str) -> dict[str, Any]:
    causes, rows = _causes(told), told["by"][kind]
    cells = {(row["group"], row["cause"]): row for row in rows}
    return {
        "word": KINDS[kind],
        "sentence": _harder(rows, kind),
        "rows": [
            {
                "group": words.line(group),
                "rows": cells[group, causes[0]]["rows"],
                "cells": [cells[group, cause] for cause in causes],
            }
            for group in dict.fromkeys(row["group"] for row in rows)
        ],
    }


def _harder(rows: Sequence[Mapping[str, Any]], kind: str) -> str:
    """Name the two groups in which a cause pushes harder than elsewhere by most."""
    most = sorted(
        (row for row in rows if row["apart"] and row["more"] > 0),
        key=lambda row: (-row["more"], row["group"], row["cause"]),
    )
    if not any(row["apart"] for row in rows):
        return f"By {KINDS[kind]}, no cause pushes harder in one group than in the others beyond chance."
    if not most:
        return ""
    told = [
        f"{words.cause(row['cause'])} {'on' if kind == MONTH else 'in'} “{words.line(row['group'])}” "
        f"({words.decimal(100 * row['raises'], 1)} points, "
        f"{words.decimal(100 * (row['raises'] - row['more']), 1)} elsewhere)"
        for row in most[:2]
    ]
    return f"By {KINDS[kind]}, what stands out most is {' and '.join(told)}."


def _take(told: Mapping[str, Any], sources: Sources) -> str:
    first = [_label(sources, one["feature"]) for one in told["dependence"][:3]]
    if not first:
        return "No feature moves anybody"
    return f"Strongest are {'; '.join(first)}"


def _label(sources: Sources, name: str) -> str:
    return str(sources.features.get(name, {}).get("en", name))


def _alike(told: Mapping[str, Any]) -> dict[str, Any]:
    """Sum up comparisons: how many of how many are shared (median, least), and the median tau of causes."""
    shared = pd.Series([pair["shared"] for pair in told["features"]])
    tau = pd.Series([pair["tau"] for pair in told["causes"]], dtype=float)
    of = min(TOP, told["moving"])
    return {
        "shared": float(shared.median()),
        "least": int(shared.min()),
        "of": of,
        "tau": float(tau.median()),
    }


def _dates(told: Mapping[str, Any]) -> str:
    """Say in one sentence whether another date ranks alike."""
    if not told["dates"]["features"]:
        return "There is one test date only, so no other to hold it against."
    alike = _alike(told["dates"])
    stay, least = words.figure(alike["shared"]), alike["least"]
    chance, tau = words.decimal(told["dates"]["by_chance"], 1), words.decimal(alike["tau"], 2)
    return (
        f"From one test date to another, {stay} of the {alike['of']} strongest features stay among them "
        f"(the least {least}; by chance {chance}), and the order of the causes agrees with a tau of {tau}."
    )


def _refits(told: Mapping[str, Any]) -> str:
    """Say in one sentence whether another fit ranks alike."""
    refits = told["refits"]
    if refits is None or not refits["features"]:
        return "The model was not fitted again (explain.refits)."
    alike = _alike(refits)
    how = "customers drawn anew" if refits["how"] == "customers" else "another seed"
    stay, least, same = words.figure(alike["shared"]), alike["least"], words.share(refits["same_lead"], 0)
    return (
        f"Fitted again with {how}, {stay} of the {alike['of']} stay (the least {least}), and two fits name the "
        f"same leading cause for {same} of the {refits['listed']:,} customers with the highest scores."
    )


def _verdict(told: Mapping[str, Any]) -> str:
    """Say what this means for a reader, by the less steady of the two."""
    blocks = [block for block in (told["dates"], told["refits"]) if block and block["features"]]
    if not blocks:
        return ""
    shared = min(_alike(block)["shared"] / max(_alike(block)["of"], 1) for block in blocks)
    if shared >= STEADY:
        return "So what leads here would lead another time too."
    if shared > UNSTEADY:
        return "So some of them would be others another time: read what alike features say together."
    return "So half of them or more would be others another time: do not read much into a single feature."


def _agreement(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    pairs = []
    for block, word in ((told["dates"], "test dates"), (told["refits"], "fits")):
        if block is None:
            continue
        for feature, cause in zip(block["features"], block["causes"], strict=True):
            pairs.append({"of": word, **feature, "tau_causes": cause["tau"]})
    return pairs


def _pairs(told: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    """Give the pairs that do anything together; None of a model that is a sum."""
    if told["interactions"] is None:
        return None
    return [pair for pair in told["interactions"][:PAIRS] if pair["strength"] > 0]


def drawn(sources: Sources) -> dict[str, str]:
    """Draw the figures of what there is."""
    told = sources.overview
    if told is None:
        return {}
    figures = {f"push_{kind}": _pushes(told, kind) for kind in _kinds(told)} if _causes(told) else {}
    if steady := _steady(told, sources):
        figures["steady"] = steady
    if told["dependence"]:
        curves = {
            _label(sources, one["feature"]): pd.DataFrame(one["curve"]).astype("float64")
            for one in told["dependence"]
        }
        figures["dependence"] = overview_plot.dependence(curves)
    if pairs := _pairs(told):
        frame = pd.DataFrame(pairs).astype({"share": "float64"})
        for side in ("first", "second"):
            frame[side] = [_label(sources, name) for name in frame[side]]
        figures["interactions"] = overview_plot.interactions(frame, told["unit"])
    return figures


def _pushes(told: Mapping[str, Any], kind: str) -> str:
    groups = list(dict.fromkeys(row["group"] for row in told["by"][kind]))[:GROUPS]
    places = {cause: place for place, cause in enumerate(_causes(told))}
    rows = [
        row | {"group": words.line(row["group"]), "cause": words.cause(row["cause"])}
        for row in sorted(
            (row for row in told["by"][kind] if row["group"] in groups),
            key=lambda row: (groups.index(row["group"]), places[row["cause"]]),
        )
    ]
    everybody = sorted(told["by"][EVERYBODY], key=lambda row: places[row["cause"]])
    rows = [row | {"cause": words.cause(row["cause"])} for row in everybody] + rows
    return overview_plot.pushes(pd.DataFrame(rows), EVERYBODY)


def _steady(told: Mapping[str, Any], sources: Sources) -> str | None:
    weights = pd.DataFrame(told["dates"]["weights"])
    other: list[str] = []
    if told["refits"] is not None:
        fits = pd.DataFrame(told["refits"]["weights"]).add_prefix("fit ")
        weights, other = weights.join(fits), list(fits.columns)
    if weights.empty:
        return None
    order = (
        weights[list(told["dates"]["weights"])].mean(axis=1).sort_values(ascending=False, kind="stable").index
    )
    frame = weights.loc[order]
    frame.index = pd.Index([_label(sources, str(name)) for name in order])
    full = "a test date" if len(told["dates"]["weights"]) > 1 else "the test date"
    return overview_plot.steadiness(frame, other, (full, "a fit, on the first test date"))
