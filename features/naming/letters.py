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
TRADITIONAL = {
    ord(pair[0]): pair[1]
    for pair in (
        "寧宁 機机 電电 東东 華华 廣广 貿贸 業业 國国 車车 實实 豐丰 龍龙 飛飞 馬马 達达 匯汇 環环 藥药 醫医 療疗 設设 備备 產产 進进 優优 興兴 慶庆 濟济 漢汉 長长 際际 "
        "創创 動动 學学 萬万 億亿 聯联 鋼钢 鐵铁 銅铜 鋁铝 膠胶 紡纺 織织 門门 爾尔 風风 寶宝 極极 責责 務务 總总 廠厂 儀仪 製制 紙纸 羅罗 陽阳 榮荣 發发 財财 順顺 義义 "
        "藝艺 遠远 運运 輸输 輪轮 馳驰 騰腾 網网 絡络 維维 納纳 絲丝 線线 紅红 級级 經经 緯纬 綠绿 雲云 韓韩 頂顶 顯显 飲饮 館馆 驗验 魚鱼 鮮鲜 麗丽 麥麦 黃黄 點点 齊齐 "
        "龐庞 蘇苏 無无 錫锡 島岛 連连 錦锦 鎮镇 鄭郑 陝陕 瀋沈 閩闽 軸轴 閥阀 鴻鸿 眾众 啟启 強强 諸诸 溫温 廈厦 貨货 誠诚 偉伟 傑杰 潤润 澤泽 瑪玛 賽赛 貝贝 凱凯 衛卫 "
        "諾诺 賢贤 賀贺 錢钱 鍋锅 鏈链 鑄铸 鍛锻 雙双 靈灵 顏颜 駿骏 鵬鹏 亞亚 倉仓 儲储 勝胜 協协 參参 嚴严 圓圆 奧奥 孫孙 寬宽 岡冈 嶺岭 庫库 廚厨 張张 彈弹 數数 時时 "
        "曉晓 樂乐 標标 橋桥 檢检 櫃柜 歐欧 殼壳 氣气 淨净 減减 測测 湯汤 滬沪 滿满 潔洁 濱滨 濾滤 瀾澜 烏乌 煉炼 熱热 爐炉 獅狮 瑤瑶 璽玺 監监 盤盘 礦矿 祿禄 禮礼 積积 "
        "穩稳 窯窑 筆笔 範范 築筑 簡简 糧粮 組组 繡绣 纖纤 聖圣 聲声 臺台 艦舰 莊庄 葉叶 蒼苍 蓋盖 蕭萧 薩萨 蘭兰 裝装 規规 視视 計计 訊讯 許许 誼谊 調调 證证 護护 賓宾 "
        "資资 贏赢 趙赵 躍跃 軌轨 軒轩 軟软 載载 輝辉 辦办 農农 釀酿 針针 鈦钛 鈞钧 鈴铃 鈺钰 鉅钜 鉑铂 銀银 銘铭 鋒锋 鍵键 鎂镁 鎖锁 鏡镜 鐘钟 閣阁 闊阔 陳陈 陸陆 霧雾 "
        "頻频 飾饰 養养 駕驾 驅驱 體体 鷹鹰 鹽盐 麼么 黨党 齒齿 壓压 塗涂 顔颜 燈灯 營营 區区 縣县 灣湾 鄉乡 階阶 術术 書书 賣卖 買买 兒儿 婦妇 孃娘 壽寿 夢梦 豪豪 圖图 "
        "團团 場场 塊块 綫线 綿绵 緊紧 締缔 編编 緣缘 縫缝 繼继 續续 罷罢 "
    ).split()
}
"""Traditional characters that names of companies use, each beside the simplified one."""
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
