"""Past lists against what happened: level, ranking, tiers."""

import numpy as np
import pytest

from models.promises import Limits, Lists, measured, notices

LIMITS = Limits(resamples=200)
PROMISED = {"roc_auc": {"value": 0.8, "low": 0.75, "high": 0.85}}


def lists(times: float = 1.0, shuffled: bool = False, rows: int = 3000) -> Lists:
    """A calibrated list in which ``times`` as many leave as announced; shuffled it ranks nobody."""
    rng = np.random.default_rng(9)
    p = rng.beta(0.5, 5.5, rows)
    y = (rng.random(rows) < np.minimum(times * p, 1)).astype(float)
    return Lists(y, rng.permutation(p) if shuffled else p, np.array([f"C{i}" for i in range(rows)], object))


def verdicts(some: Lists) -> dict[str, str]:
    told = notices("list", measured(some, LIMITS, 1), PROMISED, LIMITS)
    return {one.about.partition(", ")[2]: one.verdict for one in told}


def test_a_model_that_keeps_its_word_is_left_alone() -> None:
    assert verdicts(lists()) == {"level": "nothing", "ranking": "nothing", "tiers": "nothing"}


@pytest.mark.parametrize(
    ("times", "verdict"), [(1.1, "nothing"), (1.45, "look"), (2.0, "retrain"), (0.4, "retrain")]
)
def test_the_level_is_judged_by_its_whole_interval(times: float, verdict: str) -> None:
    assert verdicts(lists(times))["level"] == verdict


def test_a_ranking_that_is_lost_asks_for_a_retraining() -> None:
    assert verdicts(lists(shuffled=True))["ranking"] == "retrain"


def test_without_a_promise_a_ranking_is_judged_by_its_use_alone() -> None:
    told = notices("list", measured(lists(), LIMITS, 1), None, LIMITS)
    assert "on the test dates" not in told[1].words
    assert told[1].verdict == "nothing"


def test_few_leavers_judge_nobody() -> None:
    told = notices("list", measured(lists(rows=100), LIMITS, 1), PROMISED, LIMITS)
    assert [one.verdict for one in told] == ["nothing"]
    assert "too few" in told[0].words


def test_a_broken_certificate_is_looked_at() -> None:
    some = lists()
    high = Lists(some.y, np.where(np.arange(len(some.p)) < 300, 0.9, some.p), some.customers)
    assert verdicts(high)["tiers"] == "look"


def test_customers_count_once_however_many_rows_they_have() -> None:
    once = lists(rows=400)
    again = Lists(*(np.tile(part, 4) for part in (once.y, once.p, once.customers)))
    wide, narrow = (measured(some, LIMITS, 1)["level"] for some in (once, again))
    assert narrow.high - narrow.low == pytest.approx(wide.high - wide.low, rel=0.01)
