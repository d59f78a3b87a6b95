"""Read and schema-validate WCO DEC messages, against bare lxml doing parse and validation alone.

    python benchmarks/read_dec.py [FOLDER_OF_OFFICIAL_SCHEMAS_AND_SAMPLES]

The baseline parses each message with lxml and validates it against the same schema as XSD. With
a folder that holds `schemas/_all.xsd` and `samples/`, the official schema is the baseline's and
the valid samples are measured too. Mark: at least 0.6 of the baseline's speed.
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree
from marks import not_measured, told

from sanzhi.declarations import Declaration, Item, formats
from sanzhi.declarations.formats import profile

MARK = 0.6
ROUNDS = 7
TODAY = date(2026, 6, 1)
SAMPLE = Path(__file__).parents[1] / "docs" / "samples" / "wco-import-to-china.xml"


def generated(count: int = 200) -> list[bytes]:
    """Messages of one to five items made from the project's own sample, without the declared
    elements that only China asks for."""
    sample = formats.read(SAMPLE.read_bytes()).declaration
    fresh = sample.model_copy(update={"source": None})
    return [formats.write(with_items(fresh, 1 + n % 5, n), "wco-dec") for n in range(count)]


def with_items(declaration: Declaration, count: int, seed: int) -> Declaration:
    made = declaration.model_copy(deep=True)
    made.reference = f"BENCH-{seed:05}"
    made.item_count = count
    made.items = [
        Item.model_validate(
            {
                **made.items[n % 2].model_dump(),
                "number": n + 1,
                "elements": [],
                "price": Decimal(1000 + seed * 7 + n),
            }
        )
        for n in range(count)
    ]
    return made


def samples(folder: Path, schema: etree.XMLSchema) -> list[bytes]:
    """The valid declarations among a folder's samples."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() == ".xml":
            try:
                root = etree.fromstring(path.read_bytes())
            except etree.XMLSyntaxError:
                continue
            if schema.validate(root):
                found.append(path.read_bytes())
    return found


def best(work: Callable[[bytes], object], messages: list[bytes]) -> float:
    """Messages a second in one round."""
    start = time.perf_counter()
    for message in messages:
        work(message)
    return len(messages) / (time.perf_counter() - start)


def compare(name: str, messages: list[bytes], schema: etree.XMLSchema) -> None:
    def bare(message: bytes) -> None:
        if not schema.validate(etree.fromstring(message)):
            raise SystemExit(f"{name}: a message is not valid")

    def read(message: bytes) -> None:
        reading = formats.read(message, today=TODAY)
        if any(finding.code.startswith("schema") for finding in reading.findings):
            raise SystemExit(f"{name}: a message is not valid")

    rounds = [(best(bare, messages), best(read, messages)) for _ in range(ROUNDS)]
    baseline, ours = (max(column) for column in zip(*rounds, strict=True))
    told(
        f"speed of reading beside bare lxml, {len(messages)} {name}",
        ours / baseline,
        least=MARK,
        baseline=f"bare lxml {baseline:,.0f}/s, read {ours:,.0f}/s",
    )


def main() -> None:
    schema = profile.load("wco_dec_uk").schema
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        schema = etree.XMLSchema(etree.parse(folder / "schemas" / "_all.xsd"))
        compare("official samples", samples(folder / "samples", schema), schema)
    else:
        not_measured("speed of reading beside bare lxml, official samples", "no folder was named")
    compare("generated messages", generated(), schema)


if __name__ == "__main__":
    main()
