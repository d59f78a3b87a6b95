"""What a benchmark tells: a figure beside its mark, with the baseline of the same run.

`python benchmarks` runs all benchmarks and ends in one table of what they told.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

#: The file that collects what is told, one JSON object a line.
COLLECTED = "SANZHI_BENCH_MARKS"


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the table; `result` is met, MISSED, not measured or failed, empty without a mark."""

    name: str
    figure: str = ""
    mark: str = ""
    result: str = ""
    baseline: str = ""


def told(
    name: str,
    figure: float,
    unit: str = "",
    *,
    least: float | None = None,
    most: float | None = None,
    baseline: str = "",
) -> None:
    """Tell a figure and the mark it is held to: at least `least`, or at most `most`."""
    mark = result = ""
    if least is not None:
        mark, result = f"≥ {_written(least, unit)}", _result(figure >= least)
    elif most is not None:
        mark, result = f"≤ {_written(most, unit)}", _result(figure <= most)
    _tell(Told(name, _written(figure, unit), mark, result, baseline))


def not_measured(name: str, why: str) -> None:
    """Tell what could not be measured here, and why."""
    _tell(Told(name, result="not measured", baseline=why))


def collected(path: Path) -> list[Told]:
    """What has been told into a file."""
    if not path.exists():
        return []
    return [Told(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _result(met: bool) -> str:
    return "met" if met else "MISSED"


def _written(figure: float, unit: str) -> str:
    number = f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.4g}"
    return number + (unit if unit.startswith("/") else f" {unit}" if unit else "")


def _tell(row: Told) -> None:
    print(
        f"{row.name:<64} {row.figure:>12}  {row.mark:<12} {row.result:<12} {row.baseline}".rstrip()
    )
    if path := os.environ.get(COLLECTED):
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
