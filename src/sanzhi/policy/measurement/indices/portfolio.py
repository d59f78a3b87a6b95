"""Policy portfolio: size and average instrument diversity (Adam, Knill & Fernández-i-Marín 2017;
Fernández-i-Marín, Knill & Steinebach 2021).

Size = covered cells / (instruments × targets). Average instrument diversity = mean over covered
cells (i, t) of the share of covered cells in other targets that use another instrument. Columns:
`policy` (or unit, year), `target`, `instrument`; a row is a covered cell, or with a column
`covered` only where that is 1. Targets and instruments are those that occur in the table.
"""

from typing import Any

from sanzhi.policy.measurement.indices.table import Table


def portfolio(table: Table) -> list[dict[str, Any]]:
    """Size and diversity of each unit's portfolio; diversity is None without two targets."""
    units, targets = table.column("policy"), table.column("target")
    instruments = table.column("instrument")
    covered: dict[str, set[tuple[str, str]]] = {}
    place = table.header.index("covered") if "covered" in table.header else None
    for row, unit in enumerate(units):
        cells = covered.setdefault(unit, set())
        if place is None or table.number(row, place) == 1:
            cells.add((instruments[row], targets[row]))
    space = len(set(instruments)) * len(set(targets))
    return [
        {
            "policy": unit,
            "portfolio": len(cells) / space,
            "cells": len(cells),
            "diversity": diversity(cells),
        }
        for unit, cells in covered.items()
    ]


def diversity(cells: set[tuple[str, str]]) -> float | None:
    """Average instrument diversity of covered (instrument, target) cells."""
    shares = []
    for instrument, target in cells:
        others = [other for other, elsewhere in cells if elsewhere != target]
        if others:
            shares.append(sum(other != instrument for other in others) / len(others))
    return sum(shares) / len(shares) if shares else None
