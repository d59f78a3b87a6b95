"""Real messages under the official tariff: each is assessed or refused in words."""

from datetime import date
from pathlib import Path

import pytest

from sanzhi import law
from sanzhi.core.findings import Unusable
from sanzhi.customs.duty import assess
from sanzhi.declarations import formats
from sanzhi.declarations.checks import check
from sanzhi.law.importing import import_tariff

pytestmark = pytest.mark.shared
TODAY = date(2020, 6, 1)


@pytest.fixture(scope="module")
def official(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> law.Pack:
    """The pack with all 11,988 lines of the tariff of 2020."""
    out = tmp_path_factory.mktemp("law") / "official"
    import_tariff(shared_data / "cn-codes" / "cn_tariff_2020.csv", date(2018, 1, 1), out)
    return law.load(out)


@pytest.mark.parametrize("folder", ["hmrc-cds/samples", "hmrc-exports-samples", "cn-receipts"])
def test_each_is_checked_and_assessed_or_refused_in_words(folder, shared_data, official):
    assessed, refused = 0, []
    for path in sorted((shared_data / folder).rglob("*")):
        if not path.is_file():
            continue
        try:
            reading = formats.read(path.read_bytes(), path.name, today=TODAY)
            for finding in check(reading.declaration, official):
                assert finding.text.en
                assert finding.text.zh
            found = assess(reading.declaration, official, TODAY)
        except Unusable as unusable:
            refused.append(unusable.finding)
            continue
        assessed += 1
        assert found.total == sum(tax.amount for tax in found.all_taxes())
        assert found.complete or found.findings
        assert found.from_json(found.to_json()) == found
    assert assessed > 0
    assert all(finding.text.en and finding.text.zh for finding in refused)


def test_chinas_sample_is_assessed_line_by_line(shared_data, official):
    """A code that the tariff does not have is a finding; every other line has its taxes."""
    done = 0
    for path in (shared_data / "cn-receipts").rglob("*.xml"):
        try:
            declaration = formats.read(path.read_bytes(), path.name, today=TODAY).declaration
        except Unusable:
            continue
        found = assess(declaration, official, TODAY)
        unknown = {one.path for one in found.findings if one.code == "tariff.unknown_code"}
        for item in found.items:
            position = next(
                place for place, one in enumerate(declaration.items) if one.number == item.number
            )
            if f"items[{position}].code" not in unknown and declaration.regime == "import":
                assert item.taxes, (path, item.number)
        done += 1
    assert done > 0
