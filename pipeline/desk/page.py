# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""The page ``report/desk.html``: the list of a day, the picture, and a page a customer, in one file.

Everything that comes from records reaches the template as text and is escaped there. The page loads nothing, and no
script runs but its own; without scripts it still opens customers (``:target``) and changes its language.
"""

from collections.abc import Mapping
from typing import Any

from pipeline import words
from pipeline.desk import cells, contacts, frames, quadrant, texts
from pipeline.desk.customer import Told
from pipeline.desk.sources import Sources
from pipeline.desk.texts import PAGE, filled
from pipeline.pages import environment, policy, script
from pipeline.params import Params

STATES = ("planned", "over", "alert", "held")


def render(params: Params, sources: Sources) -> str:
    """Give the page as HTML; equal sources give equal text."""
    made = environment()
    made.trim_blocks = made.lstrip_blocks = True
    told = Told(params, sources)
    rows = [told.row(customer, rank) for rank, customer in enumerate(sources.listed, start=1)]
    whole = len(rows) + sources.left_out
    page = made.get_template("desk.html.j2").render(
        say=PAGE,
        dataset=sources.dataset,
        as_of=sources.as_of.isoformat(),
        of=filled(PAGE["of"], dataset=sources.dataset, as_of=sources.as_of.isoformat()),
        churn=filled(PAGE["churn"], days=params.dataset.label.horizon_days),
        keys=_keys(told),
        absent=[(name, words.line(why)) for name, why in sources.absent.items()],
        shocks=[cells.said(row) for row in sources.frames["shocks"].to_dict("records")],
        cut=filled(PAGE["cut"], shown=len(rows), all=whole) if sources.left_out else None,
        rows=rows,
        pages=(told.page(customer, row) for customer, row in zip(sources.listed, rows, strict=True)),
        levels=[(name, texts.LEVELS[name]) for name in reversed(frames.LEVELS)],
        quadrants=list(texts.QUADRANTS.items()),
        states=[(name, PAGE[name]) for name in STATES if any(row["state"] == name for row in rows)],
        owners=sorted({row["owner"] for row in rows if row["owner"]}),
        picture=quadrant.picture(
            sources.frames["values"],
            sources.listed,
            dict(zip(sources.listed, map(_dot, rows), strict=True)),
        ),
        months=told.span.months(),
        days=told.span.days,
        heat_months=contacts.headings(told.span.until, told.heat_months),
        timeline_note=filled(PAGE["timeline_note"], months=params.desk.months, as_of=sources.as_of),
        glossary=[(word, filled(meaning, **_drops(params))) for word, meaning in texts.GLOSSARY],
        policy=policy(script(made, "desk.js")),
    )
    return page.lstrip("\n")


def _drops(params: Params) -> dict[str, str]:
    """Give the drop of health from which each level of alert is raised."""
    return {name: words.share(level.drop, 0) for name, level in params.alerts.levels.items()}


def _dot(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: row[name] for name in ("place", "name", "customer_id", "level", "state", "churn", "going")
    } | {"worth": row["value"]}


def _keys(told: Told) -> list[dict[str, Any]]:
    plans, alerts = told.sources.frames["plans"], told.sources.frames["alerts"]
    chosen = plans[plans["chosen"].eq(True)]
    levels = alerts["level"].value_counts()
    counts = [f"{levels[name]} {texts.LEVELS[name][0]}" for name in reversed(frames.LEVELS) if name in levels]
    zh = [f"{texts.LEVELS[name][1]} {levels[name]}" for name in reversed(frames.LEVELS) if name in levels]
    return [
        {
            "word": PAGE["open_alerts"],
            "value": f"{len(alerts):,}",
            "more": (", ".join(counts), "，".join(zh)),
        },
        {"word": PAGE["in_budget"], "value": f"{len(chosen):,}"},
        {"word": PAGE["work"], "value": words.figure(float(chosen["hours"].sum()))},
        {"word": PAGE["cost"], "value": told.money(chosen["cost"].sum()) or "0"},
        {"word": PAGE["profit"], "value": told.money(chosen["profit"].sum()) or "0"},
        {"word": PAGE["held_count"], "value": f"{int(plans['held_out'].eq(True).sum()):,}"},
    ]
