"""What reading and writing a message give back, and the steps every format shares."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from pydantic import ValidationError

from sanzhi.core.dates import parse_date
from sanzhi.core.findings import Finding, Severity, Text, Unusable
from sanzhi.core.shapes import field_path
from sanzhi.core.units import find_unit
from sanzhi.declarations.document import Declaration, shape_findings

#: How often a declaration is built anew without the values that were wrong.
_ATTEMPTS = 4


def _no_lines() -> dict[str, int]:
    return {}


@dataclass
class Reading:
    """A message as read."""

    declaration: Declaration
    findings: list[Finding]
    format: str
    trace: Callable[[], dict[str, int]] = field(default=_no_lines, repr=False)

    @cached_property
    def lines(self) -> dict[str, int]:
        """The 1-based source line of each field of the declaration that came from one."""
        return self.trace()


@dataclass(frozen=True)
class Written:
    """A message as written, with warnings for what the format could not carry."""

    data: bytes
    findings: list[Finding]


def build(
    fields: dict[str, Any], source: Any, today: date | None
) -> tuple[Declaration, list[Finding]]:
    """Build a declaration, leaving out the values that cannot be read and saying which.

    `source` is the original message (a `Source`, or its fields).

    A message without a date takes `today`, with a finding that says so; `Unusable` where the
    caller gave none.
    """
    findings: list[Finding] = []
    if not fields.get("date"):
        fields["date"] = _assumed(today, findings)
    fields["source"] = source
    for _ in range(_ATTEMPTS):
        try:
            declaration = Declaration.model_validate(fields)
        except ValidationError as error:
            found = shape_findings(error)
            findings += found
            for detail in error.errors(include_url=False, include_input=False):
                _leave_out(fields, detail["loc"])
            if not fields.get("date"):
                fields["date"] = _assumed(today, findings)
            continue
        return declaration, findings
    raise Unusable(findings[0])


def _assumed(today: date | None, findings: list[Finding]) -> date:
    if today is None:
        raise Unusable.because(
            "declaration.date",
            "date",
            "The message gives no date.",
            "报文未填写日期。",
            mend=Text("Give the day of declaration.", "请填写申报日期。"),
        )
    findings.append(_date_assumed(today))
    return today


@lru_cache(maxsize=64)
def _date_assumed(today: date) -> Finding:
    return Finding(
        code="declaration.date_assumed",
        path="date",
        severity=Severity.INFO,
        text=Text(
            f"The message gives no date; {today} is assumed.", f"报文未填写日期，按 {today} 处理。"
        ),
    )


def _leave_out(fields: Any, location: tuple[int | str, ...]) -> None:
    """Remove the value at a location, or the nearest part of it that can go."""
    holder: Any = fields
    for depth, part in enumerate(location):
        last = depth + 1 == len(location)
        try:
            below = holder[part]
        except (KeyError, IndexError, TypeError):
            # A required value is missing: its record cannot stand.
            if depth:
                _leave_out(fields, location[:depth])
            return
        if last or not isinstance(below, dict | list):
            del holder[part]
            return
        holder = below


def day(text: str | None) -> date | None:
    """The day at the head of `20260302…` or `2026-03-02…`; None where there is none."""
    if not text:
        return None
    head = text[:10] if text[4:5] == "-" else text[:8]
    try:
        return parse_date(head)
    except ValueError:
        return None


def position(text: str | None, place: int) -> int:
    """An item's number as the message gives it, or its place where that is no item number."""
    number = int(text) if text and len(text) <= 3 and text.isdecimal() else 0
    return number or place


def not_carried(wanted: Declaration, written: Declaration, form: str) -> list[Finding]:
    """A warning for each value that reading the written message does not give back."""
    one, other = comparable(wanted), comparable(written)
    return [
        Finding(
            code="write.not_carried",
            path=path,
            severity=Severity.WARNING,
            text=Text(
                f"{path} ({_short(value)}) cannot be carried by {form} and is left out.",
                f"{form} 报文无法承载 {path}（{_short(value)}），已省略。",
            ),
        )
        for path, value in one.items()
        if other.get(path) != value
    ]


def lost(wanted: Declaration, again: Reading) -> list[Finding]:
    """What a written message, read `again`, does not give back, and where it breaks its schema."""
    return not_carried(wanted, again.declaration, again.format) + [
        finding for finding in again.findings if finding.code.startswith("schema")
    ]


def comparable(declaration: Declaration) -> dict[str, Any]:
    """A declaration's values by path, so that two can be compared for meaning."""
    fields = declaration.model_dump(exclude_none=True, exclude={"source"})
    parties = {f"[{party['role']}]": party for party in fields["parties"]}
    if len(parties) == len(fields["parties"]):
        # One party a role: their order says nothing.
        fields["parties"] = parties
    # The declaration's currency is that of its prices; without prices it says nothing.
    currency = fields.pop("currency", None)
    for item in fields.get("items", ()):
        if item.get("price") is not None:
            item.setdefault("currency", currency)
        for name in ("unit", "statutory_unit", "second_unit"):
            if (unit := find_unit(item.get(name))) is not None:
                item[name] = unit.symbol
    return dict(_flat(fields, ()))


def _flat(value: Any, path: tuple[int | str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, (*path, index))
    elif value != "":
        yield field_path(path).replace(".[", "["), value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
