"""What is left out, and how a gain is told."""

from benchmarks import gain
from features.catalogue import CATALOGUE

ENTRIES = [
    {"name": "trade_a", "source": "trade", "cause": "demand"},
    {"name": "trade_b", "source": "trade", "cause": "price"},
    {"name": "service_a", "source": "service", "cause": "service"},
]


def test_each_variant_is_the_catalogue_without_one_source_or_cause() -> None:
    made = gain.variants(ENTRIES, ["trade_a", "gone_since"])
    assert made == {
        gain.AGAIN: ["trade_a", "trade_b", "service_a"],
        "source trade": ["service_a"],
        "source service": ["trade_a", "trade_b"],
        "cause demand": ["trade_b", "service_a"],
        "cause price": ["trade_a", "service_a"],
        "cause service": ["trade_a", "trade_b"],
        gain.OLD: ["trade_a"],
    }


def test_what_would_leave_nothing_is_left_in() -> None:
    assert "source trade" not in gain.variants(ENTRIES[:2], [])


def test_the_first_catalogue_had_134_features_and_some_are_still_there() -> None:
    first = gain.first_catalogue()
    assert len(first) == len(set(first)) == 134
    assert {name for name in first if name.startswith("trade_")} & {feature.name for feature in CATALOGUE}


def rows(low: float, high: float) -> list[dict[str, object]]:
    base = {"dataset": "acme", "family": "forest"}
    values = dict.fromkeys(gain.METRICS, 0.5)
    gained = {name: {"value": (low + high) / 2, "low": low, "high": high} for name in gain.METRICS}
    return [
        {**base, "left_out": None, "features": 3, "values": values},
        {**base, "left_out": gain.OLD, "features": 1, "gained": gained},
    ]


def test_a_loss_that_shows_misses_the_bar_and_one_that_may_be_chance_does_not() -> None:
    judged = [one.holds for one in gain.figures(rows(-0.02, 0.01))]
    assert judged == [None, True] * len(gain.METRICS)
    assert [one.holds for one in gain.figures(rows(-0.02, -0.01))][1] is False


def test_the_page_marks_a_gain_whose_interval_leaves_out_0() -> None:
    text = gain.markdown(rows(0.01, 0.02), "defaults")
    assert "| all but the catalogue of 762ab29 | 1 | **+0.0150 (+0.0100 to +0.0200)** |" in text
