"""One table ties a message's elements to the declaration's fields, for reading and for writing.

Rows of a profile's `mapping.csv`: `element` (path below the root, steps by `/`), `field`, `kind`.

- A step may carry a condition: `Origin[TypeCode=1]` is the Origin whose TypeCode is 1,
  `GovernmentProcedure[1]` the first and `GovernmentProcedure[2+]` every later one. Elements that
  meet no condition fall to the row without one. `@name` as last step is an attribute.
- A field ending in `[]` repeats. Kind `record` makes each element a record of its own; a kind
  that is the name of a table in `parts` (such as `party`) makes a record with that table's rows.
- `parties[declarant]` is a record of the list `parties` whose `role` is `declarant`.
- Kinds `text`, `number`, `datetime` are values; `number` compares by value, `datetime` writes its
  format code.

What is read is a *raw record*: a plain dict of texts, flat but for lists. Turning raw records
into declaration fields and back is the format's own module.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from sanzhi.declarations.formats.profile import Profile, rows
from sanzhi.declarations.formats.safe_xml import line_of

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a child element, with the condition that picks it."""

    tag: str
    owner: str
    """The class that holds the element, for its place in the order."""
    key: str | None = None
    """Qualified tag of the child the condition looks at."""
    value: str | None = None
    ordinal: str | None = None


@dataclass(slots=True)
class Slot:
    """Where a field stands, from its record's element."""

    steps: tuple[Step, ...]
    kind: str
    type: str
    attribute: str | None = None


@dataclass(slots=True)
class ListSlot:
    """Where the entries of a list stand, and the record an entry is; None for plain texts."""

    steps: tuple[Step, ...]
    type: str
    record: "Record | None"
    role: str | None = None


@dataclass(slots=True)
class Node:
    """What reading does with one element."""

    children: dict[Any, "Node"] = field(default_factory=dict)
    name: str | None = None
    repeats: bool = False
    record: bool = False
    role: str | None = None
    attributes: list[tuple[str, str]] = field(default_factory=list)
    key: str | None = None
    cases: dict[str, "Node"] = field(default_factory=dict)
    first: "Node | None" = None
    later: "Node | None" = None
    selective: bool = False
    """Whether a condition decides which case an element is."""
    plain: bool = False
    """A single value and nothing else."""
    through: bool = False
    """A container of the record's fields and nothing else."""


@dataclass(slots=True)
class Record:
    """Writing's view of a record: its class and where each field and list of it stands."""

    owner: str
    slots: dict[str, Slot] = field(default_factory=dict)
    lists: dict[str, list[ListSlot]] = field(default_factory=dict)


@dataclass(slots=True)
class Mapping:
    node: Node
    record: Record


class Traced(dict[str, Any]):
    """A raw record that remembers the elements its values came from."""

    __slots__ = ("element", "places")

    def __init__(self, element: etree._Element) -> None:
        super().__init__()
        self.element = element
        self.places: dict[str, Any] = {}


def read(root: etree._Element, mapping: Mapping) -> Raw:
    """The raw record of a message."""
    target: Raw = {}
    _walk(root, mapping.node.children, target)
    return target


def trace(root: etree._Element, mapping: Mapping) -> Traced:
    """The raw record of a message with the elements behind it."""
    target = Traced(root)
    _walk(root, mapping.node.children, target)
    return target


def lines(record: Traced, prefix: str = "") -> Iterator[tuple[str, int]]:
    """The 1-based source line of each value, by its path in the raw record."""
    for name, place in record.places.items():
        if not isinstance(place, list):
            yield prefix + name, line_of(place) or 0
            continue
        for index, entry in enumerate(place):
            path = f"{prefix}{name}[{index}]"
            if isinstance(entry, Traced):
                yield path, line_of(entry.element) or 0
                yield from lines(entry, f"{path}.")
            else:
                yield path, line_of(entry) or 0


def _walk(element: etree._Element, children: dict[Any, Node], target: Raw) -> None:
    """Read the children of an element into a raw record. A field given twice keeps the first."""
    met: set[Any] | None = None
    # A look at the type is quicker than isinstance; the type checker does not follow it.
    traced = type(target) is Traced
    child = element[0] if len(element) else None
    # getnext() walks siblings a third faster than iterating does.
    while child is not None:
        node = children.get(child.tag)
        if node is not None:
            if node.plain:
                name, text = node.name, child.text
                if text and name not in target and (text := text.strip()):
                    target[name] = text  # type: ignore[index] # a plain node has a name
                    if traced:
                        target.places[name] = child  # type: ignore[attr-defined] # only what is traced has places
            elif node.through:
                _walk(child, node.children, target)
            else:
                if node.selective:
                    met = set() if met is None else met
                    node = _select(child, node, met)
                _one(child, node, target)
        child = child.getnext()


def _one(child: etree._Element, node: Node, target: Raw) -> None:
    """Read an element that is more than a plain value or a mere container."""
    if node.name is None:
        if node.children:
            _walk(child, node.children, target)
    elif node.record:
        _entry(child, node, target)
    elif (text := child.text) and (text := text.strip()):
        _value(child, node, target, text)
    if node.attributes:
        _attributes(child, node, target)


def _select(child: etree._Element, node: Node, met: set[Any]) -> Node:
    """The case of a node that a child meets; the node itself where it meets none."""
    key = node.key
    if key is not None:
        # What tells cases apart comes last in its class, mostly.
        last = child[-1] if len(child) else child
        text = last.text if last.tag == key else child.findtext(key)
        return node.cases.get((text or "").strip(), node)
    first = child.tag not in met
    met.add(child.tag)
    return (node.first if first else node.later) or node


def _attributes(child: etree._Element, node: Node, target: Raw) -> None:
    for attribute, name in node.attributes:
        value = child.get(attribute)
        if value and name not in target:
            target[name] = value
            if type(target) is Traced:
                target.places[name] = child


def _entry(child: etree._Element, node: Node, target: Raw) -> None:
    traced = type(target) is Traced
    entry: Raw = Traced(child) if traced else {}
    if node.role is not None:
        entry["role"] = node.role
    _walk(child, node.children, entry)
    name = node.name
    assert name is not None  # noqa: S101 - for the type checker: this node has one
    target.setdefault(name, []).append(entry)
    if traced:
        target.places.setdefault(name, []).append(entry)  # type: ignore[attr-defined] # only what is traced has places


def _value(child: etree._Element, node: Node, target: Raw, text: str) -> None:
    name = node.name
    assert name is not None  # noqa: S101 - for the type checker: this node has one
    if node.repeats:
        target.setdefault(name, []).append(text)
        if type(target) is Traced:
            target.places.setdefault(name, []).append(child)
    elif name not in target:
        target[name] = text
        if type(target) is Traced:
            target.places[name] = child


def load(profile: Profile, owner: str) -> Mapping:
    """Compile a profile's mapping table; `owner` is the class of the root element."""
    table = [(row["element"], row["field"], row["kind"]) for row in rows(profile.name, "mapping")]
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for element, name, kind in table:
        part, colon, rest = element.partition(":")
        if colon:
            parts.setdefault(part, []).append((rest, name, kind))
    mapping = Mapping(Node(), Record(owner))
    records: dict[str, tuple[Node, Record]] = {"": (mapping.node, mapping.record)}
    bases = {"": ""}
    for element, name, kind in table:
        if ":" in element:
            continue
        base = max(
            (
                path
                for path, prefix in bases.items()
                if name.startswith(prefix) and (not path or element.startswith(path + "/"))
            ),
            key=len,
        )
        inner = element[len(base) + 1 :] if base else element
        found = _row(profile, records[base], (inner, name[len(bases[base]) :], kind))
        if found is not None:
            records[element] = found
            bases[element] = name + "."
            for row in parts.get(kind, ()):
                _row(profile, found, row)
    _settle(mapping.node)
    return mapping


def _settle(node: Node) -> None:
    """Note of each node below what the walk must know first."""
    for below in (*node.children.values(), *node.cases.values(), node.first, node.later):
        if below is None:
            continue
        simple = not (below.selective or below.attributes or below.repeats or below.record)
        below.plain = simple and below.name is not None and not below.children
        below.through = simple and below.name is None and bool(below.children)
        _settle(below)


def _row(
    profile: Profile, into: tuple[Node, Record], row: tuple[str, str, str]
) -> tuple[Node, Record] | None:
    """Add one row to a record; returns the record a row of a record kind opens."""
    (node, record), (element, name, kind) = into, row
    path, _, attribute = element.partition("/@")
    owner, steps, value_type = record.owner, [], ""
    for text in path.split("/"):
        step = _step(profile, owner, text)
        steps.append(step)
        node = _descend(node, step)
        local = step.tag.partition("}")[2]
        known = profile.element(owner, local)
        if known is None:
            raise LookupError(f"{profile.name}: mapping names {element}, unknown in {owner}")
        owner = value_type = known.type
    if attribute:
        node.attributes.append((attribute, name))
        record.slots[name] = Slot(tuple(steps), kind, value_type, attribute)
        return None
    repeats = name.endswith("]")
    list_name, _, role = name.removesuffix("]").partition("[")
    node.name, node.repeats = list_name, repeats
    if not repeats:
        record.slots[name] = Slot(tuple(steps), kind, value_type)
        return None
    if kind in {"text", "number"}:
        record.lists.setdefault(list_name, []).append(ListSlot(tuple(steps), value_type, None))
        return None
    node.record, node.role = True, role or None
    inner = Record(owner)
    record.lists.setdefault(list_name, []).append(
        ListSlot(tuple(steps), value_type, inner, role or None)
    )
    return node, inner


def _step(profile: Profile, owner: str, text: str) -> Step:
    name, _, condition = text.removesuffix("]").partition("[")
    tag = profile.tag(owner, name)
    if not condition:
        return Step(tag, owner)
    if "=" not in condition:
        return Step(tag, owner, ordinal=condition)
    child, _, value = condition.partition("=")
    row = profile.element(owner, name)
    return Step(tag, owner, profile.tag(row.type if row else owner, child), value)


def _descend(node: Node, step: Step) -> Node:
    below = node.children.setdefault(step.tag, Node())
    if step.key is not None:
        below.key, below.selective = step.key, True
        return below.cases.setdefault(step.value or "", Node())
    below.selective = below.selective or step.ordinal is not None
    if step.ordinal == "1":
        below.first = below.first or Node()
        return below.first
    if step.ordinal is not None:
        below.later = below.later or Node()
        return below.later
    return below
