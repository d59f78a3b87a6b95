"""Reading a corpus: JSONL with an object a line, CSV with a row a policy, single documents, and
folders of any of these documents (txt, md, html, docx, pdf).

Tables are taken at their word. A document says of itself what rules can recognise.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sanzhi.core.findings import Unusable
from sanzhi.core.shapes import first_misfit
from sanzhi.policy.coding.study import refused
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.documents import READERS, read_document
from sanzhi.policy.corpus.recognising import recognise

MAX_BYTES = 500_000_000
_TABLES = (".jsonl", ".ndjson", ".json", ".csv")
#: How deep a policy's own fields may be nested.
MAX_DEPTH = 50
csv.field_size_limit(100_000_000)  # a law in one cell is longer than the module's 131,072

#: Fields of a CSV that hold several values, separated by `;`.
_LISTS = ("issuers", "cites", "amends", "repeals")


def read_corpus(paths: list[Path]) -> dict[str, Policy]:
    """Every policy of the files, by id; `Unusable` (`corpus.*`) naming file, row and field."""
    found: dict[str, Policy] = {}
    for path in paths:
        for place, policy in _policies(path):
            if policy.id in found:
                raise refused(
                    "corpus.duplicate",
                    f"{place} id",
                    f"The id {policy.id!r} stands twice",
                    f"编号 {policy.id!r} 重复",
                )
            found[policy.id] = policy
    return found


def documents_in(folder: Path) -> list[Path]:
    """The documents of a folder and the folders in it, in the order of their names; hidden and
    temporary files are none."""
    return sorted(
        (
            path
            for path in folder.rglob("*")
            if path.suffix.lower() in READERS
            and path.is_file()
            and not path.name.startswith((".", "~"))
        ),
        key=lambda path: path.relative_to(folder).as_posix(),
    )


def _policies(path: Path) -> Iterator[tuple[str, Policy]]:
    if path.is_dir():
        found = documents_in(path)
        if not found:
            raise refused(
                "corpus.empty", str(path), "The folder holds no documents", "文件夹中没有文档"
            )
        for one in found:
            name = one.relative_to(path).as_posix()
            yield name, _document(one, name)
        return
    if path.suffix.lower() in READERS:
        yield path.name, _document(path, path.name)
        return
    text = _text(path)
    rows = (
        _csv_rows(text, path.name) if path.suffix.lower() == ".csv" else _json_rows(text, path.name)
    )
    for place, fields in rows:
        try:
            yield place, Policy.model_validate(_named(fields))
        except ValidationError as error:
            raise Unusable(first_misfit(error, "corpus.field", place)) from None


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """Without empty fields; `date` is the date of issue where no other is given."""
    fields = {key: value for key, value in fields.items() if value is not None}
    if "date" in fields and "issued" not in fields:
        fields["issued"] = fields.pop("date")
    return fields


def _document(path: Path, name: str) -> Policy:
    title, text = read_document(path, name)
    found = recognise(text, title)
    first = next((line.strip("# ") for line in text.split("\n") if line.strip("# ")), "")
    try:
        return Policy(
            id=name,
            title=found.title or first[:120] or path.stem,
            issuers=found.issuers,
            doc_type=found.doc_type,
            number=found.number or None,
            issued=found.issued,
            effective=found.effective,
            repealed=found.repealed,
            text=text,
            source=name,
            language=found.language,
        )
    except ValidationError as error:
        raise Unusable(first_misfit(error, "corpus.field", name)) from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refused(
                "corpus.too_large",
                path.name,
                f"It is larger than {MAX_BYTES:,} bytes",
                f"超过 {MAX_BYTES:,} 字节",
            )
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise refused(
            "corpus.unreadable",
            str(path),
            f"It cannot be read ({error.strerror})",
            f"无法读取（{error.strerror}）",
        ) from None
    except UnicodeDecodeError as error:
        if path.suffix.lower() not in (*_TABLES, ""):
            raise refused(
                "corpus.kind",
                path.name,
                "No reader takes this kind of file; save it as docx, pdf,"
                " html, txt, md, csv or jsonl",
                "不能读取此类文件，请另存为 docx、pdf、html、txt、md、csv 或 jsonl",
            ) from None
        raise refused(
            "corpus.encoding",
            path.name,
            f"Byte {error.start} is not UTF-8",
            f"第 {error.start} 字节不是 UTF-8",
        ) from None


def _json_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{name} row {number}"
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise refused(
                "corpus.json", place, f"It is not JSON ({error})", f"不是有效的 JSON（{error}）"
            ) from None
        if not isinstance(fields, dict):
            raise refused("corpus.json", place, "It is not an object", "不是 JSON 对象")
        if _deep(fields, MAX_DEPTH):
            raise refused(
                "corpus.json",
                place,
                f"It is nested more than {MAX_DEPTH} deep",
                f"嵌套超过 {MAX_DEPTH} 层",
            )
        yield place, fields


def _deep(value: object, left: int) -> bool:
    """Whether objects and lists are nested in each other more than `left` times."""
    if not isinstance(value, dict | list):
        return False
    return left == 0 or any(
        _deep(one, left - 1) for one in (value.values() if isinstance(value, dict) else value)
    )


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = reader.fieldnames or ()
        rows = list(reader)
    except csv.Error as error:
        raise refused(
            "corpus.csv", name, f"It is not CSV ({error})", f"不是有效的 CSV（{error}）"
        ) from None
    if "id" not in names:
        raise refused("corpus.column", name, "The column id is missing", "缺少列 id")
    for number, row in enumerate(rows, 2):
        fields: dict[str, Any] = {key: value for key, value in row.items() if key and value}
        for key in _LISTS:
            if key in fields:
                fields[key] = [part.strip() for part in fields[key].split(";") if part.strip()]
        yield f"{name} row {number}", fields
