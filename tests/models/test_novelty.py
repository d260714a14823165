"""What the model has never seen: values of columns, and customers."""

import pandas as pd

from models import novelty


def told(now: list[str], before: list[str], retrain: float | None = 0.2, many: bool = False) -> str | None:
    found = novelty.values("customers.segment", pd.Series(now), before, 0.02, retrain, "rows", many=many)
    return None if found is None else found.verdict


def test_known_values_are_left_alone_and_a_slip_of_the_pen_too() -> None:
    assert told(["a"] * 99 + ["b"], ["a", "b"]) == "nothing"
    assert told(["a"] * 96 + ["A "] * 4, ["a"]) == "nothing"


def test_a_new_segment_is_looked_at_and_a_large_one_is_learned() -> None:
    assert told(["a"] * 95 + ["online"] * 5, ["a"]) == "look"
    assert told(["a"] * 80 + ["online"] * 20, ["a"]) == "retrain"
    assert told(["a"] * 80 + ["online"] * 20, ["a"], retrain=None) == "look"


def test_a_new_column_and_a_column_of_names_say_nothing() -> None:
    assert told(["a"] * 10, []) is None
    names = [f"P{i}" for i in range(300)]
    assert told(["new"] * 10, names) is None
    assert told(["new"] * 10, names, many=True) == "retrain"


def test_the_share_of_new_customers() -> None:
    found = novelty.customers(["a", "b", "c", "d"], ["a", "b", "x"], 0.5)
    assert (found.verdict, found.figures) == ("look", {"share": 0.5, "new": 2})
    assert novelty.customers(["a", "b", "c"], ["a", "b"], 0.5).verdict == "nothing"
