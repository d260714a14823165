"""``forewarn respond``: what to do on one scored day, about whom, and why.

Reads the published scores of the day, asks the parts of the desk (``pipeline.desk.parts``) and publishes
``desk/as_of=DATE/`` whole or not at all: a Parquet file a frame and ``manifest.json``, which names the digest of
everything read and, of a part that could not be made, the reason. What changed in the alerts is appended to the
log, and the page ``report/desk.html`` is made from both. The same inputs give the same bytes: where the manifest
shows that none of them changed, nothing is computed again.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from actions.events import MACHINE, Event, evening, known_by
from pipeline import digests, publishing
from pipeline.errors import MissingInput
from pipeline.frames import json_text, read_parquet, write_text
from pipeline.logs import step
from pipeline.params import Params
from pipeline.paths import ROOT, Paths

CODE = ("actions/**/*.py", "actions/*.yaml", "features/**/*.py", "pipeline/**/*.py")
"""The code that the bytes of the desk may depend on; more of it than need be, rather than less."""


@dataclass(frozen=True)
class Day:
    """One day of the desk; ``fresh`` says that it was computed now, ``shown`` that the page is of it."""

    as_of: date
    manifest: Mapping[str, Any]
    fresh: bool
    shown: bool

    @property
    def lines(self) -> list[str]:
        """Tell the day in lines for the terminal."""
        rows = self.manifest["rows"]
        if not self.fresh:
            head = f"Nothing changed since the desk of {self.as_of} was published"
        else:
            head = f"The desk of {self.as_of}"
        plans = f"{self.manifest['chosen']:,} plans in the budget, {self.manifest['held_out']:,} held out"
        told = [f"{head}: {rows['alerts']:,} open alerts, {plans}."]
        told += [f"Without {name}: {why}" for name, why in self.manifest["absent"].items()]
        if self.shown:
            told.append(f"The page: data/{self.manifest['dataset']}/report/desk.html")
        else:
            told.append("The page shows a later day and was left as it is.")
        return told


def run(params: Params, paths: Paths, as_of: date) -> Day:
    """Publish the desk of one day, or find that the one there is the one that would come out; renew its page."""
    began = time.perf_counter()
    with step("inputs"):
        inputs = _inputs(params, paths, as_of)
        before = publishing.standing(paths, as_of, "desk")
    fresh = before is None or before.get("inputs") != inputs
    manifest = _made(params, paths, as_of, inputs, began) if before is None or fresh else before
    publishing.tidy(paths, as_of, "desk")
    with step("log") as counted:
        counted["events"] = _logged(params, paths, as_of, manifest)
    with step("page"):
        shown = as_of == publishing.dates(paths, "desk")[-1]
        if shown:
            _page(params, paths, as_of)
    return Day(as_of, manifest, fresh, shown)


def _made(
    params: Params, paths: Paths, as_of: date, inputs: Mapping[str, str], began: float
) -> dict[str, Any]:
    from pipeline.desk import frames, parts

    scores = read_parquet(publishing.published(paths, as_of) / publishing.SCORES)
    made, absent = parts.asked(params, paths, as_of, scores)
    tables = {frames.file(name): frames.table(name, frame) for name, frame in made.items()}
    chosen = made["plans"]["chosen"].fillna(False).astype(bool)
    told = {
        "dataset": paths.dataset,
        "as_of": as_of,
        "inputs": inputs,
        "absent": absent,
        "rows": {name: len(frame) for name, frame in made.items()},
        "levels": made["alerts"]["level"].value_counts().to_dict(),
        "chosen": int(chosen.sum()),
        "held_out": int(made["plans"]["held_out"].fillna(False).astype(bool).sum()),
    }
    with step("publish"):
        run = {
            "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - began, 3),
        }
        return publishing.publish(paths, as_of, tables, told, run, "desk")


def _logged(params: Params, paths: Paths, as_of: date, manifest: Mapping[str, Any]) -> int:
    """Append what changed in the alerts and what is newly planned; give how many events that were.

    Nothing is said of a part that could not be made: a day without alerts would close every one that is open.
    """
    from pipeline import journal
    from pipeline.desk import frames

    made = frames.read(paths, as_of)
    added = 0
    if "alerts" not in manifest["absent"]:
        seen = set(made["health"].dropna(subset="drop")["customer_id"].astype(str))
        added += len(journal.opened(paths, made["alerts"], as_of, _never_left(params), seen))
    if "plans" not in manifest["absent"]:
        added += len(journal.planned(paths, made["plans"], as_of, params.loop.replan_days))
    return added


def _never_left(params: Params) -> tuple[str, ...]:
    """Give the alert levels at which nobody is left alone by lot."""
    return () if params.plans.holdout_red else ("red",)


def _page(params: Params, paths: Paths, as_of: date) -> None:
    """Write the page, where it would say something else than the one that is there."""
    from pipeline.desk import page, sources

    text = page.render(params, sources.gathered(params, paths, as_of))
    path = paths.report / "desk.html"
    if not path.exists() or path.read_text("utf-8") != text:
        write_text(path, text)


def _inputs(params: Params, paths: Paths, as_of: date) -> dict[str, str]:
    """Give the digest of everything that the desk of a day depends on, by name."""
    from features.sources import TABLES
    from pipeline import journal, playbooks, records

    if not paths.batch(as_of).exists():
        raise MissingInput(
            f"Dataset '{paths.dataset}' was not scored as of {as_of}; "
            f"make the scores with 'forewarn score --dataset {paths.dataset} --as-of {as_of}'."
        )
    given = {"scores": digests.of_file(publishing.published(paths, as_of) / publishing.MANIFEST)}
    for name, table in TABLES.items():
        if table.required or paths.table(name).exists():
            given[f"interim/{paths.table(name).name}"] = records.digest(paths, name)
    if paths.catalogue.exists():
        given["store/catalogue.json"] = digests.of_file(paths.catalogue)
    batches = {f"{day}": paths.batch(day).resolve().name for day in publishing.dates(paths) if day < as_of}
    given["scores before"] = digests.of_names(batches)
    if earlier := [day for day in publishing.dates(paths, "desk") if day < as_of]:
        # The alerts of a day go on from those of the day before.
        given["desk before"] = paths.batch(earlier[-1], "desk").resolve().name
    given["playbooks"] = playbooks.digest(paths)
    # What was done until then, and what was announced then, teach which play works.
    events = [event for event in known_by(journal.events(paths), evening(as_of)) if _counts(event, as_of)]
    given["log"] = digests.of_bytes(json_text([event.line() for event in events]).encode())
    told = params.model_dump(mode="json", exclude={"ingest", "train", "spark"})
    given["settings"] = digests.of_bytes(json_text(told).encode())
    given["code"] = digests.of_names(
        {
            path.relative_to(ROOT).as_posix(): digests.of_file(path)
            for name in CODE
            for path in ROOT.glob(name)
        }
    )
    return given


def _counts(event: Event, as_of: date) -> bool:
    """Tell whether an event was there on the day; what a run of this very day found is no input of it."""
    own = event.actor == MACHINE and event.told.get("as_of") == as_of.isoformat()
    return not own
