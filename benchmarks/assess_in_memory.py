"""Read, check and assess five-item declarations in memory, on one core.

Mark: at least 2,000 declarations a second. The baseline is parsing the same JSON into plain
dictionaries with the standard library, in the same run.
"""

import json
import time

from lodge_http import declaration
from marks import told

from sanzhi import law
from sanzhi.customs.duty import assess
from sanzhi.declarations import Declaration
from sanzhi.declarations.checks import check

COUNT = 4000


def main() -> None:
    pack = law.load()
    texts = [json.dumps(declaration(f"r{number}")) for number in range(COUNT)]
    owed = assess(Declaration.from_json(texts[0]), pack)
    if not owed.complete or not owed.total:
        raise SystemExit(f"the sample is not assessed: {owed.findings}")
    began = time.perf_counter()
    for text in texts:
        document = Declaration.from_json(text)
        check(document, pack)
        assess(document, pack)
    speed = COUNT / (time.perf_counter() - began)
    began = time.perf_counter()
    for text in texts:
        json.loads(text)
    baseline = COUNT / (time.perf_counter() - began)
    told(
        "five-item declarations read, checked and assessed",
        speed,
        "/s",
        least=2000,
        baseline=f"{speed / baseline:.3f} of json.loads alone at {baseline:,.0f}/s",
    )


if __name__ == "__main__":
    main()
