"""Which play works: planted effects come back, little is believed of what was hardly tried."""

import numpy as np
import pandas as pd
import pytest

from actions.effect import Refused
from actions.learned import best, learned, tried
from benchmarks.actions.loop import Team, recommended


def acted(play: str, effect: float, size: int, seed: int = 0, cause: str = "price") -> pd.DataFrame:
    """Customers that would leave with probability .5, of whom the play keeps a share of the leavers."""
    kept = np.random.default_rng(seed).random(size) >= 0.5 * (1 - effect)
    return pd.DataFrame({"cause": cause, "play": play, "p": 0.5, "kept": kept})


def alone(size: int = 100, left: int = 50) -> pd.DataFrame:
    return pd.DataFrame({"p": [0.5] * size, "kept": [False] * left + [True] * (size - left)})


PLAYS = pd.DataFrame({"cause": "price", "play": ["call", "terms", "visit"]})


def test_planted_effects_come_back_and_the_best_play_is_named() -> None:
    found = learned(
        pd.concat([acted("call", 0.1, 400), acted("terms", 0.6, 400, 1)]), alone(400, 200), PLAYS
    ).frame
    rows = found.set_index("play")
    assert rows.loc["call", "low"] <= 0.1 <= rows.loc["call", "high"]
    assert rows.loc["terms", "low"] <= 0.6 <= rows.loc["terms", "high"]
    assert best(found).to_dict("records") == [{"cause": "price", "play": "terms"}]
    assert rows["n"].to_dict() == {"call": 400, "terms": 400, "visit": 0}
    # What was never tried is believed to be like the others, and nobody is sure of it.
    assert rows.loc["call", "mean"] < rows.loc["visit", "mean"] < rows.loc["terms", "mean"]
    assert (
        rows.loc["visit", "high"] - rows.loc["visit", "low"]
        > rows.loc["terms", "high"] - rows.loc["terms", "low"]
    )


def test_three_lucky_customers_do_not_beat_three_hundred() -> None:
    lucky = pd.DataFrame({"cause": "price", "play": "visit", "p": 0.5, "kept": [True] * 3})
    proven = [acted("terms", 0.7, 300), acted("call", 0.1, 300, 1)]
    found = learned(pd.concat([*proven, lucky]), alone(300, 150), PLAYS).frame
    assert best(found)["play"].tolist() == ["terms"]


def test_customers_that_would_have_stayed_anyway_prove_nothing() -> None:
    # Announced at one in two, one in ten of those left alone left: that few are lost is not the play's doing.
    stayed = pd.DataFrame({"cause": "price", "play": "call", "p": 0.5, "kept": [True] * 180 + [False] * 20})
    worked = learned(stayed, alone(200, 100), PLAYS[:1]).frame["mean"].item()
    anyway = learned(stayed, alone(200, 20), PLAYS[:1]).frame["mean"].item()
    assert worked > 0.6
    assert anyway < 0.35


def test_what_was_not_to_be_expected_of_a_customer_does_not_speak_against_a_play() -> None:
    # Half of those called leave for another cause, of whom a call keeps nobody: .6 of the others are kept.
    found = [
        learned(called, alone(2000, 1000), PLAYS[:1]).frame["mean"].item()
        for called in (acted("call", 0.3, 2000), acted("call", 0.3, 2000).assign(fit=0.5))
    ]
    assert found == pytest.approx([0.3, 0.6], abs=0.05)


def test_without_a_comparison_group_nothing_is_learned() -> None:
    with pytest.raises(Refused, match="19 customers are known that were left alone"):
        learned(acted("call", 0.5, 500), alone(19, 9), PLAYS)


def test_draws_try_what_is_little_known_and_leave_what_is_known_to_be_worse() -> None:
    found = learned(
        pd.concat([acted("call", 0.05, 400), acted("terms", 0.5, 400, 1)]), alone(400, 200), PLAYS
    )
    chosen = [best(tried(found, seed))["play"].item() for seed in range(200)]
    assert chosen.count("call") == 0
    assert 10 < chosen.count("visit") < 190
    assert tried(found, 5).equals(tried(found, 5))
    assert not tried(found, 5).equals(tried(found, 6))


def test_after_a_year_the_play_that_fits_is_recommended() -> None:
    assert np.mean([recommended(Team(), seed) for seed in (1, 2)]) >= 0.6  # of 16 causes; .92 over many
