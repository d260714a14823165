"""The sections of the page that tell of the evaluation: each appears where its file is there, and says what it
says.

The made company's predictions are measured by the code that ``evaluate`` and ``cases`` use, so that a changed
schema is seen here.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models import dependence, leaks, money_plot, overview
from pipeline import (
    alarm,
    cases,
    certificates,
    digests,
    frames,
    measuring,
    money,
    page,
    report,
    segments,
    words,
)
from pipeline.columns import groups
from pipeline.contents import FIGURES, drawn
from pipeline.page import render
from pipeline.params import Params
from pipeline.paths import Paths

LEADS = (30, 60, 90, 120, 180)


@dataclass(frozen=True)
class Company:
    """The made company, evaluated."""

    params: Params
    paths: Paths
    metrics: Mapping[str, Any]


@pytest.fixture(scope="module")
def whole(made: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Everything that the page can tell of: evaluated, known leavers, a leak let pass, a learning curve."""
    paths: Paths = made.outputs(tmp_path_factory.mktemp("whole"))
    params = made.params()
    params = params.model_copy(update={"evaluate": params.evaluate.model_copy(update={"resamples": 60})})
    metrics = evaluated(params, paths)
    frames.write_sealed(paths.report / "metrics.json", metrics)
    found = [
        leaks.gaps([leaks.Split("the calibration", (made.DATES[0].replace(year=2023),), made.DATES[0])], 180),
        leaks.Check("recompute", {"left_out": "no records here"}),
        leaks.Check(
            "single",
            {"left, test dates": {"feature": "service_open", "roc_auc": 0.93}},
            (leaks.Finding("single", "service_open", 0.93, 0.9, "'service_open' alone tells too much"),),
        ),
    ]
    note = {"check": "single", "feature": "service_open", "reason": "a ticket is opened when a contract ends"}
    leaky = params.evaluate.leaks.model_copy(update={"acknowledged": (alarm_note(params, note),)})
    told, _ = alarm.judged(
        params.model_copy(update={"evaluate": params.evaluate.model_copy(update={"leaks": leaky})}),
        "made",
        found,
    )
    frames.write_json(paths.report / "leaks.json", told)
    frames.write_json(paths.report / "learning.json", LEARNING)
    frames.write_json(paths.report / "overview.json", overviewed(paths))
    file = paths.root / "left.csv"
    file.write_text("customer_id,churned_on\nC0000,2024-06-20\nC0001,2024-07-20\nC0059,2024-06-15\n")
    trade = pd.DataFrame(
        {
            "order_id": ["O1", "O2", "O3"],
            "customer_id": ["C0000", "C0001", "C0059"],
            "ordered_at": pd.to_datetime(["2024-06-20", "2024-07-20", "2024-06-15"]),
            "product_id": "P1",
            "quantity": 1.0,
            "amount": 100.0,
        }
    )
    frames.write_parquet(paths.table("trade"), trade)
    cases.run(params, paths, file)
    return Company(params, paths, metrics)


def alarm_note(params: Params, note: Mapping[str, str]) -> Any:
    kind = type(params.evaluate.leaks).model_validate({"acknowledged": [note]})
    return kind.acknowledged[0]


def evaluated(params: Params, paths: Paths) -> dict[str, Any]:
    """Measure the made predictions as ``evaluate`` does."""
    said = frames.read_parquet(paths.report / "predictions.parquet")
    found = measuring.measured(params, said, "boosted", lambda: None)
    mine = said[said["family"] == "boosted"]
    kinds = pd.DataFrame(
        {"region": np.where(np.arange(len(mine)) % 3 == 0, "<b>北</b> $x$", "South")}, mine.index
    )
    blocks = measuring.Resamples(groups(mine), 60, params.seed)
    offer = money.offered(params)
    valued = said.assign(value=500.0 + 10.0 * pd.factorize(said["customer_id"])[0])
    best = valued[valued["family"] == "boosted"]
    frames.write_text(
        paths.report / "profit.svg",
        money_plot.sensitivity(money.sensitivity(best, offer), offer.acceptance, offer.contact_cost, "EUR"),
    )
    broken = certificates.broken(found.families, "boosted")
    assumed = {name: getattr(params.profit, name) for name in type(params.profit).model_fields}
    told: dict[str, Any] = frames.plain(
        {
            "dataset": "made",
            "champion": "boosted",
            "families": found.families,
            "differences": found.differences,
            "segments": segments.segments(said, kinds, blocks, "boosted"),
            "certificates": {"refuted": broken, "promotable": not broken},
            "profit": {
                "currency": "EUR",
                "assumed": {**assumed, "acceptance": {"alpha": 6.0, "beta": 14.0, "mean": 0.3}},
                "families": money.measured(params, valued, offer),
            },
        }
    )
    return told


def _point(size: int, loss: float) -> dict[str, Any]:
    figures = {"pr_auc": 0.5, "roc_auc": 0.7, "log_loss": loss}
    told = {
        name: {"value": value, "low": value - 0.02, "high": value + 0.02} for name, value in figures.items()
    }
    lacks = {name: {"value": 0.01, "low": 0.001, "high": 0.02} for name in figures}
    return {"size": size, "rows": size, "leavers": 20, **told, "all_better_by": lacks}


LEARNING: dict[str, Any] = {
    "dataset": "made",
    "family": "boosted",
    "judged_on": {"dates": ["2024-03-31"], "rows": 60, "customers": 60, "leavers": 20},
    "studies": {
        "history": [_point(2, 0.55), _point(4, 0.51)],
        "customers": [_point(30, 0.56), _point(60, 0.51)],
        "windows": [_point(90, 0.53), _point(0, 0.51)],
    },
    "sentence": "More customers would likely help.",
}


def overviewed(paths: Paths) -> dict[str, Any]:
    """See the made champion whole, as ``explain`` does; its features are drawn."""
    causes = frames.read_parquet(paths.report / "causes.parquet")
    rng = np.random.default_rng(2)
    place, day = np.arange(len(causes)), causes["as_of"].dt.date.astype(str)
    of = {
        "everybody": pd.Series("everybody", causes.index),
        "region": pd.Series(np.where(place % 3 == 0, "<b>北</b> $x$", "South")),
        **{kind: pd.Series(np.where(place % 2 == 0, "a", "b")) for kind in ("segment", "industry", "tenure")},
        "month": day,
    }
    parts = causes.filter(like="contribution_").rename(
        columns=lambda name: name.removeprefix("contribution_")
    )
    by = {
        kind: overview.pulls(
            parts,
            causes["top_cause"],
            {name: (names == name).to_numpy() for name in names.unique()},
            causes["customer_id"],
            day,
        ).to_dict("records")
        for kind, names in of.items()
    }
    names = ["trade_orders_90d", "service_open"]
    rankings = {date: pd.Series({"trade_orders_90d": 0.7, "service_open": 0.3}) for date in ("one", "two")}
    alike = overview.agreement(rankings).to_dict("records")
    compared = {
        "features": alike,
        "causes": alike,
        "by_chance": 2.0,
        "moving": 2,
        "weights": {name: weight.to_dict() for name, weight in rankings.items()},
        "cause_weights": {},
    }
    return {
        "family": "boosted",
        "unit": "log-odds",
        "rows": len(causes),
        "by": by,
        "dependence": [
            {
                "feature": name,
                "curve": dependence.dependence(
                    rng.integers(0, 30, len(causes)), causes["contribution_demand"]
                ).to_dict("records"),
            }
            for name in names
        ],
        "interactions": [{"first": names[0], "second": names[1], "strength": 0.12, "share": 0.034}],
        "dates": compared,
        "refits": {**compared, "how": "seed", "rows": 60, "listed": 6, "same_lead": 0.75},
    }


@pytest.fixture(scope="module")
def told(whole: Company) -> str:
    return render(whole.params, report.gathered(whole.params, whole.paths), {})


def section(text: str, name: str) -> str:
    (found,) = re.findall(rf'<section id="{name}">(.*?)</section>', text, flags=re.DOTALL)
    return html.unescape(str(found))


SECTIONS = (
    "tiers",
    "week",
    "early",
    "money",
    "causes",
    "list",
    "drivers",
    "found",
    "apart",
    "families",
    "calibration",
)
FURTHER = ("segments", "leaks", "learning", "features", "records", "reading", "words")


def test_what_a_director_asks_stands_open_and_the_rest_is_folded(told: str) -> None:
    places = [told.index(f'<section id="{name}">') for name in (*SECTIONS, *FURTHER)]
    assert places == sorted(places)
    turn = told.index('id="further"')
    for name in (*SECTIONS, *FURTHER):
        folded = section(told, name).lstrip().startswith("<details><summary><h2>")
        assert folded == (told.index(f'<section id="{name}">') > turn), name


def test_every_section_that_is_there_is_named_in_the_contents_and_no_other(
    told: str, made: ModuleType, standing: Paths
) -> None:
    plain = render(made.params(), report.gathered(made.params(), standing), {})
    for text in (told, plain):
        named = set(re.findall(r'<li><a href="#([a-z]+)">', text))
        assert named == set(re.findall(r'<section id="([a-z]+)">', text))
    for name in ("early", "money", "drivers", "segments", "leaks", "learning"):
        assert f'<section id="{name}">' in told
        assert f'<section id="{name}">' not in plain


def test_who_was_found_is_what_cases_says(told: str, whole: Company) -> None:
    figures = frames.read_json(whole.paths.report / "cases.json")
    early = section(told, "early")
    one = figures["families"]["boosted"]["lists"]["p_going"]["top_0.1"]
    assert figures["leavers"]["in_test_months"] == 3
    assert "3 customers left in the test months" in early
    found, share = one["lead_days"]["flagged"], words.share(one["recall"]["120"]["value"], 0)
    assert f"A list of 10% of the customers on each date had {found} of them ({share})" in early
    rows = dict(re.findall(r'<th scope="row">([a-z ]+)</th>((?:<td class="n">\d+</td>){3})', early))
    for outcome, cells in rows.items():
        counts = [int(n) for n in re.findall(r"\d+", re.sub(r"<[^>]*>", " ", cells))]
        assert counts == [told.get(outcome, 0) for told in figures["outcomes"].values()], outcome
    assert sum(int(re.findall(r">(\d+)<", cells)[0]) for cells in rows.values()) == 3


def test_cases_of_other_predictions_are_not_shown(whole: Company, made: ModuleType) -> None:
    sources = report.gathered(whole.params, whole.paths)
    assert sources.cases is not None
    assert sources.cases.fresh
    said = whole.paths.report / "predictions.parquet"
    kept, digest = said.read_bytes(), digests.of_file(said)
    try:
        rows = frames.read_parquet(said)
        frames.write_parquet(said, rows.assign(p_churn=rows["p_churn"] * 0.99))
        assert digests.of_file(said) != digest
        old = report.gathered(whole.params, whole.paths)
        text = section(render(whole.params, old, {}), "early")
    finally:
        said.write_bytes(kept)
    assert "forewarn cases --dataset made" in text
    assert "3 customers left" not in text
    assert "found" not in drawn(old)


def test_the_money_of_each_policy_is_that_of_metrics_json(told: str, whole: Company) -> None:
    pooled = whole.metrics["profit"]["families"]["boosted"]["pooled"]
    text = section(told, "money")
    for name, word in (
        ("model", "the model’s list"),
        ("everyone", "everyone"),
        ("foresight", "perfect foresight"),
    ):
        figure = pooled["policies"][name]
        value, low, high = (figure["profit"][part] for part in ("value", "low", "high"))
        (row,) = re.findall(rf'<th scope="row">{word}</th>(.*?)</tr>', text)
        assert (
            f">{words.decimal(value, 2)}<small>{words.decimal(low, 2)} to {words.decimal(high, 2)}</small>"
            in row
        )
        assert f">{figure['contacted']}<" in row
    assert "nothing here is claimed as saved" in " ".join(text.split())


def test_a_segment_shows_what_was_said_and_what_happened_and_cannot_inject(told: str, whole: Company) -> None:
    raw = told.split('<section id="segments">')[1].split("</section>")[0]
    assert "<b>北" not in raw
    assert "&lt;b&gt;北&lt;/b&gt; $x$" in raw
    figures = whole.metrics["segments"]["by"]["region"]["South"]["boosted"]
    (row,) = re.findall(r"<bdi>South</bdi></th>(.*?)</tr>", raw)
    assert f'<td class="n">{words.share(figures["mean_p"]["value"])}</td>' in row
    assert f'<td class="n">{words.share(figures["observed"]["value"])}<small>' in row


def test_differences_of_the_families_are_those_of_metrics_json(told: str, whole: Company) -> None:
    text = section(told, "families")
    for name, other in (("forest", "boosted"), ("boosted", "cadence_rule")):
        less = whole.metrics["differences"]["pooled"][name][other]["log_loss"]
        told_ = [words.signed(less[part], 4) for part in ("value", "low", "high")]
        assert f">{told_[0]}<small>{told_[1]} to {told_[2]}</small>" in text, name


def test_where_causes_push_stands_open_and_how_the_model_does_it_below(told: str, whole: Company) -> None:
    figures = frames.read_json(whole.paths.report / "overview.json")
    (one,) = [row for row in figures["by"]["segment"] if (row["group"], row["cause"]) == ("a", "demand")]
    table = section(told, "drivers").split("<summary>By segment</summary>")[1].split("</table>")[0]
    (row,) = re.findall(r"<bdi>a</bdi></th>(.*?)</tr>", table)
    assert f">{words.points(one['raises'])}<" in row.replace("<b>", "").replace("</b>", "")
    assert f"<small>{words.points(one['lowers'])}</small>" in row
    assert f"leads {words.share(one['leading'], 0)}" in row
    text = " ".join(section(told, "drivers").split())
    assert "name the same leading cause for 75% of the 6 customers" in text
    # Two features move anybody, and both rankings hold both of them.
    assert "2 of the 2 strongest features stay" in text
    assert "would lead another time too" in text
    assert "3.4% for the first" in text
    assert "Among whom" in section(told, "causes")
    raw = told.split('<section id="drivers">')[1].split("</section>")[0]
    assert "<b>北" not in raw
    assert "&lt;b&gt;北&lt;/b&gt; $x$" in raw


def test_the_figures_of_the_model_seen_whole_stand_where_they_are_told(whole: Company) -> None:
    sources = report.gathered(whole.params, whole.paths)
    text = page.render(whole.params, sources, drawn(sources))
    assert 'data-name="push_segment"' in section(text, "causes")
    below = section(text, "drivers")
    for name in ("steady", "dependence", "interactions", "push_region", "push_month"):
        assert f'data-name="{name}"' in below, name
    assert 'data-name="push_segment"' not in below


def test_a_model_that_is_a_sum_has_no_pairs_to_show(whole: Company) -> None:
    sources = report.gathered(whole.params, whole.paths)
    assert sources.overview is not None
    one_date = {**sources.overview["dates"], "features": [], "causes": []}
    plain = {**sources.overview, "interactions": None, "dates": one_date, "refits": None}
    sources = replace(sources, overview=plain)
    figures = drawn(sources)
    assert "interactions" not in figures
    text = " ".join(section(page.render(whole.params, sources, figures), "drivers").split())
    assert "is a sum in log-odds" in text
    assert "There is one test date only" in text
    assert "The model was not fitted again" in text


def test_a_finding_that_was_let_pass_stands_with_its_reason(told: str) -> None:
    text = section(told, "leaks")
    assert "3 checks asked" in text
    assert "1 finding, 1 of them let pass with a reason" in text
    assert "a ticket is opened when a contract ends" in text
    assert "left out: no records here" in text


def test_the_learning_curve_says_its_answer_before_it_is_opened(told: str) -> None:
    summary = section(told, "learning").split("</summary>")[0]
    assert "More customers would likely help." in summary


def test_the_lists_tell_how_many_of_them_left(told: str, whole: Company) -> None:
    said = frames.read_parquet(whole.paths.report / "predictions.parquet")
    rows = said[(said["family"] == "boosted") & (said["as_of"] == said["as_of"].max())]
    top = rows.assign(going_p=rows["p_churn"] - rows["p_gone"]).nlargest(10, "going_p")
    left, going = int(top["label"].sum()), int((top["going"] == 1).sum())
    text = " ".join(section(told, "week").split())
    assert f"Of these 10, {left} left: {going} after that date, {left - going} had left already." in text
    assert [text.count(f"<h3>{title}</h3>") for title in ("About to leave", "Win back")] == [1, 1]


def test_every_figure_of_the_page_is_drawn_and_named(whole: Company, tmp_path: Any) -> None:
    sources = report.gathered(whole.params, whole.paths)
    figures = drawn(sources)
    assert set(figures) == set(FIGURES) - {"flows", "courses"}  # it has no customs records
    assert figures == drawn(sources)
    text = page.render(whole.params, sources, figures)
    assert text.count("<figure ") == len(figures)
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]*)\)", text)) <= set(ids)


def test_a_figure_of_what_is_there_no_more_is_taken_away(made: ModuleType, tmp_path: Any) -> None:
    paths = made.outputs(tmp_path)
    old = paths.report / "figures" / "found.svg"
    frames.write_text(old, "<svg/>")
    report.run(made.params(), paths)
    assert not old.exists()
    assert (paths.report / "figures" / "tiers.svg").exists()
