"""What is said in several places is said the same: dvc.yaml, commands, modules, paths, settings, docs."""

import ast
import importlib
from pathlib import Path
from typing import Any, get_args

import pytest

from features.feature import Cause
from models.families import FAMILIES
from pipeline import commands, export, graph, options, params, serving
from pipeline.params import DatasetSpec, Params, Simulate
from pipeline.paths import ROOT, Paths

ROOMS = ("actions", "features", "models", "pipeline", "simulator")
DECIDES_NOTHING = {
    "pipeline/admitted.py",  # which artefacts are fetched back
    "pipeline/errors.py",  # words of refusals
    "pipeline/params.py",  # the values are watched themselves
    "pipeline/paths.py",
    "pipeline/progress.py",
    "pipeline/tracking.py",  # MLflow's copy of what the stages wrote
    "pipeline/yamls.py",  # reads the values that are watched
}
BESIDE = {
    "alerts",
    "declines",
    "delivery",
    "desk",
    "health",
    "loop",
    "patterns",
    "plans",
    "promote",
    "shocks",
    "signals",
    "values",
    "wallet",
    "watch",
}
"""Sections that no stage reads, but a command beside the stages."""
DVC = graph.declared(ROOT)
NAMES = list(DVC)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.split(".")[0] in ROOMS}


def source(module: str) -> Path | None:
    path = ROOT / module.replace(".", "/")
    found = [path.with_suffix(".py"), path / "__init__.py"]
    return next((file for file in found if file.exists()), None)


def reached(module: str, seen: set[Path]) -> set[Path]:
    """Every file of this project that importing ``module`` may import."""
    path = source(module)
    if path is not None and path not in seen:
        seen.add(path)
        for name in imported(path):
            reached(name, seen)
    return seen


def code_of(stage: str) -> list[str]:
    return [dep for dep in DVC[stage]["deps"] if dep.split("/")[0] in ROOMS]


def places(stage: str, kind: str) -> list[str]:
    entries = [next(iter(entry)) if isinstance(entry, dict) else entry for entry in DVC[stage].get(kind, [])]
    return [entry.split("/", 2)[2] for entry in entries if entry.startswith("data/${item.dataset}/")]


def test_dvc_has_the_stages_of_the_commands_in_their_order() -> None:
    assert [stage.name for stage in commands.STAGES] == NAMES


@pytest.mark.parametrize("stage", NAMES)
def test_a_stage_is_a_subcommand_and_a_module_with_run(stage: str) -> None:
    family = " --family ${item.family}" if stage == "train" else ""
    assert DVC[stage]["cmd"] == f"python -m pipeline {stage} --dataset ${{item.dataset}}{family}"
    assert callable(importlib.import_module(f"pipeline.{stage}").run)


@pytest.mark.parametrize("stage", NAMES)
def test_a_stage_depends_on_the_code_that_decides_its_output(stage: str) -> None:
    files = {path.relative_to(ROOT).as_posix() for path in reached(f"pipeline.{stage}", set())}
    wanted = {name for name in files - DECIDES_NOTHING if not name.endswith("__init__.py")}
    told = code_of(stage)
    covered = {name for name in wanted if any(name == dep or name.startswith(f"{dep}/") for dep in told)}
    assert wanted - covered == set()
    assert [dep for dep in told if not (ROOT / dep).exists()] == []
    # ... and on no other, but for what is imported by name: adapters and templates.
    assert [d for d in told if d not in wanted and (ROOT / d).is_file()] == []


def test_a_changed_feature_does_not_reach_back_to_the_labels() -> None:
    for stage in ("simulate", "ingest", "label"):
        assert not [dep for dep in code_of(stage) if (ROOT / "features/catalogue").is_relative_to(ROOT / dep)]
    assert "features" in code_of("build")


@pytest.mark.parametrize("stage", NAMES)
def test_outputs_stay_where_they_are_when_a_stage_fails(stage: str) -> None:
    for out in DVC[stage]["outs"]:
        assert list(out.values()) == [{"cache": False, "persist": True}]


def test_what_a_stage_reads_an_earlier_one_writes() -> None:
    made = ["dataset.yaml"]
    for stage in NAMES:
        for place in places(stage, "deps"):
            known = [m for m in made if m == place or m.startswith(f"{place}/") or place.startswith(f"{m}/")]
            family = place.replace("boosted", "${item.family}").replace("forest", "${item.family}")
            family = family.replace("logistic", "${item.family}")
            assert known or family in made, f"{stage} reads {place}"
        made += places(stage, "outs")


def test_the_places_of_dvc_are_those_of_paths() -> None:
    paths = Paths(Path("/root"), "acme")
    named = {
        "raw": paths.raw,
        "truth": paths.truth,
        "interim": paths.interim,
        "store/cohort.parquet": paths.cohort,
        "store/catalogue.json": paths.catalogue,
        "model/champion.json": paths.champion,
        "model/${item.family}/family.json": paths.family("${item.family}") / "family.json",
        "report/metrics.json": paths.report / "metrics.json",
    }
    outs = [place for stage in NAMES for place in places(stage, "outs")]
    for place, path in named.items():
        assert place in outs
        assert path == Path("/root/data/acme") / place


def test_every_section_of_the_settings_is_watched_by_some_stage() -> None:
    watched = {section for stage in DVC.values() for section in stage.get("params", [])}
    assert watched == set(Params.model_fields) - {"dataset", *BESIDE}


def test_families_and_causes_are_the_same_everywhere() -> None:
    assert options.FAMILIES == FAMILIES == params.FAMILIES
    assert get_args(params.Engine) == options.ENGINES
    assert export.FORMS == options.EXPORTS
    assert DVC["train"]["matrix"]["family"] == list(FAMILIES)
    assert tuple(cause.value for cause in Cause) == serving.CAUSES


def test_the_datasets_of_dvc_are_those_that_come_with_the_project() -> None:
    there = {path.parent.name for path in (ROOT / "data").glob("*/dataset.yaml")}
    assert set(DVC["report"]["matrix"]["dataset"]) <= there
    for stage in set(NAMES) - {"simulate"}:
        assert DVC[stage]["matrix"]["dataset"] == DVC["report"]["matrix"]["dataset"]


def test_every_output_is_told_in_the_reference() -> None:
    text = (ROOT / "docs/reference/outputs.md").read_text("utf-8")
    for stage in NAMES:
        for place in places(stage, "outs"):
            assert (
                place.replace("${item.family}", "<family>")
                .replace("logistic/", "<family>/")
                .replace("forest/", "<family>/")
                .replace("boosted/", "<family>/")
                in text
            )


def stages(told: dict[str, Any]) -> dict[str, Any]:
    return graph.derived(DVC, Params(dataset=DatasetSpec(**told)), Paths(ROOT, "acme"))


def test_any_other_dataset_gets_the_same_stages() -> None:
    mine = stages({"simulate": Simulate()})
    assert list(mine) == NAMES
    for name, stage in mine.items():
        assert stage["matrix"]["dataset"] == ["acme"]
        assert stage["wdir"] == "../.."
        assert stage["cmd"] == DVC[name]["cmd"]


def test_a_dataset_with_records_is_not_simulated() -> None:
    assert list(stages({})) == [name for name in NAMES if name != "simulate"]


def test_ingest_of_a_dataset_of_ones_own_follows_the_log_once_there_is_one(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "acme")
    assert str(paths.events) not in graph.derived(DVC, Params(), paths)["ingest"]["deps"]
    paths.journal.mkdir(parents=True)
    paths.events.touch()
    assert str(paths.events) in graph.derived(DVC, Params(), paths)["ingest"]["deps"]
