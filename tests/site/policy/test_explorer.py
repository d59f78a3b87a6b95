"""The corpus of a study in the browser: list, years, relations, one policy, the manual, search."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.core.cache import cache
from lxml import html

from policy_laboratory import (
    NOW,
    OTHER,
    SAME,
    acting,
    assigned,
    begin_study,
    begun,
    crew,
    hand_in,
    study_fields,
)
from sanzhi.policy.coding.record import Coding, Span
from sanzhi.policy.coding.study import Study
from sanzhi.policy.coding.study_actions import Beginning, Change
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.importing import read_and_complete
from sanzhi.site.accounts.models import OfficerPost
from sanzhi.site.cases.actions import act
from sanzhi.site.events.models import EventRecord
from sanzhi.site.policy.models import StudyRecord
from sanzhi.site.shell.middleware import CONTENT_POLICY

pytestmark = pytest.mark.django_db

ODD = "第一条\r\n申报𠮷\u0301 <b>&amp;</b>\0\t电子\u200b。"


def corpus() -> list[Policy]:
    return [
        Policy(
            id="law",
            title="中华人民共和国海关法",
            doc_type="law",
            issuers=("全国人大常委会",),
            issued=date(2000, 7, 8),
            effective=date(2001, 1, 1),
            year=2001,
            act="customs-law",
            text="第一条　为了维护国家主权，加强海关监管。",
        ),
        Policy(
            id="old",
            title="甲管理办法",
            number="海关总署令第901号",
            doc_type="ministry order",
            issuers=("海关总署",),
            issued=date(2003, 1, 1),
            text="监管。",
        ),
        Policy(
            id="new",
            title="甲管理办法",
            number="海关总署令第902号",
            doc_type="ministry order",
            issuers=("海关总署", "商务部"),
            issued=date(2008, 3, 1),
            text="根据《中华人民共和国海关法》制定。《甲管理办法》（海关总署令第901号）同时废止。",
        ),
        Policy(
            id="odd", title="=1+1", doc_type="notice", issuers=("海关总署",), year=2005, text=ODD
        ),
        Policy(id="facts", title="仅有事实的公告", doc_type="announcement", year=1995),
    ]


def brought(policies=None, **changes) -> Beginning:
    fields = study_fields(
        categories=[
            {
                "key": "control",
                "title": {"en": "Control", "zh": "监督管理"},
                "rule": {"any": ["监管"]},
            }
        ],
        **changes,
    )
    return Beginning(
        study=Study.model_validate(fields),
        policies={one.id: one for one in policies or corpus()},
    )


@pytest.fixture
def users():
    return crew()


@pytest.fixture
def study(users) -> StudyRecord:
    return begin_study(users["lead"], brought())


@pytest.fixture
def looking(users, person, logged_in):
    """A supervisor, who may look and nothing else."""
    cache.clear()
    supervisor = person("sofia")
    OfficerPost.objects.create(user=supervisor, office="2248", role="supervisor")
    return logged_in(supervisor)


@pytest.fixture
def reader(looking, study):
    """The same with a study to look at."""
    return looking


def pk(study, policy):
    return study.texts.get(policy=policy).pk


def page(client, address, language="en"):
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200, address
    return html.fromstring(response.content.decode())


def select(found, *steps):
    """Elements by steps down: a tag, or `.class`."""
    path = "".join(
        f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {step[1:]} ')]"
        if step.startswith(".")
        else f"//{step}"
        for step in steps
    )
    return found.xpath("." + path)


def titles(found):
    return [one.text_content() for one in select(found, ".policies", ".name", "a")]


def words(found, *steps):
    return " ".join(
        " ".join(
            part for one in select(found, *(steps or ["main"])) for part in one.itertext()
        ).split()
    )


def rows(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


ADDRESSES = [
    "corpus/",
    "corpus/?q=监管&by=category",
    "corpus/?q=zzzz",
    "corpus/?from=2003&to=2003",
    "graph/",
    "graph/?kind=repeals",
    "graph/?kind=amends",
    "manual/",
    "text",
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_a_title_one_headline_and_nothing_inline(reader, study, address, language):
    if address == "text":
        address = f"texts/{pk(study, 'new')}/"
    found = page(reader, f"/policy/small/{address}", language)
    assert (
        reader.get(f"/policy/small/{address}").headers["Content-Security-Policy"] == CONTENT_POLICY
    )
    assert len(found.findtext(".//title").split("·")) == 2
    assert len(found.findall(".//h1")) == 1
    assert not found.xpath("//*[@style] | //style | //script[not(@src)]")
    if not address.startswith("texts"):  # a policy's title is as it was issued
        assert (language == "en") == (re.search("[一-鿿]", words(found, "h1")) is None)


def test_the_list_has_every_policy_the_newest_first_with_its_facts(reader):
    found = page(reader, "/policy/small/corpus/")
    assert titles(found) == [
        "甲管理办法",
        "=1+1",
        "甲管理办法",
        "中华人民共和国海关法",
        "仅有事实的公告",
    ]
    assert "5 policies" in words(found, ".headline")
    law = words(found, ".policies", "tbody/tr[4]")
    assert law == "中华人民共和国海关法 law 全国人大常委会 2000-07-08 Control not assigned in force"
    assert "left out" in words(found, ".policies", "tbody/tr[5]")  # of 1995


def test_two_characters_are_found_and_marked_where_they_stand(reader):
    found = page(reader, "/policy/small/corpus/?q=电子")
    assert titles(found) == ["=1+1"]
    assert words(found, ".snippet", "mark") == "电子"
    assert "<b>&amp;</b>" in select(found, ".snippet")[0].text_content()  # as text, not as HTML
    assert "1 of 5 policies" in words(found, ".headline")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=notice", ["=1+1"]),
        ("issuer=商务部", ["甲管理办法"]),
        ("category=control", ["甲管理办法", "中华人民共和国海关法"]),
        ("category=-&counted=yes", ["甲管理办法", "=1+1"]),
        ("counted=no", ["仅有事实的公告"]),
        ("from=2003&to=2005", ["=1+1", "甲管理办法"]),
        ("q=902号", ["甲管理办法"]),
        ("standing=in_force&on=2000-12-31", []),
        ("standing=repealed&on=2008-03-01", ["甲管理办法"]),
        ("standing=undated", ["=1+1", "仅有事实的公告"]),
        ("state=settled", []),
        ("type=nonsense&q=%00", []),
    ],
)
def test_choices_narrow_the_list_and_the_export_alike(reader, query, expected):
    assert titles(page(reader, f"/policy/small/corpus/?{query}")) == expected
    exported = rows(reader.get(f"/policy/small/corpus.csv?{query}"))
    assert [one["title"].removeprefix("'") for one in exported] == expected


def test_a_choice_says_how_many_it_would_find(reader):
    found = page(reader, "/policy/small/corpus/?issuer=海关总署")
    kinds = words(found, "select[@name='type']")
    assert "ministry order (2)" in kinds
    assert "notice (1)" in kinds
    assert "law" not in kinds


def test_what_is_chosen_stays_chosen_though_nothing_has_it(reader):
    found = page(reader, "/policy/small/corpus/?type=plan")
    [chosen] = select(found, "select[@name='type']", "option[@selected]")
    assert (chosen.get("value"), chosen.text.split()) == ("plan", ["plan", "(0)"])
    assert "No policy fits these choices." in words(found)


@pytest.mark.parametrize(
    "query", ["from=abc", "to=19", "from=２００１", "on=yesterday", "on=2026-13-01"]
)
@pytest.mark.parametrize("address", ["corpus/", "corpus.csv", "years.csv", "text"])
def test_a_year_or_day_that_is_none_is_refused(reader, study, address, query):
    if address == "text":
        address = f"texts/{pk(study, 'law')}/"
    assert reader.get(f"/policy/small/{address}?{query}").status_code == 400


def test_a_click_on_a_year_chooses_it_and_another_all_years_again(reader):
    found = page(reader, "/policy/small/corpus/?issuer=海关总署")
    links = {
        one.findtext(".//{*}title") or one.findtext(".//title"): one.get("href")
        for one in select(found, ".drawn", "a")
    }
    [address] = [href for title, href in links.items() if title.startswith("2005:")]
    chosen = page(reader, f"/policy/small/corpus/{address}")
    assert titles(chosen) == ["=1+1"]
    [back] = [
        one.get("href") for one in select(chosen, ".drawn", "a") if "2005: 1" in one.text_content()
    ]
    assert titles(page(reader, f"/policy/small/corpus/{back}")) == [
        "甲管理办法",
        "=1+1",
        "甲管理办法",
    ]


def test_the_years_can_be_taken_away_as_a_table(reader):
    by_kind = rows(reader.get("/policy/small/years.csv?from=2003&to=2003"))
    assert [one["year"] for one in by_kind] == [str(year) for year in range(1995, 2009)]
    assert {one["year"]: one["policies"] for one in by_kind}["2003"] == "1"
    by_category = rows(reader.get("/policy/small/years.csv?by=category"))
    assert by_category[8] == {"year": "2003", "policies": "1", "control": "1", "no category": "0"}


def test_the_export_holds_what_a_corpus_file_holds_and_no_formula(reader):
    exported = {one["id"]: one for one in rows(reader.get("/policy/small/corpus.csv"))}
    assert exported["odd"]["title"] == "'=1+1"
    assert (exported["new"]["issuers"], exported["new"]["issued"]) == (
        "海关总署;商务部",
        "2008-03-01",
    )
    assert (exported["law"]["act"], exported["law"]["categories"]) == ("customs-law", "control")


def test_pages_of_a_long_list_and_the_questions_it_asks_the_store(
    users, looking, django_assert_max_num_queries
):
    many = [Policy(id=f"P{n}", title=f"公告{n}", year=2001 + n % 9) for n in range(120)]
    begin_study(users["lead"], brought(many, key="many"))
    assert len(titles(page(looking, "/policy/many/corpus/?page=3"))) == 20
    assert "101–120 of 120" in words(page(looking, "/policy/many/corpus/?page=99"))
    with django_assert_max_num_queries(10):
        looking.get("/policy/many/corpus/")


def test_a_new_version_of_the_study_file_shows_at_once(reader, users, study):
    page(reader, "/policy/small/corpus/")
    newer = brought(version=2).study.model_copy(update={"categories": ()})
    said = Change(study=newer)
    act(acting(users["lead"]), study, study.sequence, "change", said, now=NOW)
    assert not select(page(reader, "/policy/small/corpus/"), "select[@name='category']")


# One policy


def test_a_policy_says_what_it_is_how_it_stands_and_what_ended_it(reader, study):
    found = page(reader, f"/policy/small/texts/{pk(study, 'old')}/")
    facts = words(found, ".facts")
    assert "海关总署令第901号" in facts
    assert "ministry order" in facts
    assert "repealed" in words(found, ".headline")
    links = [
        one.text
        for one in found.iter("a")
        if one.get("href") == f"/policy/small/texts/{pk(study, 'new')}/"
    ]
    assert links[0] == "甲管理办法"
    before = page(reader, f"/policy/small/texts/{pk(study, 'old')}/?on=2008-02-29")
    assert "in force" in words(before, ".headline")


def test_a_policy_that_is_left_out_says_why(reader, study):
    found = page(reader, f"/policy/small/texts/{pk(study, 'facts')}/")
    assert "It is of 1995; the study counts 2001–2010." in words(found, ".facts")
    assert "There is no text to code" in words(found, ".notice")


def test_relations_lead_both_ways_and_to_the_law(reader, study):
    found = words(page(reader, f"/policy/small/texts/{pk(study, 'new')}/"), ".policy")
    assert "cites 1 中华人民共和国海关法 2001" in found
    assert "repeals 1 甲管理办法 2003" in found
    law = words(page(reader, f"/policy/small/texts/{pk(study, 'law')}/"), ".policy")
    assert "is cited by 1 甲管理办法 2008" in law


def test_an_act_counts_the_decisions_that_name_it(reader, study):
    named = [
        '["customs-law"]',
        '["vat-law, art. 2","customs-law, art. 23"]',
        '["customs-law-of-elsewhere"]',
        '["other-customs-law, art. 1"]',
        "[]",
    ]
    EventRecord.objects.bulk_create(
        EventRecord(
            case=f"C{i // 2}",
            sequence=i,
            kind="clearance.released",
            actor="x",
            time=NOW,
            law=law,
            payload="{}",
        )
        for i, law in enumerate(named)
    )
    found = words(page(reader, f"/policy/small/texts/{pk(study, 'law')}/"), ".measured")
    assert "2 decisions rest on this act (consignments: 1), 2026-06-01 to 2026-06-01" in found
    assert "Carried out" not in words(page(reader, f"/policy/small/texts/{pk(study, 'odd')}/"))


def test_a_text_is_shown_sign_by_sign(users, looking):
    long = ODD + "甲" * 100_000 + "<script>alert(1)</script>𠮷"
    marks = [Span(start=5, end=9), Span(start=7, end=30)]
    codings = [
        Coding(policy="odd", code=code, score=score, coder="anna", spans=marks if score else ())
        for code, score in SAME.items()
    ]
    given = brought([Policy(id="odd", title="长", year=2005, text=long)], key="long")
    given = given.model_copy(update={"codings": tuple(codings)})
    study = begin_study(users["lead"], given)
    found = page(looking, f"/policy/long/texts/{pk(study, 'odd')}/")
    [shown] = select(found, ".policy", ".text")
    assert shown.text_content() == long.replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert "".join(one.text_content() for one in shown.iter("mark")) == long[5:30].replace(
        "\0", "\N{REPLACEMENT CHARACTER}"
    )


def test_scores_and_evidence_show_once_they_are_settled_and_never_before(users, logged_in):
    study = begun(users)
    sheets = assigned(users, study, 1)
    address = f"/policy/small/texts/{sheets[0].text_id}/"
    bo = logged_in(users["bo"])
    hand_in(users["anna"], sheets[0], SAME)
    blind = page(bo, address)
    assert not (select(blind, ".text", "mark") + select(blind, ".scored"))
    assert "It is being coded blind." in words(blind, ".notice")
    assert f"/policy/desk/{sheets[1].pk}/" in [one.get("href") for one in blind.iter("a")]
    hand_in(users["bo"], sheets[1], SAME)
    settled = page(bo, address)
    assert words(settled, ".text", "mark") == "加强"
    assert "Code m1 2" in words(settled, ".scored")
    assert "Not touched (0): Code m2, Code g2" in words(settled)


def test_where_coders_differ_nothing_shows_until_it_is_adjudicated(users, logged_in):
    study = begun(users)
    sheets = assigned(users, study, 1)
    hand_in(users["anna"], sheets[0], SAME)
    hand_in(users["bo"], sheets[1], OTHER)
    found = page(logged_in(users["lead"]), f"/policy/small/texts/{sheets[0].text_id}/")
    assert not (select(found, ".text", "mark") + select(found, ".scored"))
    assert "/policy/small/adjudicate/" in [one.get("href") for one in select(found, ".notice", "a")]
    other = page(logged_in(users["bo"]), f"/policy/small/texts/{sheets[0].text_id}/")
    assert not select(other, ".notice", "a")


def test_previous_and_next_are_those_of_the_list(reader, study):
    query = "?issuer=%E6%B5%B7%E5%85%B3%E6%80%BB%E7%BD%B2"
    found = page(reader, f"/policy/small/texts/{pk(study, 'odd')}/{query}")
    assert "2 of 3" in words(found, ".neighbours")
    ways = {one.get("rel"): one.get("href") for one in select(found, ".neighbours", "a")}
    assert ways == {
        "prev": f"/policy/small/texts/{pk(study, 'new')}/{query}",
        "next": f"/policy/small/texts/{pk(study, 'old')}/{query}",
    }
    elsewhere = page(reader, f"/policy/small/texts/{pk(study, 'law')}/{query}")
    assert not select(elsewhere, ".neighbours")


# Relations, manual, search, permissions


def test_the_graph_draws_and_lists_what_refers_to_what(reader, study):
    found = page(reader, "/policy/small/graph/?on=2008-02-29")
    assert "中华人民共和国海关法 1 – – –" in words(found, "table").replace("2001 ", "")
    assert "2 of 5 policies were in force on 2008-02-29." in words(found)
    assert len(select(found, ".drawn", "path")) == 2
    repeals = page(reader, "/policy/small/graph/?kind=repeals")
    assert len(select(repeals, ".drawn", "path")) == 1
    assert "No relation of this kind" in words(page(reader, "/policy/small/graph/?kind=amends"))


def test_the_graph_can_be_taken_away(reader):
    document = json.loads(reader.get("/policy/small/graph.json").content)
    assert {one["id"] for one in document["nodes"]} >= {"law", "old", "new", "odd", "facts"}
    edges = rows(reader.get("/policy/small/graph.csv?kind=repeals"))
    assert [(one["source"], one["kind"], one["target"]) for one in edges] == [
        ("new", "repeals", "old")
    ]


def test_what_is_named_and_lacking_is_counted(users, looking):
    lacking = [
        Policy(id=f"P{n}", title=f"公告{n}", year=2001, text="根据《外来规定》制定。")
        for n in range(2)
    ]
    begin_study(users["lead"], brought(lacking, key="lacking"))
    found = page(looking, "/policy/lacking/graph/")
    assert "《外来规定》 2 – –" in words(found)


def test_the_manual_speaks_the_readers_language(users, looking):
    levels = {
        "definition": {"en": "What it is", "zh": "定义"},
        "levels": {3: {"text": {"en": "binds", "zh": "有约束力"}, "anchor": "应当"}},
    }
    code = {"key": "m1", "title": {"en": "Control", "zh": "监管"}, "terms": ["许可"]} | levels
    codebook = {
        "scale": 4,
        "measures": [code],
        "objectives": [{"key": "g1", "title": {"en": "Speed", "zh": "提速"}}],
    }
    begin_study(users["lead"], brought(key="words", codebook=codebook))
    english = words(page(looking, "/policy/words/manual/"))
    assert "3 binds 应当" in english
    assert "What it is" in english
    assert "scored 0 to 4" in english
    assert "The manual says nothing of its levels." in english  # of g1
    assert "law 5" in english
    chinese = words(page(looking, "/policy/words/manual/", "zh-hans"))
    assert "3 有约束力 应当" in chinese
    assert "法律 5" in chinese


def test_the_search_box_finds_policies_by_title_and_number(reader, study):
    found = reader.get("/search/?q=甲管理 902")
    assert found.status_code == 302
    assert found.url == f"/policy/small/texts/{pk(study, 'new')}/"
    both = page(reader, "/search/?q=甲管理")
    assert "Policies" in words(both)
    assert len(select(both, "a[contains(@href, '/policy/small/texts/')]")) == 2


def test_who_has_no_part_finds_no_policy_and_opens_no_page(users, study, logged_in):
    client = logged_in(users["chi"])
    assert "甲管理办法" not in client.get("/search/?q=甲管理").content.decode()
    for address in (
        "corpus/",
        "corpus.csv",
        "years.csv",
        "graph/",
        "graph.json",
        "graph.csv",
        "manual/",
        f"texts/{pk(study, 'law')}/",
    ):
        assert client.get(f"/policy/small/{address}").status_code == 403, address


def test_what_is_not_there_is_not_found(reader, study, users):
    begin_study(users["lead"], brought(key="other"))
    assert reader.get("/policy/nowhere/corpus/").status_code == 404
    assert reader.get(f"/policy/other/texts/{pk(study, 'law')}/").status_code == 404
    assert reader.get("/policy/small/texts/999999/").status_code == 404


@pytest.mark.shared
def test_three_thousand_real_policies_can_be_looked_through(users, looking, shared_data):
    """How fast is for `benchmarks/policy_corpus.py`."""
    source = shared_data / "policy" / "customs_policy_corpus.jsonl"
    given = brought(read_and_complete([source]).policies, key="large")
    study = begin_study(users["lead"], given)
    for address in (
        "corpus/",
        "corpus/?q=电子&on=2019-06-01",
        "corpus/?type=announcement",
        "graph/",
        f"texts/{pk(study, 'law-0022')}/?q=检疫",
        "years.csv",
    ):
        reply = looking.get(f"/policy/large/{address}")
        assert reply.status_code == 200, address
        assert reply.getvalue(), address
