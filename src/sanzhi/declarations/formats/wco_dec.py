"""The WCO Data Model declaration (DEC, version 3.6), as the UK profile shapes it.

The message is `MetaData/Declaration`, a bare `Declaration`, or either inside an envelope such as
`submitDeclarationRequest`. `ResponsibleCountryCode` names the administration addressed.

For declarations addressed to China the structure is the same; what the UK profile has no element
for goes into `AdditionalInformation` statements (`PRC` supervision mode, `LEV` nature of levy,
`CTR` contract, `ARR` day of arrival, `REM` remarks; on items `ELE` declared elements, `DTM` way
of levy), insurance into a `ChargeDeduction` of type `INS`, and the unified social credit code
into a party's `Communication` of type `SCC`.
"""

import threading
from datetime import date
from functools import cache
from typing import Any

from lxml import etree

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.core.units import find_unit
from sanzhi.declarations.document import Declaration, Source
from sanzhi.declarations.formats import mapping, profile, safe_xml, schema_findings
from sanzhi.declarations.formats.mapping import Mapping, Raw
from sanzhi.declarations.formats.patching import Patch
from sanzhi.declarations.formats.reading import (
    Reading,
    Written,
    build,
    day,
    lost,
    not_carried,
    position,
)
from sanzhi.declarations.formats.translation import for_wco

FORMAT = "wco-dec"
PROFILE = "wco_dec_uk"
MD = "{urn:wco:datamodel:WCO:DocumentMetaData-DMS:2}"
DEC = "{urn:wco:datamodel:WCO:DEC-DMS:2}"
ROOTS = frozenset({f"{MD}MetaData", f"{DEC}Declaration"})
#: Envelopes a declaration is sent in begin with this name.
ENVELOPE = "submitDeclaration"

#: UN/ECE Recommendation 20 codes of the units that rates and checks compare.
_UNITS = {
    "KGM": "kg",
    "GRM": "g",
    "TNE": "t",
    "LTR": "l",
    "MLT": "ml",
    "MTQ": "m3",
    "MTR": "m",
    "KMT": "km",
    "MTK": "m2",
    "H87": "piece",
    "NAR": "item",
    "NPR": "pair",
    "KWH": "kwh",
    "CTM": "carat",
    "HEA": "head",
    "ST": "sheet",
    "SET": "set",
}
_UNIT_CODES = {symbol: code for code, symbol in _UNITS.items()}

#: Second part of the declaration type: how it is lodged (EU data element 1/2).
_LODGED = {
    "A": "standard",
    "D": "advance",
    "B": "summary",
    "C": "summary",
    "E": "summary",
    "F": "summary",
    "U": "complete",
    "V": "complete",
    "X": "complete",
    "Y": "complete",
    "Z": "complete",
}
_LODGED_CODES = {"standard": "A", "advance": "D", "summary": "C", "complete": "Y"}
_REGIMES = {"IM": "import", "EX": "export", "CO": "import"}
_REGIME_CODES = {"import": "IM", "export": "EX"}

#: Fields that a raw record and the declaration carry under the same name and in the same form.
_HEADER = (
    "reference",
    "customs_number",
    "item_count",
    "office",
    "invoice_total",
    "invoice_currency",
    "gross_mass",
    "packages",
    "procedure",
    "levy_nature",
    "remarks",
    "contract",
    "border_office",
    "freight",
    "freight_currency",
    "insurance",
    "insurance_currency",
    "country_of_destination",
    "country_of_dispatch",
    "incoterm",
)
_TRANSPORT = ("mode", "means", "nationality")
_ITEM = (
    "number",
    "statistical_value",
    "elements",
    "duty_mode",
    "description",
    "additional_codes",
    "preference",
    "gross_mass",
    "net_mass",
    "quantity",
    "price",
    "currency",
    "valuation_method",
    "destination",
    "procedure",
    "previous_procedure",
    "additional_procedures",
    "marks",
    "packages",
    "package_kind",
)
_PREFIXES: dict[Any, str] = {
    "md": MD[1:-1],
    None: DEC[1:-1],
    "ds": "urn:wco:datamodel:WCO:Declaration_DS:DMS:2",
}
_ONE_SCHEMA_AT_A_TIME = threading.Lock()


def read(decoded: safe_xml.Decoded, root: etree._Element, today: date | None) -> Reading:
    """Read a message already parsed; schema findings come with the reading."""
    body = message(root)
    element = _declaration(body)
    findings = check(body)
    raw = mapping.read(element, table())
    fields = to_fields(raw, _country(body))
    source = Source(format=FORMAT, text=decoded.text, encoding=decoded.encoding)
    declaration, more = build(fields, source, today)
    return Reading(
        declaration, findings + more if more else findings, FORMAT, lambda: _lines(decoded.text)
    )


def message(root: etree._Element) -> etree._Element:
    """The message itself, taken out of an envelope where it is in one."""
    if root.tag in ROOTS:
        return root
    for element in root.iter(f"{MD}MetaData", f"{DEC}Declaration"):
        return element
    raise _no_declaration()


def _declaration(body: etree._Element) -> etree._Element:
    """The Declaration element of a message; `Unusable` where it is missing or misnamed."""
    if body.tag != f"{MD}MetaData":
        return body
    for child in body:
        if child.tag == f"{DEC}Declaration":
            return child
    for child in body:
        if str(child.tag).rpartition("}")[2] == "Declaration":
            raise wrong_namespace(child, DEC[1:-1])
    raise _no_declaration()


def wrong_namespace(element: etree._Element, expected: str) -> Unusable:
    """The refusal of the right element in a wrong namespace."""
    space, _, name = str(element.tag).rpartition("}")
    return Unusable.because(
        "schema.namespace",
        name,
        f"{name} has the namespace {space[1:] or '(none)'}; {expected} is required.",
        f"{name} 的命名空间为 {space[1:] or '（无）'}，应为 {expected}。",
        line=safe_xml.line_of(element),
        mend=Text("Declare the message's namespace.", "请声明正确的命名空间。"),
    )


def check(body: etree._Element) -> list[Finding]:
    """Findings of the profile's schema on a message."""
    schema = profile.load(PROFILE).schema
    with _ONE_SCHEMA_AT_A_TIME:
        if schema.validate(body):
            return []
        return schema_findings.from_log(schema.error_log, body)


def write(declaration: Declaration) -> Written:
    """The message, patched from the original where the declaration came from one."""
    source = declaration.source
    if source is not None and source.format == FORMAT:
        return _patched(declaration, source)
    declaration = for_wco(declaration)
    root = etree.Element(f"{MD}MetaData", nsmap=_PREFIXES)
    head = (
        ("WCODataModelVersionCode", "3.6"),
        ("WCOTypeName", "DEC"),
        ("ResponsibleCountryCode", declaration.jurisdiction or "CN"),
    )
    for name, text in head:
        etree.SubElement(root, MD + name).text = text
    body = etree.SubElement(root, f"{DEC}Declaration")
    wanted = {"_function": "9", **to_raw(declaration, {})}
    Patch(profile.load(PROFILE)).apply(table().record, mapping.Traced(body), {}, wanted)
    etree.indent(root)
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    return Written(data, _lost(declaration, data.decode()))


def _patched(declaration: Declaration, source: Source) -> Written:
    encoding = source.encoding or "utf-8"
    root = safe_xml.parse(source.text, keep_comments=True)
    body = message(root)
    element = _declaration(body)
    traced = mapping.trace(element, table())
    original, _ = build(to_fields(dict(traced), _country(body)), source, declaration.date)
    base, wanted = to_raw(original, traced), to_raw(declaration, traced)
    if base == wanted:
        return Written(
            safe_xml.encode(source.text, encoding), not_carried(declaration, original, FORMAT)
        )
    Patch(profile.load(PROFILE)).apply(table().record, traced, base, wanted)
    text = safe_xml.document_text(root, source.text)
    return Written(safe_xml.encode(text, encoding), _lost(declaration, text))


def _lost(declaration: Declaration, text: str) -> list[Finding]:
    return lost(
        declaration, read(safe_xml.Decoded(text, "utf-8"), safe_xml.parse(text), declaration.date)
    )


@cache
def table() -> Mapping:
    """The mapping between the message's elements and the declaration's fields."""
    return mapping.load(profile.load(PROFILE), "dec:Declaration")


def to_fields(raw: Raw, country: str | None) -> dict[str, Any]:
    """The declaration's fields from a raw record."""
    fields: dict[str, Any] = {name: raw[name] for name in _HEADER if name in raw}
    kind = raw.get("_type", "").upper()
    fields["regime"] = _REGIMES.get(kind[:2], "import")
    fields["type"] = _LODGED.get(kind[2:3], "standard")
    if country:
        fields["jurisdiction"] = country
    if (found := day(raw.get("_accepted")) or day(raw.get("_issued"))) is not None:
        fields["date"] = found
    if (found := day(raw.get("arrival_date"))) is not None:
        fields["arrival_date"] = found
    transport = {n: raw[f"transport_{n}"] for n in _TRANSPORT if f"transport_{n}" in raw}
    if transport:
        fields["transport"] = transport
    if country == "CN" and "_exchange" in raw:
        fields["exchange_rates"] = {
            e["currency"]: e["rate"] for e in raw["_exchange"] if len(e) == 2
        }
    for name in ("parties", "containers"):
        if name in raw:
            fields[name] = [dict(entry) for entry in raw[name]]
    for container in fields.get("containers", ()):
        container.setdefault("number", "")
    _lists_to_fields(raw, fields)
    items = [_item_to_fields(entry, number) for number, entry in enumerate(raw.get("items", ()), 1)]
    currency = next((i["currency"] for i in items if "currency" in i), raw.get("invoice_currency"))
    if currency:
        fields["currency"] = currency
        for item in items:
            if item.get("currency") == currency:
                del item["currency"]
    fields["items"] = items
    return fields


def _item_to_fields(raw: Raw, number: int) -> dict[str, Any]:
    """An item's fields; the raw record has most of them under the same name."""
    item = raw.copy()
    item["number"] = position(raw.get("number"), number)
    item["code"] = item.pop("_tariff", "") + item.pop("_national", "")
    preferential = item.pop("_preferential_origin", None)
    if preferential and "origin" not in item:
        item["origin"] = preferential
    unit = item.pop("_unit", None)
    if unit is not None:
        item["unit"] = _UNITS.get(unit, unit)
    _lists_to_fields(raw, item)
    return item


def _lists_to_fields(raw: Raw, fields: dict[str, Any]) -> None:
    if "documents" in raw:
        fields["documents"] = [{"type": "", **entry} for entry in raw["documents"]]
    if "charges" in raw:
        fields["charges"] = [
            _signed({"kind": "", "amount": "0", **entry}) for entry in raw["charges"]
        ]


def _signed(charge: dict[str, Any]) -> dict[str, Any]:
    """Codes that begin with B are deductions, which the declaration writes as negative amounts."""
    if charge["kind"].startswith("B"):
        amount = charge["amount"]
        charge["amount"] = amount[1:] if amount.startswith("-") else f"-{amount}"
    return charge


def to_raw(declaration: Declaration, original: Raw) -> Raw:
    """The raw record a declaration asks for; `original` decides between equal ways to say it."""
    fields = declaration.model_dump(mode="json", exclude_none=True, exclude={"source"})
    raw: Raw = {name: fields[name] for name in _HEADER if name in fields}
    if "item_count" in raw:
        raw["item_count"] = str(raw["item_count"])
    kind = _REGIME_CODES.get(fields["regime"], "IM") + _LODGED_CODES[fields["type"]]
    raw["_type"] = kind
    stamp = declaration.date.strftime("%Y%m%d")
    raw["_issued" if "_issued" in original and "_accepted" not in original else "_accepted"] = stamp
    if declaration.arrival_date:
        raw["arrival_date"] = declaration.arrival_date.strftime("%Y%m%d")
    for name in _TRANSPORT:
        if (value := fields.get("transport", {}).get(name)) is not None:
            raw[f"transport_{name}"] = value
    if declaration.jurisdiction == "CN" or not original:
        raw["_exchange"] = [{"currency": c, "rate": r} for c, r in fields["exchange_rates"].items()]
    # Parties have one place each; the message's order stands, new roles come after.
    known = [party["role"] for party in original.get("parties", ())]
    raw["parties"] = sorted(
        fields["parties"],
        key=lambda party: known.index(party["role"]) if party["role"] in known else len(known),
    )
    raw["containers"] = fields["containers"]
    _lists_to_raw(fields, raw)
    raw["items"] = [_item_to_raw(item, fields["currency"]) for item in fields["items"]]
    return raw


def _item_to_raw(item: dict[str, Any], currency: str) -> Raw:
    raw: Raw = {name: item[name] for name in _ITEM if name in item}
    raw["number"] = str(item["number"])
    raw["_tariff"], raw["_national"] = item["code"][:8], item["code"][8:]
    if "origin" in item:
        raw["origin"] = item["origin"]
    if "price" in item:
        raw["currency"] = item.get("currency", currency)
    if "unit" in item:
        unit = find_unit(item["unit"])
        raw["_unit"] = _UNIT_CODES.get(unit.symbol, item["unit"]) if unit else item["unit"]
    _lists_to_raw(item, raw)
    return raw


def _lists_to_raw(fields: dict[str, Any], raw: Raw) -> None:
    raw["documents"] = [dict(entry) for entry in fields["documents"]]
    raw["charges"] = [_signed(dict(entry)) for entry in fields["charges"]]


def _country(body: etree._Element) -> str | None:
    code = body.findtext(f"{MD}ResponsibleCountryCode") if body.tag == f"{MD}MetaData" else None
    return code.strip() or None if code else None


def _lines(text: str) -> dict[str, int]:
    """Source lines by the declaration's own paths."""
    body = message(safe_xml.parse(text))
    element = _declaration(body)
    names = {
        "_accepted": "date",
        "_type": "type",
        "_tariff": "code",
        "_unit": "unit",
        "_preferential_origin": "origin",
    }
    found: dict[str, int] = {}
    for path, line in mapping.lines(mapping.trace(element, table())):
        head, dot, last = path.rpartition(".")
        last = names.get(last, last).replace("transport_", "transport.")
        if not last.startswith("_"):
            found.setdefault(head + dot + last, line)
    return found


def _no_declaration() -> Unusable:
    return Unusable.because(
        "format.not_a_declaration",
        "",
        "The message holds no declaration.",
        "报文中没有报关单。",
        mend=Text(
            "Send a declaration; receipts and notifications are read elsewhere.",
            "请发送报关单报文；回执和通知不在此处读取。",
        ),
    )
