"""The page: what each part of it shows, as plain rows, and the template that sets them.

Nothing is computed here that ``metrics.json`` or ``findings`` could say; values become words at the last moment.
Everything that comes from records (names, ids, labels) reaches the template as text and is escaped there.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from pipeline import findings, words
from pipeline.glossary import GLOSSARY, MEANINGS
from pipeline.params import Params

FIGURES = {
    "reliability": "What the models said against what happened",
    "precision_recall": "Precision at each recall",
    "tiers": "Observed share of leavers in each tier",
    "causes": "Mean pull of each cause",
}
PULLS = 3
"""Causes shown a customer; the rest is one figure, so that the row still adds up."""


@dataclass(frozen=True)
class Sources:
    """What the page is made from; ``figures`` are SVG texts by name, ``names`` customer names by id."""

    dataset: str
    metrics: Mapping[str, Any]
    predictions: pd.DataFrame
    causes: pd.DataFrame
    features: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    ingest: Mapping[str, Any]
    figures: Mapping[str, str]


def render(params: Params, sources: Sources) -> str:
    """Give the page as HTML; equal sources give equal text."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline"),
        autoescape=True,
        trim_blocks=False,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        share=words.share,
        points=words.points,
        whole=lambda value: f"{value:,.0f}",
        decimal=lambda value, digits: f"{value:.{digits}f}",
        est_share=lambda figure: words.share(figure.value),
    )
    script, _, _ = environment.loader.get_source(environment, "page.js")  # type: ignore[union-attr]
    view = contents(params, sources)
    page = environment.get_template("page.html.j2").render(
        **view, policy=policy(script), figure=lambda name: _figure(name, sources.figures)
    )
    return page.lstrip("\n")


def policy(script: str) -> str:
    """Give the content security policy: nothing is loaded, and no script runs but the page's own."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def contents(params: Params, sources: Sources) -> dict[str, Any]:
    """Give what the template shows, in its order."""
    metrics, champion = sources.metrics, sources.metrics["champion"]
    last = findings.dates(metrics)[-1]
    now = metrics["families"][champion]["test"][last]
    rows = findings.of(sources.predictions, champion)
    rule = findings.of(sources.predictions, findings.RULE)
    budgets = params.evaluate.budgets
    found = findings.caught(rows, budgets)
    apart = findings.apart(rows)
    customers = _customers(params, sources, rows, last)
    return {
        "dataset": sources.dataset,
        "folder": f"data/{sources.dataset}",
        "champion": words.family(champion),
        "rule": words.family(findings.RULE),
        "last": last,
        "lead": _lead(params, sources.dataset, last, now, rows, budgets),
        "alarms": _alarms(metrics),
        "keys": _keys(params, champion, last, now),
        "tiers": [row for date in findings.dates(metrics) for row in _tiers(metrics, date)],
        "empty_high": _empty_high(metrics),
        "found": list(zip(found, findings.caught(rule, budgets), strict=True)),
        "found_apart": any(row.going is not None for row in found),
        "apart": apart,
        "lists": _lists(rows, rule, budgets) if apart else [],
        "no_apart": _no_apart(params),
        "causes": [
            row | {"word": words.cause(row["cause"]), "about": MEANINGS.get(row["cause"], "")}
            for row in findings.weight_of_causes(sources.causes)
        ],
        "causes_rows": len(sources.causes),
        "none_leads": int((sources.causes["top_cause"] == "none").sum()),
        "customers": customers,
        "asked": int((rows["as_of"] == pd.Timestamp(last)).sum()),
        "with_gone": bool(apart),
        "families": [_family(metrics, name, last) for name in findings.families(metrics)],
        "by_date": [_family(metrics, champion, date) for date in findings.dates(metrics)],
        "glossary": GLOSSARY,
        "records": [_records(name, table) for name, table in sources.ingest.get("tables", {}).items()],
        "absent": _absent(sources.ingest),
    }


def _lead(
    params: Params, dataset: str, last: str, now: Mapping[str, Any], rows: pd.DataFrame, budgets: Any
) -> str:
    horizon = params.dataset.label.horizon_days
    observed, said = (findings.estimate(now[name]).value for name in ("observed", "mean_p"))
    told = (
        f"On {last}, {words.count(now['customers'], 'customer')} could be asked about. "
        f"{words.share(observed)} of them left within {words.count(horizon, 'day')}; "
        f"the model said {words.share(said)} on average."
    )
    tenth = findings.caught(rows[rows["as_of"] == pd.Timestamp(last)], (0.10,))[-1]
    if tenth.precision is not None and tenth.recall is not None:
        told += (
            f" Of the tenth that it ranked highest, {words.share(tenth.precision, 0)} left: "
            f"{words.share(tenth.recall, 0)} of all leavers."
        )
    return told


def _keys(params: Params, champion: str, last: str, now: Mapping[str, Any]) -> list[dict[str, str]]:
    auc = findings.estimate(now["roc_auc"])
    observed = findings.estimate(now["observed"])
    label = params.dataset.label
    return [
        {"word": "Last test date", "value": last, "more": f"{words.count(label.horizon_days, 'day')} ahead"},
        {"word": "Champion", "value": words.family(champion), "more": "chosen on earlier dates"},
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
    return f"95% interval {tell(figure.low)} to {tell(figure.high)}"


def _tiers(metrics: Mapping[str, Any], date: str) -> list[dict[str, Any]]:
    now = metrics["families"][metrics["champion"]]["test"][date]
    told = []
    for name in ("high", "medium", "low"):
        tier = now["tiers"][name]
        observed = findings.estimate(tier["observed"]).value
        verdict = (
            words.VERDICTS.get(tier["verdict"], tier["verdict"]) if tier["verdict"] else "claims nothing"
        )
        told.append(
            {
                "as_of": date,
                "tier": name,
                "customers": tier["customers"],
                "share": tier["customers"] / now["customers"] if now["customers"] else None,
                "observed": observed,
                "bound": tier["bound"],
                "side": "at least" if name == "high" else "at most",
                "verdict": verdict if tier["customers"] else "empty",
            }
        )
    return told


def _alarms(metrics: Mapping[str, Any]) -> list[str]:
    claims = {"high": "above 80%", "low": "below 30%"}
    told = []
    for date in findings.dates(metrics):
        tiers = metrics["families"][metrics["champion"]]["test"][date]["tiers"]
        for name, claim in claims.items():
            if tiers[name]["verdict"] == "refuted":
                observed = findings.estimate(tiers[name]["observed"]).value
                told.append(
                    f"On {date} the {name} tier did not keep its word: {words.share(observed)} of its "
                    f"{words.count(tiers[name]['customers'], 'customer')} left, where {claim} was promised."
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


def _lists(rows: pd.DataFrame, rule: pd.DataFrame, budgets: tuple[float, ...]) -> list[dict[str, Any]]:
    rows = rows.assign(p_going=rows["p_churn"] - rows["p_gone"])
    going, gone = (findings.caught(rows, budgets, by)[2:] for by in ("p_going", "p_gone"))
    plain = findings.caught(rule, budgets)[2:]
    return [
        {"group": a.group, "going": a.going, "gone": b.gone, "rule_going": c.going, "rule_gone": c.gone}
        for a, b, c in zip(going, gone, plain, strict=True)
    ]


def _family(metrics: Mapping[str, Any], name: str, date: str) -> dict[str, Any]:
    now = metrics["families"][name]["test"][date]
    told = {
        key: findings.estimate(now.get(key))
        for key in ("pr_auc", "roc_auc", "lift_10", "brier", "log_loss", "mean_p", "observed")
    }
    said, observed = told["mean_p"].value, told["observed"].value
    return told | {
        "as_of": date,
        "word": words.family(name),
        "chosen": name == metrics["champion"],
        "plain": name in (findings.RULE, "base_rate"),
        "customers": now["customers"],
        "drift": (said or 0.0) - (observed or 0.0),
    }


def _customers(params: Params, sources: Sources, rows: pd.DataFrame, last: str) -> list[dict[str, Any]]:
    day = pd.Timestamp(last)
    seen = rows[rows["as_of"] == day].set_index("customer_id")
    ranked = sources.causes[sources.causes["as_of"] == day].sort_values(
        ["p_churn", "customer_id"], ascending=[False, True]
    )
    ranked = ranked.head(params.report.customers)
    told = [pulls(row, sources.features, params.dataset.currency) for row in ranked.to_dict("records")]
    reach = [pull["value"] for row in told for pull in row["pulls"]]
    lowest, highest = min([0.0, *reach]), max([0.0, *reach])
    span = max(highest - lowest, 1e-9)
    for row in told:
        row["axis"] = f"{-100 * lowest / span:.2f}"
        for pull in row["pulls"]:
            pull["x"] = f"{100 * (min(pull['value'], 0.0) - lowest) / span:.2f}"
            pull["width"] = f"{100 * abs(pull['value']) / span:.2f}"
        name = words.line(sources.names.get(row["customer_id"]))
        row["since"] = _since(seen.loc[row["customer_id"]]) if row["customer_id"] in seen.index else ""
        row["name"], row["customer_id"] = name, words.line(row["customer_id"])
    return told


def _since(row: pd.Series) -> str:
    if row["label"] != 1:
        return "stayed"
    going = row.get("going")
    return "left" if going is None or pd.isna(going) else "left (going)" if going else "left (gone)"


def pulls(row: Mapping[Any, Any], features: Mapping[str, Mapping[str, Any]], currency: str) -> dict[str, Any]:
    """Give one customer's row: its strongest causes, each with its strongest reason in words.

    What is shown (base, the causes, all else) adds up to the probability as shown.
    """
    by_cause = {
        name.removeprefix("contribution_"): float(value)
        for name, value in row.items()
        if name.startswith("contribution_") and value is not None
    }
    shown = sorted(by_cause, key=lambda cause: (-abs(by_cause[cause]), cause))[:PULLS]
    shown = [cause for cause in shown if abs(by_cause[cause]) >= 0.0005]
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


def _strongest(
    row: Mapping[Any, Any], cause: str, pull: float, features: Mapping[str, Mapping[str, Any]], currency: str
) -> str:
    """Give the strongest reason of ``cause`` that pulls the same way as the cause does, in words."""
    for reason in row["reasons"]:
        feature = features.get(reason["feature"], {})
        if feature.get("cause") == cause and reason["contribution"] * pull > 0:
            return words.line(
                words.reason(
                    reason["en"], reason["value"], reason["typical"], feature.get("unit", ""), currency
                )
            )
    return ""


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


def _figure(name: str, figures: Mapping[str, str]) -> Markup:
    """Set one SVG into the page: prolog and metadata off, ids made its own, and a title for those who hear it."""
    svg = figures.get(name)
    if not svg:
        return Markup("")
    title = FIGURES[name]
    inner = svg[svg.index("<svg") :]
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    inner = re.sub(r'\bid="', f'id="{name}-', inner)
    inner = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", inner)
    inner = inner.replace("<svg", '<svg role="img" aria-label="' + title + '"', 1)
    return Markup("<figure>{svg}<figcaption>{title}</figcaption></figure>").format(
        svg=Markup(inner.strip()),  # drawn by models.plots from numbers; no text from records is in it
        title=title,
    )
