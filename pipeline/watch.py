"""``forewarn watch``: what came since the model was trained, and what to do about it.

Says ``nothing``, ``look`` or ``retrain`` with its reasons (docs/reference/watch.md says which size of what means
which), and writes ``report/watch.json`` and the page ``report/watch.html``. It changes nothing that serves. The
same records, model and settings give the same bytes.
"""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from models import novelty
from models.notices import LOOK, NOTHING, RETRAIN, VERDICTS, Notice, gravest
from pipeline import (
    bundle,
    certificates,
    fitted,
    hindsight,
    publishing,
    released,
    store,
    tracking,
    watched,
    watching,
    words,
)
from pipeline.errors import GateClosed, TooLittleData
from pipeline.frames import plain, write_json, write_text
from pipeline.hindsight import Training
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths, as_of: date | None = None) -> dict[str, Any]:
    """Watch one day; gives what ``report/watch.json`` says."""
    from pipeline import watchpage

    served, dates = _served(paths)
    training = Training.of(params, paths, dates)
    day = as_of or _last_day(paths)
    content: dict[str, Any] = plain(
        {**_about(params, paths, served, training, day), **_found(params, paths, served, training, day)}
    )
    write_json(paths.report / "watch.json", content)
    write_text(paths.report / "watch.html", watchpage.page(content))
    return content


def _served(paths: Paths) -> tuple[fitted.Served, bundle.Dates]:
    """Give the model that serves and its dates; before one was promoted, the one that the training chose."""
    from pipeline.score import declarations

    version = tracking.version(paths, tracking.CHAMPION)
    if version is None:
        learned = max(certificates.chosen(paths)["dates"])
        dates = bundle.Dates(store.cohort(paths)["as_of"].max().date(), date.fromisoformat(learned))
        return fitted.champion(paths, declarations()), dates
    files = released.files(paths, version)
    served = bundle.opened(files, tracking.digest_of(version), declarations())
    return served, bundle.dates(files)


def _last_day(paths: Paths) -> date:
    """Give the last day that anything is known of: a record of any source, or a list that was scored."""
    days = [day for day in (watched.newest(paths), *publishing.dates(paths)) if day is not None]
    if not days:
        raise TooLittleData(f"Dataset '{paths.dataset}' has no record; name a day by '--as-of DATE'.")
    return max(days)


def _about(
    params: Params, paths: Paths, served: fitted.Served, training: Training, as_of: date
) -> dict[str, Any]:
    return {
        "dataset": paths.dataset,
        "as_of": as_of,
        "model": {"family": served.fit.family, "hash": served.hash},
        "trained": {
            "until": training.until,
            "dates": training.days,
            "customers": int(training.learned["customer_id"].nunique()),
            "leavers": int(training.learned["label"].sum()),
        },
        "settings": params.watch.model_dump(),
    }


def _found(
    params: Params, paths: Paths, served: fitted.Served, training: Training, as_of: date
) -> dict[str, Any]:
    notices = hindsight.labels(params, paths, training, as_of)
    past, lists = hindsight.performance(params, paths, served, training, as_of)
    notices += past
    moved = watching.inputs(params, paths, served, training, as_of)
    if moved is None:
        words = f"Nobody can be asked about on {as_of}."
        notices.append(Notice("inputs", "customers", LOOK, words))
    else:
        notices += moved.notices
        before = training.learned["customer_id"].unique().tolist()
        notices.append(novelty.customers(moved.now.customers.tolist(), before, params.watch.new_customers))
        if not params.dataset.tables:
            notices += watched.profiles(params.watch, paths, moved.now.customers, as_of, training.until)
    if not params.dataset.tables:  # tables that Spark reads elsewhere are not looked at record by record
        notices += watched.sources(params.watch, paths, as_of, training.until, _sources(served))
    notices = held_back(notices)
    return {
        "verdict": gravest(notices),
        "notices": [asdict(notice) for notice in ordered(notices)],
        "against": None if moved is None else moved.against,
        "features": [] if moved is None else moved.features.to_dict("records"),
        "lists": lists,
    }


def _sources(served: fitted.Served) -> set[str]:
    """Give the sources of the features that the model reads."""
    from pipeline.score import declarations

    source = {entry["name"]: entry["source"] for entry in declarations()}
    return {source[name] for name in served.fit.churn.features if name in source}


def held_back(notices: list[Notice]) -> list[Notice]:
    """Make a look of a retraining for moved inputs where the records themselves are at fault: mend them first."""
    faults = [n.about for n in notices if n.check in ("sources", "units") and n.verdict != NOTHING]
    if not faults:
        return notices
    why = f" The records are at fault ({', '.join(faults)}): mend them before a retraining."
    return [
        Notice(n.check, n.about, LOOK, n.words + why, n.figures)
        if n.check == "inputs" and n.verdict == RETRAIN
        else n
        for n in notices
    ]


def ordered(notices: list[Notice]) -> list[Notice]:
    """Give the gravest first, otherwise in the order in which the checks were made."""
    return sorted(notices, key=lambda notice: -VERDICTS.index(notice.verdict))


def demand(content: dict[str, Any], fail_on: str | None) -> None:
    """Raise GateClosed where the verdict is the one that the caller asked to fail on, or a graver one."""
    if fail_on is not None and VERDICTS.index(content["verdict"]) >= VERDICTS.index(fail_on):
        raise GateClosed(
            f"The watch of dataset '{content['dataset']}' says '{content['verdict']}' as of {content['as_of']}; "
            f"{reasons(content)[0]}"
        )


def reasons(content: dict[str, Any]) -> list[str]:
    """Tell the notices that are more than nothing, a line each."""
    return [
        words.line(f"{one['verdict']}: {one['check']}, {one['about']}: {one['words']}")
        for one in content["notices"]
        if one["verdict"] != NOTHING
    ]


def lines(content: dict[str, Any]) -> list[str]:
    """Tell the whole in lines for the terminal: the verdict, then its reasons."""
    told = reasons(content)
    trained = date.fromisoformat(content["trained"]["until"])
    age = (date.fromisoformat(content["as_of"]) - trained) // timedelta(days=1)
    head = f"{content['verdict']}: as of {content['as_of']}, {age:,} days after the last record that training knew"
    return [head, *told, f"The whole is in 'data/{content['dataset']}/report/watch.html'."]
