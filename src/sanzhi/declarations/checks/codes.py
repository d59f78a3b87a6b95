"""Codes must be in the tables of their day and form."""

from collections.abc import Iterator

from stdnum import iso6346

from sanzhi.core.findings import Severity
from sanzhi.core.units import find_unit
from sanzhi.declarations.checks.registry import Found, Registry, Subject

CHECKS = Registry()

FORM = "gacc-order-103, art. 15"


@CHECKS.check(
    "item.code_format",
    "Goods item {number}: {code!r} is not a commodity code of 6 to 10 digits.",
    "第 {number} 项商品：{code!r} 不是 6 至 10 位数字的商品编号。",
    mend=("Write digits only, ten for China's tariff.", "只填数字，中国税则为十位。"),
    citation=FORM,
)
def commodity_code_is_digits(subject: Subject) -> Iterator[Found]:
    for position, item in enumerate(subject.declaration.items):
        code = item.code
        if code and not (code.isascii() and code.isdigit() and 6 <= len(code) <= 10):
            yield Found(f"items[{position}].code", {"number": item.number, "code": code})


@CHECKS.check(
    "code.country_unknown",
    "{value!r} is not a country code.",
    "{value!r} 不是国家（地区）代码。",
    mend=("Use ISO 3166 codes, e.g. FR.", "请使用 ISO 3166 代码，如 FR。"),
    citation=FORM,
)
def countries_are_known(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    for path in ("country_of_dispatch", "country_of_destination", "trading_country"):
        value = getattr(declared, path)
        if value and subject.pack.country(value) is None:
            yield Found(path, {"value": value})
    for position, item in enumerate(declared.items):
        for field, value in (("origin", item.origin), ("destination", item.destination)):
            if value and subject.pack.country(value) is None:
                yield Found(f"items[{position}].{field}", {"value": value})


@CHECKS.check(
    "code.currency_unknown",
    "{value!r} is not a currency code.",
    "{value!r} 不是货币代码。",
    mend=("Use ISO 4217 codes, e.g. USD.", "请使用 ISO 4217 代码，如 USD。"),
    citation=FORM,
)
def currencies_are_known(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    known = subject.pack.code_list("currencies")
    places = [
        (path, getattr(declared, path))
        for path in ("currency", "freight_currency", "insurance_currency", "invoice_currency")
    ]
    places += [
        (f"items[{position}].currency", item.currency)
        for position, item in enumerate(declared.items)
    ]
    for path, value in places:
        if value and value not in known:
            yield Found(path, {"value": value})


@CHECKS.check(
    "code.unknown",
    "{value!r} is not in the table of {table}.",
    "{value!r} 不在{table_zh}中。",
    national=True,
    mend=("Choose a code of the table.", "请从代码表中选择。"),
    citation=FORM,
)
def table_codes_are_known(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    places = [
        ("procedure", declared.procedure, "procedures", "supervision modes", "监管方式代码表"),
        ("levy_nature", declared.levy_nature, "levy_natures", "natures of levy", "征免性质代码表"),
        (
            "transport.mode",
            declared.transport.mode if declared.transport else None,
            "transport_modes",
            "transport modes",
            "运输方式代码表",
        ),
    ]
    for position, item in enumerate(declared.items):
        places.append(
            (
                f"items[{position}].duty_mode",
                item.duty_mode,
                "duty_modes",
                "modes of levy",
                "征减免税方式代码表",
            )
        )
    for path, value, table, en, zh in places:
        if value and value not in subject.pack.code_list(table):
            yield Found(path, {"value": value, "table": en, "table_zh": zh})


@CHECKS.check(
    "code.office_unknown",
    "{value!r} is not a customs office.",
    "{value!r} 不是海关关区代码。",
    national=True,
    mend=("Give the code of the office, as the table has it.", "请填写代码表中的关区代码。"),
    citation=FORM,
)
def offices_are_known(subject: Subject) -> Iterator[Found]:
    for path in ("office", "border_office"):
        value = getattr(subject.declaration, path)
        if value and not subject.pack.knows_office(value):
            yield Found(path, {"value": value})


@CHECKS.check(
    "code.incoterm_unknown",
    "{value!r} is not an Incoterm.",
    "{value!r} 不是成交方式。",
    mend=("Use CIF, CFR, FOB, EXW or another Incoterm.", "请使用 CIF、C&F、FOB、EXW 等成交方式。"),
    citation=FORM,
)
def incoterm_is_known(subject: Subject) -> Iterator[Found]:
    term = subject.declaration.incoterm
    if term and term.upper() not in subject.pack.code_list("incoterms"):
        yield Found("incoterm", {"value": term})


@CHECKS.check(
    "code.unit_unknown",
    "Goods item {number}: {value!r} is not a unit of measure.",
    "第 {number} 项商品：{value!r} 不是计量单位。",
    national=True,
    mend=(
        "Use a symbol such as kg, l, piece or a code of the unit table.",
        "请使用 kg、l、piece 等符号或计量单位代码表中的代码。",
    ),
    citation=FORM,
)
def units_are_known(subject: Subject) -> Iterator[Found]:
    for position, item in enumerate(subject.declaration.items):
        for field, value in (
            ("unit", item.unit),
            ("statutory_unit", item.statutory_unit),
            ("second_unit", item.second_unit),
        ):
            if value and find_unit(value) is None and value not in subject.pack.code_list("units"):
                yield Found(f"items[{position}].{field}", {"number": item.number, "value": value})


@CHECKS.check(
    "party.credit_code",
    "{value!r} of the {role} is not a {scheme}: {why}.",
    "{role} 的 {value!r} 不是有效的{scheme_zh}。",
    mend=("Give every character as on the licence.", "请按营业执照完整填写。"),
    severity=Severity.WARNING,
    citation=FORM,
)
def credit_codes_are_valid(subject: Subject) -> Iterator[Found]:
    own = subject.pack.administration
    for position, party in enumerate(subject.declaration.parties):
        if party.credit_code and (why := own.enterprise_code_fault(party.credit_code)):
            yield Found(
                f"parties[{position}].credit_code",
                {
                    "value": party.credit_code,
                    "role": party.role,
                    "scheme": own.enterprise_code_words.en,
                    "scheme_zh": own.enterprise_code_words.zh,
                    "why": why,
                },
            )


@CHECKS.check(
    "container.number",
    "{value!r} is not a container number: its check digit or form is wrong.",
    "{value!r} 不是有效的集装箱号（格式或校验码有误）。",
    mend=("Compare it with the container or the bill of lading.", "请与箱体或提单核对。"),
    severity=Severity.WARNING,
    national=True,
)
def container_numbers_are_valid(subject: Subject) -> Iterator[Found]:
    for position, container in enumerate(subject.declaration.containers):
        if not iso6346.is_valid(container.number):
            yield Found(f"containers[{position}].number", {"value": container.number})


@CHECKS.check(
    "declaration.unknown_field",
    "{field!r} is not a field of the declaration; it is kept but not used.",
    "{field!r} 不是报关单字段；已保留但不参与处理。",
    mend=("Check the spelling against the reference.", "请对照字段说明检查拼写。"),
    severity=Severity.WARNING,
)
def fields_are_known(subject: Subject) -> Iterator[Found]:
    for field in subject.declaration.model_extra or {}:
        yield Found(field, {"field": field})
    for position, item in enumerate(subject.declaration.items):
        for field in item.model_extra or {}:
            yield Found(f"items[{position}].{field}", {"field": field})
