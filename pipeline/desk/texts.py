# ruff: noqa: RUF001  (full-width punctuation belongs to the Chinese)
"""What the page of the desk says, English and Chinese side by side."""

from collections.abc import Mapping

Said = tuple[str, str]
"""The same in English and in Chinese."""

LEVELS: Mapping[str, Said] = {
    "blue": ("blue", "蓝色"),
    "yellow": ("yellow", "黄色"),
    "orange": ("orange", "橙色"),
    "red": ("red", "红色"),
}
ROLES: Mapping[str, Said] = {
    "account_manager": ("account manager", "客户经理"),
    "regional_manager": ("regional manager", "区域经理"),
    "sales_director": ("sales director", "销售总监"),
    "top_management": ("top management", "高层管理"),
    "inside_sales": ("inside sales", "内勤销售"),
    "service_manager": ("service manager", "服务经理"),
    "credit_controller": ("credit controller", "信用管理专员"),
    "product_specialist": ("product specialist", "产品专员"),
}
"""Who is told and who acts."""
CONTACTS: Mapping[str, Said] = {
    "executive": ("executives", "高管"),
    "purchasing": ("purchasing", "采购"),
    "technical": ("technical", "技术"),
    "user": ("users", "使用者"),
    "": ("role not recorded", "角色未记录"),
}
"""Whom at the customer's we speak with."""
DIMENSIONS: Mapping[str, Said] = {
    "trade": ("trade", "交易"),
    "interaction": ("interaction", "互动"),
    "service": ("service", "服务"),
    "finance": ("finance", "财务"),
    "strategic": ("strategic", "战略"),
}
SIGNALS: Mapping[str, Said] = {
    "communication": ("communication", "沟通"),
    "orders": ("orders", "订单"),
    "service": ("service", "服务"),
    "competitor": ("competitor", "竞争对手"),
    "finance": ("finance", "财务"),
    "strategic": ("strategic", "战略"),
    "contract": ("contract", "合同"),
}
PATTERNS: Mapping[str, Said] = {
    "steady": ("steady", "平稳"),
    "gradual_decline": ("gradual decline", "逐步下降"),
    "step_down": ("step down", "阶跃下降"),
    "sudden_stop": ("sudden stop", "突然停止"),
    "fluctuating_decline": ("fluctuating decline", "波动下降"),
    "seasonal_pause": ("seasonal pause", "季节性停顿"),
    "stocking_up": ("stocking up", "提前备货"),
}
QUADRANTS: Mapping[str, Said] = {
    "keep": ("Keep: high value, high risk", "保住：高价值，高风险"),
    "grow": ("Grow: high value, low risk", "培育：高价值，低风险"),
    "watch": ("Watch: low value, high risk", "观察：低价值，高风险"),
    "serve": ("Serve: low value, low risk", "维护：低价值，低风险"),
}
CHANNELS: Mapping[str, Said] = {
    "visit": ("visit", "拜访"),
    "call": ("call", "电话"),
    "meeting": ("meeting", "会议"),
    "email": ("e-mail", "邮件"),
    "letter": ("letter", "信函"),
}
EVENTS: Mapping[str, Said] = {
    "alert_opened": ("alert opened", "预警开启"),
    "alert_raised": ("alert level rose", "预警升级"),
    "alert_lowered": ("alert level fell", "预警降级"),
    "alert_closed": ("alert closed", "预警关闭"),
    "acknowledged": ("acknowledged", "已确认"),
    "planned": ("planned", "已计划"),
    "assigned": ("assigned", "已分配"),
    "started": ("started", "已开始"),
    "finished": ("finished", "已完成"),
    "evaluated": ("evaluated", "已评估"),
    "escalated": ("escalated", "已升级"),
    "delivered": ("delivered", "已送达"),
    "noted": ("noted", "备注"),
}
FACTS: Mapping[str, Said] = {
    "level": ("level", "级别"),
    "told": ("told", "通知"),
    "held_out": ("held out", "对照组"),
    "play": ("plan", "方案"),
    "cause": ("cause", "原因"),
    "owner": ("owner", "负责人"),
    "owner_role": ("for", "负责"),
    "due_on": ("due", "截止"),
    "outcome": ("outcome", "结果"),
    "cost": ("cost", "成本"),
    "kept": ("by the records", "据记录"),
    "revenue": ("bought since", "此后购买"),
    "to": ("to", "至"),
    "because": ("not done", "未完成"),
    "channel": ("by", "方式"),
    "text": ("note", "备注"),
    "note": ("note", "备注"),
}
"""What an event may tell besides who, when and what."""
OUTCOMES: Mapping[str, Said] = {
    "kept": ("customer kept", "客户保住"),
    "lost": ("customer lost", "客户流失"),
    "unclear": ("unclear", "尚不明确"),
    "acknowledge": ("acknowledge", "确认"),
    "start": ("start", "开始"),
    "finish": ("finish", "完成"),
}
KEPT: Mapping[bool, Said] = {
    True: ("the customer buys on", "客户仍在购买"),
    False: ("the customer buys no more", "客户不再购买"),
}
"""What became of a customer after an action."""
CLOSED: Mapping[str, Said] = {
    "recovered": ("health has recovered", "健康度已恢复"),
    "unseen": (
        "the customer can no longer be asked about, a case for winning back",
        "客户沉寂过久、无从评估，宜转入挽回",
    ),
}
"""Why an alert closed."""
WHY: Said = ("because", "原因")
PAGE: Mapping[str, Said] = {
    "title": ("What to do this week, and about whom", "本周要做什么，针对哪些客户"),
    "of": ("The desk of {dataset} on {as_of}", "{dataset} 的工作台，{as_of}"),
    "skip": ("Skip to the list", "跳到列表"),
    "list": ("The list", "列表"),
    "picture": ("Value against risk", "价值与风险"),
    "reading": ("How to read it", "如何阅读"),
    "find": ("Find", "查找"),
    "level": ("Level", "级别"),
    "quadrant": ("Quadrant", "象限"),
    "state": ("State", "状态"),
    "all": ("all", "全部"),
    "shown": ("shown of", "项显示，共"),
    "rank": ("No.", "序号"),
    "customer": ("Customer", "客户"),
    "owner": ("Owner", "负责人"),
    "health": ("Health", "健康度"),
    "going": ("About to leave", "将流失"),
    "churn": ("Leaves within {days} days", "{days}天内流失"),
    "gone": ("Gone already", "已流失"),
    "cause": ("Cause", "原因"),
    "plan": ("Plan", "方案"),
    "hours": ("Hours", "工时"),
    "profit": ("Expected profit", "预期收益"),
    "due": ("Due", "截止"),
    "planned": ("planned", "已列入计划"),
    "alert": ("alert only", "仅预警"),
    "held": ("held out: do not contact", "对照组：请勿联系"),
    "held_why": (
        "Drawn at random, for comparison: if it is contacted, nobody can tell what contact does for the others.",
        "随机抽取的对照客户：一旦联系，就无法判断其他客户因联系获得了什么。",
    ),
    "over": ("not within this week's budget", "超出本周预算"),
    "noplan": ("No plan is proposed for this customer.", "没有为该客户提出方案。"),
    "nobody": ("Nobody: no alert is open and no plan was chosen.", "无：没有开启的预警，也没有选定的方案。"),
    "cut": (
        "Shown are the first {shown} of {all}; 'desk.customers' of params.yaml sets how many.",
        "显示前 {shown} 个，共 {all} 个；数量由 params.yaml 的 desk.customers 决定。",
    ),
    "shock": ("Told once for all its customers", "只提示一次，适用于其全部客户"),
    "market": ("the market's", "市场所致"),
    "sales": ("What the change of purchases is made of", "采购变化的构成"),
    "days": ("days", "天"),
    "sales_before": ("before", "此前"),
    "sales_now": ("now", "现在"),
    "part_market": ("market", "市场"),
    "part_region": ("region", "地区"),
    "part_competitor": ("rivals", "竞争对手"),
    "part_customer": ("the customer itself", "客户自身"),
    "unimported": (
        "no customs record tells our share: what went to rivals stands in the last part",
        "无海关记录说明我方份额：流向竞争对手的部分计入最后一项",
    ),
    "absent": ("Not there on this day", "当日缺少"),
    "keys": (
        "Keys: j and k move, Enter opens, Escape goes back, / finds.",
        "按键：j、k 移动，Enter 打开，Escape 返回，/ 查找。",
    ),
    "back": ("Back to the list", "返回列表"),
    "timeline": ("Records and signals", "记录与信号"),
    "timeline_note": (
        "The last {months} months as known on {as_of}. Bars are weeks, the number is the fullest.",
        "截至 {as_of} 所知的近 {months} 个月。柱为周，数字为最高一周。",
    ),
    "lane_orders": ("Orders", "订单"),
    "lane_contacts": ("Contacts", "联系"),
    "lane_service": ("Tickets", "工单"),
    "lane_finance": ("Invoices", "发票"),
    "lane_project": ("Projects, contracts", "项目与合同"),
    "lane_signals": ("Signals", "信号"),
    "lane_alert": ("Alert", "预警"),
    "key_in": ("from the customer", "来自客户"),
    "key_out": ("from us", "来自我方"),
    "key_bad_service": ("complaint", "投诉"),
    "key_bad_finance": ("paid late, unpaid or disputed", "逾期、未付或有争议"),
    "key_bad_project": ("late, not renewed or cancelled", "延期、未续或取消"),
    "signals": ("Signals that hold", "成立的信号"),
    "signal_weak": ("seen, not often enough yet", "已出现，次数尚不足"),
    "since": ("since", "自"),
    "times": ("times in a row", "次连续"),
    "evidence": ("records", "记录"),
    "nosignal": ("None.", "无。"),
    "dimensions": ("Health by dimension", "各维度健康度"),
    "usual": ("usual", "平时"),
    "nosource": ("no records", "无记录"),
    "suppliers": ("Purchases by supplier", "各供应商采购额"),
    "suppliers_note": (
        "By customs records, whole up to {until}. A bar is three months; before and now are {months} months each.",
        "客户的进口额，海关记录完整至 {until}。每根柱为三个月；“此前”与“现在”各为 {months} 个月。",
    ),
    "suppliers_us": ("us", "我方"),
    "suppliers_others": ("others", "其他"),
    "supplier": ("Supplier", "供应商"),
    "share_before": ("Share before", "此前份额"),
    "share_now": ("Share now", "现在份额"),
    "bought": ("Bought now", "现在采购额"),
    "heat": ("Contacts by role", "各角色联系"),
    "heat_note": (
        "Contacts a month. A role has cooled where its last three months hold less than half of what was usual.",
        "每月联系次数。若近三个月不到此前平均的一半，则该角色已冷却。",
    ),
    "cooled": ("cooled", "已冷却"),
    "cooled_by": ("{now} a month, before {before}", "每月 {now} 次，此前 {before} 次"),
    "nocontact": ("No contact is recorded.", "没有联系记录。"),
    "role": ("Role", "角色"),
    "contributions": ("What makes its probability", "概率的构成"),
    "base": ("base", "基准"),
    "rest": ("all else", "其余"),
    "unscored": ("This customer was not scored on this day.", "该客户当日未评分。"),
    "why": ("Why this plan", "为什么是此方案"),
    "channel": ("Channel", "渠道"),
    "who": ("Who acts", "由谁执行"),
    "cost": ("Cost", "成本"),
    "told": ("Told", "通知"),
    "by": ("by", "不晚于"),
    "opened": ("opened", "开启于"),
    "pattern": ("Order rhythm", "订购节奏"),
    "confidence": ("confidence", "置信度"),
    "value": ("Value", "价值"),
    "margin": ("a year's margin", "年毛利"),
    "log": ("Log", "日志"),
    "nolog": ("Nothing was done or written down yet.", "尚无任何行动或记录。"),
    "act": ("Write it down:", "记录："),
    "open_alerts": ("Open alerts", "开启的预警"),
    "in_budget": ("Plans in the budget", "预算内方案"),
    "work": ("Hours of work", "工时合计"),
    "held_count": ("Held out", "对照组"),
    "axis_value": ("value of the customer, 0 to 100", "客户价值，0 至 100"),
    "axis_risk": ("probability to leave", "流失概率"),
    "picture_note": (
        "Each dot is a customer of the list, grey ones are the others. Arrow keys move between dots, Enter opens.",
        "每个点是列表中的一个客户，灰点为其他客户。方向键在点间移动，Enter 打开。",
    ),
    "foot": (
        "This page loads nothing from a network and sends nothing to one. The same, for programs:",
        "本页不从网络加载、也不向网络发送任何内容。供程序使用：",
    ),
}
GLOSSARY: tuple[tuple[Said, Said], ...] = (
    (
        ("Health", "健康度"),
        (
            "0 to 100 in five dimensions, against its own past and its peers; the drop is from its usual health.",
            "0 至 100，五个维度，对照客户自身的过去与同类客户。下降是相对其自身平时的健康度。",
        ),
    ),
    (
        ("Level", "级别"),
        (
            "By the drop: blue from {blue}, yellow {yellow}, orange {orange}, red {red}; slow to fall again.",
            "按下降幅度：{blue} 起为蓝色，{yellow} 黄色，{orange} 橙色，{red} 红色；降级晚于升级。",
        ),
    ),
    (
        ("About to leave", "将流失"),
        (
            "Probability that the customer still buys today and stops within the horizon: those who can be kept.",
            "客户目前仍在购买、但将在预测期内停止的概率：这些客户可以挽留。",
        ),
    ),
    (
        ("Expected profit", "预期收益"),
        (
            "What the plan is expected to save, less what it costs; its 95% interval is over how well it works.",
            "方案预计挽回的收益减去成本；所附95%区间只反映方案效果的不确定性。",
        ),
    ),
    (
        ("Held out", "对照组"),
        (
            "A random share is not contacted, so that the effect of the plans can be measured.",
            "随机保留一部分客户不联系，以便衡量方案的效果。",
        ),
    ),
)


def say(words: Mapping[str, Said], name: object) -> Said:
    """Give the words of a name; a name without words is shown as it is, underscores as spaces."""
    plain = str(name or "").replace("_", " ")
    return words.get(str(name or ""), (plain, plain))


def filled(said: Said, **values: object) -> Said:
    """Put values into both languages."""
    return said[0].format(**values), said[1].format(**values)
