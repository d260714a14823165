"""`make bench-gain`: what each source and each cause adds to each family, and the wider catalogue to the first one.

Each family is fitted on the training dates with the whole catalogue, and again with one source or one cause less,
or with the catalogue of commit 762ab29 alone. All are judged as the champion is: on the calibration dates, by
probabilities of customers that their calibration was not fitted on. No test date is read. A gain is positive where
the whole catalogue is better. Intervals are 95%, from the same resamples of customers for both models; they do not
hold the luck of a fit, which the row "another seed" shows.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.results import FOLDER, Figure, commit, machine, publish
from models import families, metrics
from models.crossfit import probabilities
from models.families import FAMILIES
from models.intervals import Interval, difference
from pipeline import commands, store
from pipeline.columns import groups, labels
from pipeline.frames import read_json, write_json, write_text
from pipeline.params import Params
from pipeline.paths import ROOT, Paths
from pipeline.progress import counted

FIRST = Path(__file__).parent / "catalogue_762ab29.txt"
PAGE = ROOT / "docs/reference/gain.md"
SEEDS = {"logistic": 1, "forest": 2, "boosted": 3}
"""Fits whose scores are averaged; the logistic regression has no luck."""
RESAMPLES = 1000
LOG_LOSS, PR_AUC, ROC_AUC = "log loss", "PR-AUC", "ROC-AUC"
METRICS: dict[str, tuple[Callable[..., Any], int]] = {
    LOG_LOSS: (metrics.log_loss, -1),
    PR_AUC: (metrics.pr_auc, 1),
    ROC_AUC: (metrics.roc_auc, 1),
}
"""The statistics, and the sign that makes more of them better."""
AGAIN, OLD = "another seed", "the catalogue of 762ab29"

OPENING = """# What each source and each cause adds

Written by `make bench-gain` on {day} at commit {commit}, {machine}; do not edit.

Each family was fitted on the training dates with the whole catalogue (but for what says the same of everybody on a
date, which no model takes: docs/decisions/0005) and again without what the row names, with
{how}. Both were judged on the calibration dates, as the champion is; no test date was read. A gain is positive
where the whole catalogue is better; 95% intervals from the same resamples of customers for both; **bold** leaves
out 0. Intervals do not hold the luck of a fit: the row "another seed" shows it (the whole catalogue, fitted again).
Sources and causes overlap, so gains do not add up: what one leaves, another may say as well.
"""


def variants(entries: Sequence[Mapping[str, Any]], first: Sequence[str]) -> dict[str, list[str]]:
    """Give the features that each variant keeps, by what it leaves out; one that would keep none is not there."""
    names = [str(entry["name"]) for entry in entries]
    made = {AGAIN: names}
    for kind in ("source", "cause"):
        for value in dict.fromkeys(entry[kind] for entry in entries):
            made[f"{kind} {value}"] = [str(entry["name"]) for entry in entries if entry[kind] != value]
    made[OLD] = [name for name in names if name in set(first)]
    return {what: kept for what, kept in made.items() if kept}


def first_catalogue() -> list[str]:
    """Give the names of the first catalogue."""
    lines = FIRST.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class Judge:
    """The training and calibration dates of one dataset, and probabilities that a family gives for the latter."""

    def __init__(self, params: Params, paths: Paths, *, tuned: bool) -> None:
        self.params, self.paths, self.tuned = params, paths, tuned
        rows, self.early = store.matrix(paths, "train")
        self.left = labels(rows)
        self.rows, self.late = store.matrix(paths, "calibration")
        self.y, self.customers = labels(self.rows), groups(self.rows)

    def settings(self, family: str) -> Mapping[str, Any]:
        """Give the family's defaults, or with ``tuned`` those of its study on the whole catalogue."""
        if not self.tuned:
            return families.defaults(family)
        made_by = f"forewarn train --dataset {self.paths.dataset}"
        told: dict[str, Any] = read_json(self.paths.family(family) / "family.json", made_by=made_by)["params"]
        return told

    def said(self, family: str, names: Sequence[str], *, shift: int = 0) -> np.ndarray:
        """Give a probability for each row of the calibration dates, each from maps fitted on other customers."""
        scores = []
        for number in range(SEEDS[family]):
            model = families.fit(
                family,
                self.early[list(names)],
                self.left,
                self.settings(family),
                self.params.seed + 1000 * shift + number,
                self.params.train.threads,
            )
            scores.append(model.score(self.late))
        return probabilities(
            np.mean(scores, axis=0), self.y, self.customers, model.unit, self.params.calibrate.methods
        )

    def gained(self, whole: np.ndarray, other: np.ndarray) -> dict[str, Interval]:
        """Give how much better ``whole`` is than ``other``, by each metric."""
        return {name: self._gained(name, whole, other) for name in METRICS}

    def _gained(self, name: str, whole: np.ndarray, other: np.ndarray) -> Interval:
        statistic, sign = METRICS[name]
        better, worse = (whole, other) if sign > 0 else (other, whole)
        return difference(
            statistic, self.y, better, worse, groups=self.customers, n=RESAMPLES, seed=self.params.seed
        )


def measured(judge: Judge, first: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Give one row a family and variant; the first of a family is the whole catalogue itself."""
    entries = [entry for entry in store.catalogue(judge.paths)["features"] if not entry["shared"]]
    made = variants(entries, first)
    names = [str(entry["name"]) for entry in entries]
    with counted(f"gain {judge.paths.dataset}", len(FAMILIES) * (1 + len(made))) as step:
        for family in FAMILIES:
            whole = judge.said(family, names)
            step()
            row = {"dataset": judge.paths.dataset, "family": family}
            values = {name: float(statistic(judge.y, whole)) for name, (statistic, _) in METRICS.items()}
            yield {**row, "left_out": None, "features": len(names), "values": values}
            for what, kept in made.items():
                shift = int(what == AGAIN)
                if kept == names and (not shift or family == "logistic"):
                    other = whole
                else:
                    other = judge.said(family, kept, shift=shift)
                step()
                gained = judge.gained(whole, other)
                yield {
                    **row,
                    "left_out": what,
                    "features": len(names) - len(kept),
                    "gained": {name: interval._asdict() for name, interval in gained.items()},
                }


def figures(rows: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Give what the wider catalogue gained each family, beside the bar that no loss may show."""
    told = []
    for row in rows:
        if row["left_out"] != OLD:
            continue
        for name, gained in row["gained"].items():
            what = f"{row['dataset']}, {row['family']}: {name} gained over 762ab29"
            told.append(Figure(what, gained["value"], "", None))
            told.append(Figure(f"{what}, upper end", gained["high"], "at least 0", gained["high"] >= 0))
    return told


def markdown(rows: Sequence[Mapping[str, Any]], how: str) -> str:
    """Give the page: a table a dataset and family."""
    told = pd.DataFrame(rows)
    page = [OPENING.format(day=datetime.now(UTC).date(), commit=commit(), machine=machine(), how=how)]
    for (dataset, family), mine in told.groupby(["dataset", "family"], sort=False):
        whole = mine[mine["left_out"].isna()].iloc[0]
        values = ", ".join(f"{name} {value:.4f}" for name, value in whole["values"].items())
        page.append(f"## {dataset}: {family}\n")
        page.append(f"Whole catalogue, {whole['features']} features: {values}.\n")
        page.append("| left out | features | " + " | ".join(f"{name} gained" for name in METRICS) + " |")
        page.append("|---|---:|" + "---:|" * len(METRICS))
        for row in mine[mine["left_out"].notna()].to_dict("records"):
            cells = [_cell(row["gained"][name]) for name in METRICS]
            what = f"all but {OLD}" if row["left_out"] == OLD else row["left_out"]
            page.append(f"| {what} | {row['features']} | " + " | ".join(cells) + " |")
        page.append("")
    return "\n".join(page)


def _cell(gained: Mapping[str, float]) -> str:
    text = f"{gained['value']:+.4f} ({gained['low']:+.4f} to {gained['high']:+.4f})".replace("-", "−")  # noqa: RUF001
    return f"**{text}**" if gained["low"] > 0 or gained["high"] < 0 else text


def main() -> int:
    room = argparse.ArgumentParser(prog="python -m benchmarks.gain", description="Gain by source and cause.")
    room.add_argument("datasets", nargs="*", default=["online_retail_ii"], metavar="DATASET")
    room.add_argument("--tuned", action="store_true", help="the settings of the studies, not the defaults")
    asked = room.parse_args()
    began, rows = time.perf_counter(), []
    for dataset in asked.datasets:
        judge = Judge(*commands.settings(dataset), tuned=asked.tuned)
        rows += list(measured(judge, first_catalogue()))
    how = "the settings tuned on the whole catalogue" if asked.tuned else "the family's defaults"
    code = publish("gain", figures(rows))
    path = FOLDER / "gain.json"
    write_json(
        path, read_json(path) | {"table": rows, "settings": how, "seconds": time.perf_counter() - began}
    )
    write_text(PAGE, markdown(rows, how))
    return code


if __name__ == "__main__":
    sys.exit(main())
