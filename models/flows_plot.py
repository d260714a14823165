"""The figures of purchases that move: from us to rivals, and our share line by line. They compute nothing.

A rival has one colour in both of them.
"""

from __future__ import annotations

import warnings
from datetime import date
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import PercentFormatter

from models.letters import short, width
from models.plots import FAINT, INK, SOFT, STYLE, svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#8C6BB1", "#A6761D")
"""Okabe and Ito's and two more, in the order of the rivals."""
REST, OURS = "#9A9A9A", "#C9D6DA"
HIGH, LEAST, GAP = 3.6, 0.21, 0.07
"""Inches: all bands together, the room of a label, the space between two nodes."""
NODE, ACROSS, MONEY = 0.11, 3.7, 0.62
"""Inches: the width of a node, of the bands, and of the figures beside a node."""
LETTER = 0.079
"""Inches that a letter is wide."""
PANELS = 4


def colours(rivals: Sequence[str], rest: Sequence[str]) -> dict[str, str]:
    """One colour a rival, in their order; those of ``rest`` (others, unnamed) are grey."""
    told = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(rivals)}
    return {**told, **dict.fromkeys(rest, REST)}


def flows(
    bands: pd.DataFrame, left: Mapping[str, str], right: Mapping[str, str], colour: Mapping[str, str]
) -> str:
    """What moved from each product line to each rival, as bands whose width is the money.

    A row of ``bands`` is a ``line`` and a ``rival`` with ``value`` above 0. ``left`` and ``right`` say in a few
    letters how much each line lost and each rival gained, in the order to be shown. Labels never meet: a node has
    at least the room of its label.
    """
    lost, gained = (bands.groupby(side)["value"].sum() for side in ("line", "rival"))
    scale = HIGH / float(bands["value"].sum())
    tops = {"line": _tops(list(left), lost, scale), "rival": _tops(list(right), gained, scale)}
    head = 0.42
    down = head + max(room for _, room in tops.values()) + 0.08
    labels = {side: [short(name) for name in names] for side, names in (("line", left), ("rival", right))}
    rooms = {side: LETTER * max(max(map(width, told)), 16.0) + MONEY + 0.1 for side, told in labels.items()}
    first, last = rooms["line"], rooms["line"] + NODE + ACROSS
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(last + NODE + rooms["rival"], down))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, last + NODE + rooms["rival"]), ylim=(down, 0))
        axes.axis("off")
        axes.text(first + NODE, 0.17, "bought from us before", ha="right", va="center", color=SOFT)
        axes.text(last, 0.17, "bought from a rival now", ha="left", va="center", color=SOFT)
        inner = max(room for _, room in tops.values())
        at = {
            side: {name: head + (inner - room) / 2 + top for name, top in told.items()}
            for side, (told, room) in tops.items()
        }
        begun = {side: dict(places) for side, places in at.items()}
        value = bands.set_index(["line", "rival"])["value"]
        for line in left:
            for rival in right:
                if (line, rival) not in value.index:
                    continue
                thick = float(value[line, rival]) * scale
                start, end = begun["line"][line], begun["rival"][rival]
                _band(axes, (first + NODE, start), (last, end), thick, colour[rival])
                begun["line"][line] += thick
                begun["rival"][rival] += thick
        for side, x, words, sums in (("line", first, left, lost), ("rival", last, right, gained)):
            for (name, told), label in zip(words.items(), labels[side], strict=True):
                high = float(sums[name]) * scale
                face = INK if side == "line" else colour[name]
                axes.add_patch(
                    Rectangle((x, at[side][name]), NODE, max(high, 0.01), facecolor=face, linewidth=0)
                )
                middle = at[side][name] + high / 2
                sign, edge = (-1, x - 0.08) if side == "line" else (1, x + NODE + 0.08)
                where = "right" if side == "line" else "left"
                axes.text(edge, middle, told, ha=where, va="center", color=SOFT, parse_math=False)
                axes.text(edge + sign * MONEY, middle, label, ha=where, va="center", parse_math=False)
        return svg(figure)


def _tops(names: Sequence[str], sums: pd.Series, scale: float) -> tuple[dict[str, float], float]:
    """Where each node begins below the first, and the room of all."""
    told, at = {}, 0.0
    for name in names:
        high = float(sums[name]) * scale
        room = max(high, LEAST)
        told[name] = at + (room - high) / 2
        at += room + GAP
    return told, at - GAP


def _band(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], thick: float, colour: str
) -> None:
    """A band from ``start`` to ``end``, its upper corners; ``thick`` all along."""
    (x0, y0), (x1, y1) = start, end
    middle = (x0 + x1) / 2
    corners = [
        (x0, y0),
        (middle, y0),
        (middle, y1),
        (x1, y1),
        (x1, y1 + thick),
        (middle, y1 + thick),
        (middle, y0 + thick),
        (x0, y0 + thick),
        (x0, y0),
    ]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(corners, codes), facecolor=colour, alpha=0.55, linewidth=0))


def courses(course: pd.DataFrame, lines: Sequence[str], colour: Mapping[str, str], us: str) -> str:
    """Who had which share of the imports, block by block, a small figure a product line.

    A row of ``course`` is a ``product_line``, ``until_on`` and ``supplier`` with its ``share``; rows of ``us`` have
    the interval, ``low`` and ``high``. Ours lies at the bottom, the rivals of ``colour`` above it in their order.
    """
    across = min(PANELS, len(lines))
    down = -(-len(lines) // across)
    wide, high, foot = 2.35, 1.75, 0.5 + 0.24 * _rows(list(colour), 2.35 * across)
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        size = (wide * across + 0.3, high * down + foot - 0.28)
        figure = Figure(figsize=size)
        for place, line in enumerate(lines):
            row, column = divmod(place, across)
            axes = figure.add_axes(
                (
                    (0.45 + wide * column) / size[0],
                    (foot + high * (down - 1 - row)) / size[1],
                    (wide - 0.45) / size[0],
                    (high - 0.55) / size[1],
                )
            )
            _course(axes, course[course["product_line"] == line], colour, us)
            axes.set_xlim(_number(course["until_on"].min()), _number(course["until_on"].max()))
            axes.set_title(short(line), loc="left", fontsize=9, parse_math=False)
            if column:
                axes.set_yticklabels([])
        _legend(figure, colour, size)
        return svg(figure)


def _course(axes: Axes, of_line: pd.DataFrame, colour: Mapping[str, str], us: str) -> None:
    shares = of_line.pivot_table(index="until_on", columns="supplier", values="share").fillna(0.0)
    days = _numbers(shares.index)
    below = shares[us].to_numpy() if us in shares else np.zeros(len(days))
    axes.fill_between(days, 0, below, color=OURS, linewidth=0)
    for name, paint in colour.items():
        if name in shares:
            above = below + shares[name].to_numpy()
            axes.fill_between(days, below, above, color=paint, alpha=0.75, linewidth=0)
            below = above
    ours = of_line[of_line["supplier"] == us].sort_values("until_on")
    if len(ours):
        at = _numbers(ours["until_on"])
        axes.fill_between(at, ours["low"], ours["high"], color=INK, alpha=0.16, linewidth=0)
        axes.plot(at, ours["share"], color=INK, linewidth=1.5)
        for place, side, across in ((0, "left", 0.03), (-1, "right", 0.97)):
            told = f"{ours['share'].iloc[place]:.0%}"
            axes.text(across, 0.05, told, ha=side, va="bottom", fontsize=8.5, transform=axes.transAxes)
    axes.set(ylim=(0, 1))
    axes.set_yticks([0, 0.5, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    years = range(shares.index.min().year, shares.index.max().year + 2)
    news = [(year, _number(date(year, 1, 1))) for year in years]
    news = [(year, at) for year, at in news if days[0] <= at <= days[-1]]
    shown = news[:: 1 + len(news) // 5]
    axes.set_xticks([at for _, at in shown], [str(year) for year, _ in shown])
    axes.tick_params(labelsize=7.5)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=FAINT, linewidth=0.4)


def _numbers(days: Iterable[date]) -> NDArray[np.float64]:
    return np.array([_number(day) for day in days], dtype=np.float64)


def _number(day: date) -> float:
    # Asked by itself, not through matplotlib's registry of types, which pandas may have changed.
    return float(date2num(day))  # type: ignore[no-untyped-call]


def _places(names: Sequence[str], across: float) -> list[tuple[float, int]]:
    """Where each word of a legend begins, and in which of its rows."""
    told, x, row = [], 0.45, 0
    for name in names:
        room = 0.35 + LETTER * width(short(name))
        if x + room > across and x > 0.45:
            x, row = 0.45, row + 1
        told.append((x, row))
        x += room
    return told


def _rows(names: Sequence[str], across: float) -> int:
    return 1 + max((row for _, row in _places(["ours, with its 95% interval", *names], across)), default=0)


def _legend(figure: Figure, colour: Mapping[str, str], size: tuple[float, float]) -> None:
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, size[0]), ylim=(0, size[1]))
    axes.axis("off")
    names = {"ours, with its 95% interval": OURS, **colour}
    places = _places(list(names), size[0] - 0.3)
    rows = max(row for _, row in places)
    for (name, paint), (x, row) in zip(names.items(), places, strict=True):
        y = 0.14 + 0.24 * (rows - row)
        axes.add_patch(Rectangle((x, y - 0.05), 0.12, 0.1, facecolor=paint, alpha=0.75, linewidth=0))
        axes.text(x + 0.18, y, short(name, 30), va="center", fontsize=8, parse_math=False)
