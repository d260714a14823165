"""The families beside each other: every figure on every test date, and paired differences on the same customers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from models import plots
from pipeline import findings, words
from pipeline.findings import Estimate
from pipeline.sections.intervals import drawing, scale
from pipeline.sections.sources import ALL, Sources

FIGURES = {"families": "ROC-AUC of every family on each test date, with 95% intervals"}
PAIRED = {"roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "brier": "Brier", "log_loss": "Log loss"}


def view(sources: Sources) -> dict[str, Any]:
    """Give the figures of all test dates and of each, and what the differences say."""
    dates = [
        {
            "as_of": date or ALL,
            "rows": [_family(sources, name, date) for name in findings.families(sources.metrics)],
        }
        for date in sources.when
    ]
    pairs = _pairs(sources)
    return {
        "first": dates[0],
        "dates": dates[1:],
        "sentence": _sentence(sources, pairs),
        "pairs": pairs,
        "earns": _earns(sources),
        "paired": PAIRED,
    }


def _family(sources: Sources, name: str, date: str | None) -> dict[str, Any]:
    now = sources.figures(name, date)
    less = _less(sources, name, sources.champion, date)
    return {
        **findings.measured(now),
        "word": words.family(name),
        "full": words.FULL.get(name, ""),
        "chosen": name == sources.champion,
        "plain": name in (findings.RULE, "base_rate"),
        "customers": now["customers"],
        "beside": beside(less["log_loss"]) if less else "",
    }


def _less(sources: Sources, name: str, other: str, date: str | None) -> dict[str, Estimate]:
    """Give a family's figures less those of another; empty where they were not held against each other."""
    told = sources.metrics.get("differences")
    if not told or name == other:
        return {}
    figures = (told["pooled"] if date is None else told["test"][date]).get(name, {}).get(other, {})
    return {figure: findings.estimate(figures[figure]) for figure in PAIRED if figure in figures}


def _pairs(sources: Sources) -> list[dict[str, Any]]:
    """Give each family's figures less the champion's, all test dates together."""
    told = {
        name: less
        for name in findings.families(sources.metrics)
        if (less := _less(sources, name, sources.champion, None))
    }
    # The plain rules lie so far off that on one scale with them the models could not be told apart.
    shown = scale([less["log_loss"] for name, less in told.items() if name in words.MODELS], [0.0])
    return [
        {
            "word": words.family(name),
            "less": less,
            "drawing": drawing(less["log_loss"], shown, 0.0) if name in words.MODELS else None,
            "verdict": beside(less["log_loss"]),
        }
        for name, less in told.items()
    ]


def _earns(sources: Sources) -> list[dict[str, Any]]:
    """Give the champion's figures less those of the plain rules, all test dates and each."""
    told = []
    for date in sources.when:
        for other in (findings.RULE, "base_rate"):
            less = _less(sources, sources.champion, other, date)
            if less:
                told.append({"as_of": date or ALL, "word": words.family(other), "less": less})
    return told


def beside(less: Estimate) -> str:
    """Say whether a difference of log loss is beyond chance."""
    if less.value is None or less.low is None or less.high is None or less.low <= 0 <= less.high:
        return "no telling"
    return f"{'worse' if less.low > 0 else 'better'} by {words.decimal(abs(less.value), 4)}"


def _sentence(sources: Sources, pairs: Sequence[Mapping[str, Any]]) -> str:
    """Say in one line how the champion stands among the models and against the plain rules."""
    auc = findings.estimate(sources.figures(sources.champion)["roc_auc"])
    text = f"The champion, {words.family(sources.champion)}, has a ROC-AUC of {words.decimal(auc.value)}"
    if auc.low is not None and auc.high is not None:
        text += f" ({words.decimal(auc.low, 2)} to {words.decimal(auc.high, 2)})"
    if not pairs:
        return text + "."
    models = {words.family(name) for name in words.MODELS}
    told = []
    for verdict, phrase in (
        ("better", "better than it"),
        ("worse", "worse than it"),
        ("no", "not to be told from it"),
    ):
        named = [one["word"] for one in pairs if one["word"] in models and one["verdict"].startswith(verdict)]
        if named:
            told.append(f"{' and '.join(named)} {'is' if len(named) == 1 else 'are'} {phrase}")
    return f"{text}. By log loss on the same customers, {'; '.join(told)}." if told else f"{text}."


def drawn(sources: Sources) -> dict[str, str]:
    """Draw the ROC-AUC of every family date by date; nothing where there is but one date."""
    if len(sources.dates) < 2:
        return {}
    index = pd.DatetimeIndex(sources.dates)
    lines = {}
    for name in findings.families(sources.metrics):
        if name != "base_rate":
            rows = [vars(findings.estimate(sources.figures(name, date)["roc_auc"])) for date in sources.dates]
            lines[name] = pd.DataFrame(rows, index).astype("float64")
    return {"families": plots.backtest(lines, "ROC-AUC")}
