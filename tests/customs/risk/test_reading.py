"""Reading tables of declarations: what spreadsheets do to them, and what cannot be used."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.core.findings import Finding, Unusable
from sanzhi.customs.risk.columns import read_mapping
from sanzhi.customs.risk.reading import read

from .trade import repeating

TABLE = repeating(20)


def changed(column: str, value: str | None, row: int = 4) -> bytes:
    values = TABLE[column].to_list()
    values[row] = value
    return TABLE.with_columns(pl.Series(column, values)).write_csv().encode()


def refused(data: bytes, *, outcomes: bool = True) -> Unusable:
    with pytest.raises(Unusable) as caught:
        read(data, "trade.csv", outcomes=outcomes)
    assert caught.value.finding.text.zh
    return caught.value


def finding_in(data: bytes) -> Finding | None:
    try:
        read(data, "trade.csv", outcomes=True)
    except Unusable as unusable:
        return unusable.finding
    return None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("40900", "040900"),
        ("040900", "040900"),
        ("0409.00", "040900"),
        ("40900.0", "040900"),
        ("409000000", "0409000000"),
        ("8517120000", "8517120000"),
        ("8517 12", "851712"),
    ],
)
def test_codes_get_their_zero_back(written: str, code: str) -> None:
    assert read(changed("HS6 Code", written), "trade.csv")["code"][4] == code


def test_namibia_is_a_country() -> None:
    frame = read(changed("Country of Origin", "NA"), "trade.csv")
    assert frame["origin"][4] == "NA"
    assert frame["origin"].null_count() == 0


@pytest.mark.parametrize(
    ("column", "role", "value"),
    [
        ("Net Mass", "net_mass", "0"),
        ("Item Price", "price", "0.0"),
        ("Tax Rate", "tax_rate", "754.3"),
        ("Item Price", "price", "7.045682e9"),
    ],
)
def test_odd_figures_that_do_occur_are_taken(column: str, role: str, value: str) -> None:
    assert read(changed(column, value), "trade.csv")[role][4] == float(value)


@pytest.mark.parametrize("column", ["Seller ID", "Courier ID", "Importer ID", "Office ID"])
def test_empty_parties_are_parties(column: str) -> None:
    assert read(changed(column, None), "trade.csv").height == TABLE.height


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("Net Mass", "-1", "risk.value"),
        ("Net Mass", "", "risk.value"),
        ("Item Price", "NaN", "risk.value"),
        ("Item Price", "inf", "risk.value"),
        ("Item Price", "1e16", "risk.value"),
        ("Tax Rate", "8 %", "risk.value"),
        ("Tax Rate", "10001", "risk.value"),
        ("HS6 Code", "85AB12", "risk.value"),
        ("HS6 Code", "", "risk.value"),
        ("Country of Origin", "", "risk.value"),
        ("Date", "2024-02-30", "risk.value"),
        ("Date", "0001-01-01", "risk.value"),
        ("Date", "", "risk.value"),
        ("Fraud", "2", "risk.value"),
        ("Fraud", "yes", "risk.value"),
    ],
)
def test_what_cannot_be_is_named_by_row_and_column(column: str, value: str, code: str) -> None:
    finding = refused(changed(column, value)).finding
    assert (finding.code, finding.path, finding.line) == (
        code,
        f"trade.csv row 6, column {column}",
        6,
    )


def test_an_outcome_before_its_declaration() -> None:
    early = TABLE.with_columns(pl.lit("2023-12-31").alias("Outcome Date")).write_csv().encode()
    assert refused(early).finding.code == "risk.outcome"


@pytest.mark.parametrize("data", [b"", b"\n\n", TABLE.clear().write_csv().encode()])
def test_an_empty_file(data: bytes) -> None:
    assert refused(data).finding.code == "risk.empty"


@pytest.mark.parametrize(
    "data",
    [
        TABLE.write_csv().encode() + b'1,2,3,"open',
        TABLE.write_csv().encode() + b",".join([b"x"] * 40),
        b"PAR1 and nothing more",
        "Date,Köder\n1,2\n".encode("latin-1"),
        b"\x00\xff\xfe\n\x01",
    ],
)
def test_a_broken_file_is_one_finding(data: bytes) -> None:
    assert refused(data).finding.code in {"risk.table", "risk.column"}


def test_missing_columns_are_all_named() -> None:
    finding = refused(TABLE.drop("Net Mass", "Tax Type").write_csv().encode()).finding
    assert finding.code == "risk.column"
    assert "Tax Type, Net Mass" in finding.text.en


def test_outcomes_may_be_absent_when_scoring_and_are_not_looked_at() -> None:
    without = read(TABLE.drop("Fraud").write_csv().encode(), "trade.csv")
    spoilt = read(changed("Fraud", "perhaps"), "trade.csv")
    assert without["find"].null_count() == spoilt["find"].null_count() == TABLE.height
    assert refused(TABLE.drop("Fraud").write_csv().encode()).finding.code == "risk.column"


def test_a_missing_outcome_is_no_outcome() -> None:
    assert read(changed("Fraud", ""), "trade.csv", outcomes=True)["find"][4] is None


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    typed = TABLE.with_columns(
        pl.col("Date").str.to_date(),
        pl.col("HS6 Code", "Fraud").cast(pl.Int64),
        pl.col("Tax Rate", "Net Mass", "Item Price").cast(pl.Float64),
    )
    typed.write_parquet(tmp_path / "trade.parquet")
    assert read((tmp_path / "trade.parquet").read_bytes(), "p", outcomes=True).equals(
        read(TABLE.write_csv().encode(), "c", outcomes=True)
    )


def test_a_mapping_names_other_columns_and_leaves_some_out(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("importer: 进口人\ncourier: null\n", encoding="utf-8")
    mapping = read_mapping(tmp_path / "map.yaml")
    other = TABLE.rename({"Importer ID": "进口人"}).drop("Courier ID").write_csv().encode()
    frame = read(other, "trade.csv", mapping)
    assert frame["importer"].to_list() == TABLE["Importer ID"].to_list()
    assert set(frame["courier"]) == {""}


@pytest.mark.parametrize(
    "text",
    ["nobody: X", "- a list", "date: null", "price: 5", "importer: Seller ID", "a: [", "\udcff"],
)
def test_a_mapping_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "map.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Unusable) as caught:
        read_mapping(tmp_path / "map.yaml")
    assert caught.value.finding.code == "risk.mapping"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    finding = finding_in(data)
    assert finding is None or finding.code.startswith("risk.")


@given(st.sampled_from(TABLE.columns), st.text(max_size=12), st.integers(0, 19))
def test_any_cell_is_read_or_refused_by_its_name(column: str, value: str, row: int) -> None:
    finding = finding_in(changed(column, value, row))
    assert (
        finding is None
        or finding.code == "risk.table"
        or finding.path == f"trade.csv row {row + 2}, column {column}"
    )


def test_a_column_that_stands_twice_is_refused():
    head, rest = TABLE.write_csv().encode().split(b"\n", 1)
    finding = refused(head + b",Fraud\n" + rest.replace(b"\n", b",1\n")).finding
    assert (finding.code, "'Fraud' stands twice" in finding.text.en) == ("risk.column", True)
