"""Registers of made-up companies for the benchmark of names: customers, and companies that only look like them.

The words are this benchmark's own: it knows nothing of what ``features.naming`` knows, and a good part of its
places and some of its trades stand in no list there.
"""

from dataclasses import dataclass

import numpy as np

ONSETS = "b br d dr f fl g gr h j k kl kr l m n p pf r s sch st str t tr v w z".split()
VOWELS = "a e i o u au ei ie ä ö ü".split()
CODAS = "l ll m n nn r rt ck ng ss tz nd mann er el bach berg dorf hoff inger ström sen ski ić".split()
INVENTED = (
    "Nova Ferro Lumi Veri Hydra Kine Axio Poly Sani Duro Opti Terra Aero Crono Mega Proto Sino Alpi"
).split()
ENDINGS = "tec lux dyn plan form nova mat tron via rex san sol max flow cast weld".split()
WESTERN = {
    "DE": (
        "Armaturen Getriebe Hydraulik Pumpen Dichtungen Werkzeugbau Maschinenbau Elektronik Kunststofftechnik Messtechnik "
        "Lebensmittel Medizintechnik Glaswerke Keramik Stahlbau Fördertechnik Ventile Brauereitechnik".split(),
        ["GmbH", "AG", "KG", "GmbH & Co. KG"],
        "Hamburg Bremen Kassel Siegen Plauen Hagen Jena Coburg Fulda Herford".split(),
    ),
    "EN": (
        "Valves Bearings Pumps Castings Seals Tooling Coatings Electronics Plastics Instruments Foods Ceramics Gears "
        "Cables Fasteners Controls Brewing Diagnostics Machinery Packaging".split(),
        ["Ltd", "PLC", "Inc.", "LLC", "Corp."],
        "Leeds Sheffield Derby Dayton Akron Peoria Boise Coventry Swindon Tulsa".split(),
    ),
    "ROM": (
        "Valvole Pompe Meccanica Plastica Elettronica Vetro Ceramica Alimentari Hydraulique Mécanique Roulements "
        "Robinetterie Emballages Industrial Componenti Stampi".split(),
        ["S.r.l.", "S.p.A.", "S.A.", "S.L.", "SARL"],
        "Modena Vicenza Nantes Vigo Girona Parma Annecy Dijon Lecco Burgos".split(),
    ),
    "NORD": (
        "Ventiler Pumper Elektronik Lager Teknik Maskin Hydraulik Kabel Emballage Medicinteknik Verktyg Instrument".split(),
        ["AB", "A/S", "Oy", "B.V.", "N.V.", "AS"],
        "Örebro Odense Turku Breda Zwolle Lund Ålesund Lahti Kolding Almere".split(),
    ),
}
CITIES = {
    "宁波": "Ningbo", "苏州": "Suzhou", "青岛": "Qingdao", "佛山": "Foshan", "无锡": "Wuxi", "温州": "Wenzhou",
    "诸暨": "Zhuji", "瑞安": "Rui'an", "海宁": "Haining", "胶州": "Jiaozhou", "寿光": "Shouguang", "启东": "Qidong",
    "重庆": "Chongqing", "厦门": "Xiamen", "上海": "Shanghai", "深圳": "Shenzhen", "台山": "Taishan", "玉环": "Yuhuan",
}  # fmt: skip
BRAND = {
    "永": "yong", "新": "xin", "华": "hua", "泰": "tai", "恒": "heng", "达": "da", "金": "jin", "瑞": "rui", "丰": "feng",
    "东": "dong", "鼎": "ding", "力": "li", "精": "jing", "锐": "rui", "万": "wan", "通": "tong", "海": "hai", "博": "bo",
    "远": "yuan", "鑫": "xin", "盛": "sheng", "隆": "long", "龙": "long", "利": "li", "嘉": "jia", "佳": "jia", "凯": "kai",
    "宏": "hong", "鸿": "hong", "源": "yuan", "天": "tian", "晨": "chen", "辰": "chen", "科": "ke", "兴": "xing",
    "旺": "wang", "美": "mei", "德": "de", "诚": "cheng", "信": "xin", "江": "jiang", "昌": "chang", "康": "kang",
    "健": "jian", "飞": "fei", "翔": "xiang", "明": "ming", "光": "guang", "强": "qiang", "立": "li", "正": "zheng",
    "中": "zhong", "联": "lian", "合": "he", "众": "zhong", "汇": "hui", "融": "rong", "启": "qi", "航": "hang",
}  # fmt: skip
CHINESE_TRADES = {
    "机械": ("Machinery", "jixie"), "阀门": ("Valve", "famen"), "轴承": ("Bearing", "zhoucheng"),
    "电子科技": ("Electronic Technology", "dianzi keji"), "塑料制品": ("Plastic Products", "suliao zhipin"),
    "汽车配件": ("Auto Parts", "qiche peijian"), "玻璃": ("Glass", "boli"), "陶瓷": ("Ceramics", "taoci"),
    "水泵": ("Pump", "shuibeng"), "电缆": ("Cable", "dianlan"), "食品": ("Food", "shipin"),
    "医疗器械": ("Medical Instruments", "yiliao qixie"), "进出口贸易": ("Import & Export Trading", "jinchukou maoyi"),
    "五金制品": ("Hardware Products", "wujin zhipin"), "化工": ("Chemical", "huagong"), "减速机": ("Reducer", "jiansuji"),
    "新材料": ("New Material", "xin cailiao"), "自动化设备": ("Automation Equipment", "zidonghua shebei"),
}  # fmt: skip
OTHER_BUSINESS = {
    "DE": ["Immobilien", "Vertriebs", "Logistik", "Verwaltungs", "Service"],
    "EN": ["Properties", "Logistics", "Finance", "Distribution", "Services"],
    "ROM": ["Immobiliare", "Logistica", "Servizi", "Distribution"],
    "NORD": ["Fastigheter", "Logistik", "Service", "Invest"],
}
ABROAD = ["Polska", "Hungary", "(Shanghai)", "North America", "Asia", "Iberica", "India", "UK"]


@dataclass(frozen=True)
class Firm:
    """A company: the parts of its name, as its own register has them; ``land`` is CN or a key of WESTERN."""

    land: str
    brand: str
    trade: str
    form: str
    city: str = ""
    extra: str = ""

    @property
    def pinyin(self) -> str:
        return "".join(BRAND[sign] for sign in self.brand)

    def name(self, script: str = "own") -> str:
        """Give the whole name; of a Chinese company in ``own`` characters, or ``english`` or ``pinyin``."""
        if self.land != "CN":
            return " ".join(filter(None, (self.brand, self.trade, self.extra, self.city, self.form)))
        english, plain = CHINESE_TRADES[self.trade]
        if script == "own":
            return f"{self.city}{self.brand}{self.trade}{self.form}"
        place = CITIES[self.city]
        if script == "english":
            form = {"股份有限公司": "Stock Co., Ltd"}.get(self.form, "Co., Ltd")
            return f"{place} {self.pinyin.capitalize()} {english} {form}"
        form = {"股份有限公司": "gufen youxian gongsi"}.get(self.form, "youxian gongsi")
        return f"{place} {self.pinyin.capitalize()} {plain} {form}"


@dataclass(frozen=True)
class Register:
    """``customers`` with the name that the company keeps of each, and ``others`` with what each is like."""

    customers: list[tuple[str, Firm, str]]
    others: list[tuple[Firm, str]]


def drawn(rng: np.random.Generator, land: str | None = None) -> Firm:
    """Draw a company."""
    land = land or str(rng.choice(["CN", "CN", *WESTERN]))
    if land == "CN":
        signs = rng.choice(list(BRAND), size=2 if rng.random() < 0.85 else 3, replace=False)
        form = "有限公司" if rng.random() < 0.9 else "股份有限公司"
        return Firm(land, "".join(signs), _one(rng, list(CHINESE_TRADES)), form, _one(rng, list(CITIES)))
    trades, forms, cities = WESTERN[land]
    city = _one(rng, cities) if rng.random() < 0.15 else ""
    return Firm(land, _brand(rng), _one(rng, trades), _one(rng, forms), city)


def _brand(rng: np.random.Generator) -> str:
    style = rng.random()
    if style < 0.2:
        return _one(rng, INVENTED) + _one(rng, ENDINGS)
    if style < 0.28:
        return "".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVWZ"), size=3))
    first = _surname(rng)
    return f"{first} & {_surname(rng)}" if style > 0.8 else first


def _surname(rng: np.random.Generator) -> str:
    return (
        _one(rng, ONSETS)
        + _one(rng, VOWELS)
        + _one(rng, CODAS)
        + (_one(rng, CODAS) if rng.random() < 0.3 else "")
    ).capitalize()


def _one(rng: np.random.Generator, some: list[str]) -> str:
    return some[int(rng.integers(len(some)))]


def like(rng: np.random.Generator, firm: Firm) -> tuple[Firm, str]:
    """Draw another company whose name is like that of ``firm``, and say how."""
    if firm.land == "CN":
        kind = _one(rng, ["other city", "other trade", "one sign", "other form"])
        if kind == "other city":
            return _with(firm, city=_other(rng, list(CITIES), firm.city)), kind
        if kind == "other trade":
            return _with(firm, trade=_other(rng, list(CHINESE_TRADES), firm.trade)), kind
        if kind == "one sign":
            place = int(rng.integers(len(firm.brand)))
            sign = _other(rng, [one for one in BRAND if one not in firm.brand], firm.brand[place])
            return _with(firm, brand=firm.brand[:place] + sign + firm.brand[place + 1 :]), kind
        other = "有限公司" if firm.form == "股份有限公司" else "股份有限公司"
        return _with(firm, form=other), kind
    kind = _one(rng, ["other form", "other city", "other trade", "subsidiary", "one more name"])
    trades, forms, cities = WESTERN[firm.land]
    if kind == "other form":
        return _with(firm, form=_other(rng, forms, firm.form)), kind
    if kind == "other city":
        return _with(firm, city=_other(rng, cities, firm.city)), kind
    if kind == "other trade":
        return _with(firm, trade=_other(rng, trades, firm.trade)), kind
    if kind == "subsidiary":
        extra = _one(rng, [*OTHER_BUSINESS[firm.land], *ABROAD])
        return _with(firm, extra=extra), kind
    return _with(firm, brand=f"{firm.brand} {_surname(rng)}"), kind


def _with(firm: Firm, **parts: str) -> Firm:
    return Firm(**{**firm.__dict__, **parts})


def _other(rng: np.random.Generator, some: list[str], than: str) -> str:
    return _one(rng, [one for one in some if one != than])


def register(rng: np.random.Generator, customers: int, others: int) -> Register:
    """Draw a register; a tenth of the customers are like another one, one in a hundred has another one's name."""
    firms: list[Firm] = []
    while len(firms) < customers:
        turn = rng.random()
        if firms and turn < 0.10:
            firms.append(like(rng, firms[int(rng.integers(len(firms)))])[0])
        elif firms and turn < 0.11:
            firms.append(firms[int(rng.integers(len(firms)))])
        else:
            firms.append(drawn(rng))
    kept = [(f"C{number:05d}", firm, _kept(rng, firm)) for number, firm in enumerate(firms)]
    there = set(firms)
    strangers: list[tuple[Firm, str]] = []
    while len(strangers) < others:
        one = (
            like(rng, firms[int(rng.integers(len(firms)))])
            if rng.random() < 0.5
            else (drawn(rng), "stranger")
        )
        if one[0] not in there:
            strangers.append(one)
    return Register(kept, strangers)


def _kept(rng: np.random.Generator, firm: Firm) -> str:
    """Give the name that the company has of a customer: of a Chinese one in one script or both."""
    if firm.land != "CN":
        return firm.name()
    turn = rng.random()
    if turn < 0.5:
        return firm.name()
    return firm.name("english") if turn < 0.75 else f"{firm.name()} ({firm.name('english')})"
