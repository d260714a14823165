"""Planted leaks are named, and chance, drift and honest strength are not."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from models import leaks, telltale
from models.leaks import Limits, Rows, Split

LIMITS = Limits()
DATES = np.array(
    ["2023-01-31", "2023-02-28", "2023-03-31", "2023-09-30", "2023-10-31"], dtype="datetime64[s]"
)


def made(seed: int = 0, customers: int = 300) -> Rows:
    """300 customers on three earlier and two test dates; a fifth leaves, one feature ranks them at .75."""
    rng = np.random.default_rng(seed)
    n = customers * len(DATES)
    y = (rng.random(n) < 0.2).astype(np.int64)
    X = pd.DataFrame(rng.normal(size=(n, 6)), columns=[f"noise_{i}" for i in range(6)])
    X["honest"] = y + 1.05 * rng.normal(size=n)  # Phi(1 / (1.05 * sqrt 2)) = 0.75
    as_of = np.repeat(DATES, customers)
    who = np.tile(np.array([f"C{i}" for i in range(customers)], dtype=object), len(DATES))
    gone = (y == 1) & (rng.random(n) < 0.5)
    return Rows(X, y, as_of, who, as_of >= DATES[3], gone)


def with_(rows: Rows, **columns) -> Rows:
    return Rows(rows.X.assign(**columns), rows.y, rows.as_of, rows.customers, rows.late, rows.gone)


def named(*checks) -> list[tuple[str, str | None]]:
    return [(one.check, one.feature) for check in checks for one in check.findings]


@pytest.mark.parametrize("seed", [0, 1])
def test_an_honest_matrix_raises_no_alarm(seed):
    rows = made(seed)
    assert named(*telltale.single(rows, LIMITS), telltale.fading(rows, LIMITS)) == []
    assert named(leaks.jump(rows, LIMITS), leaks.shuffled(rows, LIMITS)) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_a_feature_that_nearly_is_the_label_is_named_in_either_direction(sign):
    rows = made()
    status = sign * (rows.y + 0.4 * np.random.default_rng(1).normal(size=len(rows.y)))
    assert named(*telltale.single(with_(rows, status=status), LIMITS)) == [("single", "status")]


def test_a_feature_that_knows_the_gone_alone_is_named():
    rows = made()
    # It says nothing of those that still buy: ROC-AUC among all leavers .5 + .5 / 2 = .75, as an honest one.
    found = telltale.single(with_(rows, closed=rows.gone.astype(float)), LIMITS)
    assert named(*found) == [("single", "closed")]
    assert found[0].findings[0].value == 1.0


def test_a_feature_whose_absence_tells_the_label_is_named():
    rows = made()
    rng = np.random.default_rng(2)
    empty = np.where(rng.random(len(rows.y)) < 0.1 + 0.8 * rows.y, np.nan, 1.0)  # (.9 + 1 - .1) / 2 = .90
    assert named(*telltale.single(with_(rows, rating=empty), LIMITS)) == [("missing", "rating")]


def test_a_few_lucky_leavers_are_no_finding():
    rows = made(customers=40)
    few = np.where((rows.y == 1) & (np.cumsum(rows.y) % 4 > 0), np.nan, rows.y.astype(float))
    known = (rows.y == 1) & ~np.isnan(few)
    assert 0 < len(set(rows.customers[known & rows.late])) < telltale.LEAVERS
    single, _ = telltale.single(with_(rows, rare=few), LIMITS)
    assert named(single) == []


def test_a_status_written_down_late_is_strong_in_the_past_only():
    rows = made()
    rng = np.random.default_rng(3)
    status = np.where(rows.late, 0, 1.8 * rows.y) + rng.normal(size=len(rows.y))  # Phi(1.8 / sqrt 2) = .90
    found = telltale.fading(with_(rows, status=status), LIMITS)
    assert named(found) == [("fading", "status")]
    assert (
        named(telltale.fading(with_(rows, status=1.8 * rows.y + rng.normal(size=len(rows.y))), LIMITS)) == []
    )


def test_what_only_the_test_dates_tell_makes_a_jump_and_is_named():
    rows = made()
    snapshot = np.where(rows.late, 1.2 * rows.y, 0) + np.random.default_rng(4).normal(size=len(rows.y))
    assert named(leaks.jump(with_(rows, snapshot=snapshot), LIMITS)) == [("jump", "snapshot")]


def test_an_encoding_by_all_labels_is_above_chance_when_they_are_shuffled():
    rows = made()

    def encoded_before_the_split(X, y, learnt, asked):
        pair = pd.factorize(pd.Series(rows.customers) + pd.Series(rows.as_of.astype(str)).str[:7])[0] // 3
        share = pd.Series(y).groupby(pair).transform("mean")  # of three rows, the asked one among them
        return share.to_numpy()[asked]

    assert named(leaks.shuffled(rows, LIMITS, procedure=encoded_before_the_split)) == [("shuffled", None)]


def test_rows_on_both_sides_are_above_chance_when_labels_are_shuffled():
    rows = made()

    def everything_learnt(X, y, learnt, asked):
        return leaks.fit_quickly(X, y, learnt | asked, 0, 1).score(X[asked])

    found = leaks.shuffled(rows, LIMITS, procedure=everything_learnt)
    assert named(found) == [("shuffled", None)]
    assert leaks.shuffled(rows, LIMITS).told["roc_auc"] == pytest.approx(0.5, abs=0.03)


def test_labels_are_dealt_within_dates():
    rows = made()
    seen = []

    def watched(X, y, learnt, asked):
        seen.append(pd.Series(y).groupby(rows.as_of).sum().tolist())
        return np.arange(asked.sum(), dtype=float)

    leaks.shuffled(rows, LIMITS, procedure=watched)
    assert seen == [pd.Series(rows.y).groupby(rows.as_of).sum().tolist()] * leaks.SHUFFLES


def test_labels_known_on_the_day_that_is_asked_about_leave_a_gap_and_a_day_later_they_do_not():
    # 2023-01-31 + 180 days = 2023-07-30
    learnt = (date(2022, 12, 31), date(2023, 1, 31))
    assert named(leaks.gaps([Split("a fold", learnt, date(2023, 7, 30))], 180)) == []
    found = leaks.gaps([Split("a fold", learnt, date(2023, 7, 29))], 180)
    assert named(found) == [("gap", None)]
    assert found.findings[0].value == 1
    assert found.findings[0].words == (
        "a fold learns labels of 2023-01-31, known only on 2023-07-30, and is asked about "
        "2023-07-29, 1 days before that"
    )


def test_a_value_that_the_records_of_the_day_do_not_give_is_named():
    stored = pd.DataFrame(
        {"customer_id": ["a", "b"], "as_of": DATES[:2], "same": [1.0, np.nan], "more": [2.0, 5.0]}
    )
    then = stored.assign(more=[2.0, np.nan])
    assert named(leaks.recomputed(stored, stored)) == []
    found = leaks.recomputed(stored, then)
    assert named(found) == [("recompute", "more")]
    assert "1 of 2 values" in found.findings[0].words
    assert "customer 'b' (5 instead of nan)" in found.findings[0].words
    assert named(leaks.recomputed(stored, then.drop(columns="same")))[0] == ("recompute", "same")


def test_a_word_is_told_by_other_customers_only():
    customers = np.array([f"C{i}" for i in range(200)], dtype=object)
    y = np.arange(200) % 4 == 0
    own = telltale.encoded(customers, y, customers)
    assert np.unique(own).tolist() == [0.0]  # a word of one's own says nothing
    status = np.where(y, "lost", "active")
    told = telltale.encoded(status, y, customers)
    assert told[y].min() > 0.6
    assert told[~y].max() < -0.2


def test_an_overwritten_status_among_the_customers_columns_is_named():
    rows = made()
    status = telltale.encoded(np.where(rows.y == 1, "lost", "active"), rows.y, rows.customers)
    found = telltale.single(rows, LIMITS, columns=pd.DataFrame({"customers.segment": status}))
    assert named(*found) == [("single", "customers.segment")]
