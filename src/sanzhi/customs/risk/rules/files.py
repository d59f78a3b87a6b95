"""Decision tables as files: CSV, XLSX and DMN in, CSV out.

Columns are `id`, `lane`, `weight`, `owner`, `reason_en`, `reason_zh`, `citation`, `valid_from`,
`valid_until`, and one for each field that some rule asks for. In DMN the inputs are fields and the
outputs the other columns; the hit policy must be COLLECT or RULE ORDER, because every hit counts.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from lxml import etree
from pydantic import ValidationError

from sanzhi.core.findings import Text, Unusable
from sanzhi.core.shapes import first_misfit
from sanzhi.customs.risk.extra import part
from sanzhi.customs.risk.rules.cells import parse, write
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.table import MAX_RULES, RuleTable, officers_rule, require_room
from sanzhi.selectivity.rule import Rule

MAX_BYTES = 10_000_000
MAX_UNPACKED = 100_000_000
COLUMNS = (
    "id",
    "lane",
    "weight",
    "owner",
    "reason_en",
    "reason_zh",
    "citation",
    "valid_from",
    "valid_until",
)
#: Columns of free words, which a spreadsheet could take for a formula.
_WORDS = ("owner", "reason_en", "reason_zh", "citation")
_FORMULA = re.compile(r"'*[=+@\-]")


def read_table(data: bytes, name: str) -> RuleTable:
    """The table in a file, its form found out from its content; `Unusable` (`rules.*`) naming row
    and column."""
    if len(data) > MAX_BYTES:
        raise _wrong(
            "rules.too_large",
            name,
            f"It is larger than {MAX_BYTES:,} bytes.",
            f"文件超过 {MAX_BYTES:,} 字节。",
        )
    if data[:4] == b"PK\3\4":
        rows = _xlsx(data, name)
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        rows = _dmn(data, name)
    else:
        rows = _csv(data, name)
    return table_of(rows, name)


def table_of(rows: Iterable[tuple[str, Mapping[str, str]]], name: str) -> RuleTable:
    """The table of rows (place, column → cell)."""
    rules = [rule_of(_unguarded(cells), place) for place, cells in rows]
    require_room(len(rules), name)
    try:
        return RuleTable(rules=tuple(rules))
    except ValidationError as error:
        raise _invalid(error, name) from None


def rule_of(cells: Mapping[str, str], place: str) -> Rule:
    """One rule from the cells of its row; `Unusable` naming row and column."""
    given = {column: cell.strip() for column, cell in cells.items() if cell and cell.strip()}
    try:
        when = tuple(
            one
            for column, cell in given.items()
            if column not in COLUMNS and (one := parse(column, cell)) is not None
        )
    except Unusable as refused:
        finding = refused.finding
        raise Unusable(finding.model_copy(update={"path": f"{place} {finding.path}"})) from None
    try:
        return officers_rule(
            {column: given[column] for column in COLUMNS if column in given} | {"when": when}
        )
    except ValidationError as error:
        raise _invalid(error, place) from None


def cells_of(rule: Rule) -> dict[str, str]:
    """The row of a rule, as `rule_of` reads it."""
    own = {
        column: str(value)
        for column in COLUMNS
        if (value := getattr(rule, column)) is not None and value != ""
    }
    return own | {one.field: write(one) for one in rule.when}


def write_csv(table: RuleTable) -> str:
    """The table as CSV; words that a spreadsheet would take for a formula stand behind `'`, which
    reading takes away."""
    rows = [_guarded(cells_of(rule)) for rule in table.rules]
    used = [name for name in FIELDS if any(name in row for row in rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, [*COLUMNS, *used], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _guarded(cells: Mapping[str, str]) -> dict[str, str]:
    return {
        column: f"'{cell}" if column in _WORDS and _FORMULA.match(cell) else cell
        for column, cell in cells.items()
    }


def _unguarded(cells: Mapping[str, str]) -> dict[str, str]:
    return {
        column: cell[1:]
        if column in _WORDS and cell.startswith("'") and _FORMULA.match(cell)
        else cell
        for column, cell in cells.items()
    }


def _csv(data: bytes, name: str) -> list[tuple[str, dict[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        names = list(reader.fieldnames or ())
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _wrong(
            "rules.csv", name, f"It is not CSV in UTF-8 ({error}).", "不是 UTF-8 编码的 CSV。"
        ) from None
    return _rows(names, [[row.get(column) or "" for column in names] for row in rows], name)


def _xlsx(data: bytes, name: str) -> list[tuple[str, dict[str, str]]]:
    openpyxl = part("openpyxl")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED:
                raise _wrong("rules.too_large", name, "It unpacks to too much.", "解压后过大。")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        grid = [
            [_cell(value) for value in row]
            for row in sheet.iter_rows(max_row=MAX_RULES + 2, max_col=200, values_only=True)
        ]
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        SyntaxError,
        OSError,
        EOFError,
        AttributeError,
    ):
        raise _wrong(
            "rules.xlsx", name, "It is no workbook that can be read.", "不是可读取的工作簿。"
        ) from None
    if not grid:
        raise _wrong("rules.empty", name, "The sheet is empty.", "工作表为空。")
    return _rows(grid[0], grid[1:], name)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _rows(names: list[str], grid: list[list[str]], name: str) -> list[tuple[str, dict[str, str]]]:
    columns = [one.strip() for one in names]
    for needed in ("id", "lane", "owner", "reason_en", "reason_zh", "valid_from"):
        if needed not in columns:
            raise _wrong(
                "rules.column", name, f"The column {needed} is missing.", f"缺少列 {needed}。"
            )
    for column in columns:
        if column and column not in COLUMNS and column not in FIELDS:
            raise _wrong(
                "rules.field",
                f"{name} {column}"[:120],
                f"{column[:60]!r} is no field.",
                f"“{column[:60]}”不是字段。",
                Text("The reference lists the fields.", "可用字段见参考文档。"),
            )
        if column and columns.count(column) > 1:
            raise _wrong(
                "rules.column", name, f"The column {column} stands twice.", f"列 {column} 重复。"
            )
    return [
        (f"{name} row {number}", dict(zip(columns, row, strict=False)))
        for number, row in enumerate(grid, 2)
        if any(cell.strip() for cell in row)
    ]


def _dmn(data: bytes, name: str) -> list[tuple[str, dict[str, str]]]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _wrong(
            "rules.xml", f"{name} line {error.lineno}", "It is not XML.", "不是有效的 XML。"
        ) from None
    if b"<!DOCTYPE" in data:
        raise _wrong("rules.xml", name, "A document type is not allowed.", "不允许 DOCTYPE。")
    tables = root.findall(".//{*}decisionTable")
    if len(tables) != 1:
        raise _wrong(
            "rules.dmn",
            name,
            f"It holds {len(tables)} decision tables, not one.",
            f"应只有一张决策表，实有 {len(tables)} 张。",
        )
    policy = tables[0].get("hitPolicy", "UNIQUE")
    if policy not in {"COLLECT", "RULE ORDER"}:
        raise _wrong(
            "rules.dmn",
            name,
            f"The hit policy {policy} is not COLLECT or RULE ORDER.",
            f"命中策略 {policy} 应为 COLLECT 或 RULE ORDER。",
        )
    columns = [_text_of(one) for one in tables[0].findall("{*}input/{*}inputExpression")]
    outputs = [one.get("name", "") for one in tables[0].findall("{*}output")]
    grid = []
    for number, rule in enumerate(tables[0].findall("{*}rule"), 1):
        entries = [_text_of(one) for one in rule.findall("{*}inputEntry")]
        results = [_unquoted(_text_of(one)) for one in rule.findall("{*}outputEntry")]
        if len(entries) != len(columns) or len(results) != len(outputs):
            raise _wrong(
                "rules.dmn",
                f"{name} rule {number}",
                "It has not one entry a column.",
                "条目数与列数不符。",
            )
        grid.append([*entries, *results])
    return _rows([*columns, *outputs], grid, name)


def _text_of(node: etree._Element) -> str:
    return (node.findtext("{*}text") or "").strip()


def _unquoted(text: str) -> str:
    text = text.removeprefix("date(").removesuffix(")") if text.startswith("date(") else text
    return text[1:-1].replace('\\"', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def _invalid(error: ValidationError, place: str) -> Unusable:
    return Unusable(first_misfit(error, "rules.rule", place))


def _wrong(code: str, path: str, en: str, zh: str, mend: Text | None = None) -> Unusable:
    return Unusable.because(code, path, en, zh, mend=mend)
