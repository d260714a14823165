"""What the tiers promise, and whether the customers bear it out: broken promises first."""

from collections.abc import Mapping
from typing import Any

from models import plots
from pipeline import certificates, findings, words
from pipeline.sections.sources import ALL, Sources

FIGURES = {
    "tiers": "How many customers each tier held, which share of them left, what it claims (shade); all test dates"
}
PROMISES = {"high": "above 80% leave", "medium": "promises nothing", "low": "below 30% leave"}


def view(sources: Sources) -> dict[str, Any]:
    """Give the broken promises, and the tiers of all test dates together and of each."""
    metrics = sources.metrics
    by_date = [
        {"as_of": date or ALL, "tiers": rows(sources.figures(sources.champion, date))}
        for date in sources.when
    ]
    return {
        "alarms": list(map(certificates.alarm, certificates.broken(metrics["families"], sources.champion))),
        "sentence": _sentence(sources),
        "first": by_date[0],
        "dates": by_date[1:],
        "empty_high": _empty_high(sources),
    }


def rows(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give one row a tier."""
    told = []
    for name in ("high", "medium", "low"):
        tier = figures["tiers"][name]
        told.append(
            {
                "tier": name,
                "promise": PROMISES[name],
                "customers": tier["customers"],
                "share": tier["customers"] / figures["customers"] if figures["customers"] else None,
                "of_leavers": tier.get("of_leavers"),
                "observed": findings.estimate(tier["observed"]).value,
                "bound": tier["bound"],
                "side": "at least" if name == "high" else "at most",
                "verdict": words.VERDICTS.get(tier["verdict"], tier["verdict"])
                if tier["customers"]
                else "empty",
                "class": tier["verdict"].replace(" ", "-") if tier["customers"] else "empty",
            }
        )
    return told


SAID = {
    "certified": "The {name} tier kept its word",
    "refuted": "The {name} tier broke its word",
    "too few": "Of the {name} tier there are too few to tell",
}


def _sentence(sources: Sources) -> str:
    """Say what became of the two promises, on all test dates together."""
    told = []
    for name, claim in certificates.CLAIMS.items():
        tier = sources.figures(sources.champion)["tiers"][name]
        if not tier["customers"]:
            told.append(f"Nobody was in the {name} tier.")
            continue
        left, rows = words.share(tier["observed"]), words.count(tier["customers"], "row")
        said = SAID[tier["verdict"]].format(name=name)
        told.append(f"{said}: {left} of its {rows} left, where {claim} was promised.")
    return " ".join(told)


def _empty_high(sources: Sources) -> str:
    """Explain a high tier that is empty on some test date."""
    test = sources.metrics["families"][sources.champion]["test"]
    empty = [date for date in sources.dates if not test[date]["tiers"]["high"]["customers"]]
    if not empty:
        return ""
    now = test[empty[-1]]
    observed = findings.estimate(now["observed"]).value
    auc = findings.estimate(now["roc_auc"]).value
    when = "on every test date" if len(empty) == len(test) else f"on {' and '.join(empty)}"
    return (
        f"The high tier is empty {when}. That is an answer, and no fault: high promises that more than four in "
        f"five leave. Where {words.share(observed)} leave and the records tell leavers from stayers as well as "
        f"they do here (ROC-AUC {words.decimal(auc)}), honest probabilities rarely climb so far. "
        "Work from the top of the list instead."
    )


def drawn(sources: Sources) -> dict[str, str]:
    """Draw the tiers of all test dates."""
    return {"tiers": plots.tiers(sources.figures(sources.champion)["tiers"])}
