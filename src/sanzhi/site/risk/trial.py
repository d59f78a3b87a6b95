"""A table tried on history: the platform's own, or past declarations of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.rules.facts import items_of
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.rules.trial import Trial, Tried, back_test
from sanzhi.customs.risk.rules.words import words_of_tried
from sanzhi.selectivity.condition import Condition
from sanzhi.selectivity.lanes import STRICTEST
from sanzhi.selectivity.rule import Rule
from sanzhi.selectivity.words import plain
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.risk.editor import PAGE, may_write
from sanzhi.site.risk.history import history
from sanzhi.site.risk.lookup import active_setting, documents, find_setting

#: Bytes of past declarations in one upload.
MAX_UPLOAD = 50_000_000


@dataclass(frozen=True, slots=True)
class TriedRule:
    """A rule as tried; `before` is the rule of the same name in the version in force."""

    rule: Rule
    tried: Tried
    before: Tried | None
    share: str
    precision: str
    recovered: str
    words: Text


@require_http_methods(["GET", "POST"])
def trial(request: PageRequest, version: int) -> HttpResponse:
    """What each rule would have hit and found, and all together, beside the version in force."""
    found = find_setting(request.actor, version)
    active = active_setting()
    refused: Finding | None = None
    file, frame = "", None
    if request.method == "POST":
        try:
            file, frame = _uploaded(request)
        except Unusable as unusable:
            refused = unusable.finding
    compared = active if active and active.pk != found.pk else None
    before = documents(compared)[0] if compared else None
    if request.method == "GET":
        rules = (*found.table.rules, *(before.rules if before else ()))
        frame = history({one.field for rule in rules for one in rule.when})
    context: dict[str, Any] = {
        "setting": found,
        "active": active,
        "refused": refused,
        "file": file,
        "writes": may_write(request.actor, found),
    }
    if frame is not None and frame.height:
        context |= _tried(found.table, before, frame)
        context["page"] = Paginator(context["rows"], PAGE).get_page(request.GET.get("page"))
    return render(request, "risk/trial.html", context, status=400 if refused else 200)


def count(when: Sequence[Condition]) -> tuple[Tried, int]:
    """What conditions hit in the platform's history, and how many declarations it holds."""
    rule = Rule.model_validate(
        {
            "id": "typed",
            "lane": "red",
            "reason_en": "-",
            "reason_zh": "-",
            "valid_from": date.min,
            "when": tuple(when),
        }
    )
    made = back_test([rule], history({one.field for one in when}))
    return made.rules[0], made.declarations


def _tried(table: RuleTable, before: RuleTable | None, frame: pl.DataFrame) -> dict[str, Any]:
    rules = _standing(table)
    now = back_test(rules, frame)
    was = back_test(_standing(before), frame) if before else None
    old = {one.rule: one for one in was.rules} if was else {}
    rows = [
        TriedRule(
            rule,
            one,
            old.get(rule.id),
            _share(one.share),
            _share(one.precision),
            plain(round(one.recovered)),
            words_of_tried(one, now.declarations),
        )
        for rule, one in zip(rules, now.rules, strict=True)
    ]
    rows.sort(key=lambda row: (-row.tried.finds, -row.tried.declarations))
    return {
        "trial": now,
        "rows": rows,
        "was": was,
        "figures": _figures(now, was),
        "ended": len(table.rules) - len(rules),
        "words": words_of_tried(now.together, now.declarations),
        "words_before": words_of_tried(was.together, was.declarations) if was else None,
    }


def _standing(table: RuleTable) -> tuple[Rule, ...]:
    """The rules that have not ended."""
    today = timezone.localdate()
    return tuple(
        rule for rule in table.rules if rule.valid_until is None or rule.valid_until > today
    )


def _figures(now: Trial, was: Trial | None) -> list[tuple[str, str, str]]:
    """Name, value and value of the version in force of each figure of all rules together."""
    names = {
        "declarations": _("declarations hit"),
        "share": _("share of all"),
        "known": _("of these inspected"),
        "finds": _("finds"),
        "precision": _("precision"),
        "found_share": _("share of all finds"),
        "recovered": _("recovered"),
    }
    shown = [
        (label, _shown(now.together, name), _shown(was.together, name) if was else "")
        for name, label in names.items()
    ]
    lanes = {
        "red": _("red lane by rules"),
        "yellow": _("yellow lane by rules"),
        "blue": _("blue lane by rules"),
        "green": _("left to draw and ranking"),
    }
    return shown + [
        (lanes[str(lane)], f"{now.lanes[str(lane)]:,}", f"{was.lanes[str(lane)]:,}" if was else "")
        for lane in STRICTEST
    ]


def _shown(tried: Tried, name: str) -> str:
    value = getattr(tried, name)
    if name in {"share", "precision", "found_share"}:
        return _share(value)
    return f"{round(value):,}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f} %"


def _uploaded(request: PageRequest) -> tuple[str, pl.DataFrame]:
    file = request.FILES.get("file")
    if file is None:
        raise Unusable.because("upload.nothing", "file", "Choose a file.", "请选择文件。")
    name = str(file.name)[:100]
    data = file.read(MAX_UPLOAD + 1)
    if len(data) > MAX_UPLOAD:
        raise Unusable.because(
            "upload.too_large",
            name,
            f"It is larger than {MAX_UPLOAD // 1_000_000} MB.",
            f"文件超过 {MAX_UPLOAD // 1_000_000} MB。",
            mend=Text(
                "Try larger tables with sanzhi risk rules.",
                "更大的文件请用 sanzhi risk rules 命令。",
            ),
        )
    if data[:4] == b"PAR1":
        raise Unusable.because(
            "upload.not_csv", name, "Only CSV is read here.", "此处仅支持 CSV 文件。"
        )
    return name, items_of(read(data, name, outcomes=True))
