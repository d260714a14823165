"""Letters of any script as plain Latin ones, so that names written in two scripts can be compared.

Chinese characters are read by pypinyin, whose phrases tell 重庆 (Chongqing) from 重 alone (Zhong); everything else
(Łódź, Ромашка, Ελλάς) by anyascii, character by character.
"""

import re
import unicodedata
from functools import lru_cache

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
LATIN = re.compile(r"[A-Za-z]")
RARE = str.maketrans({"𠮷": "吉", "𠀋": "丈", "㈱": "株式会社"})
"""Rare forms of common characters, which no dictionary reads."""
TRADITIONAL = str.maketrans(
    "寧機電東華廣貿業國車實豐龍飛馬達匯環藥醫療設備產進優興慶濟漢長際創動學萬億聯鋼鐵銅鋁膠紡織門爾風寶極責務總廠儀"
    "製紙羅陽榮發財順義藝遠運輸輪馳騰網絡維納絲線紅級經緯綠雲韓頂顯飲館驗魚鮮麗麥黃點齊龐蘇無錫島連無錦鎮鄭陝島瀋閩",
    "宁机电东华广贸业国车实丰龙飞马达汇环药医疗设备产进优兴庆济汉长际创动学万亿联钢铁铜铝胶纺织门尔风宝极责务总厂仪"
    "制纸罗阳荣发财顺义艺远运输轮驰腾网络维纳丝线红级经纬绿云韩顶显饮馆验鱼鲜丽麦黄点齐庞苏无锡岛连无锦镇郑陕岛沈闽",
)
_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
_FINAL = (
    "(?:iang|iong|uang|ang|eng|ing|ong|uai|uan|iao|ian|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ue|ui|"
    "a|o|e|i|u|v)"
)
PINYIN = re.compile(f"(?:{_INITIAL}{_FINAL}|er|an|ai|ao|ou|en|e|a)+")
"""Letters that can be read as syllables of Mandarin."""


def tidy(text: str) -> str:
    """Give ``text`` with full-width and compatibility forms made plain, and every blank one space."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(RARE)).split())


def simplified(text: str) -> str:
    """Give Chinese text with the traditional characters that names of companies use made simplified."""
    return text.translate(TRADITIONAL)


@lru_cache(maxsize=65_536)
def syllables(text: str) -> tuple[str, ...]:
    """Give the reading of Chinese characters, a syllable each, without tones."""
    from pypinyin import lazy_pinyin  # its dictionaries take a third of a second

    return tuple(_plain(syllable) for syllable in lazy_pinyin(text, v_to_u=False))


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    from anyascii import anyascii

    return str(anyascii(text)).lower()


def latin(text: str) -> str:
    """Give ``text`` in lower-case Latin letters; Chinese characters as one word a run."""
    return _plain(HAN.sub(lambda run: f" {''.join(syllables(run[0]))} ", text))


def is_pinyin(word: str) -> bool:
    """Say whether a word can be Mandarin written in Latin letters."""
    return PINYIN.fullmatch(word) is not None
