"""What each part of the page shows, as plain rows, in the order of the page.

Nothing is computed here that ``metrics.json`` or ``findings`` could say; values become words at the last moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline import certificates, findings, listing, words, worth
from pipeline.glossary import GLOSSARY, LEFT_OUT, MEANINGS
from pipeline.params import Params


@dataclass(frozen=True)
class Sources:
    """What the page is made from; ``names`` are customer names by id, ``features`` the catalogue by name."""

    dataset: str
    metrics: Mapping[str, Any]
    predictions: pd.DataFrame
    causes: pd.DataFrame
    features: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    cohort: pd.DataFrame
    ingest: Mapping[str, Any]
    quality: Mapping[str, Any]


def contents(params: Params, sources: Sources) -> dict[str, Any]:
    """Give what the template shows, in its order."""
    metrics, champion = sources.metrics, sources.metrics["champion"]
    dates = findings.dates(metrics)
    last = dates[-1]
    # Of one date there is nothing to put together.
    whole: list[str | None] = [None] if len(dates) > 1 else []
    now, all_dates = findings.on(metrics, champion, last), findings.on(metrics, champion)
    rule = findings.on(metrics, findings.RULE)
    apart = findings.tells_apart(all_dates)
    on_last = sources.causes[sources.causes["as_of"] == pd.Timestamp(last)]
    return {
        "dataset": sources.dataset,
        "folder": f"data/{sources.dataset}",
        "champion": words.family(champion),
        "rule": words.family(findings.RULE),
        "last": last,
        "lead": _lead(params, last, now),
        "simulated": params.dataset.simulate is not None,
        "alarms": list(map(certificates.alarm, certificates.broken(metrics["families"], champion))),
        "keys": _keys(params, champion, last, now),
        "tiers": [{"as_of": date or ALL, "tiers": _tiers(metrics, date)} for date in [*whole, *dates]],
        "empty_high": _empty_high(metrics),
        "found": list(zip(map(_list, findings.lists(all_dates)), findings.lists(rule), strict=True)),
        "found_apart": apart,
        "apart": [_apart(findings.on(metrics, champion, date), date) for date in [*dates, *whole]]
        if apart
        else [],
        "lists": _own_lists(all_dates, rule) if apart else [],
        "no_apart": _no_apart(params),
        "causes": [
            row | {"word": words.cause(row["cause"]), "about": MEANINGS.get(row["cause"], "")}
            for row in findings.weight_of_causes(sources.causes)
        ],
        "causes_rows": len(sources.causes),
        "none_leads": int((sources.causes["top_cause"] == "none").sum()),
        "customers": listing.customers(
            on_last,
            sources.predictions[sources.predictions["family"] == champion],
            sources.names,
            sources.features,
            params.dataset.currency,
            params.report.customers,
        ),
        "asked": len(on_last),
        "left_out": _left_out(sources.cohort, last),
        "with_gone": "p_gone" in on_last,
        "families": [_family(metrics, name, last) for name in findings.families(metrics)],
        "by_date": [_family(metrics, champion, date) for date in [*dates, *whole]],
        "glossary": GLOSSARY,
        "records": [_records(name, table) for name, table in sources.ingest.get("tables", {}).items()],
        "absent": _absent(sources.ingest),
        "worth": worth.summary(sources.quality),
    }


ALL = "all together"
GROUPS = {"high": "high tier", "high_and_medium": "high and medium"}


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
        {"word": "ROC-AUC", "value": _decimal(auc.value), "more": _interval(auc)},
    ]


RULES = {
    "departure": "left: bought, and then no more",
    "silence": "left: bought nothing in that time",
    "recorded": "left: recorded as lost",
}


def _decimal(value: float | None) -> str:
    return words.UNKNOWN["en"] if value is None else f"{value:.3f}"


def _interval(figure: findings.Estimate, *, share: bool = False) -> str:
    if figure.low is None or figure.high is None:
        return ""
    tell = words.share if share else _decimal
    return f"{tell(figure.low)} to {tell(figure.high)} (95%)"


def _tiers(metrics: Mapping[str, Any], date: str | None) -> list[dict[str, Any]]:
    now = findings.on(metrics, metrics["champion"], date)
    told = []
    for name in ("high", "medium", "low"):
        tier = now["tiers"][name]
        told.append(
            {
                "tier": name,
                "customers": tier["customers"],
                "share": tier["customers"] / now["customers"] if now["customers"] else None,
                "observed": findings.estimate(tier["observed"]).value,
                "bound": tier["bound"],
                "side": "at least" if name == "high" else "at most",
                "verdict": words.VERDICTS.get(tier["verdict"], tier["verdict"])
                if tier["customers"]
                else "empty",
            }
        )
    return told


def _empty_high(metrics: Mapping[str, Any]) -> str:
    """Explain a high tier that is empty on some test date."""
    test = metrics["families"][metrics["champion"]]["test"]
    empty = [date for date in findings.dates(metrics) if not test[date]["tiers"]["high"]["customers"]]
    if not empty:
        return ""
    now = test[empty[-1]]
    observed = findings.estimate(now["observed"]).value
    auc = findings.estimate(now["roc_auc"]).value
    when = "on every test date" if len(empty) == len(test) else f"on {' and '.join(empty)}"
    return (
        f"The high tier is empty {when}. That is an answer, and no fault: high promises that more than four in "
        f"five leave. Where {words.share(observed)} leave and the records tell leavers from stayers as well as "
        f"they do here (ROC-AUC {_decimal(auc)}), honest probabilities rarely climb so far. "
        "Work from the top of the list instead."
    )


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


def _family(metrics: Mapping[str, Any], name: str, date: str | None) -> dict[str, Any]:
    now = findings.on(metrics, name, date)
    return {
        **findings.measured(now),
        "as_of": date or ALL,
        "word": words.family(name),
        "full": words.FULL.get(name, ""),
        "chosen": name == metrics["champion"],
        "plain": name in (findings.RULE, "base_rate"),
        "customers": now["customers"],
    }


def _left_out(cohort: pd.DataFrame, date: str) -> list[dict[str, Any]]:
    """Count the customers of a date that could not be asked about, by reason, the most first."""
    rows = cohort[(cohort["as_of"] == pd.Timestamp(date)) & ~cohort["eligible"]]
    counts = {str(reason): int(n) for reason, n in rows["reason"].value_counts().items()}
    return [
        {"reason": reason, "customers": counts[reason], "meaning": LEFT_OUT.get(reason, "")}
        for reason in sorted(counts, key=lambda reason: (-counts[reason], reason))
    ]


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
