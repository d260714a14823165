"""The released model as it serves: named by the registry, kept here by its digest, checked whenever it is read.

MLflow is asked which version an alias names. The files of a release never change, so they are fetched once and kept
in ``model/released/<digest>/``; a copy that is damaged is fetched anew.
"""

import re
import shutil
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline import bundle, tracking
from pipeline.admitted import NAME
from pipeline.declared import Entry
from pipeline.digests import of_bytes
from pipeline.errors import GateClosed, MissingInput
from pipeline.fitted import Served
from pipeline.frames import parsed, write_bytes
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.tracking import Version


def named(paths: Paths, which: str) -> Version:
    """Give the version that an alias or a number names; raises MissingInput where there is none."""
    found = tracking.version(paths, which)
    if found is None:
        raise MissingInput(
            f"MLflow has no model of dataset '{paths.dataset}' under '{which}'; make the champion with "
            f"'forewarn promote --dataset {paths.dataset}', or name another with --model."
        )
    return found


def release(params: Params, paths: Paths, version: Version) -> Version:
    """Make the bundle of the challenger, put it beside the run of ``version``, and open it as ``score`` will.

    Nothing is done where the release that the version has would come out again.
    """
    from pipeline.score import declarations

    here = kept(paths, version.tags.get(tracking.RELEASE, ""))
    if here is not None and bundle.stands(params, paths, bundle.index(here)):
        return version
    files = bundle.made(params, paths)
    if bundle.index(files)["model"] != version.tags.get("model_hash"):
        raise GateClosed(
            f"Version {version.version} of '{version.name}' is not the model in '{paths.model}'; "
            f"register that one with 'forewarn choose --dataset {paths.dataset}'."
        )
    tagged = tracking.released(paths, version, files)
    there = tracking.fetched(paths, tagged)
    bundle.opened(there, bundle.digest(files), declarations())
    _keep(paths, bundle.digest(files), there)
    return tagged


def standing(params: Params, paths: Paths, version: Version) -> Version:
    """Have the version that serves be released, and leave its release as it is.

    One that is damaged everywhere is written again where the very same bytes come out; another never takes its
    place, for what serves changes by the gate alone.
    """
    if not version.tags.get(tracking.RELEASE):
        return release(params, paths, version)
    digest = tracking.digest_of(version)
    files(paths, version)
    if kept(paths, digest) is None:
        again = bundle.made(params, paths)
        if bundle.digest(again) != digest:
            raise GateClosed(
                f"The release of version {version.version} of '{version.name}', which serves, is damaged, and what "
                f"it was made from has changed since; train anew with 'forewarn run --dataset {paths.dataset}', or "
                "go back to the version before with 'forewarn rollback'."
            )
        tracking.released(paths, version, again)
        _keep(paths, digest, again)
    return version


def files(paths: Paths, version: Version) -> dict[str, bytes]:
    """Give the files of a version's release bundle: those that are kept here, or else those of the registry."""
    digest = tracking.digest_of(version)
    found = kept(paths, digest)
    if found is None:
        found = tracking.fetched(paths, version)
        if of_bytes(found.get(bundle.INDEX, b"")) == digest:  # another one is refused when it is opened
            _keep(paths, digest, found)
    return found


def kept(paths: Paths, digest: str) -> dict[str, bytes] | None:
    """Give the files of a release as they are kept here; None where they are not, or not whole."""
    folder = paths.released(digest)
    if not re.fullmatch("[0-9a-f]{64}", digest):
        return None
    try:
        content = {bundle.INDEX: (folder / bundle.INDEX).read_bytes()}
        if of_bytes(content[bundle.INDEX]) != digest:
            return None
        for name, wanted in parsed(content[bundle.INDEX].decode())["files"].items():
            if not NAME.fullmatch(name):
                return None
            content[name] = (folder / name).read_bytes()
            if of_bytes(content[name]) != wanted:
                return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return content


def of_batch(paths: Paths, manifest: Mapping[str, Any], catalogue: Iterable[Entry]) -> Served:
    """Give the model that made a batch, from the copy that is kept here, or from the registry.

    Raises MissingInput where neither has it.
    """
    told = manifest["model"]
    found = kept(paths, told["release"])
    if found is None:
        version = tracking.version(paths, told["version"])
        if version is None or version.tags.get(tracking.RELEASE) != told["release"]:
            raise MissingInput(
                f"The model that scored {manifest['as_of']} is gone, from here and from the registry; score that "
                f"day again with 'forewarn score --dataset {paths.dataset} --as-of {manifest['as_of']}'."
            )
        found = files(paths, version)
    return bundle.opened(found, told["release"], catalogue)


def _keep(paths: Paths, digest: str, content: Mapping[str, bytes]) -> None:
    folder = paths.released(digest)
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    # The index comes last: a copy without it is none.
    for name in sorted(content, key=lambda name: name == bundle.INDEX):
        write_bytes(folder / name, content[name])
