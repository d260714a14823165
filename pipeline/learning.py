"""Command ``learn``: are the data enough? Figures on the validation dates as history, customers and windows grow.

The family of the champion, with its defaults, is fitted on parts of the training dates and judged on the
calibration dates (the test dates are not read), by probabilities of customers that the calibration was not fitted
on. Writes ``report/learning.json`` and ``report/learning.svg``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table

from models import families, learning, learning_plot
from models.crossfit import probabilities
from models.errors import TooLittle
from models.learning import FIGURES, Part
from pipeline import certificates, store
from pipeline.columns import groups, labels
from pipeline.errors import TooLittleData
from pipeline.frames import write_json, write_text
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.progress import counted
from pipeline.terminal import console, plain_table

STUDIES = {
    "history": ("training dates", "history"),
    "customers": ("customers", "customers"),
    "windows": ("days looked back", "windows"),
}
"""What each study varies, in words."""
ENOUGH = 0.5
"""The part of all data that it is held against: would twice as much have helped, the last time?"""


class Study:
    """The rows to train on and to judge on, and one family."""

    def __init__(self, params: Params, paths: Paths, family: str) -> None:
        self.params, self.family = params, family
        self.early_rows, early = store.matrix(paths, "train")
        self.rows, late = store.matrix(paths, "calibration")
        declared = store.catalogue(paths)["features"]
        # What says the same of everybody on a date is given to no model (decision 5).
        self.days = {str(one["name"]): one["days"] for one in declared if not one.get("shared")}
        self.early, self.late = early[list(self.days)], late[list(self.days)]
        self.y, self.customers = labels(self.rows), groups(self.rows)

    def parts(self) -> dict[str, list[Part]]:
        """Give the points of each study, the whole of the data last."""
        names = list(self.days)
        return {
            "history": learning.history(self.early_rows["as_of"].to_numpy(), names),
            "customers": learning.customers(groups(self.early_rows), names, self.params.seed),
            "windows": learning.windows(self.days, len(self.early_rows)),
        }

    def said(self, part: Part) -> np.ndarray:
        """Give a probability for each row of the calibration dates."""
        left = labels(self.early_rows)[part.rows]
        if not 0 < left.sum() < len(left):
            raise TooLittle("All of them left, or all of them stayed.")
        model = families.fit(
            self.family,
            self.early.loc[part.rows, list(part.features)],
            left,
            families.defaults(self.family),
            self.params.seed,
            self.params.train.threads,
        )
        score = model.score(self.late[list(part.features)])
        return probabilities(score, self.y, self.customers, model.unit, self.params.calibrate.methods)

    def about(self, part: Part) -> dict[str, Any]:
        """Count what a part holds."""
        rows = self.early_rows[part.rows]
        return {
            "size": part.size,
            "rows": len(rows),
            "customers": int(rows["customer_id"].nunique()),
            "dates": int(rows["as_of"].nunique()),
            "leavers": int(labels(rows).sum()),
            "features": len(part.features),
        }


def run(params: Params, paths: Paths) -> None:
    """Study the champion's family, print a table a study, and say whether the data are enough."""
    study = Study(params, paths, certificates.chosen(paths)["family"])
    parts = study.parts()
    with counted("learn", sum(map(len, parts.values()))) as step:
        try:
            found = measured(study, parts, step)
        except TooLittle as error:
            raise TooLittleData(f"Dataset '{paths.dataset}' is too small to study: {error}") from None
    content = {
        "dataset": paths.dataset,
        "family": study.family,
        "judged_on": {
            "dates": [str(day.date()) for day in sorted(study.rows["as_of"].unique())],
            "rows": len(study.rows),
            "customers": int(pd.Series(study.customers).nunique()),
            "leavers": int(study.y.sum()),
        },
        "studies": found,
        "sentence": sentence(found),
    }
    write_json(paths.report / "learning.json", content)
    write_text(paths.report / "learning.svg", figure(content))
    tell(content)


def measured(study: Study, parts: Mapping[str, Sequence[Part]], step: Any) -> dict[str, list[dict[str, Any]]]:
    """Give the figures of each part of each study; what is fitted twice is fitted once."""
    known: dict[tuple[bytes, tuple[str, ...]], np.ndarray] = {}

    def said(part: Part) -> np.ndarray:
        key = (part.rows.tobytes(), part.features)
        step()
        if key not in known:
            known[key] = study.said(part)
        return known[key]

    found: dict[str, list[dict[str, Any]]] = {}
    for name, points in parts.items():
        told = learning.studied(
            points,
            said,
            study.y,
            study.customers,
            n=study.params.evaluate.resamples,
            seed=study.params.seed,
        )
        found[name] = [
            {
                **study.about(part),
                **{figure: interval._asdict() for figure, interval in figures.items()},
                "all_better_by": {figure: interval._asdict() for figure, interval in lacks.items()},
            }
            for part, figures, lacks in told
        ]
    return found


def sentence(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Answer the question: would more customers or a longer history help, and how far back must features look?"""
    told = []
    for name, noun, verdicts in (
        ("customers", "customers", ("more customers would likely help", "more customers would hardly help")),
        (
            "history",
            "training dates",
            ("a longer history would likely help", "a longer history would hardly help"),
        ),
    ):
        half = _half(found[name])
        if half is None:
            told.append(f"there are too few {noun} to tell whether more would help")
            continue
        gained = half["all_better_by"]["log_loss"]
        told.append(
            f"all {found[name][-1]['size']:,} {noun} lower the log loss of {half['size']:,} "
            f"by {_interval(gained)}, so {verdicts[0] if gained['low'] > 0 else verdicts[1]}"
        )
    enough = [row for row in found["windows"][:-1] if not row["all_better_by"]["log_loss"]["low"] > 0]
    told.append(
        f"features of the last {enough[0]['size']} days do as well as all, as far as these customers tell"
        if enough
        else "no shorter window does as well as all features"
    )
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _half(points: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Give the largest part that holds at most half of what the last one holds."""
    whole = points[-1]["size"]
    smaller = [row for row in points[:-1] if row["size"] <= ENOUGH * whole + 0.5]
    return smaller[-1] if smaller else None


def _interval(told: Mapping[str, float]) -> str:
    return f"{told['value']:.4f} ({told['low']:.4f} to {told['high']:.4f})"


def figure(content: Mapping[str, Any]) -> str:
    """Draw the studies."""
    return learning_plot.curves(
        {name: pd.json_normalize(rows) for name, rows in content["studies"].items()},
        {name: words for name, (words, _) in STUDIES.items()},
    )


def tell(content: Mapping[str, Any]) -> None:
    """Print a table a study and the answer."""
    out = console()
    judged = content["judged_on"]
    out.print(
        f"{content['family']} with its defaults, judged on {judged['rows']:,} rows of "
        f"{judged['customers']:,} customers, {judged['dates'][0]} to {judged['dates'][-1]}; 95% intervals"
    )
    for name, rows in content["studies"].items():
        out.print()
        out.print(_table(STUDIES[name][0], rows))
    out.print()
    out.print(content["sentence"])
    out.print(f"On the page: forewarn report --dataset {content['dataset']}")


def _table(what: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    table = plain_table()
    for head in (what, "leavers", "PR-AUC", "ROC-AUC", "log loss"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        figures = [
            f"{row[name]['value']:.3f} ({row[name]['low']:.3f}-{row[name]['high']:.3f})" for name in FIGURES
        ]
        size = f"{row['size']:,}" if row["size"] else "all"
        table.add_row(size, f"{row['leavers']:,}", *figures)
    return table
