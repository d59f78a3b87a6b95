"""What a rule can ask about a goods item and the declaration it stands in.

Windows of days end on the day before the declaration.
"""

from sanzhi.core.findings import Text
from sanzhi.selectivity.fields import CURRENCY, DECLARATION, Catalogue, Field, catalogue

_ALL = (
    DECLARATION["regime"],
    DECLARATION["type"],
    DECLARATION["procedure"],
    Field("office", "text", Text("customs office", "申报海关")),
    Field("transport", "text", Text("mode of transport", "运输方式")),
    Field("importer", "text", Text("trader", "收发货人")),
    Field("declarant", "text", Text("declarant", "申报单位")),
    Field("seller", "text", Text("seller or buyer abroad", "境外收发货人")),
    Field("courier", "text", Text("courier", "快件运营人")),
    Field("tier", "text", Text("trader's credit tier", "企业信用等级")),
    Field("code", "text", Text("commodity code", "商品编号")),
    Field("description", "text", Text("goods description", "商品名称")),
    Field("origin", "text", Text("country of origin", "原产国（地区）")),
    Field("departure", "text", Text("country of departure", "启运国（地区）")),
    Field("border_office", "text", Text("customs office of entry or exit", "进出境关别")),
    Field("dispatch_port", "text", Text("port of dispatch", "启运港")),
    Field("transit_port", "text", Text("port of transit", "经停港（指运港）")),
    Field("entry_port", "text", Text("port of entry or exit", "入境（离境）口岸")),
    Field("tax_type", "text", Text("kind of tax rate", "税率种类")),
    DECLARATION["condition_letters"],
    Field("price", "number", Text("declared value of the goods item", "商品项申报价格"), CURRENCY),
    Field("net_mass", "number", Text("net mass of the goods item", "商品项净重"), "kg"),
    Field(
        "unit_value",
        "number",
        Text("declared value per kilogram", "每千克申报价格"),
        f"{CURRENCY}/kg",
    ),
    Field(
        "unit_value_distance",
        "number",
        Text("distance of the unit value from its reference", "单价与参考值的偏离"),
        "robust deviations",
    ),
    Field("tax_rate", "number", Text("tax rate", "税率"), "%"),
    DECLARATION["total_value"],
    DECLARATION["total_tax"],
    DECLARATION["warnings"],
    Field(
        "importer_declarations_90d",
        "number",
        Text("the trader's declarations of the last 90 days", "企业近90天申报数"),
    ),
    Field(
        "importer_finds_365d",
        "number",
        Text("finds at the trader in the last 365 days", "企业近365天查获数"),
    ),
    Field(
        "goods_finds_365d",
        "number",
        Text(
            "finds of the commodity code and origin in the last 365 days",
            "同税号同原产地近365天查获数",
        ),
    ),
    Field(
        "declarant_finds_365d",
        "number",
        Text("finds at the declarant in the last 365 days", "申报单位近365天查获数"),
    ),
    Field(
        "seller_finds_365d",
        "number",
        Text("finds at the seller in the last 365 days", "境外收发货人近365天查获数"),
    ),
    Field(
        "address_finds_365d",
        "number",
        Text("finds at the trader's address in the last 365 days", "企业地址近365天查获数"),
    ),
    Field(
        "linked_finds_365d",
        "number",
        Text(
            "finds at other traders of the same seller or address in the last 365 days",
            "共用卖方或地址的其他企业近365天查获数",
        ),
    ),
    Field(
        "importer_sellers_365d",
        "number",
        Text(
            "sellers the trader dealt with in the last 365 days", "企业近365天往来的境外收发货人数"
        ),
    ),
    Field(
        "seller_importers_365d",
        "number",
        Text(
            "traders the seller dealt with in the last 365 days", "境外收发货人近365天往来的企业数"
        ),
    ),
    Field(
        "address_importers_365d",
        "number",
        Text("traders at the trader's address in the last 365 days", "企业地址近365天的企业数"),
    ),
    Field("score", "number", Text("probability of a find, by the model", "模型查获概率")),
    Field(
        "expected_revenue",
        "number",
        Text("expected revenue, by the model", "模型预期补税"),
        CURRENCY,
    ),
    DECLARATION["first_time_trader"],
    Field(
        "new_seller",
        "flag",
        Text("trader's first declaration with this seller", "企业首次与该境外收发货人往来"),
    ),
    Field(
        "new_goods",
        "flag",
        Text("trader's first declaration of this commodity code", "企业首次申报该商品编号"),
    ),
    Field(
        "new_route",
        "flag",
        Text(
            "trader's first declaration from this origin and departure",
            "企业首次申报该原产国与启运国组合",
        ),
    ),
    Field(
        "indirect",
        "flag",
        Text("departed from another country than that of origin", "启运国与原产国不同"),
    ),
    DECLARATION["preference_claimed"],
    DECLARATION["reduced_levy"],
    DECLARATION["deductions"],
    Field("trade_remedy", "flag", Text("goods subject to a trade remedy", "涉贸易救济措施商品")),
)
FIELDS: Catalogue = catalogue(_ALL)
