"""The policy laboratory's marks, on generated data.

Robustness: 1,000 bootstrap draws over 500 policies × 12 codes × 21 years with the whole grid, at
most 5 s. Krippendorff's α on 50,000 ratings, at most 0.2 s; the baseline is the package
`krippendorff`, which must give the same α. 2,204 texts with suggestions, all tables and the
report, at most 10 s.
"""

import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import krippendorff
import numpy as np
import yaml
from marks import told

from sanzhi.policy.coding.agreement import krippendorff_alpha
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.coding.suggesting import suggest
from sanzhi.policy.measurement.building import build
from sanzhi.policy.measurement.robustness import robustness
from sanzhi.policy.reporting.report import write_report

YEARS = (2001, 2021)
TYPES = {"law": 5, "regulation": 4, "rule": 3, "opinion": 2, "notice": 1}
CODES = [f"code_{number}" for number in range(12)]
WORDS = (
    "通关",
    "无纸化",
    "单一窗口",
    "电子",
    "数据",
    "跨境",
    "监管",
    "信用",
    "税收",
    "成本",
    "时间",
    "协作",
    "透明",
    "安全",
    "查验",
    "申报",
)


def generate(folder: Path, policies: int, draw: random.Random) -> Path:
    """A study file with a corpus of that many texts, each coded by two coders."""
    with (
        (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus,
        (folder / "codings.csv").open("w", encoding="utf-8") as codings,
    ):
        codings.write("policy,code,score,coder\n")
        for number in range(policies):
            year = draw.randint(*YEARS)
            text = "，".join(draw.choice(WORDS) for _ in range(60))
            corpus.write(
                json.dumps(
                    {
                        "id": f"p{number}",
                        "title": f"关于{draw.choice(WORDS)}的公告",
                        "text": text,
                        "topic": number % 2,
                        "issued": f"{year}-03-01",
                        "doc_type": draw.choice(list(TYPES)),
                        "issuers": draw.sample(
                            ["海关总署", "商务部", "税务总局"], draw.randint(1, 2)
                        ),
                    },
                    ensure_ascii=False,
                )
                + "\n"
            )
            for code in CODES:
                score = draw.choice((0, 0, 0, 1, 2, 3, 4, 5))
                codings.write(f"p{number},{code},{score},a\n")
                codings.write(f"p{number},{code},{min(5, score + draw.randint(0, 1))},b\n")
    coded = [
        {"key": code, "title": {"en": code, "zh": code}, "terms": [WORDS[place]]}
        for place, code in enumerate(CODES)
    ]
    study = {
        "key": "generated",
        "version": 1,
        "title": {"en": "Generated", "zh": "生成"},
        "years": list(YEARS),
        "corpus": ["corpus.jsonl"],
        "codings": ["codings.csv"],
        "categories": [
            {
                "key": "supervision",
                "title": {"en": "Supervision", "zh": "监管"},
                "rule": {"field": "topic", "equals": ["0"]},
            },
            {
                "key": "management",
                "title": {"en": "Management", "zh": "管理"},
                "rule": {"field": "topic", "equals": ["1"]},
            },
        ],
        "codebook": {"measures": coded[:6], "objectives": coded[6:]},
        "force": {"use": "a", "scales": {"a": TYPES, "b": TYPES | {"opinion": 1}}},
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study, allow_unicode=True), encoding="utf-8")
    return path


def timed(name: str, mark: float, work: Callable[[], object], baseline: str = "") -> None:
    """Wall time decides; processor time beside it tells a slow program from a busy machine."""
    begun, used = time.perf_counter(), time.process_time()
    work()
    took, used = time.perf_counter() - begun, time.process_time() - used
    told(name, took, "s", most=mark, baseline=baseline or f"{used:.3f} s of processor")


def measure_robustness(folder: Path) -> None:
    study, policies, codings = open_study(generate(folder, 500, random.Random(1)))
    body = build(study, policies, codings)
    timed(
        "robustness, 1,000 draws, 500 × 12 × 21",
        5.0,
        lambda: robustness(study, body, policies, codings, {}),
    )


def measure_alpha() -> None:
    chance = np.random.default_rng(1)
    ratings = chance.integers(0, 6, (10_000, 5)).astype(float)
    ratings[chance.random(ratings.shape) < 0.1] = np.nan
    begun = time.perf_counter()
    baseline = krippendorff.alpha(
        ratings.T, level_of_measurement="ordinal", value_domain=list(range(6))
    )
    theirs = time.perf_counter() - begun
    timed(
        "α ordinal, 50,000 ratings",
        0.2,
        lambda: krippendorff_alpha(ratings, 5, "ordinal"),
        f"krippendorff {theirs:.3f} s",
    )
    ours = krippendorff_alpha(ratings, 5, "ordinal")
    if ours is None or abs(ours - baseline) > 1e-9:
        raise SystemExit(f"α differs: {ours} and {baseline}")


def measure_study(folder: Path) -> None:
    """Suggestions need open units: the codings of every second text are taken away for them."""
    path = generate(folder, 2204, random.Random(2))

    def work() -> None:
        study, policies, codings = open_study(path)
        suggest(study, policies, [one for one in codings if int(one.policy[1:]) % 2])
        write_report(path, folder / "report", language="en")

    timed("2,204 texts: suggestions, tables and report", 10.0, work)


def main() -> None:
    measure_alpha()
    for work in (measure_robustness, measure_study):
        with tempfile.TemporaryDirectory() as folder:
            work(Path(folder))


if __name__ == "__main__":
    main()
