"""Why a consignment is in its lane, for officers: every input of the selection, opened in place."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanzhi.border.clearance import Lane
from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.lanes import row_words
from sanzhi.core.findings import Text
from sanzhi.law import Pack
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import WORDING
from sanzhi.site.risk.naming import rule_words, rules_of
from sanzhi.site.shell.components import Explanation

Rows = Iterator[tuple[str, str]]


def lane_why(events: Iterable[EventRecord], pack: Pack) -> Explanation | None:
    """The newest selection of a case by its events; None before it was accepted."""
    told = {
        event.kind: event
        for event in events
        if event.kind in {"clearance.lane_assigned", "clearance.risk_assessed"}
    }
    assigned = told.get("clearance.lane_assigned")
    if assigned is None:
        return None
    own = told.get("clearance.risk_assessed")
    law, said = assigned.content, own.content if own else {}
    language = get_language() or "en"
    reason = row_words(law["rule"], pack).in_language(language)
    lane = Lane(law["lane"]).text.in_language(language)
    citations = [one for one in assigned.citations if one.partition(", ")[0] in pack.acts]
    return Explanation(
        result=f"{lane}: {reason}",
        inputs=[*_law(law), *(_own(said, language, pack.currency) if said else ())],
        formula=_(
            "The law's table and the administration's own selection are both asked; the "
            "stricter decides."
        ),
        on=pack.day_of(assigned.time),
        citations=citations,
        note=_note(said, language),
    )


def _law(law: dict[str, Any]) -> Rows:
    if law.get("rule") not in {"risk", "random", ""}:
        yield _("Rule of the law's table"), str(law["rule"])
    if law.get("draw"):
        yield _("Drawn number, random floor"), f"{law['draw']}, {law.get('floor') or '–'}"


def _own(said: dict[str, Any], language: str, currency: str) -> Rows:
    yield _("Own selection"), SelectedBy(said["by"]).text.in_language(language)
    if said["rules"]:
        known = rules_of(int(said["setting"] or 0))
        hits = [(key, rule_words(known, key).in_language(language)) for key in said["rules"]]
        yield _("Officers' rules that hit"), "; ".join(f"{key}: {why}" for key, why in hits)
    if said["score"]:
        yield _("Probability of a find, by the model"), f"{float(said['score']):.1%}"
        yield _("Expected revenue"), f"{float(said['expected_revenue']):,.0f} {currency}"
    yield _("Probability of an inspection"), said["propensity"]
    if said["setting"]:
        yield _("Setting, version"), said["setting"]
    if said["model"]:
        yield _("Model"), said["model"]


def _note(said: dict[str, Any], language: str) -> str:
    """The model's reasons; or why there is no score."""
    if not said:
        return ""
    if said["fallback"]:
        return _(
            "No score: the model could not be used (%(code)s). Rules and the random floor selected."
        ) % {"code": said["fallback"]}
    told = [WORDING.name("risk_reason", one) or Text(one, one) for one in said["reasons"]]
    return " ".join(one.in_language(language) for one in told)
