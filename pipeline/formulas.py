# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""What a feature says of itself in words, English or Chinese: its window, its formula, its unit, its risk.

The English of a formula is the docstring of the measure, which the dictionary prints too; the Chinese stands in
`pipeline.measures_zh`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from inspect import getdoc
from typing import Any

from features.events import Stream
from features.feature import Feature
from features.measures import Plain
from pipeline.measures_zh import KINDS, MEASURES

SOURCES = {
    "customers": "客户",
    "trade": "交易",
    "interaction": "互动",
    "service": "服务",
    "finance": "财务",
    "milestones": "里程碑",
    "contracts": "合同",
    "imports": "进口",
    "market": "市场",
}
DIMENSIONS = {
    "trade": "交易",
    "interaction": "互动",
    "service": "服务",
    "finance": "财务",
    "strategic": "战略",
}
UNITS = {
    "contacts": "次接触",
    "contracts": "份合同",
    "days": "天",
    "standard deviations": "个标准差",
    "hours": "小时",
    "invoices": "张发票",
    "lines": "行",
    "milestones": "个里程碑",
    "money": "金额",
    "number": "数值",
    "orders": "个订单",
    "people": "人",
    "periods": "个30天时段",
    "points": "分",
    "products": "种产品",
    "share": "占比",
    "tickets": "个工单",
    "times": "倍",
}
EMPTY = {"0": "0", "unknown": "未知", "never empty": "总有数值"}
RISK = {
    1: ("more of it should raise the risk", "越大风险越高"),
    -1: ("more of it should lower the risk", "越大风险越低"),
    0: ("neither is claimed", "不作方向判断"),
}
RECORDS: Mapping[str, tuple[str, str, str]] = {
    "customers": ("version of the customer", "versions of the customer", "个客户资料版本"),
    "trade": ("order line", "order lines", "行订单明细"),
    "trade.orders": ("order", "orders", "个订单"),
    "trade.returns": ("returned line", "returned lines", "行退货"),
    "interaction": ("contact", "contacts", "次接触"),
    "service": ("ticket", "tickets", "个工单"),
    "finance": ("invoice", "invoices", "张发票"),
    "milestones": ("milestone", "milestones", "个里程碑"),
    "contracts": ("contract", "contracts", "份合同"),
    "imports": ("customs record", "customs records", "条海关记录"),
    "market": ("monthly index", "monthly indices", "个月度指数"),
    "market.events": ("event of the industry", "events of the industry", "个行业事件"),
}
ARGUMENTS = {
    "of": "对象",
    "by": "除以",
    "other": "对照",
    "usual": "对照",
    "closed": "关闭事件",
    "reopened": "重开事件",
    "marked": "标记事件",
    "among": "分组列",
    "each": "逐个取值",
    "ago": "前移天数",
    "base": "基准窗口",
    "reach": "追溯天数",
    "least": "至少个数",
    "cosine": "余弦",
}
BASES = {"before": "前一窗口", "year": "去年同一窗口"}


def window(feature: Feature, *, chinese: bool = False) -> str:
    """Give the window behind the as-of date in words."""
    if feature.days is None:
        return "以往全部" if chinese else "the whole past"
    return f"{feature.days}天" if chinese else f"{feature.days} days"


def unit(name: str, *, chinese: bool = False) -> str:
    """Give the word of a unit."""
    return UNITS.get(name, name) if chinese else name


def dated(stream: Stream, *, chinese: bool = False) -> str:
    """Say what an event of the stream is, which of a record's dates it has, and whose record it is."""
    matched = stream.matched
    if chinese:
        condition = "" if stream.where == "true" else stream.where
        told = f"表 {stream.table.name} 的记录，以 {stream.moment} 为日期"
        told += f"，条件 {condition}" if condition else ""
        told += f"，按 {', '.join(stream.merged)} 合并" if stream.merged else ""
        return told + (f"，按 {'、'.join(matched)} 归于客户（为空则归于所有客户）" if matched else "")
    told = f"{stream.meaning}; dated by {(stream.when or stream.moment).replace('`', '')}"
    told += f"; records of table {stream.table.name}"
    told += f" whose {stream.only.replace('`', '')}" if stream.only else ""
    return told + (f", of a customer of the same {' and '.join(matched)} (empty: of all)" if matched else "")


def kept(where: Mapping[str, tuple[str, ...]], *, chinese: bool = False) -> str:
    """Say which words an event must have: "kind is complaint or repair"."""
    told = [
        f"{name} 为 {'、'.join(words)}" if chinese else f"{name} is {' or '.join(words)}"
        for name, words in where.items()
    ]
    return ("，" if chinese else " and ").join(told)


def records(stream: Stream, number: int, *, chinese: bool = False) -> str:
    """Give "1 order line", "3 order lines", "3行订单明细"."""
    one, many, zh = _named(stream)
    return f"{number:,}{zh}" if chinese else f"{number:,} {one if number == 1 else many}"


def counted(stream: Stream, *, chinese: bool = False) -> str:
    """Give "order lines", "订单明细": what is counted, without its measure word."""
    _, many, zh = _named(stream)
    return re.sub("^[行次个张份条]", "", zh) if chinese else many


def _named(stream: Stream) -> tuple[str, str, str]:
    return RECORDS.get(stream.name) or RECORDS.get(stream.table.name, ("record", "records", "条记录"))


def formula(measure: Any, *, chinese: bool = False, whole: bool = False) -> list[str]:
    """Give the formula in lines: the measure, then, set in, each measure that it is made of.

    ``whole`` is everything that the measure says of itself; without it, its first paragraph.
    """
    return list(_lines(measure, chinese, whole))


def definitions(measure: Any, *, chinese: bool = False) -> list[str]:
    """Give what the formula rests on: the kinds that its measures are a case of, and measures that it names."""
    found: dict[str, str] = {}
    for part in _parts(measure):
        for kind in _kinds(type(part), chinese):
            text = KINDS[kind.__name__] if chinese else _english(kind, part, whole=True)
            if chinese:
                text = _filled(text, _given(part))
            named = chinese or text.startswith(f"{kind.__name__}: ")
            found.setdefault(kind.__name__, text if named else f"{kind.__name__}: {text}")
    return list(found.values())


def _parts(measure: Any) -> Iterator[Any]:
    """Give a measure and every measure in it."""
    yield measure
    for item in fields(measure):
        if isinstance(value := getattr(measure, item.name), Plain):
            yield from _parts(value)


def _kinds(kind: type, chinese: bool) -> Iterator[type]:
    """Give the kinds that ``kind`` is a case of or speaks of, but for those that say nothing of their own."""
    if chinese:
        yield from (above for above in kind.__mro__[1:] if above.__name__ in KINDS)
        return
    every: dict[str, type] = {one.__name__: one for one in _below(Plain)}
    above: list[type] = [
        one
        for one in kind.__mro__[1:]
        if issubclass(one, Plain) and one is not Plain and "__doc__" in vars(one)
    ]
    told = " ".join(getdoc(one) or "" for one in (kind, *above))
    spoken = [every[name] for name in re.findall(r"[A-Z]\w+", told) if name in every]
    for other in dict.fromkeys([*above, *spoken]):
        if other is not kind and other.__name__ != "Nested":
            yield other


def _below(kind: type[Plain]) -> Iterator[type[Plain]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _lines(measure: Any, chinese: bool, whole: bool) -> Iterator[str]:
    inner = _given(measure)
    name = type(measure).__name__
    zh = chinese and name in MEASURES
    text = MEASURES[name] if zh else _english(type(measure), measure, whole)
    inside = _spoken(type(measure))
    told = [
        f"{ARGUMENTS.get(argument, argument) if chinese else argument}: {_argument(value, chinese)}"
        for argument, value in inner.items()
        if (isinstance(value, Stream) or not is_dataclass(value))
        and (f"{{{argument}}}" not in text if zh else argument not in inside or isinstance(value, Stream))
    ]
    if zh:
        text = _filled(text, inner)
    if told:
        head, stop, rest = text.partition("。" if zh else ". ")
        bracket = f"（{'，'.join(told)}）" if chinese else f" ({', '.join(told)})"
        text = f"{head.rstrip('.')}{bracket}{stop or '.'}{rest}"
    yield text
    for argument, value in inner.items():
        if is_dataclass(value) and not isinstance(value, Stream):
            label = ARGUMENTS.get(argument, argument) if chinese else argument
            for place, line in enumerate(_lines(value, chinese, whole)):
                yield f"  {label}: {line}" if place == 0 else f"  {line}"


def _given(measure: Any) -> dict[str, Any]:
    """Give the arguments of a measure that say something."""
    told = {item.name: getattr(measure, item.name) for item in fields(measure)}
    return {name: value for name, value in told.items() if value not in (None, "")}


def _argument(value: Any, chinese: bool) -> str:
    if isinstance(value, bool):
        return (("no", "否"), ("yes", "是"))[value][chinese]
    if isinstance(value, Stream):
        return value.name
    return BASES.get(str(value), str(value)) if chinese else str(value)


def _filled(text: str, given: Mapping[str, Any]) -> str:
    for name, value in given.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def _spoken(kind: type) -> list[str]:
    """Give the arguments whose values stand in the first paragraph of a docstring."""
    found = re.findall(r"`(\w+)`", (getdoc(kind) or "").split("\n\n")[0])
    return [name for name in found if name != "base"]


def _english(kind: type, measure: Any, whole: bool) -> str:
    """Give what a kind of measure says of itself, the measure's arguments in their places."""
    told = (getdoc(kind) or kind.__name__).replace("``", "`")
    text = re.sub(r"\s+", " ", told if whole else told.split("\n\n")[0])
    arguments = _given(measure)
    given = {name: value for name, value in arguments.items() if isinstance(value, str | int | float)}
    given.pop("base", None)
    if "of" in given:
        text = re.sub(r" in cents, or without `of` the number of its events", " in cents", text)
    elif not hasattr(measure, "of") or measure.of is None:
        text = re.sub(r"(that|the sum) of the money `of` in cents, or without `of` ", "", text)
        text = re.sub(r"; with `of`, [^.;]*", "", text)
    if "among" in given:
        text = re.sub(r" With an empty `among` [^.]*\.", "", text)
    else:
        text = re.sub(r"the other customers whose [^.]* `among`\. With an empty `among` they are ", "", text)
        text = text.replace(
            "Where `among` is unknown of the customer, or no version of it", "Where no version of it"
        )
    # An argument that is told beside the sentence keeps its quotes; windows and columns lose theirs.
    bare = {name: f"`{name}`" for name in arguments} | given
    return re.sub(r"`([^`]*)`", lambda found: str(bare.get(found[1], found[1])), text)
