"""The words by which a mail or a note is measured: business English and Chinese, small and open.

Patterns are regular expressions; Chinese has no blanks between words, so that its patterns are plain substrings, the
longer ones first. Weights of sentiment: 1 is plain praise or blame, 2 is strong, under 0.5 is courtesy or business.
"""

TECHNICAL = {
    "en": (
        r"\btoleranc\w+|\bdrawings?\b|\bspecifi\w+|\bspecs?\b|\bdata ?sheets?\b|\bcertificates?\b|\bmaterials?\b|"
        r"\balloys?\b|\bhardness\b|\bpressure\b|\btorque\b|\btemperature\b|\bdegrees?\b|\bdimensions?\b|\bweights?\b|"
        r"\bseals?\b|\bgear\w*|\bmotors?\b|\bdrives?\b|\bpumps?\b|\bvalves?\b|\bsensors?\b|\bcontrol\w*|\bsoftware\b|"
        r"\binterface\b|\bcoating\w*|\bsurface\b|\bcalibrat\w+|\baudit\w*|\bquality\b|\brejects?\b|\banalys\w+|"
        r"\b8d\b|\biso\b|\bretrofit\b|\bprototypes?\b|\bsamples?\b|\btest(?:s|ed|ing)?\b|\bthroughput\b|\bcycle times?\b"
    ),
    "zh": (
        "公差|图纸|规格|参数|证书|合格证|材料|材质|合金|硬度|压力|扭矩|温度|尺寸|重量|密封|齿轮|减速机|电机|驱动|水泵|阀|传感器|"
        "控制|软件|接口|涂层|表面|校准|审核|质量|不良率|分析|8D|ISO|改造|样件|试样|样品|试验|测试|产能|节拍|设备|产线"
    ),
}
"""What engineers and quality people talk about."""
MEASURED = (
    r"\d+(?:[.,]\d+)*\s?(?:mm|cm|m|kg|g|t|bar|mpa|kw|kwh|v|a|hrc|%|°c?|rpm|pieces|pcs|units|件|套|台|吨|公斤|毫米|度|万元?)"
    r"(?![a-z])"
)
"""A number with its unit."""
PLANS = {
    "en": (
        r"\bplan(?:s|ned|ning)?\b|\bforecast\w*|\bquarter\b|\bnext year\b|\bhalf[- ]year\b|\bsecond half\b|\bbudget\w*|"
        r"\broadmap\w*|\bprojects?\b|\bexpan\w+|\bnew (?:hall|line|plant|site|cell)\b|\bframe (?:order|contract)\b|"
        r"\bcontracts?\b|\bvolumes?\b|\bcapacity\b|\bschedule\b|\bshift\b|\bprototype\w*|\bpilot\b|\broll(?:ing)? out\b|"
        r"\binvest\w*|\bproposal\b|\bconcept\b|\bmain supplier\b|\bconsignment\b|\btogether\b"
    ),
    "zh": (
        "计划|预测|季度|明年|下半年|上半年|预算|路线图|项目|扩建|扩产|新厂|新产线|第二条产线|框架|合同|用量|产能|进度|班次|试点|推广|"
        "投资|方案|主要供应商|寄售|一起|联合|合作|规划"
    ),
}
"""What a customer says only to somebody that it plans with."""
NEXT_STEP = {
    "en": (
        r"\bnext(?: step)?:|\bnext step\b|\bagreed (?:to|on)\b|\bby (?:the )?(?:\d|mon|tue|wed|thu|fri|end|next)\w*|"
        r"\bon (?:the \d+|\d+ \w+|monday|tuesday|wednesday|thursday|friday)\b|\bnext (?:week|month|mon|tue|wed|thu|fri)\w*|"
        r"\bi(?: will|'ll)? send\b|\bwill send\b|\btomorrow\b|\bworkshop\b|\bjoint session\b|\bmeet(?:ing)? (?:on|next)\b|"
        r"\bin (?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    ),
    "zh": (
        r"下一步|约定|商定|明天|下周|下个?月|周[一二三四五]|\d+\s?[日号]|\d+月|[一二三四五六七八九十]月|月底前|季度末前|之前|我(?:明天|下周)?发|会议"
    ),
}
"""A step that is named: what, or by when."""
ASKED = {
    "en": r"\?|\basks? (?:whether|if|for|about)\b|\basked (?:whether|if|for|about|us)\b|\bcould you\b|\bplease send\b",
    "zh": r"[?？]|询问|他问|想问|请教|请我们|要求|请确认|请发",
}
"""Something that is wanted to be known or done."""

SENTIMENT = {
    "en": {
        r"\b(?:unacceptable|furious|outrageous|angry|fed up|last straw|a disgrace)\b": -2.0,
        r"\b(?:disappoint\w*|dissatisf\w*|unhappy|unsatisf\w*|annoy\w*|upset|frustrat\w*|lost (?:trust|patience))\b": -1.5,
        r"\bcannot go on\b|\blook for (?:somebody|someone|another|other)\b|\bwould rather not\b": -1.5,
        r"\b(?:complain\w*|worse|bad|poor|cold|rude|escalat\w*|terminat\w*|cancel\w*|threat\w*|mistakes?)\b": -1.0,
        r"\b(?:fail(?:ed|s|ure|ures)?|broke(?:n)?|broken down|defect\w*|damaged|wrong|reject(?:ed|s)?)\b": -0.8,
        r"\b(?:refus\w+|declin\w+|sharp(?:ly)?|tense|too expensive|too high|stood still|is down)\b": -0.8,
        r"\b(?:late delivery|delay\w*|overdue|week to answer|late again|no longer|nobody (?:picks|called|answers))\b": -0.8,
        r"\bstill (?:no|not|waiting)\b|\bno (?:time|interest|need|details)\b|\b(?:other|better) offers?\b": -0.8,
        r"\b(?:price came up|increase|rival|competitor\w*)\b": -0.5,
        r"\b(?:delight\w*|excellent|outstanding|fantastic|perfect\w*|thrilled|impress\w*)\b": 2.0,
        r"\b(?:very (?:pleased|happy|good|satisfied)|great|pleased|praise\w*|recommend\w*|glad)\b": 1.5,
        r"\b(?:good|happy|satisfied|friendly|went well|liked|smooth\w*|quick help|helpful|appreciat\w*|enjoy\w*)\b": 1.0,
        r"\b(?:look(?:ing)? forward|welcome|trust|main supplier|prefer|thanks a lot|many thanks|open talk)\b": 0.8,
        r"\b(?:thank you for|agreed|stay)\b": 0.3,
        r"\b(?:thanks|thank you|please)\b": 0.1,
    },
    "zh": {
        r"无法接受|不能接受|非常生气|愤怒|气愤|忍无可忍|岂有此理": -2.0,
        r"失望|不满意|不满|生气|恼火|不能再这样|另找|换供应商": -1.5,
        r"抱怨|投诉|冷淡|恶劣|糟糕|太差|更差|终止|取消|威胁|错误|失误": -1.0,
        r"失败|坏了|损坏|故障|缺陷|不良|拒绝|婉拒|拒收|强硬|紧张|太贵|偏贵|停了半天|停产|停线|停到现在": -0.8,
        r"延期|拖延|逾期|迟迟|等了一周|不再|没人(?:接|理|通知|回)|没有(?:答复|回复|时间|兴趣|必要|透露)|至今|不愿": -0.8,
        r"又提到价格|涨价|另一家|其他厂家|竞争对手|重新评估": -0.5,
        r"赞不绝口|非常满意|非常好|非常顺利|完美|优秀|出色|惊喜|大力支持": 2.0,
        r"很满意|很高兴|太感谢|表扬|称赞|赞赏|推荐|很好": 1.5,
        r"满意|顺利|友好|高兴|认可|愉快|快乐|及时|完好|热情|信任|喜欢": 1.0,
        r"非常感谢|更愿意|期待|欢迎|坦诚|主要供应商": 0.8,
        r"感谢|保持不变|约定": 0.3,
        r"谢谢|麻烦|请": 0.1,
    },
}
"""What is praise and what is blame, by strength."""
NEGATED = {
    "en": r"(?:\bnot|n't|\bnever|\bno|\bhardly|\bwithout)(?: \w+)? ?$",
    "zh": r"(?:不|没有?|未|并不|不太|不是很)$",
}
"""What turns the words right behind it round."""
SPARED = {
    "en": r"(?:\bnot|n't|\bnever|\bno|\bhardly|\bwithout)(?: (?:a|an|any|so|too|been|at all))? ?$",
    "zh": r"(?:不|没有?|未|并不|不太|不是很|没有任何)$",
}
"""What makes the blame right behind it none: "no complaints", "not bad"; that is no praise either."""
