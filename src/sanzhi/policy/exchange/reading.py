"""Reading a REFI-QDA project (.qdpx) back, ours without loss, others' as far as they go.

From another tool each text source becomes a policy, each code a measure, and each coding the
score 1 with its evidence; the researcher completes the study file.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from pydantic import ValidationError

from sanzhi.core.findings import Unusable
from sanzhi.core.shapes import first_misfit
from sanzhi.declarations.formats import safe_xml
from sanzhi.policy.coding.record import Coding, Span
from sanzhi.policy.coding.study import Study, refused
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.exchange.names import PROJECT, guid
from sanzhi.policy.exchange.project import FIELDS, STUDY_NOTE

MAX_FILES = 100_000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 200

_NS = f"{{{PROJECT}}}"


@dataclass(frozen=True, slots=True)
class Project:
    """What a project holds. `study` is None where another tool wrote it."""

    study: Study | None
    policies: dict[str, Policy]
    codings: list[Coding] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """Codes of a project of another tool: key → name."""


def read_project(data: bytes) -> Project:
    """Read a .qdpx; `Unusable` (`qdpx.*`) where it is none or is hostile."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        files = _checked(archive)
        root = safe_xml.parse(safe_xml.decode(archive.read(files["project.qde"])).text)
        if root.tag != f"{_NS}Project":
            raise refused(
                "qdpx.root", "project.qde", "It is not a REFI-QDA project", "不是 REFI-QDA 项目"
            )
        return _Reader(archive, files, root).project()
    except zipfile.BadZipFile:
        raise refused(
            "qdpx.zip", "", "It is not a .qdpx: not a ZIP file", "不是 .qdpx 文件（非 ZIP）"
        ) from None
    except (NotImplementedError, RuntimeError, EOFError):
        raise refused(
            "qdpx.zip", "", "The ZIP file is encrypted or broken", "ZIP 文件已加密或损坏"
        ) from None


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by name; a bomb or a file without a project is refused."""
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos) or 1
    if (
        len(infos) > MAX_FILES
        or unpacked > MAX_UNPACKED
        or (unpacked > 50_000_000 and unpacked / packed > MAX_RATIO)
    ):
        raise refused("qdpx.too_large", "", "It unpacks to more than is taken", "解压后过大")
    files = {info.filename: info for info in infos}
    if "project.qde" not in files:
        raise refused("qdpx.project", "project.qde", "The project file is missing", "缺少项目文件")
    return files


class _Reader:
    """The parts of one project, by GUID."""

    def __init__(
        self, archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo], root: etree._Element
    ) -> None:
        self._archive = archive
        self._files = files
        self._root = root
        self._users = {_key(user): user.get("name", "") for user in root.iter(f"{_NS}User")}
        self._codes = {_key(code): code.get("name", "") for code in root.iter(f"{_NS}Code")}
        self._notes = {
            _key(note): note.findtext(f"{_NS}PlainTextContent") or ""
            for note in root.iterfind(f"{_NS}Notes/{_NS}Note")
        }

    def project(self) -> Project:
        study = self._study()
        policies: dict[str, Policy] = {}
        found: dict[tuple[str, ...], tuple[dict[str, Any], list[Span]]] = {}
        for source in self._root.iterfind(f"{_NS}Sources/{_NS}TextSource"):
            policy = self._policy(source)
            policies[policy.id] = policy
            for fields, span in self._codings(source, policy):
                key = tuple(
                    str(fields[name]) for name in ("policy", "code", "coder", "round", "status")
                )
                spans = found.setdefault(key, (fields, []))[1]
                if span:
                    spans.append(span)
        try:
            codings = [
                Coding.model_validate({**fields, "spans": tuple(spans)})
                for fields, spans in found.values()
            ]
        except ValidationError as error:
            raise _invalid("project.qde", error) from None
        used = {} if study else {one.code: self._codes.get(one.code, one.code) for one in codings}
        return Project(study, policies, codings, used)

    def _study(self) -> Study | None:
        content = self._notes.get(guid("note", STUDY_NOTE))
        if content is None:
            return None
        try:
            return Study.model_validate_json(content)
        except ValidationError as error:
            raise _invalid("the note study", error) from None

    def _policy(self, source: etree._Element) -> Policy:
        fields: dict[str, Any] = {}
        for value in source.iterfind(f"{_NS}VariableValue"):
            reference = value.find(f"{_NS}VariableRef")
            if reference is not None and reference.get("targetGUID") == guid("variable", FIELDS):
                fields = _json(value.findtext(f"{_NS}TextValue") or "{}", "a source's fields")
        fields.setdefault("id", _key(source))
        fields.setdefault("title", source.get("name", ""))
        try:
            return Policy.model_validate({**fields, "text": self._text(source)})
        except ValidationError as error:
            raise _invalid(f"source {fields['id']}", error) from None

    def _text(self, source: etree._Element) -> str:
        inline = source.findtext(f"{_NS}PlainTextContent")
        path = source.get("plainTextPath", "")
        if inline is not None or not path:
            return inline or ""
        name = path.removeprefix("internal://")
        info = self._files.get(f"sources/{name}") or self._files.get(f"Sources/{name}")
        if info is None or not path.startswith("internal://"):
            raise refused(
                "qdpx.source",
                path[:120],
                "The text is not inside the project",
                "文本不在项目文件内",
            )
        try:
            return self._archive.read(info).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise refused(
                "qdpx.source", name, "The text is not UTF-8", "文本不是 UTF-8 编码"
            ) from None

    def _codings(
        self, source: etree._Element, policy: Policy
    ) -> Iterator[tuple[dict[str, Any], Span | None]]:
        for selection in source.iterfind(f"{_NS}PlainTextSelection"):
            span = _span(selection, policy)
            for coding in selection.iterfind(f"{_NS}Coding"):
                yield self._fields(coding, policy), span
        for coding in source.iterfind(f"{_NS}Coding"):
            yield self._fields(coding, policy), None

    def _fields(self, coding: etree._Element, policy: Policy) -> dict[str, Any]:
        reference = coding.find(f"{_NS}NoteRef")
        note = self._notes.get(reference.get("targetGUID", "") if reference is not None else "")
        if note and note.startswith('{"code"'):
            return {**_json(note, "a coding's note"), "policy": policy.id}
        code = coding.find(f"{_NS}CodeRef")
        return {
            "policy": policy.id,
            "score": 1,
            "round": 1,
            "status": "final",
            "code": code.get("targetGUID", "") if code is not None else "",
            "coder": self._users.get(coding.get("creatingUser", ""), "") or "unknown",
        }


def _span(selection: etree._Element, policy: Policy) -> Span:
    try:
        start, end = (int(selection.get(name, "")) for name in ("startPosition", "endPosition"))
        span = Span(start=start, end=end)
    except ValueError:
        span = None
    if span is None or span.end > len(policy.text):
        raise refused(
            "qdpx.span",
            f"source {policy.id}",
            "A selection lies outside its text",
            "选段超出文本范围",
        )
    return span


def _key(element: etree._Element) -> str:
    return element.get("guid", "").strip("{}")


def _json(text: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise refused("qdpx.json", place, "It is not a JSON object", "不是 JSON 对象")
    return found


def _invalid(place: str, error: ValidationError) -> Unusable:
    return Unusable(first_misfit(error, "qdpx.field", place))
