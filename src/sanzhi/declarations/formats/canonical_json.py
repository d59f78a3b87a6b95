"""The platform's own JSON. The original message travels in `source`, so nothing is lost."""

import json
import re
from datetime import date
from typing import Any

from sanzhi.core.findings import Text, Unusable
from sanzhi.declarations.document import Declaration
from sanzhi.declarations.formats.reading import Reading, build
from sanzhi.declarations.formats.safe_xml import MAX_BYTES

FORMAT = "json"
#: Deepest nesting taken.
MAX_DEPTH = 64

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|\n')
_COLON = re.compile(r"\s*:")


def read(data: bytes, today: date | None) -> Reading:
    """Read a declaration; raises `Unusable` for what is no JSON object."""
    if len(data) > MAX_BYTES:
        raise Unusable.because(
            "json.too_large", "", f"More than {MAX_BYTES:,} bytes.", f"超过 {MAX_BYTES:,} 字节。"
        )
    fields = _load(data)
    if not isinstance(fields, dict):
        raise Unusable.because(
            "json.shape",
            "",
            "The document must be one JSON object, a declaration.",
            "文档应为一个 JSON 对象，即一份报关单。",
        )
    declaration, findings = build(fields, fields.get("source"), today)
    return Reading(declaration, findings, FORMAT, lambda: _lines(data.decode("utf-8-sig")))


#: An escaped NUL: its backslash is not itself escaped.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def write(declaration: Declaration) -> bytes:
    return declaration.to_json(indent=2).encode() + b"\n"


def _load(data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable.because(
            "json.encoding",
            "",
            f"Byte {error.start + 1} is not UTF-8.",
            f"第 {error.start + 1} 个字节不是 UTF-8 编码。",
            mend=Text("Save the file as UTF-8.", "请将文件另存为 UTF-8。"),
        ) from None
    if nul := _NUL.search(text):
        raise Unusable.because(
            "json.nul",
            "",
            "A text holds a NUL character, which no register can keep.",
            "文本含有 NUL 字符，无法存储。",
            line=text.count("\n", 0, nul.start()) + 1,
        )
    try:
        return json.loads(text, parse_float=str, parse_int=_whole, parse_constant=str)
    except json.JSONDecodeError as error:
        raise Unusable.because(
            "json.malformed",
            "",
            f"This is not valid JSON: {error.msg}.",
            f"不是有效的 JSON（第 {error.lineno} 行）。",
            line=error.lineno,
        ) from None
    except RecursionError:
        raise Unusable.because(
            "json.malformed", "", "The JSON is nested too deeply.", "JSON 嵌套过深。"
        ) from None


def _whole(text: str) -> int | str:
    """Whole numbers as such; absurdly long ones stay text, which the document then refuses."""
    return int(text) if len(text) <= 30 else text


def _lines(text: str) -> dict[str, int]:
    """The line of each value's key or entry, by path, from one pass over the tokens."""
    found: dict[str, int] = {}
    stack: list[list[Any]] = []
    line, key = 1, ""
    for token in _TOKENS.finditer(text):
        mark = token[0]
        if mark == "\n":
            line += 1
        elif mark[0] == '"':
            if stack and stack[-1][0] is dict and _COLON.match(text, token.end()):
                key = json.loads(mark)
                found[_path(stack, key)] = line
        elif mark in "[{":
            if stack and stack[-1][0] is list:
                stack[-1][2] += 1
                found[_path(stack, None)] = line
            prefix = _path(stack, key) if stack else ""
            stack.append([dict if mark == "{" else list, prefix, -1])
            if len(stack) > MAX_DEPTH:
                return found
        elif stack:
            stack.pop()
    return found


def _path(stack: list[list[Any]], key: str | None) -> str:
    kind, prefix, index = stack[-1]
    if kind is list:
        return f"{prefix}[{index}]"
    return f"{prefix}.{key}" if prefix else str(key)
