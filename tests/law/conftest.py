"""A small pack in a folder of its own, which tests spoil in one place at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

HEAD = """\
key: small
title_en: Small
title_zh: 小
zone: Asia/Shanghai
currency: CNY
country: CN
languages: [en, zh]
"""
ACTS = """\
plan-a: {title_en: Plan A, title_zh: 甲方案, type: notice, issued: 2019-12-01}
plan-b: {title_en: Plan B, title_zh: 乙方案, type: notice, issued: 2020-11-01}
"""
PARAMETERS = """\
vat.standard:
  - {value: "0.16", in_force: 2018-05-01, act: plan-a}
  - {value: "0.13", in_force: 2019-04-01, published: 2019-03-20, act: plan-a, article: art. 1}
fee.rate:
  - {value: "0.001", in_force: 2020-01-01, until: 2020-07-01, act: plan-a}
  - {value: "0.002", in_force: 2021-01-01, act: plan-b}
office:
  - {value: north, in_force: 2020-01-01, act: plan-a}
"""
HEADER = (
    "code,name_zh,name_en,unit,second_unit,conditions,elements,general,mfn,provisional,export,"
    "consumption,vat,in_force,until,act"
)
LINES = """\
1001000000,小麦,Durum wheat,035,,7A,品种;等级,0.8,0.10,0.05,,,standard,2020-01-01,,plan-a
1001000000,小麦,Durum wheat,035,,7A,品种;等级,0.8,0.08,,,,standard,2021-01-01,,plan-b
2203000000,啤酒,Beer,095,035,,,3.5/l,0,,,,0.09,2020-01-01,2022-01-01,plan-a
7204000000,废钢,Steel scrap,035,,9,,0.3,0,,0.40,,standard,2020-01-01,,plan-a
"""

Make = Callable[..., Path]


@pytest.fixture
def make_pack(tmp_path: Path) -> Make:
    """Write the small pack with some files replaced: `make_pack(**{"acts.yaml": "..."})`."""

    def make(**files: str | bytes) -> Path:
        folder = tmp_path / "pack"
        content: dict[str, str | bytes] = {
            "pack.yaml": HEAD,
            "acts.yaml": ACTS,
            "parameters.yaml": PARAMETERS,
            "tariff.csv": f"{HEADER}\n{LINES}",
            **files,
        }
        for name, text in content.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return make
