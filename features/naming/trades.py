"""What a company's name says that it does, in the languages that papers use: one word a line of business."""

from collections.abc import Mapping

from features.naming.letters import syllables

WORDS: Mapping[str, str] = {
    "machinery": "machinery machine machines maschinen maschinenfabrik maschinenbau machineworks mechanical mechanics "
    "macchine maquinaria engineering 机械 机械制造 机械设备 机床 机电",
    "equipment": "equipment equipments apparatus anlagen anlagenbau 设备 装备 成套设备",
    "tools": "tools tooling werkzeuge werkzeugbau utensili 工具 五金工具 刀具",
    "hardware": "hardware 五金",
    "moulds": "mould mold moulds molds moulding formenbau 模具",
    "automotive": "automotive auto automobile autoparts automobileparts automotiveparts autocomponents automotivecomponents "
    "fahrzeugteile autoteile 汽车部件 汽车零部件 汽配 汽车配件 汽车",
    "parts": "parts components teile komponenten 零件 配件 部件",
    "food": "food foods foodstuff foodstuffs lebensmittel alimentos alimentari 食品",
    "beverages": "beverage beverages getranke 饮料",
    "chemicals": "chemical chemicals chemie chemistry chimie chemische chimica quimica 化工 化学",
    "plastics": "plastic plastics kunststoff kunststoffe 塑料 塑胶",
    "rubber": "rubber gummi 橡胶",
    "electronics": "electronic electronics elektronik elettronica 电子 电子科技",
    "electric": "electric electrical elektro elektrotechnik elettrica electricals 电器 电气",
    "construction": "construction buildingmaterial buildingmaterials building baustoffe construcciones bau 建材 建筑材料 "
    "建筑 建设",
    "medical": "medical medicaldevice medicaldevices medizintechnik medtech medicalinstruments 医疗器械 医疗 医疗设备",
    "pharmaceuticals": "pharma pharmaceutical pharmaceuticals pharmazie 药业 医药 制药",
    "energy": "energy energie energia 能源 新能源",
    "power": "power powersupply 电力",
    "textiles": "textile textiles textil tessile 纺织 纺织品",
    "garments": "garment garments apparel clothing bekleidung 服装 服饰",
    "steel": "steel stahl stahlbau acier acciai 钢铁 钢材",
    "metal": "metal metals metall metallbau metallwaren metalli 金属 金属制品",
    "paper": "paper papier carta 纸业",
    "packaging": "packaging packing verpackung verpackungen imballaggi 包装",
    "furniture": "furniture mobel mobili 家具",
    "toys": "toys toy spielwaren 玩具",
    "trading": "trading trade handel handels handelsgesellschaft commerce commercial importexport importandexport import "
    "export imp exp impexp 贸易 进出口 进出口贸易 商贸 国际贸易 实业贸易",
    "logistics": "logistics logistik logistica transport spedition freight shipping forwarding 物流 运输 货运",
    "technology": "technology technologies tech technologie technik techno 科技 技术",
    "industry": "industry industries industrial industrie industria enterprise enterprises 实业 工业 企业",
    "manufacturing": "manufacturing manufacture mfg manufactory works produktion fabrik 制造 制造厂 厂",
    "instruments": "instrument instruments 仪器 仪表",
    "optics": "optics optical optik 光学 光电",
    "software": "software it edv informatik 软件",
    "materials": "material materials werkstoffe 材料 新材料",
    "environment": "environmental environment umwelttechnik 环保",
    "agriculture": "agriculture agricultural agri agro 农业",
    "group": "group gruppe holding holdings groupe gruppo jituan 集团 控股",
    "sales": "sales vertrieb vertriebs distribution distributors vertriebsgesellschaft marketing 销售",
    "service": "service services kundendienst 服务",
    "property": "realestate immobilien properties property grundbesitz verwaltung verwaltungs beteiligungs 房地产 置业",
    "finance": "finance leasing capital invest investment investments 投资 金融",
    "international": "international intl worldwide global 国际",
}
TRADES: Mapping[str, str] = {
    ("".join(syllables(word)) if not word.isascii() else word): trade
    for trade, words in WORDS.items()
    for word in words.split()
    if not (len(word) == 1 and not word.isascii())
}
"""Words in Latin letters, those of Chinese ones as they are read, and the line of business of each."""
TRADES_ZH: Mapping[str, str] = {
    word: trade for trade, words in WORDS.items() for word in words.split() if not word.isascii()
}
