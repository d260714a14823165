"""What lists of each length would have met, and the going and the gone kept apart."""

from collections.abc import Mapping
from typing import Any

from models import plots
from pipeline import findings
from pipeline.params import Params
from pipeline.sections.sources import ALL, Sources

FIGURES = {"precision_recall": "How pure a list is at each length, by family; all test dates"}
GROUPS = {"high": "high tier", "high_and_medium": "high and medium"}


def view(params: Params, sources: Sources) -> dict[str, Any]:
    """Give the champion's lists beside those of the cadence rule; with the departure rule, both kinds apart."""
    pooled, rule = sources.figures(sources.champion), sources.figures(findings.RULE)
    apart = findings.tells_apart(pooled)
    when = [*sources.dates, None] if len(sources.dates) > 1 else sources.dates
    return {
        "lists": list(zip(map(_list, findings.lists(pooled)), findings.lists(rule), strict=True)),
        "is_apart": apart,
        "apart": [_apart(sources.figures(sources.champion, date), date) for date in when] if apart else [],
        "own_lists": _own_lists(pooled, rule) if apart else [],
        "no_apart": _no_apart(params),
    }


def _list(found: findings.List) -> dict[str, Any]:
    name = GROUPS.get(found.name) or f"top {100 * (found.budget or 0):g}%"
    return {**vars(found), "group": name}


def _apart(figures: Mapping[str, Any], date: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {"as_of": date or ALL, "customers": figures["customers"]}
    for kind in ("going", "gone"):
        told[kind] = figures[kind]["customers"]
        told[f"{kind}_observed"] = findings.estimate(figures[kind]["observed"])
        told[f"{kind}_said"] = findings.estimate(figures[kind]["mean_p"])
    return told


def _own_lists(champion: Mapping[str, Any], rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    plain = {one.name: one for one in findings.lists(rule)}
    return [
        {**_list(one), "rule_going": plain[one.name].going, "rule_gone": plain[one.name].gone}
        for one in findings.lists(champion, own=True)
    ]


def _no_apart(params: Params) -> str:
    if params.dataset.label.rule == "departure":
        return (
            "The champion gives no probability of being gone already, so the two cannot be told apart here."
        )
    return (
        f"With the label rule “{params.dataset.label.rule}” there is one probability only: the records are not "
        "asked whether a leaver was still buying on the as-of date. The rule “departure” in dataset.yaml tells the "
        "two apart."
    )


def drawn(sources: Sources) -> dict[str, str]:
    """Draw precision against recall for each family, all test dates together."""
    pooled = sources.curves[sources.curves["as_of"].isna() & (sources.curves["curve"] == "precision_recall")]
    rows = pooled.dropna(subset=["x", "y"])
    named = [name for name in findings.families(sources.metrics) if name != "base_rate"]
    lines = {name: rows[rows["family"] == name] for name in named}
    observed = findings.estimate(sources.figures(sources.champion)["observed"]).value
    return {"precision_recall": plots.precision_recall(lines, observed)}
