"""Drafts: a declaration being written, from the first field to the moment it is lodged.

A draft keeps what was typed as it was typed, even where it is no number yet; `declaration_of`
makes the document of it and says what could not be read.
"""

import copy
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from django.http import Http404

from sanzhi.border.clearance import CONSIGNMENT, State
from sanzhi.core.findings import Finding
from sanzhi.declarations import Declaration
from sanzhi.declarations.document import MAX_ITEMS, Party
from sanzhi.declarations.formats import Reading, read
from sanzhi.declarations.formats.reading import build
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.clearance.form_fields import CODE, KNOWN, Asked
from sanzhi.site.clearance.lookup import declarant_for, plain_words
from sanzhi.site.clearance.models import Case, Draft, LodgedDraft
from sanzhi.site.clearance.side_by_side import as_bytes
from sanzhi.site.law.catalogue import pack

_PART = re.compile(r"([a-z_]+)((?:\[[a-z0-9]{1,16}\])*)")
#: Fields that are lists; the others that hold fields are objects.
_LISTS = frozenset({"parties", "documents", "items", "elements"})
#: Rows the form can add at most to a list that is not the goods items.
_MOST_ROWS = 99
#: The three actions that lodge a declaration on a standing case; their states do not overlap.
RELODGING = ("amend", "complete", "request_correction")


class AlreadyLodged(Exception):
    """The draft was lodged; the case it became."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.number)
        self.case = case


def own_draft(actor: Actor, pk: int) -> Draft:
    """A draft of the actor; `AlreadyLodged` where it became a case, 404 for any other."""
    found = (
        Draft.objects.filter(pk=pk, user_id=actor.user_id)
        .select_related("trader", "amends", "amends__trader", "amends__declarant")
        .first()
    )
    if found is None:
        _gone(pk, actor.user_id)
    return found


def _gone(pk: int, user_id: int) -> NoReturn:
    became = LodgedDraft.objects.filter(draft=pk, user_id=user_id).select_related("case").first()
    if became is None:
        raise Http404
    raise AlreadyLodged(became.case)


def close(draft: Draft, case: Case) -> None:
    """The draft became the case: it goes, and its address leads there."""
    LodgedDraft.objects.update_or_create(
        draft=draft.pk, defaults={"user_id": draft.user_id, "case": case}
    )
    draft.delete()


def is_stale(draft: Draft, posted: Mapping[str, str]) -> bool:
    """Whether another opened form saved the draft since the posting one was drawn. Rows are
    saved by their place, so that an old form would write over other goods."""
    seen = posted.get("seen", "")
    return (
        bool(seen)
        and seen != draft.updated.isoformat()
        and draft.saved_by != posted.get("opened", "")
    )


def blank(actor: Actor, trader: Enterprise | None, now: datetime) -> Draft:
    """A new draft with one empty goods item and what most declarations have."""
    fields = {
        "regime": "import",
        "type": "standard",
        "reference": _reference(now),
        "procedure": "0110",
        "levy_nature": "101",
        "currency": "USD",
        "incoterm": "CIF",
        "items": [{"number": 1, "duty_mode": "1"}],
    }
    return _store(actor, fields, now, trader=trader)


def from_reading(actor: Actor, reading: Reading, trader: Enterprise | None, now: datetime) -> Draft:
    """A draft of a message, its original kept."""
    declaration = reading.declaration
    source = declaration.source
    fields = content_of(declaration)
    fields.setdefault("reference", _reference(now))
    original = source.text.lstrip("\ufeff") if source else ""
    return _store(actor, fields, now, trader=trader, original=original, format=reading.format)


def copy_of(actor: Actor, case: Case, declaration: Declaration, now: datetime) -> Draft:
    """A draft with an earlier declaration's content, under a new reference."""
    fields = content_of(declaration)
    fields["reference"] = _reference(now)
    for stale in ("customs_number", "arrival_date"):
        fields.pop(stale, None)
    return _store(actor, fields, now, trader=case.trader)


def of_case(actor: Actor, case: Case, declaration: Declaration, now: datetime) -> Draft:
    """The draft in which a case's declaration is corrected or completed; the open one, if any."""
    found = Draft.objects.filter(user_id=actor.user_id, amends=case).first()
    if found:
        return found
    source = declaration.source
    return _store(
        actor,
        content_of(declaration),
        now,
        trader=case.trader,
        amends=case,
        original=source.text if source else "",
        format=source.format if source else "json",
    )


def purpose(draft: Draft) -> str:
    """What lodging the draft does: `lodge`, or the action on the case it belongs to; empty where
    the case has moved on and nothing can be done with it."""
    if draft.amends is None:
        return "lodge"
    state = State(draft.amends.state)
    return next((name for name in RELODGING if state in CONSIGNMENT.actions[name].states), "")


def content_of(declaration: Declaration) -> dict[str, Any]:
    fields: dict[str, Any] = declaration.priced_in(pack().currency).model_dump(
        mode="json", exclude_none=True, exclude={"source"}
    )
    return fields


def fields_of(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.content)
    return found


def save(draft: Draft, fields: dict[str, Any], now: datetime, opened: str = "") -> None:
    """Keep the fields; `opened` names the form that says so. What was lodged or deleted meanwhile
    stays so: `AlreadyLodged`, or 404."""
    draft.saved_by = opened[:16]
    draft.content = json.dumps(fields, ensure_ascii=False)
    draft.title = _title(fields)
    draft.updated = now
    kept = Draft.objects.filter(pk=draft.pk).update(
        trader=draft.trader,
        saved_by=draft.saved_by,
        content=draft.content,
        title=draft.title,
        updated=now,
    )
    if not kept:
        _gone(draft.pk, draft.user_id)


def overlay(fields: dict[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """The draft's fields with what the form says; fields the form does not show stay."""
    merged = copy.deepcopy(fields)
    for name, text in posted.items():
        asked = KNOWN.get(re.sub(r"\[\d{1,4}\]", "[]", name))
        steps = _steps(name)
        if asked is not None and _has_place(merged, steps):
            _put(merged, steps, _typed(asked, text))
    # Blank rows between others keep their place, so that the form's rows stay the draft's.
    while merged.get("documents") and not any(merged["documents"][-1].values()):
        merged["documents"].pop()
    for item in merged.get("items", ()):
        proof = item.get("proof_of_origin")
        if proof is not None and proof.keys() <= {"direct_transport"}:
            del item["proof_of_origin"]
        while item.get("elements") and not item["elements"][-1]:
            item["elements"].pop()
    return merged


def add_item(fields: dict[str, Any]) -> None:
    """One more goods item, with the origin and mode of levy of the one before."""
    items = fields.setdefault("items", [])
    if len(items) >= MAX_ITEMS:
        return
    last = items[-1] if items else {"duty_mode": "1"}
    items.append(
        {
            "number": len(items) + 1,
            **{name: last[name] for name in ("origin", "duty_mode", "unit") if name in last},
        }
    )


def remove_item(fields: dict[str, Any], index: int) -> None:
    items = fields.get("items", [])
    if 0 <= index < len(items):
        del items[index]
    for number, item in enumerate(items, 1):
        item["number"] = number


def declaration_of(draft: Draft, actor: Actor, today: date) -> tuple[Declaration, list[Finding]]:
    """The document as it would be lodged today, and what of the draft could not be read.

    A message that was not changed keeps the findings of its reading.
    """
    fields = fields_of(draft)
    reading = read_original(draft, today)
    if reading and _is_unchanged(fields, reading.declaration):
        findings = list(reading.findings)
        declaration = reading.declaration.model_copy(update={"reference": fields.get("reference")})
    else:
        source = {"format": draft.format, "text": draft.original} if draft.original else None
        declaration, findings = build(
            _without_blanks(fields) | {"date": today.isoformat()}, source, today
        )
    on = draft.amends.declared_on if draft.amends else today
    return _with_parties(declaration.model_copy(update={"date": on}), draft, actor), findings


def read_original(draft: Draft, today: date) -> Reading | None:
    """The message a draft was made of, read again."""
    return read(as_bytes(draft.original), today=today) if draft.original else None


def _is_unchanged(fields: dict[str, Any], declaration: Declaration) -> bool:
    as_read = content_of(declaration)
    ours = {"date": as_read["date"], "reference": fields.get("reference")}
    return as_read | ours == fields | ours


def _with_parties(declaration: Declaration, draft: Draft, actor: Actor) -> Declaration:
    """Name the trader and the declarant where the form leaves them to be known."""
    if draft.trader is None:
        return declaration
    parties = list(declaration.parties)
    enterprises = {"trader": draft.trader, "declarant": declarant_for(actor, draft.trader)}
    for role, enterprise in enterprises.items():
        roles = (role, "importer", "exporter") if role == "trader" else (role,)
        if declaration.party(*roles) is None:
            parties.append(
                Party(
                    role=role,
                    id=enterprise.customs_code,
                    credit_code=enterprise.credit_code,
                    name=enterprise.name_zh,
                )
            )
    return declaration.model_copy(update={"parties": parties})


def _store(actor: Actor, fields: dict[str, Any], now: datetime, **others: Any) -> Draft:
    return Draft.objects.create(
        user_id=actor.user_id,
        content=json.dumps(fields, ensure_ascii=False),
        title=_title(fields),
        updated=now,
        **others,
    )


def _title(fields: dict[str, Any]) -> str:
    items = fields.get("items") or [{}]
    goods = items[0].get("description") or items[0].get("code") or ""
    return plain_words(f"{fields.get('reference', '')} {goods}", 200)


def _reference(now: datetime) -> str:
    return f"{pack().day_of(now):%Y%m%d}-{secrets.token_hex(4).upper()}"


def _typed(asked: Asked, text: str) -> str:
    """A value as people type it: full-width digits and grouping commas are understood, and the
    points of a commodity code."""
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if asked.kind == "number":
        number = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
        return number if re.fullmatch(r"-?[\d.]*", number) else text
    if asked is CODE:
        return re.sub(r"[.\s]", "", unicodedata.normalize("NFKC", text))
    return text


def _has_place(fields: dict[str, Any], steps: list[str | int]) -> bool:
    """Whether a field of the form has a place: items are added by their own button only."""
    rows = [step for step in steps if isinstance(step, int)]
    if steps[0] == "items":
        return rows[0] < len(fields.get("items", ())) and all(row < _MOST_ROWS for row in rows[1:])
    return all(row < _MOST_ROWS for row in rows)


def _steps(name: str) -> list[str | int]:
    steps: list[str | int] = []
    for word, brackets in _PART.findall(name):
        steps.append(word)
        steps += [
            int(one) if one.isdigit() else one for one in re.findall(r"\[([a-z0-9]+)\]", brackets)
        ]
    return steps


def _put(holder: Any, steps: list[str | int], value: str) -> None:
    """Write a value at its place; an empty one is taken away."""
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        while len(holder) <= step:
            holder.append({} if rest else "")
        if rest:
            _put(holder[step], rest, value)
        else:
            holder[step] = value
    elif isinstance(holder, list):
        party = _party(holder, step, make=bool(value))
        if party is not None:
            _put(party, rest, value)
    elif not rest:
        if value:
            holder[step] = value
        else:
            holder.pop(step, None)
    elif value or step in holder:
        _put(holder.setdefault(step, [] if step in _LISTS else {}), rest, value)


def _party(parties: list[dict[str, Any]], role: str, *, make: bool) -> dict[str, Any] | None:
    found = next((party for party in parties if party.get("role") == role), None)
    if found is None and make:
        found = {"role": role}
        parties.append(found)
    return found


def _without_blanks(fields: dict[str, Any]) -> dict[str, Any]:
    """A copy that `build` may change, without parties that say nothing but their role and
    documents that say nothing."""
    known = copy.deepcopy(fields)
    known["documents"] = [one for one in known.get("documents", ()) if any(one.values())]
    known["parties"] = [party for party in known.get("parties", ()) if len(party) > 1]
    return known
