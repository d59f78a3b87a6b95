"""Writing a raw record into a message: only what changed is touched.

`apply` compares what the original says (`base`) with what it shall say (`wanted`), both raw
records of the same making, and changes, adds or removes just the elements between. Comments,
attributes, prefixes, order and every element no field names stay as they are. Writing a fresh
message is the same with an empty base and a bare root.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

from lxml import etree

from sanzhi.declarations.formats.mapping import ListSlot, Raw, Record, Slot, Step, Traced
from sanzhi.declarations.formats.profile import Profile, is_xml_text

#: Names a schema numbers its repeated elements with.
_NUMBER = "SequenceNumeric"


#: The list entry an element shall follow, and the one it shall precede, where there are such.
_Neighbours = tuple[etree._Element | None, etree._Element | None]


@dataclass(frozen=True, slots=True)
class Patch:
    """How to write: the profile, and whether a value taken away leaves its element empty."""

    profile: Profile
    keep_empty: bool = False

    def apply(self, record: Record, traced: Traced, base: Raw, wanted: Raw) -> None:
        """Bring a record's element from `base` to `wanted`. Values that do not fit are left out."""
        values = [name for name in record.slots if record.slots[name].attribute is None]
        attributes = [name for name in record.slots if record.slots[name].attribute is not None]
        for name in values + attributes:
            slot, new = record.slots[name], wanted.get(name)
            if _same(base.get(name), new, slot.kind):
                continue
            if new is None or new == "":
                self._remove(traced, name, slot)
                continue
            text = _figure(new) if slot.kind == "number" else str(new)
            if is_xml_text(text) if slot.attribute else self.profile.accepts(slot.type, text):
                self._set(traced, name, slot, text)
        for name, slots in record.lists.items():
            self._list(traced, name, slots, base.get(name) or [], wanted.get(name) or [])

    def _set(self, traced: Traced, name: str, slot: Slot, text: str) -> None:
        element = traced.places.get(name)
        if element is None:
            if slot.attribute is not None:
                element = _find(traced.element, slot.steps)
                if element is None:
                    return
            else:
                element = self._make(traced.element, slot.steps)
        if slot.attribute is not None:
            element.set(slot.attribute, text)
            return
        element.text = text
        traced.places[name] = element
        if slot.kind == "datetime":
            element.set("formatCode", "102" if len(text) == 8 else "304")

    def _remove(self, traced: Traced, name: str, slot: Slot) -> None:
        element = traced.places.pop(name, None)
        if element is None:
            return
        if slot.attribute is not None:
            element.attrib.pop(slot.attribute, None)
            return
        row = self.profile.element(slot.steps[-1].owner, _local(element))
        if self.keep_empty or (row is not None and row.least):
            element.text = None
            return
        _drop(element, traced.element)

    def _list(
        self, traced: Traced, name: str, slots: list[ListSlot], base: list[Any], wanted: list[Any]
    ) -> None:
        places: list[Any] = traced.places.get(name, [])
        if base == wanted or len(base) != len(places):
            return
        pairs = _align(base, wanted, numbered=name == "items")
        kept = {old for old, new in pairs if old is not None and new is not None}
        before: etree._Element | None = None
        for old, new in pairs:
            if new is None:
                continue
            entry = wanted[new]
            if old is None:
                ahead = _repeated(places[min(kept)]) if before is None and kept else None
                added = self._add(traced, slots, entry, (before, ahead))
                before = before if added is None else added
                continue
            place = places[old]
            before = _repeated(place)
            if isinstance(place, Traced):
                slot = _slot_for(slots, entry)
                if slot is not None and slot.record is not None:
                    self.apply(slot.record, place, base[old], entry)
            elif not _same(base[old], entry, "text") and self.profile.accepts(
                slots[0].type, str(entry)
            ):
                place.text = str(entry)
        for old, place in enumerate(places):
            if old not in kept:
                self._drop_entry(place, traced.element, slots)

    def _add(
        self, traced: Traced, slots: list[ListSlot], entry: Any, between: _Neighbours
    ) -> etree._Element | None:
        slot = _slot_for(slots, entry)
        if slot is None:
            return None
        at = self._repeating(slot.steps)
        if slot.record is None:
            if not self.profile.accepts(slot.type, str(entry)):
                return None
            top = self._repeat(traced.element, slot.steps[: at + 1], between)
            leaf = self._make(top, slot.steps[at + 1 :]) if slot.steps[at + 1 :] else top
            leaf.text = str(entry)
            return top
        top = self._repeat(traced.element, slot.steps, between)
        self.apply(slot.record, Traced(top), {}, entry)
        return top

    def _repeating(self, steps: tuple[Step, ...]) -> int:
        """Which step of a path is the one that repeats."""
        for index in range(len(steps) - 1, -1, -1):
            row = self.profile.element(steps[index].owner, steps[index].tag.partition("}")[2])
            if row is not None and row.most != 1:
                return index
        return len(steps) - 1

    def _repeat(
        self, root: etree._Element, steps: tuple[Step, ...], between: _Neighbours
    ) -> etree._Element:
        """One more element at the end of a path, beside its neighbours in the list."""
        parent = self._make(root, steps[:-1]) if steps[:-1] else root
        step = steps[-1]
        for neighbour, shift in zip(between, (1, 0), strict=True):
            if (
                neighbour is not None
                and neighbour.tag == step.tag
                and neighbour.getparent() is parent
            ):
                child = etree.Element(step.tag)
                _insert(parent, parent.index(neighbour) + shift, child)
                self._furnish(parent, child, step)
                return child
        return self._new(parent, step)

    def _make(self, root: etree._Element, steps: tuple[Step, ...]) -> etree._Element:
        """The element at the end of a path, made where it is missing."""
        element = root
        for step in steps:
            found = _find(element, (step,))
            element = self._new(element, step) if found is None else found
        return element

    def _new(self, parent: etree._Element, step: Step) -> etree._Element:
        ranks = self.profile.ranks(step.owner)
        rank = ranks[step.tag]
        at = 0
        for index, child in enumerate(parent):
            if ranks.get(str(child.tag), rank + 1) <= rank:
                at = index + 1
        child = etree.Element(step.tag)
        _insert(parent, at, child)
        self._furnish(parent, child, step)
        return child

    def _furnish(self, parent: etree._Element, child: etree._Element, step: Step) -> None:
        """Give a new element the number its class requires and the value that selects it."""
        row = self.profile.element(step.owner, _local(child))
        owner = row.type if row else ""
        number = self.profile.element(owner, _NUMBER)
        if number is not None and number.least:
            inner = self._new(child, Step(self.profile.tag(owner, _NUMBER), owner))
            inner.text = str(len(parent.findall(step.tag)))
        if step.key is not None:
            self._new(child, Step(step.key, owner)).text = step.value

    def _drop_entry(self, place: Any, root: etree._Element, slots: list[ListSlot]) -> None:
        if isinstance(place, Traced):
            element = place.element
        else:
            element = place
            for _ in range(len(slots[0].steps) - 1 - self._repeating(slots[0].steps)):
                element = element.getparent()
        _drop(element, root)


def _slot_for(slots: list[ListSlot], entry: Any) -> ListSlot | None:
    if isinstance(entry, dict):
        for slot in slots:
            if slot.role == entry.get("role"):
                return slot
        return None
    return slots[0]


def _repeated(place: Any) -> etree._Element:
    return place.element if isinstance(place, Traced) else place


def _find(element: etree._Element, steps: tuple[Step, ...]) -> etree._Element | None:
    for step in steps:
        found = None
        for index, child in enumerate(element.findall(step.tag)):
            if step.key is not None:
                if (child.findtext(step.key) or "").strip() != step.value:
                    continue
            elif step.ordinal is not None and (index == 0) != (step.ordinal == "1"):
                continue
            found = child
            break
        if found is None:
            return None
        element = found
    return element


def _insert(parent: etree._Element, at: int, child: etree._Element) -> None:
    """Insert with the white space its neighbours have."""
    if at == 0:
        child.tail = parent.text if len(parent) else None
    elif at < len(parent):
        child.tail = parent[at - 1].tail
    else:
        before = parent[at - 1]
        child.tail = before.tail
        if at > 1:
            before.tail = parent[at - 2].tail
        elif len(parent) == 1 and parent.text and not parent.text.strip():
            before.tail = parent.text
    parent.insert(at, child)


def _drop(element: etree._Element, root: etree._Element) -> None:
    """Remove an element, and the parents it leaves empty, up to its record's own element."""
    while element is not root:
        parent = element.getparent()
        if parent is None:
            return
        at = parent.index(element)
        if at + 1 == len(parent) and at > 0:
            parent[at - 1].tail = element.tail
        parent.remove(element)
        left = [child for child in parent if isinstance(child.tag, str)]
        if parent.attrib or any(
            _local(c)
            not in {
                _NUMBER,
                "TypeCode",
                "IdentificationTypeCode",
                "StatementTypeCode",
                "ChargesTypeCode",
            }
            or len(c)
            for c in left
        ):
            return
        element = parent


def _align(
    base: list[Any], wanted: list[Any], *, numbered: bool
) -> list[tuple[int | None, int | None]]:
    """Pair old entries with new ones: equal entries first, then those between them in order."""
    old = [_key(entry, numbered) for entry in base]
    new = [_key(entry, numbered) for entry in wanted]
    pairs: list[tuple[int | None, int | None]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        olds, news = list(range(old_from, old_to)), list(range(new_from, new_to))
        if tag == "equal":
            pairs += zip(olds, news, strict=True)
            continue
        while olds and news and _role(base[olds[0]]) == _role(wanted[news[0]]):
            pairs.append((olds.pop(0), news.pop(0)))
        pairs += [(one, None) for one in olds] + [(None, one) for one in news]
    return pairs


def _key(entry: Any, numbered: bool) -> str:
    """What makes two entries the same; an item's number changes when one before it goes."""
    if not isinstance(entry, dict):
        return str(entry)
    return repr(
        sorted(
            (name, value) for name, value in entry.items() if not (numbered and name == "number")
        )
    )


def _role(entry: Any) -> Any:
    return entry.get("role") if isinstance(entry, dict) else None


def _same(one: Any, other: Any, kind: str) -> bool:
    if one == other or (not one and not other):
        return True
    if kind == "number" and one and other:
        try:
            return Decimal(str(one)) == Decimal(str(other))
        except InvalidOperation:
            return False
    return False


def _figure(value: Any) -> str:
    """A number without exponent, its written places kept: 1E+3 → 1000, 4.860 → 4.860."""
    try:
        return format(Decimal(str(value)), "f")
    except InvalidOperation:
        return str(value)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
