"""What ``evaluate`` prints: broken promises first, the families beside each other, where the champion fails."""

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from rich.text import Text

from pipeline import certificates, findings, words
from pipeline.terminal import console, plain_table

HEADS = ("family", "ROC-AUC (95%)", "PR-AUC (95%)", "Brier", "log loss", "says", "beside champion")
LEGEND = (
    "ROC-AUC: chance that a leaver is ranked above a stayer; 0.5 is guessing. PR-AUC: mean purity of the list, "
    "from the top down. Brier and log loss: error of the probabilities, less is better. Says: mean probability "
    "given. Beside champion: by log loss, on the same customers, where their 95% interval leaves no doubt."
)
SHOWN = 5
"""Segments named on the terminal; ``metrics.json`` has all."""


def tell(metrics: Mapping[str, Any], file: TextIO | None = None) -> None:
    """Print the figures of all test dates together, as a stranger reads them."""
    out = console(file)
    champion = metrics["champion"]
    for one in metrics["certificates"]["refuted"]:
        out.print(Text(f"WARNING: {certificates.alarm(one)}"))
    now = findings.on(metrics, champion)
    dates = findings.dates(metrics)
    span = f"{dates[0]} to {dates[-1]}" if len(dates) > 1 else dates[0]
    out.print(
        Text(
            f"Test {'dates' if len(dates) > 1 else 'date'} {span}: {words.count(now['customers'], 'row')}, "
            f"{words.share(findings.estimate(now['observed']).value)} left"
        )
    )
    table = plain_table()
    for place, head in enumerate(HEADS):
        table.add_column(head, justify="right" if 0 < place < 6 else "left", no_wrap=True)
    for name in findings.families(metrics):
        table.add_row(*_row(metrics, name))
    out.print(table)
    out.print(Text(LEGEND), style="dim")
    out.print(Text(f"{words.family(champion)}: {certificates.sentence(now['tiers'])}"))
    for line in _segments(metrics):
        out.print(Text(line))


def _row(metrics: Mapping[str, Any], name: str) -> Iterator[str]:
    champion = metrics["champion"]
    figures = findings.measured(findings.on(metrics, name))
    yield words.family(name) + (" *" if name == champion else "")
    for figure in ("roc_auc", "pr_auc"):
        yield _around(figures[figure])
    for figure in ("brier", "log_loss"):
        yield _decimal(figures[figure].value, 4)
    yield words.share(figures["mean_p"].value)
    if name == champion:
        yield "* champion"
        return
    less = findings.estimate(metrics["differences"]["pooled"][name][champion]["log_loss"])
    yield _beside(less)


def _beside(less: findings.Estimate) -> str:
    if less.low is None or less.high is None or less.low <= 0 <= less.high:
        return "no telling"
    return f"worse by {less.value:.4f}" if less.low > 0 else f"better by {-(less.value or 0):.4f}"


def _around(figure: findings.Estimate) -> str:
    if figure.low is None or figure.high is None:
        return _decimal(figure.value, 3)
    return f"{_decimal(figure.value, 3)} ({figure.low:.2f} to {figure.high:.2f})"


def _decimal(value: float | None, digits: int) -> str:
    return words.UNKNOWN["en"] if value is None or value != value else f"{value:.{digits}f}"


def _segments(metrics: Mapping[str, Any]) -> Iterator[str]:
    """Name the segments in which the champion fails, the largest first."""
    told = metrics["segments"]
    named = sorted(told["named"], key=lambda one: -one["customers"])
    if not told["looked_at"]:
        return
    if not named:
        yield f"No segment of {told['looked_at']} looked at stands out."
        return
    yield f"Segments to look at, {len(named)} of {told['looked_at']} (chance alone names one in twenty):"
    for one in named[:SHOWN]:
        figures = told["by"][one["by"]][one["segment"]][metrics["champion"]]
        said, left = (findings.estimate(figures[name]).value for name in ("mean_p", "observed"))
        why = [REASONS[reason] for reason in one["why"]]
        yield (
            f"  {one['by']} '{words.line(one['segment'])}', {one['customers']:,} rows: says {words.share(said)}, "
            f"{words.share(left)} left; {' and '.join(why)}"
        )
    if len(named) > SHOWN:
        yield f"  and {len(named) - SHOWN} more, in report/metrics.json"


REASONS = {"drift": "beyond chance", "base_rate": "loses to the base rate"}
