"""The compiled loops say what their Python says: a loop that reads past its range would differ or fail."""

import importlib
import inspect
import pkgutil
from datetime import date

import numpy as np
import pytest

from features import cohort, kernels, store, windows
from features.catalogue import CATALOGUE
from features.cohort import Rule
from features.kernels import selection


@pytest.fixture
def plain(monkeypatch):
    """Run every loop as plain Python, with NumPy's own checks of places."""
    names = [f"features.kernels.{module.name}" for module in pkgutil.iter_modules(kernels.__path__)]
    for module in (kernels, *map(importlib.import_module, names), windows, cohort):
        for name, loop in inspect.getmembers(module, lambda item: hasattr(item, "py_func")):
            monkeypatch.setattr(module, name, loop.py_func)
    monkeypatch.setattr("features.sweep.within", windows.within)


def test_compiled_and_plain_loops_agree_on_the_whole_catalogue(tables, asked, request):
    few = asked[asked["customer_id"].isin(sorted(asked["customer_id"].unique())[:12])]
    compiled = store.compute(tables, few, CATALOGUE)
    request.getfixturevalue("plain")
    assert store.compute(tables, few, CATALOGUE, threads=1).equals(compiled)


def test_compiled_and_plain_loops_agree_on_who_left(tables, request):
    customers = tables["customers"]["customer_id"].unique().to_pylist()
    dates = cohort.as_of_dates(
        first=date(2021, 1, 1),
        last=date(2023, 3, 1),
        every_months=3,
        history_days=180,
        known_after=180,
    )
    rule = Rule("departure")
    compiled = cohort.label(cohort.ask(tables["trade"], customers, dates, rule), tables["trade"], rule)
    request.getfixturevalue("plain")
    again = cohort.label(cohort.ask(tables["trade"], customers, dates, rule), tables["trade"], rule)
    assert again.equals(compiled)


@pytest.mark.parametrize("even", [False, True])
def test_a_place_is_found_as_sorting_would(even):
    rng = np.random.default_rng(3)
    for _ in range(300):
        count = int(rng.integers(1, 90))
        numbers = rng.integers(0, 4 if even else 1000, count).astype(np.float64)
        place = int(rng.integers(0, count))
        assert selection.nth(numbers.copy(), count, place) == np.sort(numbers)[place]
        assert selection.twice_median(numbers.copy(), count) / 2 == np.median(numbers)
