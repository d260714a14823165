"""Spells grow, hold and fade; those of one customer add up, within limits."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.causes import CAUSES, DEMAND, NONE, PAYMENT, Sign
from simulator.clock import eased
from simulator.pressure import MOVES, SIGN_INDEX, Pressure, Spells, loudness


def spells(cause: int, hold_until: float, customers: tuple[int, ...] = (1,)) -> Spells:
    """At day 100 the onset, at day 150 full strength."""
    count = len(customers)
    return Spells(
        customer=np.array(customers),
        cause=np.full(count, cause),
        onset=np.full(count, 100.0),
        rise=np.full(count, 50.0),
        hold_until=np.full(count, hold_until),
        fade=np.full(count, 20.0),
        strength=np.ones(count),
        leaving=np.full(count, not np.isfinite(hold_until)),
        second=np.zeros(count, dtype=bool),
        moves=np.repeat(MOVES[[cause]], count, axis=0),
    )


LATE = PAYMENT.by[Sign.LATENESS].by


@pytest.mark.parametrize(
    ("day", "part"),
    [
        (100, 0.0),  # the onset
        (125, 0.5),  # half of the rise
        (150, 1.0),  # risen
        (200, 1.0),  # the last day of full strength
        (210, 0.5),  # half of the fade
        (220, 0.0),  # over
    ],
)
def test_a_spell_rises_holds_and_fades(day: float, part: float) -> None:
    pressure = Pressure(spells(CAUSES.index(PAYMENT), hold_until=200), customers=2, saturation=1.5)
    assert pressure.at(Sign.LATENESS, np.array([1]), np.array([day])) == pytest.approx(part * LATE)


def test_a_leaver_does_not_get_over_it() -> None:
    pressure = Pressure(spells(CAUSES.index(PAYMENT), hold_until=np.inf), customers=2, saturation=1.5)
    assert pressure.at(Sign.LATENESS, np.array([1]), np.array([9999.0])) == pytest.approx(LATE)


def test_a_late_sign_waits_for_its_part_of_the_rise() -> None:
    move = PAYMENT.by[Sign.ORDERS]
    pressure = Pressure(spells(CAUSES.index(PAYMENT), hold_until=np.inf), customers=2, saturation=1.5)
    # It starts after `after` of the 50 days, and is full at day 150 as all the others.
    start = 100 + 50 * move.after
    values = pressure.at(Sign.ORDERS, np.array([1, 1, 1]), np.array([start, (start + 150) / 2, 150]))
    assert values == pytest.approx([0, move.by / 2, move.by])


def test_spells_of_one_customer_add_up_and_those_of_another_do_not_count() -> None:
    pressure = Pressure(
        spells(CAUSES.index(DEMAND), hold_until=np.inf, customers=(1, 0, 1)), customers=3, saturation=1.5
    )
    values = pressure.at(Sign.ORDERS, np.array([0, 1, 2]), np.array([125.0, 125.0, 125.0]))
    one = DEMAND.by[Sign.ORDERS].by
    # Half of the rise each: two halves are as much as one spell at full strength.
    assert values == pytest.approx([one / 2, one, 0])


def test_what_exceeds_the_furthest_declared_move_counts_ever_less() -> None:
    pressure = Pressure(
        spells(CAUSES.index(DEMAND), hold_until=np.inf, customers=(0,) * 2 + (1,) * 9),
        customers=2,
        saturation=1.5,
    )
    furthest = DEMAND.by[Sign.ORDERS].by  # -1.1; the limit is 1.5 times it, -1.65
    values = pressure.at(Sign.ORDERS, np.array([0, 1]), np.array([150.0, 150.0]))
    # Two at once: -1.1 - 0.55 tanh(1.1 / 0.55) = -1.1 - 0.55 * 0.964 = -1.630; nine at once: the limit.
    assert values == pytest.approx([-1.630, -1.650], abs=0.0006)
    assert furthest == -1.1


def test_easing_leaves_alone_what_is_free_and_treats_both_signs_alike() -> None:
    value = np.array([-9.0, -1.0, 0.0, 0.5, 1.0, 1.5, 9.0])
    eased_off = eased(value, 1.0, 2.0)
    # 1 + tanh(0.5) = 1.462; 1 + tanh(8) = 2.
    assert eased_off == pytest.approx([-2.0, -1.0, 0.0, 0.5, 1.0, 1.462, 2.0], abs=0.001)


def test_a_spell_is_as_loud_as_its_signs_are_moved_on_average() -> None:
    one = spells(CAUSES.index(PAYMENT), hold_until=np.inf)
    moves = one.moves.copy()
    moves[0, SIGN_INDEX[Sign.LATENESS]] = 0.0  # one of six signs stays silent
    assert loudness(replace(one, moves=moves), np.array([150.0])) == pytest.approx([5 / 6])
    assert loudness(one, np.array([100.0])) == [0.0]
    silent = spells(CAUSES.index(NONE), hold_until=np.inf)
    assert loudness(silent, np.array([150.0])) == [0.0]


def test_the_grid_and_the_events_agree() -> None:
    pressure = Pressure(
        spells(CAUSES.index(DEMAND), hold_until=170, customers=(1, 0, 1)), customers=3, saturation=1.5
    )
    days = np.arange(90.0, 240.0, 7.0)
    grid = pressure.grid(Sign.ORDERS, days)
    for customer in range(3):
        assert pressure.at(Sign.ORDERS, np.full(len(days), customer), days) == pytest.approx(grid[customer])
