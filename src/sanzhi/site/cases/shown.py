"""The actions that a page offers on a case, with their forms."""

from collections.abc import Iterable
from typing import Any

from sanzhi.cases import Action
from sanzhi.core.findings import Text
from sanzhi.site.accounts.access import Actor
from sanzhi.site.cases.actions import offers
from sanzhi.site.cases.forms import ActionForm, Shown
from sanzhi.site.cases.models import CaseBase
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import words_of

#: Characters of an event's sentence in a list of choices.
_MOST = 160


def shown(
    actor: Actor,
    row: CaseBase,
    standing: Any,
    events: Iterable[EventRecord],
    tried: ActionForm | None = None,
) -> list[Shown]:
    """What the actor may do on the case now; `tried` is a form that was refused, which stands
    open with what was typed."""
    found = []
    for offer in offers(actor, row, standing):
        action = offer.action
        if tried and tried.action is action:
            found.append(Shown(action, _fresh(tried, standing), open=True))
            continue
        form = form_of(action, standing, events) if action.has_form else None
        found.append(Shown(action, form, offer.awaited))
    if tried and not any(one.action is tried.action for one in found):
        found.append(Shown(tried.action, tried, open=True, possible=False))
    return sorted(found, key=lambda one: not one.open)


def form_of(
    action: Action[Any],
    standing: Any,
    events: Iterable[EventRecord],
    data: Any = None,
    files: Any = None,
) -> ActionForm:
    """The form of an action on a case."""
    needs_words = any(
        getattr(mark, "event", False)
        for field in action.asks.model_fields.values()
        for mark in field.metadata
    )
    words: dict[int, Text] = {}
    if needs_words:
        words = {event.sequence: _in_a_line(event) for event in events}
    return ActionForm(data, files, action=action, standing=standing, events=words)


def _fresh(tried: ActionForm, standing: Any) -> ActionForm:
    """The form as typed, over the case as it is now: sent again, it is about what is shown."""
    tried.data = {**dict(tried.data.items()), "sequence": str(standing.sequence)}
    return tried


def _in_a_line(event: EventRecord) -> Text:
    said = words_of(event)
    day = f"{event.time:%Y-%m-%d}"
    return Text(f"{day} {said.en}"[:_MOST], f"{day} {said.zh}"[:_MOST])
