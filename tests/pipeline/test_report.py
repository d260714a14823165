"""The page: self-contained, safe against what names may hold, its figures those of metrics.json."""

import html
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

from pipeline import frames, report, words
from pipeline.errors import MissingInput
from pipeline.page import policy, render
from pipeline.params import Params
from pipeline.paths import Paths

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FOREWARN_SHARED_DATA", str(ROOT / "../shared/data")))
NAUGHTY = SHARED / "hostile" / "strings" / "naughty-strings.json"


class Elements(HTMLParser):
    """Every tag with its attributes, and the text between."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.names: list[str] = []
        self._named = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._named = tag == "bdi" and ("class", "name") in attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._named:
            self.names.append(data)
            self._named = False


def page(paths: Paths) -> str:
    return (paths.report / "index.html").read_text("utf-8")


def made_page(made: ModuleType, root: Path, rule: str = "departure", **how: object) -> str:
    """Give the page without its figures, which take the longest."""
    return bare(made, made.outputs(root, rule, **how), rule)


def bare(made: ModuleType, paths: Paths, rule: str = "departure") -> str:
    params = made.params(rule, customers=600)
    return render(params, report.gathered(params, paths), {})


@pytest.fixture(scope="module")
def usual(made: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the page of the made company with all its figures."""
    paths = made.outputs(tmp_path_factory.mktemp("usual"))
    report.run(made.params(), paths)
    return page(paths)


def test_the_page_loads_nothing_and_runs_its_own_script_only(usual: str) -> None:
    text = usual
    elements = Elements(text)
    for tag, attributes in elements.tags:
        assert tag not in {"link", "iframe", "object", "embed", "img", "base", "form", "image"}
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert "src" not in attributes
        for name in ("href", "xlink:href"):
            # The one place to go to is the page of features beside this one.
            told = str(attributes.get(name, "#"))
            assert told.startswith("#") or (tag, told) == ("a", "quality.html"), (tag, attributes)
    assert not re.search(r"url\((?!#)|@import", text)
    policy = next(
        a["content"]
        for t, a in elements.tags
        if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]


def test_the_policy_names_the_script_that_stands_on_the_page(usual: str) -> None:
    text = usual
    (script,) = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert html.escape(policy(script), quote=True).replace("&#x27;", "&#39;") in text


def test_every_id_stands_once_and_every_reference_finds_one(usual: str) -> None:
    text = usual
    tags = Elements(text).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    told = {
        str(a.get("href") or a.get("xlink:href")) for _, a in tags if a.get("href") or a.get("xlink:href")
    }
    wanted = {one[1:] for one in told if one.startswith("#")}
    wanted |= set(re.findall(r"url\(#([^)]*)\)", text))
    assert wanted <= set(ids)


def test_names_from_records_cannot_inject(made: ModuleType, tmp_path: Path, standing: Paths) -> None:
    names = (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</title></style></script><svg onload=alert(1)>",
        "{{ 7 * 7 }}{% raw %}",
        "]]><!--",
        "a&lt;b",
    )
    elements = Elements(made_page(made, tmp_path, names=names))
    plain = Elements(bare(made, standing))
    assert [tag for tag, _ in elements.tags] == [tag for tag, _ in plain.tags]
    assert set(names) <= set(elements.names)


def test_naughty_strings_stay_text(made: ModuleType, tmp_path: Path) -> None:
    if not NAUGHTY.exists():
        pytest.skip(f"the list of naughty strings is not at '{NAUGHTY}' (set FOREWARN_SHARED_DATA)")
    strings = json.loads(NAUGHTY.read_text("utf-8"))
    names = tuple(one for one in strings if words.line(one))
    elements = Elements(made_page(made, tmp_path, names=names, customers=len(names)))
    assert set(elements.names) == {words.line(name) for name in names}
    assert sum(tag == "script" for tag, _ in elements.tags) == 1


def test_the_same_inputs_give_the_same_bytes(made: ModuleType, tmp_path: Path) -> None:
    first, second = made.outputs(tmp_path / "a"), made.outputs(tmp_path / "b")
    for paths in (first, second):
        report.run(made.params(), paths)
    files = sorted(path.relative_to(first.report) for path in first.report.rglob("*") if path.is_file())
    assert {"index.html"} | {f"figures/{name}.svg" for name in ("tiers", "causes", "reliability")} <= {
        str(path) for path in files
    }
    for name in files:
        assert (first.report / name).read_bytes() == (second.report / name).read_bytes(), name


def test_the_figures_of_the_families_are_those_of_metrics_json(made: ModuleType, standing: Paths) -> None:
    metrics = frames.read_json(standing.report / "metrics.json")
    text = bare(made, standing)
    tables = dict(re.findall(r'<table data-as-of="([^"]*)">(.*?)</table>', text, flags=re.DOTALL))
    assert list(tables) == ["all together", *(day.isoformat() for day in made.DATES)]
    for date, table in tables.items():
        for name, told in metrics["families"].items():
            (row,) = (row for row in table.split("<tr") if f">{words.family(name)}<small>" in row)
            figures = told["test"].get(date, told["pooled"])
            for metric in ("pr_auc", "roc_auc", "brier", "log_loss"):
                value, low, high = (figures[metric][part] for part in ("value", "low", "high"))
                assert f">{value:.3f}<small>{low:.3f} to {high:.3f}</small>" in row
            assert f"{100 * figures['mean_p']['value']:.1f}%" in row


def test_what_is_shown_of_a_customer_adds_up(usual: str) -> None:
    rows = usual.split('<section id="list">')[1].split("</section>")[0].split("<tr data-tier=")[1:]
    assert len(rows) == 60
    for row in rows:
        p = float(re.search(r'class="p">([\d.]+)%', row)[1])  # type: ignore[index]
        parts = [signed(told) for told in re.findall(r"<b>([^<]*)</b>", row)]
        base, rest = re.search(r"base ([\d.]+)(?:, all else ([^<]*))?<", row).groups()  # type: ignore[union-attr]
        assert float(base) + sum(parts) + (signed(rest) if rest else 0) == pytest.approx(p, abs=1e-9)


def signed(text: str) -> float:
    return float(text.replace("−", "-"))


def test_an_empty_high_tier_is_explained(made: ModuleType, tmp_path: Path, usual: str) -> None:
    assert 'id="empty-high"' not in usual
    text = made_page(made, tmp_path, top=0.7)
    (told,) = re.findall(r'<p class="note" id="empty-high">(.*?)</p>', text)
    assert "The high tier is empty on every test date" in told
    assert "no fault" in told


def test_a_refuted_tier_is_said_first(made: ModuleType, tmp_path: Path) -> None:
    paths = made.outputs(tmp_path)
    metrics = frames.read_json(paths.report / "metrics.json")
    tier = {"customers": 50, "observed": 0.5, "bound": 0.39, "verdict": "refuted"}
    metrics["families"]["boosted"]["pooled"]["tiers"]["high"] = tier
    frames.write_sealed(paths.report / "metrics.json", metrics)
    text = bare(made, paths)
    assert "the high tier did not keep its word: 50.0% of its 50 customers left" in text
    assert text.index("did not keep its word") < text.index("<main>")


@pytest.mark.parametrize("rule", ["silence", "recorded"])
def test_a_rule_without_p_gone_is_told_calmly(made: ModuleType, tmp_path: Path, rule: str) -> None:
    text = made_page(made, tmp_path, rule)
    assert "there is one probability only" in text
    assert "Gone already" not in text
    assert "left, going" not in text


def test_rejected_rows_and_absent_sources_are_named(usual: str) -> None:
    text = html.unescape(usual).split('<section id="records">')[1]
    assert "'amount' is no number: 3" in text
    assert "Not there: interaction, service." in text


def test_a_missing_input_names_the_command_that_makes_it(made: ModuleType, tmp_path: Path) -> None:
    paths = made.outputs(tmp_path)
    (paths.report / "causes.parquet").unlink()
    with pytest.raises(MissingInput, match="forewarn explain --dataset made"):
        report.run(made.params(), paths)


def test_those_left_out_are_counted_by_reason(usual: str) -> None:
    section = usual.split("Left out on 2024-06-30")[1].split("</section>")[0]
    told = re.findall(r'<th scope="row">([^<]*)</th><td class="n">(\d+)</td>', section)
    assert told == [("silent too long", "2"), ("one purchase only", "1")]


def test_every_reason_for_leaving_somebody_out_has_its_meaning() -> None:
    from pipeline.glossary import LEFT_OUT
    from pipeline.why import REASONS

    assert set(LEFT_OUT) == set(REASONS)


def test_one_test_date_is_not_told_twice(made: ModuleType, tmp_path: Path, usual: str) -> None:
    assert "all together" in usual
    paths = made.outputs(tmp_path)
    metrics = frames.read_json(paths.report / "metrics.json")
    for told in metrics["families"].values():
        del told["test"][made.DATES[0].isoformat()]
    frames.write_sealed(paths.report / "metrics.json", metrics)
    assert "all together" not in bare(made, paths)


def test_features_that_carry_nothing_are_named_and_the_rest_is_a_link(usual: str) -> None:
    section = usual.split('<section id="features">')[1].split("</section>")[0]
    assert "5 features, 1 carry nothing" in section
    assert "Open tickets" in section
    assert 'href="quality.html"' in section


@pytest.mark.slow
def test_the_page_of_a_finished_run_is_whole(finished: tuple[Params, Paths]) -> None:
    _, paths = finished
    text = page(paths)
    assert text.count("<figure ") == len(list((paths.report / "figures").glob("*.svg"))) >= 8
    for section in (
        *("tiers", "week", "money", "causes", "list", "found", "apart", "families", "calibration"),
        *("segments", "leaks", "records"),
    ):
        assert f'<section id="{section}">' in text
    assert (
        "nan" not in "".join(Elements(text.split("<script>")[0].split("</style>")[1]).texts).lower().split()
    )
