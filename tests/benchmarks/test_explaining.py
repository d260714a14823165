"""The benchmark of explanations, with models small enough to run here: what is compared, and against which bar."""

import numpy as np
import pytest

from benchmarks import explaining
from benchmarks.results import Figure
from models import families

SMALL = {"boosted": {"trees": 9, "leaves": 6, "leaf": 5}, "forest": {"trees": 3, "depth": 2}}


@pytest.fixture(params=SMALL)
def measured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, Figure]:
    model = families.fit(request.param, *explaining.company(300, 1), SMALL[request.param], seed=1)
    monkeypatch.setattr(explaining, "fitted", lambda family: model)
    monkeypatch.setattr(explaining, "BY_SHAP", 10)
    return {figure.name: figure for figure in explaining.speed(request.param, (40,))}


def test_each_way_is_timed_and_shap_has_a_bar(measured: dict[str, Figure]) -> None:
    bars = {name.partition(": ")[2]: figure.bar for name, figure in measured.items() if figure.bar}
    assert bars == {"times as fast as shap": "at least 1", "largest difference from shap": "at most 1e-05"}
    assert sum(": seconds, " in name for name in measured) >= 2


def test_ours_and_shaps_values_are_the_same(measured: dict[str, Figure]) -> None:
    apart = next(figure for name, figure in measured.items() if "largest difference from shap" in name)
    assert 0 < apart.value < 1e-12


def test_one_cell_in_ten_is_unknown_and_a_seed_is_a_company() -> None:
    X, y = explaining.company(2_000, 1)
    assert np.isnan(X.to_numpy()).mean() == pytest.approx(0.1, abs=0.002)
    assert 0.2 < y.mean() < 0.5
    assert X.equals(explaining.company(2_000, 1)[0])
    assert not X.equals(explaining.company(2_000, 2)[0])
