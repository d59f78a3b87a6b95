"""Bulk declarations as CSV: one row a goods item, rows of one `reference` one declaration.

Columns are listed in `HEADER_COLUMNS` and `ITEM_COLUMNS`; `reference` and `code` must be there,
any other may be left out, the order is free. A head's value is given on its first row; later rows
repeat it or leave it blank. Text is UTF-8.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sanzhi.core.findings import Finding, Severity, Text, Unusable
from sanzhi.declarations.document import Declaration
from sanzhi.declarations.formats.reading import Reading, Written, build, not_carried
from sanzhi.declarations.formats.safe_xml import MAX_BYTES

FORMAT = "csv"
MAX_ROWS = 100_000
#: Longest cell taken, in characters.
MAX_CELL = 10_000

_ROLES = ("trader", "owner", "declarant", "consignor", "consignee", "exporter", "importer")
_PARTS = ("id", "credit_code", "name", "country")

#: Column → the head's field it gives.
HEADER_COLUMNS: dict[str, str] = (
    {
        name: name
        for name in (
            "reference",
            "regime",
            "type",
            "jurisdiction",
            "procedure",
            "levy_nature",
            "date",
            "arrival_date",
            "office",
            "border_office",
            "currency",
            "exchange_rates",
            "incoterm",
            "freight",
            "freight_currency",
            "freight_rate",
            "insurance",
            "insurance_currency",
            "insurance_rate",
            "invoice_total",
            "invoice_currency",
            "contract",
            "country_of_dispatch",
            "country_of_destination",
            "trading_country",
            "item_count",
            "marks",
            "remarks",
            "manual",
            "licence",
            "customs_number",
        )
    }
    | {
        "total_packages": "packages",
        "total_package_kind": "package_kind",
        "total_gross_mass": "gross_mass",
        "total_net_mass": "net_mass",
    }
    | {
        f"transport_{part}": f"transport.{part}"
        for part in ("mode", "means", "voyage", "bill", "nationality")
    }
    | {f"{role}_{part}": f"parties.{role}.{part}" for role in _ROLES for part in _PARTS}
)

#: Column → the item's field it gives.
ITEM_COLUMNS: dict[str, str] = {
    name: name
    for name in (
        "number",
        "code",
        "description",
        "origin",
        "destination",
        "quantity",
        "unit",
        "statutory_quantity",
        "statutory_unit",
        "second_quantity",
        "second_unit",
        "net_mass",
        "gross_mass",
        "price",
        "unit_price",
        "statistical_value",
        "valuation_method",
        "preference",
        "duty_mode",
        "district",
        "packages",
        "package_kind",
        "elements",
        "documents",
    )
} | {
    "item_currency": "currency",
    "item_procedure": "procedure",
    "item_marks": "marks",
    "agreement": "proof_of_origin.agreement",
    "proof_type": "proof_of_origin.type",
    "proof_number": "proof_of_origin.number",
    "direct_transport": "proof_of_origin.direct_transport",
}
COLUMNS = (*HEADER_COLUMNS, *ITEM_COLUMNS)
_REQUIRED = ("reference", "code")


def read(data: bytes, today: date | None) -> list[Reading]:
    """Read every declaration of a table; raises `Unusable` (`csv.*`) for what is no such table."""
    rows = _rows(_text(data))
    number, header = next(rows, (1, []))
    columns, findings = _columns(header)
    groups: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for number, cells in rows:
        if not any(cells):
            continue
        if len(cells) > len(columns):
            raise _unusable(
                "csv.row",
                number,
                "",
                "has more cells than the header has columns",
                "单元格多于表头列数",
            )
        row = {name: cell for name, cell in zip(columns, cells, strict=False) if name and cell}
        groups.setdefault(row.get("reference") or f"\0{number}", []).append((number, row))
    if not groups:
        raise _unusable(
            "csv.no_rows", number, "", "is the last: there is no goods item", "之后没有商品项"
        )
    return [
        _declaration(group, findings if not place else [], today)
        for place, group in enumerate(groups.values())
    ]


def write(declarations: Iterable[Declaration]) -> Written:
    """Write declarations as one table, with a warning for each value that has no column."""
    kept = list(declarations)
    rows = [row for declaration in kept for row in _write_rows(declaration)]
    used = [name for name in COLUMNS if name in _REQUIRED or any(row.get(name) for row in rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, used, lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    data = out.getvalue().encode()
    return Written(data, list(_lost(kept, data)))


def _lost(kept: list[Declaration], data: bytes) -> Iterator[Finding]:
    try:
        again = read(data, None)
    except Unusable as error:
        yield error.finding.model_copy(update={"severity": Severity.WARNING})
        return
    for wanted, reading in zip(kept, again, strict=False):
        yield from not_carried(wanted, reading.declaration, FORMAT)


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Unusable.because(
            "csv.too_large",
            "",
            f"The table has more than {MAX_BYTES:,} bytes.",
            f"表格超过 {MAX_BYTES:,} 字节。",
            mend=Text("Split the table.", "请拆分表格。"),
        )
    if b"\0" in data:
        raise _unusable(
            "csv.nul",
            data.count(b"\n", 0, data.index(b"\0")) + 1,
            "",
            "holds a NUL byte",
            "含有 NUL 字节",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unusable(
            "csv.encoding",
            data.count(b"\n", 0, error.start) + 1,
            "",
            "is not UTF-8: save the table as CSV UTF-8",
            "不是 UTF-8 编码，请另存为 CSV UTF-8",
        ) from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it ends on, its cells stripped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for count in range(MAX_ROWS + 2):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The module's own limit on a cell is the process's, and anyone may have set it.
            if "field larger" in str(error):
                raise _long_cell(reader.line_num) from None
            raise _unusable(
                "csv.malformed", reader.line_num, "", f"is not CSV: {error}", "不符合 CSV 格式"
            ) from None
        if count > MAX_ROWS:
            break
        for cell in cells:
            if len(cell) > MAX_CELL:
                raise _long_cell(reader.line_num)
        yield reader.line_num, [cell.strip() for cell in cells]
    raise _unusable(
        "csv.too_many_rows", MAX_ROWS, "", "is the last that is taken", "之后的行不再接受"
    )


def _long_cell(line: int) -> Unusable:
    return _unusable(
        "csv.cell",
        line,
        "",
        f"has a cell longer than {MAX_CELL:,} characters",
        f"有单元格超过 {MAX_CELL:,} 个字符",
    )


def _columns(header: list[str]) -> tuple[list[str | None], list[Finding]]:
    names = [name.strip().lower() for name in header]
    if not set(names) & set(COLUMNS):
        raise Unusable.because(
            "format.unknown",
            "",
            "This is none of the formats declarations come in.",
            "无法识别该文件的格式。",
            mend=Text(
                "Send JSON, CSV with a header, WCO DEC XML or a Chinese DecMessage.",
                "请提交 JSON、带表头的 CSV、WCO DEC XML 或中国报关单报文。",
            ),
        )
    for name in _REQUIRED:
        if name not in names:
            raise _unusable("csv.missing_column", 1, name, "is missing", "缺少该列")
    for name in names:
        if name and names.count(name) > 1:
            raise _unusable("csv.duplicate_column", 1, name, "is there twice", "该列重复")
    findings = [
        Finding(
            code="csv.unknown_column",
            path=f"row 1, column {name}",
            line=1,
            severity=Severity.WARNING,
            text=Text(
                f"Column {name} is not known and is not read.", f"列 {name} 无法识别，未读取。"
            ),
        )
        for name in names
        if name and name not in COLUMNS
    ]
    return [name if name in COLUMNS else None for name in names], findings


def _declaration(
    group: list[tuple[int, dict[str, str]]], findings: list[Finding], today: date | None
) -> Reading:
    findings = list(findings)
    head: dict[str, str] = {}
    for number, row in group:
        for name in HEADER_COLUMNS:
            value = row.get(name)
            if value is None:
                continue
            if head.setdefault(name, value) != value:
                findings.append(
                    Finding(
                        code="csv.conflict",
                        path=f"row {number}, column {name}",
                        line=number,
                        text=Text(
                            f"Row {number}, column {name}: {value[:40]} differs from the "
                            f"declaration's first row ({head[name][:40]}).",
                            f"第 {number} 行 {name} 列：{value[:40]} 与本单首行"
                            f"（{head[name][:40]}）不一致。",
                        ),
                    )
                )
    fields = _head_fields(head)
    fields["items"] = [_item_fields(row, place) for place, (_, row) in enumerate(group, 1)]
    numbers = [number for number, _ in group]
    try:
        declaration, more = build(fields, None, today)
    except Unusable as error:
        raise Unusable(_placed(error.finding, numbers)) from None
    findings += [_placed(finding, numbers) for finding in more]
    lines = {f"items[{place}]": number for place, number in enumerate(numbers)}
    return Reading(declaration, findings, FORMAT, lambda: lines)


def _head_fields(head: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for column, value in head.items():
        target, path = fields, HEADER_COLUMNS[column].split(".")
        if path[0] == "parties":
            parties = fields.setdefault("parties", [])
            target = next((p for p in parties if p["role"] == path[1]), {"role": path[1]})
            if target not in parties:
                parties.append(target)
        elif len(path) == 2:
            target = fields.setdefault(path[0], {})
        target[path[-1]] = value
    if "exchange_rates" in fields:
        pairs = (pair.partition("=") for pair in fields["exchange_rates"].split(";"))
        fields["exchange_rates"] = {name.strip(): rate.strip() for name, _, rate in pairs}
    return fields


def _item_fields(row: dict[str, str], place: int) -> dict[str, Any]:
    fields: dict[str, Any] = {"number": place}
    for column, path in ITEM_COLUMNS.items():
        if column in row:
            outer, dot, inner = path.partition(".")
            target = fields.setdefault(outer, {}) if dot else fields
            target[inner or outer] = row[column]
    if "elements" in fields:
        fields["elements"] = fields["elements"].split("|")
    if "documents" in fields:
        pairs = (pair.partition(":") for pair in fields["documents"].split(";"))
        fields["documents"] = [
            {"type": kind.strip(), "number": number.strip()} for kind, _, number in pairs
        ]
    return fields


def _placed(finding: Finding, numbers: list[int]) -> Finding:
    """The finding with the row and column of the cell it is about."""
    number, column = numbers[0], finding.path
    if finding.path.startswith("items["):
        place, _, column = finding.path.removeprefix("items[").partition("].")
        number = numbers[min(int(place.partition("]")[0]), len(numbers) - 1)]
    return finding.model_copy(
        update={
            "path": f"row {number}, column {column}" if column else f"row {number}",
            "line": number,
            "text": Text(f"Row {number}: {finding.text.en}", f"第 {number} 行：{finding.text.zh}"),
        }
    )


def _write_rows(declaration: Declaration) -> Iterator[dict[str, str]]:
    fields = declaration.model_dump(mode="json", exclude_none=True, exclude={"source"})
    head: dict[str, str] = {}
    for column, path in HEADER_COLUMNS.items():
        names = path.split(".")
        if names[0] == "parties":
            holder: dict[str, Any] = next(
                (p for p in fields["parties"] if p["role"] == names[1]), {}
            )
        else:
            holder = fields.get(names[0], {}) if len(names) == 2 else fields
        if (value := holder.get(names[-1])) not in (None, {}):
            head[column] = str(value)
    if fields["exchange_rates"]:
        head["exchange_rates"] = ";".join(f"{c}={r}" for c, r in fields["exchange_rates"].items())
    for item in fields["items"] or [{}]:
        row = dict(head)
        for column, path in ITEM_COLUMNS.items():
            outer, dot, inner = path.partition(".")
            value = item.get(outer, {}).get(inner) if dot else item.get(outer)
            if value not in (None, [], ""):
                row[column] = str(value)
        if item.get("elements"):
            row["elements"] = "|".join(item["elements"])
        if item.get("documents"):
            row["documents"] = ";".join(
                f"{d['type']}:{d.get('number', '')}" for d in item["documents"]
            )
        yield row


def _unusable(code: str, row: int, column: str, en: str, zh: str) -> Unusable:
    where = Text(
        f"Row {row}" + (f", column {column}" if column else ""),
        f"第 {row} 行" + (f" {column} 列" if column else ""),
    )
    return Unusable.because(
        code, where.en.replace("Row", "row"), f"{where.en} {en}.", f"{where.zh}：{zh}。", line=row
    )
