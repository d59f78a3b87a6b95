"""The components: figures as people write them, why, findings, timeline, charts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from sanzhi.border.clearance.states import State
from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.law.model import Citation
from sanzhi.law.selectivity import FACTS
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.clearance.templatetags.clearance import LANES
from sanzhi.site.law import catalogue
from sanzhi.site.shell import components
from sanzhi.site.shell.components import Explanation, Step, bars, plot
from sanzhi.site.shell.templatetags.sanzhi import number


def render(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return Template(source).render(Context(context))


def element(source: str, language: str = "en", **context: object) -> html.HtmlElement:
    return html.fromstring(f"<div>{render(source, language, **context)}</div>")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1234567.50"), "1,234,567.5"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("-0.0650"), "-0.065"),
        (Decimal(-12345), "-12,345"),
        ("0", "0"),
        (None, ""),
        ("", ""),
    ],
)
def test_numbers_are_grouped_and_lose_only_needless_zeros(value, shown):
    assert number(value) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_shown_number_is_the_number(value):
    assert Decimal(number(value).replace(",", "")) == value


def test_money_names_its_currency():
    shown = element('{% money amount "USD" %}', amount=Decimal("1234.5")).text_content()
    assert shown == "1,234.50 USD"


def test_moments_are_local_and_carry_their_zone():
    shown = element("{{ at|moment }}", at=datetime(2026, 1, 1, 16, 30, tzinfo=UTC))
    assert shown.text_content() == "2026-01-02 00:30"
    assert "+0800" in shown.find(".//time").get("title")


def test_why_opens_inputs_formula_rounding_result_and_law():
    explanation = Explanation(
        result="13.00 CNY",
        inputs=[("Customs value", "100.00 CNY")],
        formula="value × rate",
        rounding="half up to 0.01",
        on=date(2020, 3, 2),
        citations=[str(Citation("tariff-law", "art. 5"))],
    )
    shown = element("{% why explanation %}", explanation=explanation)
    assert shown.xpath("string(//summary)") == "Why?"
    text = " ".join(shown.text_content().split())
    for part in ("Customs value", "100.00 CNY", "value × rate", "half up", "= 13.00 CNY",
                 "Law of 2020-03-02"):  # fmt: skip
        assert part in text
    assert shown.xpath("//a[@class='cite']/@href") == ["/law/acts/tariff-law/"]
    assert (
        element("{% why explanation %}", "zh-hans", explanation=explanation).xpath(
            "string(//summary)"
        )
        == "依据"
    )


def test_what_is_shown_is_escaped():
    hostile = "<img src=x onerror=alert(1)>"
    explanation = Explanation(result=hostile, inputs=[(hostile, hostile)], formula=hostile)
    finding = Finding(code=hostile, path=hostile, text=Text(hostile, hostile), citation=hostile)
    step = Step(datetime(2026, 1, 1, tzinfo=UTC), hostile, hostile, hostile)
    shown = render(
        "{% why explanation %}{% timeline steps %}{% badge 'ok' label %}{% bar_chart label bars %}",
        explanation=explanation,
        steps=[step],
        label=hostile,
        bars=bars([(hostile, 1, hostile)]),
    )
    shown += render("{% findings found %}", found=[finding.model_copy(update={"citation": None})])
    assert "<img" not in shown


def test_findings_come_errors_first_with_their_mend_and_field():
    found = [
        Finding(code="a.info", path="x", text=Text("Known.", "须知。"), severity=Severity.INFO),
        Finding(
            code="a.error",
            path="items[0].code",
            text=Text("Wrong.", "有误。"),
            mend=Text("Mend it.", "请更正。"),
            line=12,
        ),
    ]
    shown = element("{% findings found links %}", found=found, links={"items[0].code": "id_code"})
    assert [item.get("class") for item in shown.iterfind(".//li")] == ["error", "info"]
    assert shown.xpath("//li[1]//a/@href") == ["#id_code"]
    assert "Mend it." in shown.text_content()
    assert "line 12" in shown.text_content()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("state", list(State))
def test_a_state_has_colour_icon_and_word(state, language):
    shown = element("{% state name %}", language, name=str(state))
    badge = shown.find("span")
    assert badge.get("class").split()[1] in components.BADGE_ICONS
    assert badge.find("svg") is not None
    assert badge.text_content() == state.text.in_language(language)


def test_every_icon_that_is_named_is_drawn():
    lanes = {sign for _kind, sign in LANES.values()}
    assert lanes | set(components.BADGE_ICONS.values()) <= set(components.ICONS)


def test_bars_keep_proportion_and_their_figures():
    found = bars([("a", Decimal(200), "200"), ("b", Decimal(50), "50"), ("c", 0, "0")])
    assert [bar.width for bar in found] == [1000, 250, 0]
    shown = element("{% bar_chart 'Most in a' bars %}", bars=found)
    assert [cell.text for cell in shown.xpath("//td[@class='num']")] == ["200", "50", "0"]


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=60))
def test_a_line_stays_in_its_box_and_its_table_has_every_point(values):
    drawn = plot([(str(i), value) for i, value in enumerate(values)])
    points = [tuple(map(float, pair.split(","))) for pair in drawn.line.split()]
    assert len(points) == len(values) == len(drawn.rows)
    assert all(48 <= x <= 560 and 11.9 <= y <= 172.1 for x, y in points)
    assert [int(text.replace(",", "")) for _, text in drawn.rows] == values


def test_a_line_wants_two_points():
    assert plot([("a", 1)]) is None
    assert render("{% line_chart 'x' none %}", none=None).strip() == ""


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("art. 9", "第9条"),
        ("art. 10(2)", "第10条第2项"),
        ("annex 1", "附件1"),
        ("annex", "附件"),
        ("p. 3", "p. 3"),
        ("", ""),
    ],
)
def test_places_in_acts(text, chinese):
    assert catalogue.article(text, "zh-hans") == chinese
    assert catalogue.article(text, "en") == text


def test_every_act_of_the_pack_has_a_chinese_name_on_its_chip():
    for act in catalogue.pack().acts.values():
        name = catalogue.short_name(act, "zh-hans")
        assert any("\u4e00" <= sign <= "\u9fff" for sign in name), act.key
        assert catalogue.short_name(act, "en")


def test_every_type_and_issuer_of_the_pack_has_its_chinese():
    for act in catalogue.pack().acts.values():
        assert act.type in catalogue.TYPES
        assert set(act.issuers) <= set(catalogue.ISSUERS), act.issuers


def test_the_tiers_that_the_lane_table_knows_are_those_of_enterprises():
    assert set(FACTS["trader_tier"].codes) == set(Enterprise.Tier)


def test_every_place_cited_in_the_pack_reads_in_chinese():
    pack = catalogue.pack()
    dated = [*pack.parameters.values(), *pack.exchange.values(), *pack.consumption.values()]
    dated += pack.personal_articles.values()
    dated += [rates for kinds in pack.preferences.values() for rates in kinds.values()]
    cited = {version.citation.article for versions in dated for version in versions.all}
    for rows in (pack.agreements.values(), pack.trade_remedies,
                 pack.condition_letters.values()):  # fmt: skip
        cited |= {row.citation.article for row in rows}
    cited |= {rule.citation.partition(", ")[2] for rule in pack.lane_rules}
    left = {text for text in cited if text and catalogue.article(text, "zh-hans") == text}
    assert not left
