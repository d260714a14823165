"""Why probabilities moved between two scored dates, for one customer or for all of both batches.

What was served stands in ``scores/as_of=DATE``; the features of both dates are computed again, from the records as
they stand now, and explained by the model of the newer date (``models.moves`` has the arithmetic). What happened to
everybody is the mean over the customers on both dates, of which at most ``DRAWN`` are drawn, always the same ones,
so that one customer is asked about in the same time however large the company is, and hears what all would hear.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.attribution import by_cause
from models.moves import Moves, moves, shared
from pipeline import build, released
from pipeline.errors import Refusal, Usage
from pipeline.explained import contributions_of
from pipeline.fitted import Served
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.reference import reference
from pipeline.score import declarations, matched
from pipeline.serving import CAUSES, known
from pipeline.telling import Scored, batch

DRAWN = 2000
APART = ("others", "level", "model", "entered")
"""The parts of a change that are no cause of the customer's own."""
KEPT = 5
"""Features told a customer: those whose own parts are largest."""


@dataclass(frozen=True)
class Moved:
    """One row a customer that both batches hold: ``customer_id, since, as_of, p_then, p_now, change``, then
    ``own_<cause>`` and ``others, level, model, entered``, which add up to ``change``, and ``changed``: a list of
    {feature, then, now, contribution, en, zh}, largest first.

    ``separate`` says that ``entered`` could be told from ``model``; ``drawn`` is how many customers tell what
    happened to everybody.
    """

    rows: pd.DataFrame
    since: date
    as_of: date
    separate: bool
    drawn: int


def moved(
    params: Params,
    paths: Paths,
    since: date,
    as_of: date | None = None,
    customers: Sequence[str] | None = None,
) -> Moved:
    """Split the change of the probability of each of ``customers`` (None: of all on both dates)."""
    newer = batch(paths, as_of)
    if since >= newer.as_of:
        raise Usage(
            f"--since {since} is not before {newer.as_of}, the date that it is held against; "
            "give an earlier one, or a later --as-of."
        )
    older = batch(paths, since)
    catalogue = declarations()
    champion = released.of_batch(paths, newer.manifest, catalogue)
    both = older.scores.merge(newer.scores, on="customer_id", suffixes=("_then", "_now"))
    drawn = _drawn(both["customer_id"])
    wanted = set(both["customer_id"]) & set(both["customer_id"] if customers is None else customers)
    both = both[both["customer_id"].isin(wanted | drawn)].sort_values("customer_id", ignore_index=True)
    if not wanted:
        return Moved(_frame(both, catalogue), since, newer.as_of, True, len(drawn))
    ids = both["customer_id"].tolist()
    then, now = (
        matched(build.features_on(params, paths, day, ids), both, champion.fit.churn.features)
        for day in (since, newer.as_of)
    )
    before = _served(paths, older, champion, catalogue)
    parts = _split(params, paths, both, (then, now), (since, newer.as_of), champion, before, drawn)
    rows = _frame(both, catalogue, parts, then, now)
    rows = rows[rows["customer_id"].isin(wanted)].reset_index(drop=True)
    return Moved(rows, since, newer.as_of, parts.separate, len(drawn))


def _drawn(customers: pd.Series) -> set[str]:
    """Give the customers that stand for everybody: all, or ``DRAWN`` by the digest of their ids."""
    ids: list[str] = customers.tolist()
    return set(sorted(ids, key=lambda name: hashlib.sha256(name.encode()).digest())[:DRAWN])


def _served(
    paths: Paths, older: Scored, champion: Served, catalogue: Sequence[Mapping[str, Any]]
) -> Served | None:
    """Give the model that gave the older scores, if it is still to be had."""
    if older.manifest["model"]["hash"] == champion.hash:
        return champion
    try:
        return released.of_batch(paths, older.manifest, catalogue)
    except Refusal:
        return None


def _split(
    params: Params,
    paths: Paths,
    both: pd.DataFrame,
    features: tuple[pd.DataFrame, pd.DataFrame],
    days: tuple[date, date],
    champion: Served,
    before: Served | None,
    drawn: set[str],
) -> Moves:
    (then, now), (since, as_of) = features, days
    (phi_then, base), (phi_now, _) = (contributions_of(champion.fit.churn, X) for X in (then, now))
    asked = both[["customer_id"]].assign(as_of=pd.Timestamp(as_of))
    group = reference(params, paths, asked).group
    everybody = shared(phi_then, phi_now, both["customer_id"].isin(drawn).to_numpy(), group)
    map_then = champion.on(since).churn
    if before is champion:
        older = map_then.probability(base + phi_then.sum(axis=1))
    elif before is None or set(before.fit.churn.features) - set(then.columns):
        older = None
    else:
        older = before.on(since).p_churn(then)
    return moves(
        phi_then,
        phi_now,
        base,
        everybody,
        then=map_then,
        now=champion.on(as_of).churn,
        served_then=both["p_churn_then"],
        served_now=both["p_churn_now"],
        older=older,
    )


def _frame(
    both: pd.DataFrame,
    catalogue: Sequence[Mapping[str, Any]],
    parts: Moves | None = None,
    then: pd.DataFrame | None = None,
    now: pd.DataFrame | None = None,
) -> pd.DataFrame:
    told = both[["customer_id"]].assign(
        since=both["as_of_then"],
        as_of=both["as_of_now"],
        p_then=both["p_churn_then"],
        p_now=both["p_churn_now"],
    )
    if parts is None or then is None or now is None:
        return told.iloc[:0]
    names = [str(name) for name in then.columns]
    sums = by_cause(parts.own, names, {entry["name"]: entry["cause"] for entry in catalogue})
    told["change"] = parts.change
    for cause in CAUSES:
        told[f"own_{cause}"] = sums[cause].to_numpy() if cause in sums else 0.0
    for name in APART:
        told[name] = getattr(parts, name)
    entries = {entry["name"]: entry for entry in catalogue}
    told["changed"] = pd.Series(
        _changed(parts.own, names, then, now, entries), index=told.index, dtype=object
    )
    return told


def _changed(
    own: np.ndarray,
    names: Sequence[str],
    then: pd.DataFrame,
    now: pd.DataFrame,
    told: Mapping[str, Mapping[str, Any]],
) -> list[list[dict[str, Any]]]:
    """Give the features whose own parts are largest, a row each, of those whose value changed."""
    before, after = then.to_numpy(), now.to_numpy()
    order = np.argsort(-np.abs(own), axis=1, kind="stable")
    same = (before == after) | (np.isnan(before) & np.isnan(after))
    rows = []
    for row in range(len(own)):
        kept = [at for at in order[row] if own[row, at] != 0 and not same[row, at]][:KEPT]
        rows.append(
            [
                {
                    "feature": names[at],
                    "then": known(before[row, at]),
                    "now": known(after[row, at]),
                    "contribution": float(own[row, at]),
                    "en": told[names[at]]["en"],
                    "zh": told[names[at]]["zh"],
                }
                for at in kept
            ]
        )
    return rows
