"""``forewarn effect``: what acting brought, against customers that nobody acted on; or why that cannot be said.

What became of each customer goes into the log too (``evaluated``), so that an alert's life ends with it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from actions import effect as measured
from actions.effect import Asked, Effect, Interval, Refused
from actions.escalation import Deadlines
from actions.events import Event, evening, found, known_by
from actions.journal import FINISHED, Alert, book
from pipeline import followed, journal, learned, records, words
from pipeline.act import deadlines
from pipeline.errors import GateClosed, TooLittleData
from pipeline.frames import json_text
from pipeline.params import Params
from pipeline.paths import Paths

WAYS = {
    measured.LOT: "chance left some alone: those meant to be acted on against those left alone",
    measured.LIKENESS: "nobody was left alone by lot: those acted on against others, weighted to be alike",
}
LIKE = (
    "This rests on the belief that the probabilities, the alert's level and what the customer bought tell all that "
    "both the choice of whom to call and the outcome went by; leave a share alone by lot (plans.holdout) to need "
    "it no more."
)


def run(params: Params, paths: Paths, as_of: date | None, *, as_json: bool = False) -> str:
    """Give what acting brought up to ``as_of`` (the last day of the orders without it), as it is printed.

    Raises TooLittleData or GateClosed where no effect can be claimed: too few, nobody to compare with, or alike.
    """
    day = as_of or records.last_day(paths)
    units = followed.units(params, paths, day)
    journal.change(
        paths, lambda past: evaluations(past, units, followed.window(params.dataset.label).until, day)
    )
    asked = Asked(params.loop.least, params.loop.resamples, params.seed)
    try:
        effect = measured.effect(units, followed.COVARIATES, asked)
    except Refused as refused:
        sentence = f"What acting brought cannot be said: {refused}."
        raise (TooLittleData(sentence) if refused.few else GateClosed(sentence)) from None
    plays = _plays(params, units)
    told = {
        "dataset": paths.dataset,
        "as_of": day,
        "currency": params.dataset.currency,
        "in_time": in_time(journal.events(paths), deadlines(params), day),
        "way": effect.way,
        "claimed": effect.claimed,
        **{name: _told(getattr(effect, name)) for name in effect.__dataclass_fields__ if name != "way"},
        "plays": plays,
    }
    return json_text(told) if as_json else _text(told, effect, len(units))


def evaluations(log: Sequence[Event], units: pd.DataFrame, days: int, as_of: date) -> list[Event]:
    """Give what became of the customers of finished actions, where the log does not say it yet."""
    stands = book(known_by(log, evening(as_of)))
    of = {str(row["unit_id"]): row for row in units.to_dict("records")}
    made = []
    for action in stands.actions.values():
        unit = of.get(action.alert_id or action.action_id)
        if action.status != FINISHED or unit is None:
            continue
        made.append(
            found(
                "evaluated",
                (unit["as_of"] + timedelta(days=days)).date(),
                (action.action_id,),
                customer_id=action.customer_id,
                alert_id=action.alert_id,
                action_id=action.action_id,
                told={"kept": bool(unit["kept"]), "revenue": round(float(unit["revenue"]), 2)},
            )
        )
    return [event for event in made if event.at <= evening(as_of)]


def in_time(log: Sequence[Event], limits: Deadlines, as_of: date) -> dict[str, int]:
    """Count the alerts known on ``as_of``, and those acknowledged and acted on within what their level allows.

    An alert whose time was not over by then counts where it was acted on, and else not at all.
    """
    stands = book(known_by(log, evening(as_of)))
    found = []
    for alert in stands.alerts.values():
        if any(one.held_out for one in stands.actions_of(alert)):
            continue
        level = str(alert.events[0].told["level"])
        by = alert.opened_at + timedelta(hours=limits.acknowledge_hours[level])
        start_by = by + timedelta(hours=limits.start_hours[level])
        seen, begun = _first(alert, "acknowledged", "assigned", "started"), _first(alert, "started")
        if start_by <= evening(as_of) or begun is not None:
            found.append((seen is not None and seen <= by, begun is not None and begun <= start_by))
    return {
        "alerts": len(found),
        "acknowledged": sum(seen for seen, _ in found),
        "acted_on": sum(begun for _, begun in found),
    }


def _first(alert: Alert, *kinds: str) -> datetime | None:
    return min((event.at for event in alert.events if event.kind in kinds), default=None)


def _plays(params: Params, units: pd.DataFrame) -> list[dict[str, Any]]:
    """Give what each play was found to do, the best of each cause first; none where that cannot be said."""
    try:
        frame = learned.of_units(params, units).frame
    except Refused:
        return []
    frame = frame.sort_values(["cause", "mean", "play"], ascending=[True, False, True])
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _told(value: Any) -> Any:
    return dict(zip(Interval._fields, value, strict=True)) if isinstance(value, Interval) else value


def _text(told: Mapping[str, Any], effect: Effect, units: int) -> str:
    from pipeline.terminal import captured, plain_table

    money, time = str(told["currency"]), told["in_time"]
    table = plain_table()
    for name in ("", "", "95% interval"):
        table.add_column(name, justify="right" if name else "left")
    points = [words.points(part) for part in effect.kept]
    table.add_row("share kept, in points", points[0], f"{points[1]} to {points[2]}")
    table.add_row("customers recovered", *_cells(effect.recovered, lambda value: f"{value:,.1f}"))
    for name in ("revenue", "margin"):
        table.add_row(
            f"{name} added", *_cells(getattr(effect, name), lambda value: words.money(value, money))
        )
    if effect.roi:
        table.add_row("return on the cost", *_cells(effect.roi, lambda value: f"{value:,.2f}"))
    known = words.count(units, "alert or plan", "alerts and plans")
    shares = f"{words.share(effect.kept_treated)} kept against {words.share(effect.kept_others)}"
    naive = f"{words.points(effect.naive)} points"
    lines = [
        f"What acting brought: {known} up to {told['as_of']} whose outcome is known",
        f"Alerts: {time['alerts']}, in time acknowledged {time['acknowledged']}, acted on {time['acted_on']}",
        f"Compared: {WAYS[effect.way]}",
        f"{effect.treated} against {effect.others}: {shares}; cost {words.money(effect.cost, money)}",
        "",
        captured(table).rstrip(),
        "",
        "Acting kept customers: the interval lies above nothing."
        if effect.claimed
        else "The interval holds nothing: that acting kept customers cannot be claimed.",
        f"Whoever was called against whoever was not: {naive}. No effect: people choose whom they call.",
    ]
    if effect.way == measured.LIKENESS:
        lines.append(LIKE)
    if effect.outside:
        some = words.count(effect.outside, "customer")
        lines.append(f"Nobody is like {some} acted on: of these the regression alone speaks.")
    if told["plays"]:
        plays = plain_table()
        for name in ("cause", "play", "keeps of the leavers", "95% interval", "tried on"):
            plays.add_column(name, justify="left" if name in ("cause", "play") else "right")
        for row in told["plays"]:
            between = f"{words.share(row['low'], 0)} to {words.share(row['high'], 0)}"
            tried = f"{row['n']:.0f}"
            named = words.line(str(row["play"])).replace("_", " ")
            plays.add_row(words.cause(row["cause"]), named, words.share(row["mean"], 0), between, tried)
        lines += ["", "What each play was found to do", "", captured(plays).rstrip()]
    return "\n".join([*lines, ""])


def _cells(one: Interval, shown: Any) -> tuple[str, str]:
    return shown(one.value), f"{shown(one.low)} to {shown(one.high)}"
