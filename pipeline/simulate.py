"""Stage ``simulate``: makes the records of a simulated dataset, and keeps the truth about them aside."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pipeline.errors import BadConfig
from pipeline.frames import write_parquet, write_text
from pipeline.params import Params, Simulate
from pipeline.paths import Paths
from simulator.company import simulate
from simulator.outside import RECORDS as RECORDS_OUTSIDE
from simulator.outside import TRUTH as TRUTH_OUTSIDE
from simulator.settings import RECORDS, World
from simulator.shocks import planted

NEW = """# A simulated company, made by 'forewarn simulate'; to be changed at will: docs/reference/simulator.md.
timezone: Europe/Berlin
simulate: {{customers: {customers}, start: "{start}", days: {days}, seed: {seed}}}
"""


def run(params: Params, paths: Paths) -> None:
    """Write ``raw/<table>.parquet`` for every table of records, and ``truth/<table>.parquet``."""
    spec = params.dataset.simulate
    if spec is None:
        raise BadConfig(
            f"Dataset '{paths.dataset}' is not simulated: '{paths.spec}' has no 'simulate'; "
            "add 'simulate: {}' to it, or bring records of your own."
        )
    company = simulate(_world(spec, paths), spec.seed)
    for name, records in company.records.items():
        write_parquet(paths.raw / f"{name}.parquet", records)
    for name in company.missing:
        (paths.raw / f"{name}.parquet").unlink(missing_ok=True)
    for folder, names, made in (
        (paths.raw, RECORDS_OUTSIDE, company.records),
        (paths.truth, TRUTH_OUTSIDE, company.truth),
    ):
        for name in set(names) - set(made):
            (folder / f"{name}.parquet").unlink(missing_ok=True)
    for name, truth in company.truth.items():
        write_parquet(paths.truth / f"{name}.parquet", truth)


def found(paths: Paths, told: Mapping[str, int]) -> None:
    """Begin a dataset that is not there with what the command says of it; without a word nothing is begun."""
    if told and not paths.folder.exists():
        write_text(paths.spec, NEW.format(**{**Simulate().model_dump(), **told}))


def differing(params: Params, told: Mapping[str, int]) -> Params:
    """Give the settings with what the command says in place of what ``dataset.yaml`` says."""
    spec = params.dataset.simulate
    if spec is None:
        return params
    dataset = params.dataset.model_copy(update={"simulate": spec.model_copy(update=dict(told))})
    return params.model_copy(update={"dataset": dataset})


def kept(params: Params, paths: Paths, told: Mapping[str, int]) -> str:
    """Say where ``dataset.yaml`` was left as it is and says something else; nothing where it says the same."""
    spec = params.dataset.simulate
    if spec is None or all(getattr(spec, name) == value for name, value in told.items()):
        return ""
    made = ", ".join(f"{name} {value}" for name, value in told.items())
    says = ", ".join(f"{name} {getattr(spec, name)}" for name in told)
    return (
        f"Made with {made}; '{paths.spec}' was left as it is and says {says}, "
        "and 'forewarn run' makes that company again."
    )


def _world(spec: Simulate, paths: Paths) -> World:
    own: dict[str, Any] = {"customers": spec.customers, "start": spec.start, "days": spec.days}
    usual = {item.name: item.default for item in fields(World) if item.name not in own}
    for name, value in spec.world.items():
        if name not in usual:
            raise BadConfig(
                f"'{paths.spec}' has the unknown key 'simulate.world.{name}'; "
                "remove it or take a name of simulator/settings.py."
            )
        if name == "planted":
            if not _planted(value):
                raise BadConfig(
                    f"'{paths.spec}' says 'simulate.world.planted: {value!r}'; wanted is a list of shocks, each "
                    "a list of what it hits, the day on which it begins and its depth, as [machinery, 700, 0.3]."
                )
        elif not _like(value, usual[name]):
            raise BadConfig(
                f"'{paths.spec}' says 'simulate.world.{name}: {value!r}'; wanted is {_kind(usual[name])}."
            )
    told: dict[str, Any] = {name: _fixed(value) for name, value in spec.world.items()}
    try:
        world = World(**own, **told)
        planted(world)
    except ValueError as error:
        raise BadConfig(f"'{paths.spec}' does not make a world: {error}") from None
    return world


def _planted(value: Any) -> bool:
    return isinstance(value, list) and all(_like(one, ("", 0.0, 0.0)) for one in value)


def _fixed(value: Any) -> Any:
    return tuple(map(_fixed, value)) if isinstance(value, list) else value


def _like(value: Any, usual: Any) -> bool:
    if isinstance(usual, bool) or isinstance(value, bool):
        return isinstance(usual, bool) and isinstance(value, bool)
    if isinstance(usual, tuple):
        if not isinstance(value, list):
            return False
        if not usual:
            return all(isinstance(name, str) for name in value)
        return len(value) == len(usual) and all(map(_like, value, usual))
    if isinstance(usual, str):
        return isinstance(value, str)
    return isinstance(value, int if isinstance(usual, int) else int | float)


def _kind(usual: Any) -> str:
    if isinstance(usual, bool):
        return "true or false"
    if not isinstance(usual, tuple):
        return "a whole number" if isinstance(usual, int) else "a number"
    return f"a list of {len(usual)} numbers" if usual else f"a list of tables among {', '.join(RECORDS)}"
