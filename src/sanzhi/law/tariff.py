"""The tariff: commodity codes with their dated rates, looked up by code and day.

A tariff of 12,000 codes in five versions loads as text; a code's rows become `TariffLine`s the
first time it is asked for. The `vat` column may hold `standard` or `reduced`: the rate is then
the parameter `vat.standard` or `vat.reduced` of the day, so that a change of the VAT rate is one
value and not thousands of rows.
"""

import difflib
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from sanzhi.core.findings import Text, Unusable
from sanzhi.law.dated import Versions, close
from sanzhi.law.model import Citation, DatedRate, DatedValue, TariffLine
from sanzhi.law.rates import parse_rate
from sanzhi.law.reading import FileError, Table, day, rate

COLUMNS = (
    "code", "name_zh", "name_en", "unit", "second_unit", "conditions", "elements", "general",
    "mfn", "provisional", "export", "consumption", "vat", "in_force", "until", "act",
)  # fmt: skip
RATE_COLUMNS = (
    "general", "mfn", "provisional", "export", "export_provisional", "consumption", "vat",
)  # fmt: skip
#: Words of the `vat` column and the parameter that holds the rate of the day.
VAT_PARAMETERS = {"standard": "vat.standard", "reduced": "vat.reduced"}

_Dated = tuple[list[date], list[TariffLine]]


class Tariff:
    """The lines of one table; `parameters` resolve the VAT words, `citations` name the act of
    a column that rests on another act than its row (`consumption`, `vat`)."""

    def __init__(
        self,
        table: Table,
        acts: Container[str],
        parameters: Mapping[str, Versions[DatedValue]],
        citations: Mapping[str, Citation],
    ) -> None:
        self._columns = table.columns
        self._parameters = parameters
        self._citations = citations
        self._read: dict[str, _Dated] = {}
        self._rows = _group(table, acts, parameters)
        self._words: list[tuple[str, str]] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def find(self, code: str, on: date) -> TariffLine | None:
        """The line in force on a day, None where the code or the day has none."""
        dated = self._read.get(code) or self._read_code(code)
        if dated is None:
            return None
        starts, lines = dated
        place = bisect_right(starts, on) - 1
        if place < 0:
            return None
        line = lines[place]
        return line if line.until is None or on < line.until else None

    def line(self, code: str, on: date) -> TariffLine:
        """The line in force; `Unusable` tariff.unknown_code or tariff.not_in_force."""
        line = self.find(code, on)
        if line is not None:
            return line
        history = self.history(code)
        if not history:
            raise self._unknown(code)
        raise _not_in_force(code, on, history)

    def history(self, code: str) -> list[TariffLine]:
        """Every version of a code, earliest first; empty for an unknown code."""
        dated = self._read.get(code) or self._read_code(code)
        return list(dated[1]) if dated else []

    def search(self, text: str, on: date, limit: int) -> list[TariffLine]:
        """Lines whose code begins with the text, or whose name has all its words."""
        words = text.casefold().split()
        if not words or limit <= 0:
            return []
        if self._words is None:
            self._words = [
                (code, " ".join(self._names(row) for _, _, row in versions).casefold())
                for code, versions in sorted(self._rows.items())
            ]
        by_code = words[0].replace(".", "") if len(words) == 1 else ""
        found: list[TariffLine] = []
        for code, names in self._words:
            if (by_code.isdigit() and code.startswith(by_code)) or all(
                word in names for word in words
            ):
                line = self.find(code, on)
                if line is not None:
                    found.append(line)
                    if len(found) == limit:
                        break
        return found

    def spans(self) -> Iterator[tuple[str, list[tuple[date, date | None]]]]:
        """Every code with the first day and the end of each of its versions."""
        for code, versions in self._rows.items():
            yield code, [(start, until) for start, until, _ in versions]

    def cells(self, code: str, on: date) -> dict[str, str] | None:
        """The row in force on a day as it stands in the table."""
        for start, until, row in self._rows[code]:
            if start <= on and (until is None or on < until):
                return self._cells(row)
        return None

    def _cells(self, row: list[str]) -> dict[str, str]:
        return {name: row[place].strip() for name, place in self._columns.items()}

    def _names(self, row: list[str]) -> str:
        return " ".join(
            row[self._columns[name]] for name in ("name_zh", "name_en") if name in self._columns
        )

    def _read_code(self, code: str) -> _Dated | None:
        rows = self._rows.get(code)
        if rows is None:
            return None
        lines = [
            line
            for start, until, row in rows
            for line in self._split_by_vat(self._line(self._cells(row), start, until), row)
        ]
        dated = ([line.in_force for line in lines], lines)
        self._read[code] = dated
        return dated

    def _line(self, cells: dict[str, str], start: date, until: date | None) -> TariffLine:
        def dated(kind: str) -> DatedRate | None:
            text = cells.get(kind, "")
            if not text or text in VAT_PARAMETERS:
                return None
            act = self._citations.get(kind) or Citation(cells["act"])
            return DatedRate(kind, parse_rate(text), start, until, act)

        return TariffLine(
            code=cells["code"],
            name=Text(
                cells["name_en"] or cells.get("name_zh", ""),
                cells.get("name_zh") or cells["name_en"],
            ),
            unit=cells["unit"],
            second_unit=cells["second_unit"],
            conditions=cells["conditions"],
            elements=tuple(part for part in cells["elements"].split(";") if part),
            in_force=start,
            until=until,
            mfn=dated("mfn"),
            general=dated("general"),
            vat=dated("vat"),
            provisional=dated("provisional"),
            export=_unless_free(dated("export")),
            export_provisional=dated("export_provisional"),
            consumption=_unless_free(dated("consumption")),
        )

    def _split_by_vat(self, line: TariffLine, row: list[str]) -> Iterator[TariffLine]:
        """One line for every stretch of days in which the VAT rate stays the same."""
        parameter = VAT_PARAMETERS.get(row[self._columns["vat"]].strip())
        if parameter is None:
            yield line
            return
        for value in self._parameters[parameter].all:
            first = max(value.in_force, line.in_force)
            ends = [end for end in (value.until, line.until) if end is not None]
            last = min(ends, default=None)
            if last is not None and last <= first:
                continue
            vat = DatedRate(
                "vat", parse_rate(str(value.value)), value.in_force, value.until,
                value.citation, note=value.note,
            )  # fmt: skip
            yield replace(line, vat=vat, in_force=first, until=last)

    def _unknown(self, code: str) -> Unusable:
        shown = code[:20]
        near = difflib.get_close_matches(shown, self._rows, n=3, cutoff=0.8)
        mend = Text(
            f"Check the code against the tariff; near ones are {', '.join(near)}."
            if near
            else "Check the code against the tariff.",
            f"请核对税则号列；相近编码：{'、'.join(near)}。" if near else "请核对税则号列。",
        )
        return Unusable.because(
            "tariff.unknown_code", f"tariff/{shown}",
            f"Commodity code {shown!r} is not in the tariff.",
            f"税则中没有商品编号“{shown}”。", mend=mend,
        )  # fmt: skip


def _unless_free(found: DatedRate | None) -> DatedRate | None:
    """A zero in the export or consumption column means that the goods bear no such tax."""
    return None if found is None or found.rate.is_free else found


def _not_in_force(code: str, on: date, history: list[TariffLine]) -> Unusable:
    first, last = history[0].in_force, history[-1].until
    end = f" and its last one ends on {last}" if last else ""
    end_zh = f"，最后版本至 {last} 失效" if last else ""
    return Unusable.because(
        "tariff.not_in_force", f"tariff/{code}",
        f"Commodity code {code} is not in force on {on}; its first version begins on "
        f"{first}{end}.",
        f"商品编号 {code} 在 {on} 无有效版本；最早版本自 {first} 起施行{end_zh}。",
    )  # fmt: skip


_Rows = dict[str, list[tuple[date, date | None, list[str]]]]


def _group(
    table: Table, acts: Container[str], parameters: Mapping[str, Versions[DatedValue]]
) -> _Rows:
    _check_cells(table, acts, parameters)
    code_at, start_at, until_at = (table.columns[c] for c in ("code", "in_force", "until"))
    numbered: dict[str, list[tuple[date, int]]] = {}
    for number, row in enumerate(table.rows):
        try:
            start = day(row[start_at].strip())
        except FileError as fault:
            raise fault.at(table.place(number)) from None
        numbered.setdefault(row[code_at].strip(), []).append((start, number))
    grouped: _Rows = {}
    for code, versions in numbered.items():
        versions.sort()
        starts = [start for start, _ in versions]
        rows = [table.rows[number] for _, number in versions]
        try:
            ends = [day(row[until_at].strip()) if row[until_at] else None for row in rows]
            untils = close(starts, ends, f"code {code}")
        except FileError as fault:
            raise fault.at(table.place(versions[-1][1])) from None
        grouped[code] = list(zip(starts, untils, rows, strict=True))
    return grouped


def _check_cells(
    table: Table, acts: Container[str], parameters: Mapping[str, Versions[DatedValue]]
) -> None:
    """Check every distinct cell once: a tariff repeats few rates, dates and acts."""
    _check_column(table, "code", _check_code)
    _check_column(table, "act", lambda text: _check_act(text, acts))
    for column in RATE_COLUMNS:
        if column in table.columns:
            words = VAT_PARAMETERS if column == "vat" else {}
            known = {word for word, name in words.items() if name in parameters}
            _check_column(table, column, partial(_check_rate, words=known))


def _check_column(table: Table, column: str, check: Callable[[str], None]) -> None:
    place = table.columns[column]
    seen: set[str] = set()
    for number, row in enumerate(table.rows):
        cell = row[place]
        if cell not in seen:
            seen.add(cell)
            try:
                check(cell.strip())
            except FileError as fault:
                raise fault.at(table.place(number)) from None


def _check_code(text: str) -> None:
    if not (text.isascii() and text.isdigit() and 8 <= len(text) <= 13):
        raise FileError(
            "law.file.code",
            f"{text[:40]!r} is not a commodity code of 8 to 13 digits.",
            f"“{text[:40]}”不是 8 至 13 位数字的商品编号。",
        )


def _check_act(text: str, acts: Container[str]) -> None:
    if text not in acts:
        raise FileError(
            "law.file.unknown_act",
            f"act {text!r} is not in acts.yaml.",
            f"法规目录中没有“{text}”。",
        )


def _check_rate(text: str, words: Container[str]) -> None:
    if not text or text in words:
        return
    if rate(text).ad_valorem > 10:
        raise FileError(
            "law.file.rate",
            f"rate {text} is above 1000 %.",
            f"税率 {text} 超过 1000%。",
        )
