"""The forms of the actions on a case, and which of them an actor is offered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sanzhi.border.clearance import ACTIONS, State
from sanzhi.border.clearance.lanes import LANE_NAMES
from sanzhi.border.clearance.process import (
    AUDIT_RESULTS,
    DOCUMENT_DECISIONS,
    INSPECTION_RESULTS,
)
from sanzhi.border.clearance.states import Action
from sanzhi.core.findings import Text
from sanzhi.site.accounts.access import Actor
from sanzhi.site.clearance import actions
from sanzhi.site.clearance.drafting import RELODGING
from sanzhi.site.clearance.history import words_of
from sanzhi.site.clearance.models import Case, Request
from sanzhi.site.clearance.storing import APPEALABLE
from sanzhi.site.events.models import EventRecord


class ActionForm(forms.Form):
    """What every action needs: the sequence the actor saw, so that two cannot both win."""

    sequence = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    units: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    def rows(self) -> Iterator[tuple[forms.BoundField, str]]:
        """The visible fields, each with its unit."""
        for bound in self.visible_fields():
            yield bound, self.units.get(bound.name, "")


class Choice(forms.ChoiceField):
    """One of a few outcomes, as radio buttons with words in the reader's language."""

    def __init__(self, label: Any, options: dict[Any, Text], **kwargs: Any) -> None:
        def named() -> list[tuple[str, str]]:
            language = get_language() or "en"
            return [(str(value), text.in_language(language)) for value, text in options.items()]

        super().__init__(label=label, choices=named, widget=forms.RadioSelect, **kwargs)


def _reason(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Arrival(ActionForm):
    on = forms.DateField(
        label=_("Day of arrival"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate


class Payment(ActionForm):
    amount = forms.DecimalField(widget=forms.HiddenInput, max_digits=20, decimal_places=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = self.case.owed


class Guarantee(ActionForm):
    units: ClassVar = {"amount": "CNY"}
    amount = forms.DecimalField(
        label=_("Amount secured"), max_digits=20, decimal_places=2, min_value=Decimal("0.01")
    )
    reference = forms.CharField(label=_("Number of the guarantee"), max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = self.case.owed


class Reason(ActionForm):
    reason = _reason(_("Reason"))


class Appeal(ActionForm):
    decision = forms.TypedChoiceField(label=_("Decision"), coerce=int)
    reason = _reason(_("Grounds"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        decision = cast("forms.ChoiceField", self.fields["decision"])
        decision.choices = [
            (
                event.sequence,
                f"{timezone.localtime(event.time):%Y-%m-%d} "
                f"{words_of(event).in_language(language)}"[:160],
            )
            for event in appealable(self.case)
        ]


class Documents(ActionForm):
    decision = Choice(_("Conclusion"), DOCUMENT_DECISIONS)
    note = _reason(_("Note"), required=False)

    def clean(self) -> dict[str, Any]:
        return _note_where(self, "decision", {"return", "inspect"})


class Inspection(ActionForm):
    result = Choice(_("Result"), INSPECTION_RESULTS)
    note = _reason(_("Note"), required=False)

    def clean(self) -> dict[str, Any]:
        return _note_where(self, "result", {"discrepancy"})


class LaneChange(ActionForm):
    lane = Choice(_("Lane"), LANE_NAMES)
    reason = _reason(_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = {lane: text for lane, text in LANE_NAMES.items() if lane != self.case.lane}
        self.fields["lane"] = Choice(_("Lane"), others)


class Decision(ActionForm):
    granted = Choice(_("Decision"), {True: Text("grant", "准予"), False: Text("refuse", "不予")})
    reason = _reason(_("Reason"))


class AppealDecision(ActionForm):
    upheld = Choice(
        _("Decision"),
        {
            True: Text("uphold the decision", "维持原决定"),
            False: Text("overturn the decision", "撤销原决定"),
        },
    )
    reason = _reason(_("Reason"))


class Audit(ActionForm):
    result = Choice(_("Result"), AUDIT_RESULTS)
    note = _reason(_("Note"), required=False)

    def clean(self) -> dict[str, Any]:
        return _note_where(self, "result", {"correction"})


class Refund(ActionForm):
    units: ClassVar = {"amount": "CNY"}
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=20, decimal_places=2, min_value=Decimal("0.01")
    )
    reason = _reason(_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = self.case.standing.overpaid


Run = Callable[[Actor, Case, dict[str, Any]], Case]

#: The form of each action and how what it says becomes the action.
FORMS: dict[str, tuple[type[ActionForm], Run]] = {
    "report_arrival": (
        Arrival,
        lambda actor, case, said: actions.report_arrival(actor, case, said["sequence"], said["on"]),
    ),
    "pay": (
        Payment,
        lambda actor, case, said: actions.pay(actor, case, said["sequence"], said["amount"]),
    ),
    "guarantee": (
        Guarantee,
        lambda actor, case, said: actions.guarantee(
            actor, case, said["sequence"], said["amount"], said["reference"]
        ),
    ),
    "request_cancellation": (
        Reason,
        lambda actor, case, said: actions.request_cancellation(
            actor, case, said["sequence"], said["reason"]
        ),
    ),
    "appeal": (
        Appeal,
        lambda actor, case, said: actions.appeal(
            actor, case, said["sequence"], said["decision"], said["reason"]
        ),
    ),
    "decide_documents": (
        Documents,
        lambda actor, case, said: actions.decide_documents(
            actor, case, said["sequence"], said["decision"], said["note"]
        ),
    ),
    "record_inspection": (
        Inspection,
        lambda actor, case, said: actions.record_inspection(
            actor, case, said["sequence"], said["result"], said["note"]
        ),
    ),
    "change_lane": (
        LaneChange,
        lambda actor, case, said: actions.change_lane(
            actor, case, said["sequence"], said["lane"], said["reason"]
        ),
    ),
    "decide_cancellation": (
        Decision,
        lambda actor, case, said: actions.decide_cancellation(
            actor, case, said["sequence"], granted=said["granted"] == "True", reason=said["reason"]
        ),
    ),
    "decide_correction": (
        Decision,
        lambda actor, case, said: actions.decide_correction(
            actor, case, said["sequence"], granted=said["granted"] == "True", reason=said["reason"]
        ),
    ),
    "record_audit": (
        Audit,
        lambda actor, case, said: actions.record_audit(
            actor, case, said["sequence"], said["result"], said["note"]
        ),
    ),
    "refund": (
        Refund,
        lambda actor, case, said: actions.refund(
            actor, case, said["sequence"], said["amount"], said["reason"]
        ),
    ),
    "decide_appeal": (
        AppealDecision,
        lambda actor, case, said: actions.decide_appeal(
            actor, case, said["sequence"], upheld=said["upheld"] == "True", reason=said["reason"]
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """An action offered on the case page: a form in place, or the declaration's own form."""

    action: Action
    form: ActionForm | None
    open: bool = False
    """The step that is awaited now: shown open."""


def offers(actor: Actor, case: Case, tried: tuple[str, ActionForm] | None = None) -> list[Offer]:
    """What the actor may do on the case now; `tried` is a form that was refused."""
    found = []
    for name, action in ACTIONS.items():
        if not is_open(actor, case, action):
            continue
        form = None
        if name not in RELODGING:
            form = FORMS[name][0](
                case=case, initial={"sequence": case.sequence}, auto_id=f"{name}-%s"
            )
        awaited = name in _AWAITED.get(State(case.state), ())
        if tried and tried[0] == name:
            form, awaited = tried[1], True
        found.append(Offer(action, form, awaited))
    found.sort(key=lambda offer: not offer.open)
    return found


def is_open(actor: Actor, case: Case, action: Action) -> bool:
    """Whether state, permission and what is at hand allow an action."""
    if State(case.state) not in action.states:
        return False
    asked = _open_requests(case).get(_REQUESTS.get(action.name, ""))
    not_by = [asked.against_id] if asked and asked.against_id else []
    if not actor.may(
        action.permission, enterprise=case.trader_id, office=case.office, not_by=not_by
    ):
        return False
    if action.name in _REQUESTS:
        return (asked is not None) == action.name.startswith("decide_") and (
            action.name != "appeal" or appealable(case).exists()
        )
    needed = {
        "pay": case.owed > 0,
        "guarantee": case.owed > case.guaranteed,
        "record_audit": case.audit_due,
        "refund": case.standing.overpaid > 0,
    }
    return needed.get(action.name, True)


def appealable(case: Case) -> Any:
    """Events of the case that an officer decided and a trader can appeal."""
    return EventRecord.objects.filter(case=case.number, kind__in=APPEALABLE).order_by("-sequence")


#: The kind of request an action files or decides.
_REQUESTS = {
    "request_cancellation": "cancellation",
    "decide_cancellation": "cancellation",
    "request_correction": "correction",
    "decide_correction": "correction",
    "appeal": "appeal",
    "decide_appeal": "appeal",
}
#: What each state waits for first.
_AWAITED = {
    State.RETURNED: ("amend",),
    State.AWAITING_ARRIVAL: ("report_arrival",),
    State.DOCUMENTS_REVIEW: ("decide_documents",),
    State.INSPECTION: ("record_inspection",),
    State.PAYMENT: ("pay",),
    State.COMPLETION_DUE: ("complete",),
    State.SETTLEMENT: ("pay",),
    State.RELEASED: ("decide_correction", "record_audit"),
}


def _open_requests(case: Case) -> dict[str, Request]:
    return {one.kind: one for one in case.requests.all() if not one.outcome}


def _note_where(form: ActionForm, name: str, wanted: set[str]) -> dict[str, Any]:
    """Whoever decides against the trader says why."""
    said: dict[str, Any] = form.cleaned_data
    if said.get(name) in wanted and not said.get("note", "").strip():
        form.add_error("note", _("Say why: the trader reads it."))
    return said
