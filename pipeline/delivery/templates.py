# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""What an e-mail says, in English or Chinese: alerts and plans as rows of its two templates, text and HTML.

Of an alert that escalated the letter says what it is about, too: the role may not have been told of it before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import words
from pipeline.delivery.desk import LEVELS, Desk, Row, gravity
from pipeline.pages import environment

LEVEL_WORDS = {
    "red": ("red", "红色"),
    "orange": ("orange", "橙色"),
    "yellow": ("yellow", "黄色"),
    "blue": ("blue", "蓝色"),
}
CHANNEL_WORDS = {
    "call": ("by phone", "电话"),
    "email": ("by e-mail", "邮件"),
    "letter": ("by letter", "信函"),
    "meeting": ("in a meeting", "会议"),
    "visit": ("by a visit", "拜访"),
}


@dataclass(frozen=True)
class Letter:
    """What one letter tells of a desk: alerts and plans by customer, and the markets that fall as a whole.

    ``late`` are the escalations of each customer's alert, oldest first.
    """

    desk: Desk
    currency: str
    alerts: Mapping[str, Row]
    plans: Mapping[str, Row]
    shocks: Sequence[Row] = ()
    late: Mapping[str, Sequence[Row]] = field(default_factory=dict)


def rendered(letter: Letter, language: str) -> tuple[str, str, str]:
    """Give subject, text and HTML. A text of others becomes one harmless line; the HTML is escaped."""
    zh = language == "zh"
    customers = sorted({*letter.alerts, *letter.plans, *letter.late}, key=lambda one: _order(letter, one))
    view = {
        "dataset": letter.desk.dataset,
        "as_of": letter.desk.as_of.isoformat(),
        "language": language,
        "subject": _subject(letter, len(customers), zh),
        "lead": _lead(letter, zh),
        "shocks": [words.line(row.get("zh" if zh else "en")) for row in letter.shocks],
        "rows": [_row(letter, customer, zh) for customer in customers],
    }
    made = environment()
    text = made.overlay(autoescape=False).get_template(f"mail.{language}.txt.j2").render(**view)
    html = made.get_template("mail.html.j2").render(**view)
    return str(view["subject"]), text, html


def _order(letter: Letter, customer: str) -> tuple[Any, ...]:
    alert, plan = letter.alerts.get(customer, {}), letter.plans.get(customer, {})
    gravest = min(gravity(row.get("level")) for row in (alert, *letter.late.get(customer, ())))
    return gravest, plan.get("rank") or float("inf"), customer


def _subject(letter: Letter, customers: int, zh: bool) -> str:
    """Give a line of words and numbers of ours: nothing from records, which could write headers."""
    if not customers:
        many = len(letter.shocks)
        falls = f"{many:,} market falls" if many == 1 else f"{many:,} markets fall"
        return (
            f"Forewarn：{many:,}个市场下滑（{letter.desk.as_of}）"
            if zh
            else f"Forewarn: {falls} ({letter.desk.as_of})"
        )
    if zh:
        return f"Forewarn：{customers:,}位客户需要关注（{letter.desk.as_of}）"
    return f"Forewarn: {words.count(customers, 'customer')} to look after ({letter.desk.as_of})"


def _lead(letter: Letter, zh: bool) -> str:
    """Give the counts of alerts by level, of those that escalated, of plans, and of markets that fall."""
    levels = [row["level"] for row in letter.alerts.values()]
    late = len(letter.late)
    counts = [(LEVEL_WORDS[level][zh], levels.count(level)) for level in LEVELS if level in levels]
    if zh:
        told = [f"{name}预警{count:,}个" for name, count in counts]
        told += [f"逾期上报{late:,}个"] if late else []
        told += [f"方案{len(letter.plans):,}个"] if letter.plans else []
        told += [f"整体下滑的市场{len(letter.shocks):,}个"] if letter.shocks else []
        return "，".join(told) + "。"
    told = [f"{count:,} {name}" for name, count in counts]
    alerts = f"Alerts: {', '.join(told)}." if told else ""
    overdue = f"Overdue and escalated: {late:,}." if late else ""
    plans = f"Plans: {len(letter.plans):,}." if letter.plans else ""
    shocks = f"Markets that fall as a whole: {len(letter.shocks):,}." if letter.shocks else ""
    return " ".join(filter(None, [alerts, overdue, plans, shocks]))


def _row(letter: Letter, customer: str, zh: bool) -> dict[str, Any]:
    alert, plan, late = letter.alerts.get(customer), letter.plans.get(customer), letter.late.get(customer, ())
    alert = alert or next((row["about"] for row in late if row["about"]), None)
    name = words.line((letter.desk.people.get(customer) or {}).get("name"))
    here = words.line(customer)
    return {
        "customer": f"{name} ({here})" if name else here,
        "alert": _alert(alert, zh) if alert else None,
        "late": [_alert(row, zh) for row in late],
        "plan": _plan(letter, plan, zh) if plan else None,
    }


def _alert(row: Row, zh: bool) -> dict[str, str]:
    level = str(row["level"])
    return {"level": level if level in LEVELS else "", "text": words.line(row.get("zh" if zh else "en"))}


def _plan(letter: Letter, row: Row, zh: bool) -> dict[str, Any]:
    channel = str(row.get("channel") or "")
    return {
        "cause": words.cause(str(row.get("cause") or "none"), chinese=zh),
        "play": words.line(letter.desk.play(row, chinese=zh)),
        "why": words.line(row.get("why_zh" if zh else "why_en")),
        "steps": _steps(row.get("steps_zh" if zh else "steps_en")),
        "channel": CHANNEL_WORDS.get(channel, (words.line(channel), words.line(channel)))[zh],
        "due_on": _day(row.get("due_on")),
        "hours": _number(row.get("hours"), 1),
        "cost": _money(row.get("cost") or None, letter.currency),
    }


def _steps(told: object) -> list[str]:
    """Give the steps of a plan: a list of them, or a text with one a line."""
    steps: Sequence[object] = (
        told.splitlines() if isinstance(told, str) else told if isinstance(told, list) else []
    )
    return [step for step in map(words.line, steps) if step]


def _day(value: Any) -> str:
    return value.isoformat()[:10] if hasattr(value, "isoformat") else ""


def _number(value: Any, digits: int) -> str:
    return f"{value:.{digits}f}".removesuffix(".0") if words.known(value) else ""


def _money(value: Any, currency: str) -> str:
    return words.money(value, currency) if words.known(value) else ""
