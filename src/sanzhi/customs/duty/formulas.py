"""The formulas of duty and tax in words, each with the names of its figures.

The recipes here are the only wording of a formula; `taxes.py` computes what they say.
"""

from sanzhi.core.findings import Text

INPUT_NAMES = {
    "value": Text("customs value", "完税价格"),
    "fob": Text("FOB price", "离岸价格"),
    "duty": Text("duty", "关税"),
    "consumption": Text("consumption tax", "消费税"),
    "specific": Text("specific amount", "从量税额"),
    "quantity": Text("quantity", "数量"),
    "share": Text("ad valorem rate", "从价税率"),
    "days": Text("days late", "滞报天数"),
    "levied": Text("share levied", "征收比例"),
}

FORMULAS = {
    "ad_valorem": Text(
        "customs value {value} × {rate} = {computed}",
        "完税价格 {value} × {rate} = {computed}",
    ),
    "specific": Text(
        "quantity {quantity} × {rate} = {computed}",
        "数量 {quantity} × {rate} = {computed}",
    ),
    "compound": Text(
        "customs value {value} × {share} + {specific} for {quantity} = {computed}",
        "完税价格 {value} × {share} + 从量税额 {specific}（{quantity}）= {computed}",
    ),
    "choice": Text(
        "{rate} of customs value {value} = {computed}",
        "完税价格 {value}，按 {rate} 计 = {computed}",
    ),
    "consumption_ad_valorem": Text(
        "(customs value {value} + duty {duty}) ÷ (1 − {share}) × {share} = {computed}",
        "（完税价格 {value} + 关税 {duty}）÷（1 − {share}）× {share} = {computed}",
    ),
    "consumption_compound": Text(
        "(customs value {value} + duty {duty} + specific amount {specific} for {quantity})"
        " ÷ (1 − {share}) × {share} + {specific} = {computed}",
        "（完税价格 {value} + 关税 {duty} + 从量税额 {specific}（{quantity}））÷（1 − {share}）"
        "× {share} + {specific} = {computed}",
    ),
    "vat": Text(
        "(customs value {value} + duty {duty} + consumption tax {consumption}) × {rate}"
        " = {computed}",
        "（完税价格 {value} + 关税 {duty} + 消费税 {consumption}）× {rate} = {computed}",
    ),
    "export": Text(
        "FOB price {fob} ÷ (1 + {share}) × {share} = {computed}",
        "离岸价格 {fob} ÷（1 + {share}）× {share} = {computed}",
    ),
    "late_fee": Text(
        "customs value {value} × {rate} a day × {days} days = {computed}",
        "完税价格 {value} × 每日 {rate} × {days} 天 = {computed}",
    ),
}
