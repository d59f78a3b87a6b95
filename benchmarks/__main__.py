"""Run every benchmark, one at a time, and print what they told in one table.

    python benchmarks [NAME …]

A missed mark stands in the table; the exit status is 1 only where a benchmark itself failed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from marks import COLLECTED, Told, collected

HERE = Path(__file__).parent
#: What stands beside the benchmarks and is none.
BESIDE = {"__main__", "marks"}


def main() -> None:
    every = sorted(path for path in HERE.glob("*.py") if path.stem not in BESIDE)
    names = sys.argv[1:] or [path.stem for path in every]
    rows: list[tuple[str, Told]] = []
    for name in names:
        print(f"== {name}", flush=True)
        rows += [(name, row) for row in run(HERE / f"{name}.py")]
    show(rows)
    sys.exit(any(row.result == "failed" for _, row in rows))


def run(path: Path) -> list[Told]:
    """What one benchmark told, and that it failed where it did."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "told.jsonl"
        done = subprocess.run(
            [sys.executable, str(path)], env=os.environ | {COLLECTED: str(file)}, check=False
        )
        found = collected(file)
    if done.returncode:
        found.append(Told("the benchmark itself", result="failed"))
    return found


def show(rows: list[tuple[str, Told]]) -> None:
    head = ("benchmark", "what", "figure", "mark", "result", "baseline of the same run")
    lines = [head] + [
        (name, row.name, row.figure, row.mark, row.result, row.baseline) for name, row in rows
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    print()
    for line in lines:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
    results = [row.result for _, row in rows]
    print(
        f"\n{results.count('met')} marks met, {results.count('MISSED')} missed, "
        f"{results.count('not measured')} not measured, {results.count('failed')} failed"
    )


if __name__ == "__main__":
    main()
