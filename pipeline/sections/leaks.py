"""What the leak alarm asked, and what it found."""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline import words
from pipeline.sections.sources import Sources

ASKS = {
    "gap": "Was every label that was learnt known on the date that is asked about?",
    "recompute": "Do the records as they stood on a date give the features of the store?",
    "single": "Does one feature alone rank leavers nearly without error?",
    "missing": "Does being unknown tell leavers from stayers?",
    "fading": "Is a feature strong on earlier dates and lost on the test dates?",
    "jump": "Is a model better when it has learnt other customers of the test dates?",
    "shuffled": "Does a model that learnt shuffled labels know anything?",
}


def view(sources: Sources) -> dict[str, Any] | None:
    """Give each check with what it measured, and the findings with the reason why they were let pass."""
    if sources.leaks is None:
        return None
    findings = sources.leaks["findings"]
    return {
        "sentence": _sentence(sources.leaks),
        "checks": [_row(name, told, sources.leaks) for name, told in sources.leaks["checks"].items()],
        "findings": [
            {
                "check": one["check"],
                "words": words.line(one["words"]),
                "reason": words.line(one["acknowledged"]) or "not acknowledged",
            }
            for one in findings
        ],
    }


def _sentence(told: Mapping[str, Any]) -> str:
    checks, found = len(told["checks"]), len(told["findings"])
    asked = (
        f"{words.count(checks, 'check')} asked whether anything knows more than the records could have told"
    )
    if not found:
        return f"{asked}; none found anything."
    waved = sum(one["acknowledged"] is not None for one in told["findings"])
    return f"{asked}; {words.count(found, 'finding')}, {waved} of them let pass with a reason."


def _row(name: str, told: Mapping[str, Any], leaks: Mapping[str, Any]) -> dict[str, Any]:
    found = sum(one["check"] == name for one in leaks["findings"])
    if "left_out" in told:
        measured, limit = f"left out: {words.line(told['left_out'])}", ""
    else:
        say = MEASURED.get(name)
        measured, limit = say(told, leaks["limits"]) if say else ("", "")
    return {
        "check": name,
        "asks": ASKS.get(name, ""),
        "measured": measured,
        "limit": limit,
        "verdict": words.count(found, "finding")
        if found
        else "left out"
        if "left_out" in told
        else "nothing found",
        "found": bool(found),
    }


Said = tuple[str, str]


def _gap(told: Mapping[str, Any], limits: Mapping[str, Any]) -> Said:
    return f"{words.count(len(told), 'split')} of dates looked at", "no day too early"


def _recompute(told: Mapping[str, Any], limits: Mapping[str, Any]) -> Said:
    dates = ", ".join(told["dates"])
    return (
        f"{told['features']:,} features of {words.count(told['rows'], 'row')} computed again ({dates})",
        "none may differ",
    )


def _strongest(told: Mapping[str, Any], limits: Mapping[str, Any], limit: str) -> Said:
    views = {view: one for view, one in told.items() if not (limit == "single" and view.startswith("gone"))}
    if not views:
        return "", f"{limits[limit]:g}"
    view = max(views, key=lambda name: views[name]["roc_auc"])
    one = views[view]
    text = f"strongest: {words.line(one['feature'])}, ROC-AUC {words.decimal(one['roc_auc'], 2)} ({view})"
    return text, f"{limits[limit]:g}"


def _single(told: Mapping[str, Any], limits: Mapping[str, Any]) -> Said:
    return _strongest(told, limits, "single")


def _missing(told: Mapping[str, Any], limits: Mapping[str, Any]) -> Said:
    return _strongest(told, limits, "missing")


def _fading(told: Mapping[str, Any], limits: Mapping[str, Any]) -> Said:
    return (
        f"{words.count(told['looked_at'], 'feature')} strong enough to be looked at",
        f"{limits['fading']:g}",
    )


def _jump(told: Mapping[str, Any], limits: Mapping[str, Any]) -> Said:
    gap = told["difference"]
    text = f"ROC-AUC {words.decimal(told['random_split'])} against {words.decimal(told['time_split'])}"
    span = f"{words.decimal(gap['low'])} to {words.decimal(gap['high'])}"
    return f"{text}; difference {words.decimal(gap['value'])} ({span})", f"{limits['jump']:g}"


def _shuffled(told: Mapping[str, Any], limits: Mapping[str, Any]) -> Said:
    return (
        f"ROC-AUC {words.decimal(told['roc_auc'])}, standard error {words.decimal(told['standard_error'])}",
        f"{0.5 + limits['shuffled']:g}",
    )


MEASURED: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Said]] = {
    "gap": _gap,
    "recompute": _recompute,
    "single": _single,
    "missing": _missing,
    "fading": _fading,
    "jump": _jump,
    "shuffled": _shuffled,
}
