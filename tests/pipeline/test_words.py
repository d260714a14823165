"""Figures and reasons read as a person would write them."""

import pytest

from pipeline import words


@pytest.mark.parametrize(
    ("label", "value", "typical", "unit", "told"),
    [
        ("Orders in the last 90 days", 2.0, 6.0, "orders", "Orders in the last 90 days: 2 (typical 6)"),
        ("Orders a month", 2.5, 3.25, "orders", "Orders a month: 2.5 (typical 3.25)"),
        ("Time since the last order", 1.0, 31.0, "days", "Time since the last order: 1 day (typical 31)"),
        ("Time since the last order", 94.0, 1.0, "days", "Time since the last order: 94 days (typical 1)"),
        ("Days with an order", 1.0, 3.0, "days", "Days with an order: 1 (typical 3)"),
        ("Mean answer", 1.5, None, "hours", "Mean answer: 1.5 hours"),
        ("Sales", 12340.4, 8000.0, "money", "Sales: EUR 12,340 (typical 8,000)"),
        ("Sales", -12.5, 0.0, "money", "Sales: −EUR 12.50 (typical 0)"),
        ("Discount", 0.0525, 0.123, "share", "Discount: 5.2% (typical 12%)"),
        ("Against last year", 0.5, 1.0, "times", "Against last year: 0.5 times (typical 1)"),
        ("Late", 1.0, 0.0, "standard deviations", "Late: 1 standard deviation (typical 0)"),
        ("Orders", None, 6.0, "orders", "Orders: unknown (typical 6)"),
        ("Orders", float("nan"), None, "orders", "Orders: unknown"),
    ],
)
def test_a_reason_has_its_unit_and_its_plural(
    label: str, value: float | None, typical: float | None, unit: str, told: str
) -> None:
    assert words.reason(label, value, typical, unit, "EUR") == told


@pytest.mark.parametrize(
    ("value", "typical", "unit", "told"),
    [
        (2.0, 6.0, "orders", "标签：2（通常6）"),
        (94.0, 31.0, "days", "标签：94天（通常31天）"),
        (1.0, 0.5, "times", "标签：1倍（通常0.5倍）"),
        (12340.4, 8000.0, "money", "标签：CNY 12,340（通常8,000）"),
        (None, 3.0, "orders", "标签：未知（通常3）"),
    ],
)
def test_a_reason_reads_as_well_in_chinese(value: float | None, typical: float, unit: str, told: str) -> None:
    assert words.reason("标签", value, typical, unit, "CNY", chinese=True) == told


@pytest.mark.parametrize(
    ("value", "own", "typical", "unit", "told"),
    [
        (29.0, 3.0, 4.0, "days", "Pays late: 29 days (its own usual 3, typical 4)"),
        (29.0, 1.0, None, "days", "Pays late: 29 days (its own usual 1)"),
        (0.05, 0.0, 0.12, "share", "Pays late: 5% (its own usual 0%, typical 12%)"),
        (1234.0, 900.0, 12.5, "money", "Pays late: EUR 1,234 (its own usual 900, typical 12.50)"),
        (None, 3.0, 4.0, "days", "Pays late: no invoice tells it yet (its own usual 3, typical 4)"),
    ],
)
def test_a_reason_is_held_against_the_customer_itself_and_against_the_others(
    value: float | None, own: float, typical: float | None, unit: str, told: str
) -> None:
    assert words.reason("Pays late", value, typical, unit, "EUR", own=own, source="finance") == told


def test_a_reason_is_held_against_both_in_chinese() -> None:
    told = words.reason("平均逾期", 29, 4, "days", "CNY", own=3, source="finance", chinese=True)
    assert told == "平均逾期：29天（自身以往3天，通常4天）"
    told = words.reason("平均满意度", None, 4.2, "number", "CNY", source="service", chinese=True)
    assert told == "平均满意度：尚无服务工单可说明（通常4.2）"


def test_a_reason_in_a_sentence_goes_on_in_lower_case_and_says_what_is_not_known() -> None:
    told = words.clause("Mean delay", 29, 4, "days", "EUR", own=3)
    assert told == "mean delay 29 days (its own usual 3, typical 4)"
    assert words.clause("VAT paid late", 1, None, "flag", "EUR") == "VAT paid late yes"
    told = words.clause("Mean satisfaction", None, 4.2, "number", "EUR", source="service")
    assert told == "mean satisfaction (no service ticket tells it yet)"


def test_every_source_of_the_catalogue_says_what_would_tell_a_value_that_is_not_known() -> None:
    from features.catalogue import CATALOGUE

    assert {feature.source for feature in CATALOGUE} <= set(words.UNTOLD)


def test_a_change_tells_what_was_and_what_is() -> None:
    assert words.change("Mean delay", 3, 1, "days", "EUR") == "Mean delay: 3 days then, 1 day now"
    assert words.change("平均逾期", None, 1, "days", "CNY", chinese=True) == "平均逾期：当时未知，现在1天"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "0.0%"),
        (-0.0004, "0.0%"),
        (0.0004, "<0.1%"),
        (0.0005, "0.1%"),
        (0.8341, "83.4%"),
        (0.9996, ">99.9%"),
        (1.0, "100.0%"),
        (None, "unknown"),
    ],
)
def test_a_probability_never_rounds_to_a_certainty(value: float | None, told: str) -> None:
    assert words.share(value) == told


def test_a_label_that_counts_days_is_not_followed_by_them() -> None:
    assert words.reason("近60天下单天数", 1, 3, "days", "CNY", chinese=True) == "近60天下单天数：1（通常3）"


def test_counts_have_their_plural() -> None:
    assert words.count(1, "customer") == "1 customer"
    assert words.count(0, "customer") == "0 customers"
    assert words.count(1812, "customer") == "1,812 customers"


@pytest.mark.parametrize(
    "parts",
    [[1 / 3, 1 / 3, 1 / 3], [0.12, 0.4449, -0.1049, 0.05], [0.0], [0.5555, -0.5555], [0.00049] * 7],
)
def test_rounded_parts_add_up_to_the_rounded_whole(parts: list[float]) -> None:
    shown = words.adding_up(parts)
    assert sum(shown) == pytest.approx(round(100 * sum(parts), 1), abs=1e-9)
    assert all(abs(a - 100 * b) < 0.1 for a, b in zip(shown, parts, strict=True))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("苏州精密机械有限公司", "苏州精密机械有限公司"),
        ("𠮷野工業", "𠮷野工業"),
        ("family 👨‍👩‍👧", "family 👨‍👩‍👧"),
        ("two\nlines\tof  text", "two lines of text"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("\u202egnp.exe", "�gnp.exe"),
        ("\u061cgnp.exe", "�gnp.exe"),
        (None, ""),
    ],
)
def test_a_name_becomes_one_harmless_line(name: str | None, told: str) -> None:
    assert words.line(name) == told


def test_every_unit_of_the_catalogue_reads_in_both_languages() -> None:
    from features.feature import Unit

    for unit in Unit:
        for value in (0.0, 1.0, 2.5, 1234.0):
            assert words.reason("Label", value, value, unit, "EUR")
            assert words.reason("标签", value, value, unit, "EUR", chinese=True)


def test_every_cause_has_a_word_in_both_languages() -> None:
    from features.feature import Cause
    from pipeline.glossary import MEANINGS

    assert {cause.value for cause in Cause} == set(words.CAUSES) - {"none"} == set(MEANINGS)
