"""What customs papers make of a company's name: the noise of the benchmark of names, by kind."""

import unicodedata
from collections.abc import Callable

import numpy as np

from benchmarks.outside.registers import BRAND, CITIES, WESTERN, Firm

UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE", "å": "aa", "ß": "ss"}
)
FORMS = {
    "GmbH": ["G.m.b.H.", "GMBH", "Ges.m.b.H.", "Gesellschaft mit beschränkter Haftung", "mbH"],
    "AG": ["A.G.", "Aktiengesellschaft", "AG."],
    "KG": ["K.G.", "Kommanditgesellschaft"],
    "GmbH & Co. KG": ["GMBH + CO KG", "GmbH u. Co. KG", "GmbH & Co.", "GmbH&Co.KG"],
    "Ltd": ["Limited", "LTD.", "Ltd", "Co. Ltd.", "Company Limited"],
    "PLC": ["P.L.C.", "plc"],
    "Inc.": ["Incorporated", "INC", "Inc"],
    "LLC": ["L.L.C.", "llc"],
    "Corp.": ["Corporation", "CORP"],
    "S.r.l.": ["SRL", "S R L", "Srl"],
    "S.p.A.": ["SPA", "S P A", "Spa"],
    "S.A.": ["SA", "S A", "Sociedad Anónima"],
    "S.L.": ["SL", "S.L"],
    "SARL": ["S.A.R.L.", "S.à r.l."],
    "AB": ["Aktiebolag", "A.B."],
    "A/S": ["AS", "A.S."],
    "Oy": ["OY", "O.Y."],
    "B.V.": ["BV", "B V"],
    "N.V.": ["NV", "N V"],
    "AS": ["A/S", "a.s."],
    "有限公司": ["有限责任公司", "公司"],
    "股份有限公司": ["股份公司"],
    "Co., Ltd": ["CO LTD", "Company Limited", "Co.,Ltd.", "LTD", "CO.,LIMITED", "COLTD"],
}
SHORTER = {
    "Maschinenbau": "Masch.bau", "Medizintechnik": "Med.technik", "Elektronik": "Elektr.", "Electronics": "Elec.",
    "Machinery": "Mach.", "Instruments": "Instr.", "Technology": "Tech", "Chemical": "Chem", "Products": "Prod.",
    "Equipment": "Equip.", "Kunststofftechnik": "Kunststofft.", "Packaging": "Pkg", "Meccanica": "Mecc.",
}  # fmt: skip
TRADITIONAL = str.maketrans(
    "华东达龙鸿联众汇兴丰飞强启机电阀轴动设备汽车疗医进贸宁苏岛无温诸重庆厦门厂",
    "華東達龍鴻聯眾匯興豐飛強啟機電閥軸動設備汽車療醫進貿寧蘇島無溫諸重慶廈門廠",
)
STREETS = [
    "Industriestr. 5",
    "12 Dock Road",
    "Via Roma 3",
    "No. 88 Xinhua Rd",
    "Hafenweg 17",
    "Unit 4 Park Lane",
]
LETTERS = "abcdefghijklmnopqrstuvwxyz"

Noise = Callable[[np.random.Generator, str, Firm], str]


def _one(rng: np.random.Generator, some: list[str]) -> str:
    return some[int(rng.integers(len(some)))]


def _case(rng: np.random.Generator, name: str, firm: Firm) -> str:
    turn = rng.random()
    return name.upper() if turn < 0.6 else name.lower() if turn < 0.7 else name.replace("&", "and").title()


def _marks(rng: np.random.Generator, name: str, firm: Firm) -> str:
    kept = "".join(sign if sign.isalnum() or sign == " " else _one(rng, ["", " "]) for sign in name)
    return kept if rng.random() < 0.7 else name.replace(" ", "  ").replace(".", " .")


def _accents(rng: np.random.Generator, name: str, firm: Firm) -> str:
    if rng.random() < 0.5:
        name = name.translate(UMLAUTS)
    plain = unicodedata.normalize("NFD", name)
    return unicodedata.normalize("NFC", "".join(sign for sign in plain if unicodedata.category(sign) != "Mn"))


def _form(rng: np.random.Generator, name: str, firm: Firm) -> str:
    for form in sorted(FORMS, key=len, reverse=True):
        if name.endswith(form):
            return name.removesuffix(form) + _one(rng, FORMS[form])
    return name


def _no_form(rng: np.random.Generator, name: str, firm: Firm) -> str:
    for form in sorted(FORMS, key=len, reverse=True):
        if name.endswith(form) and len(name) > len(form) + 3:
            return name.removesuffix(form).rstrip(" ,")
    return name


def _typo(rng: np.random.Generator, name: str, firm: Firm) -> str:
    signs = list(name)
    places = [place for place, sign in enumerate(signs) if sign.isascii() and sign.isalpha() and place > 0]
    if len(places) < 6:
        return name
    for _ in range(1 if rng.random() < 0.75 else 2):
        place = places[int(rng.integers(len(places)))]
        if place >= len(signs) - 1:
            continue
        turn = rng.random()
        if turn < 0.3:
            signs[place] = _one(rng, list(LETTERS))
        elif turn < 0.55:
            signs[place] = ""
        elif turn < 0.75:
            signs[place] += signs[place]
        else:
            signs[place], signs[place + 1] = signs[place + 1], signs[place]
    return "".join(signs)


def _cut(rng: np.random.Generator, name: str, firm: Firm) -> str:
    return name[: int(rng.choice([30, 35]))].rstrip()


def _blanks(rng: np.random.Generator, name: str, firm: Firm) -> str:
    words = name.split(" ")
    if len(words) > 1 and rng.random() < 0.6:
        place = int(rng.integers(len(words) - 1))
        words[place : place + 2] = ["".join(words[place : place + 2])]
        return " ".join(words)
    place = int(rng.integers(1, max(len(name) - 1, 2)))
    return name[:place] + " " + name[place:]


def _shorter(rng: np.random.Generator, name: str, firm: Firm) -> str:
    for word, short in SHORTER.items():
        name = name.replace(word, short)
    return name


def _dropped(rng: np.random.Generator, name: str, firm: Firm) -> str:
    if firm.city and name.startswith((firm.city, CITIES.get(firm.city, "\0"))):
        return name.removeprefix(firm.city).removeprefix(CITIES.get(firm.city, "\0")).strip()
    return name.replace(f" {firm.city} ", " ") if firm.city else name


def _branch(rng: np.random.Generator, name: str, firm: Firm) -> str:
    if name.endswith("公司"):
        return name + _one(rng, list(CITIES)) + "分公司"
    if firm.land == "CN":
        return f"{name} {_one(rng, list(CITIES.values()))} Branch"
    city = _one(rng, WESTERN[firm.land][2])
    return f"{name} {_one(rng, ['Niederlassung ' + city, city + ' Branch', 'Warehouse ' + city, 'Werk ' + city])}"


def _address(rng: np.random.Generator, name: str, firm: Firm) -> str:
    city = _one(rng, list(CITIES.values()) if firm.land == "CN" else WESTERN[firm.land][2])
    return name + _one(
        rng, [f", {_one(rng, STREETS)}, {city}", f", {city.upper()}", f" {rng.integers(10000, 99999)} {city}"]
    )


def _before(rng: np.random.Generator, name: str, firm: Firm) -> str:
    return _one(rng, [f"M/S {name}", f"Messrs. {name}", f"{name} c/o Intercargo Forwarding"])


def _order(rng: np.random.Generator, name: str, firm: Firm) -> str:
    if firm.land != "CN":
        return (
            name.replace(f"{firm.brand} {firm.trade}", f"{firm.trade} {firm.brand}")
            if rng.random() < 0.5
            else name.replace(" & ", " ")
        )
    return (
        f"{name.removeprefix(firm.city)}"
        if not firm.city or not name.startswith(firm.city)
        else f"{firm.brand}{firm.trade}({firm.city}){firm.form}"
    )


KINDS: dict[str, tuple[float, Noise]] = {
    "case": (4, _case),
    "punctuation": (2, _marks),
    "accents": (2, _accents),
    "form written otherwise": (3, _form),
    "form left out": (2, _no_form),
    "misspelt": (3, _typo),
    "cut": (1.5, _cut),
    "blanks": (1.5, _blanks),
    "abbreviated": (1.5, _shorter),
    "place left out": (1, _dropped),
    "branch": (1.5, _branch),
    "address": (1.5, _address),
    "words around": (0.7, _before),
    "order": (0.7, _order),
}
"""Kinds of noise, how common each is, and what it does to a name."""
OTHER_SCRIPT = "other script"


def written(rng: np.random.Generator, firm: Firm, known_as: str) -> tuple[str, list[str]]:
    """Write the name of a company on a paper; say which kinds of noise changed it.

    Half of a Chinese company's papers are in a script that ``known_as``, the name that the register has, is not in.
    """
    kinds: list[str] = []
    name = known_as.split(" (")[0] if rng.random() < 0.5 else known_as if firm.land != "CN" else firm.name()
    if firm.land == "CN" and rng.random() < 0.5:
        turn = rng.random()
        name = firm.name("english") if turn < 0.7 else firm.name("pinyin")
        if turn > 0.9:
            name = name.replace(firm.pinyin.capitalize(), " ".join(map(str.capitalize, _syllables(firm))))
    if firm.land == "CN":
        if (name.isascii() and known_as == firm.name()) or (not name.isascii() and known_as.isascii()):
            kinds.append(OTHER_SCRIPT)
        if not name.isascii() and rng.random() < 0.1:
            name = name.translate(TRADITIONAL)
            kinds.append("traditional")
    if rng.random() < 0.15:
        return name, kinds
    weights = np.array([weight for weight, _ in KINDS.values()])
    wanted = len(kinds) + 1 + int(rng.random() < 0.4)
    for kind in map(str, rng.choice(list(KINDS), size=6, replace=False, p=weights / weights.sum())):
        changed = KINDS[kind][1](rng, name, firm)
        if changed != name and len(changed.strip()) > 2 and len(kinds) < wanted:
            name = changed
            kinds.append(kind)
    return name, kinds


def _syllables(firm: Firm) -> list[str]:
    return [BRAND[sign] for sign in firm.brand]
