"""What has become known since the model was trained: labels, silences, and whether past lists were right."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from features.cohort import Rule, as_of_dates
from models import leaving, promises
from models.notices import LOOK, NOTHING, Notice
from pipeline import bundle, certificates, label, publishing, store
from pipeline.errors import BadRecords, MissingInput
from pipeline.fitted import Served
from pipeline.frames import read_parquet, read_sealed
from pipeline.params import Params
from pipeline.paths import Paths

USED = ("train", "calibration")
LISTS = 12
"""Past lists that are told."""
APART = 28
"""Days between lists that are judged; nightly lists of one month tell the same."""
WINDOWS = (30, 60)
"""Days of silence that are known sooner than any departure; ``confirm_days`` is asked beside them."""


@dataclass(frozen=True)
class Training:
    """What the model was trained on: as-of dates of the store, and the last day whose records were known.

    The store may have been made anew since, for a challenger that was refused: later dates are none of the model's.
    """

    cohort: pd.DataFrame
    until: date
    learned_to: date
    """The last date that the model and its calibration learned from; later ones tested it."""

    @staticmethod
    def of(params: Params, paths: Paths, dates: bundle.Dates) -> "Training":
        """Give the training of the model of ``dates``; raises MissingInput where the store has none of them."""
        cohort = store.cohort(paths)
        theirs = cohort[cohort["as_of"] <= pd.Timestamp(dates.newest)]
        if theirs.empty:
            raise MissingInput(
                f"The store of dataset '{paths.dataset}' begins on {cohort['as_of'].min().date()}, and the model "
                f"that serves learned of nothing after {dates.newest}; train again, and promote what comes out."
            )
        until = dates.newest + timedelta(days=params.dataset.label.known_after_days)
        return Training(theirs, until, dates.learned_to)

    @property
    def days(self) -> list[date]:
        return sorted(day.date() for day in self.cohort["as_of"].unique())

    @property
    def learned(self) -> pd.DataFrame:
        """Give the rows that the model and its calibration learned from."""
        early = self.cohort["as_of"] <= pd.Timestamp(self.learned_to)
        return self.cohort[early & self.cohort["eligible"] & self.cohort["split"].isin(USED)]


def labels(params: Params, paths: Paths, training: Training, as_of: date) -> list[Notice]:
    """Tell which labels have become known since the training, and whether more fall silent than a year ago."""
    rule = label.rule_of(params)
    with label.company(params, paths) as there:
        dates = as_of_dates(
            there.span()[0],
            as_of,
            every_months=params.dates.every_months,
            history_days=params.dates.history_days,
            known_after=rule.known_after_days,
        )
        new = [day for day in dates if day > training.days[-1]]
        rows = there.cohort(new, rule, labelled=True).to_pandas() if new else pd.DataFrame({"eligible": []})
        known = rows[rows["eligible"].astype(bool)]
        leavers = int(known["label"].sum()) if len(known) else 0
        learned = int(training.learned["label"].sum())
        told = [leaving.new_labels(new, len(known), leavers, learned, params.watch.new_leavers)]
        if rule.name != "recorded":
            for window in sorted({*WINDOWS, params.dataset.label.confirm_days}):
                told += _silent(params, there, as_of, window)
    return told


def _silent(params: Params, there: label.Company, as_of: date, window: int) -> list[Notice]:
    """Ask how many of those expected to buy within a window bought nothing, month by month."""
    dates = as_of_dates(
        there.span()[0], as_of, every_months=1, history_days=params.dates.history_days, known_after=window
    )
    if not dates:
        return []
    rule = Rule("silence", window, window, params.dataset.label.slack)
    rows = there.cohort(dates, rule, labelled=True).to_pandas()
    asked = rows[rows["eligible"]].groupby("as_of")["label"].agg(["sum", "size"]).reindex(dates, fill_value=0)
    counts, sizes = asked["sum"].to_numpy(np.float64), asked["size"].to_numpy(np.float64)
    found = leaving.silent(window, counts, sizes, params.watch.silent, params.watch.deviations)
    return [] if found is None else [found]


def performance(
    params: Params, paths: Paths, served: Served, as_of: date
) -> tuple[list[Notice], list[dict[str, Any]]]:
    """Judge the past lists of the model that serves, the newest alone and the last ones together."""
    limits = promises.Limits(
        params.watch.level, params.watch.level_retrain, params.watch.ranking, params.watch.leavers
    )
    after = params.dataset.label.known_after_days
    kept, damaged = _kept(paths, served, as_of - timedelta(days=after))
    lists = _lists(params, paths, kept)
    if not lists:
        words = f"No list of this model is {after} days old, when its labels are known."
        return [*damaged, Notice("performance", "lists", NOTHING, words, {"known_after_days": after})], []
    promised = _promised(paths, served)
    told = [
        {"as_of": rows["as_of"].iloc[0].date(), **promises.measured(_of(rows), limits, params.seed)}
        for rows in lists
    ]
    notices = damaged + promises.notices(f"list of {told[-1]['as_of']}", told[-1], promised, limits)
    last = lists[-params.watch.batches :]
    if len(last) > 1:
        together = promises.measured(_of(pd.concat(last, ignore_index=True)), limits, params.seed)
        about = f"{len(last)} lists from {told[-len(last)]['as_of']}"
        notices += promises.notices(about, together, promised, limits)
    return notices, [promises.plain(one) for one in told]


def _of(rows: pd.DataFrame) -> promises.Lists:
    return promises.Lists(
        rows["label"].to_numpy(np.float64),
        rows["p_churn"].to_numpy(np.float64),
        rows["customer_id"].to_numpy(object),
    )


def _kept(paths: Paths, served: Served, until: date) -> tuple[list[pd.DataFrame], list[Notice]]:
    """Give the lists of this model up to a day, newest first, and a notice of each batch that is damaged."""
    kept: list[pd.DataFrame] = []
    damaged: list[Notice] = []
    for day in reversed(publishing.dates(paths)):
        if day > until or (kept and (kept[-1]["as_of"].iloc[0].date() - day).days < APART):
            continue
        try:
            scores = publishing.published(paths, day) / publishing.SCORES
        except (BadRecords, MissingInput):
            damaged.append(_damaged(paths, day))
            continue
        rows = read_parquet(scores, columns=["customer_id", "as_of", "p_churn", "model"])
        mine = rows[rows["model"] == served.hash]
        if len(mine):
            kept.append(mine)
        if len(kept) == LISTS:
            break
    return kept, damaged


def _damaged(paths: Paths, day: date) -> Notice:
    again = f"forewarn score --dataset {paths.dataset} --as-of {day}"
    words = f"The batch 'scores/as_of={day}' is damaged and was not judged; make it again with '{again}'."
    return Notice("performance", f"list of {day}", LOOK, words)


def _lists(params: Params, paths: Paths, kept: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Give the lists that were kept, oldest first, with what became of everybody."""
    if not kept:
        return []
    days = [rows["as_of"].iloc[0].date() for rows in kept]
    with label.company(params, paths) as there:
        cohort = there.cohort(sorted(days), label.rule_of(params), labelled=True).to_pandas(
            date_as_object=False
        )
    known = cohort.loc[cohort["eligible"], ["customer_id", "as_of", "label"]]
    joined = [rows.merge(known, on=["customer_id", "as_of"]) for rows in kept[::-1]]
    return [rows for rows in joined if len(rows)]


def _promised(paths: Paths, served: Served) -> dict[str, Any] | None:
    """Give what the test dates, all together, say of the model that serves; None where they speak of another."""
    metrics = paths.report / "metrics.json"
    tested = certificates.tested(paths)
    if not metrics.exists() or tested is None:
        return None
    if tested["model"] != served.hash:
        return None
    told = read_sealed(metrics, made_by=f"forewarn evaluate --dataset {paths.dataset}")
    pooled: dict[str, Any] = told["families"][served.fit.family]["pooled"]
    return pooled
