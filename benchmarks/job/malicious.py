"""Malicious release bundles against ``score``'s door: each refused by name, and no canary ever made."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.job.artefacts import Artefact, malicious, planted
from benchmarks.results import Figure, at_least, equal
from pipeline import bundle, score
from pipeline.errors import GateClosed

REFUSED = "refused: "


def figures(files: Mapping[str, bytes]) -> Iterator[Figure]:
    """Give the figures; ``files`` is a sound bundle of the boosted family."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        canary = folder / "canary"
        planted(folder)
        os.environ["CANARY"] = str(canary)
        tried = opened = alive = 0
        for artefact in malicious(files):
            tried += 1
            said = _refused(artefact, folder)
            opened += said is None
            alive += canary.exists()
            canary.unlink(missing_ok=True)
            print(f"{artefact.name}: {said or 'OPENED'}", flush=True)
    yield at_least("malicious artefacts tried", tried, 40)
    yield equal("of them opened", opened, 0)
    yield equal("of them that ran code", alive, 0)


def _refused(artefact: Artefact, folder: Path) -> str | None:
    """Give the sentence of the refusal; None where the bundle was opened. A child takes what ends a process."""
    said = folder / "said"
    child = os.fork()
    if child == 0:
        os.chdir(folder)  # where an import would find the canary's module
        try:
            bundle.opened(artefact.files, artefact.digest, score.declarations())
            said.write_text("")
        except GateClosed as refusal:
            said.write_text(f"{REFUSED}{refusal}")
        except BaseException as error:
            said.write_text(f"a bug: {error!r}")
        os._exit(0)
    os.waitpid(child, 0)
    told = said.read_text() if said.exists() else "the process ended"
    said.unlink(missing_ok=True)
    return told.removeprefix(REFUSED) if told.startswith(REFUSED) else None
