"""Where the champion fails: what it said against what happened, by segment, region, industry and tenure."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline import findings, words
from pipeline.sections.intervals import Scale, drawing, scale
from pipeline.sections.sources import Sources


def view(sources: Sources) -> dict[str, Any] | None:
    """Give the segments to look at, then all of them by kind."""
    told = sources.metrics.get("segments")
    if not told or not told["looked_at"]:
        return None
    champion = sources.champion
    figures = [one[champion] for parts in told["by"].values() for one in parts.values()]
    shown = scale(
        [findings.estimate(one["observed"]) for one in figures],
        [value for one in figures if (value := findings.estimate(one["mean_p"]).value) is not None],
    )
    why = {(one["by"], one["segment"]): one["why"] for one in told["named"]}
    return {
        "sentence": _sentence(told),
        "named": sorted(
            (
                row
                for kind, parts in told["by"].items()
                for row in _rows(kind, parts, champion, why, shown)
                if row["why"]
            ),
            key=lambda row: (-row["customers"], row["by"], row["segment"]),
        ),
        "kinds": [
            {"by": kind, "rows": list(_rows(kind, parts, champion, why, shown))}
            for kind, parts in told["by"].items()
        ],
    }


def _rows(
    kind: str,
    parts: Mapping[str, Any],
    champion: str,
    why: Mapping[tuple[str, str], list[str]],
    shown: Scale,
) -> Iterator[dict[str, Any]]:
    for name, families in parts.items():
        mine = families[champion]
        left, said = findings.estimate(mine["observed"]), findings.estimate(mine["mean_p"])
        reasons = why.get((kind, name), [])
        yield {
            "by": kind,
            "segment": words.line(name),
            "customers": mine["customers"],
            "left": left,
            "said": said,
            "drift": findings.estimate(mine["drift"]),
            "roc_auc": findings.estimate(mine["roc_auc"]),
            "less": findings.estimate(mine["against_base_rate"]["brier"]),
            "drawing": drawing(left, shown, said.value),
            "why": "; ".join(_why(reason, findings.estimate(mine["drift"])) for reason in reasons),
        }


def _why(reason: str, drift: findings.Estimate) -> str:
    if reason == "drift":
        return f"said {'more' if (drift.value or 0.0) > 0 else 'less'} than happened"
    return {"base_rate": "loses to the base rate"}.get(reason, reason)


def _sentence(told: Mapping[str, Any]) -> str:
    named, looked = len(told["named"]), told["looked_at"]
    if not named:
        return f"None of {words.count(looked, 'segment')} looked at stands out."
    return (
        f"{named} of {words.count(looked, 'segment')} looked at {'stands' if named == 1 else 'stand'} out; "
        "chance alone names one in twenty."
    )
