"""The figure of a learning curve: how the figures grow with the data. It draws and computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from models.plots import COLOURS, FAINT, STYLE, svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

FIGURES = {"pr_auc": "PR-AUC", "roc_auc": "ROC-AUC", "log_loss": "log loss (lower is better)"}


def curves(studies: Mapping[str, pd.DataFrame], titles: Mapping[str, str]) -> str:
    """A column a study, a line of figures each; sizes on a logarithmic scale, the last point all there is.

    A row of a study is a part: ``size`` (0: everything, where sizes are no counts), and for each figure
    ``<figure>.value``, ``.low`` and ``.high``.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(2.9 * len(studies), 5.6), layout="constrained")
        rooms = figure.subplots(len(FIGURES), len(studies), sharex="col", sharey="row", squeeze=False)
        for column, (name, rows) in enumerate(studies.items()):
            sizes = rows["size"].to_numpy(dtype=np.float64)
            at = np.log2(np.where(sizes > 0, sizes, 2 * max(sizes.max(), 1.0)))
            for line, (figure_name, label) in enumerate(FIGURES.items()):
                axes = rooms[line, column]
                last = rows[f"{figure_name}.value"].iloc[-1]
                axes.axhline(last, color=FAINT, linewidth=1.2, zorder=0)
                axes.vlines(
                    at,
                    rows[f"{figure_name}.low"],
                    rows[f"{figure_name}.high"],
                    color=COLOURS["boosted"],
                    linewidth=0.9,
                    alpha=0.55,
                )
                axes.plot(
                    at,
                    rows[f"{figure_name}.value"],
                    "o-",
                    color=COLOURS["boosted"],
                    markersize=4,
                    linewidth=1.1,
                )
                axes.margins(x=0.08)
                if column == 0:
                    axes.set_ylabel(label)
            told = [f"{size:,.0f}" if size else "all" for size in sizes]
            rooms[-1, column].set_xticks(at, told, rotation=45 if len(told) > 6 else 0, fontsize=7.5)
            rooms[-1, column].xaxis.set_minor_locator(NullLocator())
            rooms[-1, column].set_xlabel(titles[name])
        return svg(figure)
