"""The law as plain fields and lines, for the command line, pages and messages."""

from datetime import date
from decimal import Decimal
from typing import Any

from sanzhi.core.money import plain
from sanzhi.core.units import find_unit
from sanzhi.law.model import Act, Change, DatedRate, DatedValue, TariffLine
from sanzhi.law.pack import Pack
from sanzhi.law.rates import Rate

_KINDS = (
    "mfn", "provisional", "general", "export", "export_provisional", "consumption", "vat",
)  # fmt: skip


def value_document(value: DatedValue, pack: Pack, lang: str) -> dict[str, Any]:
    """A parameter's version: value (numbers as strings), unit, validity and citation."""
    return {
        "name": value.name,
        "value": _plain(value.value),
        "unit": value.unit,
        "in_force": value.in_force.isoformat(),
        "until": value.until.isoformat() if value.until else None,
        "published": value.published.isoformat(),
        "citation": str(value.citation),
        "act": pack.acts[value.citation.act].title.in_language(lang),
        "note": value.note.in_language(lang) if value.note else None,
        "law": {"pack": pack.key, "digest": pack.digest},
    }


def line_document(line: TariffLine, pack: Pack, on: date, lang: str) -> dict[str, Any]:
    """A tariff line as it is on a day: names, units, conditions, and every rate with validity
    and citation.

    `consumption_rule` stands where the consumption tax is more than an ad valorem rate; it goes
    before a rate in the line."""
    rule = pack.consumption_rule(line.code, on)
    document: dict[str, Any] = {
        "name": f"tariff/{line.code}",
        "code": line.code,
        "title": line.name.in_language(lang),
        "unit": _unit(line.unit, lang),
        "second_unit": _unit(line.second_unit, lang) if line.second_unit else None,
        "conditions": [
            {"letter": c.letter, "name": c.name.in_language(lang), "kind": c.kind}
            for c in pack.conditions(line.conditions)
        ],
        "elements": list(line.elements),
        "in_force": line.in_force.isoformat(),
        "until": line.until.isoformat() if line.until else None,
        "rates": {
            kind: rate_document(found, pack, lang)
            for kind in _KINDS
            if (found := getattr(line, kind))
        },
        "law": {"pack": pack.key, "digest": pack.digest},
    }
    if rule is not None:
        document["consumption_rule"] = {
            "rate": _words(rule.rate, pack, lang),
            "rate_from": _words(rule.rate_from, pack, lang) if rule.rate_from else None,
            "threshold": plain(rule.threshold) if rule.threshold is not None else None,
            "threshold_unit": rule.threshold_unit or None,
            "basis": rule.basis or None,
            "citation": str(rule.citation),
            "note": rule.note.in_language(lang) if rule.note else None,
        }
    return document


def rate_document(rate: DatedRate, pack: Pack, lang: str) -> dict[str, Any]:
    """A rate: as data (`0.15`), in words, its validity and citation."""
    return {
        "rate": rate.rate.text,
        "words": _words(rate.rate, pack, lang),
        "in_force": rate.in_force.isoformat(),
        "until": rate.until.isoformat() if rate.until else None,
        "citation": str(rate.citation),
    }


def change_document(change: Change, lang: str) -> dict[str, Any]:
    return {
        "subject": change.subject,
        "on": change.on.isoformat(),
        "before": change.before.in_language(lang) if change.before else None,
        "after": change.after.in_language(lang) if change.after else None,
        "citation": str(change.citation),
    }


def act_document(act: Act, lang: str) -> dict[str, Any]:
    return {
        "key": act.key,
        "title": act.title.in_language(lang),
        "number": act.number,
        "issuers": list(act.issuers),
        "type": act.type,
        "issued": act.issued.isoformat() if act.issued else None,
        "effective": act.effective.isoformat() if act.effective else None,
        "repealed": act.repealed.isoformat() if act.repealed else None,
        "source": act.source,
        "verified": act.verified,
        "summary": act.summary.in_language(lang),
    }


def _words(rate: Rate, pack: Pack, lang: str) -> str:
    return rate.words(pack.currency_words).in_language(lang)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


def _unit(code: str, lang: str) -> str:
    unit = find_unit(code)
    return (unit.name_zh if lang == "zh" else unit.name_en) if unit else code
