"""Words of a company's name that do not tell it apart: its legal form, and that a branch is meant."""

from collections.abc import Mapping

FORMS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "limited": "ltd limited coltd coltd. cold companylimited companyltd "
        "corpltd corporationltd corporationlimited colimited pteltd pvtltd privatelimited "
        "ptyltd sdnbhd ltda limitada limitee youxiangongsi youxianzerengongsi pte pvt pty col",
        "joint": "gufenyouxiangongsi gufengongsi stockcoltd stockltd jointstockcompany jointstockcoltd sharecoltd",
        "plc": "plc",
        "company": "co company cie compagnie gongsi comp",
        "inc": "inc incorporated",
        "corp": "corp corporation",
        "llc": "llc llp lp",
        "gmbh": "gmbh gesmbh mbh gesellschaftmitbeschrankterhaftung gesellschaftmbh",
        "gmbh & co. kg": "gmbhcokg gmbhcokgaa gmbhco gmbhucokg gmbhuco",
        "ag": "ag aktiengesellschaft",
        "kg": "kg kommanditgesellschaft",
        "ohg": "ohg gbr",
        "ek": "ek",
        "se": "se",
        "sa": "sa societeanonyme sociedadanonima sadecv",
        "sas": "sas sasu",
        "sarl": "sarl eurl",
        "srl": "srl srls",
        "sl": "sl slu",
        "spa": "spa",
        "snc": "snc",
        "bv": "bv besloten bvba beslotenvennootschap",
        "nv": "nv naamlozevennootschap",
        "ab": "ab aktiebolag",
        "as": "as aksjeselskap aktieselskab asa",
        "aps": "aps",
        "oy": "oy oyj osakeyhtio oyab",
        "spzoo": "spzoo spzo spolkazoo",
        "sro": "sro",
        "kft": "kft",
        "doo": "doo",
        "ooo": "ooo zao oao pao",
        "kk": "kk kabushikikaisha kabushikigaisha",
        "pt": "pt",
        "as_tr": "anonimsirketi ltdsti sti",
    }.items()
    for word in words.split()
}
"""Legal forms, letters and nothing between them, and the kind that each belongs to."""
FRONT = frozenset({"ooo", "zao", "oao", "pao", "pt", "oy"})
"""Those that may stand before the name."""
SAME = (frozenset({"limited", "company"}), frozenset({"corp", "company"}))
"""Kinds that may be two ways to write one form: "Co." is what is left of "Co., Ltd"."""

FORMS_ZH: Mapping[str, str] = {
    "股份有限公司": "joint",
    "集团股份有限公司": "joint",
    "有限责任公司": "limited",
    "集团有限公司": "limited",
    "控股有限公司": "limited",
    "有限公司": "limited",
    "股份公司": "joint",
    "有限会社": "limited",
    "株式会社": "kk",
    "合伙企业": "partners",
    "集团公司": "company",
    "总公司": "company",
    "公司": "company",
}
BRANCHES = frozenset(
    "branch niederlassung zweigniederlassung zweigstelle filiale werk plant warehouse lager depot centre center "
    "office buro succursale sucursal agence oddzial filial factory fengongsi banshichu dept department division "
    "unit".split()
)
"""Words for a part of the same company."""
BRANCHES_ZH = ("分公司", "办事处", "分厂", "仓库", "工厂", "代表处", "营业部")
JOINING = frozenset(
    "and und et y e of the der die das for fur de la le les du des di del der den van i og och u & messrs".split()
)
"""Words that stand between others."""


def agree(one: str, other: str) -> bool:
    """Say whether two kinds of legal form may be one."""
    return one == other or any(one in same and other in same for same in SAME)
