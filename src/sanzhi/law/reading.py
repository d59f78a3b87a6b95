"""Reading the files of a law pack: text, tables and YAML, with the place of every fault.

A pack may come from anyone, so its bytes are hostile: size, encoding, NUL bytes, nesting and
aliases are checked before anything is built from them. Every failure is an `Unusable` whose code
starts `law.file` and whose path names file and row (`tariff.csv row 12`).
"""

import csv
import io
from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sanzhi.core.dates import parse_date
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.law.model import Citation
from sanzhi.law.rates import Rate, parse_rate

#: Bytes a table may have: a national tariff with ten versions is about thirty million.
MAX_TABLE = 64_000_000
MAX_YAML = 4_000_000
_MAX_DEPTH = 20


class FileError(ValueError):
    """A fault of one value, without its place; readers add file and row to it."""

    def __init__(self, code: str, en: str, zh: str, *, mend: Text | None = None) -> None:
        super().__init__(en)
        self.code = code
        self.zh = zh
        self.mend = mend

    def at(self, place: str) -> Unusable:
        return Unusable(self.finding(place))

    def finding(self, place: str) -> Finding:
        sentence = str(self)
        return Finding(
            code=self.code,
            path=place,
            text=Text(sentence[:1].upper() + sentence[1:], self.zh),
            mend=self.mend,
        )


def read_text(path: Path, limit: int = MAX_TABLE) -> str:
    """The text of a file in UTF-8 (a byte order mark is allowed) or GB18030."""
    try:
        if path.stat().st_size > limit:
            raise FileError(
                "law.file.too_large",
                f"the file is larger than {limit:,} bytes.",
                f"文件超过 {limit:,} 字节。",
            ).at(path.name)
        content = path.read_bytes()
    except OSError as error:
        raise FileError(
            "law.file.unreadable",
            f"the file cannot be read ({error.strerror}).",
            "无法读取该文件。",
        ).at(path.name) from None
    return decode(content, path.name)


def decode(content: bytes, name: str) -> str:
    """Decode UTF-8, else GB18030; anything else, or binary, is refused."""
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise FileError(
        "law.file.encoding",
        "the file is not text in UTF-8 or GB18030.",
        "文件不是 UTF-8 或 GB18030 编码的文本。",
    ).at(name)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: the cells of every row and where each column stands."""

    name: str
    columns: dict[str, int]
    rows: list[list[str]]

    def place(self, row: int) -> str:
        """The name of a row, counted as a person does: the header is row 1."""
        return f"{self.name} row {row + 2}"

    def records(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Each row as (place, cells by column), cells stripped."""
        names = list(self.columns)
        for number, row in enumerate(self.rows):
            yield (
                self.place(number),
                dict(zip(names, (cell.strip() for cell in row), strict=True)),
            )


def read_table(path: Path, needed: Sequence[str]) -> Table:
    """Read a CSV file with a header row that has at least the `needed` columns."""
    return parse_table(read_text(path), path.name, needed)


def parse_table(text: str, name: str, needed: Sequence[str]) -> Table:
    """Read CSV text; every row must have as many cells as the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        for number, row in enumerate(reader):
            if len(row) == len(header):
                rows.append(row)
            elif any(cell.strip() for cell in row):
                raise _ragged(len(row), len(header)).at(f"{name} row {number + 2}")
            else:
                rows.append([""] * len(header))
    except csv.Error as error:
        raise FileError(
            "law.file.table",
            f"the table cannot be read: {error}.",
            "表格无法读取，请检查引号与分隔符。",
        ).at(f"{name} line {reader.line_num}") from None
    while rows and not any(rows[-1]):
        rows.pop()
    missing = [column for column in needed if column not in header]
    if missing:
        raise _missing_columns(missing, header).at(f"{name} row 1")
    repeated = sorted({column for column in header if column and header.count(column) > 1})
    if repeated:
        raise FileError(
            "law.file.repeated_column",
            f"column {repeated[0]!r} stands twice in the header.",
            f"表头中“{repeated[0]}”列重复。",
        ).at(f"{name} row 1")
    return Table(name, {column: place for place, column in enumerate(header)}, rows)


def _ragged(found: int, wanted: int) -> FileError:
    return FileError(
        "law.file.ragged_row",
        f"the row has {found} cells where the header has {wanted}.",
        f"该行有 {found} 列，表头为 {wanted} 列。",
    )


def _missing_columns(missing: list[str], header: list[str]) -> FileError:
    return FileError(
        "law.file.missing_column",
        f"the table lacks the column {', '.join(missing)}; it has {', '.join(header)[:200]}.",
        f"表格缺少“{'、'.join(missing)}”列。",
    )


class _StrictLoader(yaml.CBaseLoader):
    """Every scalar stays text, so that 0.003 is exact; a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "a key stands twice in a mapping", node.start_mark
            )
        return mapping


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping whose scalars are all text; anchors and deep nesting are refused."""
    text = read_text(path, MAX_YAML)
    try:
        _refuse_bombs(text, path.name)
        document = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - builds text alone
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name} line {mark.line + 1}" if mark else path.name
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise FileError("law.file.yaml", f"not usable YAML: {problem}.", "YAML 无法读取。").at(
            place
        ) from None
    if not isinstance(document, dict):
        raise FileError("law.file.yaml", "the file must be a mapping.", "文件应为键值映射。").at(
            path.name
        )
    return document


def _refuse_bombs(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refused("anchors and aliases are not allowed", "不允许锚点与别名", name, event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise _refused("it is nested too deeply", "嵌套过深", name, event)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _refused(en: str, zh: str, name: str, event: yaml.Event) -> Unusable:
    line = event.start_mark.line + 1 if event.start_mark else 1
    return FileError("law.file.yaml", f"not usable YAML: {en}.", f"YAML 无法读取：{zh}。").at(
        f"{name} line {line}"
    )


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """A date of a data file; `FileError` law.file.date where it is none."""
    try:
        return parse_date(text)
    except ValueError as error:
        raise FileError(
            "law.file.date", f"{error}.", f"“{text}”不是 2020-03-02 形式的日期。"
        ) from None


def optional_day(text: str) -> date | None:
    return day(text) if text else None


def rate(text: str) -> Rate:
    """A rate of a data file; `FileError` law.file.rate where its syntax is wrong."""
    try:
        return parse_rate(text)
    except ValueError as error:
        raise FileError("law.file.rate", f"{error}.", f"“{text}”不是有效的税率写法。") from None


def optional_rate(text: str) -> Rate | None:
    return rate(text) if text else None


def citation(act: str, article: str, acts: Container[str]) -> Citation:
    """A citation whose act stands in the catalogue; else `FileError` law.file.unknown_act."""
    if act not in acts:
        raise FileError(
            "law.file.unknown_act",
            f"act {act!r} is not in acts.yaml.",
            f"法规目录中没有“{act}”。",
        )
    return Citation(act, article)


def mapping(path: Path) -> dict[str, Any]:
    """A YAML mapping, empty where the file does not exist."""
    return read_yaml(path) if path.exists() else {}


def listed(raw: Any) -> list[Any]:
    """A list as it stands; one value alone is a list of one."""
    if raw is None or raw == "":
        return []
    return raw if isinstance(raw, list) else [raw]


def required(fields: Mapping[str, Any], name: str) -> str:
    """A text that an entry must have."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise FileError("law.file.value", f"{name} is missing.", f"缺少 {name}。")
    return value


def both(fields: Mapping[str, Any], stem: str) -> Text:
    """A text of a row; where it is not in Chinese, the English stands for both."""
    english = fields.get(f"{stem}_en") or ""
    return Text(english, fields.get(f"{stem}_zh") or english)


def named(fields: Mapping[str, Any], stem: str, *, zh: bool) -> Text:
    """A text that must be there: in Chinese too where the administration's pages are."""
    required(fields, f"{stem}_en")
    if zh:
        required(fields, f"{stem}_zh")
    return both(fields, stem)


class Place:
    """Adds the place to a fault of a value raised inside it."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileError):
            raise error.at(self._place) from None
        if isinstance(error, (ArithmeticError, AttributeError, TypeError, ValueError)):
            raise FileError(
                "law.file.shape",
                "the entry does not have the shape this file asks for.",
                "条目结构不符合该文件的要求。",
            ).at(self._place) from None
