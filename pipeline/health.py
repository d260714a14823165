# ruff: noqa: RUF001  (full-width punctuation belongs to the words)
"""The health of every customer on a day, and over the as-of dates before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from actions import health
from actions.health import Course, Floats
from actions.readings import DIMENSIONS
from pipeline import courses, store, weighing, words
from pipeline.params import Params
from pipeline.paths import Paths

COLUMNS = ("customer_id", "as_of", "health", *(f"health_{name}" for name in DIMENSIONS), "baseline", "drop")
NO_SOURCE = {
    "trade": ("No order tells it", "尚无订单可说明"),
    "interaction": ("No contact tells it", "尚无联系记录可说明"),
    "service": ("No service ticket tells it", "尚无服务工单可说明"),
    "finance": ("No invoice tells it", "尚无发票可说明"),
    "strategic": ("No joint project and no contract tells it", "尚无项目节点或合同可说明"),
}


@dataclass(frozen=True)
class Timeline:
    """Health on every as-of date up to a day: (dates, customers), NaN where a customer was not asked about.

    ``parts`` are (dates, customers, dimensions); ``weights`` add up to 100.
    """

    course: Course
    weights: Mapping[str, float]
    parts: Floats
    health: Floats
    baseline: Floats
    drop: Floats


def timeline(params: Params, paths: Paths, as_of: date) -> Timeline:
    """Give the health of everybody on the dates of the store before ``as_of``, on those since, and on the day."""
    course = courses.course(params, paths, as_of)
    parts = health.history(course)
    weights = weighing.weights(params, paths)
    whole = health.overall(parts, weights)
    baseline = health.baselines(course, whole)
    return Timeline(course, weights, parts, whole, baseline, health.drops(whole, baseline))


def of_day(params: Params, paths: Paths, as_of: date, before: Timeline | None = None) -> pd.DataFrame:
    """Give the health of everybody who can be asked about on a day, one row a customer, sorted.

    ``health`` and ``health_<dimension>`` are 0 to 100; a dimension is NaN where no record tells it, and its weight
    goes to the others. ``baseline`` is the customer's own usual health, ``drop`` the share of it that is lost.
    ``readings`` are those with the most points: ``value`` now, ``own`` usual and ``peers``' middle value, the
    ``points`` of health lost (negative: won), and a reading without a feature for each dimension that is NaN.
    ``before`` is the timeline of the day, where it was asked for already.
    """
    told = before or timeline(params, paths, as_of)
    there = np.flatnonzero(~np.isnan(told.health[-1]))
    parts = told.parts[-1][there]
    rows = pd.DataFrame(
        {
            "customer_id": told.course.customers[there],
            "as_of": pd.Timestamp(as_of),
            "health": told.health[-1][there],
            **{f"health_{name}": parts[:, i] for i, name in enumerate(DIMENSIONS)},
            "baseline": told.baseline[-1][there],
            "drop": told.drop[-1][there],
            "readings": _readings(params, paths, told, there),
        }
    )
    return rows.astype({"customer_id": "str", "as_of": "datetime64[s]"})


def history_of(told: Timeline) -> pd.DataFrame:
    """Give the timeline as rows: the columns of ``of_day`` but for ``readings``, by date and customer."""
    when, who = np.nonzero(~np.isnan(told.health))
    rows = pd.DataFrame(
        {
            "customer_id": told.course.customers[who],
            "as_of": told.course.days[when].astype("datetime64[s]"),
            "health": told.health[when, who],
            **{f"health_{name}": told.parts[when, who, i] for i, name in enumerate(DIMENSIONS)},
            "baseline": told.baseline[when, who],
            "drop": told.drop[when, who],
        }
    )
    return rows.astype({"customer_id": "str"})


def _readings(params: Params, paths: Paths, told: Timeline, there: np.ndarray) -> list[list[dict[str, Any]]]:
    last = len(told.course.days) - 1
    read = health.read(told.course, last)
    points = health.points(told.course, read.strain, told.weights)
    declared = {entry["name"]: entry for entry in store.catalogue(paths)["features"]}
    each = []
    for row in there:
        mine = []
        for at in health.told(points[row], read.strain[row], params.health.readings):
            entry = declared[told.course.readings[at].feature]
            figures = (told.course.values[last, row, at], read.own[row, at], read.peers[row, at])
            value, own, peers = map(float, figures)
            mine.append(_reading(entry, value, own, peers, float(points[row, at]), params.dataset.currency))
        missing = [name for i, name in enumerate(DIMENSIONS) if np.isnan(told.parts[last, row, i])]
        each.append(mine + [_missing(name, told.weights[name]) for name in missing])
    return each


def _reading(
    entry: Mapping[str, Any], value: float, own: float, peers: float, points: float, currency: str
) -> dict[str, Any]:
    size = words.decimal(abs(points), 1)
    english, chinese = (
        words.reason(entry[lang], value, peers, entry["unit"], currency, own=own, chinese=lang == "zh")
        for lang in ("en", "zh")
    )
    lost, less = ("lost", "失") if points > 0 else ("won", "得")
    return {
        "dimension": entry["dimension"],
        "feature": entry["name"],
        "value": value,
        "own": own,
        "peers": peers,
        "points": points,
        "en": f"{english}; {size} {'point' if size == '1.0' else 'points'} {lost}",
        "zh": f"{chinese}；{less}{size}分",
    }


def _missing(dimension: str, weight: float) -> dict[str, Any]:
    english, chinese = NO_SOURCE[dimension]
    return {
        "dimension": dimension,
        "feature": None,
        "value": np.nan,
        "own": np.nan,
        "peers": np.nan,
        "points": 0.0,
        "en": f"{english}: its weight of {words.figure(weight)} goes to the other dimensions",
        "zh": f"{chinese}：其权重{words.figure(weight)}由其他维度分担",
    }
