"""The notebooks read outputs and tell the story; they define nothing, and they run."""

import ast
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipeline.params import Params
from pipeline.paths import Paths

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def code(notebook: Path) -> list[str]:
    cells = nbformat.read(notebook, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def test_there_are_three_of_them() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_nothing(notebook: Path) -> None:
    for source in code(notebook):
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, DEFINING)]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(notebook: Path) -> None:
    stored = nbformat.read(notebook, as_version=4)
    nbformat.validate(stored)
    for cell in stored.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the libraries that run a notebook
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_a_finished_run(
    notebook: Path, finished: tuple[Params, Paths], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, paths = finished
    monkeypatch.setenv("FOREWARN_ROOT", str(paths.root))
    monkeypatch.setenv("FOREWARN_DATASET", paths.dataset)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    stored = nbformat.read(notebook, as_version=4)
    NotebookClient(stored, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert all(cell.execution_count for cell in stored.cells if cell.cell_type == "code")
