"""Fewer namesakes: where names stand on papers alone, most companies need one of their own.

The families and brands of ``names`` are few, so that many a customer differs from another one by its legal form
alone, or by nothing. Registers of real companies are wider.
"""

import numpy as np
import numpy.typing as npt

from simulator.around import NAMESAKES
from simulator.names import BRANDS_ZH, FAMILIES, FORMS

FIRST = (
    "Alten", "Birn", "Brunn", "Burg", "Dorn", "Eichen", "Eisen", "Ellen", "Fichten", "Gold", "Grün", "Hage",
    "Hasel", "Hohen", "Holz", "Kalten", "Kirch", "Krumm", "Lauter", "Linden", "Mühl", "Nieder", "Ober", "Quell",
    "Reb", "Rosen", "Sand", "Schwarz", "Silber", "Sonnen", "Stein", "Tannen", "Wald", "Weiden", "Winter", "Ziegel",
)  # fmt: skip
LAST = (
    "acher", "auer", "bach", "berger", "bichler", "brink", "dorfer", "egger", "felder", "hauser", "hofer", "kamp",
    "leitner", "mayr", "reuter", "roth", "schmidt", "thaler", "wieser", "zeller",
)  # fmt: skip
BRANDS = (
    "宏图", "佳美", "凯旋", "隆昌", "铭泰", "诺亚", "启航", "融通", "盛世", "天成", "伟业", "祥和",
    "益民", "正大", "卓越", "百川", "长青", "德胜", "富源", "国安", "浩然", "建业", "康明", "力行",
)  # fmt: skip


def told_apart(rng: np.random.Generator, names: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The names, in which those after the first of the same core (all but the legal form) have a rarer family or
    brand; the part ``NAMESAKES`` of them keep the name."""
    result, seen = names.copy(), set()
    stays, picks = rng.random(len(names)), rng.integers(0, 1_000_000, size=(len(names), 40))
    for at, name in enumerate(names):
        core = _core(name)
        if core in seen and stays[at] >= NAMESAKES:
            for pick in picks[at]:
                result[at] = _rarer(name, int(pick))
                if _core(result[at]) not in seen:
                    break
        seen.add(_core(result[at]))
    return result


def _core(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return first if last in FORMS else name.partition(" (")[0]


def _rarer(name: str, pick: int) -> str:
    """The same name with another family, or another brand."""
    family = name.split(" ")[0]
    if family in FAMILIES:
        nth, last = divmod(pick, len(LAST))
        return f"{FIRST[nth % len(FIRST)]}{LAST[last]}{name[len(family) :]}"
    brand = name[2:4]
    return name.replace(brand, BRANDS[pick % len(BRANDS)], 1) if brand in BRANDS_ZH else name
