"""One customer's story: it adds up, in both languages, and it knows nothing of the days after."""

import io
import json
import re
from datetime import date
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from rich.cells import cell_len

from pipeline import frames, listing, telling, why
from pipeline.errors import MissingInput
from pipeline.paths import Paths


def story(made: ModuleType, paths: Paths, customer: str = "C0001", *, chinese: bool = False) -> str:
    out = io.StringIO()
    rule = "departure" if telling.batch(paths).apart else "silence"
    why.run(made.params(rule), paths, customer, None, chinese, out)
    return out.getvalue()


def parts(text: str, heading: str) -> list[float]:
    block = text.split(heading)[1].strip("\n").split("\n")
    found = (re.match(r"^\S+\s+([+−]?[\d.]+)(?:\s|$)", line) for line in block[:8])
    return [float(match[1].replace("−", "-")) for match in found if match]


@pytest.mark.parametrize(("chinese", "heading"), [(False, "in points"), (True, "概率的构成（百分点）")])
@pytest.mark.parametrize("customer", ["C0000", "C0001", "C0030", "C0059"])
def test_the_parts_shown_add_up_to_the_probability_shown(
    made: ModuleType, standing: Paths, customer: str, chinese: bool, heading: str
) -> None:
    text = story(made, standing, customer, chinese=chinese)
    *shown, total = parts(text, heading)
    assert sum(shown) == pytest.approx(total, abs=1e-9)
    scores = made.batch(standing, made.SCORED)
    p = scores.set_index("customer_id").loc[customer, "p_churn"]
    assert total == pytest.approx(100 * p, abs=0.051)


def test_going_and_gone_are_told_and_make_the_whole(
    made: ModuleType, standing: Paths, tmp_path: Path
) -> None:
    text = story(made, standing)
    whole, going, gone = map(float, re.findall(r"([\d.]+)%", text)[:3])
    assert going + gone == pytest.approx(whole, abs=0.11)
    assert "(gone)" not in story(made, made.outputs(tmp_path, "silence"))


def test_raising_and_lowering_reasons_stand_apart(made: ModuleType, standing: Paths) -> None:
    text = story(made, standing)
    raises, lowers = text.split("What raises it")[1].split("What lowers it")
    assert "Orders in the last 90 days: 2 (typical 6)" in raises
    assert "−" not in raises
    assert "Open tickets: 1" in lowers.split("Last purchases")[0]
    assert "+" not in lowers.split("Last purchases")[0]


def test_the_story_is_told_in_chinese(made: ModuleType, standing: Paths) -> None:
    text = story(made, standing, chinese=True)
    for words in (
        "苏州精密机械有限公司 (C0001)",
        "截止日 2024-09-30",
        "高风险",
        "近90天订单数：2（通常6）",
        "需求",
    ):
        assert words in text
    head = text.split("概率的构成")[0].splitlines()
    ends = {cell_len(line[: line.index("%")]) for line in head if "%" in line}
    assert len(ends) == 1


def reason(feature: str, value: float | None, typical: float, own: float, points: float) -> dict[str, object]:
    en, zh = feature.capitalize(), f"特征{feature}"
    told = {"feature": feature, "value": value, "typical": typical, "own": own, "en": en, "zh": zh}
    return {**told, "contribution": points / 100}


ROW = {
    "top_cause": "payment",
    "reasons": [
        reason("delay", 29.0, 4.0, 3.0, 12),
        reason("orders", 9.0, 6.0, 5.0, -8),
        reason("satisfaction", None, 4.2, 4.0, 5),
        reason("fourth", 1.0, 1.0, 1.0, 4),
    ],
}
SOURCES = {"delay": ("finance", "days"), "orders": ("trade", "orders"), "satisfaction": ("service", "number")}
DECLARED = {name: {"source": source, "unit": unit} for name, (source, unit) in SOURCES.items()}


def test_the_strongest_three_make_one_sentence_for_leaving_before_against() -> None:
    assert listing.sentence(ROW, DECLARED, "EUR") == (
        "Why: delay 29 days (its own usual 3, typical 4), satisfaction (no service ticket tells it yet); "
        "what speaks against it: orders 9 (its own usual 5, typical 6)."
    )
    assert listing.sentence(ROW, DECLARED, "EUR", chinese=True) == (
        "原因：特征delay29天（自身以往3天，通常4天），特征satisfaction（尚无服务工单可说明）；"
        "反之：特征orders9（自身以往5，通常6）。"
    )


def test_the_sentence_stands_in_the_story(made: ModuleType, standing: Paths) -> None:
    assert re.search(
        r"^Why: .*orders in the last 90 days 2 \(typical 6\)", story(made, standing), re.MULTILINE
    )


def test_a_customer_like_the_average_one_is_said_to_have_no_cause(made: ModuleType, tmp_path: Path) -> None:
    paths = made.outputs(tmp_path)
    made.published(paths, made.SCORED, made.batch(paths, made.SCORED).assign(top_cause="none"))
    assert "No cause of its own: it is like the average customer." in story(made, paths)
    assert "没有自身的特定原因：与平均客户相当。" in story(made, paths, chinese=True)


def test_the_base_is_named(made: ModuleType, tmp_path: Path) -> None:
    paths = made.outputs(tmp_path)
    assert "the probability of the average customer on that day." in story(made, paths)
    made.published(paths, made.SCORED, made.batch(paths, made.SCORED).assign(base_of="core"))
    assert "average customer of the segment 'core' on that day." in story(made, paths)
    assert "“core”细分中平均客户的概率" in story(made, paths, chinese=True)


def test_a_program_may_read_the_story(made: ModuleType, standing: Paths) -> None:
    out = io.StringIO()
    why.run(made.params(), standing, "C0001", None, False, out, as_json=True)
    told = json.loads(out.getvalue())
    parts = sum(value for name, value in told.items() if name.startswith("contribution_"))
    assert told["base"] + parts == pytest.approx(told["p_churn"], abs=1e-12)
    assert told["reasons"][0]["feature"] == "trade_orders_90d"


def test_purchases_not_known_by_then_are_not_told(made: ModuleType, tmp_path: Path) -> None:
    paths = made.outputs(tmp_path)
    trade = frames.read_parquet(paths.table("trade"))
    late = trade[trade["customer_id"] == "C0001"].head(2).assign(order_id=["L1", "L2"])
    # One after the scored day; one before it that became known only afterwards.
    late["ordered_at"] = [pd.Timestamp("2024-10-01"), pd.Timestamp("2024-09-30")]
    late["known_at"] = [pd.NaT, pd.Timestamp("2024-10-02")]
    same_day = late.head(1).assign(order_id="L3", ordered_at=pd.Timestamp("2024-09-30 23:59"))
    frames.write_parquet(paths.table("trade"), pd.concat([trade, late, same_day], ignore_index=True))
    out = io.StringIO()
    why.run(made.params(), paths, "C0001", made.SCORED, False, out)
    days = re.findall(r"^\s+(\d{4}-\d\d-\d\d)\s+(\d+)", out.getvalue(), flags=re.MULTILINE)
    assert days == [("2024-09-30", "1"), ("2024-08-08", "1"), ("2024-08-01", "1")]


def test_an_unknown_customer_is_refused_with_those_near_to_it(made: ModuleType, standing: Paths) -> None:
    with pytest.raises(MissingInput, match=r"knows no customer 'c0001x'; near to it: 'C0001'"):
        story(made, standing, "c0001x")


def test_a_name_in_place_of_an_id_finds_the_id(made: ModuleType, standing: Paths) -> None:
    with pytest.raises(MissingInput, match="near to it: 'C0000'"):
        story(made, standing, "acme pumps")


def test_a_customer_without_a_score_is_told_why(made: ModuleType, tmp_path: Path) -> None:
    paths = made.outputs(tmp_path)
    scores = made.batch(paths, made.SCORED)
    made.published(paths, made.SCORED, scores[scores["customer_id"] != "C0007"])
    # C0007 bought on 2024-08-01 and 08-08: a cadence of 7 days, silent for 53 on 09-30, more than 7 + 90 / 2 = 52.
    for chinese, told in ((False, "Not scored: silent too long."), (True, "没有评分：沉默太久。")):
        out = io.StringIO()
        why.run(made.params(), paths, "C0007", None, chinese, out)
        assert told in out.getvalue()


def test_every_reason_for_leaving_somebody_out_has_its_chinese() -> None:
    source = Path(why.__file__).parents[1].joinpath("features", "cohort.py").read_text("utf-8")
    told = set(re.findall(r', "([a-z ]+)"\),', source.split("def _reason")[1].split("def label")[0]))
    assert told == set(why.REASONS)


def test_a_date_that_was_not_scored_names_the_command(made: ModuleType, standing: Paths) -> None:
    with pytest.raises(MissingInput, match="forewarn score --dataset made --as-of 2024-01-31"):
        why.run(made.params(), standing, "C0001", date(2024, 1, 31), False, io.StringIO())
