"""Holding what is stored of cases against their events.

The log is signed and the rows beside it are not: every row, request and document must be what the
fold of the case's events says. `sanzhi events verify` and the log's page ask this after the log
itself was verified.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from sanzhi.cases import Unfoldable
from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text
from sanzhi.events import VOCABULARY, Event
from sanzhi.events.event import event_of
from sanzhi.site.cases.desks import DESKS, Desk
from sanzhi.site.cases.models import CaseParty, CaseRecord, Document, RequestRecord
from sanzhi.site.cases.places import place_differences
from sanzhi.site.cases.rawrows import comparison, raw_rows
from sanzhi.site.cases.storing import parties_of, request_facts
from sanzhi.site.cases.told import differs, shown, stored
from sanzhi.site.events.stored import logged
from sanzhi.site.storage import snapshot

#: Cases whose rows and documents are read together.
_BATCH = 500


#: Columns of a request beside those that name it.
_REQUEST = tuple(
    field.name
    for field in RequestRecord._meta.get_fields()
    if field.name not in {"id", "case", "sequence"}
)


def differences() -> Iterator[Finding]:
    """A finding for everything stored of a case that is not what its events say."""
    with snapshot():
        folded, broken = _folded()
        yield from broken
        for desk in DESKS:
            yield from _of_desk(desk, folded.get(desk.kind.name, {}), {one.path for one in broken})
        yield from _parties(folded)
        yield from place_differences([desk.kind for desk in DESKS], folded)
        yield from _requests(folded)
        yield from _documents(folded)


def _folded() -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    """The standing of every case by kind and number, and the cases whose events do not fold."""
    desks = DESKS.by_event()
    folded: dict[str, dict[str, Any]] = {}
    broken: list[Finding] = []
    by_case: dict[str, list[Event]] = {}
    for one in logged():
        if not one.is_told or not one.is_readable:
            continue  # named by the verification of the log
        try:
            event = event_of(one.entry)
        except (ValueError, RecursionError):
            continue  # the same
        by_case.setdefault(event.case, []).append(event)
    for case, events in by_case.items():
        events.sort(key=lambda event: event.sequence)
        desk = desks.get(events[0].kind)
        if desk is None:
            if VOCABULARY.get(events[0].kind) is None:
                broken.append(_unfoldable(case, events[0].sequence, "no such kind of event"))
            continue
        try:
            folded.setdefault(desk.kind.name, {})[case] = desk.kind.fold(events)
        except Unfoldable as error:
            broken.append(_unfoldable(case, error.event.sequence, error.why))
    return folded, broken


def _of_desk(
    desk: Desk[Any, Any], folded: Mapping[str, Any], broken: set[str]
) -> Iterator[Finding]:
    """The rows of a kind against the standings, both ways, and what the desk keeps beside them."""
    missing = dict(folded)
    for number, differing in stored(desk, desk.where().order_by("pk")):
        standing = missing.pop(number, None)
        if standing is not None:
            for name, found, said in differing(standing):
                yield differs(desk, number, name, found, said)
        elif number not in broken:
            yield _unlogged(desk, number)
    for number in missing:
        yield _lost(desk, number)
    numbers = list(folded)
    for at in range(0, len(numbers), _BATCH):
        yield from _checked(desk, numbers[at : at + _BATCH], folded)


def _checked(
    desk: Desk[Any, Any], numbers: list[str], folded: Mapping[str, Any]
) -> Iterator[Finding]:
    """What is stored beside the rows of some cases; where one of them cannot be read, it is
    named, and the others are compared all the same."""
    try:
        found = list(desk.check(numbers, {number: folded[number] for number in numbers}))
    except Exception:  # noqa: BLE001 - what a damaged value raises is anybody's guess
        if len(numbers) == 1:
            yield _unreadable(desk, numbers[0])
            return
        half = len(numbers) // 2
        found = [*_checked(desk, numbers[:half], folded), *_checked(desk, numbers[half:], folded)]
    yield from found


def _parties(folded: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """The stored parties of cases against those that their events name."""
    said = {
        (number, one)
        for desk in DESKS
        if desk.model is CaseRecord
        for number, standing in folded.get(desk.kind.name, {}).items()
        for one in parties_of(desk, standing)
    }
    for case, enterprise in raw_rows(CaseParty.objects.order_by("pk"), ["case", "enterprise"]):
        if (case, enterprise) not in said:
            yield _found("parties.unlogged", f"{case} party {enterprise}",
                         f"{enterprise} is stored as a party of {case}, and no event says so.",
                         f"{enterprise} 被存为 {case} 的当事人，而无事件记载。")  # fmt: skip
        said.discard((case, enterprise))
    for case, enterprise in sorted(said):
        yield _found("parties.lost", f"{case} party {enterprise}",
                     f"{enterprise} is a party of {case} by its events, and not stored.",
                     f"{enterprise} 依事件为 {case} 的当事人，而未存储。")  # fmt: skip


def _requests(folded: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """The stored requests against those that the events filed and decided."""
    said = {
        (number, one.sequence): one
        for cases in folded.values()
        for number, standing in cases.items()
        for one in standing.requests
    }
    rows, is_same = RequestRecord.objects.order_by("pk"), comparison()
    for case, sequence, *values in raw_rows(rows, ["case", "sequence", *_REQUEST]):
        one = said.pop((case, _number(sequence)), None)
        place = f"{case}/{sequence} request"
        if one is None:
            yield _found(
                "requests.unlogged",
                place,
                "A request is stored that was never filed.",
                "存储了一项从未提出的申请。",
            )
            continue
        facts = request_facts(one)
        for name, value in zip(_REQUEST, values, strict=True):
            if not is_same(value, facts[name]):
                yield _found(
                    f"requests.{name}",
                    place,
                    f"The request says {name} {shown(value)}; its events say {shown(facts[name])}.",
                    f"申请的 {name} 为 {shown(value)}，事件所载为 {shown(facts[name])}。",
                )
    for number, sequence in said:
        yield _found("requests.lost", f"{number}/{sequence} request",
                     "A request was filed and is not stored.", "申请已提出而未存储。")  # fmt: skip


def _documents(folded: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """The texts kept beside the events, against their own digests and the events that name them."""
    wanted = {
        (number, sha)
        for cases in folded.values()
        for number, standing in cases.items()
        for sha in standing.documents
    }
    rows = Document.objects.order_by("pk")
    for case, sha, content in raw_rows(rows, ["case", "digest", "content"]):
        place = f"{case} document {str(sha)[:12]}"
        if digest(content or "") != sha:
            yield _found("documents.changed", place,
                         f"A document of {case} was changed after it was logged.",
                         f"{case} 的单证在入库后被改动。")  # fmt: skip
        elif (case, sha) not in wanted:
            yield _found("documents.unlogged", place,
                         f"A document of {case} is stored that no event names.",
                         f"{case} 存有日志未记载的单证。")  # fmt: skip
        wanted.discard((case, sha))
    for number, sha in sorted(wanted):
        yield _found("documents.lost", f"{number} document {sha[:12]}",
                     f"A document of {number} was logged and is not stored.",
                     f"{number} 的单证有日志记载而未存储。")  # fmt: skip


def _number(stored: Any) -> int:
    text = str(stored)
    return int(text) if text.isascii() and text.isdigit() else -1


def _unfoldable(case: str, sequence: int, why: str) -> Finding:
    return _found(
        "cases.unfoldable", case,
        f"Event {sequence} of case {case} cannot have followed what was before it: {why}.",
        f"单证 {case} 的第 {sequence} 号事件与之前的事件不符：{why}。",
    )  # fmt: skip


def _unlogged(desk: Desk[Any, Any], number: str) -> Finding:
    words = desk.kind.words
    return _found(
        "cases.unlogged", number,
        f"The {words.en} {number} is stored and no event tells of it.",
        f"{words.zh} {number} 已存储而无任何事件记载。",
    )  # fmt: skip


def _unreadable(desk: Desk[Any, Any], number: str) -> Finding:
    words = desk.kind.words
    return _found(
        "cases.unreadable", number,
        f"What is stored of the {words.en} {number} cannot be read.",
        f"{words.zh} {number} 的存储内容无法读取。",
    )  # fmt: skip


def _lost(desk: Desk[Any, Any], number: str) -> Finding:
    words = desk.kind.words
    return _found(
        "cases.lost", number,
        f"The {words.en} {number} is told of by events and not stored.",
        f"{words.zh} {number} 有事件记载而未存储。",
    )  # fmt: skip


def _found(code: str, path: str, en: str, zh: str) -> Finding:
    return Finding(code=code, path=path, text=Text(en, zh))


def last_events() -> Iterator[tuple[str, int]]:
    """Every case of every kind with the number of its last event, as the log must hold them."""
    for desk in DESKS:
        rows = desk.where().filter(Q(sequence__lt=2**31)).order_by("pk")
        for number, sequence in rows.values_list("number", "sequence").iterator(chunk_size=2000):
            if isinstance(number, str) and isinstance(sequence, int):  # the rest is no row's
                yield number, sequence
