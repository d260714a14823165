"""The figure of reliability by date: a small diagram each. It draws and computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, PercentFormatter

from models.plots import COLOURS, FAINT, INK, STYLE, svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

ACROSS = 4


def reliability(dates: Mapping[str, pd.DataFrame], family: str) -> str:
    """What was said against what happened, a small diagram a date.

    A row is a group of customers with alike probabilities: ``x`` their mean probability, ``y`` the share that left.
    All diagrams have one scale, as far as the largest of either.
    """
    across = min(len(dates), ACROSS)
    down = -(-len(dates) // across)
    far = max(
        [0.1, *(float(points[axis].max()) for points in dates.values() if len(points) for axis in ("x", "y"))]
    )
    step = 0.25 if far > 0.4 else 0.1 if far > 0.2 else 0.05
    ticks = [step * n for n in range(int(far / step + 1e-9) + 2)]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(2.1 * across + 0.4, 2.2 * down + 0.3), layout="constrained")
        rooms = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, (day, points) in zip(rooms, dates.items(), strict=False):
            axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1.2, zorder=0)
            axes.plot(
                points["x"], points["y"], "o-", color=COLOURS.get(family, INK), markersize=3.5, linewidth=1.0
            )
            axes.set_title(day, fontsize=8.5, loc="left")
            axes.set(xlim=(0, far * 1.06), ylim=(0, far * 1.06), aspect="equal")
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_locator(FixedLocator(ticks))
                axis.set_major_formatter(PercentFormatter(1, decimals=0))
        for axes in rooms[len(dates) :]:
            axes.set_visible(False)
        figure.supxlabel("probability", fontsize=9)
        figure.supylabel("share that left", fontsize=9)
        return svg(figure)
