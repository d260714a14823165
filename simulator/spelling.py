"""Ways to write a company's name: legal forms, other scripts, word order, short forms, branches, typing errors."""

import unicodedata

import numpy as np

FORM_WAYS = {
    "GmbH": ("GMBH", "G.m.b.H.", "Gesellschaft mbH", "GmbH.", ""),
    "AG": ("AG", "A.G.", "Aktiengesellschaft", ""),
    "KG": ("KG", "K.G.", "Kommanditges.", "Kommanditgesellschaft", ""),
    "Ltd": ("LTD", "LTD.", "Limited", "Co. Ltd", ""),
    "S.A.": ("SA", "S.A", "S. A.", "Société Anonyme", ""),
    "B.V.": ("BV", "B V", "B.V", ""),
    "AB": ("AB", "Aktiebolag", "A.B.", ""),
    "S.r.l.": ("SRL", "S.R.L.", "Srl", ""),
    "Co., Ltd": ("CO LTD", "CO.,LTD.", "Co., Limited", "Company Ltd", "CORP LTD"),
    "Inc.": ("INC", "Incorporated", "Inc", "Corp.", ""),
    "K.K.": ("KK", "Kabushiki Kaisha", "Co., Ltd.", ""),
    "Sp. z o.o.": ("SP ZOO", "SP. Z O.O.", "Sp.zo.o.", ""),
    "A.Ş.": ("AS", "A.S.", "Anonim Sirketi", ""),
    "Pvt. Ltd.": ("PVT LTD", "Private Limited", "(P) Ltd", ""),
}
SHORT = {
    "Automotive": "Autom.",
    "Electronics": "Elec.",
    "Maschinenbau": "Masch.bau",
    "Industrietechnik": "Industrietechn.",
    "Industrial": "Ind.",
    "Engineering": "Engg",
    "Components": "Comp.",
    "Diagnostics": "Diagn.",
    "Photonics": "Phot.",
    "Steelworks": "Steelwks",
    "Concrete": "Concr.",
    "Fournitures": "Fourn.",
    "Precision": "Prec.",
    "Polymers": "Polym.",
}
SPOKEN = {"ö": "oe", "ä": "ae", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss", "Ö": "Oe", "Ä": "Ae", "Ü": "Ue"}
PLAIN = {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss"}
BRANCHES = (
    "- Werk 2",
    "Zweigniederlassung Süd",
    "Plant 1",
    "Logistics Centre",
    "c/o Schenker",
    "Import Dept.",
    "(Branch)",
    "Warehouse",
)
PINYIN = {
    "宁波": "Ningbo", "苏州": "Suzhou", "无锡": "Wuxi", "东莞": "Dongguan", "佛山": "Foshan", "青岛": "Qingdao",
    "大连": "Dalian", "杭州": "Hangzhou", "南京": "Nanjing", "武汉": "Wuhan", "成都": "Chengdu",
    "重庆": "Chongqing", "天津": "Tianjin", "厦门": "Xiamen", "永新": "Yongxin", "华泰": "Huatai",
    "𠮷田": "Jitian", "恒达": "Hengda",
    "金桥": "Jinqiao", "瑞丰": "Ruifeng", "东方": "Dongfang", "𠀋盛": "Zhangsheng", "鼎力": "Dingli",
    "精锐": "Jingrui", "万通": "Wantong", "海峰": "Haifeng", "新元": "Xinyuan", "博远": "Boyuan",
    "宏图": "Hongtu", "佳美": "Jiamei", "凯旋": "Kaixuan", "隆昌": "Longchang", "铭泰": "Mingtai", "诺亚": "Nuoya",
    "启航": "Qihang", "融通": "Rongtong", "盛世": "Shengshi", "天成": "Tiancheng", "伟业": "Weiye",
    "祥和": "Xianghe", "益民": "Yimin", "正大": "Zhengda", "卓越": "Zhuoyue", "百川": "Baichuan",
    "长青": "Changqing", "德胜": "Desheng", "富源": "Fuyuan", "国安": "Guoan", "浩然": "Haoran", "建业": "Jianye",
    "康明": "Kangming", "力行": "Lixing",
    "机械": "Jixie", "汽车部件": "Qiche Bujian", "食品": "Shipin", "化工": "Huagong", "电子": "Dianzi",
    "建材": "Jiancai", "医疗器械": "Yiliao Qixie", "能源": "Nengyuan",
}  # fmt: skip
ENGLISH = {
    "机械": "Machinery", "汽车部件": "Auto Parts", "食品": "Foods", "化工": "Chemical", "电子": "Electronics",
    "建材": "Building Materials", "医疗器械": "Medical Devices", "能源": "Energy",
}  # fmt: skip
TRADITIONAL = str.maketrans(
    "宁苏无锡东岛连汉庆门华泰达桥丰鼎锐万峰远机汽车电子医疗",
    "寧蘇無錫東島連漢慶門華泰達橋豐鼎銳萬峰遠機汽車電子醫療",
)
LIMITED = "有限公司"
LIMITED_EN = ("CO LTD", "CO., LTD.", "Co., Ltd", "Company Limited", "LIMITED")
KEYS = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "r", "s": "a", "r": "t", "l": "k", "d": "f"}
LOOKS = {"o": "0", "l": "1", "i": "1", "s": "5", "b": "8", "e": "c"}
LONGEST = 35
"""Signs that a name field of many customs forms holds (UN/EDIFACT party names have lines of 35)."""


def latin(rng: np.random.Generator, name: str, *, first: bool) -> str:
    """``first``: the registered name, at most in capitals and without accents."""
    words, form = _form(name)
    chance = rng.random(9)
    if first:
        whole = f"{words} {form}".strip()
        return plain(whole, spoken=bool(chance[1] < 0.3)).upper() if chance[0] < 0.6 else whole
    if chance[2] < 0.3:
        for long, short in SHORT.items():
            words = words.replace(long, short)
    if " & " in words and chance[3] < 0.6:
        words = words.replace(" & ", (" and ", " u. ", "+", " ")[rng.integers(4)])
    if chance[4] < 0.10 and " " in words:
        *head, last = words.split(" ")
        words = " ".join([last, *head])
    form = str(rng.choice(FORM_WAYS.get(form, (form,)))) if chance[5] < 0.7 else form
    whole = f"{words} {form}".strip()
    if chance[6] < 0.15:
        whole = f"{whole} {rng.choice(BRANCHES)}"
    if chance[7] < 0.75:
        whole = plain(whole, spoken=bool(chance[1] < 0.4))
    if chance[8] < 0.6:
        whole = whole.upper()
    return whole if len(whole) <= LONGEST or chance[0] < 0.6 else whole[:LONGEST].rstrip()


def _form(name: str) -> tuple[str, str]:
    for form in sorted(FORM_WAYS, key=len, reverse=True):
        if name.endswith(f" {form}"):
            return name[: -len(form) - 1], form
    return name, ""


def plain(text: str, *, spoken: bool) -> str:
    """Without accents: Müller becomes Mueller (``spoken``) or Muller."""
    if spoken:
        text = "".join(SPOKEN.get(sign, sign) for sign in text)
    text = "".join(PLAIN.get(sign, sign) for sign in text)
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def chinese(rng: np.random.Generator, name: str, *, first: bool) -> str:
    """A name of city, brand, trade and legal form, in Chinese, in pinyin or half translated."""
    native = name.split(" (")[0]
    parts = _parts(native)
    if parts is None:
        return native
    city, brand, trade = parts
    chance = rng.random(4)
    if first and chance[0] < 0.35:
        return native
    if not first and chance[0] < 0.25:
        return _in_chinese(rng, city, brand, trade)
    spoken = PINYIN[brand]
    if chance[1] < 0.25:  # a syllable a word, as some write it
        cut = next((at for at in range(2, len(spoken)) if spoken[at:] in SYLLABLES), len(spoken))
        spoken = f"{spoken[:cut]} {spoken[cut:].capitalize()}".strip()
    kind = ENGLISH[trade] if chance[2] < 0.75 else PINYIN[trade]
    end = str(rng.choice(LIMITED_EN)) if chance[2] < 0.75 or chance[1] < 0.5 else "Youxian Gongsi"
    whole = f"{PINYIN[city]} {spoken} {kind} {end}"
    if not first and chance[3] < 0.08:
        whole = f"{spoken} {kind} ({PINYIN[city]}) {end}"
    return whole.upper() if chance[3] < 0.7 else whole


SYLLABLES = frozenset(
    {"xin", "tai", "tian", "da", "qiao", "feng", "fang", "sheng", "li", "rui", "tong", "yuan"}
    | {"tu", "mei", "xuan", "chang", "ya", "hang", "shi", "cheng", "ye", "he", "min", "yue", "chuan", "qing"}
    | {"an", "ran", "ming", "xing"}
)
"""The second syllables of the brands above."""


def _in_chinese(rng: np.random.Generator, city: str, brand: str, trade: str) -> str:
    match int(rng.integers(5)):
        case 0:
            return f"{city}市{brand}{trade}{LIMITED}"
        case 1:
            return f"{city}{brand}{trade}{LIMITED}".translate(TRADITIONAL)
        case 2:
            return f"{brand}{trade}({city}){LIMITED}".replace("(", "\uff08").replace(")", "\uff09")
        case 3:
            return f"{city}{brand}{trade}股份{LIMITED}"
        case _:
            return f"{city}{brand}{trade}{LIMITED}进出口部"


def _parts(native: str) -> tuple[str, str, str] | None:
    if not native.endswith(LIMITED):
        return None
    city, brand, trade = native[:2], native[2:4], native[4 : -len(LIMITED)]
    return (city, brand, trade) if city in PINYIN and brand in PINYIN and trade in PINYIN else None


def mistyped(rng: np.random.Generator, name: str) -> str:
    """One error: a sign dropped, doubled, swapped, beside on the keyboard, or read wrongly by a machine."""
    if len(name) < 4:
        return name
    at = int(rng.integers(1, len(name) - 1))
    sign, lower = name[at], name[at].lower()
    match int(rng.integers(5)):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + sign + name[at:]
        case 2:
            return name[:at] + name[at + 1] + sign + name[at + 2 :]
        case 3 if lower in KEYS:
            other = KEYS[lower]
            return name[:at] + (other.upper() if sign.isupper() else other) + name[at + 1 :]
        case 4 if lower in LOOKS:
            return name[:at] + LOOKS[lower] + name[at + 1 :]
        case _:
            return name[:at] + " " + name[at:]
