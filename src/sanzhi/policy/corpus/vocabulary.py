"""Words of official documents, as tables: issuers, letters of document numbers, kinds of document.

The kinds are the keys of force scales. Sources: the State Council's rules for handling official
documents (党政机关公文处理工作条例, 2012) for kinds and numbers, the Legislation Law for laws,
regulations and rules; letters (发文机关代字) as the issuers print them.
"""

from typing import Final, NamedTuple

from sanzhi.core.findings import Text

#: Every kind that rules can give, as pages name it; a force scale levels them.
DOC_TYPE_NAMES: Final = {
    name: Text(name, chinese)
    for name, chinese in (
        ("law", "法律"),
        ("administrative regulation", "行政法规"),
        ("interim administrative regulation", "暂行条例（规定、办法）"),
        ("State Council decision", "国务院决定"),
        ("State Council opinion", "国务院意见"),
        ("State Council scheme", "国务院方案、规划"),
        ("State Council notice", "国务院通知"),
        ("State Council reply", "国务院批复"),
        ("ministry order", "部门令"),
        ("ministry rule", "部门规章"),
        ("ministry decision", "部门决定"),
        ("ministry opinion", "部门意见"),
        ("ministry measure", "部门办法、措施"),
        ("interim provision", "暂行规定"),
        ("announcement", "公告"),
        ("notice", "通知"),
        ("plan", "方案、规划"),
        ("reply", "批复"),
    )
}
DOC_TYPES: Final = tuple(DOC_TYPE_NAMES)

STATE_COUNCIL: Final = ("国务院", "国务院办公厅")
CONGRESS: Final = ("全国人大", "全国人大常委会")

#: The name an issuer goes by → other names of the same in texts.
ISSUERS: Final[dict[str, tuple[str, ...]]] = {
    "全国人大常委会": ("全国人民代表大会常务委员会", "全国人大常务委员会"),
    "全国人大": ("全国人民代表大会",),
    "国务院办公厅": (),
    "国务院关税税则委员会": ("关税税则委员会",),
    "国务院": ("中华人民共和国国务院",),
    "海关总署": ("中华人民共和国海关总署",),
    "财政部": ("中华人民共和国财政部",),
    "商务部": ("中华人民共和国商务部",),
    "外经贸部": ("对外贸易经济合作部", "外经贸部"),
    "税务总局": ("国家税务总局",),
    "农业农村部": ("中华人民共和国农业农村部",),
    "农业部": ("中华人民共和国农业部",),
    "国家发展改革委": ("国家发展和改革委员会", "发展改革委", "国家发改委"),
    "国家计委": ("国家发展计划委员会", "国家计划委员会"),
    "国家经贸委": ("国家经济贸易委员会",),
    "公安部": (),
    "交通运输部": (),
    "交通部": (),
    "市场监管总局": ("国家市场监督管理总局", "市场监督管理总局"),
    "工商总局": ("国家工商行政管理总局", "工商行政管理总局"),
    "质检总局": ("国家质量监督检验检疫总局", "国家质检总局"),
    "国家外汇局": ("国家外汇管理局", "外汇管理局", "外汇局"),
    "人民银行": ("中国人民银行",),
    "生态环境部": (),
    "环境保护部": ("环境保护总局", "国家环保总局"),
    "工业和信息化部": ("工信部",),
    "文化和旅游部": (),
    "科技部": ("科学技术部",),
    "国家药监局": ("国家药品监督管理局",),
    "食品药品监管局": ("国家食品药品监督管理局", "国家食品药品监督管理总局", "食品药品监管总局"),
    "卫生健康委": ("国家卫生健康委员会", "国家卫生健康委"),
    "卫生部": (),
    "国家移民管理局": ("移民管理局",),
    "国家邮政局": ("邮政局",),
    "民航局": ("中国民用航空局", "中国民用航空总局", "中国民航局"),
    "国家铁路局": (),
    "铁道部": (),
    "国家林草局": ("国家林业和草原局",),
    "国家密码局": ("国家密码管理局",),
    "监察部": (),
    "人事部": (),
    "外交部": (),
    "中央网信办": ("国家互联网信息办公室", "国家网信办"),
    "国家口岸办": ("国家口岸管理办公室",),
}


class Letters(NamedTuple):
    """Letters before 〔year〕 of a document number: who issued it, and a kind they imply."""

    letters: str
    issuers: tuple[str, ...]
    doc_type: str = ""


#: Letters of document numbers; a kind is given where the letters alone settle it.
LETTERS: Final = (
    Letters("国令", ("国务院",), "administrative regulation"),
    Letters("国发", ("国务院",)),
    Letters("国办发", ("国务院办公厅",)),
    Letters("国办发明电", ("国务院办公厅",)),
    Letters("国函", ("国务院",)),
    Letters("国办函", ("国务院办公厅",)),
    Letters("署令", ("海关总署",), "ministry order"),
    Letters("公告", (), "announcement"),
    Letters("署税发", ("海关总署",)),
    Letters("署监发", ("海关总署",)),
    Letters("署加发", ("海关总署",)),
    Letters("署企发", ("海关总署",)),
    Letters("署岸发", ("海关总署",)),
    Letters("署统发", ("海关总署",)),
    Letters("署法发", ("海关总署",)),
    Letters("署发", ("海关总署",)),
    Letters("财关税", ("财政部",)),
    Letters("财税", ("财政部",)),
    Letters("税委会", ("国务院关税税则委员会",)),
    Letters("商贸发", ("商务部",)),
    Letters("商财发", ("商务部",)),
    Letters("发改经贸", ("国家发展改革委",)),
    Letters("汇发", ("国家外汇局",)),
    Letters("银发", ("人民银行",)),
)


class Kind(NamedTuple):
    """A word at the end of a title, and the kind it makes of a document by who issued it.

    An empty kind means that this word is not used so by such an issuer: the next row is tried.
    """

    ending: str
    state_council: str
    ministry: str


#: Titles by their ending, the longer before the shorter.
KINDS: Final = (
    Kind("暂行条例", "interim administrative regulation", ""),
    Kind("实施条例", "administrative regulation", ""),
    Kind("条例", "administrative regulation", "ministry rule"),
    Kind("暂行规定", "interim administrative regulation", "interim provision"),
    Kind("暂行办法", "interim administrative regulation", "interim provision"),
    Kind("试行办法", "interim administrative regulation", "interim provision"),
    Kind("实施细则", "administrative regulation", "ministry measure"),
    Kind("规定", "administrative regulation", "ministry rule"),
    Kind("办法", "administrative regulation", "ministry measure"),
    Kind("规则", "administrative regulation", "ministry rule"),
    Kind("细则", "administrative regulation", "ministry measure"),
    Kind("决定", "State Council decision", "ministry decision"),
    Kind("意见", "State Council opinion", "ministry opinion"),
    Kind("方案", "State Council scheme", "plan"),
    Kind("规划", "State Council scheme", "plan"),
    Kind("计划", "State Council scheme", "plan"),
    Kind("纲要", "State Council scheme", "plan"),
    Kind("批复", "State Council reply", "reply"),
    Kind("复函", "State Council reply", "reply"),
    Kind("公告", "State Council notice", "announcement"),
    Kind("通告", "State Council notice", "announcement"),
    Kind("通知", "State Council notice", "notice"),
    Kind("通报", "State Council notice", "notice"),
    Kind("标准", "", "ministry measure"),
    Kind("措施", "State Council opinion", "ministry measure"),
)

#: English titles: a word anywhere in the title and its kind, in order.
ENGLISH_KINDS: Final = (
    ("interim regulation", "interim administrative regulation"),
    ("interim measures", "interim provision"),
    ("interim provisions", "interim provision"),
    ("provisional measures", "interim provision"),
    ("announcement", "announcement"),
    ("public notice", "announcement"),
    ("circular", "notice"),
    ("notice", "notice"),
    ("opinion", "ministry opinion"),
    ("decision", "ministry decision"),
    ("work plan", "plan"),
    ("action plan", "plan"),
    ("scheme", "plan"),
    ("plan", "plan"),
    ("reply", "reply"),
    ("order", "ministry order"),
    ("measures", "ministry measure"),
    ("provisions", "ministry rule"),
    ("rules", "ministry rule"),
    ("regulation", "administrative regulation"),
    ("law", "law"),
    ("act", "law"),
)

#: English names of issuers → the name they go by.
ENGLISH_ISSUERS: Final = {
    "general administration of customs": "海关总署",
    "gacc": "海关总署",
    "ministry of finance": "财政部",
    "ministry of commerce": "商务部",
    "state taxation administration": "税务总局",
    "state administration of taxation": "税务总局",
    "national development and reform commission": "国家发展改革委",
    "ministry of ecology and environment": "生态环境部",
    "customs tariff commission": "国务院关税税则委员会",
    "general office of the state council": "国务院办公厅",
    "state council": "国务院",
    "standing committee of the national people's congress": "全国人大常委会",
    "national people's congress standing committee": "全国人大常委会",
    "national people's congress": "全国人大",
}

#: Short names in English numbers of the law pack's acts → Chinese letters or issuer.
ENGLISH_LETTERS: Final = {
    "caishui": "财税",
    "caiguanshui": "财关税",
    "shuiweihui": "税委会",
    "gacc": "海关总署",
    "state council": "国务院",
    "mofcom": "商务部",
    "presidential": "主席",
    "customs tariff commission": "国务院关税税则委员会",
}
