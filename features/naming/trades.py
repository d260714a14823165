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
    "energy": "energy newenergy energie energia 能源 新能源",
    "power": "power powersupply 电力",
    "textiles": "textile textiles textil tessile 纺织 纺织品",
    "garments": "garment garments apparel clothing bekleidung 服装 服饰",
    "steel": "steel stahl stahlbau acier acciai 钢铁 钢材",
    "metal": "metal metals metall metallbau metallwaren metalli 金属 金属制品",
    "paper": "paper papier carta 纸业",
    "packaging": "pkg packaging packing verpackung verpackungen imballaggi 包装",
    "furniture": "furniture mobel mobili 家具",
    "toys": "toys toy spielwaren 玩具",
    "trading": "trading trade handel handels handelsgesellschaft commerce commercial importexport importandexport import "
    "export imp exp impexp 贸易 进出口 进出口贸易 商贸 国际贸易 实业贸易",
    "logistics": "logistics logistik logistica transport spedition freight shipping forwarding 物流 运输 货运",
    "technology": "technology technologies tech technologie technik techno 科技 技术",
    "industry": "ind inds industry industries industrial industrie industria enterprise enterprises 实业 工业 企业",
    "manufacturing": "manufacturing manufacture mfg manufactory works produktion fabrik 制造 制造厂 厂",
    "instruments": "instrument instruments 仪器 仪表",
    "optics": "optics optical optik 光学 光电",
    "software": "software it edv informatik 软件",
    "materials": "material materials newmaterial newmaterials werkstoffe 材料 新材料",
    "environment": "environmental environment umwelttechnik 环保",
    "agriculture": "agriculture agricultural agri agro 农业",
    "products": "prod products product produkte prodotti 制品 用品",
    "valves": "valve valves ventile armaturen fittings valvole robinetterie 阀门 阀业",
    "bearings": "bearing bearings walzlager roulements cuscinetti 轴承",
    "pumps": "pump pumps pumpen pompe pompes bombas 水泵 泵业",
    "cables": "cable cables kabel cavi 电缆 线缆 电线电缆",
    "glass": "glass glas glaswerke verre vetro 玻璃",
    "ceramics": "ceramic ceramics keramik ceramica ceramique 陶瓷",
    "gears": "gear gears gearbox getriebe transmission transmissions 齿轮 减速机 传动",
    "motors": "motor motors motoren moteurs 电机 马达",
    "automation": "automation automatisierung automazione 自动化",
    "lighting": "lighting lights leuchten 照明 灯具",
    "leather": "leather leder 皮革 皮具",
    "shoes": "shoes shoe footwear schuhe 鞋业",
    "jewellery": "jewelry jewellery schmuck 珠宝",
    "solar": "solar photovoltaic pv 光伏 太阳能",
    "batteries": "battery batteries batterie batterien 电池",
    "semiconductors": "semiconductor semiconductors halbleiter 半导体",
    "telecommunications": "telecom communication communications telekommunikation 通信 通讯",
    "printing": "printing druck druckerei 印刷",
    "wine": "wine winery brewery brewing brauerei 酒业 啤酒",
    "tea": "tea 茶业 茶叶",
    "seafood": "seafood fishery fisheries 水产 海产",
    "feed": "feed feeds futtermittel 饲料",
    "fertiliser": "fertilizer fertiliser fertilizers 化肥 肥料",
    "cosmetics": "cosmetic cosmetics kosmetik 化妆品",
    "biotechnology": "biotech biotechnology biotechnik 生物科技 生物技术 生物",
    "aviation": "aviation aerospace luftfahrt 航空",
    "ships": "ship shipbuilding marine schiffbau 船舶 造船",
    "bicycles": "bicycle bicycles bikes fahrrad 自行车",
    "tyres": "tire tires tyre tyres reifen 轮胎",
    "fasteners": "fastener fasteners screws schrauben 紧固件 螺丝",
    "springs": "spring springs federn 弹簧",
    "hydraulics": "hydraulic hydraulics hydraulik hydraulique idraulica 液压",
    "pneumatics": "pneumatic pneumatics pneumatik 气动",
    "refrigeration": "refrigeration cooling kaltetechnik 制冷 空调",
    "kitchenware": "kitchenware cookware 厨具 厨卫",
    "bathroom": "sanitary sanitaryware bathroom sanitar 卫浴 洁具",
    "wood": "wood timber holz holzwerke 木业 木材",
    "stone": "stone granite marble 石材 石业",
    "cement": "cement zement 水泥",
    "paints": "paint paints coating coatings lacke farben 涂料 油漆",
    "films": "film films folien 薄膜",
    "fibres": "fiber fibers fibre fibres faser 化纤 纤维",
    "stationery": "stationery 文具",
    "sports": "sports sporting sport 体育 体育用品",
    "gifts": "gift gifts 礼品 工艺品 crafts",
    "castings": "casting castings foundry giesserei fonderie 铸造 铸件",
    "forging": "forging forgings schmiede 锻造",
    "welding": "welding schweisstechnik 焊接",
    "measuring": "measurement measuring messtechnik 测量 检测",
    "sensors": "sensor sensors sensorik 传感器",
    "controls": "controls control steuerungen 控制",
    "seals": "seal seals dichtungen sealing 密封件 密封",
    "pipes": "pipe pipes rohre tubes tubi 管业 管道",
    "filters": "filter filters filtration 过滤 滤清器",
    "robots": "robot robotics robots 机器人",
    "home": "household homeware haushaltswaren 家居 日用品",
    "group": "group gruppe holding holdings groupe gruppo jituan 集团 控股",
    "sales": "sales vertrieb vertriebs distribution distributors vertriebsgesellschaft marketing 销售",
    "service": "service services kundendienst 服务",
    "property": "realestate immobilien properties property grundbesitz verwaltung verwaltungs beteiligungs 房地产 置业",
    "finance": "finance leasing capital invest investment investments 投资 金融",
    "international": "international intl worldwide global 国际",
}
TRADES: Mapping[str, str] = {
    word: trade for trade, words in WORDS.items() for word in words.split() if word.isascii()
}
"""Words in Latin letters, and the line of business of each."""
TRADES_ZH: Mapping[str, str] = {
    word: trade for trade, words in WORDS.items() for word in words.split() if not word.isascii()
}
TRADES_CN: Mapping[str, str] = {
    "".join(syllables(word)): trade for word, trade in TRADES_ZH.items() if len(word) > 1
}
"""Chinese words as they are read. Brands are read the same (启东 and 气动 are both "qidong"), so these count only in
a name that is Mandarin throughout, its legal form too."""
ARMS = frozenset({"group", "sales", "service", "logistics", "property", "finance", "international"})
"""Trades that a company of its own is founded for beside another."""
