"""Everybody explained in parts: the same bytes as together, and no batch whose explanations are in doubt."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from models import families, treeshap
from models.families import FAMILIES, Model
from pipeline import explained
from pipeline.errors import GateClosed
from pipeline.explained import contributions_of, share_gone_of


def company() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(5)
    X = pd.DataFrame(rng.normal(size=(300, 3)), columns=["silence", "orders", "unpaid"])
    X[X > 1.5] = np.nan
    return X, (rng.random(300) < 1 / (1 + np.exp(-2 * X["silence"].fillna(2)))).to_numpy().astype(int)


def fitted(family: str) -> Model:
    quick = {"forest": {"trees": 5, "depth": 3}, "boosted": {"trees": 5}}
    return families.fit(family, *company(), quick.get(family, {}), seed=1)


@pytest.mark.parametrize("family", FAMILIES)
def test_parts_of_a_batch_are_explained_as_the_whole(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, (X, _) = fitted(family), company()
    whole, base = contributions_of(model, X)
    monkeypatch.setattr(explained, "CUSTOMERS", 70)
    parts, same = contributions_of(model, X)
    assert parts.tobytes() == whole.tobytes()
    assert same == base


def test_nobody_is_explained_in_one_empty_part() -> None:
    phi, _ = contributions_of(fitted("boosted"), company()[0].iloc[:0])
    assert phi.shape == (0, 3)


def test_a_batch_whose_explanations_are_in_doubt_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(treeshap, "AGREE", -1.0)
    with pytest.raises(GateClosed, match="The contributions of the family 'forest' are"):
        contributions_of(fitted("forest"), company()[0])


def test_the_share_of_the_gone_is_told_in_the_same_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    X, _ = company()
    asked = []

    def share(part: pd.DataFrame) -> np.ndarray:
        asked.append(len(part))
        return part["silence"].to_numpy()

    served = SimpleNamespace(gone="a model", share_gone=share)
    monkeypatch.setattr(explained, "CUSTOMERS", 70)
    assert share_gone_of(served, X).tobytes() == X["silence"].to_numpy().tobytes()
    assert asked == [70, 70, 70, 70, 20]
    assert share_gone_of(SimpleNamespace(gone=None, share_gone=lambda part: None), X) is None
