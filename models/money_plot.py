"""The figure of money: what the model's list brings, were the assumptions others. It draws and computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from models.plots import INK, LOWERS, RAISES, SOFT, STYLE, svg

if TYPE_CHECKING:
    import pandas as pd

COLOURS = LinearSegmentedColormap.from_list("over", [RAISES, "#FFFFFF", LOWERS])


def sensitivity(table: pd.DataFrame, acceptance: float, contact_cost: float, currency: str) -> str:
    """Profit a customer asked about over acceptance and contact cost; a row of ``table`` is one pair.

    ``model``, ``everyone`` and ``nobody`` are the mean profits of the policies, ``contacted`` the share of the
    customers on the model's list. Left: the profit of the model's list. Right: what it brings more than the better
    of contacting everyone and nobody. The cross is what is assumed.
    """
    table = table.assign(over=table["model"] - np.maximum(table["everyone"], table["nobody"]))
    costs = np.unique(table["contact_cost"])
    # Costs stand a step apart each, whatever their distance: the dear ones would hide the cheap ones.
    shown = {
        name: table.pivot_table(index="contact_cost", columns="acceptance", values=name)
        for name in ("model", "over", "contacted")
    }
    x = shown["model"].columns.to_numpy(dtype=np.float64)
    y = np.arange(len(costs))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.4, 4.0), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        titles = {
            "model": f"profit of the model's list, {currency} a customer",
            "over": "more than the better of everyone and nobody",
        }
        for axes, (name, title) in zip((left, right), titles.items(), strict=True):
            values = shown[name].to_numpy()
            far = max(float(np.abs(values).max()), 1e-9)
            mesh = axes.pcolormesh(
                x, y, values, cmap=COLOURS, norm=TwoSlopeNorm(0.0, -far, far), shading="nearest"
            )
            mesh.set_edgecolor("face")
            bar = figure.colorbar(mesh, ax=axes, shrink=0.9)
            bar.outline.set_visible(False)
            bar.ax.set_ylim(min(float(values.min()), 0.0), max(float(values.max()), 0.0) or far)
            axes.plot(
                acceptance,
                np.interp(contact_cost, costs, y),
                "x",
                color=INK,
                markersize=8,
                markeredgewidth=1.6,
            )
            axes.set_title(title, fontsize=9, loc="left")
            axes.set(xlabel="share of the leavers that accept", yticks=y)
            axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        share = shown["contacted"].to_numpy()
        levels = [level for level in (0.05, 0.10, 0.25, 0.5) if share.min() < level < share.max()]
        if levels:
            lines = left.contour(x, y, share, levels=levels, colors=SOFT, linewidths=0.8)
            left.clabel(lines, fmt=lambda level: f"{level:.0%}", fontsize=7)
        left.set_yticklabels([f"{cost:,.3g}" if cost < 1000 else f"{cost:,.0f}" for cost in costs])
        left.set(ylabel=f"cost of a contact, {currency}")
        handles = [
            Line2D([], [], color=INK, marker="x", linestyle="none", label="assumed"),
            Line2D([], [], color=SOFT, linewidth=0.8, label="share of customers on the list"),
        ]
        figure.legend(handles=handles[: 1 + bool(levels)], loc="outside lower center", ncols=2, frameon=False)
        return svg(figure)
