"""What is said of a feature: hand arithmetic, other software beside it, and planted features that must be found."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp, spearmanr
from sklearn.metrics import roc_auc_score

from models import quality, verdicts
from models.alike import alike
from models.folds import Fold
from models.intervals import Interval
from models.jointly import gains
from models.strength import NOTHING, VIEWS, strengths

DAYS = (date(2023, 1, 31), date(2023, 2, 28), date(2024, 1, 31))
SPLITS = {DAYS[0]: "train", DAYS[1]: "train", DAYS[2]: "test"}
NAN = math.nan
HALF = Interval(0.5, 0.45, 0.55)
OPEN = dict.fromkeys(VIEWS, NOTHING)


def facts(values: list[float], place: list[int]) -> pd.DataFrame:
    X = pd.DataFrame({"f": values})
    return quality.by_date(X, np.array(place, dtype=np.int64), quality.calendar(SPLITS))


def test_shares_count_a_missing_value_as_a_value() -> None:
    told = facts([1, 1, 2, NAN, NAN, NAN, 3, 4], [0, 0, 0, 0, 1, 1, 1, 2])
    assert told["missing"].tolist() == [1 / 4, 2 / 3, 0]
    assert told["distinct"].tolist() == [2, 1, 1]
    assert told["commonest_share"].tolist() == [2 / 4, 2 / 3, 1]
    assert told["commonest"].tolist()[0] == 1
    assert math.isnan(told["commonest"].tolist()[1])  # missing is the commonest


def test_the_range_is_that_of_the_known_values() -> None:
    told = facts([5, 1, 2, 4, 3, NAN, 7, 7], [0, 0, 0, 0, 0, 0, 1, 2]).iloc[0]
    # 1 2 3 4 5: the quartiles are the second, third and fourth.
    ranged = told[["lowest", "quarter", "middle", "three_quarters", "highest"]]
    assert ranged.tolist() == [1, 2, 3, 4, 5]


def test_a_psi_is_the_sum_over_bins_with_half_a_row_more_in_each() -> None:
    # (1 + .5, 3 + .5) of 5 against (3 + .5, 1 + .5) of 5: 2 * (.7 - .3) * ln(.7 / .3)
    assert quality.psi([1, 3], [3, 1]) == pytest.approx(0.8 * math.log(7 / 3))
    assert quality.psi([10, 20, 30], [10, 20, 30]) == 0


def test_a_date_is_held_against_the_training_dates_before_it_and_the_month_a_year_ago() -> None:
    rng = np.random.default_rng(1)
    values, place = rng.normal(size=900), np.repeat([0, 1, 2], 300)
    values[place == 2] += 0.5
    values[::7] = NAN
    told = facts(values.tolist(), place.tolist())
    parts = [values[(place == k) & ~np.isnan(values)] for k in range(3)]
    assert math.isnan(told["psi_earlier"][0])
    assert told["ks_earlier"][1] == pytest.approx(ks_2samp(parts[1], parts[0]).statistic)
    both = np.concatenate(parts[:2])
    assert told["ks_earlier"][2] == pytest.approx(ks_2samp(parts[2], both).statistic)
    assert told["ks_year"][2] == pytest.approx(ks_2samp(parts[2], parts[0]).statistic)
    assert told["year_as_of"].tolist()[:2] == [pd.NaT, pd.NaT]
    assert told["year_as_of"][2] == pd.Timestamp(DAYS[0])


def test_a_season_is_no_movement_against_the_same_month() -> None:
    rng = np.random.default_rng(2)
    place = np.repeat([0, 1, 2], 500)
    values = rng.normal(size=1500) + 3 * (place != 1)  # January is high, February low
    told = facts(values.tolist(), place.tolist())
    assert told["psi_earlier"][1] > 0.25
    assert told["psi_year"][2] < told["psi_chance"][2] < 0.1


def test_two_samples_of_one_population_rarely_pass_the_psi_of_chance() -> None:
    rng = np.random.default_rng(3)
    beyond = 0
    for _ in range(400):
        one, other = rng.multinomial(200, [0.1] * 10), rng.multinomial(300, [0.1] * 10)
        beyond += quality.psi(one, other) > quality.chance(one.astype(float), other.astype(float))
    assert beyond <= 12  # 1 in 100 expected: 4 of 400


def strength(values: list[float], y: list[int], place: list[int], **more: object) -> dict[str, Interval]:
    customers = [f"C{i}" for i in range(len(y))]
    return strengths(pd.DataFrame({"f": values}), y, place, customers, **more)["f"]  # type: ignore[arg-type]


def test_strength_counts_pairs_within_a_date() -> None:
    # Date 0: leaver 3 against stayers 1, 3: one win, one tie. Date 1: leaver 0 against stayer 10: lost.
    told = strength([3, 1, 3, 0, 10], [1, 0, 0, 1, 0], [0, 0, 0, 1, 1])
    assert told["left"].value == 1.5 / 3


def test_strength_is_the_roc_auc_of_other_software_on_one_date() -> None:
    rng = np.random.default_rng(4)
    values, y = np.round(rng.normal(size=300), 1), (rng.random(300) < 0.3).astype(int)
    values[y == 1] += 0.4
    gone = rng.random(300) < 0.5
    told = strength(values.tolist(), y.tolist(), [0] * 300, gone=gone)
    assert told["left"].value == pytest.approx(roc_auc_score(y, values))
    for view, mine in (("going", ~gone), ("gone", gone)):
        kept = (y == 0) | mine
        assert told[view].value == pytest.approx(roc_auc_score(y[kept], values[kept]))
    assert told["left"].low < told["left"].value < told["left"].high


def test_being_missing_is_a_view_of_its_own() -> None:
    # Known rows say nothing (1 against 1); three of four leavers are missing, none of the stayers.
    told = strength([NAN, NAN, NAN, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0, 0, 0], [0] * 8)
    assert told["left"].value == 0.5
    assert told["missing"].value == 0.5 + 0.75 / 2
    assert math.isnan(told["going"].value)


def test_the_interval_draws_customers_and_not_rows() -> None:
    rng = np.random.default_rng(5)
    once = pd.DataFrame({"f": rng.normal(size=120)})
    y = (rng.random(120) < 0.4).astype(int)
    who = np.arange(120)
    one = strengths(once, y, np.zeros(120), who)["f"]["left"]
    dates = 9
    often = strengths(
        pd.concat([once] * dates), np.tile(y, dates), np.repeat(np.arange(dates), 120), np.tile(who, dates)
    )["f"]["left"]
    # Nine dates that say the same as one are no nine times the evidence.
    assert often == pytest.approx(one)


def test_correlations_are_those_of_other_software_and_doubles_name_the_stronger() -> None:
    rng = np.random.default_rng(6)
    a = rng.normal(size=400)
    X = pd.DataFrame({"a": a, "b": np.exp(a) * -1, "c": a + rng.normal(size=400), "flat": 1.0})
    X.loc[:99, "c"] = NAN
    found = alike(X)
    assert found.rho[0, 1] == pytest.approx(-1)
    assert found.rho[0, 2] == pytest.approx(spearmanr(a[100:], X["c"][100:]).statistic, abs=0.02)
    assert found.partner("flat") is None
    assert found.partner("c")[0] in ("a", "b")  # type: ignore[index]
    assert found.groups() == [("a", "b")]
    assert found.doubles({"a": 0.6, "b": 0.3, "c": 0.5}) == {"a": ("b", pytest.approx(-1))}


def test_features_known_of_different_customers_are_no_doubles() -> None:
    a = np.arange(100.0)
    X = pd.DataFrame({"a": np.where(a < 70, a, NAN), "b": np.where(a >= 30, a, NAN)})
    found = alike(X)
    assert found.rho[0, 1] == pytest.approx(1)  # on the 40 that both know, of 100
    assert found.doubles({}) == {}


def test_shuffling_costs_what_a_model_needs_and_nothing_where_it_needs_nothing() -> None:
    rng = np.random.default_rng(7)
    n = 600
    X = pd.DataFrame({"a": rng.normal(size=2 * n), "idle": 3.0})
    y = (X["a"] + rng.normal(size=2 * n) > 0).astype(int)
    days = np.repeat([date(2023, 1, 1), date(2023, 6, 1)], n)
    fold = Fold((date(2023, 1, 1),), date(2023, 6, 1))
    told = gains(X, y, days, np.arange(2 * n), [fold], [["a"], ["idle"]], n=200)
    assert told[1] == (0, 0, 0)
    assert told[0].low > 0


def judged(**more: object) -> verdicts.Verdict:
    plain = {
        "risk": 0,
        "missing": 0.0,
        "commonest": 1.0,
        "commonest_share": 0.1,
        "one_a_date": False,
        "auc": OPEN | {"left": HALF},
    }
    return verdicts.judged(verdicts.Seen(**(plain | more)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "name", "said"),
    [
        ({"missing": 1.0}, "unknown", "Missing in every row"),
        ({"commonest_share": 1.0, "commonest": 0.0}, "constant", "Always 0"),
        ({"auc": OPEN | {"left": Interval(0.96, 0.94, 0.98)}}, "leak", "knows the future"),
        ({"auc": OPEN | {"left": Interval(0.03, 0.02, 0.05)}}, "leak", "ROC-AUC of 0.97"),
        ({"auc": OPEN | {"left": HALF, "missing": Interval(0.95, 0.9, 0.99)}}, "leak", "Being unknown"),
        ({"risk": 1, "auc": OPEN | {"left": Interval(0.4, 0.35, 0.45)}}, "against", "declared to raise"),
        ({"risk": -1, "auc": OPEN | {"left": Interval(0.6, 0.55, 0.65)}}, "against", "declared to lower"),
        ({"double": ("other", -0.991)}, "nothing", "Says what other says (rank correlation -0.991)"),
        ({"joint": Interval(0.0, -0.001, 0.001)}, "nothing", "do as well without it"),
        ({}, "nothing", "was not tried"),
        ({"joint": Interval(0.002, 0.001, 0.003)}, "alone", "better with it"),
        ({"one_a_date": True}, "date", "ranks nobody"),
        ({"auc": OPEN | {"left": HALF, "gone": Interval(0.6, 0.55, 0.65)}}, "other", "gone already"),
        ({"auc": OPEN | {"left": Interval(0.35, 0.3, 0.4)}}, "strong", "less leaving: ROC-AUC 0.35"),
        ({"auc": OPEN | {"left": Interval(0.54, 0.51, 0.57)}}, "weak", "more leaving"),
    ],
)
def test_a_verdict_says_what_is_gravest(seen: dict[str, object], name: str, said: str) -> None:
    told = judged(**seen)
    assert told.name == name
    assert said in told.words


def test_a_direction_that_does_not_show_is_no_contradiction() -> None:
    assert "against" not in judged(risk=1, auc=OPEN | {"left": Interval(0.48, 0.44, 0.52)}).names


def test_what_moved_is_named_beside_the_verdict() -> None:
    told = judged(auc=OPEN | {"left": Interval(0.7, 0.66, 0.74)}, moved=("2024-01-31", 0.4))
    assert told.names == ("strong", "moved")
    assert "Moved by 2024-01-31 (PSI 0.40)" in told.words
