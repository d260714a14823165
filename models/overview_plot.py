"""The figures of a model seen whole. They draw what they are told and compute nothing."""

from __future__ import annotations

import textwrap
import warnings
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from models.letters import short, width
from models.plots import FAINT, INK, LOWERS, RAISES, SOFT, STYLE, svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

ACROSS = 3
LINE = 36
"""Letters for which there is room under a small figure."""


def pushes(pulls: pd.DataFrame, everybody: str) -> str:
    """How hard each cause pushes in each group, a cell each, in points of probability; bold where it is apart.

    A row of ``pulls`` is a ``group`` and a ``cause`` with ``rows``, ``raises`` and ``apart``, group by group in the
    order to be shown, each with the causes in the same order. A first group of the name ``everybody`` stands off
    from the others.
    """
    causes = list(dict.fromkeys(pulls["cause"]))
    # By place, not by name: names from records may look the same.
    lines = [pulls.iloc[first : first + len(causes)] for first in range(0, len(pulls), len(causes))]
    groups = [str(cells["group"].iloc[0]) for cells in lines]
    labels = [short(name) for name in groups]
    room, wide, high = 0.075 * max(map(width, labels)) + 0.15, 0.72, 0.3
    count = 0.65
    across, down = room + count + wide * len(causes) + 0.1, high * (len(groups) + 1.3) + 0.12
    most = max(float(pulls["raises"].max()), 1e-9)
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(across, down))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, across), ylim=(down, 0))
        axes.axis("off")
        for column, cause in enumerate(causes):
            axes.text(
                room + count + wide * (column + 0.5),
                high * 0.75,
                cause,
                ha="center",
                va="center",
                fontsize=8.5,
            )
        axes.text(room + count - 0.12, high * 0.75, "rows", ha="right", va="center", color=SOFT, fontsize=8.5)
        for line, (cells, label) in enumerate(zip(lines, labels, strict=True)):
            top = high * (line + 1.15) + (0.12 if line and groups[0] == everybody else 0.0)
            middle = top + high / 2
            axes.text(room - 0.1, middle, label, ha="right", va="center", parse_math=False)
            rows = int(cells["rows"].iloc[0])
            axes.text(
                room + count - 0.12, middle, f"{rows:,}", ha="right", va="center", color=SOFT, fontsize=8.5
            )
            for column, (_, one) in enumerate(cells.iterrows()):
                left = room + count + wide * column
                axes.add_patch(
                    Rectangle(
                        (left + 0.015, top + 0.015),
                        wide - 0.03,
                        high - 0.03,
                        facecolor=RAISES,
                        alpha=round(0.03 + 0.72 * float(one["raises"]) / most, 3),
                        linewidth=0,
                    )
                )
                axes.text(
                    left + wide / 2,
                    middle,
                    f"{100 * one['raises']:.1f}",
                    ha="center",
                    va="center",
                    fontsize=8.5,
                    fontweight="bold" if one["apart"] else "normal",
                )
        return svg(figure)


def dependence(curves: Mapping[str, pd.DataFrame]) -> str:
    """What each feature adds to the probability against its value, a small figure each; a name is its title.

    A row of a curve is a bin of alike values (``models.dependence``): the dot is the median contribution, the line
    its quartiles, the size of the dot the share of rows. Bins stand a step apart, so that a long tail does not hide
    the rest; the unknown stand by themselves on the right.
    """
    across = min(len(curves), ACROSS)
    down = -(-len(curves) // across)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(3.0 * across + 0.3, 2.3 * down + 0.2), layout="constrained")
        rooms = figure.subplots(down, across, sharey=True, squeeze=False).ravel()
        for axes, (name, curve) in zip(rooms, curves.items(), strict=False):
            _curve(axes, curve)
            axes.set_title("\n".join(textwrap.wrap(name, 40)[:2]), fontsize=8.5, loc="left", parse_math=False)
        for axes in rooms[len(curves) :]:
            axes.set_visible(False)
        figure.supylabel("contribution, points of probability", fontsize=9)
        return svg(figure)


def _curve(axes: Axes, curve: pd.DataFrame) -> None:
    known, unknown = curve[curve["middle"].notna()], curve[curve["middle"].isna()]
    at = [float(place) for place in range(len(known))]
    everybody = float(curve["rows"].sum())
    axes.axhline(0, color=SOFT, linewidth=0.6, zorder=0)
    axes.plot(at, 100 * known["median"], color=FAINT, linewidth=1.0, zorder=1)
    ticks = [(place, _value(value)) for place, value in zip(at, known["middle"], strict=True)]
    if len(unknown):
        at.append(len(known) + 0.5)
        share = float(unknown["rows"].sum()) / everybody
    for place, (_, row) in zip(at, curve.iterrows(), strict=True):
        colour = RAISES if row["median"] > 0 else LOWERS
        axes.vlines(place, 100 * row["quarter"], 100 * row["three_quarters"], color=colour, linewidth=1.2)
        axes.plot(
            place,
            100 * row["median"],
            "o",
            color=colour,
            markersize=2.5 + 7 * (row["rows"] / everybody) ** 0.5,
        )
    step = max(1, -(-sum(len(word) + 3 for _, word in ticks) // LINE))
    told = [ticks[place] for place in range(0, len(ticks), step)]
    if len(unknown):
        told = [tick for tick in told if tick[0] < len(known) - 1 or not tick[0]]
        told.append((at[-1], f"unknown\n{share:.0%}" if share >= 0.005 else "unknown\n<1%"))
    axes.set_xticks([place for place, _ in told], [word for _, word in told], fontsize=7.5)
    axes.set_xlim(-0.6, max(at, default=0.0) + 0.6)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(_points))


def _points(value: float, _: Any = None) -> str:
    return f"{value:+.3g}".replace("-", "\N{MINUS SIGN}") if value else "0"


def _value(value: float) -> str:
    """A value of a feature in as few characters as tell it."""
    size = abs(value)
    if size >= 10_000:
        text = f"{value / 1e6:.3g}m" if size >= 999_500 else f"{value / 1e3:.3g}k"
    elif size >= 100:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.2g}" if size < 1 else f"{value:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")


def interactions(pairs: pd.DataFrame, unit: str) -> str:
    """How much the strongest pairs do together beyond the two one by one; a row is a pair, the strongest first.

    ``first`` and ``second`` are the words of its features, ``strength`` is in the ``unit`` of the score, and
    ``share`` is Friedman's H squared.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 0.46 * len(pairs) + 0.7), layout="constrained")
        axes = figure.subplots()
        for place, (_, row) in enumerate(pairs.iterrows()):
            axes.barh(place, row["strength"], height=0.5, color=LOWERS)
            share = f"{row['share']:.1%}" if row["share"] >= 0.0005 else "<0.1%"
            axes.annotate(
                f"{row['strength']:.3g}  (H\N{SUPERSCRIPT TWO} {share})",
                (row["strength"], place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
        axes.set(
            yticks=range(len(pairs)),
            ylim=(len(pairs) - 0.4, -0.6),
            xlim=(0, max(float(pairs["strength"].max()), 1e-9) * 1.35),
            xlabel=f"done together beyond one by one, {unit}",
        )
        words = [f"{row['first']}\n\N{MULTIPLICATION SIGN} {row['second']}" for _, row in pairs.iterrows()]
        axes.set_yticklabels(words, fontsize=8, parse_math=False)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        return svg(figure)


def steadiness(weights: pd.DataFrame, other: Sequence[str], words: tuple[str, str]) -> str:
    """How much each feature weighs in each ranking: a row a feature (its words the index), a column a ranking.

    Columns in ``other`` are drawn as open circles, a little below; ``words`` say what the full and the open are.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 0.32 * len(weights) + 1.0), layout="constrained")
        axes = figure.subplots()
        full = [name for name in weights.columns if name not in other]
        for place, (_, row) in enumerate(weights.iterrows()):
            for names, down, colour, face in (
                (full, -0.13, RAISES, RAISES),
                (list(other), 0.17, LOWERS, "none"),
            ):
                if names:
                    values = row[names].to_numpy(float)
                    axes.hlines(
                        place + down, values.min(), values.max(), color=colour, linewidth=0.8, alpha=0.6
                    )
                    axes.plot(
                        values,
                        [place + down] * len(names),
                        "o",
                        color=colour,
                        markerfacecolor=face,
                        markersize=4.5,
                    )
        axes.set(
            yticks=range(len(weights)),
            ylim=(len(weights) - 0.4, -0.6),
            xlim=(0, None),
            xlabel="share of all pushing and pulling",
        )
        axes.set_yticklabels([str(name) for name in weights.index], parse_math=False)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.3g}%"))
        axes.grid(axis="y", color=FAINT, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        handles = [
            Line2D(
                [],
                [],
                color=colour,
                marker="o",
                markersize=4.5,
                markerfacecolor=face,
                linestyle="none",
                label=word,
            )
            for names, colour, face, word in (
                (full, RAISES, RAISES, words[0]),
                (list(other), LOWERS, "none", words[1]),
            )
            if names
        ]
        figure.legend(
            handles=handles, loc="outside upper left", ncols=2, frameon=False, fontsize=8, labelcolor=INK
        )
        return svg(figure)
