"""Figures of a model, as SVG texts. They draw what they are told and compute nothing.

The same numbers give the same bytes: no dates, no random ids, text as text. Backgrounds are clear, words
English, and a family or tier has one colour everywhere (Okabe and Ito's, which the colour-blind can tell
apart).
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from models.tiers import Certificate

INK, SOFT, FAINT = "#222222", "#767676", "#D9D9D9"
COLOURS = {
    "boosted": "#0072B2",
    "forest": "#009E73",
    "logistic": "#D55E00",
    "cadence_rule": "#8C6BB1",
    "base_rate": SOFT,
    "observed": INK,
    "high": "#D55E00",
    "medium": "#E69F00",
    "low": "#0072B2",
}
RAISES, LOWERS = "#D55E00", "#0072B2"
STYLE: Any = {
    "svg.hashsalt": "forewarn",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
}
DATES_TOLD = 7
LEAST = 0.0005
"""A pull that would read 0.0 points is not written."""
CLAIMS = {"high": (0.80, 1.0), "low": (0.0, 0.30)}


def reliability(curves: Mapping[str, pd.DataFrame]) -> str:
    """What was said against what happened; one curve a name.

    A row is a group of customers with alike probabilities: ``x`` their mean probability, ``y`` the share
    that left, ``customers`` their number and, where given, ``low`` and ``high``, the interval of ``y``.
    Below a single curve stands where its groups lie and how many customers each has.
    """
    with mpl.rc_context(STYLE):
        alone = len(curves) == 1
        figure = Figure(figsize=(4.8, 5.0 if alone else 4.3), layout="constrained")
        rooms = figure.subplots(
            2 if alone else 1, 1, sharex=True, squeeze=False, height_ratios=[5, 1][: 1 + alone]
        )
        upper = rooms[0, 0]
        upper.plot([0, 1], [0, 1], color=FAINT, linewidth=1.2, zorder=0)
        upper.annotate(
            "as said, so it happened",
            (0.97, 0.98),
            rotation=45,
            rotation_mode="anchor",
            ha="right",
            va="bottom",
            color=SOFT,
            fontsize=7.5,
        )
        for name, points in curves.items():
            colour = _colour(name)
            upper.plot(points["x"], points["y"], "o-", color=colour, markersize=4, linewidth=1.1)
            if {"low", "high"} <= set(points.columns):
                upper.vlines(
                    points["x"], points["low"], points["high"], color=colour, linewidth=0.8, alpha=0.6
                )
            if alone:
                lower = rooms[1, 0]
                lower.vlines(points["x"], 0, points["customers"], color=colour, linewidth=3, alpha=0.8)
                lower.set(ylabel="customers", ylim=(0, None))
                lower.yaxis.set_major_locator(MaxNLocator(2, integer=True))
        _named(upper, list(curves), at=(0.03, 0.97))
        upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="share that left")
        rooms[-1, 0].set(xlabel="probability")
        for axis in (upper.yaxis, rooms[-1, 0].xaxis):
            axis.set_major_formatter(PercentFormatter(1, decimals=0))
        return svg(figure)


def precision_recall(curves: Mapping[str, pd.DataFrame], observed: float | None = None) -> str:
    """How pure a list is against how many leavers it catches; a row is a list, ``x`` its recall, ``y`` its
    precision.

    ``observed`` is the share of leavers among everybody, the precision of a list drawn at random.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(4.8, 4.0), layout="constrained")
        axes = figure.subplots()
        if observed is not None:
            axes.axhline(observed, color=FAINT, linewidth=1.2, zorder=0)
            axes.annotate(
                f"everybody, {observed:.0%}",
                (0.01, observed),
                xytext=(0, -3),
                textcoords="offset points",
                va="top",
                color=SOFT,
                fontsize=7.5,
            )
        for name, points in curves.items():
            axes.plot(points["x"], points["y"], color=_colour(name), drawstyle="steps-pre", linewidth=1.3)
        _named(axes, list(curves), at=(0.98, 0.98), right=True)
        axes.set(
            xlim=(0, 1),
            ylim=(0, 1.02),
            xlabel="share of the leavers caught",
            ylabel="share of the list that left",
        )
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1, decimals=0))
        return svg(figure)


def tiers(certificates: Mapping[str, Certificate]) -> str:
    """How many customers each tier has, which share of them left, and whether that bears out the tier's
    claim.

    The dot is the observed share, the line runs to its one-sided 95 % bound, the shade is what the tier
    claims.
    """
    names = [name for name in ("low", "medium", "high") if name in certificates]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 0.55 * len(names) + 1.0), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[2, 3])
        most = max([certificates[name]["customers"] for name in names], default=0)
        for place, name in enumerate(names):
            told, colour = certificates[name], _colour(name)
            left.barh(place, told["customers"], height=0.55, color=colour)
            left.annotate(
                f"{told['customers']:,}",
                (told["customers"], place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
            )
            low, high = CLAIMS.get(name, (0.0, 0.0))
            right.barh(place, high - low, left=low, height=0.8, color=FAINT, alpha=0.6, zorder=0)
            if told["observed"] is not None:
                if told["bound"] is not None:
                    right.hlines(
                        place, *sorted((told["observed"], told["bound"])), color=colour, linewidth=1.4
                    )
                right.plot(told["observed"], place, "o", color=colour, markersize=6)
            right.annotate(
                told["verdict"],
                (1.03, place),
                xycoords=("axes fraction", "data"),
                va="center",
                annotation_clip=False,
            )
        left.set(
            yticks=range(len(names)), yticklabels=names, xlim=(0, max(most, 1) * 1.25), xlabel="customers"
        )
        left.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        right.set(xlim=(0, 1), ylim=(-0.6, len(names) - 0.4), xlabel="share that left")
        right.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        for axes in (left, right):
            axes.spines["left"].set_visible(False)
            axes.tick_params(axis="y", length=0)
        return svg(figure)


def causes(pulls: pd.DataFrame) -> str:
    """The mean pull of each cause over all customers, in points of probability.

    A row is a cause (the index): ``raises`` is the mean of its contributions above 0 (the others counting
    0), and ``lowers`` the mean of those below, a negative number. The strongest stand on top.
    """
    size = (pulls["raises"] - pulls["lowers"]).to_numpy()
    ordered = pulls.iloc[size.argsort(kind="stable")]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 0.3 * len(ordered) + 1.0), layout="constrained")
        axes = figure.subplots()
        for place, (raises, lowers) in enumerate(zip(ordered["raises"], ordered["lowers"], strict=True)):
            axes.barh(place, 100 * raises, height=0.6, color=RAISES)
            axes.barh(place, 100 * lowers, height=0.6, color=LOWERS)
            for value, side, place_of in ((raises, 4, "left"), (lowers, -4, "right")):
                if abs(value) < LEAST:
                    continue
                axes.annotate(
                    f"{100 * value:+.1f}",
                    (100 * value, place),
                    xytext=(side, 0),
                    textcoords="offset points",
                    ha=place_of,
                    va="center",
                    fontsize=7.5,
                )
        far = 100 * max([*ordered["raises"], *-ordered["lowers"], 0.001]) * 1.25
        axes.axvline(0, color=SOFT, linewidth=0.6)
        axes.set(
            yticks=range(len(ordered)),
            yticklabels=[str(name) for name in ordered.index],
            xlim=(-far, far),
            ylim=(-0.6, len(ordered) + 0.1),
            xlabel="mean pull, in points of probability",
        )
        axes.annotate("lowers the risk", (0.0, 1.0), xycoords="axes fraction", color=LOWERS, va="bottom")
        axes.annotate(
            "raises the risk", (1.0, 1.0), xycoords="axes fraction", color=RAISES, va="bottom", ha="right"
        )
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        return svg(figure)


def backtest(figures: Mapping[str, pd.DataFrame], label: str) -> str:
    """One figure on each test date, a line a name.

    A row is an as-of date (the index): ``value`` and, where given, ``low`` and ``high``, its interval.
    ``label`` says what the figure is.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 3.2), layout="constrained")
        axes = figure.subplots()
        days = sorted({day for rows in figures.values() for day in rows.index})
        at = {day: float(date2num(day)) for day in days}  # type: ignore[no-untyped-call]
        step = 0.05 * min((at[b] - at[a] for a, b in pairwise(days)), default=30.0)
        for place, (name, rows) in enumerate(figures.items()):
            colour = _colour(name)
            # Intervals of several names on one date would cover each other: each stands a little aside.
            aside = [at[day] + (place - (len(figures) - 1) / 2) * step for day in rows.index]
            axes.plot(aside, rows["value"], "o-", color=colour, markersize=4, linewidth=1.1)
            if {"low", "high"} <= set(rows.columns):
                axes.vlines(aside, rows["low"], rows["high"], color=colour, linewidth=0.9, alpha=0.55)
        axes.margins(x=0.05, y=0.12)
        if len(days) == 1:
            axes.set_xlim(at[days[0]] - 15, at[days[0]] + 15)
        _end_labels(
            axes, {name: float(rows["value"].iloc[-1]) for name, rows in figures.items() if len(rows)}
        )
        told = days[:: -(-len(days) // DATES_TOLD)] if days else []
        axes.set_xticks([at[day] for day in told], [f"{day:%Y-%m-%d}" for day in told])
        axes.set(ylabel=label)
        return svg(figure)


def _end_labels(axes: Axes, ends: Mapping[str, float]) -> None:
    """Names at the right end of their lines, moved apart where they would cover each other."""
    low, high = axes.get_ylim()
    room = (high - low) * 0.075
    placed: list[float] = []
    for name, value in sorted(ends.items(), key=lambda item: item[1]):
        at = max(value, placed[-1] + room) if placed else value
        placed.append(at)
        axes.annotate(
            _words(name), (1.02, at), xycoords=("axes fraction", "data"), va="center", color=_colour(name),
            annotation_clip=False,
        )  # fmt: skip


def _named(axes: Axes, names: Sequence[str], *, at: tuple[float, float], right: bool = False) -> None:
    """The names in their colours, in place of a legend."""
    for line, name in enumerate(names):
        axes.annotate(
            _words(name),
            at,
            xycoords="axes fraction",
            xytext=(0, -12 * line),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top",
            color=_colour(name),
        )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _colour(name: str) -> str:
    return COLOURS.get(name, SOFT)


def svg(figure: Figure) -> str:
    """The figure as one ``<svg>`` element, without the XML declaration, so that a page may hold it."""
    out = io.StringIO()
    canvas = FigureCanvasSVG(figure)
    canvas.print_svg(out, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    text = out.getvalue()
    return text[text.index("<svg") :]
