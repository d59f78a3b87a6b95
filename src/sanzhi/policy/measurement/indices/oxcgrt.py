"""Ordinal indices as the Oxford Covid-19 Government Response Tracker builds them.

I_j = 100·(v_j − 0.5·(F_j − f_j)) / N_j, and 0 where v_j = 0; v the ordinal value, N its maximum,
F whether the indicator has a flag (targeted 0, general 1), f the flag. An index is the mean over
its indicators. Columns: `policy` (or unit, day), `indicator`, `value`, `maximum`, `flagged`
(0/1), `flag` (0/1; may be empty where the indicator has none or the value is 0).
"""

from typing import Any

from sanzhi.policy.measurement.indices.table import Table

_NO_FLAG = ("", "null", "na", "n/a")
COLUMNS = ("policy", "indicator", "value", "maximum", "flagged", "flag")


def oxcgrt(table: Table) -> list[dict[str, Any]]:
    """The index of each policy (or unit), with its indicators."""
    units, indicators = table.column("policy"), table.column("indicator")
    places = [table.header.index(name) if name in table.header else -1 for name in COLUMNS[2:]]
    for name, place in zip(COLUMNS[2:], places, strict=True):
        if place < 0:
            raise table.fault(1, name, "The column is missing", "缺少该列")
    found: dict[str, dict[str, float]] = {}
    for row, (unit, indicator) in enumerate(zip(units, indicators, strict=True)):
        value, maximum, flagged = (table.number(row, place) for place in places[:3])
        needless = not flagged or not value
        flag = (
            0.0
            if needless and table.rows[row][places[3]].strip().lower() in _NO_FLAG
            else table.number(row, places[3])
        )
        if not 0 <= value <= maximum or maximum <= 0:
            raise table.fault(
                row + 2,
                "value",
                f"{value:g} is not within 0–{maximum:g}",
                f"{value:g} 不在 0–{maximum:g} 内",
            )
        if flagged not in (0, 1) or flag not in (0, 1):
            raise table.fault(row + 2, "flag", "Flags are 0 or 1", "标志只能为 0 或 1")
        if indicator in found.setdefault(unit, {}):
            raise table.fault(
                row + 2,
                "indicator",
                f"{indicator} stands twice for {unit}",
                f"{unit} 的 {indicator} 重复",
            )
        found[unit][indicator] = sub_index(value, maximum, flagged, flag)
    return [
        {"policy": unit, "oxcgrt": sum(scores.values()) / len(scores), "indicators": scores}
        for unit, scores in found.items()
    ]


def sub_index(value: float, maximum: float, flagged: float, flag: float) -> float:
    """One indicator, 0 to 100."""
    if value == 0:
        return 0.0
    return 100 * (value - 0.5 * (flagged - flag)) / maximum
