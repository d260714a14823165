"""The bar of `benchmarks.actions.patterns`, in small: a company in which every kind of rhythm is planted."""

from actions.shapes import KINDS
from benchmarks.actions.patterns import OFTEN, answers, right
from benchmarks.actions.rhythms import DELAYS, planted

SEED, CUSTOMERS = 3, 140


def test_every_kind_is_planted_equally_often_in_orders_that_somebody_made() -> None:
    made = planted(SEED, CUSTOMERS, OFTEN)
    assert made.truth["kind"].value_counts().to_dict() == dict.fromkeys(KINDS, CUSTOMERS // len(KINDS))
    assert set(made.purchases["customer_id"]) == set(made.truth["customer_id"])
    assert made.purchases["day"].max() <= made.as_of
    assert made.purchases["amount"].gt(0).all()


def test_most_planted_rhythms_are_named_right() -> None:
    assert right(answers(SEED, OFTEN, DELAYS, CUSTOMERS)) >= 0.75
