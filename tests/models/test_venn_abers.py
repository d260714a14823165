import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from models.venn_abers import intervals


def by_definition(calibrated, y, s, label):
    fitted = IsotonicRegression(out_of_bounds="clip").fit(np.append(calibrated, s), np.append(y, label))
    return float(fitted.predict([s])[0])


def test_the_interval_is_that_of_the_definition():
    rng = np.random.default_rng(4)
    calibrated = rng.integers(-6, 6, 40) / 2.0  # ties, among each other and with what is asked
    y = (rng.random(40) < 1 / (1 + np.exp(-calibrated))).astype(int)
    asked = np.array([-9.0, -3.0, -0.25, 0.0, 0.5, 2.75, 9.0])
    found = intervals(calibrated, y, asked)
    for s, low, high in zip(asked, found.low, found.high, strict=True):
        assert low == pytest.approx(by_definition(calibrated, y, s, 0), abs=1e-12)
        assert high == pytest.approx(by_definition(calibrated, y, s, 1), abs=1e-12)


def test_four_rows_by_hand():
    """Scores 1 2 3 4 with labels 0 1 0 1; asked is 2.5.

    As a stayer: 0, then 1 0 0 pool to 1/3, then 1: p0 = 1/3. As a leaver: 0, then 1 1 0 pool to 2/3: p1 = 2/3.
    """
    found = intervals([1, 2, 3, 4], [0, 1, 0, 1], [2.5])
    assert found.low[0] == pytest.approx(1 / 3)
    assert found.high[0] == pytest.approx(2 / 3)
    assert found.probability[0] == pytest.approx((2 / 3) / (1 - 1 / 3 + 2 / 3))  # a half


def test_a_higher_score_never_has_a_lower_interval_and_more_rows_make_it_narrower():
    rng = np.random.default_rng(5)
    asked = np.linspace(-3, 3, 61)
    widths = []
    for rows in (50, 2000):
        s = rng.normal(size=rows)
        found = intervals(s, (rng.random(rows) < 1 / (1 + np.exp(-s))).astype(int), asked)
        assert (found.low <= found.probability + 1e-12).all()
        assert (found.probability <= found.high + 1e-12).all()
        assert (np.diff(found.low) >= -1e-12).all()
        assert (np.diff(found.high) >= -1e-12).all()
        widths.append(float((found.high - found.low).mean()))
    assert widths[1] < widths[0] / 3


def test_labels_that_are_none_are_refused():
    with pytest.raises(ValueError, match="0 or 1"):
        intervals([1.0, 2.0], [0, 2], [1.5])
