"""What past lists are judged by, and what becomes of those that cannot be read."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from models.notices import VERDICTS
from pipeline import hindsight, publishing
from pipeline.fitted import Served
from pipeline.frames import to_arrow
from pipeline.params import Params
from pipeline.paths import Paths

DAYS = (date(2024, 1, 31), date(2024, 3, 31), date(2024, 5, 31))
SERVED = cast(Served, SimpleNamespace(hash="a" * 64))
TRAINING = cast(hindsight.Training, SimpleNamespace(learned_to=date(2023, 12, 31)))
FORMER = "b" * 64


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Three lists of the model that serves."""
    made = Paths(tmp_path, "acme")
    for day in DAYS:
        published(made, day, SERVED.hash, "2")
    return made


def published(paths: Paths, day: date, model: str, version: str, p: float = 0.5, customers: int = 1) -> None:
    """Publish a list that a model made."""
    rows = pd.DataFrame({"customer_id": [f"C{i}" for i in range(customers)], "as_of": pd.Timestamp(day)})
    table = to_arrow(rows.assign(p_churn=p, model=model))
    told = {"model": {"hash": model, "version": version, "release": model}}
    publishing.publish(paths, day, {publishing.SCORES: table}, told, {})


def _told(notices: list[Any]) -> list[tuple[str, str]]:
    return [(one.about, one.verdict) for one in notices]


def test_a_damaged_list_is_named_and_the_others_are_judged(paths: Paths) -> None:
    (publishing.published(paths, DAYS[1]) / publishing.SCORES).write_bytes(b"damaged")
    kept, damaged = hindsight._kept(paths, SERVED, TRAINING, DAYS[2])
    assert [one.as_of for one in kept] == [DAYS[2], DAYS[0]]
    assert _told(damaged) == [("list of 2024-03-31", "look")]
    assert "forewarn score --dataset acme --as-of 2024-03-31" in damaged[0].words


def test_where_every_list_is_damaged_the_watch_goes_on(paths: Paths) -> None:
    for day in DAYS[:2]:
        (publishing.published(paths, day) / publishing.MANIFEST).unlink()
    paths.batch(DAYS[2]).unlink()
    paths.batch(DAYS[2]).symlink_to("nowhere")
    notices, lists = hindsight.performance(Params(), paths, SERVED, TRAINING, date(2030, 1, 1))
    assert lists == []
    damaged = [(f"list of {day}", "look") for day in reversed(DAYS)]
    assert _told(notices) == [*damaged, ("lists", "nothing")]


def test_lists_of_each_model_lie_apart_from_one_another_and_say_who_made_them(paths: Paths) -> None:
    between = (date(2024, 3, 30), date(2024, 5, 30), date(2024, 5, 29))
    for day in between:
        published(paths, day, FORMER, "1")
    kept, _ = hindsight._kept(paths, SERVED, TRAINING, DAYS[2])
    assert [(one.as_of, one.version) for one in kept] == [
        (DAYS[2], "2"), (between[1], "1"), (DAYS[1], "2"), (between[0], "1"), (DAYS[0], "2"),
    ]  # fmt: skip


def test_lists_of_days_that_their_model_learned_from_are_left_out(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(paths, DAYS[2], FORMER, "1")
    training = cast(hindsight.Training, SimpleNamespace(learned_to=DAYS[0]))
    kept, _ = hindsight._kept(paths, SERVED, training, DAYS[2])
    assert [one.as_of for one in kept] == [DAYS[2], DAYS[1]]  # of the former model nothing is kept here
    monkeypatch.setattr(hindsight, "_learned_to", lambda *_: DAYS[2])
    kept, _ = hindsight._kept(paths, SERVED, training, DAYS[2])
    assert [one.as_of for one in kept] == [DAYS[1]]


@pytest.mark.parametrize(("maker", "verdict"), [(SERVED.hash, "retrain"), (FORMER, "look")])
def test_a_list_that_was_wrong_asks_for_a_retraining_only_of_the_model_that_serves(
    maker: str, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = Paths(tmp_path, "acme")
    published(paths, DAYS[0], maker, "1", p=0.05, customers=200)

    def left(_: Params, __: Paths, kept: list[hindsight.Past]) -> list[hindsight.Past]:
        return [replace(one, rows=one.rows.assign(label=one.rows.index % 2 == 0)) for one in kept]

    monkeypatch.setattr(hindsight, "_lists", left)
    notices, lists = hindsight.performance(Params(), paths, SERVED, TRAINING, date(2030, 1, 1))
    level = next(one for one in notices if one.about.endswith("level"))
    assert level.verdict == verdict
    assert max(VERDICTS.index(one.verdict) for one in notices) == VERDICTS.index(verdict)
    assert [(one["model"], one["version"]) for one in lists] == [(maker, "1")]
    assert ("by version 1" in level.about) == (maker == FORMER)
    assert ("made by version 1, which does not serve now" in level.words) == (maker == FORMER)
