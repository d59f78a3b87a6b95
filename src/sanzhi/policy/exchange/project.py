"""Writing a study as a REFI-QDA project (.qdpx) or codebook (.qdc).

Every policy is a text source; every code of the codebook has a sub-code for each score; a coding
is a selection of its evidence (or of the whole source) by its coder. What REFI has no place for
stands in notes as JSON (the study file, each coding's round, status and memo) and in source
variables (the policy's fields), so that reading the project back loses nothing. Positions are
Unicode code points, the end not included. REFI-QDA 1.5, schemas of 18 March 2019.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from sanzhi.core.findings import Text
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import Code, Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.exchange.names import CODEBOOK, ORIGIN, PROJECT, guid, xml_text

STUDY_NOTE, FIELDS = "study", "fields"

#: A moment that says nothing, so that the same study always gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_project(study: Study, policies: Mapping[str, Policy], codings: Sequence[Coding]) -> bytes:
    """The study with its texts and codings as a .qdpx."""
    root = etree.Element(
        f"{{{PROJECT}}}Project",
        nsmap=_default(PROJECT),
        name=xml_text(study.title.en),
        origin=ORIGIN,
    )
    _users(root, codings)
    _codebook(_sub(root, "CodeBook"), study)
    variable = _sub(
        _sub(root, "Variables"),
        "Variable",
        guid=guid("variable", FIELDS),
        name=FIELDS,
        typeOfVariable="Text",
    )
    _sub(variable, "Description").text = "the policy's fields as JSON"
    by_policy: dict[str, list[Coding]] = {}
    for coding in codings:
        by_policy.setdefault(coding.policy, []).append(coding)
    texts: dict[str, str] = {}
    sources = _sub(root, "Sources")
    for policy in policies.values():
        texts[f"sources/{guid('source', policy.id)}.txt"] = policy.text
        _source(sources, policy, by_policy.get(policy.id, []))
    if not len(sources):
        root.remove(sources)
    notes = _sub(root, "Notes")
    _note(notes, guid("note", STUDY_NOTE), STUDY_NOTE, study.model_dump(mode="json"))
    for coding in codings:
        _note(
            notes,
            _coding_guid("note", coding),
            f"{coding.coder}: {coding.code}",
            coding.model_dump(mode="json", exclude={"spans", "policy"}),
        )
    return zipped(
        {"project.qde": _bytes(root)} | {name: text.encode("utf-8") for name, text in texts.items()}
    )


def write_codebook(study: Study) -> bytes:
    """The codebook alone as a .qdc."""
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap=_default(CODEBOOK), origin=ORIGIN)
    _codebook(root, study)
    return _bytes(root)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as one archive; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files:
            archive.writestr(
                zipfile.ZipInfo(name, _EPOCH), files[name], compress_type=zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def level_guid(code: str, score: int) -> str:
    """GUID of a code's sub-code for a score."""
    return guid("level", code, str(score))


def _codebook(parent: Any, study: Study) -> None:
    codes = _sub(parent, "Codes")
    for title, group in (
        ("Measures", study.codebook.measures),
        ("Objectives", study.codebook.objectives),
    ):
        above = _sub(codes, "Code", guid=guid("group", title), name=title, isCodable="false")
        for code in group:
            _code(above, code, study.codebook.scale)


def _code(parent: Any, code: Code, scale: int) -> None:
    element = _sub(
        parent, "Code", guid=guid("code", code.key), name=xml_text(code.title.en), isCodable="true"
    )
    if code.definition:
        _sub(element, "Description").text = xml_text(_said(code.definition))
    for score in range(scale + 1):
        level = _sub(
            element,
            "Code",
            guid=level_guid(code.key, score),
            isCodable="true",
            name=f"{xml_text(code.title.en)} = {score}",
        )
        if score in code.levels:
            _sub(level, "Description").text = xml_text(_said(code.levels[score].text))


def _said(text: Text) -> str:
    """Both languages, the one below the other."""
    return "\n".join(dict.fromkeys(text))


def _users(root: Any, codings: Sequence[Coding]) -> None:
    coders = sorted({coding.coder for coding in codings})
    if coders:
        users = _sub(root, "Users")
        for coder in coders:
            _sub(users, "User", guid=guid("user", coder), name=xml_text(coder))


def _source(parent: Any, policy: Policy, codings: Sequence[Coding]) -> None:
    key = guid("source", policy.id)
    source = _sub(
        parent,
        "TextSource",
        guid=key,
        name=xml_text(policy.title or policy.id),
        plainTextPath=f"internal://{key}.txt",
    )
    for coding in codings:
        for number, span in enumerate(coding.spans):
            selection = _sub(
                source,
                "PlainTextSelection",
                guid=_coding_guid(f"selection {number}", coding),
                name=xml_text(policy.text[span.start : span.end][:60]),
                startPosition=str(span.start),
                endPosition=str(span.end),
                creatingUser=guid("user", coding.coder),
            )
            _coding(selection, coding, f"coding {number}")
    for coding in codings:
        if not coding.spans:
            _coding(source, coding, "coding")
    value = _sub(source, "VariableValue")
    _sub(value, "VariableRef", targetGUID=guid("variable", FIELDS))
    _sub(value, "TextValue").text = json.dumps(
        policy.model_dump(mode="json", exclude={"text"}, exclude_none=True), sort_keys=True
    )


def _coding(parent: Any, coding: Coding, part: str) -> None:
    element = _sub(
        parent, "Coding", guid=_coding_guid(part, coding), creatingUser=guid("user", coding.coder)
    )
    _sub(element, "CodeRef", targetGUID=level_guid(coding.code, coding.score))
    _sub(element, "NoteRef", targetGUID=_coding_guid("note", coding))


def _coding_guid(part: str, coding: Coding) -> str:
    return guid(part, coding.policy, coding.code, coding.coder, str(coding.round), coding.status)


def _note(parent: Any, key: str, name: str, content: Any) -> None:
    note = _sub(parent, "Note", guid=key, name=xml_text(name))
    # JSON escapes what XML cannot hold.
    _sub(note, "PlainTextContent").text = json.dumps(content, sort_keys=True)


def _sub(parent: Any, tag: str, **attributes: str) -> Any:
    space = etree.QName(parent).namespace
    return etree.SubElement(parent, f"{{{space}}}{tag}", attributes)


def _default(space: str) -> Any:
    """A namespace map with a default, which the stubs of lxml do not know."""
    return {None: space}


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))
