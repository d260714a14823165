"""What the page shows, as plain rows: its head, and each of its sections in the order of the page.

Nothing is computed here that ``metrics.json`` or ``findings`` could say; values become words at the last moment.
"""

from collections.abc import Mapping
from typing import Any

from pipeline import findings, words, worth
from pipeline.glossary import GLOSSARY
from pipeline.params import Params
from pipeline.sections import (
    calibration,
    customers,
    drivers,
    early,
    families,
    flows,
    found,
    leaks,
    learning,
    money,
    segments,
    tiers,
    week,
)
from pipeline.sections.sources import Sources

FIGURES: Mapping[str, str] = {
    **tiers.FIGURES,
    **early.FIGURES,
    **money.FIGURES,
    **customers.FIGURES,
    **flows.FIGURES,
    **drivers.FIGURES,
    **found.FIGURES,
    **families.FIGURES,
    **calibration.FIGURES,
    **learning.FIGURES,
}
"""What each figure of the page shows, by its name; which of them there are, depends on what was made."""


def contents(params: Params, sources: Sources) -> dict[str, Any]:
    """Give what the templates show."""
    champion, last = sources.champion, sources.dates[-1]
    now = sources.figures(champion, last)
    return {
        "dataset": sources.dataset,
        "folder": f"data/{sources.dataset}",
        "champion": words.family(champion),
        "rule": words.family(findings.RULE),
        "last": last,
        "dates": sources.dates,
        "lead": _lead(params, last, now),
        "simulated": params.dataset.simulate is not None,
        "keys": _keys(params, champion, last, now),
        "tiers": tiers.view(sources),
        "week": week.view(params, sources),
        "early": early.view(sources),
        "money": money.view(sources),
        "causes": customers.causes(sources),
        "flows": flows.view(params, sources),
        "customers": customers.view(params, sources),
        "drivers": drivers.view(sources),
        "found": found.view(params, sources),
        "families": families.view(sources),
        "segments": segments.view(sources),
        "calibration": calibration.view(sources),
        "leaks": leaks.view(sources),
        "learning": learning.view(sources),
        "glossary": GLOSSARY,
        "records": [_records(name, table) for name, table in sources.ingest.get("tables", {}).items()],
        "absent": _absent(sources.ingest),
        "worth": worth.summary(sources.quality),
    }


def drawn(sources: Sources) -> dict[str, str]:
    """Draw every figure of the page; by name, as SVG."""
    told: dict[str, str] = {}
    for section in (tiers, early, money, customers, flows, drivers, found, families, calibration, learning):
        told |= section.drawn(sources)
    return told


def _lead(params: Params, last: str, now: Mapping[str, Any]) -> str:
    horizon = params.dataset.label.horizon_days
    figures = findings.measured(now)
    told = (
        f"On {last}, {words.count(now['customers'], 'customer')} could be asked about. "
        f"{words.share(figures['observed'].value)} of them left within {words.count(horizon, 'day')}; "
        f"the model said {words.share(figures['mean_p'].value)} on average."
    )
    tenth = findings.tenth(now)
    if tenth.precision.value is not None and tenth.recall.value is not None:
        precision, recall = words.share(tenth.precision.value, 0), words.share(tenth.recall.value, 0)
        budget = words.share(tenth.budget, 0)
        told += f" Of the {budget} that it ranked highest, {precision} left: {recall} of all leavers."
    return told


def _keys(params: Params, champion: str, last: str, now: Mapping[str, Any]) -> list[dict[str, str]]:
    figures = findings.measured(now)
    auc, observed = figures["roc_auc"], figures["observed"]
    label = params.dataset.label
    return [
        {"word": "Last test date", "value": last, "more": f"{words.count(label.horizon_days, 'day')} ahead"},
        {
            "word": "Champion",
            "value": words.family(champion),
            "more": f"{words.FULL[champion]}, chosen on earlier dates",
        },
        {"word": "Customers asked about", "value": f"{now['customers']:,}", "more": RULES[label.rule]},
        {"word": "Left", "value": words.share(observed.value), "more": _interval(observed, share=True)},
        {"word": "ROC-AUC", "value": words.decimal(auc.value), "more": _interval(auc)},
    ]


RULES = {
    "departure": "left: bought, and then no more",
    "silence": "left: bought nothing in that time",
    "recorded": "left: recorded as lost",
}


def _interval(figure: findings.Estimate, *, share: bool = False) -> str:
    if figure.low is None or figure.high is None:
        return ""
    tell = words.share if share else words.decimal
    return f"{tell(figure.low)} to {tell(figure.high)} (95%)"


def _records(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    reasons = sorted(table.get("reasons", {}).items(), key=lambda item: (-item[1], item[0]))
    told = "; ".join(f"{words.line(reason)}: {n:,}" for reason, n in reasons)
    return {
        "table": name,
        "read": table["rows"],
        "kept": table["kept"],
        "rejected": table["rejected"],
        "why": told,
    }


def _absent(ingest: Mapping[str, Any]) -> str:
    absent = ingest.get("absent", [])
    if not absent:
        return "Every table of the contract is there."
    return (
        f"Not there: {', '.join(absent)}. Features that need {'it' if len(absent) == 1 else 'them'} are absent, "
        "and causes that would show there cannot be seen."
    )
