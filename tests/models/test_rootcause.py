"""The root cause: what sets a leaver apart, and what recorded causes teach."""

import json

import numpy as np
import pytest

from models import rootcause
from models.rootcause import Learned, learn, ranking

CAUSES = ("demand", "price", "service")
FEATURES = ("orders", "discount", "complaints", "returns")
CAUSE_OF = ("demand", "price", "service", "service")


def told(rows: int, seed: int = 0) -> tuple[np.ndarray, list[str], list[str]]:
    """Leavers whose orders push by about 2 whatever their cause, and whose own cause pushes by about .3 besides."""
    rng = np.random.default_rng(seed)
    cause = rng.choice(["price", "service"], rows)
    phi = rng.normal(0, 0.05, (rows, 4))
    phi[:, 0] += 2
    phi[:, 1] += 0.3 * (cause == "price")
    phi[:, 2] += 0.3 * (cause == "service")
    return phi, cause.tolist(), [f"C{i}" for i in range(rows)]


def first(strength: np.ndarray) -> list[str]:
    return [CAUSES[place] for place in strength.argmax(axis=1)]


def test_what_every_leaver_shows_is_not_the_root() -> None:
    phi = np.array([[2.0, 0.3, 0.0, 0.0], [2.0, 0.0, 0.1, 0.2], [2.6, 0.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0]])
    # All four are at risk. Sizes: demand sqrt((3 * 4 + 2.6^2) / 4) = 2.17, price and service sqrt(.09 / 4) = .15:
    # apart are .92, 2 and 0; .92, 0 and 2; 1.2, 0 and 0; .92, 0 and 0.
    strength = ranking(phi, CAUSE_OF, np.full(4, 0.5), CAUSES, None)
    assert first(strength) == ["price", "service", "demand", "demand"]
    assert strength[0] == pytest.approx([2 / np.sqrt(18.76 / 4), 0.3 / 0.15, 0])


def test_those_at_risk_are_the_tenth_with_the_highest_probability() -> None:
    phi = np.zeros((20, 4))
    phi[:, 0], phi[:, 1] = 1.0, 5.0
    phi[:2, 0], phi[:2, 1] = 4.0, 0.5
    p = np.r_[0.9, 0.8, np.full(18, 0.1)]
    # Two of twenty: sizes 4 and .5, whatever the other eighteen show.
    assert ranking(phi, CAUSE_OF, p, CAUSES, None)[0] == pytest.approx([1, 1, 0])


def test_a_cause_that_hardly_ever_speaks_is_not_made_loud() -> None:
    phi = np.array([[1.0, 0.001, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    strength = ranking(phi, CAUSE_OF, np.full(2, 0.5), CAUSES, None)
    # The size of price, .0007, counts as .05.
    assert strength[0] == pytest.approx([1, 0.001 / 0.05, 0])


def test_nobody_asked_about_and_nothing_that_pushes_are_no_error() -> None:
    assert ranking(np.empty((0, 4)), CAUSE_OF, np.empty(0), CAUSES, None).shape == (0, 3)
    assert not ranking(np.zeros((3, 4)), CAUSE_OF, np.full(3, 0.1), CAUSES, None).any()


def test_recorded_causes_teach_what_their_contributions_look_like() -> None:
    phi, cause, who = told(200)
    learned = learn(phi, FEATURES, cause, who)
    assert learned is not None
    later, truth, _ = told(100, seed=1)
    named = first(ranking(later, CAUSE_OF, np.full(100, 0.5), CAUSES, learned))
    assert np.mean([one == other for one, other in zip(named, truth, strict=True)]) > 0.95
    chances = np.exp(learned.log_odds(later, ("price", "service")))
    assert chances.sum(axis=1) == pytest.approx(np.ones(100))


def test_a_cause_that_nobody_recorded_has_the_chance_of_half_a_leaver() -> None:
    phi, cause, who = told(50)
    learned = learn(phi, FEATURES, cause, who)
    assert learned is not None
    assert learned.log_odds(phi, CAUSES)[:, 0] == pytest.approx(np.full(50, np.log(0.5 / 50)))


def test_every_leaver_weighs_the_same_however_often_it_was_asked_about() -> None:
    phi, cause, who = told(60)
    once = learn(phi, FEATURES, cause, who)
    again = learn(np.vstack([phi, phi[:1].repeat(9, 0)]), FEATURES, cause + cause[:1] * 9, who + who[:1] * 9)
    assert once is not None
    assert again is not None
    assert once.leavers == again.leavers == 60
    # The sizes by which contributions are divided do count rows; probabilities differ by that alone.
    assert again.log_odds(phi, again.causes) == pytest.approx(once.log_odds(phi, once.causes), abs=0.02)


def test_too_few_recorded_causes_teach_nothing() -> None:
    phi, _, who = told(60)
    assert learn(phi, FEATURES, ["price"] * 60, who) is None
    rare = ["service"] * (rootcause.LEAST - 1) + ["price"] * (60 - rootcause.LEAST + 1)
    assert learn(phi, FEATURES, rare, who) is None
    assert learn(np.empty((0, 4)), FEATURES, [], []) is None


def test_what_was_learned_survives_a_file_unchanged() -> None:
    phi, cause, who = told(80)
    learned = learn(phi, FEATURES, cause, who)
    assert learned is not None
    read = Learned.from_json(json.loads(json.dumps(learned.to_json())))
    assert (read.log_odds(phi, CAUSES) == learned.log_odds(phi, CAUSES)).all()
    damaged = learned.to_json() | {"offsets": [0.0]}
    with pytest.raises(ValueError, match="an offset each"):
        Learned.from_json(damaged)
