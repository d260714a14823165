"""A decision of the gate in words: the table for the terminal and for MLflow, and the sentence of a refusal."""

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import words
from pipeline.terminal import plain_table

NAMES = {
    "log_loss": "log loss",
    "brier": "Brier",
    "promises": "promises missed",
    "profit": "profit of the list",
}
WIDTH = 100
DIGITS = {"log_loss": 4, "brier": 4, "promises": 4, "profit": 2}
LEGEND = (
    "By how much the challenger is better, and by how much surely (one-sided bound over customers). Promises "
    "missed are counted in customers and the profit in money, for each customer asked about."
)


def sentence(told: Mapping[str, Any]) -> str:
    """Say in one sentence why the challenger does not serve."""
    return (
        f"{_who(told['challenger'])} of dataset '{told['dataset']}' was not promoted: {' '.join(told['why'])}"
    )


def text(told: Mapping[str, Any]) -> str:
    """Give the decision as lines of at most ``WIDTH`` columns, the same wherever it is asked."""
    written = StringIO()
    out = Console(file=written, width=WIDTH, highlight=False, markup=False, emoji=False, no_color=True)
    for line in _lines(told):
        out.print(line)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def figures(told: Mapping[str, Any]) -> str:
    """Give the figures of a decision in one line."""
    checks = [
        f"{check['name']} {check['difference']:+.6g} bound {check['bound']:+.6g} wanted {check['wanted']:+.6g}"
        for check in told["checks"]
    ]
    return "; ".join([*checks, words.count(len(told["certificate"]), "broken promise")])


def _lines(told: Mapping[str, Any]) -> Iterator[Text | Table]:
    who = _who(told["challenger"])
    if told["verdict"] == "serving":
        yield Text(f"{who} serves already.")
        return
    if "against" in told:
        yield Text(_asked(told, who))
    if told["checks"]:
        yield _table(told)
        yield Text(LEGEND)
    if told["verdict"] == "promoted":
        yield Text(f"Promoted: {who} serves from now on.")
        return
    yield Text("Refused:")
    for why in told["why"]:
        yield Text(f"  {why}")


def _asked(told: Mapping[str, Any], who: str) -> str:
    if told["against"] == "nothing":
        return f"{who}: no model serves yet, so its certificate alone decides."
    against, before = "the cadence rule", ""
    if told["against"] == "champion":
        against = f"the champion, version {told['champion']['version']} ({told['champion']['family']})"
    else:
        before = (
            f"The champion cannot be scored: {told['lost']} So the challenger's certificate decides, and whether "
            "it beats the cadence rule.\n"
        )
    when = ", ".join(str(day) for day in told["dates"])
    on = f", on {when}: {words.count(told['customers'], 'customer')}" if when else ""
    return f"{before}{who} against {against}{on}."


def _table(told: Mapping[str, Any]) -> Table:
    table = plain_table()
    table.add_column("check", no_wrap=True)
    for head in (
        "champion" if told["against"] == "champion" else "rule",
        "challenger",
        "better by",
        "surely",
    ):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("wanted", no_wrap=True)
    table.add_column("", no_wrap=True)
    for check in told["checks"]:
        digits = DIGITS[check["name"]]
        cells = [f"{check[name]:,.{digits}f}" for name in ("champion", "challenger")]
        cells += [_signed(check[name], digits) for name in ("difference", "bound")]
        kind = "above" if check["name"] == "log_loss" else "at least"
        wanted = f"{kind} {_signed(check['wanted'], digits)}"
        table.add_row(NAMES[check["name"]], *cells, wanted, "holds" if check["holds"] else "FAILS")
    broken = len(told["certificate"])
    table.add_row(
        "certificate", "", f"{broken} broken", "", "", "none broken", "FAILS" if broken else "holds"
    )
    return table


def _signed(value: float, digits: int) -> str:
    """Write a difference with its sign; what rounds to nothing has none."""
    rounded = round(value, digits)
    return f"{rounded:+,.{digits}f}" if rounded else f"{0:.{digits}f}"


def _who(challenger: Mapping[str, str]) -> str:
    return f"Version {challenger['version']} ({challenger['family']})"
