"""Loops are compiled wherever the command runs, with a place to keep the result or without one."""

import importlib
import importlib.util
from pathlib import Path

import pytest
from numba.core import config

from pipeline.paths import ROOT

LOOP = """
from {package}.compiled import compiled

@compiled
def doubled(x: float) -> float:
    return 2.0 * x
"""
ROOMS = ("actions", "features", "models")


@pytest.mark.parametrize("package", ROOMS)
def test_without_a_place_for_the_result_a_loop_is_compiled_all_the_same(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only checkout and no home: a file stands where each folder would have to be made."""
    (tmp_path / "__pycache__").write_text("")
    monkeypatch.setattr(config, "CACHE_DIR", "/dev/null/numba")
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/cache")
    file = tmp_path / "loops.py"
    file.write_text(LOOP.format(package=package))
    told = importlib.util.spec_from_file_location("loops", file)
    assert told is not None
    assert told.loader is not None
    loops = importlib.util.module_from_spec(told)
    told.loader.exec_module(loops)
    assert loops.doubled(4.0) == 8.0
    assert loops.doubled.signatures  # Numba compiled it


def test_every_loop_is_compiled_that_way() -> None:
    files = [file for room in (*ROOMS, "pipeline", "simulator") for file in (ROOT / room).rglob("*.py")]
    assert [file for file in files if "njit" in file.read_text() and file.name != "compiled.py"] == []
