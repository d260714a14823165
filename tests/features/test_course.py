"""The course of the periods: slopes, runs, and the shape of a decline, the arithmetic beside the number."""

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from features.events import CONTACTS, LINES
from features.measures import (
    Depth,
    FallingPeriods,
    FallingRun,
    FlaggedRun,
    Fluctuating,
    Gradual,
    MeanSlope,
    Onset,
    PeriodsBelow,
    ShareSlope,
    Step,
    Sudden,
)

NAN = float("nan")
COURSE = (Gradual, Step, Sudden, Fluctuating, Onset, Depth, FallingPeriods, PeriodsBelow)


@pytest.fixture
def monthly(ago):
    """Order lines that bring given sums, one a period of 30 days, the newest last; a 0 is no line."""

    def lines(*amounts: float) -> pa.Table:
        days = [30 * (len(amounts) - 1 - k) for k, amount in enumerate(amounts) if amount]
        sums = [float(amount) for amount in amounts if amount]
        return pa.table(
            {
                "order_id": [f"o{k}" for k in range(len(sums))],
                "customer_id": ["x"] * len(sums),
                "ordered_at": pa.array([ago(day) for day in days], pa.timestamp("us")),
                "product_id": ["p"] * len(sums),
                "quantity": [1.0] * len(sums),
                "amount": sums,
            }
        )

    return lines


@pytest.fixture
def talks(ago):
    """Contacts on the days given, with a depth each and whether they were declined invitations."""

    def contacts(days: list[int], depth: list[float | None] | None = None, came=None) -> pa.Table:
        return pa.table(
            {
                "interaction_id": [f"i{k}" for k in range(len(days))],
                "customer_id": ["x"] * len(days),
                "occurred_at": pa.array([ago(day) for day in days], pa.timestamp("us")),
                "kind": ["invitation"] * len(days),
                "depth": pa.array(depth or [None] * len(days), pa.float64()),
                "attended": pa.array(came or [None] * len(days), pa.bool_()),
            }
        )

    return contacts


STEP = [100.0] * 8 + [50.0] * 4
# T = 1000, M = 250/3, V = 8 (50/3)^2 + 4 (100/3)^2 = 60000/9. Cut after 8: E = 100, L = 50, fall 1/2,
# fit = 8 * 4 / 12 * 50^2 / V = 1.
LINE = [120.0, 110, 100, 90, 80, 70, 60, 50, 40, 30, 20, 10]
# On a line: it explains all of V, and falls from 120 to 10.
WAVES = [100.0, 20, 100, 20, 100, 20, 50, 10, 50, 10, 50, 10]


@pytest.mark.parametrize(
    ("amounts", "measure", "expected"),
    [
        (STEP, Step, 1 * 50 / 100),
        (STEP, Onset, 4 * 30),
        (STEP, Depth, 1 - 50 / (850 / 9)),  # nine periods before the last three: 8 * 100 + 50
        # After 10: E = 90, L = 50, fit = 10 * 2 / 12 * 40^2 / V = .4; after 11: .1818 * .421 = .077
        (STEP, Sudden, 0.4 * (1 - 50 / 90)),
        (STEP, Fluctuating, 0),  # one step explains everything
        # b = -50 (2.5 + 3.5 + 4.5 + 5.5) / 143 = -800/143; b^2 143 / V; the line falls by 11 b of M - 5.5 b
        (STEP, Gradual, (800**2 / 143 / (60000 / 9)) * (8800 / 143) / (250 / 3 + 4400 / 143)),
        (STEP, FallingPeriods, 0),  # the last equals the one before
        (STEP, PeriodsBelow, 4),  # 50 < .8 * 950/11, 90, 850/9 and 100; then 100 is not below .8 * 100
        (LINE, Gradual, 1 * (120 - 10) / 120),
        (LINE, FallingPeriods, 11),
        (LINE, Fluctuating, 0),
        # 10 < .8 * 770/11 and so on; the fourth, 90, is not below .8 * (120 + 110 + 100) / 3 = 88
        (LINE, PeriodsBelow, 8),
        ([100.0] * 10 + [20, 20], Sudden, 1 * 0.8),
        ([100.0] * 10 + [20, 20], Onset, 60),
        ([100.0] * 10 + [20, 20], FallingPeriods, 0),
        ([50.0] * 12, Gradual, 0),
        ([50.0] * 12, Depth, 0),
        ([50.0] * 12, Onset, NAN),
        ([50.0] * 12, PeriodsBelow, 0),
        (LINE[::-1], Gradual, 0),  # a rise is no decline
        (LINE[::-1], Onset, NAN),
        ([0.0] * 7 + [100.0] * 5, Step, NAN),  # five periods are too few
        ([100.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100], Step, NAN),  # two with an amount are too few
        ([0.0] * 3 + [100.0] * 6 + [0, 0, 0], Step, 1 * 1),  # the first three are before the customer's time
        ([0.0] * 3 + [100.0] * 6 + [0, 0, 0], Depth, 1),
        ([80.0] * 4 + [100.0] * 4 + [72.0], PeriodsBelow, 0),  # 72 is .8 * 720 / 8: not below
        ([80.0] * 4 + [100.0] * 4 + [71.99], PeriodsBelow, 1),
        ([], Step, NAN),
        ([100.0], Depth, NAN),
    ],
)
def test_a_decline_has_a_shape_an_onset_and_a_depth(measured, monthly, amounts, measure, expected):
    found = measured(measure("amount"), LINES, monthly(*amounts), 360)
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_ups_and_downs_are_told_from_a_line_and_a_step(measured, monthly):
    assert measured(Fluctuating("amount"), LINES, monthly(*WAVES), 360) > 0.3
    assert measured(Gradual("amount"), LINES, monthly(*WAVES), 360) < 0.2
    assert measured(Step("amount"), LINES, monthly(*WAVES), 360) < 0.2


def by_the_text(sums: list[int]) -> dict[type, float]:
    """Compute a course in fractions, from its definition alone."""
    while sums and sums[0] <= 0:
        sums = sums[1:]
    n = len(sums)
    if n < 6 or sum(a > 0 for a in sums) < 3:
        return dict.fromkeys(COURSE, NAN)
    mean = Fraction(sum(sums), n)
    spread = sum((a - mean) ** 2 for a in sums)
    cuts = {}
    for m in range(1, n):
        early, late = Fraction(sum(sums[:m]), m), Fraction(sum(sums[m:]), n - m)
        falls = early > 0 and late < early and spread > 0
        fit = Fraction(m * (n - m), n) * (early - late) ** 2 / spread if falls else Fraction(0)
        cuts[m] = fit, min(Fraction(1), 1 - late / early) if falls else Fraction(0)
    score = {m: fit * fall for m, (fit, fall) in cuts.items()}
    middle = Fraction(n - 1, 2)
    squares = sum((k - middle) ** 2 for k in range(n))
    slope = sum((k - middle) * a for k, a in enumerate(sums)) / squares
    line = slope**2 * squares / spread if slope < 0 else Fraction(0)
    top = mean - slope * middle
    below = falling = 0
    while falling < n - 1 and sums[-1 - falling] < sums[-2 - falling]:
        falling += 1
    while n - below > 3 and sums[n - 1 - below] < Fraction(8, 10) * Fraction(sum(sums[: n - 1 - below])) / (
        n - 1 - below
    ):
        below += 1
    best = max(score.values())
    return {
        Gradual: float(line * min(Fraction(1), -2 * slope * middle / top)) if slope < 0 else 0.0,
        Step: float(max([score[m] for m in score if m >= 3 and n - m >= 3])),
        Sudden: float(max(score[n - 2], score[n - 1])),
        Fluctuating: float((1 - max([line, *(fit for fit, _ in cuts.values())])) * cuts[n // 2][1]),
        Onset: float(30 * (n - max(m for m in score if score[m] == best))) if best > 0 else NAN,
        Depth: float(cuts[n - 3][1]),
        FallingPeriods: falling,
        PeriodsBelow: below,
    }


def test_courses_agree_with_their_definition_in_fractions(measured, monthly):
    rng = np.random.default_rng(8)
    for _ in range(60):
        amounts = np.maximum(rng.integers(-3, 12, rng.integers(4, 13)), 0)  # small numbers: ties happen
        wanted = by_the_text([int(100 * amount) for amount in amounts])
        rows = monthly(*amounts)
        for measure in COURSE:
            found = measured(measure("amount"), LINES, rows, 360)
            assert found == pytest.approx(wanted[measure], abs=1e-12, nan_ok=True), (amounts, measure)


def test_a_course_of_events_counts_them(measured, talks):
    # Two contacts in each of eight periods, then one in each of the last three: expected 2, 17/9 and 18/10.
    days = [30 * k + d for k in range(3, 11) for d in (1, 2)] + [5, 35, 65]
    assert measured(PeriodsBelow(), CONTACTS, talks(days), 360) == 3
    assert np.isnan(measured(PeriodsBelow(), CONTACTS, talks([]), 360))


def test_a_slope_of_means_passes_over_empty_periods(measured, talks):
    # Periods 0, 1 and 3 of four hold means .9, (.4 + .6) / 2 and .3. Mean place 4/3, mean value 1.7/3.
    rows = talks([95, 70, 65, 5, 3], [0.9, 0.4, 0.6, 0.3, None])
    places, means = np.array([0, 1, 3]), np.array([0.9, 0.5, 0.3])
    away = places - 4 / 3
    expected = (away @ (means - 1.7 / 3)) / (away @ away)
    assert measured(MeanSlope("depth", 30, 4), CONTACTS, rows, 120) == pytest.approx(expected, abs=1e-12)
    assert np.isnan(measured(MeanSlope("depth", 30, 4), CONTACTS, rows.slice(0, 3), 120))  # two periods


def test_a_slope_of_shares_divides_sums(measured, ago):
    rows = pa.table(
        {
            "order_id": list("abcd"),
            "customer_id": ["x"] * 4,
            "ordered_at": pa.array([ago(70), ago(40), ago(40), ago(1)], pa.timestamp("us")),
            "product_id": ["p"] * 4,
            "quantity": [1.0] * 4,
            "amount": [100.0, 100, 300, 50],
            "margin": pa.array([50.0, 20, None, 10], pa.float64()),
        }
    )
    # .5, 20 / 100 (the line without a known margin counts on neither side), .2: slope (.2 - .5) / 2
    share = ShareSlope("margin", "costed", 30, 3)
    assert measured(share, LINES, rows, 90) == pytest.approx(-0.15, abs=1e-12)
    assert np.isnan(measured(share, LINES, rows.slice(0, 2), 90))


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        ([0.2, 0.9, 0.7, 0.4], 2),  # .4 < .7 < .9, and .9 is above .2
        ([0.9, None, 0.7, None], 1),
        ([0.9, 0.7, 0.7], 0),  # equal is not falling
        ([0.9], 0),
        ([None, None], 0),
        ([], 0),
    ],
)
def test_a_falling_run_is_counted_back_from_the_last(measured, talks, depth, expected):
    days = list(range(len(depth), 0, -1))
    assert measured(FallingRun("depth"), CONTACTS, talks(days, depth), 365) == expected


@pytest.mark.parametrize(
    ("came", "expected"),
    [([False, True, False, None, False], 2), ([True], 0), ([False], 1), ([None], 0)],
)
def test_a_run_of_refusals_ends_at_the_last_acceptance(measured, talks, came, expected):
    days = list(range(len(came), 0, -1))
    assert measured(FlaggedRun("declined"), CONTACTS, talks(days, came=came)) == expected
