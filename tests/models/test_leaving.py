"""New labels, and customers who fall silent."""

from datetime import date

import numpy as np
import pytest

from models.leaving import new_labels, silent

ASKED = np.full(30, 1000.0)
QUIET = 60 + 20 * np.sin(np.arange(30) * np.pi / 6)


def test_new_labels_are_told_and_looked_at_when_they_are_as_many_as_were_learned() -> None:
    days = [date(2024, 1, 31), date(2024, 2, 29)]
    assert new_labels([], 0, 0, 100, 1.0).words == "No label has become known since."
    assert new_labels(days, 500, 99, 100, 1.0).verdict == "nothing"
    assert new_labels(days, 500, 100, 100, 1.0).verdict == "look"
    assert "on 2 as-of dates from 2024-01-31 to 2024-02-29" in new_labels(days, 500, 99, 100, 1.0).words


@pytest.mark.parametrize(("times", "verdict"), [(1.0, "nothing"), (1.2, "nothing"), (2.5, "look")])
def test_more_silence_than_a_year_before_is_looked_at(times: float, verdict: str) -> None:
    counts = QUIET.copy()
    counts[-1] *= times
    found = silent(90, counts, ASKED, 1.3, 5.0)
    assert found is not None
    assert found.verdict == verdict
    assert found.figures["share_year_before"] == pytest.approx(QUIET[-13] / 1000)


def test_a_silence_of_every_winter_is_no_news() -> None:
    counts = QUIET.copy()
    counts[[5, 17, 29]] *= 3  # the same month of three years
    found = silent(90, counts, ASKED, 1.3, 5.0)
    assert found is not None
    assert found.verdict == "nothing"


def test_young_records_say_nothing_of_silence() -> None:
    assert silent(90, QUIET[:16], ASKED[:16], 1.3, 5.0) is None
