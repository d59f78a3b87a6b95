"""What procedures ask of a law pack by a name of their own, and what of it a pack lacks.

Every room that asks declares its needs beside its procedures; whoever runs the procedures holds
them to its pack before anybody works with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sanzhi.core.findings import Finding, Text
from sanzhi.law.pack import Pack

#: A value is one of these, as its parameter's procedures ask it.
_SHAPES = {
    Decimal: Text("a number", "数字"),
    list: Text("a list", "列表"),
    dict: Text("numbers by code", "按代码列出的数字"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a procedure asks for: a parameter, a code list, or an act that it cites."""

    kind: Literal["parameter", "code_list", "act"]
    name: str
    procedure: Text
    """What asks for it, as a sentence has it: “the assessment of taxes”."""
    shape: type = Decimal
    """Of a parameter's value: `Decimal`, `list` or `dict`."""


def parameters(procedure: Text, *names: str, shape: type = Decimal) -> tuple[Need, ...]:
    return tuple(Need("parameter", name, procedure, shape) for name in names)


def code_lists(procedure: Text, *names: str) -> tuple[Need, ...]:
    return tuple(Need("code_list", name, procedure) for name in names)


def acts(procedure: Text, *keys: str) -> tuple[Need, ...]:
    """Acts that are cited: the pack has each, or names what stands in its place (`rests_on`)."""
    return tuple(Need("act", key, procedure) for key in keys)


def lacks(pack: Pack, needs: Iterable[Need], on: date) -> list[Finding]:
    """A finding for everything that a pack lacks on a day, once each, in the order asked."""
    asked = {(need.kind, need.name): need for need in reversed(list(needs))}
    return [finding for need in reversed(asked.values()) for finding in _lacking(pack, need, on)]


def _lacking(pack: Pack, need: Need, on: date) -> Iterator[Finding]:
    match need.kind:
        case "parameter":
            yield from _parameter(pack, need, on)
        case "code_list" if not pack.codes.get(need.name):
            yield _finding(
                need,
                f"codes/{need.name}.csv",
                Text(f"The law pack has no code list {need.name}", f"法规包没有代码表 {need.name}"),
                Text(f"Add codes/{need.name}.csv.", f"请添加 codes/{need.name}.csv。"),
            )
        case "act" if need.name not in pack.acts and not _has_own(pack, need.name):
            yield _finding(
                need,
                "pack.yaml rests_on",
                Text(
                    f"The law pack has nothing for the act {need.name}",
                    f"法规包没有与法规 {need.name} 对应的内容",
                ),
                Text(
                    f"Name under rests_on in pack.yaml what stands in the place of {need.name}.",
                    f"请在 pack.yaml 的 rests_on 中写明代替 {need.name} 的法规。",
                ),
            )


def _parameter(pack: Pack, need: Need, on: date) -> Iterator[Finding]:
    versions = pack.parameters.get(need.name)
    found = versions.on(on) if versions else None
    place = f"parameters.yaml {need.name}"
    mend = Text(
        f"Give {need.name} in parameters.yaml, with the act it rests on.",
        f"请在 parameters.yaml 中给出 {need.name} 及其依据的法规。",
    )
    if found is None:
        en, zh = (f", in force on {on}", f"（{on} 有效）") if versions else ("", "")
        what = Text(
            f"The law pack has no parameter {need.name}{en}", f"法规包没有参数 {need.name}{zh}"
        )
        yield _finding(need, place, what, mend)
    elif not _has_shape(found.value, need.shape):
        shape = _SHAPES[need.shape]
        yield _finding(
            need,
            place,
            Text(
                f"The parameter {need.name} of the law pack is not {shape.en}",
                f"法规包的参数 {need.name} 不是{shape.zh}",
            ),
            mend,
        )


def _has_shape(value: Any, shape: type) -> bool:
    parts = value.values() if isinstance(value, dict) else ()
    return isinstance(value, shape) and all(isinstance(part, Decimal) for part in parts)


def _has_own(pack: Pack, act: str) -> bool:
    return act in pack.administration.rests_on


def _finding(need: Need, path: str, lack: Text, mend: Text) -> Finding:
    (what, what_zh), (procedure, procedure_zh) = lack, need.procedure
    return Finding(
        code="law.file.lacks",
        path=path,
        text=Text(
            f"{what}, which {procedure} asks for.",
            f"{what_zh}，而{procedure_zh}需要。",
        ),
        mend=mend,
    )
