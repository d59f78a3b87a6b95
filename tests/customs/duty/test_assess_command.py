"""`sanzhi duty assess`: the document, the exit statuses, and that nothing ends in a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanzhi import cli

DECLARATION = {
    "regime": "import",
    "procedure": "0110",
    "date": "2020-03-02",
    "currency": "CNY",
    "incoterm": "CIF",
    "items": [
        {
            "number": 1,
            "code": "3304990039",
            "description": "",
            "origin": "FR",
            "quantity": "2000",
            "unit": "ml",
            "price": "20000",
        }
    ],
}


class Outcome:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def document(self) -> dict:
        return json.loads(self.out)


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """`run(document_or_bytes, "--json")`: the command in this process, as `main` runs it."""

    def call(content: object, *options: str) -> Outcome:
        path = tmp_path / "declaration.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        monkeypatch.setattr(sys, "argv", ["sanzhi", "duty", "assess", str(path), *options])
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsys.readouterr()
        return Outcome(int(left.value.code or 0), captured.out, captured.err)

    return call


def test_the_document(run):
    done = run(DECLARATION, "--json")
    assert (done.status, done.err) == (0, "")
    document = done.document
    assert document["total"] == "6854.12"
    assert (document["on"], document["regime"]) == ("2020-03-02", "import")
    (item,) = document["items"]
    assert (item["number"], item["customs_value"]) == (1, "20000.00")
    assert [(tax["kind"], tax["base"], tax["rate"], tax["amount"]) for tax in item["taxes"]] == [
        ("duty", "20000.00", "0.01", "200.00"),
        ("consumption", "23764.71", "0.15", "3564.71"),
        ("vat", "23764.71", "0.13", "3089.41"),
    ]
    for tax in item["taxes"]:
        assert {"formula", "citation", "rounding"} <= set(tax)
        assert all(tax.values())


def test_without_json_it_is_for_reading(run):
    done = run(DECLARATION)
    assert done.status == 0
    assert "(customs value 20000 + duty 200) ÷ (1 − 15%) × 15% = 3564.71" in done.out
    assert done.out.rstrip().splitlines()[-1].split() == ["total", "6854.12", "CNY"]
    assert "完税价格 20000 × 1% = 200" in run(DECLARATION, "--lang", "zh").out


def test_the_law_of_another_day(run):
    document = run(DECLARATION, "--json", "--on", "2018-03-01").document
    assert document["on"] == "2018-03-01"
    assert [tax["rate"] for tax in document["items"][0]["taxes"]] == ["0.02", "0.15", "0.17"]


def test_the_law_of_another_pack(run, tmp_path: Path):
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text("key: trial\nextends: cn\n")
    (pack / "acts.yaml").write_text(
        "trial-act: {title_en: Trial, title_zh: 试行, type: notice, issued: 2020-01-01}\n"
    )
    (pack / "parameters.yaml").write_text(
        'duty.de_minimis:\n  - {value: "1000", in_force: 2020-01-01, act: trial-act}\n'
    )
    document = run(DECLARATION, "--json", "--law", str(pack)).document
    assert document["law"].startswith("trial@")
    duty = document["items"][0]["taxes"][0]
    assert (duty["amount"], duty["computed"]) == ("0.00", "200.00")
    assert duty["relief_citation"] == "trial-act"


def test_what_was_found_wanting_is_in_the_output_and_the_status(run):
    item = DECLARATION["items"][0]
    done = run(
        {**DECLARATION, "items": [{**item, "code": "9999999999"}, {**item, "number": 2}]}, "--json"
    )
    assert (done.status, done.err) == (1, "")
    assert done.document["complete"] is False
    assert [row["code"] for row in done.document["findings"]] == ["tariff.unknown_code"]
    assert done.document["total"] == "6854.12"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"date": "soon"}, "date"),
        ({"regime": "smuggling"}, "regime"),
        ({"currency": "yen"}, "currency"),
        ({"exchange_rates": {"USD": "0"}}, "exchange_rates.USD"),
        ({"items": [{"number": 1, "price": "many"}]}, "items[0].price"),
        ({"items": [{"number": 1, "price": "-1"}]}, "items[0].price"),
        ({"items": [{"number": 1, "price": "1e999"}]}, "items[0].price"),
        ({"items": [{"number": 1, "price": "NaN"}]}, "items[0].price"),
    ],
)
def test_fields_that_cannot_be_read_are_said_and_never_passed_over(run, change, path):
    done = run({**DECLARATION, **change}, "--json")
    assert (done.status, done.err) == (1, "")
    assert path in [row["path"] for row in done.document["findings"]]
    assert done.document["complete"] is False


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({**DECLARATION, "currency": "XXX"}, "exchange rate"),
        ({**DECLARATION, "date": "1950-01-01"}, "1950-01-01"),
        ([], "JSON object"),
        (b"{", "JSON"),
        (b"", "empty"),
        (b"<DecMessage/>", "namespace"),
        (b"\xff\xfe\x00", "UTF-16"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_status_2(run, content, word):
    done = run(content, "--json")
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert word in done.err


@pytest.mark.parametrize(
    "options",
    [("--on", "2020-13-01"), ("--law", "/no/such/folder"), ("--lang", "fr"), ("--nonsense",)],
)
def test_arguments_that_cannot_be_used(run, options):
    done = run(DECLARATION, *options)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("missing", ["no-such-file.json", "."])
def test_a_file_that_cannot_be_read(missing, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["sanzhi", "duty", "assess", missing])
    with pytest.raises(SystemExit) as left:
        cli.main()
    captured = capsys.readouterr()
    assert (left.value.code, captured.out) == (2, "")
    assert missing in captured.err


def test_standard_input_and_a_process_of_its_own():
    done = subprocess.run(
        [sys.executable, "-m", "sanzhi", "duty", "assess", "-", "--json"],
        input=json.dumps(DECLARATION).encode(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["total"] == "6854.12"
    assert done.stderr == b""


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "2020-03-02",
            "9999-12-31",
            "0001-01-01",
            "USD",
            "import",
            "export",
            "999999999999999999",
            "0.000000000001",
            "0.15",
            "1/kg",
            "kg",
            "carton",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = (
    "regime",
    "type",
    "date",
    "arrival_date",
    "currency",
    "exchange_rates",
    "incoterm",
    "freight",
    "freight_rate",
    "insurance",
    "insurance_rate",
    "charges",
    "parties",
    "buyer_year_to_date",
    "items",
    "source",
)
ITEM_FIELDS = (
    "number",
    "code",
    "origin",
    "quantity",
    "unit",
    "net_mass",
    "price",
    "unit_price",
    "currency",
    "rates",
    "proof_of_origin",
    "duty_mode",
    "manufacturer",
    "charges",
)
broken = st.builds(
    lambda header, item: {**DECLARATION, "items": [{**DECLARATION["items"][0], **item}], **header},
    st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=3),
    st.dictionaries(st.sampled_from(ITEM_FIELDS), json_values, max_size=4),
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=st.binary(max_size=200) | json_values | broken)
def test_garbage_never_ends_in_a_traceback(run, content):
    done = run(content, "--json")
    assert done.status in (0, 1, 2)
    if done.status == 2:
        assert done.out == ""
        assert len(done.err.splitlines()) == 1
    else:
        assert done.err == ""
        assert isinstance(done.document["total"], str)


numbers = st.sampled_from(
    ["0", "0.000000000001", "999999999999999999", "123456789012345678.999", "1"]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    header=st.dictionaries(
        st.sampled_from(
            ["freight", "freight_rate", "insurance", "insurance_rate", "buyer_year_to_date"]
        ),
        numbers,
    ),
    item=st.dictionaries(st.sampled_from(["price", "unit_price", "quantity", "net_mass"]), numbers),
    code=st.sampled_from(["3304990039", "2402200000", "2203000000", "2208300000"]),
    regime=st.sampled_from(["import", "export", "ecommerce", "personal"]),
    rates=st.dictionaries(
        st.sampled_from(
            ["duty", "consumption", "vat", "anti_dumping", "export_duty", "personal_articles"]
        ),
        st.sampled_from(
            ["999999999999/kg", "0.999999999999", "max(999999999999, 1/kg)", "0.5+1/kg", "0"]
        ),
    ),
    term=st.sampled_from(["CIF", "FOB", "CFR"]),
    rate=numbers.filter(lambda text: text != "0"),
)
def test_figures_at_their_limits_never_end_in_a_traceback(
    run, header, item, code, regime, rates, term, rate
):
    done = run(
        {
            **DECLARATION,
            **header,
            "regime": regime,
            "incoterm": term,
            "currency": "USD",
            "exchange_rates": {"USD": rate},
            "items": [
                {"number": 1, "code": code, "origin": "FR", "unit": "kg", "rates": rates, **item}
            ],
        },
        "--json",
    )
    assert done.status in (0, 1)
    assert done.err == ""
