# ruff: noqa: RUF001 - full-width punctuation belongs to the Chinese texts
"""What people write and say: short notes by tone and topic, in English and in Chinese."""

from simulator.clock import Flags, Floats, Ints

TOPICS = ("warm", "plain", "short", "cool", "rival")
"""Planning together; everyday business; next to nothing; displeased; a competitor is named."""

ENGLISH = {
    "warm": (
        "Went through next quarter's volumes; the second line joins the frame order. Next: parts by the 15th.",
        "Plant manager showed the new cell and asked about tolerances. We agreed to send drawings on Monday.",
        "Very pleased with the last delivery. Could you join our planning meeting in spring?",
    ),
    "plain": (
        "Call-off for the usual items, delivery week as always.",
        "Asked for the certificate of the last batch; sent the same day.",
        "Confirmed quantities and the delivery address.",
    ),
    "short": ("Ok.", "Noted, thanks.", "Will come back to you.", "No news."),
    "cool": (
        "They are not satisfied: second time this month that it took a week to answer.",
        "Says it cannot go on like this; purchasing will look at it again.",
        "The price came up again, and the tone was sharp.",
    ),
    "rival": (
        "Mentioned an offer from another supplier, about eight percent below ours.",
        "They have samples of a competitor on the bench and will compare.",
        "Specification now names the other brand as equal.",
    ),
}
CHINESE = {
    "warm": (
        "一起核对了下季度用量，客户希望把第二条产线也纳入框架订单，下一步：15日前寄样件。",
        "厂长带我们看了新产线，询问公差等级是否匹配，约定周一发图纸。",
        "对上次交货非常满意，邀请我们参加春季的规划会。",
    ),
    "plain": ("照常要货，交期不变。", "索要上一批的合格证，当天已发。", "确认了数量和收货地址。"),
    "short": ("好的。", "收到，谢谢。", "回头再说。", "暂无消息。"),
    "cool": (
        "客户不满意：本月第二次等了一周才得到答复。",
        "表示不能再这样下去，采购会重新评估。",
        "又提到价格，语气比较强硬。",
    ),
    "rival": (
        "提到另一家供应商的报价，比我们低百分之八左右。",
        "桌上已有竞争对手的样品，准备对比。",
        "技术规格里已写明可用其他品牌。",
    ),
}
CHOICES = 12
"""Texts of a topic and language are counted round to this number, so that one number picks any of them."""
SENTENCES = tuple(
    texts[topic][i % len(texts[topic])]
    for texts in (ENGLISH, CHINESE)
    for topic in TOPICS
    for i in range(CHOICES)
)


def topic(depth: Floats, sentiment: Floats, rival: Flags) -> Ints:
    """The place in ``TOPICS`` that fits a contact."""
    fitting = (depth > 0.6) * 0 + (depth <= 0.6) * 1
    fitting[depth < 0.3] = 2
    fitting[sentiment < -0.25] = 3
    fitting[rival] = 4
    return fitting
