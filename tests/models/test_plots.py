from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest

from models import cases_plot, dates_plot, money_plot, plots
from models.tiers import certificate

POINTS = pd.DataFrame({"x": [0.1, 0.4, 0.8], "y": [0.05, 0.5, 0.7], "customers": [40, 40, 20]})
LINE = pd.DataFrame({"value": [0.7, 0.8]}, index=pd.to_datetime(["2024-01-31", "2024-02-29"]))
LISTS = pd.DataFrame(
    {
        "list": ["5% of customers", "10% of customers"] * 2,
        "by": ["boosted", "boosted", "cadence_rule", "cadence_rule"],
        "value": [0.3, 0.4, 0.1, 0.2],
        "low": [0.2, 0.3, 0.05, None],
        "high": [0.4, 0.5, 0.15, None],
        "lots": [0.1, 0.2, 0.1, 0.2],
    }
)
PROFITS = pd.DataFrame(
    {"value": [9.0, 4.0, -2.0, 0.0], "low": [8.0, 3.0, -3.0, 0.0], "high": [9.5, 5.0, -1.0, 0.0]},
    index=["perfect foresight", "the list", "everyone", "nobody"],
)
DRAWN = {
    "found": lambda: cases_plot.found(LISTS),
    "policies": lambda: money_plot.policies(PROFITS, "EUR"),
    "policies worth nothing": lambda: money_plot.policies(PROFITS * 0, "EUR"),
    "five dates": lambda: dates_plot.reliability(dict.fromkeys("abcde", POINTS), "boosted"),
    "a date without points": lambda: dates_plot.reliability({"a": POINTS.iloc[:0]}, "boosted"),
    "reliability": lambda: plots.reliability({"boosted": POINTS.assign(low=0.0, high=0.9)}),
    "reliability of three": lambda: plots.reliability(
        dict.fromkeys(("boosted", "forest", "logistic"), POINTS)
    ),
    "precision": lambda: plots.precision_recall({"cadence_rule": POINTS}, observed=0.3),
    "precision alone": lambda: plots.precision_recall({"boosted": POINTS}),
    "tiers": lambda: plots.tiers({n: certificate([1, 1, 0], n) for n in ("high", "medium", "low")}),
    "an empty tier": lambda: plots.tiers({"high": certificate([], "high")}),
    "no tiers": lambda: plots.tiers({}),
    "causes": lambda: plots.causes(
        pd.DataFrame({"raises": [0.1, 0.0], "lowers": [-0.02, 0.0]}, index=["demand", "a"])
    ),
    "backtest": lambda: plots.backtest(
        {"boosted": LINE, "base_rate": LINE.assign(low=0.6, high=0.9)}, "ROC-AUC"
    ),
    "one date": lambda: plots.backtest({"boosted": LINE.iloc[:1]}, "ROC-AUC"),
    "no date": lambda: plots.backtest({"boosted": LINE.iloc[:0]}, "ROC-AUC"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_one_svg_with_the_same_bytes_each_time(name):
    before = dict(mpl.rcParams)
    one, two = DRAWN[name](), DRAWN[name]()
    assert one == two
    assert ElementTree.fromstring(one).tag == "{http://www.w3.org/2000/svg}svg"
    assert one.startswith("<svg")
    assert "<dc:date>" not in one
    assert dict(mpl.rcParams) == before


def test_a_figure_says_its_words_as_text():
    svg = DRAWN["tiers"]()
    for word in ("high", "medium", "low", "too few", "no claim", "customers"):
        assert word in svg
    assert "cadence rule" in DRAWN["precision"]()
    assert "+10.0" in DRAWN["causes"]()
    assert "2024-02-29" in DRAWN["backtest"]()
    assert "40%" in DRAWN["found"]()
    assert "drawn by lot" in DRAWN["found"]()
    assert "EUR a customer asked about" in DRAWN["policies"]()
