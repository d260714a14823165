# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""The sums of a customer and of the others that it is held against, window by window, as a table or as values."""

from typing import Any

from rich.console import Console
from rich.text import Text

from features.evidence import Evidence
from features.others import Others, Sum
from pipeline import formulas, words
from pipeline.terminal import plain_table


def draw_others(found: Evidence, names: list[str], currency: str, chinese: bool, out: Console) -> None:
    """Print who the others are, and both sums of each window; ``names`` are those of the windows read."""
    others = found.others
    if others is None:
        return
    out.print()
    out.print(Text(told(others, chinese)))
    if not others.sums:
        return
    what = formulas.counted(found.feature.on, chinese=chinese)
    summed = "" if others.money else f"（{what}数）" if chinese else f": {what}"
    heads = (
        (f"窗口{summed}", "本客户", "其他客户")
        if chinese
        else (f"window{summed}", "this customer", "the others")
    )
    table = plain_table()
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left", no_wrap=bool(place))
    for one in others.sums:
        table.add_row(*(Text(cell) for cell in _row(one, found, names[one.window], currency, chinese)))
    out.print(table)


def told(others: Others, chinese: bool) -> str:
    """Say who the others are: "Others: the 223 other customers whose industry is chemicals"."""
    among, group = others.among, words.line(others.group)
    if others.group is None and not among:
        if chinese:
            return "其他客户：截止日时该客户尚无可见的资料版本，没有可比的客户。"
        return "Others: nothing is known of the customer on that date, so there are none to hold it against."
    if others.group is None:
        if chinese:
            return f"其他客户：截止日时该客户的 {among} 未知，没有可比的客户。"
        return (
            f"Others: {among} is unknown of the customer on that date, so there are none to hold it against."
        )
    number = f"{others.customers:,}"
    if chinese:
        return f"其他客户：{f'{among} 同为 {group} 的' if among else '截止日已知的其余'}{number}个客户"
    who = words.count(others.customers, "other customer")
    return f"Others: the {who} {f'whose {among} is {group}' if among else 'known on that date'}"


def _row(one: Sum, found: Evidence, name: str, currency: str, chinese: bool) -> tuple[str, ...]:
    first, last = found.parts[one.window].reading.bounds(found.as_of)
    span = f"{name}（{first} 至 {last}）" if chinese else f"{name}, {first} to {last}"
    if one.counts:
        one_event = formulas.records(found.feature.on, 1, chinese=chinese)
        span = f"其间至少有{one_event}的客户数" if chinese else f"customers with {one_event} or more in it"
    return span, *(
        words.money(value / 100, currency) if _is_money(one, found) else f"{value:,}"
        for value in (one.own, one.others)
    )


def _is_money(one: Sum, found: Evidence) -> bool:
    return found.others is not None and found.others.money and not one.counts


def plain_others(found: Evidence, names: list[str]) -> dict[str, Any] | None:
    """Give the same for a program, money in the currency's unit."""
    others = found.others
    if others is None:
        return None
    sums = []
    for one in others.sums:
        first, last = found.parts[one.window].reading.bounds(found.as_of)
        scale = 100 if _is_money(one, found) else 1
        what = "customers" if one.counts else "money" if others.money else "events"
        sums.append(
            {"window": names[one.window], "first": first, "last": last, "of": what,
             "own": one.own / scale, "others": one.others / scale}
        )  # fmt: skip
    return {"among": others.among, "group": others.group, "customers": others.customers, "sums": sums}
