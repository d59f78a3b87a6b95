"""One rule: read in words by whoever may see it, written by the author of the draft."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.rules.drafting import conditions_of, draft_rule
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import cells_of
from sanzhi.customs.risk.rules.trial import Tried
from sanzhi.customs.risk.rules.words import words_of_tried
from sanzhi.selectivity.condition import Condition
from sanzhi.selectivity.fields import Field
from sanzhi.selectivity.lanes import Lane
from sanzhi.selectivity.rule import Rule
from sanzhi.selectivity.words import plain, unit_of, words_of, words_of_all
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import act
from sanzhi.site.events.log import Conflict
from sanzhi.site.law import catalogue
from sanzhi.site.risk import trial
from sanzhi.site.risk.editor import STALE, may_write, sequence_of
from sanzhi.site.risk.lookup import find_setting
from sanzhi.site.risk.models import Setting
from sanzhi.site.shell.templatetags.sanzhi import words

#: How a cell of each kind is written.
EXAMPLES = {
    "text": ('"CN", "HK"', 'not("CN")', "87*", '~"plastic"', "missing", "known"),
    "number": (">= 1000", "< -2", "[10..20)", "= 5", "missing", "known"),
    "flag": (),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A field's row of the form: what is typed, in words or what is wrong with it."""

    field: Field
    value: str
    words: Text | None = None
    wrong: Finding | None = None

    @property
    def unit(self) -> Text:
        return unit_of(self.field, catalogue.pack().currency_words)


@require_http_methods(["GET", "POST"])
def rule(request: PageRequest, version: int, name: str = "") -> HttpResponse:
    """Write a rule, new where no name is given."""
    found = find_setting(request.actor, version)
    own = next((one for one in found.table.rules if one.id == name), None)
    if name and own is None:
        raise Http404(name)
    if not may_write(request.actor, found):
        return _shown(request, found, own)
    refused: list[Finding] = []
    status, typed = 200, _fresh(request) if own is None else _typed(own)
    if request.method == "POST":
        typed = request.POST.dict()
        try:
            made, refused = _written(request, found, name)
        except Unusable as unusable:
            refused = [unusable.finding]
        except Conflict:
            refused = [STALE]
            found = find_setting(request.actor, version)
        else:
            if made:
                messages.success(request, _("Rule %(id)s is in the draft.") % {"id": made.id})
                page = reverse("risk:setting", args=[version])
                return redirect(f"{page}?saved={made.id}#r-{made.id}")
        status = 409 if refused == [STALE] else 400
    return render(request, "risk/rule.html", _form(found, name, typed, refused), status=status)


@require_POST
def live(request: PageRequest, version: int) -> HttpResponse:
    """What is typed, in words, and what of history it would hit; nothing is stored."""
    request.actor.require("risk.propose")
    find_setting(request.actor, version)
    typed = request.POST.dict()
    when, wrong = conditions_of(typed)
    tried: Tried | None = None
    if when and not wrong:
        tried, declarations = trial.count(when)
    return render(
        request,
        "risk/live.html",
        {
            "cells": _cells(typed, when, wrong),
            "unreadable": len(wrong),
            "tried": words_of_tried(tried, declarations) if tried and declarations else None,
            "empty_history": tried is not None and not declarations,
            "live": True,
        }
        | _both(when),
    )


def _written(request: PageRequest, found: Setting, name: str) -> tuple[Rule | None, list[Finding]]:
    """Put what is typed into the draft; what is wrong with it, and no rule, where it is none."""
    made, wrong = draft_rule(request.POST.dict())
    if made is None:
        return None, wrong
    if not name and any(one.id == made.id for one in found.table.rules):
        raise Unusable.because(
            "rules.same_id",
            "id",
            f"The rule {made.id} is there already.",
            f"规则 {made.id} 已存在。",
        )
    act(request.actor, found, sequence_of(request), "write_rule", {"rule": made, "replaces": name})
    return made, []


def _fresh(request: PageRequest) -> dict[str, str]:
    return {
        "owner": request.actor.name,
        "valid_from": timezone.localdate().isoformat(),
        "weight": "1",
    }


def _typed(own: Rule) -> dict[str, str]:
    return cells_of(own) | {"weight": plain(own.weight).replace(",", "")}


def _form(
    found: Setting, name: str, typed: Mapping[str, str], refused: list[Finding]
) -> dict[str, object]:
    when, wrong = conditions_of(typed)
    cells = _cells(typed, when, wrong)
    return {
        "setting": found,
        "name": name,
        "typed": typed,
        "refused": refused,
        "wrong": {one.path: one for one in refused},
        "examples": EXAMPLES,
        "links": {one.path: f"f-{one.path}" for one in refused if one.path},
        "lanes": [str(lane) for lane in (Lane.RED, Lane.YELLOW, Lane.BLUE)],
        "groups": [
            (kind, [one for one in cells if one.field.kind == kind])
            for kind in ("text", "number", "flag")
        ],
        "acts": sorted(catalogue.pack().acts),
        "live": False,
    } | _both(when)


def _both(when: tuple[Condition, ...]) -> dict[str, object]:
    """The conditions in words, and in those of the language the page is not in."""
    said = words_of_all(when, FIELDS, catalogue.pack().currency_words)
    return {"words": said, "other": said.en if words(said) == said.zh else said.zh}


def _cells(
    typed: Mapping[str, str], when: tuple[Condition, ...], wrong: list[Finding]
) -> list[Cell]:
    currency = catalogue.pack().currency_words
    said = {one.field: words_of(one, FIELDS, currency) for one in when}
    unread = {one.path: one for one in wrong}
    return [
        Cell(field, typed.get(name, ""), said.get(name), unread.get(name))
        for name, field in FIELDS.items()
    ]


def _shown(request: PageRequest, found: Setting, own: Rule | None) -> HttpResponse:
    """The rule for whoever cannot write it."""
    if request.method == "POST" or own is None:
        request.actor.require("risk.propose")
        raise Unusable.because(
            "setting.not_writable",
            "",
            "Rules are written in a draft, by its author alone.",
            "规则只能由草稿作者在草稿中编写。",
            mend=Text("Begin a draft of your own.", "请另行起草。"),
        )
    row, currency = cells_of(own), catalogue.pack().currency_words
    return render(
        request,
        "risk/rule_shown.html",
        {
            "setting": found,
            "rule": own,
            "words": [words_of(one, FIELDS, currency) for one in own.when],
            "cells": [(FIELDS[one.field], row[one.field]) for one in own.when],
            "weight": plain(own.weight),
            "known": catalogue.act(own.citation.partition(", ")[0]) is not None,
        },
    )
