"""Every customer of the last test date with its causes; who was on no list, and why; and the causes over all."""

from typing import Any

import pandas as pd

from models import plots
from pipeline import findings, listing, words
from pipeline.glossary import LEFT_OUT, MEANINGS
from pipeline.params import Params
from pipeline.sections.sources import Sources

FIGURES = {"causes": "Mean pull of each cause over the customers of the test dates"}


def view(params: Params, sources: Sources) -> dict[str, Any]:
    """Give the customers of the last test date with the highest probability."""
    last = sources.dates[-1]
    on_last = sources.causes[sources.causes["as_of"] == pd.Timestamp(last)]
    return {
        "rows": listing.customers(
            on_last,
            sources.predictions[sources.predictions["family"] == sources.champion],
            sources.names,
            sources.features,
            params.dataset.currency,
            params.report.customers,
        ),
        "asked": len(on_last),
        "left_out": _left_out(sources.cohort, last),
        "with_gone": "p_gone" in on_last,
    }


def causes(sources: Sources) -> dict[str, Any]:
    """Give how far each cause moves the probabilities."""
    return {
        "rows": [
            row | {"word": words.cause(row["cause"]), "about": MEANINGS.get(row["cause"], "")}
            for row in findings.weight_of_causes(sources.causes)
        ],
        "counted": len(sources.causes),
        "none_leads": int((sources.causes["top_cause"] == "none").sum()),
    }


def _left_out(cohort: pd.DataFrame, date: str) -> list[dict[str, Any]]:
    """Count the customers of a date that could not be asked about, by reason, the most first."""
    rows = cohort[(cohort["as_of"] == pd.Timestamp(date)) & ~cohort["eligible"]]
    counts = {str(reason): int(n) for reason, n in rows["reason"].value_counts().items()}
    return [
        {"reason": reason, "customers": counts[reason], "meaning": LEFT_OUT.get(reason, "")}
        for reason in sorted(counts, key=lambda reason: (-counts[reason], reason))
    ]


def drawn(sources: Sources) -> dict[str, str]:
    """Draw the pull of the causes."""
    pulls = findings.weight_of_causes(sources.causes)
    frame = pd.DataFrame(pulls, columns=["cause", "raises", "lowers"]).set_index("cause")
    return {"causes": plots.causes(frame)}
