"""What the commands ask, in the words of ``argparse``, and how each word is read.

Nothing heavy is imported: a wrong word is refused, and ``--help`` answered, at once.
"""

import argparse
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

FAMILIES = ("logistic", "forest", "boosted")
STEPS = ("ack", "assign", "start", "finish", "note")
OUTCOMES = ("kept", "lost", "unclear")
ENGINES = ("local", "spark")
CHANNELS = ("webhook", "mail", "crm")
EXPORTS = ("csv", "parquet", "postgres")
DAYS = (date(1900, 1, 1), date(2200, 12, 31))
"""The first and the last day that can be asked about; beyond them there is no room for windows."""


class Option:
    """One argument of a subcommand, in the words of ``argparse``."""

    def __init__(self, *names: str, **words: Any) -> None:
        self.names, self.words = names, words


def day(text: str) -> date:
    """Read a date as it stands in a command: 2024-12-31."""
    try:
        told = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date; write one such as 2024-12-31") from None
    if not DAYS[0] <= told <= DAYS[1]:
        raise argparse.ArgumentTypeError(f"'{text}' is no day from {DAYS[0]} to {DAYS[1]}")
    return told


def dataset(text: str) -> str:
    """Refuse a name that could leave the folder ``data/``."""
    if not re.fullmatch(r"\w[\w-]*", text):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no dataset; its name is that of a folder of data/, of letters, digits, '_' and '-'"
        )
    return text


def model(text: str) -> str:
    """Read an alias or a version of the registry."""
    if not re.fullmatch(r"\w[\w-]{0,99}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no alias; one is of letters, digits, '_' and '-'")
    return text


def number(text: str) -> int:
    """Read a whole number that is not negative."""
    if not re.fullmatch(r"[0-9]+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 0")
    return int(text)


def some(text: str) -> int:
    """Read a whole number of which there must be one."""
    if not number(text):
        raise argparse.ArgumentTypeError("0 are none; at least 1 is wanted")
    return int(text)


def variable(text: str) -> str:
    """Read the name of an environment variable; a DSN in its place may hold a password, and is not repeated."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise argparse.ArgumentTypeError("what is given is no name of an environment variable")
    return text


def channels(text: str) -> tuple[str, ...]:
    """Read channels with commas between."""
    told = tuple(dict.fromkeys(text.split(",")))
    for name in told:
        if name not in CHANNELS:
            raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(CHANNELS)}")
    return told


def moment(text: str) -> datetime:
    """Read a moment as it stands in a command: 2024-12-31T14:30, or with an offset; without one it is in UTC."""
    try:
        told = datetime.fromisoformat(text)
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"'{text}' is no moment; write one such as 2024-12-31T14:30 (UTC)"
        ) from None


def cost(text: str) -> float:
    """Read an amount of money that is not negative."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no cost; write 0 or more, such as 250 or 99.50")
    return value


DATASET = Option("--dataset", required=True, type=dataset, metavar="NAME", help="a folder of data/")
FAMILY = Option("--family", choices=FAMILIES, help="one family; all three without it")
AS_OF = Option("--as-of", type=day, metavar="DATE", help="the day to ask about")
AS_OF_NEEDED = Option("--as-of", type=day, metavar="DATE", required=True, help="the day to ask about")
SINCE = Option(
    "--since", type=day, metavar="DATE", help="why it moved since this day, which was scored (as was --as-of)"
)
SCORED_SINCE = Option(
    "--since",
    type=day,
    metavar="DATE",
    help="also the days from this one on, by the steps that --every names",
)
EVERY = Option(
    "--every",
    choices=("day", "month"),
    help="with --since: each day, or steps of months before --as-of as dates.every_months has them (the default)",
)
MODEL = Option(
    "--model",
    default="champion",
    type=model,
    metavar="NAME",
    help="an alias or a version of MLflow's registry; the champion without it",
)
LATE = Option("--anyway", action="store_true", help="although records that the model reads are empty or late")
BEFORE = Option(
    "--since", type=day, metavar="DATE", help="the scored day to compare with; the one before without it"
)
CUSTOMER = Option("customer", metavar="CUSTOMER", help="a customer_id of the records")
CHINESE = Option("--zh", action="store_true", help="in Chinese")
JSON = Option("--json", action="store_true", help="the answer as JSON")
LOG = Option(
    "--log",
    choices=("lines", "json", "none"),
    default="lines",
    help="how each step is told on stderr: a line, a JSON object, or not at all",
)
STAGE_LOG = Option(
    "--log",
    choices=("lines", "json", "none"),
    default="none",
    help="how the step is told on stderr: a line, a JSON object, or not at all, as without it",
)
SEED = Option(
    "--seed", type=number, metavar="N", help="another company for this call; a new dataset keeps it"
)
CUSTOMERS = Option(
    "--customers", type=some, metavar="N", help="so many customers in this call; a new dataset keeps it"
)
ENGINE = Option("--engine", choices=ENGINES, help="what computes; without it, build.engine of params.yaml")
CHECK = Option("--check", action="store_true", help="write nothing; exit 1 where a page is out of date")
FAIL_ON = Option(
    "--fail-on", choices=("look", "retrain"), help="exit 14 where this or a graver verdict is found"
)
CASES = Option(
    "--cases",
    type=Path,
    metavar="FILE",
    help="known leavers, a CSV of customer_id, churned_on[, cause]; without it the table 'cases'",
)
HISTORY = Option(
    "--history",
    action="store_true",
    help="what each rule was worth on past dates; writes report/signals.json",
)
JUDGE = Option(
    "--judge",
    action="store_true",
    help="hold learned weights against the preset on the test dates; writes report/health.json",
)
ADAPTED = Option("name", metavar="NAME", choices=("online_retail_ii",), help="a public dataset")
TO = Option("--to", choices=EXPORTS, help="also for other programs: docs/reference/output.md")
TO_NEEDED = Option("--to", choices=EXPORTS, required=True, help="docs/reference/output.md")
DELIVERED = (
    Option(
        "--to",
        type=channels,
        default=(),
        metavar="CHANNEL,...",
        help=f"of {', '.join(CHANNELS)}; without it delivery.to of params.yaml",
    ),
    Option("--dry-run", action="store_true", help="show what would be sent; write and send nothing"),
    Option("--once", action="store_true", help="send what is due now (the default)"),
    Option("--until-done", action="store_true", help="stay until everything is delivered or given up"),
    Option("--again", action="store_true", help="also what was given up, and a webhook that wanted no more"),
)
ELSEWHERE = (
    Option(
        "--out", type=Path, metavar="FILE", help="where csv or parquet goes; without it data/NAME/export/"
    ),
    Option(
        "--dsn-from",
        type=variable,
        metavar="VARIABLE",
        help="the environment variable that holds the DSN; without it PGHOST, PGSERVICE, ~/.pgpass and the like",
    ),
    Option(
        "--table",
        metavar="TABLE",
        help="the table of postgres; without it forewarn_scores, or forewarn_unscored",
    ),
)
ROWS = Option(
    "--rows",
    choices=("scored", "unscored"),
    default="scored",
    help="unscored: all others of the day, with the reason and what the fallback says",
)
LOOKUP = (
    Option(
        "words", nargs="*", metavar="WORD", help="search WORD..., describe NAME, show NAME; all without it"
    ),
    Option("--source", metavar="TABLE", help="only of one source"),
    Option("--cause", metavar="CAUSE", help="only of one cause"),
    Option("--dimension", metavar="NAME", help="only of one dimension of the health score"),
    Option("--dataset", type=dataset, metavar="NAME", help="a folder of data/ (describe, show)"),
    Option("--customer", metavar="ID", help="a customer_id of the records (show)"),
    Option(
        "--as-of",
        type=day,
        metavar="DATE",
        help="the day to ask about; the last day of the orders without it",
    ),
    Option("--all", action="store_true", help="every record, however many (show)"),
    Option("--hidden", action="store_true", help="also the records that were left out (show)"),
    CHINESE,
    JSON,
)
ALERT = Option("alert", metavar="ALERT", help="the id of an alert")
ACCEPT = Option(
    "--accept",
    action="append",
    default=[],
    metavar="NAME=CUSTOMER",
    help="an importer's name as written is this customer's, or nobody's; may be given again",
)
ACTING = (
    Option("alert", nargs="?", metavar="ALERT", help="the id of an alert, or of an action"),
    Option("step", nargs="?", choices=STEPS, help="what was done"),
    Option("--by", metavar="WHO", help="who did it; needed with a step"),
    Option("--owner", metavar="WHO", help="who is to do it (assign, start)"),
    Option("--play", metavar="NAME", help="what is done, as the playbooks name it (assign, start)"),
    Option("--cost", type=cost, metavar="MONEY", help="what it took, in the dataset's currency (finish)"),
    Option("--outcome", choices=OUTCOMES, help="what came of it (finish)"),
    Option("--note", metavar="TEXT", help="in words"),
    Option("--at", type=moment, metavar="MOMENT", help="when, in UTC; now without it"),
    Option("--anyway", action="store_true", help="although chance drew the customer to be left alone"),
    Option("--list", action="store_true", help="what is open, the earliest due first"),
    Option("--escalate", action="store_true", help="tell the next role up of what is overdue"),
)
