"""What a column of a table of declarations means: its role, and the name it goes by.

Roles are the platform's own words. The names in `DEFAULT` are those of the Korea Customs
Service's synthetic declarations; a mapping file (YAML, role: column) names others, and null for
what the data does not have.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from sanzhi.core.findings import Text, Unusable

Kind = Literal["text", "party", "address", "number", "day", "outcome"]


@dataclass(frozen=True, slots=True)
class Role:
    """One column's meaning. `needed`: the data must have it unless a mapping says null."""

    name: str
    column: str
    kind: Kind
    title: Text
    needed: bool = True
    always: bool = False
    """Nothing can be learnt or scored without it: a mapping cannot leave it out."""


ROLES: tuple[Role, ...] = (
    Role("id", "Declaration ID", "party", Text("declaration number", "报关单号"), needed=False),
    Role("date", "Date", "day", Text("date of lodging", "申报日期"), always=True),
    Role("office", "Office ID", "text", Text("customs office", "申报海关")),
    Role("process", "Process Type", "text", Text("process type", "通关方式")),
    Role("import_type", "Import Type", "text", Text("import type", "进口类型")),
    Role("import_use", "Import Use", "text", Text("use of the goods", "用途")),
    Role("payment", "Payment Type", "text", Text("payment type", "付款方式")),
    Role("transport", "Mode of Transport", "text", Text("mode of transport", "运输方式")),
    Role("declarant", "Declarant ID", "party", Text("declarant", "报关单位")),
    Role("importer", "Importer ID", "party", Text("importer", "进口人")),
    Role("seller", "Seller ID", "party", Text("seller", "境外卖方")),
    Role("courier", "Courier ID", "party", Text("courier", "快件运营人")),
    Role(
        "importer_address",
        "Importer Address",
        "address",
        Text("importer's address", "进口人地址"),
        needed=False,
    ),
    Role(
        "seller_address",
        "Seller Address",
        "address",
        Text("seller's address", "卖方地址"),
        needed=False,
    ),
    Role("code", "HS6 Code", "text", Text("commodity code", "商品编码"), always=True),
    Role("departure", "Country of Departure", "text", Text("country of departure", "启运国")),
    Role("origin", "Country of Origin", "text", Text("country of origin", "原产国"), always=True),
    Role("tax_rate", "Tax Rate", "number", Text("tax rate, per cent", "税率（%）"), always=True),
    Role("tax_type", "Tax Type", "text", Text("tax type", "税率种类")),
    Role(
        "origin_mark",
        "Country of Origin Indicator",
        "text",
        Text("marking of origin", "原产地标志"),
    ),
    Role("net_mass", "Net Mass", "number", Text("net mass, kg", "净重（千克）"), always=True),
    Role("price", "Item Price", "number", Text("declared value", "申报价格"), always=True),
    Role(
        "find",
        "Fraud",
        "outcome",
        Text("found wanting (1) or in order (0)", "查获（1）或未查获（0）"),
        needed=False,
    ),
    Role(
        "outcome_date",
        "Outcome Date",
        "day",
        Text("day the outcome was known", "结果日期"),
        needed=False,
    ),
    Role(
        "recovered", "Recovered", "number", Text("duty and tax recovered", "补征税款"), needed=False
    ),
    Role(
        "scheme",
        "Scheme",
        "party",
        Text("scheme of the fraud, where known", "违规手法"),
        needed=False,
    ),
)

BY_NAME = {role.name: role for role in ROLES}
DEFAULT: dict[str, str | None] = {role.name: role.column for role in ROLES}
#: Kinds of which nothing known is the empty text.
TEXTS = ("text", "party", "address")
#: Columns that say how it ended; never known at lodging, so never a feature.
OUTCOMES = ("find", "outcome_date", "recovered", "scheme")


def read_mapping(path: Path) -> dict[str, str | None]:
    """The mapping in a YAML file laid over the default one.

    `Unusable` (`risk.mapping`) where the file is no mapping of known roles to column names.
    """
    try:
        given = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError):
        raise _wrong(path, "This is not YAML.", "不是有效的 YAML 文件。") from None
    if not isinstance(given, dict):
        raise _wrong(
            path, "A mapping is lines of the form role: column.", "映射应逐行写明“角色: 列名”。"
        )
    return laid_over_default(given, path)


def laid_over_default(given: dict[object, object], path: Path) -> dict[str, str | None]:
    """`given` over the default mapping, checked."""
    mapping = dict(DEFAULT)
    for name, column in given.items():
        role = BY_NAME.get(str(name))
        if role is None:
            raise _wrong(
                path,
                f"There is no role '{name}'; roles: {', '.join(BY_NAME)}.",
                f"没有角色“{name}”；可用角色：{'、'.join(BY_NAME)}。",
            )
        if column is None and role.always:
            raise _wrong(path, f"'{name}' cannot be left out.", f"“{name}”不能缺省。")
        if column is not None and not isinstance(column, str):
            raise _wrong(path, f"The column of '{name}' is not text.", f"“{name}”的列名不是文本。")
        mapping[role.name] = column
    named = [column for column in mapping.values() if column]
    twice = next((column for column in named if named.count(column) > 1), None)
    if twice:
        raise _wrong(path, f"The column '{twice}' has two roles.", f"列“{twice}”对应了两个角色。")
    return mapping


def _wrong(path: Path, en: str, zh: str) -> Unusable:
    return Unusable.because("risk.mapping", str(path), en, zh)
