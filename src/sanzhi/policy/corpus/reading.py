"""Reading a corpus from tables: JSONL with an object a line, or CSV with a row a policy."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sanzhi.policy.coding.study import refused
from sanzhi.policy.corpus.document import Policy

MAX_BYTES = 500_000_000

#: Fields of a CSV that hold several values, separated by `;`.
_LISTS = ("issuers",)


def read_corpus(paths: list[Path]) -> dict[str, Policy]:
    """Every policy of the files, by id; `Unusable` (`corpus.*`) naming file, row and field."""
    found: dict[str, Policy] = {}
    for path in paths:
        for place, policy in _policies(path):
            if policy.id in found:
                raise refused("corpus.duplicate", f"{place} id",
                               f"The id {policy.id!r} stands twice",
                               f"编号 {policy.id!r} 重复")
            found[policy.id] = policy
    return found


def _policies(path: Path) -> Iterator[tuple[str, Policy]]:
    text = _text(path)
    rows = _csv_rows(text, path.name) if path.suffix.lower() == ".csv" else _json_rows(
        text, path.name)
    for place, fields in rows:
        try:
            yield place, Policy.model_validate(fields)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise refused("corpus.field", f"{place} {where}".strip(), first["msg"],
                          f"字段有误（{first['msg']}）") from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refused("corpus.too_large", path.name, f"It is larger than {MAX_BYTES:,} bytes",
                           f"超过 {MAX_BYTES:,} 字节")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise refused("corpus.unreadable", str(path), f"It cannot be read ({error.strerror})",
                       f"无法读取（{error.strerror}）") from None
    except UnicodeDecodeError as error:
        raise refused("corpus.encoding", path.name, f"Byte {error.start} is not UTF-8",
                       f"第 {error.start} 字节不是 UTF-8") from None


def _json_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{name} row {number}"
        try:
            fields = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise refused("corpus.json", place, f"It is not JSON ({error})",
                           f"不是有效的 JSON（{error}）") from None
        if not isinstance(fields, dict):
            raise refused("corpus.json", place, "It is not an object", "不是 JSON 对象")
        yield place, fields


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "id" not in (reader.fieldnames or ()):
        raise refused("corpus.column", name, "The column id is missing", "缺少列 id")
    for number, row in enumerate(reader, 2):
        fields: dict[str, Any] = {key: value for key, value in row.items() if key and value}
        for key in _LISTS:
            if key in fields:
                fields[key] = [part.strip() for part in fields[key].split(";") if part.strip()]
        yield f"{name} row {number}", fields

