"""Reading tables of declarations: CSV or Parquet in, one canonical frame out, or one finding.

Everything is read as text first, so that the code 040900 keeps its zero and the country NA stays
Namibia. The canonical frame has one column a role (`columns.ROLES`); a role the data does not
have is a column of nulls.
"""

import csv
import re
from datetime import date
from io import BytesIO

import polars as pl

from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk.addresses import plain
from sanzhi.customs.risk.columns import DEFAULT, OUTCOMES, ROLES, Role

#: Beyond these a figure is a slip of the pen, not a declaration. The highest rate seen in the
#: real tariff is 754.3 %.
LIMITS = {"tax_rate": 10_000.0, "net_mass": 1e12, "price": 1e15, "recovered": 1e15}

DAYS = (date(1970, 1, 1), date(2199, 12, 31))
#: What a role the data does not have is a column of, where it is not text.
EMPTY = {"number": pl.Float64, "outcome": pl.Float64, "day": pl.Date}

_MEND_ROW = Text("Mend the row or leave it out.", "请更正或删除该行。")


def read(
    data: bytes, name: str, mapping: dict[str, str | None] | None = None, *, outcomes: bool = False
) -> pl.DataFrame:
    """The canonical frame of a table.

    `outcomes` asks for the outcome columns too (training and evaluation); without it they are not
    looked at, be they there or not. `Unusable` with the
    column and row where the table cannot be used: `risk.table`, `risk.empty`, `risk.column`,
    `risk.value`, `risk.outcome`.
    """
    mapping = mapping or DEFAULT
    if not outcomes:
        mapping = mapping | dict.fromkeys(OUTCOMES)
    table = _table(data, name)
    _has_columns(table, name, mapping, outcomes=outcomes)
    if table.height == 0:
        raise Unusable.because(
            "risk.empty", name, "There are no declarations in it.", "文件中没有报关记录。"
        )
    frame = table.select(*(_text(table, mapping[role.name], role) for role in ROLES))
    for role in ROLES:
        if mapping[role.name] in table.columns:
            frame = _typed(frame, role, name, str(mapping[role.name]))
        elif role.kind in EMPTY:
            frame = frame.with_columns(pl.lit(None, EMPTY[role.kind]).alias(role.name))
    if outcomes:
        _outcomes_follow(frame, name, mapping)
    return frame


def _table(data: bytes, name: str) -> pl.DataFrame:
    if not data.strip():
        raise Unusable.because("risk.empty", name, "The file is empty.", "文件为空。")
    try:
        if data[:4] == b"PAR1":
            return pl.read_parquet(BytesIO(data))
        table = pl.read_csv(data, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        reason = " ".join(str(error).split("\n", 1)[0].split())[:200]
        raise Unusable.because(
            "risk.table",
            name,
            f"It cannot be read as CSV or Parquet ({reason}).",
            f"无法按 CSV 或 Parquet 读取（{reason}）。",
        ) from None
    _no_column_twice(data, name)
    return table


def _no_column_twice(data: bytes, name: str) -> None:
    """Of two columns of one name nobody can say which is meant."""
    head = re.split(rb"[\r\n]", data, maxsplit=1)[0].decode("utf-8-sig", "replace")
    try:
        columns = next(csv.reader([head]), [])
    except csv.Error:  # a head longer than any table's has no column that could be meant
        return
    twice = next((one for one in columns if columns.count(one) > 1), None)
    if twice is not None:
        raise Unusable.because(
            "risk.column", name, f"The column {twice!r} stands twice.", f"列“{twice}”重复。"
        )


def _has_columns(
    table: pl.DataFrame, name: str, mapping: dict[str, str | None], *, outcomes: bool
) -> None:
    missing = [
        column
        for role in ROLES
        if (column := mapping[role.name]) is not None
        and column not in table.columns
        and (role.needed or (outcomes and role.name == "find"))
    ]
    if outcomes and mapping["find"] is None:
        missing.append("find")
    if missing:
        names = ", ".join(missing)
        raise Unusable.because(
            "risk.column",
            name,
            f"Columns are missing: {names}.",
            f"缺少列：{names}。",
            mend=Text(
                "A mapping file names other columns (--columns FILE); null leaves one out.",
                "可用映射文件（--columns FILE）指定列名；写 null 表示没有该列。",
            ),
        )


def _text(table: pl.DataFrame, column: str | None, role: Role) -> pl.Expr:
    if column is None or column not in table.columns:
        return pl.lit("").alias(role.name)
    return pl.col(column).cast(pl.String).fill_null("").str.strip_chars().alias(role.name)


def _typed(frame: pl.DataFrame, role: Role, name: str, column: str) -> pl.DataFrame:
    value = pl.col(role.name)
    if role.kind == "party":
        return frame
    if role.kind == "address":
        told = frame[role.name].unique()
        return frame.with_columns(value.replace_strict(told, [plain(one) for one in told]))
    if role.name == "code":
        return _codes(frame, name, column)
    if role.kind == "text":
        if role.always:
            _refuse(frame, value == "", name, column, "is empty", "为空")
        return frame
    optional = role.name in {"find", "outcome_date", "recovered"}
    if role.kind == "day":
        parsed = value.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        wrong = ~parsed.is_between(*DAYS).fill_null(value=False)
        en = f"is not a date (YYYY-MM-DD) from {DAYS[0]} to {DAYS[1]}"
        zh = f"不是 {DAYS[0]} 至 {DAYS[1]} 之间的日期（YYYY-MM-DD）"
    elif role.kind == "outcome":
        parsed = value.cast(pl.Float64, strict=False)
        wrong = ~parsed.is_in([0.0, 1.0]).fill_null(value=False)
        en, zh = "is not 0 or 1", "不是 0 或 1"
    else:
        parsed = value.cast(pl.Float64, strict=False)
        wrong = ~parsed.is_between(0, LIMITS[role.name]).fill_null(value=False)
        en = f"is not a number from 0 to {LIMITS[role.name]:g}"
        zh = f"不是 0 至 {LIMITS[role.name]:g} 之间的数"
    _refuse(frame, wrong & (value != "") if optional else wrong, name, column, en, zh)
    return frame.with_columns(parsed.alias(role.name))


def _codes(frame: pl.DataFrame, name: str, column: str) -> pl.DataFrame:
    """Codes of an odd length have lost their leading zero to a spreadsheet, which may have added
    ".0" too: both are mended."""
    digits = pl.col("code").str.replace(r"\.0$", "").str.replace_all(r"[.\s]", "")
    frame = frame.with_columns(digits.alias("code"))
    _refuse(
        frame,
        ~pl.col("code").str.contains(r"^[0-9]{3,12}$"),
        name,
        column,
        "is not a commodity code of 4 to 12 digits",
        "不是 4 至 12 位的商品编码",
    )
    odd = pl.col("code").str.len_bytes() % 2 == 1
    return frame.with_columns(
        pl.when(odd).then("0" + pl.col("code")).otherwise(pl.col("code")).alias("code")
    )


def _refuse(frame: pl.DataFrame, wrong: pl.Expr, name: str, column: str, en: str, zh: str) -> None:
    """Stop at the first row where `wrong` holds, naming row (heading is row 1) and column."""
    places = frame.select(wrong.arg_true()).to_series()
    if not len(places):
        return
    row = int(places[0]) + 2
    raise Unusable.because(
        "risk.value",
        f"{name} row {row}, column {column}",
        f"The value {en}.",
        f"取值{zh}。",
        line=row,
        mend=_MEND_ROW,
    )


def _outcomes_follow(frame: pl.DataFrame, name: str, mapping: dict[str, str | None]) -> None:
    early = (pl.col("outcome_date") < pl.col("date")).fill_null(value=False)
    places = frame.select(early.arg_true()).to_series()
    if len(places):
        row = int(places[0]) + 2
        raise Unusable.because(
            "risk.outcome",
            f"{name} row {row}, column {mapping['outcome_date']}",
            "The outcome is dated before its declaration.",
            "结果日期早于申报日期。",
            line=row,
            mend=_MEND_ROW,
        )
