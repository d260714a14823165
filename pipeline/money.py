"""What the lists of the test dates are worth in money, under the assumptions of ``params.yaml``'s ``profit``.

A part of stage ``evaluate``. A customer's value is its own margin of the last 365 days as it was known on the as-of
date, returns taken off; lines without a recorded margin count with the assumed share of their amount. Nobody's
acceptance is on record, so every profit is expected under the assumed acceptance; nothing here says what was saved.

Writes ``report/profit.parquet`` (one row a customer, test date and family) and ``report/profit.svg``.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from features import events
from features.feature import Cause, Feature, Unit
from features.measures.values import Total
from features.store import buildable, compute
from models import budgets, money_plot, profit
from models.figures import highest
from models.intervals import between, resamples
from pipeline import records, store
from pipeline.columns import groups
from pipeline.frames import write_parquet, write_text
from pipeline.params import Acceptance, Params
from pipeline.paths import Paths
from pipeline.words import count

KEYS = ["customer_id", "as_of"]
DAYS = 365
READ = ("customers", "trade")
"""The tables that say what a customer is worth."""
ASSUMED = "expected under the assumed acceptance; no record says who accepted, so nothing is claimed as saved"
POLICIES = ("nobody", "everyone", "random", "model", "foresight")
BEATEN = ("nobody", "everyone", "random")
ACCEPTANCES = tuple(np.round(np.arange(0.05, 0.81, 0.05), 2))
COSTS = (0.0, 0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
"""Of the sensitivity figure: means of the acceptance, and multiples of the assumed contact cost."""


def _total(name: str, of: str, stream: events.Stream) -> Feature:
    return Feature(
        name=f"trade_{name}_{DAYS}d",
        on=stream,
        days=DAYS,
        measure=Total(of),
        cause=Cause.DEMAND,
        unit=Unit.MONEY,
        en=name,
        zh=name,
    )


ORDERED = _total("ordered", "amount", events.LINES)
RETURNED = _total("returned", "amount", events.RETURNS)
MARGIN = _total("margin", "margin", events.LINES)
COSTED = _total("costed", "costed", events.LINES)


def run(params: Params, paths: Paths, predictions: pd.DataFrame, champion: str) -> dict[str, Any]:
    """Give the part ``profit`` of ``report/metrics.json``, and write the table and the figure."""
    rows = predictions.merge(values(params, paths, predictions), on=KEYS, how="left", validate="many_to_one")
    offer = offered(params)
    told = [_row(family, offer) for _, family in rows.groupby("family", sort=False)]
    write_parquet(paths.report / "profit.parquet", pd.concat(told, ignore_index=True))
    best = rows[rows["family"] == champion]
    write_text(
        paths.report / "profit.svg",
        money_plot.sensitivity(
            sensitivity(best, offer), offer.acceptance, offer.contact_cost, params.dataset.currency
        ),
    )
    return {
        "meaning": ASSUMED,
        "currency": params.dataset.currency,
        "assumed": {
            **{name: getattr(params.profit, name) for name in type(params.profit).model_fields},
            "acceptance": {"alpha": offer.alpha, "beta": offer.beta, "mean": offer.acceptance},
        },
        "families": measured(params, rows, offer),
    }


def offered(params: Params) -> profit.Offer:
    """Give the offer that the settings assume."""
    told = params.profit
    law = told.acceptance
    alpha, beta = (law.alpha, law.beta) if isinstance(law, Acceptance) else profit.acceptance(law)
    return profit.Offer(told.contact_cost, told.incentive_share, alpha, beta, told.gone_factor)


def values(params: Params, paths: Paths, predictions: pd.DataFrame) -> pd.DataFrame:
    """Give each customer's value on each as-of date: ``customer_id, as_of, value``, at least 0."""
    asked = predictions[KEYS].drop_duplicates().sort_values(KEYS, ignore_index=True)
    if params.dataset.tables:
        # The records lie where Spark reads them; the store, which came from them, holds the amounts.
        read = [store.read(paths, day.date(), ["trade_amount_365d"]) for day in asked["as_of"].unique()]
        frame = pd.concat([table.to_pandas(date_as_object=False) for table in read])
        bought = asked.merge(frame, on=KEYS, how="left")["trade_amount_365d"].astype("float64")
        margin = params.profit.margin_share * bought
    else:
        margin = _margin(params, paths, asked)
    value = margin.fillna(0.0).clip(lower=0.0) * params.profit.horizon_days / DAYS
    return asked.assign(value=value)


def _margin(params: Params, paths: Paths, asked: pd.DataFrame) -> pd.Series:
    """Add up the year behind each as-of date by the engine of the feature store, which sees no future."""
    records.demand_whole(paths, READ)
    tables = records.scanned(paths, READ)
    there = buildable(tables, (ORDERED, RETURNED, MARGIN, COSTED))
    found = compute(
        tables, asked, there, memory_mb=params.build.memory_mb, threads=params.train.threads
    ).reindex(columns=[*KEYS, *(one.name for one in (ORDERED, RETURNED, MARGIN, COSTED))])
    year = found.drop(columns=KEYS).fillna(0.0)
    recorded, costed = year[MARGIN.name], year[COSTED.name]
    # What came back takes its part of the margin with it, at the customer's own share where that is recorded.
    share = (recorded / costed.where(costed > 0)).fillna(params.profit.margin_share)
    margin: pd.Series = (
        recorded + (year[ORDERED.name] - costed) * params.profit.margin_share - year[RETURNED.name] * share
    )
    return margin


def _row(rows: pd.DataFrame, offer: profit.Offer) -> pd.DataFrame:
    """Give a customer's value, what contacting it is expected to bring, and what it would have brought."""
    p, p_gone, left, gone = _said(rows)
    return rows[[*KEYS, "family", "value"]].assign(
        expected_profit=profit.brought(p, rows["value"], offer, p_gone),
        worth_contacting=profit.worth_contacting(p, rows["value"], offer, p_gone),
        profit=profit.brought(left, rows["value"], offer, gone),
    )


def _said(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray | None]:
    """Give p_churn, p_gone, the label and the gone; without the departure rule nobody is told to be gone."""
    p, left = rows["p_churn"].to_numpy(), rows["label"].to_numpy(dtype=np.float64)
    if "p_gone" not in rows:
        return p, None, left, None
    return p, rows["p_gone"].to_numpy(), left, left - rows["going"].to_numpy(dtype=np.float64)


def sensitivity(rows: pd.DataFrame, offer: profit.Offer) -> pd.DataFrame:
    """Give the mean profit of each policy over other acceptances and contact costs, for one family."""
    p, p_gone, left, gone = _said(rows)
    unit = offer.contact_cost or 1.0
    return profit.sensitivity(
        p,
        left,
        rows["value"].to_numpy(),
        offer,
        acceptances=ACCEPTANCES,
        contact_costs=[unit * times for times in COSTS],
        p_gone=p_gone,
        gone=gone,
    )


def measured(params: Params, rows: pd.DataFrame, offer: profit.Offer) -> dict[str, Any]:
    """Give the figures of every family, on each test date and on all of them pooled."""
    dates = sorted(rows["as_of"].unique())
    slices = {str(day.date()): rows[rows["as_of"] == day] for day in dates}
    found: dict[str, Any] = {family: {"test": {}} for family in rows["family"].unique()}
    for family in found:
        mine = rows[rows["family"] == family]
        for day, some in slices.items():
            found[family]["test"][day] = figures(params, some[some["family"] == family], offer)
        alone = next(iter(found[family]["test"].values()))
        found[family]["pooled"] = alone if len(dates) == 1 else figures(params, mine, offer)
    return found


def figures(params: Params, rows: pd.DataFrame, offer: profit.Offer) -> dict[str, Any]:
    """Give the money of some rows of one family, with intervals over customers; lists stay as they were made."""
    p, p_gone, left, gone = _said(rows)
    value = rows["value"].to_numpy()
    mean_value = float(value.mean())
    expected = profit.brought(p, value, offer, p_gone)
    listed = profit.worth_contacting(p, value, offer, p_gone)
    brings = profit.policies(listed, left, value, offer, gone)
    columns = {f"policy {name}": brings[name] for name in POLICIES}
    columns |= {f"over {name}": brings["model"] - brings[name] for name in BEATEN}
    lists = {budgets.named(share): highest(expected, share) for share in params.evaluate.budgets}
    columns |= {f"list {name}": brings["everyone"] * flags for name, flags in lists.items()}
    if gone is not None:
        lost = profit.Offer(offer.contact_cost, offer.incentive_share, offer.alpha, offer.beta, 0.0)
        refused = profit.policies(profit.worth_contacting(p, value, lost, p_gone), left, value, lost, gone)
        columns |= {f"refused {name}": refused[name] for name in POLICIES}
    shares = {}
    for name, (adds, on) in {
        "empc": profit.empc_parts(left, p, mean_value, offer),
        "empb": profit.empb_parts(left, p, value, offer),
    }.items():
        columns[name], shares[name] = adds, float(on.mean())
    matrix = np.column_stack(list(columns.values()))
    drawn = [
        weights @ matrix / weights.sum(axis=1)[:, None]
        for weights in resamples(groups(rows), params.evaluate.resamples, params.seed)
    ]
    told = {
        name: between(float(matrix[:, place].mean()), [block[:, place] for block in drawn])._asdict()
        for place, name in enumerate(columns)
    }
    contacted = {"nobody": 0, "everyone": len(rows), "random": int(listed.sum()), "model": int(listed.sum())}
    contacted["foresight"] = int((brings["foresight"] > 0).sum())
    part: dict[str, Any] = {
        "customers": len(rows),
        "value": mean_value,
        "empc": {**told["empc"], "share": shares["empc"]},
        "empb": {**told["empb"], "share": shares["empb"]},
        "expected": float(expected[listed].sum() / len(rows)),
        "policies": {
            name: {
                "contacted": contacted[name],
                "profit": told[f"policy {name}"],
                "total": float(brings[name].sum()),
            }
            for name in POLICIES
        },
        "over": {name: told[f"over {name}"] for name in BEATEN},
        "lists": {
            name: {
                "customers": round(float(flags.sum())),
                "expected": float(expected @ flags / len(rows)),
                "profit": told[f"list {name}"],
            }
            for name, flags in lists.items()
        },
    }
    if gone is not None:
        part["if_gone_refuse"] = {name: told[f"refused {name}"] for name in POLICIES}
    return part


def sentence(found: Mapping[str, Any], champion: str) -> str:
    """Say in one line what the champion's list is worth beside the plain policies."""
    told = found["families"][champion]["pooled"]
    named = {name: told["policies"][name]["profit"]["value"] for name in ("model", "everyone", "random")}
    listed, asked = told["policies"]["model"]["contacted"], told["customers"]
    return (
        f"Contacting the {listed:,} of {count(asked, 'customer')} worth it: {found['currency']} "
        f"{named['model']:,.2f} a customer asked about (everyone {named['everyone']:,.2f}, as many at random "
        f"{named['random']:,.2f}, nobody 0), expected under the assumed acceptance of "
        f"{found['assumed']['acceptance']['mean']:.0%}."
    )
