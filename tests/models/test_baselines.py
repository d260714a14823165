import json

import numpy as np
import pytest

from models.baselines import CadenceRule, base_rate, cadence_rule, overdue
from models.metrics import roc_auc


def test_the_base_rate_is_the_share_that_left():
    assert base_rate([1, 0, 0, 1]) == 0.5


def test_overdue_by_hand():
    # 30 days of silence at a cadence of 10: ln(1 + 3). Daily or unknown cadences do not divide by nothing.
    np.testing.assert_allclose(overdue([30, 0, 5, 8], [10, 10, 0, np.nan]), np.log([4, 1, 6, 2]))


def test_the_rule_ranks_by_silence_against_cadence():
    rng = np.random.default_rng(0)
    silence, cadence = rng.exponential(40, 500), rng.exponential(20, 500)
    y = (rng.random(500) < 1 / (1 + np.exp(2 - silence / (1 + cadence)))).astype(int)
    rule = cadence_rule(silence, cadence, y)
    p = rule.probability(silence, cadence)
    assert roc_auc(y, p) == roc_auc(y, overdue(silence, cadence))
    assert p.mean() == pytest.approx(y.mean(), abs=0.01)
    assert CadenceRule.from_json(json.loads(json.dumps(rule.to_json()))) == rule


def test_where_silence_means_loyalty_the_rule_says_the_base_rate():
    rule = cadence_rule(np.arange(100.0), np.full(100, 10.0), np.arange(100) < 40)
    p = rule.probability([0, 99], [10, 10])
    assert p[0] == p[1] == pytest.approx(0.4, abs=0.01)
