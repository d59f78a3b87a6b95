"""The declaration form as it is drawn: sections, goods items, and what the tariff asks of each."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from sanzhi.core.findings import Finding
from sanzhi.law.model import TariffLine
from sanzhi.site.clearance.form_fields import (
    CODE,
    DOCUMENT,
    ELEMENT,
    HEAD,
    ITEM,
    SECOND,
    STATUTORY,
    Asked,
    Field,
    field,
    field_id,
)
from sanzhi.site.clearance.lookup import whole
from sanzhi.site.law.catalogue import pack, unit_name

#: Goods items shown at once; the others have their own pages of the form.
ITEMS_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class ItemForm:
    """A goods item of the form: its fields and what the tariff line asks for."""

    index: int
    code: Field
    fields: list[Field]
    facts: "Facts"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tariff says of an item's code, and the fields that follow from it."""

    index: int
    code: str
    line: TariffLine | None
    conditions: list[Any]
    quantities: list[Field]
    elements: list[Field]


def drawn(fields: dict[str, Any], page: str) -> dict[str, Any]:
    """What the form's template needs: sections, documents, and a page of goods items."""
    return {
        "sections": [
            (
                section.title,
                [field(asked, asked.path, _value(fields, asked.path)) for asked in section.fields],
            )
            for section in HEAD
        ],
        "documents": _document_rows(fields),
    } | drawn_items(fields, page)


def drawn_items(fields: dict[str, Any], page: str) -> dict[str, Any]:
    """A page of goods items, and how many pages there are."""
    items = fields.get("items", [])
    pages = max(1, -(-len(items) // ITEMS_A_PAGE))
    number = min(max(whole(page), 1), pages)
    first = (number - 1) * ITEMS_A_PAGE
    currency = fields.get("currency", "")
    return {
        "items": [
            _item_form(item, index, currency)
            for index, item in enumerate(items[first : first + ITEMS_A_PAGE], first)
        ],
        "item_page": number,
        "item_pages": range(1, pages + 1),
        "item_count": len(items),
    }


def facts_of(item: dict[str, Any], index: int) -> Facts:
    """What the tariff of today says of an item's code."""
    line = pack().find_line(item.get("code", ""), timezone.localdate())
    quantities = []
    for asked, unit, key in (
        (STATUTORY, line.unit if line else "", "statutory_quantity"),
        (SECOND, line.second_unit if line else "", "second_quantity"),
    ):
        if unit:
            name = asked.path.replace("[]", f"[{index}]")
            words = unit_name(unit).in_language(get_language() or "en")
            quantities.append(field(replace(asked, unit=words), name, item.get(key)))
    declared = item.get("elements", [])
    elements = [
        field(
            replace(ELEMENT, label=asked),
            f"items[{index}].elements[{place}]",
            declared[place] if place < len(declared) else "",
        )
        for place, asked in enumerate(line.elements if line else ())
    ]
    return Facts(
        index,
        item.get("code", ""),
        line,
        pack().conditions(line.conditions) if line else [],
        quantities,
        elements,
    )


def anchors(found: list[Finding]) -> dict[str, str]:
    """The field each finding is about, by the finding's path: its own, or the first of its item."""
    return {one.path: _anchor(one.path) for one in found}


def changed_codes(before: dict[str, Any], after: dict[str, Any]) -> list[int]:
    """The items whose code is another now."""
    codes = [item.get("code") for item in before.get("items", ())]
    return [
        index
        for index, item in enumerate(after.get("items", ()))
        if index < len(codes) and item.get("code") != codes[index]
    ]


def _item_form(item: dict[str, Any], index: int, currency: str) -> ItemForm:
    def made(asked: Asked) -> Field:
        if asked.path == "items[].price":
            asked = replace(asked, unit=item.get("currency") or currency)
        name = asked.path.replace("[]", f"[{index}]", 1)
        return field(asked, name, _value(item, asked.path.removeprefix("items[].")))

    return ItemForm(index, made(CODE), [made(asked) for asked in ITEM], facts_of(item, index))


def _document_rows(fields: dict[str, Any]) -> list[list[Field]]:
    """The documents named so far, and an empty row."""
    rows = [*fields.get("documents", ()), {}]
    return [
        [
            field(asked, asked.path.replace("[]", f"[{index}]"), row.get(key))
            for asked, key in zip(DOCUMENT, ("type", "number"), strict=True)
        ]
        for index, row in enumerate(rows)
    ]


def _value(fields: dict[str, Any], path: str) -> object:
    """The value at a path of the form; None where there is none."""
    holder: Any = fields
    for part in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(holder, list):
            holder = next((one for one in holder if one.get("role") == part), None)
        else:
            holder = holder.get(part) if isinstance(holder, dict) else None
    return holder


def _anchor(path: str) -> str:
    if path in {"items", "parties", ""}:
        return ""
    if path.startswith("items[") and "." not in path:
        path += ".code"
    return field_id(path)
