"""An official tariff table as a law pack.

Tables come with Chinese or English column names, in any order, in UTF-8 or GB18030, with columns
a pack has no place for; what a pack needs is taken and checked cell by cell. The result is a
folder that extends the built-in pack: its own tariff, everything else inherited.
"""

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.core.money import plain
from sanzhi.core.units import BY_CODE, find_unit
from sanzhi.law.model import Code
from sanzhi.law.pack import Pack, load
from sanzhi.law.reading import FileError, Table, parse_table, rate, read_text
from sanzhi.law.tariff import COLUMNS, VAT_PARAMETERS

#: Column of the pack → names that official tables give it.
HEADINGS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "商品编码", "商品编号", "税则号列", "税号", "code"),
    "name_zh": ("名称", "商品名称", "货品名称", "name_zh", "name"),
    "name_en": ("英文名称", "name_en"),
    "unit": ("第一法定单位", "法定第一单位", "法定单位", "unit"),
    "second_unit": ("第二法定单位", "法定第二单位", "second_unit"),
    "conditions": ("许可证代码", "监管条件", "监管证件", "监管证件代码", "conditions"),
    "elements": ("申报要素", "elements"),
    "general": ("普通税率", "进口普通税率", "general"),
    "mfn": ("优惠税率", "最惠国税率", "进口最惠国税率", "mfn"),
    "provisional": ("暂定税率", "进口暂定税率", "provisional"),
    "export": ("出口税率", "export"),
    "export_provisional": ("出口暂定税率", "export_provisional"),
    "consumption": ("消费税率", "consumption"),
    "vat": ("增值税率", "增值税税率", "vat"),
}
PACK_COLUMNS = (*COLUMNS, "export_provisional")
NEEDED = ("code", "name_zh", "unit", "general", "mfn", "vat")
RATES = ("general", "mfn", "provisional", "export", "export_provisional", "consumption", "vat")
#: A file with more faults than this is not the table it was taken for; reading stops.
MAX_FINDINGS = 20
_SPECIFIC = re.compile(r"元/([\u4e00-\u9fff]+)")
#: What any goods may add, and the spreadsheet error that published tables carry for “none”.
_LEFT_OUT = {"", "#N/A", "GTIN", "CAS", "其他"}
_MAX_CELL = 4000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made: the folder, the number of lines and what their rates are."""

    folder: Path
    key: str
    digest: str
    lines: int
    counts: Mapping[str, int]
    """Lines that bear each tax, and lines by VAT rate."""
    unchanged: bool
    """The folder already held exactly this pack."""


@dataclass(slots=True)
class _Reading:
    table: Table
    places: dict[str, int]
    vat_words: dict[Decimal, str]
    units: Mapping[str, Code]
    findings: list[Finding] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    unit_names: dict[str, str] = field(default_factory=dict)


def import_tariff(
    source: Path,
    valid_from: date,
    out: Path,
    *,
    act: str | None = None,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Imported:
    """Make a law pack folder at `out` from a tariff table, whole or not at all.

    `act` is the key of the act the rates rest on; without it the pack gets an act of its own that
    names the file. `progress` is told the rows read and their number. Raises `Unusable` with every
    fault of the table, at most `MAX_FINDINGS`, or where the folder cannot be written.
    """
    base = load()
    if act is not None and act not in base.acts:
        raise Unusable.because(
            "law.import.unknown_act", "--act", f"Act {act!r} is not in the catalogue.",
            f"法规目录中没有“{act}”。",
        )  # fmt: skip
    rows = _read_rows(source, valid_from, base, act or _own_act(valid_from), progress)
    files = {
        "pack.yaml": _head(source, valid_from),
        "tariff.csv": _csv(rows),
    }
    if act is None:
        files["acts.yaml"] = _act(source, valid_from)
    unchanged = _place(files, out, force=force)
    pack = load(out)
    return Imported(out, pack.key, pack.digest, len(rows), _counts(rows), unchanged)


def _read_rows(
    source: Path,
    valid_from: date,
    base: Pack,
    act: str,
    progress: Callable[[int, int], None],
) -> list[dict[str, str]]:
    table = parse_table(read_text(source), source.name, ())
    reading = _Reading(
        table, _columns(table), _vat_words(base, valid_from), base.code_list("units")
    )
    rows = []
    for number, cells in enumerate(table.rows):
        row = _row(reading, number, [cell.strip() for cell in cells])
        rows.append({**row, "in_force": valid_from.isoformat(), "until": "", "act": act})
        if len(reading.findings) >= MAX_FINDINGS:
            break
        if number % 500 == 0:
            progress(number, len(table.rows))
    progress(len(table.rows), len(table.rows))
    if not rows and not reading.findings:
        reading.findings.append(_finding(
            table.name, "law.import.empty", "The table has no rows.", "表格没有数据行。"
        ))  # fmt: skip
    if reading.findings:
        raise Unusable(*reading.findings)
    return sorted(rows, key=lambda row: row["code"])


def _columns(table: Table) -> dict[str, int]:
    """Where each column of the pack stands in the table."""
    places = {}
    for column, names in HEADINGS.items():
        found = [name for name in names if name in table.columns]
        if found:
            places[column] = table.columns[found[0]]
    missing = [column for column in NEEDED if column not in places]
    if missing:
        named = ", ".join(f"{HEADINGS[column][0]} ({column})" for column in missing)
        named_zh = "、".join(HEADINGS[column][0] for column in missing)
        raise Unusable(_finding(
            f"{table.name} row 1", "law.file.missing_column",
            f"The table lacks the column {named}.", f"表格缺少“{named_zh}”列。",
        ))  # fmt: skip
    return places


def _vat_words(base: Pack, valid_from: date) -> dict[Decimal, str]:
    """VAT rates of the day that are the standard or the reduced rate: kept as that word, so
    that a later change of the rate reaches the imported lines."""
    words = {}
    for word, name in VAT_PARAMETERS.items():
        version = base.parameters[name].on(valid_from)
        if version is not None:
            words[Decimal(version.value)] = word
    return words


def _row(reading: _Reading, number: int, cells: list[str]) -> dict[str, str]:
    place = reading.table.place(number)
    row = dict.fromkeys(PACK_COLUMNS, "")
    for column, at in reading.places.items():
        row[column] = cells[at]
    checks: tuple[Callable[[], None], ...] = (
        lambda: _check_code(reading, row, number),
        lambda: _check_texts(row),
        lambda: _check_units(reading, row),
        *(lambda c=column: _check_rate(reading, row, c) for column in RATES),
    )
    for check in checks:
        try:
            check()
        except FileError as error:
            reading.findings.append(error.finding(place))
    row["elements"] = _elements(row["elements"])
    return row


def _check_code(reading: _Reading, row: dict[str, str], number: int) -> None:
    code = row["code"]
    if not (code.isascii() and code.isdigit() and 8 <= len(code) <= 13):
        raise FileError(
            "law.file.code",
            f"{code[:40]!r} is not a commodity code of 8 to 13 digits.",
            f"“{code[:40]}”不是 8 至 13 位数字的商品编号。",
        )
    first = reading.seen.setdefault(code, number)
    if first != number:
        raise FileError(
            "law.import.duplicate",
            f"code {code} already stands in row {first + 2}.",
            f"商品编号 {code} 与第 {first + 2} 行重复。",
        )


def _check_texts(row: dict[str, str]) -> None:
    if not row["name_zh"]:
        raise FileError("law.import.name", "the name is empty.", "缺少商品名称。")
    for column in ("name_zh", "name_en", "elements", "conditions"):
        text = row[column]
        if len(text) > _MAX_CELL or any(ord(c) < 32 and c not in "\t\r\n" for c in text):
            raise FileError(
                "law.import.text",
                f"{column} holds control characters or more than {_MAX_CELL:,} characters.",
                f"{column} 含控制字符或超过 {_MAX_CELL:,} 字。",
            )
    if row["conditions"] and not (row["conditions"].isascii() and row["conditions"].isalnum()):
        raise FileError(
            "law.import.conditions",
            f"{row['conditions'][:40]!r} are not letters of supervision conditions.",
            f"“{row['conditions'][:40]}”不是监管证件代码。",
        )


def _check_units(reading: _Reading, row: dict[str, str]) -> None:
    if not reading.unit_names:
        reading.unit_names.update({code.name.zh: key for key, code in reading.units.items()})
    for column in ("unit", "second_unit"):
        text = row[column]
        known = find_unit(text)
        code = known.code if known else reading.unit_names.get(text, text)
        if (text and code not in reading.units) or (column == "unit" and not text):
            raise FileError(
                "law.import.unit",
                f"{text[:40]!r} is not a unit of measure.",
                f"“{text[:40]}”不是计量单位。",
            )
        row[column] = code


def _check_rate(reading: _Reading, row: dict[str, str], column: str) -> None:
    text = row[column]
    if not text:
        if column in ("mfn", "vat"):
            raise FileError(
                "law.import.rate_missing",
                f"the {column} rate is empty.",
                f"缺少{HEADINGS[column][0]}。",
            )
        return
    parsed = rate(_SPECIFIC.sub(_unit_symbol, text))
    if parsed.ad_valorem > 10:
        raise FileError(
            "law.file.rate", f"rate {text[:40]} is above 1000 %.", f"税率 {text[:40]} 超过 1000%。"
        )
    if not parsed.is_ad_valorem:
        row[column] = parsed.text
    elif column == "vat" and parsed.ad_valorem in reading.vat_words:
        row[column] = reading.vat_words[parsed.ad_valorem]
    else:
        row[column] = plain(parsed.ad_valorem)


def _unit_symbol(found: re.Match[str]) -> str:
    for unit in BY_CODE.values():
        if unit.name_zh == found[1]:
            return f"/{unit.symbol}"
    return found[0]


def _elements(text: str) -> str:
    """`1品牌类型;2出口享惠情况;…` without the numbers and the elements any goods may add."""
    names = []
    for position, part in enumerate(re.split(r"[;；|\r\n]", text), start=1):
        name = part.strip().removeprefix(str(position)).lstrip(":：.、 ").strip()
        if name not in _LEFT_OUT:
            names.append(name)
    return ";".join(names)


def _counts(rows: list[dict[str, str]]) -> dict[str, int]:
    counts = {f"vat {row['vat']}": 0 for row in sorted(rows, key=lambda row: row["vat"])}
    counts |= {"consumption": 0, "export": 0, "provisional": 0, "conditions": 0}
    for row in rows:
        counts[f"vat {row['vat']}"] += 1
        counts["conditions"] += bool(row["conditions"])
        for column in ("consumption", "export", "provisional"):
            counts[column] += row[column] not in ("", "0")
    return counts


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, PACK_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _own_act(valid_from: date) -> str:
    return f"imported-tariff-{valid_from}"


def _head(source: Path, valid_from: date) -> str:
    en = json.dumps(f"Tariff of {valid_from}, imported from {source.name}", ensure_ascii=False)
    zh = json.dumps(f"{valid_from} 税则（导入自 {source.name}）", ensure_ascii=False)
    return f"key: cn-{valid_from}\nextends: cn\ntitle_en: {en}\ntitle_zh: {zh}\n"


def _act(source: Path, valid_from: date) -> str:
    name = json.dumps(source.name, ensure_ascii=False)
    return (
        f"{_own_act(valid_from)}:\n"
        f"  title_en: Tariff table in force from {valid_from}, as imported\n"
        f"  title_zh: 自 {valid_from} 起施行的税则税率表（导入）\n"
        f"  type: imported table\n  effective: {valid_from}\n  source: {name}\n  verified: false\n"
    )


def _finding(place: str, code: str, en: str, zh: str) -> Finding:
    return Finding(code=code, path=place, text=Text(en, zh))


def _place(files: Mapping[str, str], out: Path, *, force: bool) -> bool:
    """Write the folder beside its place, check that it loads, and move it in as a whole.
    True where exactly this pack is there already."""
    content = {name: text.encode() for name, text in files.items()}
    if out.exists() or out.is_symlink():
        if _holds_exactly(out, content):
            return True
        if not force or not (out / "pack.yaml").is_file():
            raise Unusable.because(
                "law.import.folder_exists", str(out),
                f"{out} already exists and holds something else.",
                f"{out} 已存在且内容不同。",
                mend=Text("Name another folder with --out; --force replaces a law pack.",
                          "请用 --out 指定其他文件夹；--force 可替换已有法规包。"),
            )  # fmt: skip
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".law-", dir=out.parent) as workshop:
            made = Path(workshop) / "new"
            made.mkdir()
            for name, data in content.items():
                (made / name).write_bytes(data)
            load(made)
            if out.exists():
                out.rename(Path(workshop) / "old")
            made.rename(out)
    except OSError as error:
        raise Unusable.because(
            "law.import.unwritable", str(out), f"{out} cannot be written ({error.strerror}).",
            f"无法写入 {out}。",
        ) from None  # fmt: skip
    return False


def _holds_exactly(out: Path, content: Mapping[str, bytes]) -> bool:
    if out.is_symlink() or not out.is_dir():
        return False
    found = {path.name: path for path in out.iterdir()}
    return found.keys() == content.keys() and all(
        found[name].is_file() and found[name].read_bytes() == data for name, data in content.items()
    )
