"""Versions of rules and selection policy: the one in force, those that wait, and what each holds
and changes. Their rules are written in `rule_form.py`, their policy in `policy_form.py`."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanzhi.core.findings import Finding, Severity, Text, Unusable
from sanzhi.customs.risk.cases import SETTING
from sanzhi.customs.risk.codes import SettingState
from sanzhi.customs.risk.rules.analysis import analyse
from sanzhi.customs.risk.rules.cells import write
from sanzhi.customs.risk.rules.comparing import compare
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import MAX_BYTES, read_table, write_csv
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.customs.risk.stating import compare_policies, statements
from sanzhi.selectivity.fields import Field
from sanzhi.selectivity.lanes import STRICTEST
from sanzhi.selectivity.rule import Rule
from sanzhi.selectivity.words import plain, unit_of, words_of_all
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import act, offered
from sanzhi.site.cases.actions import begin as begin_case
from sanzhi.site.cases.history import events_of, steps
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.models import EventRecord
from sanzhi.site.law import catalogue
from sanzhi.site.risk.lookup import active_setting, documents, draft_of, find_setting
from sanzhi.site.risk.models import Setting
from sanzhi.site.shell.templatetags.sanzhi import words

#: Rules of a version on one page, and findings before the rest are only counted.
PAGE, SHOWN = 200, 50
#: Events of its history shown, the newest.
HISTORY = 50
KINDS = {
    SettingState.DRAFT: "neutral",
    SettingState.PROPOSED: "wait",
    SettingState.ACTIVE: "ok",
    SettingState.RETIRED: "neutral",
    SettingState.REFUSED: "stop",
}
STALE = Finding(
    code="setting.stale",
    path="",
    text=Text(
        "This version, or the one in force, was changed a moment ago, perhaps by you in "
        "another window; nothing of this was written.",
        "该版本或现行版本刚刚已有变动（也可能来自您的其他窗口），本次操作未写入。",
    ),
    mend=Text("Look at it as it is now, then do it again.", "请查看最新内容后重试。"),
)


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule as the table shows it."""

    rule: Rule
    weight: str
    cells: list[tuple[Field, str]]
    """Each field in use and the cell."""
    citation: str
    """Empty where its act is not in the law pack: then `unknown` has it."""
    unknown: str
    ended: bool
    said: Text


@require_GET
def settings(request: PageRequest) -> HttpResponse:
    """The version in force, those open, and those that went before."""
    request.actor.require("risk.view")
    active = active_setting()
    states = SettingState
    rows = Setting.objects.select_related("author", "decided_by")
    page = Paginator(rows.filter(state__in=[states.RETIRED, states.REFUSED]), 50).get_page(
        request.GET.get("page")
    )
    opened = [
        (one, awaited(one, offered(request.actor, one)))
        for one in rows.filter(state__in=[states.DRAFT, states.PROPOSED])
    ]
    return render(
        request,
        "risk/settings.html",
        {
            "active": active,
            "lanes": _lanes(documents(active)[0]),
            "page": page,
            "kinds": KINDS,
            "said": statements(as_applied(documents(active)[1]))[:1],
            "opened": opened,
            "mine": draft_of(request.actor),
            "may_propose": request.actor.may("risk.propose"),
        },
    )


@require_POST
def begin(request: PageRequest) -> HttpResponse:
    """Begin a draft, or go on with one's own."""
    try:
        made = draft_of(request.actor) or begin_case(request.actor, SETTING.name, "draft", {})
    except Conflict:
        messages.error(request, _("Somebody began a draft at the same moment. Try again."))
        return redirect("risk:settings")
    return redirect("risk:setting", made.version)


@require_http_methods(["GET", "POST"])
def setting(request: PageRequest, version: int) -> HttpResponse:
    """A version: its rules, its policy, what it changes, what is wrong with it, its decision."""
    found = find_setting(request.actor, version)
    refused: Finding | None = None
    status = 200
    if request.method == "POST":
        try:
            _do(request, found)
        except Unusable as unusable:
            refused, status = unusable.finding, 400
        except Conflict:
            refused, status = STALE, 409
        else:
            return redirect("risk:setting", version)
        found = find_setting(request.actor, version)
    return render(
        request,
        "risk/setting.html",
        _context(request, found) | {"refused": refused, "given": request.POST},
        status=status,
    )


@require_GET
def download(request: PageRequest, version: int) -> HttpResponse:
    """The rules as CSV, as an upload takes them."""
    found = find_setting(request.actor, version)
    return HttpResponse(
        write_csv(found.table).encode("utf-8-sig"),
        "text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rules-{found.version}.csv"'},
    )


def as_applied(policy: SelectionPolicy) -> SelectionPolicy:
    """A policy as clearance applies it: the random floor is the law's."""
    floor = catalogue.pack().number("selectivity.random_floor", timezone.localdate())
    return policy.model_copy(update={"random": float(floor)})


def may_write(actor: Actor, found: Setting) -> bool:
    return "write_rule" in offered(actor, found)


def awaited(found: Setting, mine: Collection[str]) -> str:
    """From whom an open version awaits what; `mine` are the actions offered to who asks."""
    if "write_rule" in mine:
        return _("you: write and propose")
    if "approve" in mine:
        return _("you: approve or refuse")
    if found.state == SettingState.DRAFT:
        return _("its author")
    return _("a supervisor who did not write it")


def take(request: PageRequest, found: Setting, name: str, **said: Any) -> None:
    """Take an action on the version as the page showed it, and say what was done."""
    act(request.actor, found, sequence_of(request), name, said)
    messages.success(request, words(SETTING.actions[name].done))


def sequence_of(request: PageRequest) -> int:
    text = request.POST.get("sequence", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _do(request: PageRequest, found: Setting) -> None:
    """One of the page's forms."""
    posted = request.POST
    match posted.get("do", ""):
        case "remove_rule" as name:
            take(request, found, name, rule=posted.get("rule", ""))
        case "replace_table" as name:
            take(request, found, name, table=_uploaded(request))
        case "propose" as name:
            take(request, found, name, note=posted.get("note", ""))
        case "approve" as name:
            take(request, found, name, over=posted.get("over", ""))
        case "refuse" as name:
            take(request, found, name, reason=posted.get("reason", ""))
        case other:
            raise Unusable.because(
                "setting.do",
                "do",
                f"{other[:40]!r} is nothing to do here.",
                f"“{other[:40]}”不是此处的操作。",
            )


def _uploaded(request: PageRequest) -> RuleTable:
    file = request.FILES.get("file")
    if file is None:
        raise Unusable.because("upload.nothing", "file", "Choose a file.", "请选择文件。")
    return read_table(file.read(MAX_BYTES + 1), str(file.name)[:100])


def _context(request: PageRequest, found: Setting) -> dict[str, Any]:
    active, mine = active_setting(), offered(request.actor, found)
    table, policy = found.table, found.selection
    before, policy_before = documents(active)
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:100].casefold()
    shown = [
        rule
        for rule in table.rules
        if text in " ".join((rule.id, rule.owner, rule.reason_en, rule.reason_zh)).casefold()
    ]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    used = [
        name
        for name in FIELDS
        if any(one.field == name for rule in page.object_list for one in rule.when)
    ]
    currency = catalogue.pack().currency_words
    wrong = _findings(found.rules, catalogue.pack().digest)
    compared = active is None or active.pk != found.pk
    changes = compare(before, table) if compared else ()
    return {
        "setting": found,
        "active": active,
        "kind": KINDS[SettingState(found.state)],
        "base": _base(found),
        "writes": "write_rule" in mine,
        "decides": "approve" in mine,
        "awaited": awaited(found, mine),
        "page": page,
        "text": text,
        "columns": [(FIELDS[name], unit_of(FIELDS[name], currency)) for name in used],
        "rows": [_row(rule, used) for rule in page.object_list],
        "all": len(table.rules),
        "lanes": _lanes(table),
        "compared": compared,
        "changes": [
            (one, [(cell, _label(cell.column)) for cell in one.cells]) for one in changes[:PAGE]
        ],
        "kinds_of_change": Counter(change.kind for change in changes),
        "policy_changes": compare_policies(as_applied(policy_before), as_applied(policy))
        if compared
        else (),
        "findings": wrong[:SHOWN],
        "more_findings": max(0, len(wrong) - SHOWN),
        "links": {one.path: f"r-{one.path.split()[0]}" for one in wrong[:SHOWN]},
        "statements": statements(as_applied(policy)),
        "steps": steps(events_of(found.number, inside=True)[-HISTORY:]),
        "saved": request.GET.get("saved", ""),
    }


def _row(rule: Rule, used: Iterable[str]) -> ListedRule:
    cells = {one.field: write(one) for one in rule.when}
    known = catalogue.act(rule.citation.partition(", ")[0]) is not None
    return ListedRule(
        rule,
        plain(rule.weight),
        [(FIELDS[name], cells.get(name, "")) for name in used],
        rule.citation if known else "",
        "" if known else rule.citation,
        rule.valid_until is not None and rule.valid_until <= timezone.localdate(),
        words_of_all(rule.when, FIELDS, catalogue.pack().currency_words),
    )


def _label(column: str) -> str:
    """What pages call a column of a rule."""
    if column in FIELDS:
        return words(FIELDS[column].title)
    return {
        "lane": _("Lane"),
        "weight": _("Weight"),
        "owner": _("Owner"),
        "reason_en": _("Reason, in English"),
        "reason_zh": _("Reason, in Chinese"),
        "citation": _("Law it rests on"),
        "valid_from": _("First day it applies"),
        "valid_until": _("First day it no longer applies"),
    }[column]


@lru_cache(maxsize=32)
def _findings(rules: str, _law: str) -> tuple[Finding, ...]:
    """What is wrong with a table, kept by its content and the law pack's."""
    table = RuleTable.model_validate_json(rules)
    acts = [
        Finding(
            code="rules.citation_unknown",
            path=rule.id,
            severity=Severity.WARNING,
            text=Text(
                f"{rule.id} cites {rule.citation}, an act that is not in the law pack.",
                f"规则 {rule.id} 的依据 {rule.citation} 不在法规库中。",
            ),
        )
        for rule in table.rules
        if rule.citation and catalogue.act(rule.citation.partition(", ")[0]) is None
    ]
    return (*analyse(table.rules), *acts)


def _lanes(table: RuleTable) -> list[tuple[str, int]]:
    """How many rules ask for each lane, the strictest first."""
    counts = Counter(rule.lane for rule in table.rules)
    return [(str(lane), counts[lane]) for lane in STRICTEST if counts[lane]]


def _base(found: Setting) -> int:
    """The version a draft was begun from; 0 for none."""
    told = EventRecord.objects.told().filter(case=found.number, sequence=1).first()
    return int(json.loads(told.payload)["base"]) if told else 0
