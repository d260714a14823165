"""What the terminal says at the end of a run: two lists, what they were worth on the test dates, and where to look.

Plain text, aligned for 80 to 120 columns, the same with and without a terminal behind it (no colours are needed
to read it). Names from records are made harmless first (``words.line``).
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, TextIO

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import certificates, findings, listing, publishing, words
from pipeline.errors import MissingInput
from pipeline.frames import read_json, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.report import features, names
from pipeline.terminal import console, plain_table

MLFLOW = "mlflow ui --backend-store-uri sqlite:///mlruns/mlflow.db"


@dataclass(frozen=True)
class Scored:
    """One scored date: a row a customer (DESIGN: score output)."""

    as_of: date
    scores: pd.DataFrame
    manifest: Mapping[str, Any]

    @property
    def apart(self) -> bool:
        """Whether the going and the gone are told apart."""
        return "p_gone" in self.scores and bool(self.scores["p_gone"].notna().all())


def batch(paths: Paths, as_of: date | None = None) -> Scored:
    """Read the scores of one date, or of the latest that was scored."""
    if as_of is None:
        scored = publishing.dates(paths)
        if not scored:
            raise MissingInput(
                f"Dataset '{paths.dataset}' has no scores yet; make them with "
                f"'forewarn score --dataset {paths.dataset} --as-of DATE'."
            )
        as_of = scored[-1]
    folder = publishing.published(paths, as_of)
    return Scored(as_of, read_parquet(folder / publishing.SCORES), read_json(folder / publishing.MANIFEST))


def summary(
    params: Params, paths: Paths, seconds: Mapping[str, float | None], file: TextIO | None = None
) -> None:
    """Print the lists of the latest scores, the figures on the test dates, the times and the addresses.

    ``seconds`` are those that each stage took; None is a stage whose inputs did not change.
    """
    out = console(file)
    scored = batch(paths)
    called, declared = names(paths), features(paths)
    _alarms(paths, out)
    for title, ranked, column in lists(scored, params.report.listed):
        out.print()
        out.print(title)
        out.print(_customers(ranked, column, called, declared, params.dataset.currency, out.width))
    _measured(paths, out)
    _times(seconds, out)
    _addresses(paths, scored.as_of, out)


def _alarms(paths: Paths, out: Console) -> None:
    """Say before everything else which promise of the tiers the test dates deny."""
    metrics = findings.read(paths)
    for one in certificates.broken(metrics["families"], metrics["champion"]):
        out.print(Text(f"WARNING: {certificates.alarm(one)}"))


def lists(scored: Scored, length: int) -> list[tuple[str, pd.DataFrame, str]]:
    """Give each list of the day: its title, its customers (highest first) and the column that ranks them."""
    rows = scored.scores
    if not scored.apart:
        title = f"Most likely to leave, as of {scored.as_of}"
        return [(title, _highest(rows, "p_churn", length), "p_churn")]
    rows = rows.assign(p_going=rows["p_churn"] - rows["p_gone"])
    return [
        (
            f"About to leave, as of {scored.as_of}: still buying, can be kept",
            _highest(rows, "p_going", length),
            "p_going",
        ),
        (
            f"Win back, as of {scored.as_of}: has most likely bought for the last time",
            _highest(rows, "p_gone", length),
            "p_gone",
        ),
    ]


def _highest(rows: pd.DataFrame, by: str, length: int) -> pd.DataFrame:
    return rows.sort_values([by, "customer_id"], ascending=[False, True]).head(length)


HEADS = {"p_churn": "leaves", "p_going": "going", "p_gone": "gone"}


def _customers(
    ranked: pd.DataFrame,
    column: str,
    called: Mapping[str, str],
    declared: Mapping[str, Mapping[str, Any]],
    currency: str,
    width: int,
) -> Table:
    roomy, both = width >= 100, width >= 110 and column != "p_churn"
    named = any(customer in called for customer in ranked["customer_id"])
    table = plain_table()
    heads = ["customer", *(["name"] if named else []), "tier", HEADS[column], *(["leaves"] if both else [])]
    limits = {"customer": 12, "name": 20 if roomy else 16}
    rows = []
    for row in ranked.to_dict("records"):
        cells = [words.line(row["customer_id"])]
        if named:
            cells.append(words.line(called.get(row["customer_id"])))
        cells += [words.tier(row["tier"]), words.share(row[column])]
        if both:
            cells.append(words.share(row["p_churn"]))
        rows.append((cells, listing.raising(row, declared, currency, 2 if roomy else 1)))
    left = width
    for place, head in enumerate(heads):
        widest = max([cell_len(head), *(cell_len(cells[place]) for cells, _ in rows)])
        widest = min(widest, limits.get(head, widest))
        left -= widest + len("  ")
        side: Literal["right", "left"] = "right" if head in (*HEADS.values(), "leaves") else "left"
        table.add_column(head, width=widest, justify=side, no_wrap=True, overflow="ellipsis")
    table.add_column("why", width=left, no_wrap=True)
    for cells, reasons in rows:
        table.add_row(
            *(Text(cell) for cell in [*cells, "\n".join(_wrapped(reason, left) for reason in reasons)])
        )
    return table


def _wrapped(reason: str, width: int) -> str:
    """Break a reason into lines; what is typical stays together, and what goes on is set in."""
    kept = reason.replace("typical ", "typical\N{NO-BREAK SPACE}")
    lines = textwrap.wrap(kept, width, subsequent_indent="  ")
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


GROUPS = {"high": "high tier", "high_and_medium": "high and medium"}


def _measured(paths: Paths, out: Console) -> None:
    metrics = findings.read(paths)
    champion, dates = metrics["champion"], findings.dates(metrics)
    told = {name: findings.on(metrics, name) for name in (champion, findings.RULE)}
    budget = findings.tenth(told[champion]).name
    found = {
        name: [one for one in findings.lists(told[name]) if one.name in (*GROUPS, budget)] for name in told
    }
    apart = findings.tells_apart(told[champion])
    table = plain_table()
    for head in ("list", "by"):
        table.add_column(head, no_wrap=True)
    for head in ["listed", "precision", "recall", *(["of going", "of gone"] if apart else [])]:
        table.add_column(head, justify="right")
    for rows in zip(*found.values(), strict=True):
        for name, one in zip(found, rows, strict=True):
            group = GROUPS.get(one.name) or f"top {100 * (one.budget or 0):g}% by risk"
            cells = [group if name == champion else "", words.family(name), f"{one.customers:,}"]
            figures = [one.precision, one.recall, *([one.going, one.gone] if apart else [])]
            table.add_row(*cells, *("-" if e.value is None else words.share(e.value) for e in figures))
    out.print()
    out.print(f"Measured on the test {'date' if len(dates) == 1 else 'dates'} {_and(dates)}")
    out.print(table)
    now = findings.on(metrics, champion, dates[-1])
    figures_now = findings.measured(now)
    out.print(
        Text(
            f"On {dates[-1]} {words.share(figures_now['observed'].value)} of "
            f"{words.count(now['customers'], 'customer')} left; the model said "
            f"{words.share(figures_now['mean_p'].value)} on average."
        )
    )
    if not found[champion][0].customers:
        out.print(
            Text(
                "The high tier is empty on the test dates: nobody looked as certain as more than four in five."
            )
        )


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _times(seconds: Mapping[str, float | None], out: Console) -> None:
    ran = {stage: took for stage, took in seconds.items() if took is not None}
    unchanged = [stage for stage, took in seconds.items() if took is None]
    out.print()
    if ran:
        out.print("Seconds a stage took")
        table = plain_table()
        table.add_column("stage")
        table.add_column("seconds", justify="right")
        for stage, took in ran.items():
            table.add_row(stage, f"{took:,.1f}")
        table.add_row("together", f"{sum(ran.values()):,.1f}")
        out.print(table)
    if not seconds:
        out.print(Text("Nothing had changed, so no stage ran."))
    if unchanged:
        out.print(Text(f"Unchanged, not run again: {', '.join(unchanged)}."))


def _addresses(paths: Paths, as_of: date, out: Console) -> None:
    lines: Iterable[tuple[str, str]] = (
        ("page", _near(paths.report / "index.html", paths.root)),
        ("scores", _near(paths.batch(as_of) / publishing.SCORES, paths.root)),
        ("one customer", f"forewarn why CUSTOMER --dataset {paths.dataset}"),
        ("models", MLFLOW),
    )
    out.print()
    for name, place in lines:
        # Addresses are copied from the terminal, so they are never broken.
        out.print(Text(f"{name:<14}{place}"), soft_wrap=True)


def _near(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
