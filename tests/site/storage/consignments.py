"""What the storage tests lodge, when, and how they do things at once."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections

from sanzhi.declarations import Declaration

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
DAY = date(2026, 6, 1)


def declare(reference: str | None = "R1", **fields: Any) -> Declaration:
    """Ten tablets at 1000 yuan: 130 yuan of VAT."""
    return Declaration.from_fields(
        {
            "reference": reference,
            "date": "2026-06-01",
            "office": "2248",
            "currency": "CNY",
            "incoterm": "CIF",
            "procedure": "0110",
            "transport": {"mode": "5"},
            "packages": "2",
            "gross_mass": "20",
            "items": [
                {
                    "number": 1,
                    "code": "8471301000",
                    "description": "tablets",
                    "origin": "US",
                    "quantity": "10",
                    "unit": "unit",
                    "price": "1000",
                    "elements": ["3", "0", "writing", "16 GB", "Acme", "T1"],
                }
            ],
            **fields,
        }
    )


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads that start together; their results or exceptions, in order."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[place] = call()
        except Exception as error:  # noqa: BLE001 - handed to the test, which names it
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
