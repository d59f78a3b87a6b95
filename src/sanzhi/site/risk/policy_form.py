"""The selection policy of a draft: a figure a field."""

import re
from collections.abc import Mapping
from typing import get_args

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.selection import RANKED, SelectionPolicy
from sanzhi.customs.risk.stating import RANKINGS, TIERS, statements
from sanzhi.law.administration import OFFICE
from sanzhi.selectivity.words import plain
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.events.log import Conflict
from sanzhi.site.risk.editor import STALE, as_applied, may_write, take
from sanzhi.site.risk.lookup import find_setting

SHARES = ("exploration", *map(str, RANKED))
_NUMBER = re.compile(r"\d{1,3}(\.\d{1,6})?")
_OFFICE = re.compile(rf"\s*({OFFICE})\s*[:：]\s*(\d{{1,6}})\s*")


@require_http_methods(["GET", "POST"])
def policy(request: PageRequest, version: int) -> HttpResponse:
    """Write the policy of a draft."""
    found = find_setting(request.actor, version)
    if not may_write(request.actor, found) and request.method == "GET":
        return redirect("risk:setting", version)
    refused: list[Finding] = []
    status, typed = 200, typed_of(found.selection)
    if request.method == "POST":
        typed = request.POST.dict()
        try:
            made, refused = policy_of(typed, as_applied(found.selection))
            if made:
                take(request, found, "write_policy", policy=made)
                return redirect("risk:setting", version)
        except Unusable as unusable:
            refused = [unusable.finding]
        except Conflict:
            refused = [STALE]
            found = find_setting(request.actor, version)
        status = 409 if refused == [STALE] else 400
    labels = {
        "exploration": _("Drawn to learn"),
        "red": _("Ranked to the red lane"),
        "yellow": _("Ranked to the yellow lane"),
        "blue": _("Ranked to the blue lane"),
    }
    wrong = {one.path: one for one in refused}
    return render(
        request,
        "risk/policy.html",
        {
            "setting": found,
            "refused": refused,
            "typed": typed,
            "wrong": wrong,
            "links": {one.path: f"f-{one.path}" for one in refused if one.path},
            "shares": [
                (name, labels[name], typed.get(name, ""), wrong.get(name)) for name in SHARES
            ],
            "rankings": RANKINGS.items(),
            "floor": statements(as_applied(found.selection))[0],
            "tiers": [
                (f"tier.{tier}", words, typed.get(f"tier.{tier}", ""), wrong.get(f"tier.{tier}"))
                for tier, words in TIERS.items()
            ],
        },
        status=status,
    )


def typed_of(given: SelectionPolicy) -> dict[str, str]:
    """A policy as the form's fields hold it: shares in per cent."""
    fields = {name: plain(round(getattr(given, name) * 100, 6)) for name in SHARES}
    fields |= {f"tier.{tier}": plain(given.tiers.get(tier, 1.0)) for tier in TIERS}
    return fields | {
        "ranking": given.ranking,
        "capacity": "\n".join(
            f"{office}: {most}" for office, most in sorted(given.capacity.items())
        ),
    }


def policy_of(
    typed: Mapping[str, str], before: SelectionPolicy
) -> tuple[SelectionPolicy | None, list[Finding]]:
    """The policy of the form's fields, or what is wrong with them; tiers that the form does not
    show stay as they were."""
    found: list[Finding] = []
    shares = {name: round(_number(typed, name, 100, found) / 100, 8) for name in SHARES}
    tiers = {tier: _number(typed, f"tier.{tier}", 10, found) for tier in TIERS}
    ranking = typed.get("ranking", "")
    if ranking not in get_args(SelectionPolicy.model_fields["ranking"].annotation):
        found.append(
            Finding(
                code="policy.ranking",
                path="ranking",
                text=Text("Choose what is ranked by.", "请选择排序依据。"),
            )
        )
    capacity = _capacity(typed.get("capacity", ""), found)
    if not found and (
        before.random + shares["exploration"] > 1 or sum(shares[str(lane)] for lane in RANKED) > 1
    ):
        found.append(
            Finding(
                code="policy.shares",
                path="exploration",
                text=Text("The shares are more than everything.", "各比例之和超过 100%。"),
            )
        )
    if found:
        return None, found
    return SelectionPolicy.model_validate(
        before.model_dump()
        | shares
        | {"ranking": ranking, "tiers": before.tiers | tiers, "capacity": capacity}
    ), []


def _number(typed: Mapping[str, str], name: str, most: int, found: list[Finding]) -> float:
    text = typed.get(name, "").strip()
    if _NUMBER.fullmatch(text) and float(text) <= most:
        return round(float(text), 6)
    found.append(
        Finding(
            code="policy.number",
            path=name,
            text=Text(f"A number from 0 to {most}.", f"请填写 0 至 {most} 的数。"),
        )
    )
    return 0.0


def _capacity(text: str, found: list[Finding]) -> dict[str, int]:
    """A line an office: its code, a colon, inspections a day."""
    capacity: dict[str, int] = {}
    for line in filter(str.strip, text.splitlines()):
        read = _OFFICE.fullmatch(line)
        if read is None or read[1] in capacity or len(capacity) >= 1000:
            found.append(
                Finding(
                    code="policy.capacity",
                    path="capacity",
                    text=Text(
                        f"{line.strip()[:40]!r} is no office with its inspections a day.",
                        f"“{line.strip()[:40]}”不是有效的关区及每日查验数。",
                    ),
                    mend=Text(
                        "Each office once, a line each, like 2248: 20.",
                        "每行一个关区，不得重复，如 2248: 20。",
                    ),
                )
            )
            break
        capacity[read[1]] = int(read[2])
    return capacity
