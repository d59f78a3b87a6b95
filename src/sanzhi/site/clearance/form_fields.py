"""The fields of the declaration form: what is asked, in which words, with which choices.

A field's name is the path of its value in the declaration (`items[0].price`), which is also what
findings name, so that each finding leads to its field.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sanzhi.core.findings import Text
from sanzhi.core.units import find_unit
from sanzhi.site.law.catalogue import pack


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: `path` with `[]` for the item or row, `kind` of input, list of its choices."""

    path: str
    label: str | Promise
    kind: str = "text"
    """`text`, `number`, `date`, `select` or `words` (several lines)."""
    choices: str = ""
    unit: str | Promise = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    title: str | Promise
    fields: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its value, ready to be drawn."""

    name: str
    asked: Asked
    value: str
    options: SafeString | str = ""

    @property
    def id(self) -> str:
        return field_id(self.name)


REGIMES = {
    "import": Text("import", "进口"),
    "export": Text("export", "出口"),
    "ecommerce": Text("cross-border e-commerce", "跨境电商"),
    "personal": Text("personal articles", "行邮物品"),
    "transit": Text("transit", "过境"),
}
TYPES = {
    "standard": Text("standard", "普通申报"),
    "advance": Text("advance", "提前申报"),
    "summary": Text("two-step: summary", "两步申报：概要申报"),
    "complete": Text("two-step: full", "两步申报：完整申报"),
}

HEAD = (
    Section(
        _("Declaration"),
        (
            Asked("regime", _("Direction"), "select", "regimes"),
            Asked("type", _("Way of declaring"), "select", "types"),
            Asked("reference", _("Your reference")),
            Asked("office", _("Customs office"), "select", "customs_offices"),
            Asked("procedure", _("Supervision mode"), "select", "procedures"),
            Asked("levy_nature", _("Nature of levy"), "select", "levy_natures"),
            Asked("contract", _("Contract")),
            Asked("parties[consignor].name", _("Consignor")),
            Asked("parties[consignee].name", _("Consignee")),
        ),
    ),
    Section(
        _("Transport"),
        (
            Asked("transport.mode", _("Mode of transport"), "select", "transport_modes"),
            Asked("transport.means", _("Means of transport")),
            Asked("transport.voyage", _("Voyage")),
            Asked("transport.bill", _("Bill of lading")),
            Asked("arrival_date", _("Day of entry"), "date"),
            Asked("border_office", _("Office of entry or exit"), "select", "customs_offices"),
            Asked("country_of_dispatch", _("Country of dispatch"), "select", "countries"),
            Asked("trading_country", _("Trading country"), "select", "countries"),
        ),
    ),
    Section(
        _("Value and mass"),
        (
            Asked("currency", _("Currency"), "select", "currencies"),
            Asked("incoterm", _("Terms of delivery"), "select", "incoterms"),
            Asked("freight", _("Freight"), "number"),
            Asked("freight_currency", _("Currency of freight"), "select", "currencies"),
            Asked("insurance", _("Insurance"), "number"),
            Asked("insurance_currency", _("Currency of insurance"), "select", "currencies"),
            Asked("packages", _("Packages"), "number"),
            Asked("package_kind", _("Kind of packages"), "select", "packages"),
            Asked("gross_mass", _("Gross mass"), "number", unit="kg"),
            Asked("net_mass", _("Net mass"), "number", unit="kg"),
            Asked("remarks", _("Remarks"), "words", wide=True),
        ),
    ),
)
DOCUMENT = (
    Asked("documents[].type", _("Document type")),
    Asked("documents[].number", _("Document number")),
)
ITEM = (
    Asked("items[].description", _("Goods"), wide=True),
    Asked("items[].origin", _("Country of origin"), "select", "countries"),
    Asked("items[].price", _("Total price"), "number"),
    Asked("items[].quantity", _("Quantity"), "number"),
    Asked("items[].unit", _("Unit"), "select", "units"),
    Asked("items[].net_mass", _("Net mass"), "number", unit="kg"),
    Asked("items[].duty_mode", _("Mode of levy"), "select", "duty_modes"),
    Asked("items[].proof_of_origin.agreement", _("Agreement claimed"), "select", "agreements"),
    Asked("items[].proof_of_origin.number", _("Proof of origin")),
)
CODE = Asked("items[].code", _("Commodity code"))
STATUTORY = Asked("items[].statutory_quantity", _("Statutory quantity"), "number")
SECOND = Asked("items[].second_quantity", _("Second statutory quantity"), "number")
ELEMENT = Asked("items[].elements[]", "")

#: Every field the form may write, by its path with empty brackets.
KNOWN: Mapping[str, Asked] = {
    asked.path: asked
    for asked in (
        *(one for section in HEAD for one in section.fields),
        *DOCUMENT,
        *ITEM,
        CODE,
        STATUTORY,
        SECOND,
        ELEMENT,
    )
}


def field_id(name: str) -> str:
    """The id of a field in the page: `items[0].price` is `f-items-0-price`."""
    return "f-" + re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")


def field(asked: Asked, name: str, value: object) -> Field:
    """A field with its value and its choices."""
    text = "" if value is None else str(value)
    options = _options(asked.choices, text) if asked.kind == "select" else ""
    return Field(name, asked, text, options)


def choices(name: str) -> dict[str, Text]:
    """The choices of a list: codes of the law's tables with their names."""
    current = pack()
    match name:
        case "regimes":
            return REGIMES
        case "types":
            return TYPES
        case "agreements":
            return {key: one.name for key, one in current.agreements.items()}
        case "units":
            return {_unit_value(code): one.name for code, one in current.code_list("units").items()}
    return {code: one.name for code, one in current.code_list(name).items()}


def named(name: str, code: str | None) -> str:
    """A code with its name in the reader's language, as pages show it."""
    if not code:
        return ""
    key = _unit_value(code) if name == "units" else code
    found = choices(name).get(key)
    words = found.in_language(get_language() or "en") if found else ""
    if name in {"regimes", "types", "units", "agreements"}:
        return words or code
    return f"{code} {words}".strip()


def _unit_value(code: str) -> str:
    unit = find_unit(code)
    return unit.symbol if unit else code


def _options(name: str, value: str) -> SafeString:
    known = _drawn(name, get_language() or "en", pack().digest)
    if not value:
        return known
    mark = str(format_html('value="{}"', value))
    if mark not in known and name == "units":
        # The same unit by its other code stays as it was written.
        known = SafeString(known.replace(str(format_html('value="{}"', _unit_value(value))), mark))
    if mark in known:
        return SafeString(known.replace(mark, f"{mark} selected", 1))
    return format_html('<option value="{}" selected>{}</option>{}', value, value, known)


@lru_cache(maxsize=64)
def _drawn(name: str, language: str, _digest: str) -> SafeString:
    """All options of a list, drawn once: an item has hundreds of them."""
    plain = name in {"regimes", "types", "units", "agreements"}
    rows = sorted(
        (
            (
                code,
                words.in_language(language) if plain else f"{code} {words.in_language(language)}",
            )
            for code, words in choices(name).items()
        ),
        key=lambda row: row[1] if name == "units" else "",
    )
    empty = "" if name in {"regimes", "types"} else SafeString('<option value=""></option>')
    return format_html("{}{}", empty, format_html_join("", '<option value="{}">{}</option>', rows))
