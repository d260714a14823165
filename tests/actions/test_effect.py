"""What acting brought: by hand, with planted effects, and where nothing may be claimed."""

import numpy as np
import pandas as pd
import pytest

from actions.effect import Asked, Refused, effect
from benchmarks.actions.loop import claims, company

SMALL = Asked(resamples=200)


def units(**columns: list) -> pd.DataFrame:
    size = len(columns["kept"])
    usual = {
        "customer_id": [f"C{number}" for number in range(size)],
        "planned": [True] * size,
        "level": ["orange"] * size,
        "held_out": [False] * size,
        "treated": [True] * size,
        "revenue": [0.0] * size,
        "margin": [0.0] * size,
        "cost": [0.0] * size,
    }
    return pd.DataFrame({**usual, **columns})


def drawn() -> pd.DataFrame:
    """Forty customers: 15 of 20 meant to be acted on are kept, 10 of 20 left alone."""
    return units(
        kept=[1.0] * 15 + [0.0] * 5 + [1.0] * 10 + [0.0] * 10,
        held_out=[False] * 20 + [True] * 20,
        treated=[True] * 18 + [False] * 22,
        revenue=[300.0] * 20 + [200.0] * 20,
        margin=[90.0] * 20 + [60.0] * 20,
        cost=[25.0] * 18 + [0.0] * 22,
    )


def test_by_lot_the_effect_is_the_difference_of_those_meant_to_be_acted_on() -> None:
    found = effect(drawn(), [], SMALL)
    assert (found.way, found.treated, found.others) == ("lot", 20, 20)
    assert found.kept.value == pytest.approx(15 / 20 - 10 / 20, abs=1e-6)
    assert found.recovered.value == pytest.approx(20 * 0.25, abs=1e-4)
    assert found.revenue.value == pytest.approx(20 * (300 - 200), rel=1e-6)
    # 20 customers times 30 of margin, for 18 times 25: 600 / 450 - 1.
    assert found.cost == 450.0
    assert found.roi is not None
    assert found.roi.value == pytest.approx(1 / 3, rel=1e-6)
    # 15 of the 18 called are kept, and 10 of the other 22.
    assert found.naive == pytest.approx(15 / 18 - 10 / 22)
    assert found.kept.low < 0.25 < found.kept.high


def test_a_level_of_which_nobody_was_left_alone_is_not_compared() -> None:
    red = units(kept=[0.0] * 9).assign(level="red", customer_id=[f"R{number}" for number in range(9)])
    assert effect(pd.concat([drawn(), red], ignore_index=True), [], SMALL) == effect(drawn(), [], SMALL)


def test_the_same_customers_give_the_same_interval_and_another_seed_another() -> None:
    data, _ = company(1, 0.35)
    assert effect(data, ["danger", "worth"], SMALL) == effect(data, ["danger", "worth"], SMALL)
    other = effect(data, ["danger", "worth"], Asked(resamples=200, seed=8))
    assert effect(data, ["danger", "worth"], SMALL).kept != other.kept


@pytest.mark.parametrize("lot", [0.0, 0.15])
def test_a_planted_effect_lies_in_the_interval_and_nothing_is_hardly_ever_claimed(lot: float) -> None:
    found, _ = claims(range(40), 0.35, lot, resamples=100)
    inside = [one.kept.low <= planted <= one.kept.high for one, planted in found]
    assert np.mean(inside) >= 0.85  # of 95%, and 40 companies
    assert abs(np.mean([one.kept.value - planted for one, planted in found])) < 0.03
    nothing, _ = claims(range(40, 60), 0.0, lot, resamples=100)
    assert sum(one.claimed for one, _ in nothing) <= 3


def test_who_is_called_first_is_in_danger_and_the_naive_difference_says_that_calling_harms() -> None:
    found, _ = claims(range(20), 0.35, resamples=100)
    # Callers pick those likelier to leave: plainly compared, what calling keeps is hidden.
    assert np.mean([one.naive - planted for one, planted in found]) < -0.08
    assert abs(np.mean([one.kept.value - planted for one, planted in found])) < 0.04


def test_an_unknown_covariate_is_no_reason_to_lose_a_customer() -> None:
    data, _ = company(3, 0.35)
    holes = data.assign(danger=data["danger"].where(data.index % 50 != 0), nothing=np.nan)
    found = effect(holes, ["danger", "worth", "nothing"], SMALL)
    assert found.treated + found.others == len(data)


def refused(data: pd.DataFrame) -> Refused:
    with pytest.raises(Refused) as told:
        effect(data, ["danger", "worth"], SMALL)
    assert "\n" not in str(told.value)
    return told.value


def test_without_anybody_to_compare_with_nothing_is_claimed_and_the_reason_is_said() -> None:
    data, _ = company(1, 0.35)
    assert refused(data.iloc[:0]).few
    assert "nobody was acted on" in str(refused(data.assign(treated=False)))
    everybody = refused(data.assign(treated=True))
    assert "nobody to compare with" in str(everybody)
    assert not everybody.few
    few = refused(data[~data["treated"] | (data["treated"].cumsum() <= 19)])
    assert "19 customers acted on" in str(few)
    assert few.few


def test_where_danger_alone_decided_who_was_called_nobody_is_like_them() -> None:
    data, _ = company(2, 0.35)
    apart = refused(data.assign(treated=data["danger"] > 0))
    assert "nobody is like" in str(apart)
    assert not apart.few
