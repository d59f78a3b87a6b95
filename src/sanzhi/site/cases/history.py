"""What happened to a case, as pages and the HTTP API tell it."""

from collections.abc import Collection, Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanzhi.events import VOCABULARY, Wording
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import OPERATOR, SYSTEM, User
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import WORDING, words_of
from sanzhi.site.law.catalogue import pack
from sanzhi.site.shell.components import Step


def events_of(number: str, *, inside: bool) -> list[EventRecord]:
    """The events of a case that the reader may know: confidential ones only `inside`."""
    events = EventRecord.objects.told().filter(case=number).order_by("sequence")
    return list(events if inside else events.exclude(kind__in=VOCABULARY.confidential()))


def is_readable(kind: str, *, inside: bool) -> bool:
    """Whether whoever sees a case may read its events of a kind, confidential ones `inside`."""
    known = VOCABULARY.get(kind)
    return inside or not (known and known.confidential)


def readable(actor: Actor, events: Collection[EventRecord]) -> set[int]:
    """Keys of the events, of whatever cases, that an actor may read: those of cases that they see,
    as the desk of each says. One query a desk."""
    by_desk: dict[str, list[EventRecord]] = {}
    desks = DESKS.by_event()
    for event in events:
        if event.kind in desks:
            by_desk.setdefault(desks[event.kind].kind.name, []).append(event)
    found: set[int] = set()
    for name, told in by_desk.items():
        desk = DESKS[name]
        rows = desk.where().filter(desk.visible(actor), number__in={one.case for one in told})
        inside = {row.number: desk.is_inside(actor, row) for row in rows}
        found |= {
            one.pk
            for one in told
            if one.case in inside and is_readable(one.kind, inside=inside[one.case])
        }
    return found


def acts_of(event: EventRecord) -> list[str]:
    """The acts and articles an event applied; the key of the law pack is no act."""
    acts = pack().acts
    return [one for one in event.citations if one.partition(", ")[0] in acts]


def steps(
    events: Iterable[EventRecord], awaited: str = "", wording: Wording = WORDING
) -> list[Step]:
    """The timeline, latest first; `awaited` is what is to come, at its head."""
    events = list(events)
    names = {
        user.username: str(user)
        for user in User.objects.filter(username__in={event.actor for event in events})
    }
    names = {SYSTEM: _("system"), OPERATOR: _("operator of the machine")} | names
    language = get_language() or "en"
    told = [
        Step(
            event.time,
            words_of(event, wording).in_language(language),
            names.get(event.actor, event.actor),
            citations=acts_of(event)[:4],
        )
        for event in reversed(events)
    ]
    if told:
        first = told[0]
        told[0] = Step(
            first.at, first.what, first.who, awaited, current=True, citations=first.citations
        )
    return told
