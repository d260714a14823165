"""The bar of `benchmarks.job.damaged`, in small: no damaged record is read as another."""

import pytest

from benchmarks.job import damaged
from pipeline import publishing
from pipeline.params import Params
from pipeline.paths import Paths

COPIES = 60


def test_damaged_records_are_refused_by_who_computes_from_them(
    workplace: tuple[Params, Paths], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = workplace[1]
    doors = list(damaged._records(paths, publishing.dates(paths)[-1]))
    assert {file for file, _, _ in doors} == {paths.ingested, *paths.interim.glob("*.parquet")}
    monkeypatch.setattr(damaged, "_doors", lambda _: iter(doors))
    found = {figure.name: figure.value for figure in damaged.figures(paths, COPIES)}
    assert found["read silently wrong"] == 0
    assert found["refused by name"] > COPIES / 2  # a space more in a JSON file changes nothing
