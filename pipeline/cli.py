"""The front door: one declared entry a subcommand.

Nothing heavy is imported before a command is chosen, so that ``--help`` answers at once. A refusal is one sentence
on stderr and its exit code; anything else that goes wrong is a bug, and shows its traceback.
"""

import argparse
import importlib
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import Refusal
from pipeline.paths import Paths, root
from pipeline.progress import report, told

if TYPE_CHECKING:
    from pipeline.params import Params

FAMILIES = ("logistic", "forest", "boosted")
ENGINES = ("local", "spark")
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DVC_NO_ANALYTICS": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
"""What the libraries must be told before they are imported."""

Action = Callable[[argparse.Namespace], "int | None"]


class Option:
    """One argument of a subcommand, in the words of ``argparse``."""

    def __init__(self, *names: str, **words: Any) -> None:
        self.names, self.words = names, words


@dataclass(frozen=True)
class Command:
    """A subcommand: its name, what it does in one line, the function that does it, and what it asks."""

    name: str
    summary: str
    act: Action
    options: tuple[Option, ...]


def day(text: str) -> date:
    """Read a date as it stands in a command: 2024-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date; write one such as 2024-12-31") from None


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


DATASET = Option("--dataset", required=True, type=dataset, metavar="NAME", help="a folder of data/")
FAMILY = Option("--family", choices=FAMILIES, help="one family; all three without it")
AS_OF = Option("--as-of", type=day, metavar="DATE", help="the day to ask about")
AS_OF_NEEDED = Option("--as-of", type=day, metavar="DATE", required=True, help="the day to ask about")
SINCE = Option(
    "--since", type=day, metavar="DATE", help="why it moved since this day, which was scored (as was --as-of)"
)
SCORED_SINCE = Option(
    "--since", type=day, metavar="DATE", help="also every as-of date from this one on, by steps of months"
)
MODEL = Option(
    "--model",
    default="champion",
    type=model,
    metavar="NAME",
    help="an alias or a version of MLflow's registry; the champion without it",
)
CUSTOMER = Option("customer", metavar="CUSTOMER", help="a customer_id of the records")
CHINESE = Option("--zh", action="store_true", help="in Chinese")
JSON = Option("--json", action="store_true", help="the answer as JSON")
SEED = Option(
    "--seed", type=number, metavar="N", help="another company for this call; a new dataset keeps it"
)
CUSTOMERS = Option(
    "--customers", type=some, metavar="N", help="so many customers in this call; a new dataset keeps it"
)
ENGINE = Option("--engine", choices=ENGINES, help="what computes; without it, build.engine of params.yaml")
CHECK = Option("--check", action="store_true", help="write nothing; exit 1 where a page is out of date")
CASES = Option(
    "--cases",
    type=Path,
    metavar="FILE",
    help="known leavers, a CSV of customer_id, churned_on[, cause]; without it the table 'cases'",
)
ADAPTED = Option("name", metavar="NAME", choices=("online_retail_ii",), help="a public dataset")
TO = Option(
    "--to", choices=("csv", "parquet", "postgres"), help="also for other programs: docs/reference/output.md"
)
TO_NEEDED = Option(
    "--to", choices=("csv", "parquet", "postgres"), required=True, help="docs/reference/output.md"
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
    Option("--table", metavar="TABLE", help="the table of postgres; without it forewarn_scores"),
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


def settings(name: str) -> "tuple[Params, Paths]":
    """Read the settings of one dataset."""
    from pipeline.params import load

    paths = Paths(root(), name)
    return load(paths), paths


def _stage(verb: str, asked: argparse.Namespace) -> None:
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    with held(paths):
        importlib.import_module(f"pipeline.{verb}").run(params, paths)


def _computed_by(params: "Params", engine: str | None) -> "Params":
    """Give the settings with the engine that the command names, if it names one."""
    if engine is None:
        return params
    return params.model_copy(update={"build": params.build.model_copy(update={"engine": engine})})


def _compute(verb: str, asked: argparse.Namespace) -> None:
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    with held(paths):
        importlib.import_module(f"pipeline.{verb}").run(_computed_by(params, asked.engine), paths)


def _simulate(asked: argparse.Namespace) -> None:
    from pipeline import simulate
    from pipeline.lock import held

    told = {name: value for name in ("seed", "customers") if (value := getattr(asked, name)) is not None}
    simulate.found(Paths(root(), asked.dataset), told)
    params, paths = settings(asked.dataset)
    with held(paths):
        simulate.run(simulate.differing(params, told), paths)
    if sentence := simulate.kept(params, paths, told):
        print(sentence)


def _train(asked: argparse.Namespace) -> None:
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    with held(paths):
        from pipeline import train

        for family in [asked.family] if asked.family else FAMILIES:
            train.run(params, paths, family)


def _run(asked: argparse.Namespace) -> int:
    from pipeline import run
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    with held(paths):
        return run.run(params, paths)


def _promote(asked: argparse.Namespace) -> int:
    from pipeline import promote
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    with held(paths):
        return promote.run(params, paths)


def _score(asked: argparse.Namespace) -> None:
    from pipeline import score
    from pipeline.frames import json_text
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    params = _computed_by(params, asked.engine)
    manifests: list[Any] = []
    with held(paths):
        for batch in score.batches(params, paths, asked.since, asked.as_of, asked.model):
            if not asked.json:
                print("\n".join([*([] if manifests else batch.certificate), batch.sentence]), flush=True)
            manifests.append(batch.manifest)
            if asked.to:
                print(
                    _exported(paths, batch.as_of, asked),
                    file=sys.stderr if asked.json else sys.stdout,
                    flush=True,
                )
    if asked.json:
        print(json_text(manifests if asked.since else manifests[0]), end="")


def _export(asked: argparse.Namespace) -> None:
    print(_exported(settings(asked.dataset)[1], asked.as_of, asked))


def _exported(paths: Paths, as_of: date, asked: argparse.Namespace) -> str:
    from pipeline import export

    return export.run(paths, as_of, export.Wanted(asked.to, asked.out, asked.dsn_from, asked.table))


def _why(asked: argparse.Namespace) -> None:
    params, paths = settings(asked.dataset)
    if asked.since is None:
        from pipeline import why

        why.run(params, paths, asked.customer, asked.as_of, asked.zh, as_json=asked.json)
    else:
        from pipeline import since

        since.run(params, paths, asked.customer, asked.since, asked.as_of, asked.zh, as_json=asked.json)


def _cases(asked: argparse.Namespace) -> None:
    from pipeline import cases
    from pipeline.casebook import tell
    from pipeline.frames import json_text
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    with held(paths):
        found = cases.run(params, paths, asked.cases)
    if asked.json:
        print(json_text(found.figures), end="")
    else:
        tell(found.figures, found.rows, params.report.listed)


def _features(asked: argparse.Namespace) -> None:
    from pipeline.lookup import Asked, run

    told = {name: value for name, value in vars(asked).items() if name in Asked.__dataclass_fields__}
    run(Asked(**told | {"words": tuple(asked.words)}))


def _fetch(asked: argparse.Namespace) -> None:
    importlib.import_module(f"pipeline.adapters.{asked.name}").fetch(Paths(root(), asked.name))


def _docs(asked: argparse.Namespace) -> int | None:
    stale: int | None = importlib.import_module("pipeline.docs").run(asked.check)
    return stale


def _verb(name: str, summary: str) -> Command:
    return Command(name, summary, partial(_stage, name), (DATASET,))


def _computed(name: str, summary: str) -> Command:
    return Command(name, summary, partial(_compute, name), (DATASET, ENGINE))


STAGES = (
    Command("simulate", "make the records of a simulated company", _simulate, (DATASET, SEED, CUSTOMERS)),
    _verb("ingest", "check raw records against the contract"),
    _computed("label", "as-of dates, who can be asked about, who left"),
    _computed("build", "the feature store"),
    _verb("inspect", "what each feature is worth"),
    Command("train", "tune and fit the families", _train, (DATASET, FAMILY)),
    _verb("calibrate", "from scores to probabilities"),
    _verb("choose", "the champion"),
    _verb("evaluate", "every family on the test dates"),
    _verb("explain", "causes for the test dates"),
    _verb("report", "one page and its figures"),
)
"""The stages in the order in which they run; each has the name of its module and of its stage in dvc.yaml."""

COMMANDS = (
    Command("run", "every stage that is out of date, then the scores of the last day", _run, (DATASET,)),
    *STAGES,
    Command("promote", "let the challenger serve", _promote, (DATASET,)),
    Command(
        "score",
        "the scheduled job: probabilities and causes of one day",
        _score,
        (DATASET, AS_OF_NEEDED, SCORED_SINCE, MODEL, ENGINE, JSON, TO, *ELSEWHERE),
    ),
    Command(
        "export",
        "a scored day for other programs: CSV, Parquet, PostgreSQL",
        _export,
        (DATASET, AS_OF_NEEDED, TO_NEEDED, *ELSEWHERE),
    ),
    Command(
        "learn",
        "are the data enough? figures as history, customers and windows grow",
        partial(_stage, "learning"),
        (DATASET,),
    ),
    Command("cases", "which known leavers were flagged before they left", _cases, (DATASET, CASES, JSON)),
    Command("why", "one customer's story", _why, (CUSTOMER, DATASET, AS_OF, SINCE, CHINESE, JSON)),
    Command(
        "features", "the catalogue: listed, searched, described, shown with its records", _features, LOOKUP
    ),
    Command("fetch", "download a public dataset from its publisher", _fetch, (ADAPTED,)),
    Command("docs", "write the generated reference pages", _docs, (CHECK,)),
)


def parser() -> argparse.ArgumentParser:
    """Give the whole command line."""
    whole = argparse.ArgumentParser(
        prog="forewarn",
        description="Early warning of customer loss: who is about to leave, how sure, and why.",
    )
    rooms = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        room = rooms.add_parser(command.name, help=command.summary, description=command.summary)
        room.set_defaults(act=command.act)
        for option in command.options:
            room.add_argument(*option.names, **option.words)
    return whole


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    asked = _asked(words)
    began = time.perf_counter()
    try:
        with told():
            code = asked.act(asked) or 0
    except Refusal as refusal:
        sentence = _harmless(str(refusal))
        _ended(asked, began, refusal.exit_code, sentence)
        print(f"forewarn: {sentence}", file=sys.stderr)
        return refusal.exit_code
    except KeyboardInterrupt:
        print("forewarn: stopped.", file=sys.stderr)
        return 130
    except Exception:
        _ended(asked, began, 1, "")
        traceback.print_exc()
        return 1
    _ended(asked, began, code, "")
    return code


def _harmless(text: str) -> str:
    """Give a refusal that a terminal or a log can only show: what it quotes may come from others."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; words that stand behind an option belong to those before it."""
    whole = parser()
    asked, rest = whole.parse_known_args(words)
    if rest and (not hasattr(asked, "words") or any(word.startswith("-") for word in rest)):
        whole.error(f"unrecognized arguments: {' '.join(rest)}")
    asked.words = [*getattr(asked, "words", []), *rest]
    return asked


def _ended(asked: argparse.Namespace, began: float, code: int, sentence: str) -> None:
    seconds = time.perf_counter() - began
    stage = "-".join(filter(None, [asked.command, getattr(asked, "family", None)]))
    report(kind="stage", stage=stage, seconds=seconds, code=code, sentence=sentence)
