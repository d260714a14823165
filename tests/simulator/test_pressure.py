"""Spells grow, hold and fade; those of one customer add up."""

import numpy as np
import pytest

from simulator.causes import CAUSES, DEMAND, PAYMENT, Sign
from simulator.pressure import MOVES, Pressure, Spells


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
    pressure = Pressure(spells(CAUSES.index(PAYMENT), hold_until=200), customers=2)
    assert pressure.at(Sign.LATENESS, np.array([1]), np.array([day])) == pytest.approx(part * LATE)


def test_a_leaver_does_not_get_over_it() -> None:
    pressure = Pressure(spells(CAUSES.index(PAYMENT), hold_until=np.inf), customers=2)
    assert pressure.at(Sign.LATENESS, np.array([1]), np.array([9999.0])) == pytest.approx(LATE)


def test_a_late_sign_waits_for_its_part_of_the_rise() -> None:
    move = PAYMENT.by[Sign.ORDERS]
    pressure = Pressure(spells(CAUSES.index(PAYMENT), hold_until=np.inf), customers=2)
    # It starts after `after` of the 50 days, and is full at day 150 as all the others.
    start = 100 + 50 * move.after
    values = pressure.at(Sign.ORDERS, np.array([1, 1, 1]), np.array([start, (start + 150) / 2, 150]))
    assert values == pytest.approx([0, move.by / 2, move.by])


def test_spells_of_one_customer_add_up_and_those_of_another_do_not_count() -> None:
    pressure = Pressure(spells(CAUSES.index(DEMAND), hold_until=np.inf, customers=(1, 0, 1)), customers=3)
    values = pressure.at(Sign.ORDERS, np.array([0, 1, 2]), np.array([150.0, 150.0, 150.0]))
    one = DEMAND.by[Sign.ORDERS].by
    assert values == pytest.approx([one, 2 * one, 0])


def test_the_grid_and_the_events_agree() -> None:
    pressure = Pressure(spells(CAUSES.index(DEMAND), hold_until=170, customers=(1, 0, 1)), customers=3)
    days = np.arange(90.0, 240.0, 7.0)
    grid = pressure.grid(Sign.ORDERS, days)
    for customer in range(3):
        assert pressure.at(Sign.ORDERS, np.full(len(days), customer), days) == pytest.approx(grid[customer])
