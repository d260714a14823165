"""The gate's bars in short, and that its simulated models are what the benchmark says of them."""

import numpy as np
import pytest

from benchmarks.job import gate
from models import metrics

WORLD = gate.WORLDS["31% leave, one date"]
PAIRS, RESAMPLES = 60, 200


def test_equal_models_are_seldom_promoted() -> None:
    assert gate.promoted(WORLD, WORLD.noise, pairs=PAIRS, resamples=RESAMPLES) <= gate.EQUAL


def test_a_model_better_by_two_hundredths_mostly_is() -> None:
    share = gate.promoted(WORLD, WORLD.better(gate.GAIN), pairs=PAIRS, resamples=RESAMPLES)
    assert share >= gate.BETTER


@pytest.mark.parametrize("world", gate.WORLDS.values(), ids=list(gate.WORLDS))
def test_the_simulated_models_differ_by_the_gain_and_say_what_comes_true(world: gate.World) -> None:
    many = gate.replace(world, customers=40_000)
    outcome, champion, challenger = many.pair(np.random.default_rng(0), world.better(gate.GAIN))
    for said in (champion, challenger):
        assert said.p.mean() == pytest.approx(outcome.left.mean(), abs=0.006)
    losses = [float(metrics.log_loss(outcome.left, said.p)) for said in (champion, challenger)]
    # The standard error of the difference is about .001 of so many customers.
    assert losses[0] - losses[1] == pytest.approx(gate.GAIN, abs=0.003)
