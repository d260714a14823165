# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""What a feature says of itself in words, English or Chinese: its window, its formula, its unit, its risk.

The English of a formula is the docstring of the measure, which the dictionary prints too; the Chinese stands here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from features.events import Stream
from features.feature import Feature

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
    "days": "天",
    "standard deviations": "个标准差",
    "hours": "小时",
    "invoices": "张发票",
    "lines": "行",
    "milestones": "个里程碑",
    "money": "金额",
    "number": "个",
    "orders": "个订单",
    "people": "人",
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
    "market": ("index of a month", "indices of months", "个月度指数"),
}
ARGUMENTS = {"of": "对象", "by": "除以", "other": "对照", "closed": "关闭事件", "reopened": "重开事件"}
MEASURES = {
    "Count": "事件数；若指明对象，则为不同取值的个数。",
    "Days": "有事件的不同天数。",
    "Total": "金额之和，精确到分。",
    "Mean": "已知数值的平均；对是否标志，为标志成立的事件占比。",
    "Spread": "已知数值的样本标准差（n − 1）。",
    "Largest": "最大的已知数值。",
    "Latest": "最后一个已知数值。",
    "DaysUntil": "从截止日到最后一个事件所指日期的天数；已过去则为负。",
    "Age": "从最后一个事件所指日期到截止日的天数。",
    "SinceLast": "从最后一个事件到截止日的天数。",
    "SinceFirst": "从第一个事件到截止日的天数。",
    "MeanGap": "有事件的各天之间间隔的平均天数；至少需要两天。",
    "LastGap": "最后两个有事件的日子之间的间隔天数。",
    "LongestGap": "有事件的日子之间最长的间隔天数。",
    "GapVariation": "间隔的标准差除以间隔的平均值：0 如钟表般规律，1 如随机；至少需要三天。",
    "Overdue": "沉默天数除以平均间隔：大于 1 表示下一个事件比平常晚。",
    "OverdueDeviations": "沉默天数减去平均间隔，以间隔的标准差为单位（标准差至少按一天计）。",
    "TopShare": "最常见取值的事件占比。",
    "Lost": "前一窗口出现过而本窗口没有的取值个数。",
    "Gained": "本窗口出现而前一窗口没有的取值个数。",
    "Slope": "{periods}个{period}天时段合计的斜率，以每段平均值的比例表示。",
    "Trend": "最后{run}个已知数值的平均减去窗口内更早数值的平均。",
    "YearWave": "截止日在一年中位置的正弦或余弦，每年{harmonic}个波：没有跳跃的季节。",
    "Change": "本窗口的数值是前一窗口的多少倍；前一窗口为 0 时未知。",
    "YearChange": "本窗口的数值是365天前同一窗口的多少倍；当时为 0 时未知。",
    "Shift": "本窗口的数值减去前一窗口的数值。",
    "AheadLastYear": "一年前同一天之后的窗口的数值，即去年这几周带来了什么；记录不够早时未知。",
    "Over": "同一窗口内一个数值除以另一个数值；除数为 0 时未知。",
    "PerEvent": "同一窗口内本类事件数除以另一类事件数。",
    "OpenCount": "截止日时仍未关闭的记录数。",
    "OpenAge": "最久未关闭的记录已开放的天数；没有则为 0。",
    "OpenTotal": "截止日时仍未关闭的记录的金额之和。",
}


def window(feature: Feature, *, chinese: bool = False) -> str:
    """Give the window behind the as-of date in words."""
    if feature.days is None:
        return "以往全部" if chinese else "the whole past"
    return f"{feature.days}天" if chinese else f"{feature.days} days"


def unit(name: str, *, chinese: bool = False) -> str:
    """Give the word of a unit."""
    return UNITS.get(name, name) if chinese else name


def dated(stream: Stream, *, chinese: bool = False) -> str:
    """Say which records a stream takes, and which of their dates."""
    condition = "" if stream.where == "true" else stream.where
    grouped = ", ".join(stream.merged)
    if chinese:
        told = f"表 {stream.table.name} 的记录，以 {stream.moment} 为日期"
        told += f"，条件 {condition}" if condition else ""
        return told + (f"，按 {grouped} 合并" if grouped else "")
    told = f"records of table {stream.table.name}, dated by {stream.moment}"
    told += f", where {condition}" if condition else ""
    return told + (f", one event each {grouped}" if grouped else "")


def kept(where: Mapping[str, tuple[str, ...]], *, chinese: bool = False) -> str:
    """Say which words an event must have: "kind is complaint or repair"."""
    told = [
        f"{name} 为 {'、'.join(words)}" if chinese else f"{name} is {' or '.join(words)}"
        for name, words in where.items()
    ]
    return ("，" if chinese else " and ").join(told)


def records(stream: Stream, number: int, *, chinese: bool = False) -> str:
    """Give "1 order line", "3 order lines", "3行订单明细"."""
    one, many, zh = RECORDS.get(stream.name) or RECORDS.get(
        stream.table.name, ("record", "records", "条记录")
    )
    return f"{number:,}{zh}" if chinese else f"{number:,} {one if number == 1 else many}"


def formula(measure: Any, *, chinese: bool = False) -> list[str]:
    """Give the formula in lines: the measure, then, set in, each measure that it is made of."""
    return list(_lines(measure, chinese))


def _lines(measure: Any, chinese: bool) -> Iterator[str]:
    inner = {item.name: getattr(measure, item.name) for item in fields(measure)}
    inner = {name: value for name, value in inner.items() if value is not None}
    text, told = _sentence(measure, chinese), []
    for name, value in inner.items():
        if isinstance(value, Stream):
            told.append(f"{ARGUMENTS.get(name, name)}: {value.name}" if chinese else f"{name}: {value.name}")
        elif not is_dataclass(value) and f"{{{name}}}" not in text:
            shown = (("no", "否"), ("yes", "是"))[value][chinese] if isinstance(value, bool) else value
            told.append(f"{ARGUMENTS.get(name, name)}: {shown}" if chinese else f"{name}: {shown}")
    for name, value in inner.items():
        text = text.replace(f"{{{name}}}", str(value))
    text = text.rstrip(".。")
    yield (
        text
        + ((f"（{'，'.join(told)}）" if chinese else f" ({', '.join(told)})") if told else "")
        + ("。" if chinese else ".")
    )
    for name, value in inner.items():
        if is_dataclass(value) and not isinstance(value, Stream):
            label = ARGUMENTS.get(name, name) if chinese else name
            for place, line in enumerate(_lines(value, chinese)):
                yield f"  {label}: {line}" if place == 0 else f"  {line}"


def _sentence(measure: Any, chinese: bool) -> str:
    """Give what the measure says of itself, its arguments in braces."""
    if chinese and type(measure).__name__ in MEASURES:
        return MEASURES[type(measure).__name__]
    paragraph = (type(measure).__doc__ or type(measure).__name__).strip().split("\n\n")[0]
    text = re.sub(r"\s+", " ", paragraph)
    given = {
        item.name for item in fields(measure) if isinstance(getattr(measure, item.name), str | int | float)
    }
    return re.sub(r"``(\w+)``", lambda found: f"{{{found[1]}}}" if found[1] in given else found[1], text)
