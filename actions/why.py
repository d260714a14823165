"""Why a plan was chosen, in words: English and Chinese, one sentence a ground."""

from typing import Any

from actions.playbooks import Play

CAUSES = {
    "demand": ("falling demand", "需求下降"),
    "competitor": ("a competitor", "竞争对手"),
    "price": ("price", "价格"),
    "service": ("service", "服务问题"),
    "relationship": ("the relationship", "关系疏远"),
    "payment": ("payment", "付款问题"),
    "strategic": ("the strategic tie", "战略合作"),
    "market": ("the market", "市场环境"),
    "season": ("the season", "季节因素"),
    "profile": ("what kind of customer it is", "客户类型"),
}
LEVELS = {
    "blue": ("blue", "蓝色"),
    "yellow": ("yellow", "黄色"),
    "orange": ("orange", "橙色"),
    "red": ("red", "红色"),
}
SIGNALS = {
    "communication": ("communication", "沟通"),
    "orders": ("orders", "订单"),
    "service": ("service", "服务"),
    "competitor": ("competitor", "竞争"),
    "finance": ("finance", "财务"),
    "strategic": ("strategic", "战略"),
    "contract": ("contract", "合同"),
}
PATTERNS = {
    "gradual_decline": ("orders decline gradually", "订单逐渐下滑"),
    "step_down": ("orders fell by a step", "订单阶梯式下降"),
    "sudden_stop": ("orders stopped suddenly", "订单突然中断"),
    "fluctuating_decline": ("orders decline with ups and downs", "订单波动下滑"),
    "seasonal_pause": ("orders pause for the season", "季节性停单"),
    "stocking_up": ("the customer stocked up", "客户已提前备货"),
}
LIGHT = ("A light touch, because the evidence is weak", "证据较弱，故轻触即可")
LEFT_OUT = (
    "Not planned now: the budget goes to plans that bring more",
    "本次未列入：预算优先用于收益更高的方案",
)
HELD_OUT = (
    "Drawn by lot not to be contacted this time, so that the effect of contacts can be measured",
    "随机抽中为对照组，本期请勿联系，用以衡量联系的效果",
)
NOTHING = (
    "No plan: nothing that fits is expected to bring more than it costs",
    "无方案：没有合适且收益高于成本的做法",
)
UNFIT = ("No plan: no play fits the customer as it stands", "无方案：没有适合该客户现状的做法")


def grounds(fact: Any, play: Play | None, plan: Any, currency: str, state: str) -> tuple[str, str]:
    """Say why, in both languages.

    ``fact`` is a customer's row of ``candidates.judged``; ``plan`` its row with cause, odds, profit and its
    interval; ``state`` one of "chosen", "left_out", "held_out", "nothing", "unfit", "busy".
    """
    if state == "busy":
        return f"{fact.busy_en}.", f"{fact.busy_zh}。"
    parts = [*_risk(fact, currency), *_seen(fact)]
    if play is not None:
        parts += _cause(plan)
        brings, low, high = (
            f"{currency} {plan.profit:,.0f}",
            f"{plan.profit_low:,.0f}",
            f"{plan.profit_high:,.0f}",
        )
        parts.append(
            (
                f"'{play.name.en}' is expected to bring {brings}, 95%: {low} to {high}, for {plan.hours:g} h",
                f"“{play.name.zh}”预期收益{brings}（95%区间{low}至{high}），耗时{plan.hours:g}小时",
            )
        )
        if play.touch == "light" and not fact.strong:
            parts.append(LIGHT)
    last = {"left_out": LEFT_OUT, "held_out": HELD_OUT, "nothing": NOTHING, "unfit": UNFIT}.get(state)
    if last:
        parts.append(last)
    return ". ".join(en for en, _ in parts) + ".", "。".join(zh for _, zh in parts) + "。"


def _risk(fact: Any, currency: str) -> list[tuple[str, str]]:
    said = (f" ({fact.p_gone:.0%}: has left already)", f"（其中{fact.p_gone:.0%}为已流失）")
    gone = said if fact.gone else ("", "")
    money = f"{currency} {fact.stake:,.0f}"
    return [
        (
            f"{fact.p_churn:.0%} likely to leave{gone[0]}, with a margin of {money} a year at stake",
            f"流失概率{fact.p_churn:.0%}{gone[1]}，涉及年毛利{money}",
        )
    ]


def _seen(fact: Any) -> list[tuple[str, str]]:
    parts = []
    if fact.level in LEVELS:
        en, zh = LEVELS[fact.level]
        since = fact.level_since.date()
        parts.append((f"Alert {en} since {since}", f"自{since}起{zh}预警"))
    if fact.pattern in PATTERNS and fact.pattern_confidence >= 0.5:
        en, zh = PATTERNS[fact.pattern]
        parts.append(
            (
                f"{en[0].upper()}{en[1:]} ({fact.pattern_confidence:.0%} sure)",
                f"{zh}（把握{fact.pattern_confidence:.0%}）",
            )
        )
    if fact.signals:
        told = [SIGNALS[name] for name in fact.signals]
        parts.append(
            (
                f"Signals that count: {', '.join(en for en, _ in told)}",
                f"有效信号：{'、'.join(zh for _, zh in told)}",
            )
        )
    if fact.in_sight:
        parts.append(("Small and growing fast", "规模小但增长快"))
    return parts


def _cause(plan: Any) -> list[tuple[str, str]]:
    if plan.cause not in CAUSES:
        return []
    en, zh = CAUSES[plan.cause]
    return [
        (
            f"The records point to {en} (taken to be the true cause in {plan.odds:.0%} of cases)",
            f"记录指向{zh}（判断准确率取{plan.odds:.0%}）",
        )
    ]
