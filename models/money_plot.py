"""The figures of money: whom contacting pays, and were the assumptions others. They draw and compute nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from models.plots import FAINT, INK, LOWERS, RAISES, SOFT, STYLE, svg

if TYPE_CHECKING:
    import pandas as pd

COLOURS = LinearSegmentedColormap.from_list("over", [RAISES, "#FFFFFF", LOWERS], N=47)
"""From 50 colours on, matplotlib sets the bar beside a map as a bitmap, which the policy of the page blocks."""


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


def policies(profits: pd.DataFrame, currency: str) -> str:
    """Profit a customer asked about of each policy; a row is a policy (its name the index), in the order shown.

    ``value``, ``low`` and ``high`` are its mean profit and the interval. The first row, perfect foresight, is what
    nobody can reach, and stands pale.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 0.42 * len(profits) + 0.8), layout="constrained")
        axes = figure.subplots()
        shown = profits.to_numpy(dtype=np.float64)
        low = min(float(np.nanmin(shown)), 0.0)
        reach = float(np.nanmax(shown)) - low or 1.0
        for place, (_, row) in enumerate(profits.iterrows()):
            colour = FAINT if place == 0 else LOWERS if place == 1 else SOFT
            axes.barh(place, row["value"], height=0.6, color=colour)
            axes.hlines(place, row["low"], row["high"], color=INK, linewidth=1.0)
            axes.annotate(
                f"{row['value']:,.2f}".replace("-", "\N{MINUS SIGN}"),
                (max(row["value"], row["high"], 0.0), place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
                fontweight="bold" if place == 1 else "normal",
            )
        axes.axvline(0, color=SOFT, linewidth=0.6)
        axes.set(
            yticks=range(len(profits)),
            yticklabels=[str(name) for name in profits.index],
            ylim=(len(profits) - 0.5, -0.5),
            xlabel=f"{currency} a customer asked about",
        )
        axes.set_xlim(low - (0.03 * reach if low < 0 else 0.0), low + reach * 1.15)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        return svg(figure)
