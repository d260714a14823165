"""The leak alarm: does anything know more than the records could have told? Asked before figures are published.

Writes ``report/leaks.json`` and raises GateClosed where a check finds something that
``evaluate.leaks.acknowledged`` in ``params.yaml`` does not name with a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from features.catalogue import CATALOGUE
from features.past import as_they_stood, stirring
from features.sources import CUSTOMERS, Kind
from features.store import compute
from models import leaks, telltale
from models.errors import TooLittle
from models.folds import rolling_origin
from models.leaks import Check, Finding, Limits, Rows, Split
from pipeline import records, store, versions
from pipeline.columns import days, groups, labels
from pipeline.errors import GateClosed, TooLittleData
from pipeline.frames import write_json
from pipeline.params import Params
from pipeline.paths import Paths

SOON = 7
"""Customers of whom something happens so many days after the as-of date are computed again before others."""
SPLITS = ("train", "calibration", "test")


def run(params: Params, paths: Paths, walked: Sequence[Split] = ()) -> None:
    """Run every check on the store; ``walked`` are further splits whose gaps are to be looked at."""
    read = [store.matrix(paths, split) for split in SPLITS]
    rows = pd.concat([rows for rows, _ in read], ignore_index=True)
    X = pd.concat([X for _, X in read], ignore_index=True)
    there = not params.dataset.tables and params.build.engine == "local"
    tables = records.tables(paths) if there else {}
    shared = [entry["name"] for entry in store.catalogue(paths)["features"] if entry["shared"]]
    try:
        found = checks(params, tables, rows, X, shared=shared, walked=walked)
    except TooLittle as error:
        raise TooLittleData(f"Dataset '{paths.dataset}' cannot be looked at for leaks: {error}") from None
    told, alarms = judged(params, paths.dataset, found)
    write_json(paths.report / "leaks.json", told)
    if alarms:
        raise GateClosed(_sentence(alarms, paths))


def _sentence(alarms: Sequence[Finding], paths: Paths) -> str:
    first = alarms[0]
    more = f" (and {len(alarms) - 1} findings more)" if len(alarms) > 1 else ""
    named = f", feature: {first.feature}" if first.feature else ""
    return (
        f"The leak check '{first.check}' found that {first.words}{more}: mend the records or the feature, or, if "
        f"it is no leak, acknowledge it in 'params.yaml' under 'evaluate: leaks: acknowledged' with "
        f"'{{check: {first.check}{named}, reason: ...}}'; '{paths.report / 'leaks.json'}' tells everything."
    )


def checks(
    params: Params,
    tables: Mapping[str, pa.Table],
    rows: pd.DataFrame,
    X: pd.DataFrame,
    *,
    shared: Sequence[str] = (),
    walked: Sequence[Split] = (),
) -> list[Check]:
    """Run every check, the surest first.

    Parameters
    ----------
    tables : checked records; without any, what needs them is left out
    rows : the eligible rows of the cohort with their ``split``, those of the gap left out
    X : their features
    shared : features that say the same of everybody on a date; no model takes them
    walked : further splits whose gaps are to be looked at
    """
    asked, seed, threads = params.evaluate.leaks, params.seed, params.train.threads
    limits = Limits(**{limit.name: getattr(asked, limit.name) for limit in fields(Limits)})
    seen = Rows(
        X=X.drop(columns=[name for name in shared if name in X]),
        y=labels(rows),
        as_of=rows["as_of"].to_numpy(),
        customers=groups(rows),
        late=(rows["split"] == "test").to_numpy(),
        gone=(rows["gone"] == 1).to_numpy() if params.dataset.label.rule == "departure" else None,
    )
    columns = words(tables, rows, seed) if tables else pd.DataFrame(index=rows.index)
    return [
        leaks.gaps([*splits(params, rows), *walked], params.dataset.label.known_after_days),
        again(params, tables, rows, X) if tables else Check("recompute", {"left_out": "no records here"}),
        *telltale.single(seen, limits, seed, columns=columns),
        telltale.fading(seen, limits, seed),
        leaks.jump(seen, limits, seed, threads),
        leaks.shuffled(seen, limits, seed, threads),
    ]


def splits(params: Params, rows: pd.DataFrame) -> list[Split]:
    """Give what is learnt and asked in ``train``, ``calibrate`` and ``evaluate``, as those stages take it."""
    dates = {split: sorted(set(days(rows[rows["split"] == split]))) for split in SPLITS}
    folds = rolling_origin(
        dates["train"], folds=params.dates.folds, label_days=params.dataset.label.known_after_days
    )
    return [
        *(Split(f"fold {n} of tuning", fold.train, fold.valid) for n, fold in enumerate(folds, 1)),
        Split("the calibration's model", tuple(dates["train"]), dates["calibration"][0]),
        Split("the calibration", tuple(dates["calibration"]), dates["test"][0]),
    ]


def again(params: Params, tables: Mapping[str, pa.Table], rows: pd.DataFrame, X: pd.DataFrame) -> Check:
    """Compute features of some customers anew from the records as they stood, on three dates."""
    dates = sorted(rows["as_of"].unique())
    rng = np.random.default_rng(params.seed)
    stored, computed = [], []
    for day in dict.fromkeys([dates[0], dates[len(dates) // 2], dates[-1]]):
        here = rng.permutation(np.flatnonzero(rows["as_of"] == day))
        soon = stirring(tables, day.date(), SOON)
        first = rows["customer_id"].iloc[here].isin(soon).to_numpy()
        taken = np.sort(np.concatenate([here[first], here[~first]])[: params.evaluate.leaks.customers])
        asked = rows.iloc[taken][["customer_id", "as_of"]].reset_index(drop=True)
        stored.append(pd.concat([asked, X.iloc[taken].reset_index(drop=True)], axis=1))
        computed.append(
            compute(
                as_they_stood(tables, day.date()),
                asked,
                CATALOGUE,
                memory_mb=params.build.memory_mb,
                threads=params.train.threads,
            )
        )
    return leaks.recomputed(pd.concat(stored, ignore_index=True), pd.concat(computed, ignore_index=True))


def words(tables: Mapping[str, pa.Table], rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Give the customers' columns as numbers (`models.telltale.encoded`), as the newest version known says them.

    Names excepted, whether or not a feature reads them: a status that is overwritten and has no date is found here.
    """
    version = versions.known(tables[CUSTOMERS.name].to_pandas(date_as_object=False), rows)
    names = [
        column.name
        for column in CUSTOMERS.columns
        if column.kind is Kind.TEXT and column.name != "name" and column.name in version
    ]
    encoded = {}
    for name in names:
        number = np.empty(len(rows))
        for late in (True, False):
            at = ((rows["split"] == "test") == late).to_numpy()
            number[at] = telltale.encoded(
                version[name].to_numpy()[at], labels(rows)[at], groups(rows)[at], seed
            )
        encoded[f"customers.{name}"] = number
    return pd.DataFrame(encoded, index=rows.index)


def judged(
    params: Params, dataset: str, found: Sequence[Check]
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Give what ``leaks.json`` says, and the findings that nobody has acknowledged."""
    notes = [note for note in params.evaluate.leaks.acknowledged if note.dataset in (None, dataset)]
    reasons: dict[Finding, str | None] = {}
    used = set()
    for finding in (finding for check in found for finding in check.findings):
        fitting = [
            number
            for number, note in enumerate(notes)
            if note.check == finding.check and note.feature in (None, finding.feature)
        ]
        used.update(fitting)
        reasons[finding] = notes[fitting[0]].reason if fitting else None
    told = {
        "dataset": dataset,
        "limits": params.evaluate.leaks.model_dump(exclude={"acknowledged"}),
        "checks": {check.name: check.told for check in found},
        "findings": [{**asdict(one), "acknowledged": reason} for one, reason in reasons.items()],
        "not_found": [note.model_dump() for number, note in enumerate(notes) if number not in used],
    }
    return told, tuple(finding for finding, reason in reasons.items() if reason is None)
