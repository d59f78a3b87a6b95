"""Brokers' authorities as they are stored, told by events and held against them."""

from collections.abc import Iterator
from datetime import datetime

from sanzhi.administration.authorities import (
    LAW,
    Authority,
    AuthorityKept,
    AuthorityRemoved,
    authority_after,
    authority_case,
)
from sanzhi.core.findings import Finding, Text
from sanzhi.events import VOCABULARY, Event, Payload
from sanzhi.events.event import event_of
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import BrokerAuthority
from sanzhi.site.administration.accounts import tell_of
from sanzhi.site.cases.rawrows import raw_rows
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.stored import case_events
from sanzhi.site.storage import snapshot

_COLUMNS = ("id", "broker__credit_code", "client__credit_code", "valid_from", "until")
#: Cases whose events are read by one statement.
_TOGETHER = 500


def tell_kept(row: BrokerAuthority, actor: Actor, moment: datetime) -> None:
    """Tell of an authority as it is stored now, within the caller's transaction."""
    _tell(row, kept(row), actor, moment)


def tell_removed(row: BrokerAuthority, actor: Actor, moment: datetime) -> None:
    """Tell of an authority that is about to be removed, within the caller's transaction."""
    broker, client = row.broker.credit_code, row.client.credit_code
    _tell(row, AuthorityRemoved(broker=broker, client=client), actor, moment)


def _tell(row: BrokerAuthority, payload: Payload, actor: Actor, moment: datetime) -> None:
    list(BrokerAuthority.objects.select_for_update().filter(pk=row.pk).values_list("pk"))
    tell_of(authority_case(row.pk), payload, LAW, actor, moment)


def kept(row: BrokerAuthority) -> AuthorityKept:
    """What the event of an authority says of its row."""
    return AuthorityKept(
        broker=row.broker.credit_code,
        client=row.client.credit_code,
        valid_from=row.valid_from.isoformat(),
        until=row.until.isoformat() if row.until else None,
    )


def differences() -> Iterator[Finding]:
    """A finding for every authority that is stored otherwise than its last event says."""
    with snapshot():
        said = dict(_said())
        stored = {
            authority_case(int(str(key))): Authority(*(str(one or "") for one in values))
            for key, *values in raw_rows(BrokerAuthority.objects.order_by("pk"), _COLUMNS)
        }
    for case in sorted(said.keys() | stored.keys()):
        found, told = stored.get(case), said.get(case)
        if found != told:
            yield _differs(case, found, told)


def _said() -> Iterator[tuple[str, Authority]]:
    """What stands, by the last event of each authority."""
    kinds = [VOCABULARY.of(one).name for one in (AuthorityKept, AuthorityRemoved)]
    named = EventRecord.objects.filter(kind__in=kinds).order_by("case").values_list("case")
    cases = [case for (case,) in named.distinct()]
    for at in range(0, len(cases), _TOGETHER):
        last: dict[str, Event] = {}
        for one in case_events(*cases[at : at + _TOGETHER]):
            try:
                last[one.entry.case] = event_of(one.entry)
            except (ValueError, RecursionError):
                continue  # named by the verification of the log
        for case, event in last.items():
            authority = authority_after(event)
            if authority:
                yield case, authority


def _differs(case: str, found: Authority | None, told: Authority | None) -> Finding:
    en, zh = zip(_words(found), _words(told), strict=True)
    return Finding(
        code="authorities.differs",
        path=case,
        text=Text(
            f"The broker's authority {case}: {en[0]} is stored, {en[1]} was told.",
            f"报关委托 {case}：所存为{zh[0]}，事件所载为{zh[1]}。",
        ),
        mend=Text(
            "Ask the enterprise for whom the broker acts, and who wrote to the database.",
            "请向被代理企业核实，并查明何人改动了数据库。",
        ),
    )


def _words(one: Authority | None) -> tuple[str, str]:
    if one is None:
        return "nothing", "无"
    until = one.until or "…"
    words = f"{one.broker} → {one.client}, {one.valid_from} – {until}"
    return words, f"“{words}”"
