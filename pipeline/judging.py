"""What the gate is shown: champion and challenger on the test dates of whose answers neither has seen any.

A released model has seen the labels up to its last calibration date, and those were known to all
``known_after_days`` later: from that day on nothing was fitted, tuned, calibrated or chosen on. Of the challenger
that is every test date; of the champion those that have come since.

Where there is no champion the challenger is judged by its certificate alone. Where there is one that cannot be
scored (its release is damaged, or was made with features or settings that are others now), the cadence rule takes
its place: what serves must at least beat that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from models import gate
from models.errors import TooLittle
from pipeline import bundle, certificates, digests, money, records, released, store, tracking, walk
from pipeline.columns import groups, labels
from pipeline.declared import demand_same
from pipeline.errors import MissingInput
from pipeline.fitted import Served
from pipeline.params import Label, Params
from pipeline.paths import ROOT, Paths
from pipeline.score import declarations

RULE = "cadence_rule"
CODE = (
    *("models/gate.py", "models/intervals.py", "models/metrics.py", "models/profit.py", "models/tiers.py"),
    *("pipeline/judging.py", "pipeline/money.py", "pipeline/walk.py"),
)
"""The code that a decision depends on, beside that of the models, whose hashes are in their releases."""
FAILED = {
    "log_loss": "Its log loss is not surely smaller by the least gain",
    "brier": "Its Brier score may be worse by more than the margin",
    "promises": "Its tiers may miss their promise by more customers than the margin allows",
    "profit": "Its list may bring less by more than the margin",
}
"""What a check that does not hold says against the challenger."""


@dataclass(frozen=True)
class Contender:
    """A version of the registry, opened: ``index`` is the content of its ``bundle.json``."""

    version: tracking.Version
    index: Mapping[str, Any]
    served: Served

    @property
    def made_on(self) -> date:
        return made_on(self.index)

    @property
    def told(self) -> dict[str, str]:
        return named(self.version, self.index)


def made_on(index: Mapping[str, Any]) -> date:
    """Give the day from which on the model of a ``bundle.json`` has seen no answer."""
    last = date.fromisoformat(max(index["certificate"]["chosen"]["dates"]))
    label = Label.model_validate(index["params"]["label"])
    return last + timedelta(days=label.known_after_days)


def named(version: tracking.Version, index: Mapping[str, Any]) -> dict[str, str]:
    """Name a released version for readers of a decision."""
    return {
        "version": version.version,
        "release": tracking.digest_of(version),
        "family": index["family"],
        "model": index["model"],
        "made_on": made_on(index).isoformat(),
    }


def opened(params: Params, paths: Paths, version: tracking.Version) -> Contender:
    """Fetch and open a version's release, to be asked about the rows of the feature store.

    Raises GateClosed where it is damaged, or its features or settings are not those of today; MissingInput where
    the version was never released.
    """
    files = released.files(paths, version)
    served = bundle.opened(files, tracking.digest_of(version), declarations())
    index = bundle.index(files)
    bundle.demand_settings(index, params)
    demand_same(
        served.fit.about, store.catalogue(paths)["features"], f"forewarn run --dataset {paths.dataset}"
    )
    return Contender(version, index, served)


def key(params: Params, paths: Paths, challenger: Contender, champion: Contender | None, lost: str) -> str:
    """Name everything that the decision depends on; equal names, equal decisions."""
    of = {
        "challenger": repr(challenger.told),
        "champion": repr(champion.told) if champion else lost,
        "settings": repr((params.promote, params.profit, params.seed)),
        "answers": digests.of_file(paths.cohort),
        "features": digests.of_file(paths.catalogue),
        "margins": repr({name: records.digest(paths, name) for name in _valued(params, paths)}),
        "code": repr({name: digests.of_file(ROOT / name) for name in CODE}),
    }
    return digests.of_names({name: digests.of_bytes(text.encode()) for name, text in of.items()})


def _valued(params: Params, paths: Paths) -> list[str]:
    """Name the tables that say what customers are worth; where Spark reads the records, the features say it."""
    return [name for name in money.READ if not params.dataset.tables and paths.table(name).exists()]


def decide(
    params: Params, paths: Paths, challenger: Contender, champion: Contender | None, lost: str = ""
) -> dict[str, Any]:
    """Give the decision as ``report/promotion.json`` holds it (docs/how-to/promote-a-model.md).

    ``lost`` says why the champion cannot be scored, where there is one that cannot.
    """
    told: dict[str, Any] = {
        "dataset": paths.dataset,
        "key": key(params, paths, challenger, champion, lost),
        "challenger": challenger.told,
        "champion": champion.told if champion else None,
        "against": "champion" if champion else "cadence rule" if lost else "nothing",
        "lost": lost or None,
        "certificate": _broken(challenger, paths),
        "terms": params.promote.model_dump(),
        "dates": [],
        "customers": 0,
        "checks": [],
    }
    why = [certificates.alarm(one) for one in told["certificate"]]
    if told["against"] != "nothing":
        why += _compared(params, paths, challenger, champion, told)
    return {**told, "verdict": "refused" if why else "promoted", "why": why}


def _broken(challenger: Contender, paths: Paths) -> list[dict[str, Any]]:
    """Give the promises of its tiers that the test dates deny."""
    tested = challenger.index["certificate"]["tested"]
    if tested is None:
        raise MissingInput(
            f"The challenger of dataset '{paths.dataset}' has no certificate of the test dates; make it with "
            f"'forewarn evaluate --dataset {paths.dataset}'."
        )
    return list(tested["refuted"])


def _compared(
    params: Params, paths: Paths, challenger: Contender, champion: Contender | None, told: dict[str, Any]
) -> list[str]:
    """Fill in the checks and give what speaks against the challenger, a sentence each."""
    cohort = store.cohort(paths)
    tested = store.tested(cohort)
    since = max(one.made_on for one in (challenger, champion) if one is not None)
    dates = [day for day in tested if day >= since]
    if not dates:
        untouched = (
            f"No test date is untouched by both: one of them has learnt from what was known until {since}, and the "
            f"last test date is {tested[-1]}; ask again when the labels of later dates are known."
        )
        return [untouched]
    rows, X = store.of_rows(paths, cohort[cohort["as_of"].isin(pd.to_datetime(dates))])
    outcome = _outcome(params, paths, rows)
    said = _said(challenger.served, rows, X)
    other = _said(champion.served, rows, X) if champion else _rule(params, cohort, rows)
    told |= {"dates": dates, "customers": len(np.unique(outcome.customer)), "rows": len(rows)}
    try:
        checks = gate.compare(
            outcome,
            other,
            said,
            money.offered(params),
            _terms(params),
            n=params.promote.resamples,
            seed=params.seed,
        )
    except TooLittle as error:
        return [f"{str(error)[:1].upper()}{str(error)[1:]}"]
    told["checks"] = [check._asdict() for check in checks]
    return [f"{FAILED[check.name]}." for check in checks if not check.holds]


def _terms(params: Params) -> gate.Terms:
    told = params.promote
    return gate.Terms(told.alpha, told.least_gain, told.brier, told.promises, told.profit, told.budget)


def _outcome(params: Params, paths: Paths, rows: pd.DataFrame) -> gate.Outcome:
    value = rows[store.KEYS].merge(money.values(params, paths, rows), on=store.KEYS, how="left")["value"]
    left = labels(rows).astype(np.float64)
    gone = None
    if params.dataset.label.rule == "departure":
        gone = left - (rows["going"] == 1).to_numpy(np.float64)
    return gate.Outcome(groups(rows), rows["as_of"].to_numpy(), left, value.to_numpy(), gone)


def _said(served: Served, rows: pd.DataFrame, X: pd.DataFrame) -> gate.Said:
    """Give what a model says of each date, at the level that it gives that date."""
    p, p_gone = np.empty(len(rows)), np.empty(len(rows))
    for day in rows["as_of"].unique():
        mine = (rows["as_of"] == day).to_numpy()
        on = served.on(day.date())
        p[mine] = on.p_churn(X[mine])
        gone = on.p_gone(X[mine])
        p_gone[mine] = np.nan if gone is None else gone
    return gate.Said(p, None if np.isnan(p_gone).any() else p_gone)


def _rule(params: Params, cohort: pd.DataFrame, rows: pd.DataFrame) -> gate.Said:
    """Give what the cadence rule says, fitted on each date on the labels known by then."""
    told = []
    for day in rows["as_of"].unique():
        known = cohort[cohort["eligible"] & (cohort["known_on"] <= day)]
        told += [
            one
            for one in walk.plain(params, known, rows[rows["as_of"] == day])
            if (one["family"] == RULE).all()
        ]
    said = rows[store.KEYS].merge(pd.concat(told), on=store.KEYS, how="left", validate="one_to_one")
    p_gone = said["p_gone"].to_numpy() if "p_gone" in said else None
    return gate.Said(said["p_churn"].to_numpy(), p_gone)
