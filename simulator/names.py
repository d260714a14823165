"""Names of made-up companies, in English and in Chinese."""

import numpy as np
import numpy.typing as npt

from simulator.clock import Ints

FAMILIES = (
    "Adler",
    "Brandt",
    "Castell",
    "Dreyer",
    "Engel",
    "Falk",
    "Gerber",
    "Hartmann",
    "Ihle",
    "Jansen",
    "Kessler",
    "Lindner",
    "Moser",
    "Nordby",
    "Oberlin",
    "Petzold",
    "Quast",
    "Rademacher",
    "Sauter",
    "Thorsen",
    "Ulrich",
    "Voss",
    "Wieland",
    "Xanten",
    "Yngve",
    "Zeller",
    "Almqvist",
    "Bergamini",
    "Duval",
    "Novák",
    "Łukasz",
    "Özdemir",
    "Søndergaard",
)
TRADES = {
    "machinery": ("Maschinenbau", "Tooling", "Drives", "Presses"),
    "automotive": ("Automotive", "Chassis", "Castings", "Seating"),
    "food": ("Foods", "Dairy", "Brewing", "Packing"),
    "chemicals": ("Chemie", "Coatings", "Polymers", "Resins"),
    "electronics": ("Electronics", "Sensors", "Circuits", "Photonics"),
    "construction": ("Bau", "Concrete", "Steelworks", "Façades"),
    "medical": ("Medical", "Implants", "Diagnostics", "Optics"),
    "energy": ("Energy", "Turbines", "Grid", "Hydro"),
}
FORMS = ("GmbH", "AG", "KG", "Ltd", "S.A.", "B.V.", "AB", "S.r.l.")
CITIES_ZH = (
    "宁波",
    "苏州",
    "无锡",
    "东莞",
    "佛山",
    "青岛",
    "大连",
    "杭州",
    "南京",
    "武汉",
    "成都",
    "重庆",
    "天津",
    "厦门",
)
# The third and the eighth are beyond the basic plane: four bytes in UTF-8, as in real registers of companies.
BRANDS_ZH = (
    "永新",
    "华泰",
    "𠮷田",
    "恒达",
    "金桥",
    "瑞丰",
    "东方",
    "𠀋盛",
    "鼎力",
    "精锐",
    "万通",
    "海峰",
    "新元",
    "博远",
)
TRADES_ZH = {
    "machinery": "机械",
    "automotive": "汽车部件",
    "food": "食品",
    "chemicals": "化工",
    "electronics": "电子",
    "construction": "建材",
    "medical": "医疗器械",
    "energy": "能源",
}
CITIES_EN = (
    "Ningbo",
    "Suzhou",
    "Wuxi",
    "Dongguan",
    "Foshan",
    "Qingdao",
    "Dalian",
    "Hangzhou",
    "Nanjing",
    "Wuhan",
    "Chengdu",
    "Chongqing",
    "Tianjin",
    "Xiamen",
)


def names(
    rng: np.random.Generator, industry: npt.NDArray[np.object_], chinese: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    """One name a customer; a Chinese customer's is in Chinese, half of them with the English form beside it.

    Two companies may share a name, as in life; the number is the key.
    """
    n = len(industry)
    family, second, trade, form, city, brand = (_picks(rng, n) for _ in range(6))
    both = rng.random(n) < 0.5
    result = np.empty(n, dtype=object)
    for i in range(n):
        kind = str(industry[i])
        if chinese[i]:
            place = city[i] % len(CITIES_ZH)
            name = f"{CITIES_ZH[place]}{BRANDS_ZH[brand[i] % len(BRANDS_ZH)]}{TRADES_ZH[kind]}有限公司"
            result[i] = f"{name} ({CITIES_EN[place]} {kind.capitalize()} Co., Ltd)" if both[i] else name
        else:
            first = FAMILIES[family[i] % len(FAMILIES)]
            pair = f" & {FAMILIES[second[i] % len(FAMILIES)]}" if second[i] % 3 == 0 else ""
            result[i] = f"{first}{pair} {TRADES[kind][trade[i] % 4]} {FORMS[form[i] % len(FORMS)]}"
    return result


def _picks(rng: np.random.Generator, n: int) -> Ints:
    return rng.integers(0, 1_000_000, size=n)
