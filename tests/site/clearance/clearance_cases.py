"""A declaration for the tests of clearance's pages."""

from typing import Any


def cosmetics(**changes: Any) -> dict[str, Any]:
    """Face masks from France, 20 kg for 4,000 CNY CIF: a declaration without errors."""
    return {
        "regime": "import",
        "type": "standard",
        "procedure": "0110",
        "levy_nature": "101",
        "date": "2026-11-20",
        "office": "2248",
        "currency": "CNY",
        "incoterm": "CIF",
        "contract": "OC-7",
        "country_of_dispatch": "FR",
        "trading_country": "FR",
        "packages": "10",
        "package_kind": "22",
        "gross_mass": "24",
        "net_mass": "20",
        "parties": [
            {
                "role": "trader",
                "id": "3109912345",
                "credit_code": "91110000600037341L",
                "name": "幽兰化妆品有限公司",
            }
        ],
        "transport": {"mode": "2", "means": "HAI FENG", "voyage": "12E", "bill": "HF0012"},
        "items": [
            {
                "number": 1,
                "code": "3304990039",
                "description": "面膜",
                "origin": "FR",
                "quantity": "20",
                "unit": "kg",
                "statutory_quantity": "20",
                "statutory_unit": "kg",
                "second_quantity": "1000",
                "second_unit": "piece",
                "net_mass": "20",
                "price": "4000",
                "duty_mode": "1",
                "elements": ["0", "3", "面膜", "片装", "幽兰", "20g/片"],
            }
        ],
    } | changes
