# ruff: noqa: RUF001  (full-width punctuation and true minus signs belong to the words)
"""Figures and reasons in words, English and Chinese: one way for the page, the terminal and ``why``.

Everything here takes plain values and gives one line of text. A value that is not known is said to be so;
nothing is rounded to a certainty (a probability of 0.9996 is ">99.9%").
"""

import math
import unicodedata
from collections.abc import Sequence

UNKNOWN = {"en": "unknown", "zh": "未知"}
UNTOLD = {
    "trade": ("no order tells it yet", "尚无订单可说明"),
    "interaction": ("no contact tells it yet", "尚无联系记录可说明"),
    "service": ("no service ticket tells it yet", "尚无服务工单可说明"),
    "finance": ("no invoice tells it yet", "尚无发票可说明"),
    "milestones": ("no project step tells it yet", "尚无项目节点可说明"),
    "contracts": ("no contract tells it yet", "尚无合同可说明"),
    "imports": ("no customs record tells it yet", "尚无海关记录可说明"),
    "market": ("no market record tells it yet", "尚无市场记录可说明"),
    "actions": ("no action of ours tells it yet", "尚无我方行动可说明"),
    "customers": ("the customer's own record does not tell it", "客户资料未说明"),
}
"""What is said of a value that is not known, by the source whose records would tell it."""
FAMILIES = {
    "logistic": ("logistic", "逻辑回归"),
    "forest": ("forest", "随机森林"),
    "boosted": ("boosted", "提升树"),
    "cadence_rule": ("cadence rule", "节奏规则"),
    "base_rate": ("base rate", "基准流失率"),
}
FULL = {
    "logistic": "logistic regression",
    "forest": "random forest",
    "boosted": "LightGBM",
    "cadence_rule": "no model",
    "base_rate": "the same for everybody",
}
MODELS = ("logistic", "forest", "boosted")
CAUSES = {
    "demand": ("demand", "需求"),
    "competitor": ("competitor", "竞争对手"),
    "price": ("price", "价格"),
    "service": ("service", "服务"),
    "relationship": ("relationship", "关系"),
    "payment": ("payment", "付款"),
    "strategic": ("strategic", "战略"),
    "market": ("market", "市场"),
    "season": ("season", "季节"),
    "profile": ("profile", "客户概况"),
    "none": ("no cause of its own", "无特定原因"),
}
OWN = ("No cause of its own: it is like the average customer", "没有自身的特定原因：与平均客户相当")
MOVED = {
    "others": ("everybody", "全体"),
    "level": ("level", "水平"),
    "model": ("model", "模型"),
    "entered": ("entered since", "补录"),
}
"""The parts of a change that are no cause of the customer's own."""
TIERS = {"high": ("high", "高风险"), "medium": ("medium", "中风险"), "low": ("low", "低风险")}
VERDICTS = {
    "certified": "certified",
    "refuted": "refuted",
    "too few": "too few to tell",
    "no claim": "claims nothing",
}
# Units that follow their number, singular and plural; one that is not here (orders, tickets) only repeats what
# the label counts, and is left out.
NOUNS = {
    "days": ("day", "days", "天"),
    "hours": ("hour", "hours", "小时"),
    "standard deviations": ("standard deviation", "standard deviations", "个标准差"),
}


def family(name: str, *, chinese: bool = False) -> str:
    """Give the name that people use for a family or rule."""
    return FAMILIES.get(name, (name, name))[chinese]


def cause(name: str, *, chinese: bool = False) -> str:
    """Give the business word of a cause."""
    return CAUSES.get(name, (name, name))[chinese]


def moved(name: str, *, chinese: bool = False) -> str:
    """Give the word of a part of a change that is no cause."""
    return MOVED[name][chinese]


def tier(name: str, *, chinese: bool = False) -> str:
    """Give the word of a tier."""
    return TIERS.get(name, (name, name))[chinese]


def known(value: object) -> bool:
    """Tell whether ``value`` is a number that can be shown (neither None, NaN nor infinite)."""
    return isinstance(value, int | float) and math.isfinite(value)


def count(n: float, noun: str, plural: str | None = None) -> str:
    """Give "1 customer", "1,812 customers"."""
    return f"{n:,.0f} {noun if n == 1 else plural or noun + 's'}"


def share(value: float | None, digits: int = 1) -> str:
    """Give a share of 1 as a percentage that never rounds to a certainty it is not."""
    if value is None or not known(value):
        return UNKNOWN["en"]
    step = 10.0**-digits
    percent = 100 * value
    if 0 < percent < step / 2:
        return f"<{step:.{digits}f}%"
    if 100 - step / 2 < percent < 100:
        return f">{100 - step:.{digits}f}%"
    return f"{round(percent, digits) + 0.0:.{digits}f}%"  # + 0.0 takes the sign from a negative zero


def decimal(value: float | None, digits: int = 3) -> str:
    """Give a figure with fixed digits and a true minus sign; what rounds to zero has no sign."""
    if value is None or not known(value):
        return UNKNOWN["en"]
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")


def points(value: float, digits: int = 1) -> str:
    """Give a signed part of a probability in percentage points, with a true minus sign."""
    return signed(round(100 * value, digits), digits)


def signed(value: float, digits: int) -> str:
    """Give "+1.2", "−1.2" or "0.0"."""
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return ("+" if value > 0 else "−") + text


def adding_up(parts: Sequence[float], digits: int = 1) -> list[float]:
    """Round the percentages of ``parts`` so that what is shown adds up to the shown total.

    Each is rounded down or up to ``digits``; the ones with the largest remainders go up (Hamilton's method).

    >>> adding_up([0.0333, 0.0333, 0.0334])
    [3.3, 3.3, 3.4]
    """
    scale = 100 * 10**digits
    exact = [part * scale for part in parts]
    floors = [math.floor(part) for part in exact]
    missing = round(math.fsum(exact)) - sum(floors)
    for i in sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))[:missing]:
        floors[i] += 1
    return [floor / 10**digits for floor in floors]


def figure(value: float, digits: int | None = None) -> str:
    """Give a number with as many digits as a reader needs: 2, 2.5, 0.37, 1,234."""
    if digits is None:
        size = abs(value)
        digits = 0 if size >= 100 or value == round(value) else 1 if size >= 9.95 else 2
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if not any(figure in text for figure in "123456789"):
        text = text.removeprefix("-")
    return text.replace("-", "−")


def money(value: float, currency: str) -> str:
    """Give "EUR 1,234" or, below 100, "EUR 12.50"; the sign stands before the currency."""
    digits = 0 if abs(value) >= 100 or value == round(value) else 2
    size = f"{abs(value):,.{digits}f}"
    minus = "−" if value < 0 and any(figure in size for figure in "123456789") else ""
    return f"{minus}{currency} {size}".strip()


def quantity(value: float | None, unit: str, currency: str, *, chinese: bool = False) -> str:
    """Give ``value`` with its unit; the label that stands before it has already said what is counted."""
    if value is None or not known(value):
        return UNKNOWN["zh" if chinese else "en"]
    if unit == "share":
        return share(value, 0 if abs(value) >= 0.0995 else 1).replace(".0%", "%").replace("-", "−")
    if unit == "money":
        return money(value, currency)
    if unit == "flag":
        return (("no", "否"), ("yes", "是"))[value != 0][chinese]
    number = figure(value)
    if unit == "times":
        return f"{number}倍" if chinese else f"{number} times"
    if unit in NOUNS:
        singular, plural, zh = NOUNS[unit]
        return f"{number}{zh}" if chinese else f"{number} {singular if number == '1' else plural}"
    return number


def reason(
    label: str,
    value: float | None,
    typical: float | None,
    unit: str,
    currency: str,
    *,
    own: float | None = None,
    source: str = "",
    chinese: bool = False,
) -> str:
    """Give one reason in words, with what is typical and what was usual of the customer ``own``, where known.

    >>> reason("Orders in the last 90 days", 2, 6, "orders", "EUR")
    'Orders in the last 90 days: 2 (typical 6)'
    >>> reason("Orders in the last 90 days", 2, 6, "orders", "EUR", own=8)
    'Orders in the last 90 days: 2 (its own usual 8, typical 6)'
    >>> reason("近90天订单数", 2, 6, "orders", "EUR", chinese=True)
    '近90天订单数：2（通常6）'
    """
    told, beside = _told(label, value, typical, unit, currency, own, source, chinese)
    return f"{label}：{told}{beside}" if chinese else f"{label}: {told}{beside}"


def clause(
    label: str,
    value: float | None,
    typical: float | None,
    unit: str,
    currency: str,
    *,
    own: float | None = None,
    source: str = "",
    chinese: bool = False,
) -> str:
    """Give one reason as a part of a sentence.

    >>> clause("Orders in the last 90 days", 2, 6, "orders", "EUR", own=8)
    'orders in the last 90 days 2 (its own usual 8, typical 6)'
    """
    told, beside = _told(label, value, typical, unit, currency, own, source, chinese)
    if chinese:
        return f"{label}{told}{beside}" if known(value) else f"{label}（{told}）"
    lower = label[:1].lower() + label[1:] if label[1:2].islower() else label
    return f"{lower} {told}{beside}" if known(value) else f"{lower} ({told})"


def _told(
    label: str,
    value: float | None,
    typical: float | None,
    unit: str,
    currency: str,
    own: float | None,
    source: str,
    chinese: bool,
) -> tuple[str, str]:
    """Give the value, and in brackets what it is held against."""
    if unit in NOUNS and _counted(label, unit, chinese):
        unit = ""
    told = quantity(value, unit, currency, chinese=chinese)
    if not known(value) and source in UNTOLD:
        told = UNTOLD[source][chinese]
    marks = ("自身以往", "通常") if chinese else ("its own usual ", "typical ")
    beside = [
        mark + _bare(number, unit, currency, chinese)
        for mark, number in zip(marks, (own, typical), strict=True)
        if number is not None and known(number)
    ]
    if not beside:
        return told, ""
    return told, f"（{'，'.join(beside)}）" if chinese else f" ({', '.join(beside)})"


def _bare(value: float, unit: str, currency: str, chinese: bool) -> str:
    """Give a value without the unit that stood before it; in Chinese the measure word stays."""
    usual = quantity(value, unit, currency, chinese=chinese)
    if unit == "money":
        return usual.replace(f"{currency} ", "")
    return usual.split(" ")[0] if not chinese and unit in (*NOUNS, "times") else usual


def change(
    label: str, then: float | None, now: float | None, unit: str, currency: str, *, chinese: bool = False
) -> str:
    """Give what a value was and what it is.

    >>> change("Orders in the last 90 days", 6, 2, "orders", "EUR")
    'Orders in the last 90 days: 6 then, 2 now'
    """
    if unit in NOUNS and _counted(label, unit, chinese):
        unit = ""
    was, is_ = (quantity(value, unit, currency, chinese=chinese) for value in (then, now))
    return f"{label}：当时{was}，现在{is_}" if chinese else f"{label}: {was} then, {is_} now"


def _counted(label: str, unit: str, chinese: bool) -> bool:
    """Tell whether the label says what is counted, so that the unit need not ("Days with an order: 2")."""
    _, plural, zh = NOUNS[unit]
    return f"{zh}数" in label if chinese else label.lower().startswith(plural)


def line(text: object) -> str:
    """Give a name from outside as one harmless line.

    Controls (among them the escapes that a terminal would obey) and marks that turn the direction of writing
    are replaced; every script, and characters beyond the basic plane, stay.
    """
    if not isinstance(text, str):
        return ""
    kept = (_harmless(character) for character in text)
    return " ".join("".join(kept).split())


def _harmless(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    turns = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    if turns or unicodedata.category(character) in ("Cc", "Cs") or character in "\u061c\u200e\u200f\ufeff":
        return "�"
    return character
