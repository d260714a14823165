"""Places that stand in names of companies: cities and provinces of China, larger cities and countries elsewhere."""

from collections.abc import Mapping

from features.naming.letters import syllables

CHINA = (
    "北京 上海 天津 重庆 广州 深圳 东莞 佛山 中山 珠海 惠州 江门 汕头 湛江 肇庆 茂名 揭阳 潮州 清远 韶关 杭州 宁波 温州 "
    "绍兴 嘉兴 湖州 金华 义乌 台州 舟山 衢州 丽水 慈溪 余姚 永康 南京 苏州 无锡 常州 南通 扬州 镇江 徐州 盐城 泰州 淮安 "
    "连云港 宿迁 昆山 江阴 张家港 常熟 太仓 青岛 济南 烟台 潍坊 威海 淄博 临沂 济宁 泰安 日照 德州 聊城 滨州 菏泽 东营 "
    "大连 沈阳 鞍山 抚顺 丹东 锦州 营口 长春 吉林 哈尔滨 大庆 齐齐哈尔 石家庄 唐山 保定 邯郸 秦皇岛 廊坊 沧州 邢台 衡水 "
    "太原 大同 呼和浩特 包头 郑州 洛阳 开封 新乡 安阳 焦作 许昌 南阳 武汉 宜昌 襄阳 荆州 黄石 十堰 长沙 株洲 湘潭 衡阳 岳阳 "
    "常德 南昌 九江 赣州 景德镇 合肥 芜湖 蚌埠 马鞍山 安庆 滁州 福州 厦门 泉州 漳州 莆田 晋江 南宁 桂林 柳州 海口 三亚 "
    "成都 绵阳 德阳 宜宾 泸州 贵阳 遵义 昆明 大理 拉萨 西安 宝鸡 咸阳 兰州 西宁 银川 乌鲁木齐 香港 澳门 台北 高雄 台中 "
    "广东 浙江 江苏 山东 福建 河北 河南 湖北 湖南 江西 安徽 四川 辽宁 陕西 山西 云南 贵州 广西 海南 甘肃 新疆 黑龙江 内蒙古 "
    "中国 台湾"
).split()
ABROAD: Mapping[str, str] = {
    word: place
    for place, words in {
        "shanxi": "shaanxi",
        "guangzhou": "canton",
        "beijing": "peking",
        "xianggang": "hongkong hk",
        "zhongguo": "china chine prc",
        "tianjin": "tientsin",
        "qingdao": "tsingtao",
        "taibei": "taipei",
        "gaoxiong": "kaohsiung",
        "taiwan": "taiwan",
        "aomen": "macau macao",
        "germany": "germany deutschland allemagne german",
        "austria": "austria osterreich",
        "switzerland": "switzerland schweiz suisse swiss",
        "france": "france",
        "italy": "italy italia",
        "spain": "spain espana iberica",
        "poland": "poland polska",
        "czechia": "czech cesko ceska bohemia",
        "hungary": "hungary hungaria magyarorszag",
        "netherlands": "netherlands nederland holland benelux",
        "belgium": "belgium belgique",
        "sweden": "sweden sverige",
        "norway": "norway norge",
        "denmark": "denmark danmark",
        "finland": "finland suomi",
        "scandinavia": "scandinavia nordic nordics",
        "britain": "uk britain england greatbritain",
        "ireland": "ireland",
        "usa": "usa us america americas northamerica",
        "canada": "canada",
        "mexico": "mexico",
        "brazil": "brazil brasil",
        "india": "india",
        "japan": "japan nippon",
        "korea": "korea",
        "vietnam": "vietnam",
        "thailand": "thailand",
        "malaysia": "malaysia",
        "indonesia": "indonesia",
        "singapore": "singapore",
        "russia": "russia rus rossija",
        "turkey": "turkey turkiye turk",
        "europe": "europe europa european",
        "asia": "asia asiapacific apac",
        "munich": "munich munchen muenchen",
        "cologne": "cologne koln koeln",
        "nuremberg": "nuremberg nurnberg nuernberg",
        "vienna": "vienna wien",
        "zurich": "zurich zuerich",
        "geneva": "geneva geneve genf",
        "milan": "milan milano mailand",
        "turin": "turin torino",
        "rome": "rome roma",
        "warsaw": "warsaw warszawa",
        "prague": "prague praha",
        "copenhagen": "copenhagen kobenhavn",
        "gothenburg": "gothenburg goteborg",
        "brussels": "brussels bruxelles",
        "antwerp": "antwerp antwerpen",
    }.items()
    for word in words.split()
} | {
    word: word
    for word in (
        "hamburg bremen berlin frankfurt stuttgart dortmund essen leipzig dresden hannover duisburg bochum wuppertal "
        "bielefeld bonn munster karlsruhe mannheim augsburg wiesbaden kiel aachen kassel freiburg rostock ulm "
        "heilbronn linz graz salzburg basel bern lausanne paris lyon marseille lille toulouse nantes strasbourg "
        "bordeaux bologna genova verona brescia bergamo padova napoli barcelona madrid valencia sevilla bilbao "
        "rotterdam amsterdam utrecht eindhoven gent liege london manchester birmingham leeds glasgow sheffield "
        "liverpool bristol dublin stockholm malmo oslo bergen aarhus helsinki tampere gdansk krakow poznan wroclaw "
        "lodz katowice brno budapest bucharest sofia zagreb ljubljana athens istanbul ankara izmir bursa moscow "
        "moskva petersburg kiev tokyo osaka nagoya seoul busan bangkok jakarta surabaya hanoi saigon mumbai delhi "
        "chennai pune bangalore kolkata dubai newyork chicago houston dallas detroit boston atlanta losangeles "
        "sanfrancisco seattle toronto montreal vancouver saopaulo"
    ).split()
}
PLACES_ZH: Mapping[str, str] = {place: "".join(syllables(place)) for place in CHINA}
PLACES: Mapping[str, str] = {**{place: place for place in PLACES_ZH.values()}, **ABROAD}
"""Places in Latin letters without blanks, and what each is called here."""
