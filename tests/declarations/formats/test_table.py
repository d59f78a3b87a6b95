"""Bulk CSV: rows become declarations, and what is wrong is named by row and column."""

from decimal import Decimal

from sanzhi.declarations import Declaration, formats
from sanzhi.declarations.formats import table

HEAD = "reference,date,currency,number,code,price,origin,trader_name\n"


def test_rows_of_one_reference_are_one_declaration() -> None:
    data = (
        HEAD
        + "A,2026-03-01,USD,1,3304990039,10.5,FR,Bao\nB,2026-03-02,EUR,,1,2,DE,\n"
        + ("A,,,2,2204210000,7,FR,\n\n")
    )
    first, second = (r.declaration for r in formats.read_many(data.encode()))
    assert [(i.number, i.code, i.price) for i in first.items] == [
        (1, "3304990039", Decimal("10.5")),
        (2, "2204210000", Decimal(7)),
    ]
    assert first.parties[0].name == "Bao"
    assert (second.reference, second.currency, second.items[0].number) == ("B", "EUR", 1)


def test_findings_name_row_and_column() -> None:
    data = HEAD + "A,2026-03-01,USD,1,3304990039,ten,FR,\nA,2026-03-09,USD,2,1,2,FR,\n"
    reading = formats.read(data.encode())
    found = {finding.code: finding for finding in reading.findings}
    price = found["declaration.decimal_parsing"]
    assert (price.path, price.line) == ("row 2, column price", 2)
    conflict = found["csv.conflict"]
    assert (conflict.path, conflict.line) == ("row 3, column date", 3)
    assert "第 3 行" in conflict.text.zh
    assert [item.price for item in reading.declaration.items] == [None, Decimal(2)]


def test_a_column_not_known_is_a_warning() -> None:
    reading = formats.read(b"reference,date,code,colour\nA,2026-03-01,1,red\n")
    assert [(f.code, str(f.severity)) for f in reading.findings] == [
        ("csv.unknown_column", "warning")
    ]


def test_lists_and_parts_go_there_and_back() -> None:
    declaration = Declaration.from_fields(
        {
            "date": "2026-03-01",
            "reference": "A",
            "regime": "export",
            "exchange_rates": {"USD": "7.1", "JPY": "0.048"},
            "transport": {"mode": "2"},
            "parties": [{"role": "trader", "name": '名, "quoted"\nline'}],
            "items": [
                {
                    "number": 1,
                    "code": "1",
                    "elements": ["a", "", "b"],
                    "documents": [{"type": "A", "number": "N:1"}],
                    "proof_of_origin": {"agreement": "RCEP", "direct_transport": False},
                }
            ],
        }
    )
    written = table.write([declaration])
    assert written.findings == []
    assert formats.read(written.data).declaration == declaration


def test_what_has_no_column_is_said() -> None:
    declaration = Declaration.from_fields(
        {
            "date": "2026-03-01",
            "reference": "A",
            "items": [{"number": 1, "code": "1"}],
            "containers": [{"number": "CSQU3054383"}],
        }
    )
    assert [f.path for f in table.write([declaration]).findings] == ["containers[0].number"]
