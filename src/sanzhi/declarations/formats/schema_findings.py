"""What a schema says about a message, in words a broker can act on."""

import re
from typing import Any

from lxml import etree

from sanzhi.core.findings import Finding, Text
from sanzhi.declarations.formats.safe_xml import line_of

#: More than this helps nobody; the first are mended first.
MOST = 100

_KINDS: dict[str, tuple[str, Text, Text]] = {
    "unexpected": (
        "schema.unexpected_element",
        Text("{name} must not stand here{detail}.", "此处不应出现 {name}{detail}。"),
        Text("Remove it, or move it to its place in the order.", "请删除该元素或调整其顺序。"),
    ),
    "missing": (
        "schema.missing_element",
        Text("{name} lacks an element it must hold{detail}.", "{name} 缺少必需的元素{detail}。"),
        Text("Add the missing element.", "请补充缺少的元素。"),
    ),
    "root": (
        "schema.unexpected_element",
        Text("{name} is not known to this message.", "报文中不存在元素 {name}。"),
        Text("Check the element's name and namespace.", "请核对元素名称与命名空间。"),
    ),
    "too_long": (
        "schema.too_long",
        Text("{name} is too long{detail}.", "{name} 过长{detail}。"),
        Text("Shorten the value.", "请缩短内容。"),
    ),
    "length": (
        "schema.length",
        Text("{name} has a wrong length{detail}.", "{name} 长度不符{detail}。"),
        Text("Give a value of the length required.", "请按规定长度填写。"),
    ),
    "digits": (
        "schema.digits",
        Text("{name} has too many digits{detail}.", "{name} 位数过多{detail}。"),
        Text("Round the number to the digits allowed.", "请按允许的位数填写。"),
    ),
    "code": (
        "schema.code",
        Text(
            "{name} is not one of the values allowed{detail}.",
            "{name} 不在允许的取值范围内{detail}。",
        ),
        Text("Use one of the codes listed.", "请使用所列代码。"),
    ),
    "pattern": (
        "schema.pattern",
        Text("{name} is blank or has the wrong form{detail}.", "{name} 为空或格式不符{detail}。"),
        Text(
            "Give a value of the form required, or leave the element out.",
            "请按规定格式填写，或省略该元素。",
        ),
    ),
    "value": (
        "schema.value",
        Text("{name} is not a value of its type{detail}.", "{name} 的取值类型不符{detail}。"),
        Text("Give a plain number or a date of the form required.", "请填写规范的数字或日期。"),
    ),
    "attribute": (
        "schema.attribute",
        Text(
            "{name} is an attribute wrong, missing or unknown here{detail}.",
            "属性 {name} 有误、缺失或不被允许{detail}。",
        ),
        Text("Mend the attribute.", "请修正属性。"),
    ),
    "other": (
        "schema.invalid",
        Text("{name} is not as the schema requires{detail}.", "{name} 不符合报文规范{detail}。"),
        Text("Mend the element.", "请修正该元素。"),
    ),
}

_BY_TYPE = {
    "SCHEMAV_CVC_MAXLENGTH_VALID": "too_long",
    "SCHEMAV_CVC_LENGTH_VALID": "length",
    "SCHEMAV_CVC_MINLENGTH_VALID": "length",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "digits",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": "digits",
    "SCHEMAV_CVC_ENUMERATION_VALID": "code",
    "SCHEMAV_CVC_PATTERN_VALID": "pattern",
    "SCHEMAV_CVC_ELT_1": "root",
}

_NAMESPACE = re.compile(r"\{[^}]*:[^}]*\}")

_DETAILS = tuple(
    (re.compile(pattern), Text(f" ({en})", f"（{zh}）"))
    for pattern, en, zh in (
        (r"Expected is (?:one of )?\( (.*?) \)", "expected: {what}", "应为：{what}"),
        (r"maximum length of '(\d+)'", "at most {what} characters", "最多 {what} 个字符"),
        (r"minimum length of '(\d+)'", "at least {what} characters", "最少 {what} 个字符"),
        (r"allowed length of '(\d+)'", "{what} characters", "应为 {what} 个字符"),
        (
            r"more digits than are allowed \('(\d+)'\)",
            "at most {what} digits",
            "最多 {what} 位数字",
        ),
        (
            r"fractional digits than are allowed \('(\d+)'\)",
            "at most {what} decimal places",
            "最多 {what} 位小数",
        ),
        (r"element of the set \{(.*)\}", "allowed: {what}", "允许：{what}"),
        (r"[Tt]he value '(\s*\S.*)' is not", "value: {what}", "填写值：{what}"),
        (
            r"^Element '[^']*'(?:, attribute '[^']*')?: '(.+)' is not a valid value",
            "value: {what}",
            "填写值：{what}",
        ),
    )
)


def from_log(log: Any, root: etree._Element) -> list[Finding]:
    """Findings for a validator's error log about the message below `root`, one a place."""
    findings: dict[tuple[str, str], Finding] = {}
    for entry in log:
        node, path = _locate(root, entry.path or "")
        message = _NAMESPACE.sub("", entry.message)
        kind = _kind(entry.type_name, message)
        attribute = re.search(r"attribute '([^']+)'", message)
        if attribute and not path.endswith(f"@{attribute[1]}"):
            path, kind = f"{path}/@{attribute[1]}", "attribute"
        line = entry.line or (line_of(node) if node is not None else None)
        if len(findings) >= MOST:
            break
        if not any(place == path for place, _ in findings):
            findings[path, kind] = finding(kind, path, line, _detail(message))
    return list(findings.values())


def finding(kind: str, path: str, line: int | None, detail: str | Text = "") -> Finding:
    """One finding of a kind at an element path; a plain detail is a name or a value."""
    code, text, mend = _KINDS[kind]
    name = path.rpartition("/")[2] or path
    if isinstance(detail, str):
        detail = Text(f" ({detail})", f"（{detail}）") if detail else Text("", "")
    return Finding(
        code=code,
        path=path,
        line=line,
        mend=mend,
        text=Text(
            text.en.format(name=name, detail=detail.en), text.zh.format(name=name, detail=detail.zh)
        ),
    )


def _kind(type_name: str, message: str) -> str:
    if type_name == "SCHEMAV_ELEMENT_CONTENT":
        return "missing" if "Missing child" in message else "unexpected"
    if type_name.startswith("SCHEMAV_CVC_COMPLEX_TYPE_3") or "CVC_AU" in type_name:
        return "attribute"
    if type_name.startswith("SCHEMAV_CVC_COMPLEX_TYPE_4"):
        return "attribute"
    if type_name.startswith("SCHEMAV_CVC_DATATYPE_VALID"):
        return "value"
    return _BY_TYPE.get(type_name, "other")


def _detail(message: str) -> Text:
    """What the validator's message adds: what was expected, the limit, the set, or the value."""
    for pattern, text in _DETAILS:
        found = pattern.search(message)
        if found is not None:
            what = re.sub(r"\s+", " ", found[1]).strip()
            return text.format(what=what if len(what) <= 120 else f"{what[:119]}…")
    return Text("", "")


def _locate(root: etree._Element, path: str) -> tuple[etree._Element | None, str]:
    """Follow a validator's node path from the document's root; the path in plain names.

    Its steps are `*[3]` (third element of any name), `p:Name` or `p:Name[2]` (second of the name).
    """
    node: etree._Element | None = root.getroottree().getroot()
    if node is None:
        return None, path
    names = [_name(node)]
    for step in path.strip("/").split("/")[1:]:
        name, _, number = step.removesuffix("]").partition("[")
        wanted = int(number) if number.isdigit() else 1
        local = name.rpartition(":")[2]
        children = [c for c in node if isinstance(c.tag, str) and local in ("*", _name(c))]
        if wanted > len(children):
            break
        node = children[wanted - 1]
        names.append(_name(node) + _position(node))
    return node, "/".join(names)


def _position(node: etree._Element) -> str:
    """`[2]` for the second of several siblings of one name, nothing for an only one."""
    parent = node.getparent()
    same = parent.findall(node.tag) if parent is not None else []
    return f"[{same.index(node) + 1}]" if len(same) > 1 else ""


def _name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]
