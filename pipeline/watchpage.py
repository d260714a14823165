"""The page ``report/watch.html``: the verdict of ``watch`` and what it looked at, as rows for its template.

Everything said stands in ``report/watch.json``; here it becomes words, tables and strips. Names that come from
records (segments, products) are escaped by the template.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.notices import LOOK, NOTHING, RETRAIN
from pipeline import words
from pipeline.pages import environment, policy

HEADS = {
    RETRAIN: "Train it again",
    LOOK: "Look before the next list goes out",
    NOTHING: "Nothing to do",
}
LEADS = {
    RETRAIN: "The model no longer keeps what it promised, and labels that have become known since can teach it.",
    LOOK: "The model may be right, but something that it stands on is not as usual.",
    NOTHING: "Records come as usual, inputs stand where they stood a year ago, and what could be checked holds.",
}
CHECKS = {
    "performance": ("Past lists, held against what happened", "List"),
    "labels": ("Labels since the training, and silences", "What"),
    "predictions": ("What the model says", "What"),
    "inputs": ("What the model reads", "Features of"),
    "sources": ("Whether records come, and how many", "Source"),
    "units": ("Whether numbers are still in their unit", "Column"),
    "values": ("Values that training never saw", "Column"),
    "customers": ("New customers", "What"),
}
"""The checks in the order of the page: a heading, and what their rows are."""
WIDTH, HEIGHT = 240, 26
FEATURES = 20


def page(content: Mapping[str, Any]) -> str:
    """Give the page as HTML; equal contents give equal text."""
    text = (
        environment()
        .get_template("watch.html.j2")
        .render(
            dataset=content["dataset"],
            folder=f"data/{content['dataset']}",
            verdict=content["verdict"],
            head=HEADS[content["verdict"]],
            lead=LEADS[content["verdict"]],
            keys=_keys(content),
            named=[one for one in content["notices"] if one["verdict"] != NOTHING],
            checks=[
                {
                    "name": name,
                    "head": head,
                    "about": about,
                    "rows": [_row(one) for one in content["notices"] if one["check"] == name],
                }
                for name, (head, about) in CHECKS.items()
            ],
            lists=[{**one, "by": _by(one, content["model"]["hash"])} for one in content["lists"]],
            features=_features(content["features"]),
            against=content["against"],
            width=WIDTH,
            height=HEIGHT,
            policy=policy(""),
        )
    )
    return text.lstrip("\n")


def _by(past: Mapping[str, Any], serves: str) -> str:
    """Say which model made a list."""
    if past["model"] == serves:
        return "the model that serves"
    return f"model {past['model'][:12]}" if past["version"] is None else f"version {past['version']}"


def _keys(content: Mapping[str, Any]) -> list[dict[str, str]]:
    trained = content["trained"]
    age = (date.fromisoformat(content["as_of"]) - date.fromisoformat(trained["until"])).days
    new = _figures(content, "labels", "new")
    said = _figures(content, "predictions", "p_churn")
    keys = [
        {
            "word": "Watched on",
            "value": content["as_of"],
            "more": f"model: {words.family(content['model']['family'])}",
        },
        {"word": "Trained on records until", "value": trained["until"], "more": f"{age:,} days before"},
    ]
    if new is not None:
        more = f"the model learned from {trained['leavers']:,}"
        keys.append({"word": "Leavers known since", "value": f"{new['leavers']:,}", "more": more})
    if said is not None:
        more = f"{words.share(said['mean_p_then'])} on {content['against']}, by the same model"
        keys.append({"word": "Mean probability", "value": words.share(said["mean_p"]), "more": more})
    return keys


def _figures(content: Mapping[str, Any], check: str, about: str) -> Mapping[str, Any] | None:
    found = (one["figures"] for one in content["notices"] if (one["check"], one["about"]) == (check, about))
    return next(found, None)


def _row(notice: Mapping[str, Any]) -> dict[str, Any]:
    counts = notice["figures"].get("weekly") if notice["check"] == "sources" else None
    return {**notice, "strip": strip(counts) if counts else None}


def strip(counts: Sequence[int]) -> str:
    """Give a bar a week as the path of an SVG, the fullest week as high as the strip."""
    most, step = max([*counts, 1]), WIDTH / len(counts)
    bars = []
    for place, count in enumerate(counts):
        tall = HEIGHT * count / most
        if count:
            bars.append(f"M{place * step:.1f} {HEIGHT}v-{tall:.1f}h{step * 0.8:.1f}v{tall:.1f}z")
    return "".join(bars)


def _features(features: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give the features that moved furthest, those that count as moved before the others."""
    return sorted(features, key=lambda one: (not one["moved"], -one["psi"], one["feature"]))[:FEATURES]
