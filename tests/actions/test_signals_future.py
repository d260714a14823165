"""Nothing that happens or becomes known after the day changes a signal of it."""

import numpy as np
import pandas as pd
import pytest

from actions.signals import day as daily
from benchmarks.futures import other_future
from features.past import frames_on
from pipeline.frames import json_text, to_arrow
from pipeline.params import Params
from pipeline.signals import wanted
from simulator.company import simulate
from simulator.settings import World
from tests.features.test_future import AS_OF

Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def world() -> Frames:
    """A small company, with customs records of what its customers buy from us and others."""
    records = simulate(World(customers=150, days=730), 51).records
    frames = {name: rows for name, rows in records.items() if name in daily.HAPPENED}
    rng = np.random.default_rng(3)
    bought = frames["trade"].sample(3000, random_state=3)
    frames["imports"] = pd.DataFrame(
        {
            "record_id": [f"R{place}" for place in range(len(bought))],
            "customer_id": bought["customer_id"].to_numpy(),
            "shipped_on": bought["ordered_at"].dt.normalize().to_numpy(),
            "product_line": "L",
            "supplier": "s",
            "is_us": rng.random(len(bought)) < 0.6,
            "value": bought["amount"].abs().to_numpy(),
            "known_at": (bought["ordered_at"] + pd.Timedelta(days=45)).to_numpy(),
        }
    )
    return frames


def signals(frames: Frames) -> pd.DataFrame:
    tables = {name: to_arrow(rows) for name, rows in frames.items()}
    return daily.signals(frames_on(tables, AS_OF.date()), AS_OF, wanted(Params()))


def future_of(name: str, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give another future; what was agreed for a later day and known before is no part of the future."""
    if name not in daily.LASTING:
        return other_future(name, rows, AS_OF, rng)
    agreed = (rows[daily.HAPPENED[name][0]] > AS_OF) & (rows["known_at"] < AS_OF + pd.Timedelta(days=1))
    return pd.concat([other_future(name, rows[~agreed], AS_OF, rng), rows[agreed]])


@pytest.fixture(scope="module")
def here(world: Frames) -> pd.DataFrame:
    return signals(world)


def test_every_kind_of_rule_holds_for_somebody_so_that_the_proof_can_fail(here: pd.DataFrame):
    assert set(here["signal"]) == {rule.signal for rule in daily.RULES}
    assert {rule.name for rule in daily.RULES} - set(here["rule"]) <= {"payment_slow", "roadmap_stopped"}


@pytest.mark.parametrize("seed", range(4))
def test_another_future_leaves_every_signal_as_it_is(world: Frames, here: pd.DataFrame, seed: int):
    rng = np.random.default_rng(seed)
    other = {name: future_of(name, rows, rng) for name, rows in world.items()}
    assert json_text(signals(other).to_dict("records")) == json_text(here.to_dict("records"))


def test_a_record_of_the_day_itself_counts(world: Frames, here: pd.DataFrame):
    last = here[here["rule"] == "meetings_passive"].iloc[0]
    came = (
        world["interaction"]
        .iloc[[0]]
        .assign(
            interaction_id="I-new",
            customer_id=last["customer_id"],
            occurred_at=AS_OF + pd.Timedelta(hours=23),
            kind="meeting",
            attended=True,
            depth=1.0,
            known_at=pd.NaT,
        )
    )
    rows = signals({**world, "interaction": pd.concat([world["interaction"], came])})
    assert not ((rows["rule"] == "meetings_passive") & (rows["customer_id"] == last["customer_id"])).any()
