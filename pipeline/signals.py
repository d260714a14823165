"""``forewarn signals``: which rules hold for whom on a day, with their records, and what they were worth so far."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from actions.signals import day as daily
from actions.signals import history
from actions.signals import settings as thresholds
from features import cohort
from features.past import frames_on, newest
from features.sources import TABLES
from pipeline import label, records, signals_told, store
from pipeline.errors import BadConfig
from pipeline.frames import json_text, write_json
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted


def run(params: Params, paths: Paths, as_of: date | None, *, zh: bool, as_json: bool) -> None:
    """Print the signals of a day, of the last day of the orders without one."""
    tables = _records(params, paths)
    as_of = as_of or records.span(tables["trade"])[1]
    there = frames_on(tables, as_of)
    rows = daily.signals(there, pd.Timestamp(as_of), wanted(params))
    if as_json:
        print(json_text(rows.to_dict("records")), end="")
    else:
        signals_told.tell(rows, daily.absent(there), params.report.listed, zh=zh)


def look_back(params: Params, paths: Paths, *, as_json: bool) -> None:
    """Measure the rules on past dates, write ``report/signals.json`` and print it."""
    rows = measured(params, paths)
    there = _records(params, paths)
    days = _days(params, store.cohort(paths))
    found = {
        "dataset": paths.dataset,
        "dates": [day.date() for day in days],
        "horizon_days": params.dataset.label.horizon_days,
        "base": float(rows["base"].iloc[0]),
        "rules": rows.drop(columns="base").to_dict("records"),
        "absent": daily.absent(frames_on(there, days[-1].date())),
    }
    write_json(paths.report / "signals.json", found)
    if as_json:
        print(json_text(found), end="")
    else:
        signals_told.tell_history(found)


def of_day(params: Params, paths: Paths, as_of: date) -> pd.DataFrame:
    """Give the signals of one day: a row a customer and rule that holds (``actions.signals.day.signals``)."""
    tables = _records(params, paths)
    return daily.signals(frames_on(tables, as_of), pd.Timestamp(as_of), wanted(params))


def measured(params: Params, paths: Paths) -> pd.DataFrame:
    """Give what each rule was worth on the dataset's as-of dates (``actions.signals.history.measured``)."""
    held, asked, left = past(params, paths)
    return history.measured(held, asked, left, params.dataset.label.horizon_days)


def past(params: Params, paths: Paths) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give the rules that counted on the last ``signals.history_dates`` as-of dates, who was asked about, who left.

    The label of each of these dates is known: they are dates of the store.
    """
    rows = store.cohort(paths)
    days = _days(params, rows)
    there = _records(params, paths, ("customers", "cases"))
    asked = rows[rows["eligible"] & rows["as_of"].isin(days)]
    return counting(there, days, wanted(params)), asked, _left(params, there)


def _records(params: Params, paths: Paths, beside: Sequence[str] = ()) -> dict[str, pa.Table]:
    """Read the tables that the rules look at, and some more."""
    records.demand_here(params, paths)
    return records.tables(paths, (*daily.HAPPENED, *beside))


def _days(params: Params, rows: pd.DataFrame) -> list[pd.Timestamp]:
    """Give the as-of dates that are looked back on."""
    days = sorted(rows["as_of"].unique())[-params.signals.history_dates :]
    return [pd.Timestamp(day) for day in days]


def counting(
    tables: Mapping[str, pa.Table], days: Sequence[pd.Timestamp], settings: thresholds.Settings
) -> pd.DataFrame:
    """Give the rules that count on each of some days: customer_id, as_of, signal, rule."""
    there = {name: rows for name, rows in tables.items() if name in daily.HAPPENED}
    parts = []
    with counted("signals", len(days)) as step:
        for day in days:
            rows = daily.signals(frames_on(there, day.date()), day, settings)
            parts.append(rows.loc[rows["counts"].astype(bool), ["customer_id", "as_of", "signal", "rule"]])
            step()
    return pd.concat(parts, ignore_index=True)


def _left(params: Params, there: Mapping[str, pa.Table]) -> pd.DataFrame:
    """Give the days on which customers left by the dataset's rule: customer_id, left_on."""
    rule = label.rule_of(params)
    if rule.name == "recorded" and "cases" in there:
        rows = newest(there["cases"].to_pandas(date_as_object=False), TABLES["cases"])
        gone = rows[["customer_id", "churned_on"]]
    else:
        ids = there["customers"]["customer_id"].unique().to_pylist()
        bought = cohort.purchases(there["trade"], ids, rule, records.span(there["trade"])[1])
        gone = bought.loc[bought["departs"], ["customer_id", "bought_on"]]
    return gone.set_axis(["customer_id", "left_on"], axis=1)


def wanted(params: Params) -> thresholds.Settings:
    """Give the thresholds as the rules take them; raises BadConfig for a rule that there is not."""
    told: dict[str, Any] = params.signals.model_dump(exclude={"history_dates"})
    listed = [name for rival in params.dataset.rivals for name in (rival.name, *rival.also)]
    told["competitor"]["rivals"] = tuple(dict.fromkeys([*told["competitor"]["rivals"], *listed]))
    names = [rule.name for rule in daily.RULES]
    for name in told["times"]:
        if name not in names:
            raise BadConfig(
                f"'params.yaml' has 'signals.times' for '{name}', which is no rule; there are {', '.join(names)}."
            )
    groups = {
        "communication": thresholds.Communication,
        "orders": thresholds.Orders,
        "service": thresholds.Service,
        "competitor": thresholds.Competitor,
        "finance": thresholds.Finance,
        "strategic": thresholds.Strategic,
        "contract": thresholds.Contract,
    }
    return thresholds.Settings(**{**told, **{name: group(**told[name]) for name, group in groups.items()}})
