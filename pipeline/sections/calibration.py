"""Does 60% mean 60%? What was said against what happened, on all test dates together and on each."""

from typing import Any

import pandas as pd

from models import dates_plot, plots
from pipeline import findings, words
from pipeline.sections.sources import ALL, Sources

FIGURES = {
    "backtest": "Mean of what the champion said, and what happened, date by date",
    "reliability": "What the champion said against what happened; all test dates",
    "reliability_by_date": "The same on each test date, by a model that knew nothing later",
}


def view(sources: Sources) -> dict[str, Any]:
    """Give the mean said and what happened on each test date."""
    when = [*sources.dates, None] if len(sources.dates) > 1 else sources.dates
    rows = [
        {
            **findings.measured(sources.figures(sources.champion, date)),
            "as_of": date or ALL,
            "customers": sources.figures(sources.champion, date)["customers"],
            "error": findings.estimate(sources.figures(sources.champion, date).get("calibration_error")),
        }
        for date in when
    ]
    return {"rows": rows, "sentence": _sentence(sources), "with_error": rows[0]["error"].value is not None}


def _sentence(sources: Sources) -> str:
    drifts = {
        date: value
        for date in sources.dates
        if (value := findings.estimate(sources.figures(sources.champion, date).get("drift")).value)
        is not None
    }
    if not drifts:
        return ""
    worst = max(drifts, key=lambda date: abs(drifts[date]))
    far = f"{words.decimal(100 * abs(drifts[worst]), 1)} points"
    side = "above" if drifts[worst] > 0 else "below"
    if len(drifts) == 1:
        return f"On {worst} what was said lay on average {far} {side} what happened."
    dates = words.count(len(drifts), "test date")
    return f"On {dates} what was said lay on average at most {far} off: {side} what happened on {worst}."


def drawn(sources: Sources) -> dict[str, str]:
    """Draw what was said against what happened, date by date and in groups of neighbours."""
    rows = sources.curves[
        (sources.curves["curve"] == "reliability") & (sources.curves["family"] == sources.champion)
    ].dropna(subset=["x", "y"])
    told = {
        "backtest": plots.backtest(findings.by_date(sources.metrics), "share that leaves"),
        "reliability": plots.reliability({sources.champion: rows[rows["as_of"].isna()]}),
    }
    if len(sources.dates) > 1:
        dates = {date: rows[rows["as_of"] == pd.Timestamp(date)] for date in sources.dates}
        told["reliability_by_date"] = dates_plot.reliability(dates, sources.champion)
    return told
