"""What each subcommand does, one short function a command, and the list of them.

Nothing heavy is imported before a command is chosen, so that ``--help`` answers at once.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.options import (
    ACCEPT,
    ACTING,
    ADAPTED,
    ALERT,
    AS_OF,
    AS_OF_NEEDED,
    BEFORE,
    CASES,
    CHECK,
    CHINESE,
    CUSTOMER,
    CUSTOMERS,
    DATASET,
    DELIVERED,
    ELSEWHERE,
    ENGINE,
    EVERY,
    FAIL_ON,
    FAMILIES,
    FAMILY,
    HISTORY,
    JSON,
    JUDGE,
    LATE,
    LOG,
    LOOKUP,
    MODEL,
    ROWS,
    SCORED_SINCE,
    SEED,
    SINCE,
    STAGE_LOG,
    TO,
    TO_NEEDED,
    Option,
)
from pipeline.paths import Paths, root

if TYPE_CHECKING:
    from pipeline.params import Params

Action = Callable[[argparse.Namespace], "int | None"]


@dataclass(frozen=True)
class Command:
    """A subcommand: its name, what it does in one line, the function that does it, and what it asks."""

    name: str
    summary: str
    act: Action
    options: tuple[Option, ...]


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


@contextmanager
def _job(asked: argparse.Namespace) -> "Iterator[tuple[Params, Paths]]":
    """Give the settings of a scheduled command that holds the lock and tells its steps, and wrong settings too."""
    from pipeline.lock import held
    from pipeline.logs import run as logged

    with logged(asked.command, Paths(root(), asked.dataset), asked.log):
        params, paths = settings(asked.dataset)
        with held(paths):
            yield params, paths


def _ingest(asked: argparse.Namespace) -> None:
    from pipeline import ingest
    from pipeline.logs import step

    with _job(asked) as (params, paths), step("tables") as counted:
        tables = ingest.run(params, paths)["tables"].values()
        for name in ("rows", "kept", "rejected"):
            counted[name] = sum(table[name] for table in tables)


def _promote(asked: argparse.Namespace) -> None:
    from pipeline import promote
    from pipeline.errors import GateClosed
    from pipeline.frames import json_text

    with _job(asked) as (params, paths):
        found = promote.run(params, paths)
        print(json_text(found.told) if asked.json else found.text, end="")
        if not found.serves:
            raise GateClosed(found.sentence)


def _rollback(asked: argparse.Namespace) -> None:
    from pipeline import promote

    with _job(asked) as (params, paths):
        print(promote.back(params, paths))


def _score(asked: argparse.Namespace) -> None:
    from pipeline import score
    from pipeline.errors import Usage
    from pipeline.frames import json_text

    if asked.every and not asked.since:
        raise Usage("'--every' is for '--since DATE', which says from which day on; give both.")
    if asked.out and asked.since:
        raise Usage(
            "'--out' is one file and '--since' asks for many days, each of which would overwrite the one before; "
            "leave '--out' out, and each day gets a file of its own in 'data/NAME/export/', or run 'forewarn "
            "export' of each."
        )
    manifests: list[Any] = []
    with _job(asked) as (params, paths):
        params = _computed_by(params, asked.engine)
        batches = score.batches(
            params, paths, asked.since, asked.as_of, asked.model, asked.every, anyway=asked.anyway
        )
        for batch in batches:
            for warning in batch.warnings:
                print(warning, file=sys.stderr, flush=True)
            if not asked.json:
                print("\n".join([*([] if manifests else batch.certificate), batch.sentence]), flush=True)
            manifests.append(batch.manifest)
            if asked.to:
                sentence = _exported(paths, asked, batch.as_of)
                print(sentence, file=sys.stderr if asked.json else sys.stdout)
    if asked.json:
        print(json_text(manifests if asked.since else manifests[0]), end="")


def _changes(asked: argparse.Namespace) -> None:
    from pipeline import changes

    params, paths = settings(asked.dataset)
    changes.run(params, paths, asked.as_of, asked.since, as_json=asked.json)


def _watch(asked: argparse.Namespace) -> None:
    from pipeline import watch
    from pipeline.frames import json_text

    with _job(asked) as (params, paths):
        found = watch.run(params, paths, asked.as_of)
        print(json_text(found) if asked.json else "\n".join([*watch.lines(found), ""]), end="")
        watch.demand(found, asked.fail_on)


def _respond(asked: argparse.Namespace) -> None:
    from pipeline import respond
    from pipeline.frames import json_text

    with _job(asked) as (params, paths):
        day = respond.run(params, paths, asked.as_of)
    print(json_text(day.manifest) if asked.json else "\n".join([*day.lines, ""]), end="")


def _deliver(asked: argparse.Namespace) -> None:
    from pipeline import deliver
    from pipeline.delivery import dry
    from pipeline.errors import Usage
    from pipeline.frames import json_text
    from pipeline.logs import run as logged

    if asked.once and asked.until_done:
        raise Usage("'--once' and '--until-done' do not go together; give one of them.")
    if asked.dry_run:
        params, paths = settings(asked.dataset)
        drawn = deliver.shown(params, paths, asked.as_of, asked.to)
        messages = list(drawn.messages)
        text = "".join(f"{line}\n" for line in (*drawn.lines, *dry.lines(messages)))
        print(json_text([dry.content(one) for one in messages]) if asked.json else text, end="")
        return
    # No lock of the dataset: it may stay for days. The outbox has one of its own.
    with logged(asked.command, Paths(root(), asked.dataset), asked.log):
        params, paths = settings(asked.dataset)
        told = deliver.run(
            params, paths, asked.as_of, asked.to, until_done=asked.until_done, again=asked.again
        )
        print(json_text(told.figures) if asked.json else "".join(f"{line}\n" for line in told.lines), end="")
        deliver.demand(told)


def _export(asked: argparse.Namespace) -> None:
    print(_exported(settings(asked.dataset)[1], asked, asked.as_of))


def _exported(paths: Paths, asked: argparse.Namespace, as_of: date) -> str:
    from pipeline import export

    rows: export.Rows = getattr(asked, "rows", "scored")  # `score --to` hands on what it scored
    return export.run(paths, as_of, export.Wanted(asked.to, asked.out, asked.dsn_from, asked.table, rows))


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


def _names(asked: argparse.Namespace) -> None:
    from pipeline import names
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    with held(paths):
        print(names.run(params, paths, asked.accept, as_json=asked.json), end="")


def _act(asked: argparse.Namespace) -> None:
    from pipeline import act

    params, paths = settings(asked.dataset)
    print(act.run(params, paths, asked), end="")


def _alert(asked: argparse.Namespace) -> None:
    from pipeline import lifetime

    params, paths = settings(asked.dataset)
    print(lifetime.run(params, paths, asked.alert, as_json=asked.json), end="")


def _effect(asked: argparse.Namespace) -> None:
    from pipeline import effect

    params, paths = settings(asked.dataset)
    print(effect.run(params, paths, asked.as_of, as_json=asked.json), end="")


def _signals(asked: argparse.Namespace) -> None:
    from pipeline import signals
    from pipeline.lock import held

    params, paths = settings(asked.dataset)
    if asked.history:
        with held(paths):
            signals.look_back(params, paths, as_json=asked.json)
    else:
        signals.run(params, paths, asked.as_of, zh=asked.zh, as_json=asked.json)


def _health(asked: argparse.Namespace) -> None:
    from pipeline import health_told

    params, paths = settings(asked.dataset)
    if asked.judge:
        health_told.judge(params, paths, as_json=asked.json)
    else:
        health_told.run(params, paths, asked.as_of, zh=asked.zh, as_json=asked.json)


def _wallet(asked: argparse.Namespace) -> None:
    from pipeline import wallet

    params, paths = settings(asked.dataset)
    wallet.run(params, paths, asked.as_of, zh=asked.zh, as_json=asked.json)


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
    Command("ingest", "check raw records against the contract", _ingest, (DATASET, STAGE_LOG)),
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
    Command("promote", "have the challenger serve, if the gate lets it", _promote, (DATASET, JSON, LOG)),
    Command("rollback", "have the model before serve again", _rollback, (DATASET, LOG)),
    Command(
        "score",
        "the scheduled job: probabilities and causes of one day",
        _score,
        (DATASET, AS_OF_NEEDED, SCORED_SINCE, EVERY, MODEL, LATE, ENGINE, JSON, TO, *ELSEWHERE, LOG),
    ),
    Command(
        "respond",
        "what to do on one scored day: health, signals, alerts, plans, and the page of the desk",
        _respond,
        (DATASET, AS_OF_NEEDED, JSON, LOG),
    ),
    Command(
        "export",
        "a scored day for other programs: CSV, Parquet, PostgreSQL",
        _export,
        (DATASET, AS_OF_NEEDED, TO_NEEDED, ROWS, *ELSEWHERE),
    ),
    Command(
        "deliver",
        "alerts and plans of a day to the webhook, the mailboxes and the CRM",
        _deliver,
        (DATASET, AS_OF, *DELIVERED, JSON, LOG),
    ),
    Command(
        "changes",
        "what moved between two scored days, for everybody",
        _changes,
        (DATASET, AS_OF_NEEDED, BEFORE, JSON),
    ),
    Command(
        "watch",
        "what came since the training: nothing, look or retrain, with reasons",
        _watch,
        (DATASET, AS_OF, FAIL_ON, JSON, LOG),
    ),
    Command(
        "learn",
        "are the data enough? figures as history, customers and windows grow",
        partial(_stage, "learning"),
        (DATASET,),
    ),
    Command("cases", "which known leavers were flagged before they left", _cases, (DATASET, CASES, JSON)),
    Command(
        "health",
        "the health of a day and whose fell furthest; --judge: whether learned weights tell it better",
        _health,
        (DATASET, AS_OF, JUDGE, CHINESE, JSON),
    ),
    Command(
        "signals",
        "which warning rules hold for whom on a day, with their records",
        _signals,
        (DATASET, AS_OF, HISTORY, CHINESE, JSON),
    ),
    Command(
        "names",
        "names on customs records: which are uncertain, and what you say of them",
        _names,
        (DATASET, ACCEPT, JSON),
    ),
    Command(
        "wallet",
        "which product lines rivals take over, by customs records known on a day",
        _wallet,
        (DATASET, AS_OF, CHINESE, JSON),
    ),
    Command("why", "one customer's story", _why, (CUSTOMER, DATASET, AS_OF, SINCE, CHINESE, JSON)),
    Command(
        "act",
        "acknowledge, assign, start, finish what an alert asks for; --list what is open",
        _act,
        (*ACTING, DATASET, JSON),
    ),
    Command("alert", "an alert's whole life", _alert, (ALERT, DATASET, JSON)),
    Command("effect", "what acting brought, against a comparison group", _effect, (DATASET, AS_OF, JSON)),
    Command(
        "features", "the catalogue: listed, searched, described, shown with its records", _features, LOOKUP
    ),
    Command("fetch", "download a public dataset from its publisher", _fetch, (ADAPTED,)),
    Command("docs", "write the generated reference pages", _docs, (CHECK,)),
)
