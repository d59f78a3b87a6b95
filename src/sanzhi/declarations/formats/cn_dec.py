"""China's declaration message (DecMessage 3.1), the one brokers send through the single window.

Freight, insurance and other charges come as a mark (1 a rate in percent of the price, 2 a price
for a tonne of gross mass, 3 a total), a figure and a currency (Filling Norms for Customs
Declaration Forms, GACC Announcement 18 of 2019).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from lxml import etree

from sanzhi.core.findings import Finding, Unusable
from sanzhi.core.money import plain
from sanzhi.core.units import find_unit
from sanzhi.declarations.document import Declaration, Source
from sanzhi.declarations.document import decimal as number
from sanzhi.declarations.formats import mapping, profile, safe_xml, schema_findings
from sanzhi.declarations.formats.country_codes import country, currency, message_country
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
from sanzhi.declarations.formats.translation import for_china

FORMAT = "cn-dec"
PROFILE = "cn_dec"
SPACE = "http://www.chinaport.gov.cn/dec"
ROOT = f"{{{SPACE}}}DecMessage"
_PREFIXES: dict[Any, str] = {None: SPACE}

#: Terms of delivery (成交方式代码表).
_TERMS = {"1": "CIF", "2": "CFR", "3": "FOB", "4": "C&I", "7": "EXW"}
_TERMS_CODES = {term: code for code, term in _TERMS.items()} | {"C&F": "2"}
_ROLES = ("trader", "owner", "declarant", "consignor", "consignee")
_PARTY = ("id", "credit_code", "name", "address")
_TRANSPORT = ("mode", "means", "voyage", "bill")
_HEADER = (
    "customs_number",
    "office",
    "border_office",
    "procedure",
    "levy_nature",
    "contract",
    "gross_mass",
    "net_mass",
    "packages",
    "package_kind",
    "marks",
    "remarks",
    "licence",
    "manual",
    "transit_port",
    "dispatch_port",
    "entry_port",
    "goods_place",
    "reference",
)
_ITEM = (
    "number",
    "code",
    "manual_item",
    "description",
    "quantity",
    "unit",
    "statutory_quantity",
    "statutory_unit",
    "second_quantity",
    "second_unit",
    "unit_price",
    "price",
    "duty_mode",
    "district",
)
_UNITS = ("unit", "statutory_unit", "second_unit")
_PERCENT = Decimal(100)
_KILOGRAMS = Decimal(1000)


def read(decoded: safe_xml.Decoded, root: etree._Element, today: date | None) -> Reading:
    """Read a message already parsed; schema findings come with the reading."""
    findings = check(root)
    fields = to_fields(mapping.read(root, table()))
    source = Source(format=FORMAT, text=decoded.text, encoding=decoded.encoding)
    declaration, more = build(fields, source, today)
    return Reading(declaration, findings + more, FORMAT, lambda: _lines(decoded.text))


def write(declaration: Declaration) -> Written:
    """The message, patched from the original where the declaration came from one."""
    source = declaration.source
    if source is not None and source.format == FORMAT:
        return _patched(declaration, source)
    declaration = for_china(declaration)
    root = etree.Element(ROOT, nsmap=_PREFIXES, version="3.1")
    patch = Patch(profile.load(PROFILE), keep_empty=True)
    patch.apply(table().record, mapping.Traced(root), {}, to_raw(declaration, {}))
    etree.indent(root)
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    return Written(data, _lost(declaration, data.decode()))


def _patched(declaration: Declaration, source: Source) -> Written:
    encoding = source.encoding or "utf-8"
    root = safe_xml.parse(source.text, keep_comments=True)
    if root.tag != ROOT:
        raise Unusable.because(
            "format.source",
            "source.text",
            "The original kept with the declaration is no DecMessage.",
            "随附的原始报文不是报关单报文。",
        )
    traced = mapping.trace(root, table())
    original, _ = build(to_fields(dict(traced)), source, declaration.date)
    base, wanted = to_raw(original, traced), to_raw(declaration, traced)
    if base == wanted:
        return Written(
            safe_xml.encode(source.text, encoding), not_carried(declaration, original, FORMAT)
        )
    Patch(profile.load(PROFILE), keep_empty=True).apply(table().record, traced, base, wanted)
    text = safe_xml.document_text(root, source.text)
    return Written(safe_xml.encode(text, encoding), _lost(declaration, text))


def _lost(declaration: Declaration, text: str) -> list[Finding]:
    return lost(
        declaration, read(safe_xml.Decoded(text, "utf-8"), safe_xml.parse(text), declaration.date)
    )


@cache
def table() -> Mapping:
    """The mapping between the message's elements and the declaration's fields."""
    return mapping.load(profile.load(PROFILE), "dec:DecMessage")


def check(root: etree._Element) -> list[Finding]:
    """Findings of the message's own table: missing, repeated and ill-formed values.

    Elements the table does not know are let be: the message grows with every announcement.
    """
    found = _check(root, "dec:DecMessage", "DecMessage")
    return [finding for finding, _ in zip(found, range(schema_findings.MOST), strict=False)]


def _check(element: etree._Element, owner: str, path: str) -> Iterator[Finding]:
    known = profile.load(PROFILE)
    rows = {known.tag(owner, row.name): row for row in known.classes[owner]}
    count: dict[str, int] = {}
    for child in element:
        row = rows.get(str(child.tag))
        if row is None:
            continue
        count[row.name] = count.get(row.name, 0) + 1
        here = f"{path}/{row.name}" + (f"[{count[row.name]}]" if row.most != 1 else "")
        if row.most is not None and count[row.name] > row.most:
            yield schema_findings.finding("unexpected", here, safe_xml.line_of(child))
        elif row.type in known.classes:
            yield from _check(child, row.type, here)
        elif row.type in known.types and (text := (child.text or "").strip()):
            if (fault := known.fault(row.type, text)) is not None:
                yield schema_findings.finding(fault, here, safe_xml.line_of(child), text[:60])
        elif row.least:
            count[row.name] -= 1
    for row in rows.values():
        if row.least and not count.get(row.name):
            yield schema_findings.finding("missing", path, safe_xml.line_of(element), row.name)


def to_fields(raw: Raw) -> dict[str, Any]:
    """The declaration's fields from a raw record."""
    fields: dict[str, Any] = {name: raw[name] for name in _HEADER if name in raw}
    fields["regime"] = "export" if raw.get("_flag") == "E" else "import"
    fields["jurisdiction"] = "CN"
    if (found := day(raw.get("_printed")) or day(raw.get("_signed"))) is not None:
        fields["date"] = found
    if (found := day(raw.get("arrival_date"))) is not None:
        fields["arrival_date"] = found
    if "_terms" in raw:
        fields["incoterm"] = _TERMS.get(raw["_terms"], raw["_terms"])
    if "_partner" in raw:
        fields[_partner(fields["regime"])] = country(raw["_partner"])
    if "trading_country" in raw:
        fields["trading_country"] = country(raw["trading_country"])
    if transport := {n: raw[f"transport_{n}"] for n in _TRANSPORT if f"transport_{n}" in raw}:
        fields["transport"] = transport
    fields["parties"] = [
        {"role": role, **party}
        for role in _ROLES
        if (party := {n: raw[f"{role}_{n}"] for n in _PARTY if f"{role}_{n}" in raw})
    ]
    fields["containers"] = [_container(entry) for entry in raw.get("containers", ())]
    fields["documents"] = [{"type": "", **entry} for entry in raw.get("documents", ())]
    items = [_item(entry, place) for place, entry in enumerate(raw.get("items", ()), 1)]
    fields["items"] = items
    money = next((item["currency"] for item in items if "currency" in item), None)
    if money:
        fields["currency"] = money
        for item in items:
            if item.get("currency") == money:
                del item["currency"]
    _charges_to_fields(raw, fields, items)
    return fields


def _partner(regime: str) -> str:
    """TradeCountry is the country of dispatch for imports, of destination for exports."""
    return "country_of_destination" if regime == "export" else "country_of_dispatch"


def _container(raw: Raw) -> dict[str, Any]:
    goods = raw.get("_goods", "").split(",")
    fields = {"number": "", **raw, "items": [int(n) for n in goods if n.strip().isdecimal()]}
    fields.pop("_goods", None)
    return fields


def _item(raw: Raw, place: int) -> dict[str, Any]:
    item: dict[str, Any] = {name: raw[name] for name in _ITEM if name in raw}
    item["number"] = position(raw.get("number"), place)
    for name in ("origin", "destination"):
        if name in raw:
            item[name] = country(raw[name])
    if "currency" in raw:
        item["currency"] = currency(raw["currency"])
    if "_model" in raw:
        item["elements"] = raw["_model"].split("|")
    return item


def _charges_to_fields(raw: Raw, fields: dict[str, Any], items: list[dict[str, Any]]) -> None:
    for kind in ("freight", "insurance"):
        rate = _number(raw.get(f"_{kind}_rate"))
        mark = raw.get(f"_{kind}_mark")
        if rate is None or rate < 0:
            continue
        if mark == "1":
            fields[f"{kind}_rate"] = rate / _PERCENT
            continue
        if mark == "2" and kind == "freight":
            fields["freight_per_tonne"] = rate
            rate = _by_tonne(rate, _number(raw.get("gross_mass")))
        if mark in {"2", "3"}:
            fields[kind] = rate
            if f"_{kind}_currency" in raw:
                fields[f"{kind}_currency"] = currency(raw[f"_{kind}_currency"])
    rate, mark = _number(raw.get("_other_rate")), raw.get("_other_mark")
    if rate is None or mark not in {"1", "3"}:
        return
    charge: dict[str, Any] = {"kind": "other", "amount": rate}
    if mark == "1":
        prices = (_number(item.get("price")) for item in items)
        charge["rate"] = rate / _PERCENT
        charge["amount"] = sum((price for price in prices if price), Decimal(0)) * charge["rate"]
    elif "_other_currency" in raw:
        charge["currency"] = currency(raw["_other_currency"])
    fields["charges"] = [charge]


def _by_tonne(rate: Decimal, gross_mass: Decimal | None) -> Decimal:
    return rate * (gross_mass or Decimal(0)) / _KILOGRAMS


def _number(text: Any) -> Decimal | None:
    try:
        found = number(text)
    except ValueError:
        return None
    # Beyond this no product of two figures fits the declaration.
    return found if found is not None and found.adjusted() < 15 else None


def to_raw(declaration: Declaration, original: Raw) -> Raw:
    """The raw record a declaration asks for; `original` decides between equal ways to say it."""
    fields = declaration.model_dump(mode="json", exclude_none=True, exclude={"source"})
    raw: Raw = {name: fields[name] for name in _HEADER if name in fields}
    raw["_flag"] = "E" if fields["regime"] == "export" else "I"
    stamp = "_signed" if "_signed" in original and "_printed" not in original else "_printed"
    raw[stamp] = declaration.date.strftime("%Y%m%d") + original.get("_signed", "")[8:] * (
        stamp == "_signed"
    )
    if declaration.arrival_date:
        raw["arrival_date"] = declaration.arrival_date.strftime("%Y%m%d")
    if "incoterm" in fields:
        raw["_terms"] = _TERMS_CODES.get(fields["incoterm"], fields["incoterm"])
    if (partner := fields.get(_partner(fields["regime"]))) is not None:
        raw["_partner"] = message_country(partner)
    if "trading_country" in fields:
        raw["trading_country"] = message_country(fields["trading_country"])
    for name, value in fields.get("transport", {}).items():
        raw[f"transport_{name}"] = value
    for role in _ROLES:
        party = declaration.party(role)
        for name in _PARTY if party is not None else ():
            raw[f"{role}_{name}"] = getattr(party, name)
    raw["containers"] = [_container_raw(entry) for entry in fields["containers"]]
    raw["documents"] = [
        {name: entry[name] for name in ("type", "number") if name in entry}
        for entry in fields["documents"]
    ]
    raw["items"] = [_item_raw(item, fields["currency"]) for item in fields["items"]]
    _charges_raw(declaration, raw)
    return raw


def _container_raw(fields: dict[str, Any]) -> Raw:
    raw: Raw = {name: fields[name] for name in ("number", "size") if name in fields}
    if fields["items"]:
        raw["_goods"] = ",".join(str(n) for n in fields["items"])
    return raw


def _item_raw(item: dict[str, Any], money: str) -> Raw:
    raw: Raw = {name: item[name] for name in _ITEM if name in item}
    raw["number"] = str(item["number"])
    for name in ("origin", "destination"):
        if name in item:
            raw[name] = message_country(item[name])
    for name in _UNITS:
        if name in raw and (unit := find_unit(raw[name])) is not None and unit.code:
            raw[name] = unit.code
    if "price" in item:
        raw["currency"] = item.get("currency", money)
    if item["elements"]:
        raw["_model"] = "|".join(item["elements"])
    return raw


def _charges_raw(declaration: Declaration, raw: Raw) -> None:
    freight, per_tonne = declaration.freight, declaration.freight_per_tonne
    if (
        per_tonne is not None
        and freight is not None
        and freight == _by_tonne(per_tonne, declaration.gross_mass)
    ):
        _charge(raw, "freight", "2", per_tonne, declaration.freight_currency)
    elif freight is not None:
        _charge(raw, "freight", "3", freight, declaration.freight_currency)
    elif declaration.freight_rate is not None:
        _charge(raw, "freight", "1", declaration.freight_rate * _PERCENT, None)
    if declaration.insurance is not None:
        _charge(raw, "insurance", "3", declaration.insurance, declaration.insurance_currency)
    elif declaration.insurance_rate is not None:
        _charge(raw, "insurance", "1", declaration.insurance_rate * _PERCENT, None)
    if len(declaration.charges) == 1:
        charge = declaration.charges[0]
        if charge.rate is not None:
            _charge(raw, "other", "1", charge.rate * _PERCENT, None)
        else:
            _charge(raw, "other", "3", charge.amount, charge.currency)


def _charge(raw: Raw, kind: str, mark: str, figure: Decimal, money: str | None) -> None:
    raw[f"_{kind}_mark"], raw[f"_{kind}_rate"] = mark, plain(figure)
    if money:
        raw[f"_{kind}_currency"] = money


def _lines(text: str) -> dict[str, int]:
    """Source lines by the declaration's own paths."""
    traced = mapping.trace(safe_xml.parse(text), table())
    fields = to_fields(dict(traced))
    names = {
        "_printed": "date",
        "_signed": "date",
        "_flag": "regime",
        "_terms": "incoterm",
        "_partner": _partner(fields["regime"]),
        "_freight_rate": "freight",
        "_insurance_rate": "insurance",
        "_other_rate": "charges[0].amount",
        "_model": "elements",
        "_goods": "items",
    }
    for place, party in enumerate(fields["parties"]):
        names |= {f"{party['role']}_{part}": f"parties[{place}].{part}" for part in _PARTY}
    names |= {f"transport_{part}": f"transport.{part}" for part in _TRANSPORT}
    found: dict[str, int] = {}
    for path, line in mapping.lines(traced):
        head, dot, last = path.rpartition(".")
        last = names.get(last, last)
        if not last.startswith("_"):
            found.setdefault(head + dot + last, line)
    return found
