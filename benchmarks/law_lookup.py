"""Looking law up by code and date, and starting up, with 12,000 codes of five versions each.

Marks: a look-up at most 2 µs; loading at most 1.5 s. The baseline of a look-up is a plain
dictionary get in the same loop.
"""

import csv
import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from marks import told

from sanzhi import law

CODES, VERSIONS, LOOKUPS = 12_000, 5, 200_000


def write_pack(folder: Path) -> list[str]:
    """A pack with a generated tariff, extending the built-in one."""
    (folder / "pack.yaml").write_text(
        "key: bench\nextends: cn\ntitle_en: Bench\ntitle_zh: 测试\n", encoding="utf-8"
    )
    source = Path(law.__file__).parent / "data" / "cn" / "tariff.csv"
    with source.open(encoding="utf-8", newline="") as stream:
        columns = next(row for row in csv.reader(stream) if not row[0].startswith("#"))
    codes = [f"{number:010d}" for number in range(1_000_000, 1_000_000 + CODES)]
    with (folder / "tariff.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        for code in codes:
            for version in range(VERSIONS):
                writer.writerow(
                    {
                        "code": code,
                        "name_en": "goods",
                        "name_zh": "货物",
                        "unit": "035",
                        "general": "0.5",
                        "mfn": f"0.{version + 1}",
                        "vat": "standard",
                        "in_force": date(2020 + version, 1, 1),
                        "act": "tariff-plan-2020",
                    }
                )
    return codes


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        codes = write_pack(Path(folder))
        law.load()
        began = time.perf_counter()
        pack = law.load(Path(folder))
        loading = time.perf_counter() - began
        draw = random.Random(1)
        asked = [
            (draw.choice(codes), date(2020, 1, 1) + timedelta(days=draw.randrange(1800)))
            for _ in range(LOOKUPS)
        ]
        plain = dict.fromkeys(codes, 1)
        for code, day in asked:
            pack.line(code, day)
        began = time.perf_counter()
        for code, day in asked:
            pack.line(code, day)
        lookup = (time.perf_counter() - began) / LOOKUPS * 1e6
        began = time.perf_counter()
        for code, _ in asked:
            plain.get(code)
        baseline = (time.perf_counter() - began) / LOOKUPS * 1e6
    told(
        "look-up by code and date",
        lookup,
        "µs",
        most=2,
        baseline=f"{lookup / baseline:.0f} times a dictionary get at {baseline:.2f} µs",
    )
    told(f"loading {CODES * VERSIONS:,} rows", loading, "s", most=1.5)


if __name__ == "__main__":
    main()
