# ruff: noqa: RUF001  (true minus signs)
"""The page ``report/quality.html``: what each feature is worth, as rows for its template; and the same in short.

Everything said stands in ``report/quality.json`` and ``report/quality.parquet``; here it becomes words and strips.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline import words
from pipeline.pages import environment, policy, script

MEANINGS = {
    "leak": "Alone, they tell leavers from stayers better than behaviour can. Look whether they know what was not "
    "yet known on the as-of date, before anything else on this page.",
    "unknown": "Missing for every customer on every date: the records never held what they need.",
    "constant": "One value for every customer on every date.",
    "against": "They were declared to raise the risk and go with staying, or the other way round. That may be a "
    "mistake in the declaration, or a confounder: big customers complain more, and stay.",
    "nothing": "0.5 lies in the interval of every view, and a model that has all others does as well without them. "
    "They cost time and mislead readers; another company's records may say otherwise.",
    "double": "A stronger feature says the same (rank correlation beyond 0.98 on the same customers). One of the "
    "two is enough; in a linear model they share one weight.",
    "date": "One value for all customers of a date. They rank nobody, and only tell a model the month.",
}
"""The names that a reader should know of, and what they mean; the gravest first."""
SPLITS = {"train": "training", "calibration": "calibration", "test": "test"}
WIDTH = 120
HEIGHT = 22
PSI_FULL = 0.5
STEADY, MOVED = 0.10, 0.25


def sentence(content: Mapping[str, Any]) -> str:
    """Say in one line what was found."""
    told = [words.count(len(content["features"]), "feature")]
    told += [f"{len(content['named'][name])} {LINES[name]}" for name in LINES if content["named"][name]]
    return ", ".join(told)


LINES = {
    "leak": "may know the answer",
    "unknown": "never known",
    "constant": "constant",
    "against": "against their declaration",
    "nothing": "carry nothing",
    "double": "say what another says",
    "moved": "moved since training",
}


def summary(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the main page says of the features: how many, and those that a reader should know of."""
    labels = {one["name"]: one for one in content["features"]}
    return {
        "features": len(labels),
        "sentence": sentence(content),
        "named": [
            {
                "line": LINES[name],
                "features": [labels[one] for one in content["named"][name][:LISTED]],
                "more": max(len(content["named"][name]) - LISTED, 0),
            }
            for name in ("leak", "against", "nothing", "unknown", "constant")
            if content["named"][name]
        ],
    }


LISTED = 5


def page(content: Mapping[str, Any], by_date: pd.DataFrame) -> str:
    """Give the page as HTML; equal contents give equal text."""
    made = environment()
    told = dict(list(by_date.groupby("feature", sort=False)))
    rows = [_row(one, told[one["name"]], content) for one in content["features"]]
    text = made.get_template("quality.html.j2").render(
        dataset=content["dataset"],
        folder=f"data/{content['dataset']}",
        lead=_lead(content),
        keys=_keys(content),
        named=[_named(name, content, rows) for name in MEANINGS if content["named"][name]],
        clean=not any(content["named"][name] for name in MEANINGS),
        together=_together(content),
        groups=[[row for row in rows if row["name"] in group] for group in content["groups"]],
        sources=[
            {"source": source, "rows": [row for row in rows if row["source"] == source]}
            for source in dict.fromkeys(row["source"] for row in rows)
        ],
        filters=[
            (name, LINES[name], len(content["named"][name])) for name in LINES if content["named"][name]
        ],
        dates=content["dates"],
        first=content["dates"][0]["as_of"],
        last=content["dates"][-1]["as_of"],
        splits=SPLITS,
        apart=any(one["auc"]["gone"]["value"] is not None for one in _plain(content)),
        width=WIDTH,
        height=HEIGHT,
        policy=policy(script(made, "quality.js")),
    )
    return text.lstrip("\n")


def _plain(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The features with None for what is not known."""
    return [
        {
            **one,
            "auc": {view: _known(interval) for view, interval in one["auc"].items()},
        }
        for one in content["features"]
    ]


def _known(interval: Mapping[str, float | None]) -> dict[str, float | None]:
    return {key: value if words.known(value) else None for key, value in interval.items()}


def _lead(content: Mapping[str, Any]) -> str:
    trained, named = content["training"], content["named"]
    first, last = content["dates"][0]["as_of"], content["dates"][-1]["as_of"]
    told = (
        f"{words.count(len(content['features']), 'feature')} on {words.count(len(content['dates']), 'as-of date')} "
        f"from {first} to {last}, {words.count(content['customers'], 'customer')}. "
        "What each says of leaving was asked of the training dates alone: "
        f"{trained['rows']:,} rows, {trained['leavers']:,} of which left. "
    )
    dead = len(set(named["nothing"]) | set(named["unknown"]) | set(named["constant"]))
    return told + (
        f"{len(named['strong'])} are strong alone, {len(named['weak'])} weak, and {dead or 'none'} carry nothing."
    )


def _keys(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = content["named"]
    told = {
        "strong": ("Strong alone", "ROC-AUC at least 0.60, or at most 0.40"),
        "weak": ("Weak alone", "the interval leaves out 0.5"),
        "other": ("From another view", "unknown, going or gone tells"),
        "alone": ("Only together", "nothing alone, but the others are better with it"),
        "nothing": ("Carry nothing", "neither alone nor together"),
        "moved": ("Moved", "PSI beyond 0.25 after training"),
    }
    if named["leak"]:
        told = {"leak": ("May know the answer", "ROC-AUC at least 0.90 alone"), **told}
    return [{"word": word, "value": len(named[name]), "more": more} for name, (word, more) in told.items()]


def _named(name: str, content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    mine = set(content["named"][name])
    return {
        "name": name,
        "line": content["meanings"][name],
        "meaning": MEANINGS[name],
        "rows": [row for row in rows if row["name"] in mine],
    }


def _together(content: Mapping[str, Any]) -> str:
    """Say whether those that are silent one by one are of use together."""
    told = content["together"]
    if not told or not content["named"]["nothing"]:
        return ""
    cost = f"{told['value']:+.4f} nats a row, {told['low']:+.4f} to {told['high']:+.4f}".replace("-", "−")
    if told["low"] > 0:
        return (
            "All features that are silent alone, shuffled at once, cost the model log loss "
            f"({cost}): do not drop them all together without trying."
        )
    return f"All features that are silent alone, shuffled at once, cost the model no log loss that shows ({cost})."


def _row(one: Mapping[str, Any], dates: pd.DataFrame, content: Mapping[str, Any]) -> dict[str, Any]:
    last = dates.iloc[-1]
    unit, currency = one["unit"], content["currency"]
    left = _known(one["auc"]["left"])
    psi = dates[["psi_earlier", "psi_year"]].min(axis=1).to_numpy(float)
    ks = dates[["ks_earlier", "ks_year"]].min(axis=1).to_numpy(float)
    return {
        **one,
        "verdict_word": content["meanings"][one["verdict"]],
        "cause_word": words.cause(one["cause"]),
        "left": left,
        "power": abs((left["value"] if left["value"] is not None else 0.5) - 0.5),
        "bar": _bar(left),
        "views": {
            view: _known(one["auc"][view])
            for view in ("missing", "going", "gone")
            if words.known(one["auc"][view]["value"])
        },
        "missing_strip": _strip(dates["missing"].to_numpy(float)),
        "middle": words.quantity(last["middle"], unit, currency),
        "quarters": [_value(last[name], unit) for name in ("quarter", "three_quarters")],
        "ends": [_value(last[name], unit) for name in ("lowest", "highest")],
        "any": bool(words.known(last["middle"])),
        "common": "missing" if not words.known(one["commonest"]) else _value(one["commonest"], unit),
        "steady_strip": _strip(np.where(psi <= MOVED, psi, 0) / PSI_FULL),
        "moved_strip": _strip(np.where(psi > MOVED, psi, 0) / PSI_FULL),
        "psi": None if np.isnan(psi[-1]) else float(psi[-1]),
        "ks": None if np.isnan(ks[-1]) else float(ks[-1]),
        "later": _later(content["dates"]),
    }


def _value(value: float, unit: str) -> str:
    return (
        words.share(value, 0).replace("-", "−")
        if unit == "share"
        else words.figure(value)
        if words.known(value)
        else ""
    )


def _bar(left: Mapping[str, float | None]) -> dict[str, float] | None:
    """Place an interval on a scale from 0 to 1 that is 100 wide."""
    if left["value"] is None:
        return None
    low, high = left["low"], left["high"]
    return {
        "x": round(100 * left["value"], 1),
        "from": round(100 * (left["value"] if low is None else low), 1),
        "wide": round(100 * ((high or 0) - (low or 0)), 1),
    }


def _later(dates: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Give where and how wide the dates after training stand in a strip."""
    each = WIDTH / len(dates)
    return [(round(i * each, 2), round(each, 2)) for i, one in enumerate(dates) if one["split"] != "train"]


def _strip(shares: np.ndarray) -> str:
    """Draw one bar a date, 0 to 1 high, as the path of an SVG; nothing where a share is 0 or not known."""
    each = WIDTH / len(shares)
    bars = []
    for i, share in enumerate(np.clip(np.nan_to_num(shares), 0, 1)):
        if share > 0:
            tall = max(share * HEIGHT, 0.8)
            bars.append(f"M{i * each:.4g} {HEIGHT}v-{tall:.3g}h{each * 0.82:.3g}v{tall:.3g}z")
    return "".join(bars)
