# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""``forewarn why CUSTOMER``: one customer's story in the terminal, English or Chinese.

Who it is, the probability and its two halves, the causes that add up to it, the strongest reasons in words with
what raises and what lowers apart, and its last purchases as they could be known on the as-of date.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from pipeline import listing, words
from pipeline.errors import MissingInput
from pipeline.frames import json_text, read_arrow, read_parquet
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.reference import EVERYBODY
from pipeline.report import features
from pipeline.telling import Scored, batch
from pipeline.terminal import console, plain_table

BAR = 24
PURCHASES = 5
DETAILS = ("industry", "region", "segment", "owner")
ENGLISH = {
    "as_of": "as of {day}",
    "tier": "{tier} risk",
    "leaves": "Leaves within {days} days",
    "going": "  of which still buying, about to leave (going)",
    "gone": "  of which has left, not yet noticed (gone)",
    "adds": "How the probability comes about, in points",
    "base": "base",
    "sum": "together",
    "everybody": "The base is the probability of the average customer on that day.",
    "segment": "The base is the probability of the average customer of the segment '{segment}' on that day.",
    "typical": "Typical is the middle value of the customers that the base is of; its own usual that of its past.",
    "raises": "What raises it",
    "lowers": "What lowers it",
    "nothing": "nothing that stands out",
    "purchases": "Last purchases known by then",
    "none": "none",
    "day": "day",
    "orders": "orders",
    "amount": "amount",
    "model": "These are reasons of the model, not of the world: they say which records moved the probability, "
    "not what would happen if they changed.",
}
CHINESE = {
    "as_of": "截止日 {day}",
    "tier": "{tier}",
    "leaves": "{days}天内流失的概率",
    "going": "  其中：仍在购买、即将流失（将流失）",
    "gone": "  其中：已经流失、尚未察觉（已流失）",
    "adds": "概率的构成（百分点）",
    "base": "基准",
    "sum": "合计",
    "everybody": "基准是当日平均客户的概率。",
    "segment": "基准是当日“{segment}”细分中平均客户的概率。",
    "typical": "“通常”是基准所指客户当日的中位数；“自身以往”是该客户过去各截止日的中位数。",
    "raises": "推高概率的因素",
    "lowers": "降低概率的因素",
    "nothing": "没有突出的因素",
    "purchases": "截止日前已知的最近购买",
    "none": "无",
    "day": "日期",
    "orders": "订单数",
    "amount": "金额",
    "model": "以上是模型的理由，不是现实世界的因果：它们说明哪些记录影响了概率，并不说明改变它们会有什么结果。",
}
REASONS = {
    "no purchase": "没有购买记录",
    "one purchase only": "只有一次购买",
    "buys too seldom": "购买间隔太长",
    "silent too long": "沉默太久",
    "next purchase not expected": "预测期内预计没有下次购买",
}


@dataclass(frozen=True)
class Story:
    """What ``why`` tells: the customer's scored row, who it is, and what it bought last."""

    row: Mapping[Any, Any]
    who: Mapping[str, str]
    as_of: date
    purchases: pd.DataFrame
    declared: Mapping[str, Mapping[str, Any]]


def run(
    params: Params,
    paths: Paths,
    customer: str,
    as_of: date | None,
    chinese: bool,
    file: TextIO | None = None,
    *,
    as_json: bool = False,
) -> None:
    """Print one customer's story from the scores of ``as_of``, or from the latest ones."""
    scored = batch(paths, as_of)
    known = read_parquet(paths.table("customers"), made_by=f"forewarn ingest --dataset {paths.dataset}")
    out = console(file)
    if customer not in set(known["customer_id"]):
        raise MissingInput(nobody(customer, known, paths))
    rows = scored.scores[scored.scores["customer_id"] == customer]
    who = known_as(known, customer)
    if rows.empty:
        unscored(params, paths, customer, who, scored, chinese, out)
        return
    if as_json:
        out.file.write(json_text(rows.to_dict("records")[0]))
        return
    story = Story(
        row=rows.to_dict("records")[0],
        who=who,
        as_of=scored.as_of,
        purchases=_purchases(paths, customer, scored.as_of),
        declared=features(paths),
    )
    tell(params, story, chinese, out)


def tell(params: Params, story: Story, chinese: bool, out: Console) -> None:
    """Print a story."""
    text = CHINESE if chinese else ENGLISH
    currency = params.dataset.currency
    row = story.row
    out.print()
    out.print(Text(title(story.who, text["as_of"].format(day=story.as_of))))
    out.print()
    told = [(text["leaves"].format(days=params.dataset.label.horizon_days), words.share(row["p_churn"]))]
    gone = row.get("p_gone")
    if words.known(gone) and gone is not None:
        told += [(text["going"], words.share(row["p_churn"] - gone)), (text["gone"], words.share(gone))]
    width = max(Text(label).cell_len for label, _ in told)
    for label, p in told:
        tier = text["tier"].format(tier=words.tier(row["tier"], chinese=chinese)) if p is told[0][1] else ""
        line = Text(label)
        line.append(" " * (width - line.cell_len + 2) + f"{p:>6}  {tier}".rstrip())
        out.print(line)
    out.print()
    out.print(Text(text["adds"]))
    by_cause = {words.cause(cause, chinese=chinese): value for cause, value in parts(row).items()}
    add_up((text["base"], row["base"]), by_cause, (text["sum"], row["p_churn"]), "░", out)
    if base := base_of(row, text):
        out.print(Text(base))
    out.print()
    out.print(Text(listing.sentence(row, story.declared, currency, chinese=chinese)))
    for side, sign in (("raises", 1), ("lowers", -1)):
        out.print()
        out.print(Text(text[side]))
        _reasons(row, sign, story.declared, currency, chinese, out)
    out.print()
    out.print(Text(text["typical"]))
    out.print()
    out.print(Text(text["purchases"]))
    _bought(story.purchases, text, currency, out)
    out.print()
    out.print(Text(text["model"]))


def base_of(row: Mapping[Any, Any], text: Mapping[str, str]) -> str:
    """Say whose average the base is."""
    base = row.get("base_of")
    if not isinstance(base, str):
        return ""
    return text["everybody"] if base == EVERYBODY else text["segment"].format(segment=words.line(base))


def parts(row: Mapping[Any, Any]) -> dict[str, float]:
    """Give a scored customer's contributions by cause, strongest first; a cause that moves nothing is left out."""
    told = {
        str(name).removeprefix("contribution_"): float(value)
        for name, value in row.items()
        if str(name).startswith("contribution_") and words.known(value) and value != 0
    }
    return dict(sorted(told.items(), key=lambda item: (-abs(item[1]), item[0])))


def add_up(
    first: tuple[str, float], parts: Mapping[str, float], last: tuple[str, float], mark: str, out: Console
) -> None:
    """Print parts of a probability as bars: ``first``, the ``parts`` by name, and what they are together.

    The figures shown add up to the one shown ``last``; a part that rounds to nothing is left out.
    """
    shown = words.adding_up([first[1], *parts.values()])
    longest = max(abs(value) for value in [*shown, 1e-9])
    table = plain_table()
    table.show_header = False
    table.add_column()
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    table.add_row(first[0], f"{shown[0]:.1f}", mark * round(BAR * abs(shown[0]) / longest))
    for name, value in zip(parts, shown[1:], strict=True):
        if value:
            bar = ("▒" if value < 0 else "█") * round(BAR * abs(value) / longest)
            table.add_row(name, words.signed(value, 1), bar)
    table.add_section()
    table.add_row(last[0], f"{100 * last[1]:.1f}", "")
    out.print(table)


def _reasons(
    row: Mapping[Any, Any],
    sign: int,
    declared: Mapping[str, Mapping[str, Any]],
    currency: str,
    chinese: bool,
    out: Console,
) -> None:
    reasons = [reason for reason in row["reasons"] if sign * reason["contribution"] > 0]
    if not reasons:
        out.print(Text("  " + (CHINESE if chinese else ENGLISH)["nothing"]))
        return
    table = plain_table()
    table.show_header = False
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for reason in reasons:
        feature = declared.get(reason["feature"], {})
        table.add_row(
            "  " + words.points(reason["contribution"]),
            words.cause(str(feature.get("cause", "")), chinese=chinese),
            Text(listing.in_words(reason, feature, currency, chinese=chinese)),
        )
    out.print(table)


def _bought(purchases: pd.DataFrame, text: Mapping[str, str], currency: str, out: Console) -> None:
    if purchases.empty:
        out.print(Text("  " + text["none"]))
        return
    table = plain_table()
    table.add_column("  " + text["day"])
    table.add_column(text["orders"], justify="right")
    table.add_column(text["amount"], justify="right")
    for day, orders, amount in zip(purchases["day"], purchases["orders"], purchases["amount"], strict=True):
        table.add_row(f"  {day:%Y-%m-%d}", f"{orders:,}", words.money(float(amount), currency))
    out.print(table)


def title(who: Mapping[str, str], day: str) -> str:
    name = f"{who['name']} ({who['customer_id']})" if who.get("name") else who["customer_id"]
    return ", ".join([name, *(who[detail] for detail in DETAILS if who.get(detail)), day])


def known_as(known: pd.DataFrame, customer: str) -> dict[str, str]:
    """Give who a customer is, in the newest version of what is known of it."""
    versions = known[known["customer_id"] == customer]
    if "known_at" in versions:
        versions = versions.sort_values("known_at", na_position="first", kind="stable")
    latest = versions.iloc[-1]
    told = {name: words.line(latest.get(name)) for name in ("customer_id", "name", *DETAILS)}
    return {name: value for name, value in told.items() if value}


def _purchases(paths: Paths, customer: str, as_of: date) -> pd.DataFrame:
    """Give the last days on which a customer bought, as known on ``as_of``: day, orders, amount; newest first."""
    from features.events import LINES
    from features.sweep import Questions, View
    from features.unfold import Records

    trade = read_arrow(paths.table("trade"), made_by=f"forewarn ingest --dataset {paths.dataset}")
    asked = np.array([as_of], "datetime64[D]").astype(np.int32)
    with Records({"trade": trade}) as records:
        events = records.unfold(LINES, [customer])
    rows = View(events, Questions(np.zeros(1, np.int32), asked)).window(None)
    part = slice(int(rows.low[0]), int(rows.high[0]))
    lines = pd.DataFrame(
        {
            "day": pd.to_datetime(rows.day[part].astype("datetime64[D]").astype("datetime64[s]")),
            "order": rows.view.column("order_id")[part],
            "amount": np.asarray(rows.view.column("amount")[part], np.float64) / 100,  # from minor units
        }
    )
    days = lines.groupby("day", as_index=False).agg(orders=("order", "nunique"), amount=("amount", "sum"))
    return days.sort_values("day", ascending=False).head(PURCHASES)


def unscored(
    params: Params,
    paths: Paths,
    customer: str,
    who: Mapping[str, str],
    scored: Scored,
    chinese: bool,
    out: Console,
) -> None:
    """Say why a known customer has no score."""
    from pipeline.label import cohort_on

    cohort = cohort_on(params, paths, scored.as_of).set_index("customer_id")
    reason = cohort.loc[customer, "reason"] if customer in cohort.index else None
    told = reason if isinstance(reason, str) else ""
    text = CHINESE if chinese else ENGLISH
    out.print(Text(title(who, text["as_of"].format(day=scored.as_of))))
    if chinese:
        out.print(Text(f"没有评分：{REASONS.get(told, told) or '在这批评分中没有该客户'}。"))
        return
    out.print(Text(f"Not scored: {told or 'the batch of that day does not hold this customer'}."))


def nobody(customer: str, known: pd.DataFrame, paths: Paths) -> str:
    """Say that there is no such customer, and which ids are near to it."""
    ids = known["customer_id"].drop_duplicates().sort_values().tolist()
    lower = {name.lower(): name for name in ids}
    near = [lower[name] for name in difflib.get_close_matches(customer.lower(), lower, n=3, cutoff=0.6)]
    if not near and "name" in known:
        wanted = known["name"].fillna("").str.lower().str.contains(customer.lower(), regex=False)
        near = known.loc[wanted, "customer_id"].drop_duplicates().head(3).tolist()
    hint = (
        f"near to it: {', '.join(repr(words.line(name)) for name in near)}" if near else "no id is near to it"
    )
    return (
        f"Dataset '{paths.dataset}' knows no customer '{words.line(customer)}'; {hint}; "
        "give a customer_id as it stands in the records."
    )
