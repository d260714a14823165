"""The figure of cases: how many leavers each list found before they left. It draws and computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from models.plots import COLOURS, INK, SOFT, STYLE, svg

if TYPE_CHECKING:
    import pandas as pd


def found(lists: pd.DataFrame) -> str:
    """Share of the leavers found by each list, beside what lists by lot find.

    A row is a list of one maker: ``list`` its name, ``by`` who made it (a family or rule), ``value``, ``low`` and
    ``high`` the share found with its interval, ``lots`` that of lists as long drawn by lot.
    """
    names = list(dict.fromkeys(lists["list"]))
    makers = list(dict.fromkeys(lists["by"]))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 0.3 * len(names) * (len(makers) + 0.6) + 1.0), layout="constrained")
        axes = figure.subplots()
        for place, name in enumerate(names):
            mine = lists[lists["list"] == name].set_index("by")
            lots = mine["lots"].max()
            axes.vlines(lots, place - 0.36, place + 0.36, color=SOFT, linewidth=2.2, zorder=1)
            for step, maker in enumerate(makers):
                if maker not in mine.index:
                    continue
                row = mine.loc[maker]
                at = place + (step - (len(makers) - 1) / 2) * 0.36
                colour = COLOURS.get(maker, INK)
                axes.hlines(at, row["low"], row["high"], color=colour, linewidth=1.3, alpha=0.7)
                axes.plot(row["value"], at, "o", color=colour, markersize=6 if step == 0 else 5)
                axes.annotate(
                    f"{row['value']:.0%}",
                    (max(row["value"], row["high"]), at),
                    xytext=(6, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=8,
                    color=colour,
                )
        axes.set(
            yticks=range(len(names)),
            yticklabels=names,
            ylim=(len(names) - 0.4, -0.6),
            xlim=(0, 1.02),
            xlabel="share of the leavers on the list before their last purchase",
        )
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        handles = [
            Line2D(
                [], [], color=COLOURS.get(maker, INK), marker="o", markersize=5, label=maker.replace("_", " ")
            )
            for maker in makers
        ]
        handles.append(
            Line2D(
                [],
                [],
                color=SOFT,
                marker="|",
                markersize=9,
                markeredgewidth=2.2,
                linestyle="none",
                label="drawn by lot",
            )
        )
        figure.legend(
            handles=handles, loc="outside upper left", ncols=len(handles), frameon=False, fontsize=8
        )
        return svg(figure)
