from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest

from models import cases_plot, dates_plot, money_plot, overview_plot, plots
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
PUSHES = pd.DataFrame(
    {
        "group": ["everybody", "<b>北</b> $x$ 苏州精密机械有限公司"],
        "cause": ["demand", "demand"],
        "rows": [1200, 40],
        "raises": [0.0213, 0.0],
        "apart": [False, True],
    }
)
CURVE = pd.DataFrame(
    {
        "middle": [0.0, 1234.0, None],
        "rows": [50, 40, 10],
        "quarter": [-0.01, 0.0, 0.0],
        "median": [0.0, 0.021, 0.01],
        "three_quarters": [0.01, 0.03, 0.01],
    }
)
PAIRS = pd.DataFrame(
    {
        "first": ["Orders", "Orders"],
        "second": ["Open tickets", "$ days"],
        "strength": [0.12, 0.0001],
        "share": [0.25, 0.0001],
    }
)
WEIGHTS = pd.DataFrame(
    {"2024-05-31": [0.3, 0.2], "as served": [0.25, 0.3]}, index=["Orders", "Sales in $ of $ last year"]
)
DRAWN = {
    "pushes": lambda: overview_plot.pushes(PUSHES, "everybody"),
    "pushes of two of one name": lambda: overview_plot.pushes(pd.concat([PUSHES, PUSHES]), "everybody"),
    "pushes of nobody": lambda: overview_plot.pushes(PUSHES.assign(raises=0.0), "everybody"),
    "dependence": lambda: overview_plot.dependence({"Orders in $": CURVE, "Tickets": CURVE.iloc[:2]}),
    "dependence on what is never known": lambda: overview_plot.dependence({"Orders": CURVE.iloc[2:]}),
    "interactions": lambda: overview_plot.interactions(PAIRS, "log-odds"),
    "steadiness": lambda: overview_plot.steadiness(WEIGHTS, ["as served"], ("a test date", "a fit")),
    "steadiness of dates": lambda: overview_plot.steadiness(WEIGHTS.iloc[:, :1], [], ("a test date", "")),
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
    assert ">2.1</text>" in DRAWN["pushes"]()
    assert "10%" in DRAWN["dependence"]()
    assert "1,234" in DRAWN["dependence"]()
    assert "(H² 25.0%)" in DRAWN["interactions"]()
    assert "(H² &lt;0.1%)" in DRAWN["interactions"]()
    assert "Sales in $ of $ last year" in DRAWN["steadiness"]()


def test_a_name_from_records_stays_a_name():
    svg = DRAWN["pushes"]()
    assert "&lt;b&gt;北&lt;/b&gt; $x$ 苏州精密机械有限公司" in svg
    assert "<b>" not in svg
