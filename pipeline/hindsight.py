"""What has become known since the model was trained: labels, silences, and whether past lists were right."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.cohort import Rule, as_of_dates
from models import leaving, promises
from models.notices import LOOK, NOTHING, RETRAIN, Notice
from pipeline import bundle, certificates, findings, label, publishing, released, store
from pipeline.errors import BadRecords, MissingInput, Refusal
from pipeline.fitted import Served
from pipeline.frames import read_json, read_parquet
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


@dataclass(frozen=True)
class Past:
    """A past list: its rows (customer_id, as_of, p_churn, and the label where it is known), and who made it."""

    as_of: date
    rows: pd.DataFrame
    model: str
    version: str | None
    """The number in the registry of the model that made it; None where the manifest does not tell it."""

    @property
    def maker(self) -> str:
        return f"the model {self.model[:12]}" if self.version is None else f"version {self.version}"


def performance(
    params: Params, paths: Paths, served: Served, training: Training, as_of: date
) -> tuple[list[Notice], list[dict[str, Any]]]:
    """Judge past lists by what then happened: of one model the newest alone and the last ones together.

    Those of the model that serves may ask for a retraining. Where the newest list is a former model's, its lists
    are judged too and ask for a look at most: another model has taken its place already.
    """
    limits = promises.Limits(
        params.watch.level, params.watch.level_retrain, params.watch.ranking, params.watch.leavers
    )
    after = params.dataset.label.known_after_days
    kept, notices = _kept(paths, served, training, as_of - timedelta(days=after))
    lists = _lists(params, paths, kept)
    found = [(one, promises.measured(_of(one.rows), limits, params.seed)) for one in lists]
    mine = [pair for pair in found if pair[0].model == served.hash]
    if mine:
        notices += _judged(params, mine, _promised(paths, served), limits)
    else:
        words = f"No list of this model is {after} days old, when its labels are known."
        notices.append(Notice("performance", "lists", NOTHING, words, {"known_after_days": after}))
    if lists and lists[-1].model != served.hash:
        former = [pair for pair in found if pair[0].model == lists[-1].model]
        maker = lists[-1].maker
        notices += [_former(one, maker) for one in _judged(params, former, None, limits, f" by {maker}")]
    told = [
        {"as_of": one.as_of, "model": one.model, "version": one.version, **figures} for one, figures in found
    ]
    return notices, [promises.plain(one) for one in told]


def _judged(
    params: Params,
    lists: list[tuple[Past, dict[str, Any]]],
    promised: dict[str, Any] | None,
    limits: promises.Limits,
    by: str = "",
) -> list[Notice]:
    """Judge the lists of one model with their figures, oldest first: the newest alone, the last ones together."""
    newest, alone = lists[-1]
    notices = promises.notices(f"list of {newest.as_of}{by}", alone, promised, limits)
    last = [one for one, _ in lists[-params.watch.batches :]]
    if len(last) > 1:
        rows = pd.concat([one.rows for one in last], ignore_index=True)
        together = promises.measured(_of(rows), limits, params.seed)
        about = f"{len(last)} lists from {last[0].as_of}{by}"
        notices += promises.notices(about, together, promised, limits)
    return notices


def _former(notice: Notice, maker: str) -> Notice:
    """Say that another model than the one that serves made what was judged, and ask for a look at most."""
    words = f"{notice.words} It was made by {maker}, which does not serve now."
    return replace(notice, verdict=LOOK if notice.verdict == RETRAIN else notice.verdict, words=words)


def _of(rows: pd.DataFrame) -> promises.Lists:
    return promises.Lists(
        rows["label"].to_numpy(np.float64),
        rows["p_churn"].to_numpy(np.float64),
        rows["customer_id"].to_numpy(object),
    )


def _kept(paths: Paths, served: Served, training: Training, until: date) -> tuple[list[Past], list[Notice]]:
    """Give the past lists up to a day, newest first, and a notice of each batch that is damaged.

    Those of one model lie ``APART`` days from one another. A list of a day that its own model learned from is no
    measure of it and is left out; of a model whose release is not kept here nobody knows that.
    """
    kept: list[Past] = []
    damaged: list[Notice] = []
    newest: dict[str, date] = {}
    learned: dict[str, date | None] = {served.hash: training.learned_to}
    for day in reversed(publishing.dates(paths)):
        maker = _maker(paths, day)
        later = newest.get(maker) if maker else kept[-1].as_of if kept else None
        if day > until or _near(day, later) or _taught(day, learned.get(maker)):
            continue
        try:
            folder = publishing.published(paths, day)
        except (BadRecords, MissingInput):
            damaged.append(_damaged(paths, day))
            continue
        about = read_json(folder / publishing.MANIFEST).get("model", {})
        one = _list(folder, day, about)
        if one is None:
            continue
        if one.model not in learned:
            learned[one.model] = _learned_to(paths, about)
        if _taught(day, learned[one.model]):
            continue
        kept.append(one)
        newest[one.model] = day
        if len(kept) == LISTS:
            break
    return kept, damaged


def _near(day: date, later: date | None) -> bool:
    return later is not None and (later - day).days < APART


def _taught(day: date, learned_to: date | None) -> bool:
    return learned_to is not None and day <= learned_to


def _maker(paths: Paths, day: date) -> str:
    """Give the model of a batch as its manifest says, before anything of it is checked; nothing where it cannot."""
    try:
        return str(read_json(paths.batch(day) / publishing.MANIFEST)["model"]["hash"])
    except (Refusal, OSError, KeyError, TypeError):
        return ""


def _list(folder: Path, day: date, about: Mapping[str, Any]) -> Past | None:
    """Give the list that a checked batch holds, of which its manifest tells ``about`` the model; None of nobody."""
    rows = read_parquet(folder / publishing.SCORES, columns=["customer_id", "as_of", "p_churn", "model"])
    if rows.empty:
        return None
    version = about.get("version")
    return Past(
        day, rows.drop(columns="model"), str(rows["model"].iloc[0]), None if version is None else str(version)
    )


def _learned_to(paths: Paths, about: Mapping[str, Any]) -> date | None:
    """Give the last day that the model of a batch learned from; None where its release is not kept here."""
    files = released.kept(paths, str(about.get("release")))
    try:
        return None if files is None else bundle.dates(files).learned_to
    except Refusal:  # of another format than this version reads
        return None


def _damaged(paths: Paths, day: date) -> Notice:
    again = f"forewarn score --dataset {paths.dataset} --as-of {day}"
    words = f"The batch 'scores/as_of={day}' is damaged and was not judged; make it again with '{again}'."
    return Notice("performance", f"list of {day}", LOOK, words)


def _lists(params: Params, paths: Paths, kept: list[Past]) -> list[Past]:
    """Give the lists that were kept, oldest first, with what became of everybody."""
    if not kept:
        return []
    with label.company(params, paths) as there:
        cohort = there.cohort(
            sorted(one.as_of for one in kept), label.rule_of(params), labelled=True
        ).to_pandas(date_as_object=False)
    known = cohort.loc[cohort["eligible"], ["customer_id", "as_of", "label"]]
    joined = [replace(one, rows=one.rows.merge(known, on=["customer_id", "as_of"])) for one in kept[::-1]]
    return [one for one in joined if len(one.rows)]


def _promised(paths: Paths, served: Served) -> dict[str, Any] | None:
    """Give what the test dates, all together, say of the model that serves; None where they speak of another."""
    tested = certificates.tested(paths)
    if not (paths.report / "metrics.json").exists() or tested is None:
        return None
    if tested["model"] != served.hash:
        return None
    pooled: dict[str, Any] = findings.read(paths)["families"][served.fit.family]["pooled"]
    return pooled
