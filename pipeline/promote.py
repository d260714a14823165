"""``forewarn promote`` and ``forewarn rollback``: which version of the registry serves.

The challenger's release bundle is made, stored beside its run in MLflow, fetched again and opened as ``score`` will
open it. The gate decides (``pipeline.judging``); the decision goes to the run's artefacts, to the version's tags
and to ``report/promotion.json``; where it is for the challenger, the alias ``champion`` is pointed at it last of
all. So a process that is killed anywhere on the way leaves the old champion or the new one, and running it again
ends alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import bundle, decision, judging, released, tracking
from pipeline.errors import CannotWrite, GateClosed, MissingInput, Refusal
from pipeline.frames import json_text, read_sealed, write_sealed
from pipeline.judging import Contender
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.tracking import Version

GATE, BEFORE, ROLLED_BACK, WENT_TO = "gate", "before", "rolled_back", "rolled_back_to"
"""Tags of a version: what the gate said; the version that served before it; when it was taken back; and the version
that serves in its place, written when the way back is done."""
AGAIN = "Decided before, and nothing that the decision depends on has changed:\n"


@dataclass(frozen=True)
class Promotion:
    """What came of asking: ``told`` as in ``report/promotion.json``; ``fresh`` says that it was decided now."""

    told: Mapping[str, Any]
    fresh: bool

    @property
    def serves(self) -> bool:
        """Whether the challenger serves now."""
        return self.told["verdict"] in ("promoted", "serving")

    @property
    def sentence(self) -> str:
        return decision.sentence(self.told)

    @property
    def text(self) -> str:
        """The table and the verdict, for the terminal."""
        again = self.told["verdict"] != "serving" and not self.fresh
        return (AGAIN if again else "") + decision.text(self.told)


def run(params: Params, paths: Paths) -> Promotion:
    """Ask the gate whether the challenger shall serve, and do what it says; done twice it changes nothing."""
    asking = _asking(paths)
    serving = tracking.version(paths, tracking.CHAMPION)
    if serving is not None and serving.version == asking.version:
        return _serves_already(params, paths, serving)
    challenger = judging.opened(params, paths, released.release(params, paths, asking))
    if taken := challenger.version.tags.get(ROLLED_BACK):
        told = {**_named(paths, challenger.told), "verdict": "refused", "why": [_taken_back(taken)]}
        return Promotion(told, fresh=True)
    champion, lost = _champion(params, paths, serving)
    path = paths.report / "promotion.json"
    before = _decided(path)
    if before.get("key") == judging.key(params, paths, challenger, champion, lost):
        told = before
    else:
        told = judging.decide(params, paths, challenger, champion, lost)
        _note(paths, challenger.version, serving, told)
        write_sealed(path, told)
    if told["verdict"] == "promoted":
        tracking.point(paths, tracking.CHAMPION, challenger.version)
    return Promotion(told, fresh=told is not before)


def back(params: Params, paths: Paths) -> str:
    """Have the champion before serve again; give what was done, in one sentence."""
    serving = tracking.version(paths, tracking.CHAMPION)
    if serving is None:
        raise GateClosed(
            f"No model of dataset '{paths.dataset}' serves, so there is none to go back from; "
            f"promote one with 'forewarn promote --dataset {paths.dataset}'."
        )
    if unfinished := _unfinished(paths, serving):
        return _went_back(paths, unfinished, serving)
    number = serving.tags.get(BEFORE)
    earlier = tracking.version(paths, number) if number else None
    if earlier is None:
        gone = f"version {number}, which served before it, is gone" if number else "no model served before it"
        raise GateClosed(f"Version {serving.version} of '{serving.name}' stays: {gone}.")
    judging.opened(params, paths, earlier)
    tracking.tagged(paths, serving, {WENT_TO: "", ROLLED_BACK: _now()})
    tracking.point(paths, tracking.CHAMPION, earlier)
    return _went_back(paths, serving, earlier)


def _unfinished(paths: Paths, serving: Version) -> Version | None:
    """Give the version that a rollback which was killed has taken back for ``serving``, and never said so.

    Without it, running that rollback again would go back by one version more.
    """
    for one in tracking.versions(paths):
        if (
            one.tags.get(ROLLED_BACK)
            and not one.tags.get(WENT_TO)
            and one.tags.get(BEFORE) == serving.version
        ):
            return one
    return None


def _went_back(paths: Paths, taken: Version, serving: Version) -> str:
    tracking.tagged(paths, taken, {WENT_TO: serving.version})
    return (
        f"Version {serving.version} of '{serving.name}' serves again; version {taken.version} was taken back "
        "and will not be promoted a second time."
    )


def _serves_already(params: Params, paths: Paths, serving: Version) -> Promotion:
    """Say that the challenger is what serves; its release stays the one that the gate was asked about."""
    version = released.standing(params, paths, serving)
    index = bundle.index(released.files(paths, version))
    told = {**_named(paths, judging.named(version, index)), "verdict": "serving", "why": []}
    return Promotion(told, fresh=False)


def _asking(paths: Paths) -> Version:
    """Give the version that asks to serve."""
    version = tracking.version(paths, tracking.CHALLENGER)
    if version is None:
        raise MissingInput(
            f"MLflow knows no challenger of dataset '{paths.dataset}'; "
            f"make one with 'forewarn choose --dataset {paths.dataset}'."
        )
    return version


def _champion(params: Params, paths: Paths, serving: Version | None) -> tuple[Contender | None, str]:
    """Open the version that serves; or say why it cannot be scored."""
    if serving is None:
        return None, ""
    try:
        return judging.opened(params, paths, serving), ""
    except CannotWrite:
        raise  # MLflow is away: that says nothing of the champion
    except (GateClosed, MissingInput) as refusal:
        return None, f"version {serving.version}: {refusal}"


def _decided(path: Path) -> dict[str, Any]:
    """Give the decision that stands in the file, or nothing where it cannot be read or is not as it was written."""
    try:
        told: dict[str, Any] = read_sealed(path, made_by="forewarn promote")
    except Refusal:
        return {}
    return told


def _note(paths: Paths, version: Version, serving: Version | None, told: Mapping[str, Any]) -> None:
    against = serving.version if serving else "nothing"
    name = f"promotion/against-{against}"
    tracking.noted(paths, version, {f"{name}.json": json_text(told), f"{name}.txt": decision.text(told)})
    tags = {
        GATE: told["verdict"],
        f"{GATE}_at": _now(),
        f"{GATE}_against": against,
        f"{GATE}_by": decision.figures(told),
    }
    if serving is not None and told["verdict"] == "promoted":
        tags[BEFORE] = serving.version
    tracking.tagged(paths, version, tags)


def _named(paths: Paths, challenger: Mapping[str, str]) -> dict[str, Any]:
    return {"dataset": paths.dataset, "challenger": challenger, "checks": []}


def _taken_back(when: str) -> str:
    return (
        f"It was taken back by 'forewarn rollback' on {when}; train anew, or remove its tag '{ROLLED_BACK}' in "
        "MLflow and ask again."
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
