"""The stages of a dataset as DVC knows them.

``dvc.yaml`` at the root declares them once, for the datasets that come with the project. For any other dataset the
same declaration is copied into its folder with its own name in it, so that nobody edits anything.
"""

from pathlib import Path
from typing import Any

import yaml

from pipeline import yamls
from pipeline.errors import BadConfig, MissingInput
from pipeline.frames import write_text
from pipeline.params import Params
from pipeline.paths import Paths

LAST = "report"
FILE = "dvc.yaml"
NOTE = "# Made by 'forewarn run' from the dvc.yaml of the root; edit that one.\n"


def declared(root: Path) -> dict[str, Any]:
    """Give the stages of the root's ``dvc.yaml``."""
    try:
        stages: dict[str, Any] = yamls.read(root / FILE)["stages"]
    except FileNotFoundError:
        raise MissingInput(f"'{root / FILE}' is missing; restore it from the repository.") from None
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise BadConfig(f"'{root / FILE}' is no file of stages ({' '.join(str(error).split())}).") from None
    return stages


def target(params: Params, paths: Paths) -> str:
    """Give DVC's name of the dataset's last stage; everything it depends on comes with it."""
    stages = declared(paths.root)
    _demand_sections(stages, paths.root)
    own = paths.folder / FILE
    if paths.dataset in stages[LAST]["matrix"]["dataset"]:
        return f"{LAST}@{paths.dataset}"
    text = NOTE + yaml.safe_dump(
        {"stages": derived(stages, params, paths)}, sort_keys=False, allow_unicode=True
    )
    if not own.exists() or own.read_text("utf-8") != text:
        write_text(own, text)
    return f"{own.relative_to(paths.root).as_posix()}:{LAST}@{paths.dataset}"


def derived(stages: dict[str, Any], params: Params, paths: Paths) -> dict[str, Any]:
    """Give the same stages for a dataset that the root's file does not name."""
    mine = {}
    for name, stage in stages.items():
        if name == "simulate" and params.dataset.simulate is None:
            continue
        copy = {**stage, "matrix": {**stage["matrix"], "dataset": [paths.dataset]}, "wdir": "../.."}
        if name == "ingest":
            copy["deps"] = [*stage["deps"], *_elsewhere(params, paths)]
            if not paths.raw.exists() and params.dataset.simulate is None:
                copy["deps"] = [dep for dep in copy["deps"] if not dep.endswith("/raw")]
        mine[name] = copy
    return mine


def _elsewhere(params: Params, paths: Paths) -> list[str]:
    """Give what ingest reads besides: tables that ``dataset.yaml`` names outside ``raw/``, and what people wrote.

    That is the log of our actions and what was decided about names.
    """
    named = {
        paths.events,
        paths.decided_names,
        *((paths.folder / where) for where in params.dataset.sources.values()),
    }
    return sorted(str(path) for path in named if path.exists() and paths.raw not in path.parents)


def _demand_sections(stages: dict[str, Any], root: Path) -> None:
    """DVC watches whole sections of ``params.yaml``, and cannot watch one that is not there."""
    told = yamls.read(root / "params.yaml") or {}
    for stage in stages.values():
        for section in stage.get("params", ()):
            if section not in told:
                raise BadConfig(
                    f"'{root / 'params.yaml'}' lacks '{section}', so its changes could not be seen; "
                    f"write '{section}: {{}}' to take the defaults."
                )
