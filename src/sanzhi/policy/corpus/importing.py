"""Importing a corpus: what the sources say, completed by rules where they are silent.

What a source states is kept. A rule fills a fact only where the source gives none, and never one
that contradicts a stated fact; a kind of document that no force scale knows gives way to the
rules' kind and is kept as `doc_type_given`.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.policy.coding.shipped import located
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.reading import read_corpus
from sanzhi.policy.corpus.recognising import Recognised, recognise
from sanzhi.policy.corpus.vocabulary import DOC_TYPES
from sanzhi.policy.writing import write_whole

#: An effective date so long before the issue is that of an earlier version of the text.
_RETROACTIVE = timedelta(days=366)
_FACTS = ("number", "issued", "effective", "repealed")

#: What is missing after the rules → what that means.
_MISSING = {
    "year": Text("{n} policies have no year and cannot be counted", "{n} 份政策没有年份，无法计数"),
    "doc_type": Text(
        "{n} policies have no document type and so no force", "{n} 份政策没有文种，因而没有效力等级"
    ),
    "issuers": Text("{n} policies have no issuer", "{n} 份政策没有发文机关"),
    "text": Text(
        "{n} policies have no text (a scan, or facts alone)",
        "{n} 份政策没有正文（可能是扫描件，或只有事实）",
    ),
}


@dataclass(slots=True)
class Imported:
    """The policies in the order of their sources, with what was done."""

    policies: list[Policy] = field(default_factory=list)
    filled: Counter[str] = field(default_factory=Counter)
    """Field → policies in which a rule filled it."""

    def findings(self) -> list[Finding]:
        """Warnings: what is still missing, and the first policies it is missing in."""
        found = []
        for name, text in _MISSING.items():
            without = [
                one.id
                for one in self.policies
                if not (one.counted_year if name == "year" else getattr(one, name))
            ]
            if without:
                found.append(
                    Finding(
                        code=f"corpus.no_{name}",
                        path=", ".join(without[:5]),
                        severity=Severity.WARNING,
                        text=text.format(n=len(without)),
                    )
                )
        return found

    def summary(self) -> dict[str, Any]:
        """Counts for a reader: policies, by kind and year, filled by rules, warnings."""
        kinds = Counter(one.doc_type or "" for one in self.policies)
        years = Counter(str(one.counted_year or "") for one in self.policies)
        return {
            "policies": len(self.policies),
            "by_type": dict(sorted(kinds.items())),
            "by_year": dict(sorted(years.items())),
            "filled": dict(sorted(self.filled.items())),
            "findings": [one.row() for one in self.findings()],
        }


def sources(paths: Iterable[Path]) -> list[Path]:
    """The files and folders to read: a study file stands for its corpus."""
    found: list[Path] = []
    for given in paths:
        path = located(given)
        if path.suffix.lower() in (".yaml", ".yml"):
            found += [path.parent / one for one in load_study(path).corpus]
        else:
            found.append(path)
    return found


def complete(policies: Iterable[Policy]) -> Imported:
    """Every policy with the facts that rules add."""
    imported = Imported()
    for policy in policies:
        imported.policies.append(_completed(policy, imported.filled))
    return imported


def read_and_complete(paths: Iterable[Path]) -> Imported:
    """Read sources and complete them; `Unusable` as reading."""
    return complete(read_corpus(sources(paths)).values())


def write_jsonl(policies: Iterable[Policy], path: Path) -> None:
    """Write the corpus whole or not at all, a policy a line; `Unusable` where it cannot."""
    write_whole(path, jsonl(policies).encode("utf-8", "replace"))


def jsonl(policies: Iterable[Policy]) -> str:
    """A policy a line, without empty fields."""
    return "".join(
        json.dumps(
            {
                key: value
                for key, value in policy.model_dump(mode="json").items()
                if value not in (None, "", [], ())
            },
            ensure_ascii=False,
        )
        + "\n"
        for policy in policies
    )


def _completed(policy: Policy, filled: Counter[str]) -> Policy:
    found = recognise(policy.text, policy.title, policy.number or "", policy.issuers)
    added: dict[str, Any] = {}
    if not policy.title and found.title:
        added["title"] = found.title
    if not policy.issuers and found.issuers:
        added["issuers"] = found.issuers
    if found.doc_type and policy.doc_type not in DOC_TYPES:
        added["doc_type"] = found.doc_type
        if policy.doc_type:
            added["doc_type_given"] = policy.doc_type
    added |= _facts(policy, found)
    given = policy.model_extra or {}
    for name in ("cites", "amends", "repeals"):
        if name not in given and (said := getattr(found.relations, name)):
            added[name] = [str(one) for one in said]
    filled.update(added.keys())
    return Policy.model_validate(policy.model_dump() | added) if added else policy


def _facts(policy: Policy, found: Recognised) -> dict[str, Any]:
    """Number and dates that rules add without contradicting what is stated."""
    added = {
        name: value
        for name in _FACTS
        if not getattr(policy, name) and (value := getattr(found, name))
    }
    if "issued" in added and policy.year and found.issued and found.issued.year != policy.year:
        del added["issued"]
    issued = policy.issued or added.get("issued")
    effective = added.get("effective")
    if effective and (
        (issued and effective < issued - _RETROACTIVE)
        or (not issued and policy.year and abs(effective.year - policy.year) > 1)
    ):
        del added["effective"]
    start = policy.effective or added.get("effective") or issued
    end = policy.repealed or added.get("repealed")
    if start and end and end < start:
        added = {name: value for name, value in added.items() if name == "number"}
    return added
