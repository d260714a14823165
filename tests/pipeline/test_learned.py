"""What the log teaches of a play: the plans take what it does where its cause is right, the report what it did."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from actions.expected import Assumed, beliefs, profits
from pipeline import learned, playbooks
from pipeline.params import Params
from pipeline.paths import Paths

KEEPS = {"price_value_call": 0.25, "price_review": 0.5}
"""What the plays keep of the leavers of their own cause; of others ``MISMATCH`` times as much."""
MISMATCH = 0.35
STAKE = 10_000.0


def contacts(odds: tuple[float, ...], gone_factor: float = 1.0, each: int = 10_000) -> pd.DataFrame:
    """Units (``pipeline.followed``): of each play ``each`` treated, and as many left alone.

    The cause named is the true one as often as the odds say; a third of the leavers are gone already.
    """
    rng = np.random.default_rng(1)
    parts = []
    for play, keeps in [*KEEPS.items(), ("price_review", None)]:
        p, of = rng.uniform(0.2, 0.8, each), rng.choice(odds, each)
        saved = 0.0
        if keeps is not None:
            saved = keeps * np.where(rng.random(each) < of, 1.0, MISMATCH)
            saved = saved * np.where(rng.random(each) < 1 / 3, gone_factor, 1.0)
        told = {"cause": "price", "play": play, "odds": of, "p_churn": p, "p_gone": p / 3}
        kept = rng.random(each) >= p * (1 - saved)
        parts.append(
            pd.DataFrame(told).assign(kept=kept * 1.0, treated=keeps is not None, held_out=keeps is None)
        )
    return pd.concat(parts, ignore_index=True)


def settings(gone_factor: float = 1.0) -> Params:
    return Params.model_validate({"profit": {"gone_factor": gone_factor}, "plans": {"mismatch": MISMATCH}})


def offered(tmp_path: Path, frame: pd.DataFrame, odds: float, gone_factor: float) -> pd.DataFrame:
    """What the planner expects of the plays, after what it learned, for one customer that leaves at one in two."""
    assumed = Assumed(gone_factor=gone_factor, mismatch=MISMATCH)
    believed = beliefs(playbooks.read(Paths(tmp_path, "none")), assumed, frame)
    customer = {
        "p_churn": 0.5,
        "p_gone": 0.5 / 3,
        "stake": STAKE,
        "hours": 6.0,
        "cost": 0.0,
        "concession": 0.0,
    }
    rows = pd.DataFrame([{"cause": "price", "play": play, "odds": odds} for play in KEEPS]).assign(**customer)
    return profits(rows, believed, assumed).set_index("play")


@pytest.mark.parametrize(("first", "gone_factor"), [(0.68, 1.0), (0.15, 1.0), (0.68, 0.4)])
def test_what_was_learned_of_contacts_with_wrong_causes_is_what_the_plans_expect(
    tmp_path: Path, first: float, gone_factor: float
) -> None:
    frame = learned.of_own_cause(settings(gone_factor), contacts((first,), gone_factor)).frame
    found = offered(tmp_path, frame, first, gone_factor)
    for play, keeps in KEEPS.items():
        kept = keeps * (first + (1 - first) * MISMATCH)
        truth = kept * (0.5 - (1 - gone_factor) * 0.5 / 3) * STAKE - 6 * 60
        one = found.loc[play]
        assert one["kept"] == pytest.approx(kept, abs=0.03)
        assert one["profit_low"] <= truth <= one["profit_high"]


def test_what_second_causes_taught_is_not_less_believed_of_first_ones(tmp_path: Path) -> None:
    frame = learned.of_own_cause(settings(), contacts((0.68, 0.15))).frame
    for odds in (0.68, 0.15, 1.0):
        found = offered(tmp_path, frame, odds, 1.0)
        for play, keeps in KEEPS.items():
            assert found.loc[play, "kept"] == pytest.approx(keeps * (odds + (1 - odds) * MISMATCH), abs=0.03)


def test_a_log_that_does_not_tell_the_odds_is_read_as_one_of_first_causes(tmp_path: Path) -> None:
    units = contacts((0.68,))
    frame = learned.of_own_cause(settings(), units).frame
    silent = learned.of_own_cause(settings(), units.assign(odds=np.nan)).frame
    pd.testing.assert_frame_equal(silent, frame)
    assert offered(tmp_path, silent, 0.68, 1.0).loc["price_review", "kept"] == pytest.approx(0.396, abs=0.03)
    # Contacts of second causes read so teach too little of a play, never too much.
    second = contacts((0.15,))
    less = learned.of_own_cause(settings(), second.assign(odds=np.nan)).frame
    assert (less["mean"] < learned.of_own_cause(settings(), second).frame["mean"]).all()


def test_a_play_that_hangs_on_no_cause_is_learned_as_it_was_seen() -> None:
    units = contacts((1.0,)).assign(cause="gone", odds=np.nan)
    pd.testing.assert_frame_equal(
        learned.of_own_cause(settings(), units).frame, learned.of_units(settings(), units).frame
    )


def test_what_a_play_did_is_told_of_all_that_it_was_given_to() -> None:
    units = contacts((0.68,))
    seen = learned.of_units(settings(), units).frame.set_index("play")
    for play, keeps in KEEPS.items():
        assert seen.loc[play, "mean"] == pytest.approx(keeps * (0.68 + 0.32 * MISMATCH), abs=0.03)
    same = learned.of_units(settings(), units.drop(columns="odds")).frame.set_index("play")
    pd.testing.assert_frame_equal(same, seen)
