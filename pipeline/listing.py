# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""Customers as rows of a list: their probability, their causes as parts that add up, and reasons in words.

A customer comes in as a row of the score output; names and labels are made harmless lines on the way.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline import words

Declared = Mapping[str, Mapping[str, Any]]
"""What the catalogue says of each feature, by name."""
PULLS = 3
"""Causes shown a customer; the rest is one figure, so that the row still adds up."""
STRONGEST = 3
"""Reasons that make one sentence."""
LEAST = 0.0005
"""A cause that moves less than this is not shown by itself."""


def customers(
    causes: pd.DataFrame,
    predictions: pd.DataFrame,
    names: Mapping[str, str],
    features: Declared,
    currency: str,
    most: int,
) -> list[dict[str, Any]]:
    """Give the ``most`` customers with the highest probability, and what became of them (``predictions``)."""
    became = predictions.drop(columns=["p_churn", "p_gone", "tier"], errors="ignore")
    ranked = causes.sort_values(["p_churn", "customer_id"], ascending=[False, True]).head(most)
    ranked = ranked.merge(became, on=["customer_id", "as_of"], how="left")
    told = [pulls(row, features, currency) for row in ranked.to_dict("records")]
    reach = [pull["value"] for row in told for pull in row["pulls"]]
    lowest, highest = min([0.0, *reach]), max([0.0, *reach])
    span = max(highest - lowest, 1e-9)
    for row, after in zip(told, ranked.to_dict("records"), strict=True):
        row["axis"] = f"{-100 * lowest / span:.2f}"
        for pull in row["pulls"]:
            pull["x"] = f"{100 * (min(pull['value'], 0.0) - lowest) / span:.2f}"
            pull["width"] = f"{100 * abs(pull['value']) / span:.2f}"
        row["since"] = since(after)
        row["name"] = words.line(names.get(after["customer_id"]))
        row["customer_id"] = words.line(after["customer_id"])
    return told


def since(row: Mapping[Any, Any]) -> str:
    """Say what became of a customer after its as-of date."""
    if row["label"] != 1:
        return "stayed"
    going = row.get("going")
    return "left" if going is None or pd.isna(going) else "left, going" if going else "left, gone"


def pulls(row: Mapping[Any, Any], features: Declared, currency: str) -> dict[str, Any]:
    """Give one customer's row: its strongest causes, each with its strongest reason in words.

    What is shown (base, the causes, all else) adds up to the probability as shown.
    """
    by_cause = {
        name.removeprefix("contribution_"): float(value)
        for name, value in row.items()
        if name.startswith("contribution_") and value is not None
    }
    shown = sorted(by_cause, key=lambda cause: (-abs(by_cause[cause]), cause))[:PULLS]
    shown = [cause for cause in shown if abs(by_cause[cause]) >= LEAST]
    rest = sum(value for cause, value in by_cause.items() if cause not in shown)
    rounded = words.adding_up([row["base"], *(by_cause[cause] for cause in shown), rest])
    gone = row.get("p_gone")
    return {
        "customer_id": row["customer_id"],
        "tier": row["tier"],
        "p": words.share(row["p_churn"]),
        "p_sort": f"{row['p_churn']:.6f}",
        "gone": words.share(gone) if gone is not None else "",
        "gone_sort": f"{gone:.6f}" if gone is not None else "",
        "base": f"{rounded[0]:.1f}",
        "rest": words.signed(rounded[-1], 1) if rounded[-1] else "",
        "pulls": [
            {
                "cause": words.cause(cause),
                "value": by_cause[cause],
                "points": words.signed(points, 1),
                "side": "raises" if by_cause[cause] > 0 else "lowers",
                "words": _strongest(row, cause, by_cause[cause], features, currency),
            }
            for cause, points in zip(shown, rounded[1:-1], strict=True)
        ],
    }


def _strongest(row: Mapping[Any, Any], cause: str, pull: float, features: Declared, currency: str) -> str:
    """Give the strongest reason of ``cause`` that pulls the same way as the cause does, in words."""
    for reason in row["reasons"]:
        feature = features.get(reason["feature"], {})
        if feature.get("cause") == cause and reason["contribution"] * pull > 0:
            return in_words(reason, feature, currency)
    return ""


def raising(row: Mapping[Any, Any], features: Declared, currency: str, most: int = 2) -> list[str]:
    """Give the strongest reasons that raise this customer's probability, at most one a cause.

    What is the same for everybody on a date (the time of the year) comes last: it tells no customer from another.
    """
    told: dict[str, str] = {}
    for reason in sorted(row["reasons"], key=lambda one: _calendar(features.get(one["feature"], {}))):
        feature = features.get(reason["feature"], {})
        cause = str(feature.get("cause", ""))
        if reason["contribution"] > 0 and cause not in told and len(told) < most:
            told[cause] = in_words(reason, feature, currency)
    return list(told.values()) or [words.cause("none")]


def in_words(
    reason: Mapping[str, Any], feature: Mapping[str, Any], currency: str, *, chinese: bool = False
) -> str:
    """Give one reason of the score output as one line; ``feature`` is what the catalogue says of it."""
    if _calendar(feature):
        return "时节" if chinese else "The time of the year"
    return words.line(
        words.reason(*_parts(reason, feature, currency, chinese), **_beside(reason, feature, chinese))
    )


def sentence(
    row: Mapping[Any, Any], features: Declared, currency: str, *, chinese: bool = False, most: int = STRONGEST
) -> str:
    """Give the strongest reasons of a scored customer as one sentence, those for leaving before those against.

    Of a customer without a cause of its own it says so.
    """
    if row["top_cause"] == "none" or not len(row["reasons"]):
        return f"{words.OWN[chinese]}{'。' if chinese else '.'}"
    sides: dict[bool, list[str]] = {True: [], False: []}
    for reason in row["reasons"][:most]:
        sides[reason["contribution"] > 0].append(
            _clause(reason, features.get(reason["feature"], {}), currency, chinese)
        )
    heads = {True: ("Why", "原因"), False: ("what speaks against it", "反之")}
    told = [
        f"{heads[side][1]}：{'，'.join(clauses)}" if chinese else f"{heads[side][0]}: {', '.join(clauses)}"
        for side, clauses in sides.items()
        if clauses
    ]
    whole = "；".join(told) + "。" if chinese else "; ".join(told) + "."
    return words.line(whole[:1].upper() + whole[1:])


def _clause(reason: Mapping[str, Any], feature: Mapping[str, Any], currency: str, chinese: bool) -> str:
    if _calendar(feature):
        return "时节" if chinese else "the time of the year"
    return words.clause(*_parts(reason, feature, currency, chinese), **_beside(reason, feature, chinese))


def _parts(
    reason: Mapping[str, Any], feature: Mapping[str, Any], currency: str, chinese: bool
) -> tuple[str, float | None, float | None, str, str]:
    label, unit = reason["zh" if chinese else "en"], str(feature.get("unit", ""))
    return label, reason["value"], reason["typical"], unit, currency


def _beside(reason: Mapping[str, Any], feature: Mapping[str, Any], chinese: bool) -> dict[str, Any]:
    return {"own": reason.get("own"), "source": str(feature.get("source", "")), "chinese": chinese}


def change_in_words(
    change: Mapping[str, Any], feature: Mapping[str, Any], currency: str, *, chinese: bool = False
) -> str:
    """Give one changed value (feature, then, now) as one line."""
    if _calendar(feature):
        return "时节" if chinese else "The time of the year"
    label, unit = change["zh" if chinese else "en"], str(feature.get("unit", ""))
    return words.line(words.change(label, change["then"], change["now"], unit, currency, chinese=chinese))


def _calendar(feature: Mapping[str, Any]) -> bool:
    """Tell whether a feature only says what time of the year it is; its number means nothing to a reader."""
    return str(feature.get("measure", "")).startswith("YearWave(")
