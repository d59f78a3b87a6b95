"""The desk, the workbench and adjudication, as their people see them."""

import re

import pytest

from policy_laboratory import OTHER, SAME, acting, assigned, begun, crew, fill, hand_in, scores_of
from sanzhi.site.policy.assignments import assign
from sanzhi.site.policy.models import PolicyText, Sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def users():
    return crew()


@pytest.fixture
def study(users):
    return begun(users)


@pytest.fixture
def sheets(users, study):
    return assigned(users, study, 2)


def post(client, sheet, action, **fields):
    sheet = Sheet.objects.get(pk=sheet.pk)
    return client.post(
        f"/policy/desk/{sheet.pk}/{action}/",
        {"sequence": sheet.sequence, **fields},
        headers={"HX-Request": "true"},
    )


def test_the_desk_shows_ones_own_sheets_only(users, sheets, logged_in):
    page = logged_in(users["anna"]).get("/policy/desk/").content.decode()
    own = [sheet for sheet in sheets if sheet.name == "anna"]
    assert all(f"/policy/desk/{sheet.pk}/" in page for sheet in own)
    assert not any(f"/policy/desk/{sheet.pk}/" in page for sheet in sheets if sheet not in own)
    assert "0 of 2 handed in" in page


def test_an_empty_desk_says_who_fills_it(users, study, logged_in):
    page = logged_in(users["bo"]).get("/policy/desk/").content.decode()
    assert "The lead of a study assigns texts" in page


def test_a_coder_sees_no_other_coders_sheet(users, sheets, logged_in):
    hand_in(users["bo"], sheets[1], OTHER)
    client = logged_in(users["anna"])
    assert client.get(f"/policy/desk/{sheets[1].pk}/").status_code == 404
    assert client.get(f"/policy/desk/{sheets[1].pk}/history/").status_code == 404
    page = client.get(f"/policy/desk/{sheets[0].pk}/").content.decode()
    assert "Coder A" not in page
    assert 'aria-pressed="true"' not in page


def test_nor_does_the_lead_before_the_text_is_settled(users, sheets, logged_in):
    hand_in(users["bo"], sheets[1], SAME)
    client = logged_in(users["lead"])
    assert client.get(f"/policy/desk/{sheets[1].pk}/").status_code == 404
    hand_in(users["anna"], sheets[0], SAME)
    assert client.get(f"/policy/desk/{sheets[1].pk}/").status_code == 200


def test_the_kind_of_document_is_named_in_the_reader_language(users, sheets, logged_in):
    client = logged_in(users["anna"])
    address = f"/policy/desk/{sheets[0].pk}/"
    assert "海关总署 · " in client.get(address).content.decode()
    client.cookies["django_language"] = "zh-hans"
    page = client.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert re.search(r"通知\s*</p>", page)


def test_a_memo_is_no_longer_than_it_was_typed(users, sheets, logged_in):
    """A browser counts a line break as one character and sends two."""
    client = logged_in(users["anna"])
    typed = "字\r\n" * 900 + "字" * 199
    assert post(client, sheets[0], "note", memo=typed).status_code == 200
    assert Sheet.objects.get(pk=sheets[0].pk).memo == typed.replace("\r\n", "\n")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_memo_too_long_is_refused_and_the_sheet_stays(users, sheets, logged_in, headers):
    client, path = logged_in(users["anna"]), f"/policy/desk/{sheets[0].pk}/note/"
    said = {"sequence": str(sheets[0].sequence), "memo": "字" * 2001}
    page = client.post(path, said, headers=headers, follow=True)
    assert "2000 characters at most" in page.content.decode()
    assert page.headers.get("HX-Retarget") == ("#stale" if headers else None)
    assert Sheet.objects.get(pk=sheets[0].pk).memo == ""


def test_a_lead_takes_a_settled_text_back_from_its_page(users, study, sheets, logged_in):
    hand_in(users["anna"], sheets[0], SAME)
    hand_in(users["bo"], sheets[1], SAME)
    text = PolicyText.objects.get(pk=sheets[0].text_id)
    address = f"/policy/small/adjudicate/{text.pk}/"
    given = {"sequence": text.sequence, "reason": "Article 3 was overlooked"}
    coder = logged_in(users["anna"])
    assert "Adjudicate again" not in coder.get(f"/policy/small/texts/{text.pk}/").content.decode()
    assert coder.post(address, given).status_code == 403
    lead = logged_in(users["lead"])
    assert "Adjudicate again" in lead.get(f"/policy/small/texts/{text.pk}/").content.decode()
    assert lead.post(address, given | {"reason": " "}).status_code == 400
    assert lead.post(address, given | {"sequence": "0"}).url == "/policy/small/adjudicate/"
    assert PolicyText.objects.get(pk=text.pk).state == "settled"
    sheet = text.sheets.get(kind=Sheet.Kind.ADJUDICATION)
    assert lead.post(address, given).url == f"/policy/desk/{sheet.pk}/"
    assert PolicyText.objects.get(pk=text.pk).state == "adjudication"
    hand_in(users["lead"], sheet, {"m1": 5})
    assert PolicyText.objects.get(pk=text.pk).state == "settled"


def test_outsiders_find_nothing(users, sheets, logged_in):
    client = logged_in(users["chi"])
    assert client.get("/policy/").status_code == 403
    assert client.get("/policy/desk/").status_code == 403
    assert client.get(f"/policy/desk/{sheets[0].pk}/").status_code == 404


def test_a_score_is_saved_with_what_is_selected_and_shown_in_the_text(users, sheets, logged_in):
    client = logged_in(users["anna"])
    page = post(client, sheets[0], "score", code="m1", score="3", add="7-10").content.decode()
    marked = re.search(r"<mark[^>]*>([^<]*)</mark>", page)
    assert marked
    assert marked[1] == "手续𠀀"  # a character beyond the first plane is one
    assert "1 of 4 scored" in page
    stored = Sheet.objects.get(pk=sheets[0].pk)
    assert scores_of(stored) == {"m1": 3}


def test_a_passage_can_be_pasted_and_white_space_does_not_matter(users, sheets, logged_in):
    client = logged_in(users["anna"])
    post(client, sheets[0], "score", code="m1", score="3")
    page = post(client, sheets[0], "score", code="m1", quote="第1项。 缩短").content.decode()
    assert "第1项。 缩短" in page
    page = post(client, sheets[0], "score", code="m1", quote="nowhere").content.decode()
    assert "The text does not hold this passage" in page


def test_evidence_is_removed_and_a_score_of_nought_needs_none(users, sheets, logged_in):
    client = logged_in(users["anna"])
    post(client, sheets[0], "score", code="m1", score="3", add="0-2")
    page = post(client, sheets[0], "score", code="m1", remove="0-2").content.decode()
    assert "Evidence is missing" in page
    post(client, sheets[0], "score", code="m1", add="0-4")
    page = post(client, sheets[0], "score", code="m1", score="0").content.decode()
    assert "Evidence is missing" not in page
    assert "<mark" not in page
    page = post(client, sheets[0], "score", code="m1", drop="1").content.decode()
    assert "0 of 4 scored" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "m1", "score": "9"}, "off the scale"),
        ({"code": "m1", "score": "1", "add": "5-99999"}, "outside the text"),
        ({"code": "m1", "add": "0-2"}, "Give the score first"),
        ({"code": "m1", "score": "x"}, "no score of the scale"),
        ({"code": "m1", "score": "-1"}, "no score of the scale"),
        ({"code": "m1", "take": "1"}, "no such score"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_code(users, sheets, logged_in, fields, words):
    page = post(logged_in(users["anna"]), sheets[0], "score", **fields).content.decode()
    assert words in page
    assert scores_of(Sheet.objects.get(pk=sheets[0].pk)) == {}


def test_an_unknown_code_is_not_found(users, sheets, logged_in):
    assert (
        post(logged_in(users["anna"]), sheets[0], "score", code="zz", score="1").status_code == 404
    )


def test_an_old_tab_is_told_so(users, sheets, logged_in):
    client = logged_in(users["anna"])
    post(client, sheets[0], "score", code="m1", score="0")
    reply = client.post(
        f"/policy/desk/{sheets[0].pk}/score/",
        {"sequence": "0", "code": "m1", "score": "5"},
        headers={"HX-Request": "true"},
    )
    assert "another window" in reply.content.decode()
    assert reply.headers["HX-Retarget"] == "#stale"
    assert scores_of(Sheet.objects.get(pk=sheets[0].pk)) == {"m1": 0}


def test_handing_in_too_early_lists_what_is_missing(users, sheets, logged_in):
    page = (
        logged_in(users["anna"])
        .post(f"/policy/desk/{sheets[0].pk}/finish/", {"sequence": sheets[0].sequence})
        .content.decode()
    )
    assert page.count("no score yet") == 4
    assert 'href="#c-m1"' in page


def test_handing_in_leads_to_the_next_text_then_to_the_desk(users, sheets, logged_in):
    client = logged_in(users["anna"])
    own = [sheet for sheet in sheets if sheet.name == "anna"]
    for sheet, target in zip(own, (f"/policy/desk/{own[1].pk}/", "/policy/desk/"), strict=True):
        filled = fill(users["anna"], sheet, SAME)
        reply = client.post(f"/policy/desk/{sheet.pk}/finish/", {"sequence": filled.sequence})
        assert reply.url == target


def test_the_adjudicator_sees_what_differs_first_and_settles(users, sheets, logged_in):
    hand_in(users["anna"], sheets[0], SAME)
    hand_in(users["bo"], sheets[1], OTHER)
    client = logged_in(users["lead"])
    page = client.get("/policy/small/adjudicate/").content.decode()
    text = sheets[0].text_id
    assert f"/policy/small/adjudicate/{text}/" in page
    reply = client.post(f"/policy/small/adjudicate/{text}/")
    sheet = Sheet.objects.get(text=text, kind="adjudication")
    page = client.get(reply.url).content.decode()
    assert page.index("Code m1") < page.index("Code m2")
    assert page.index("The coders differ") < page.index("The coders agree")
    assert "Coder A" in page
    assert "anna" not in page
    page = post(client, sheet, "score", code="m1", take=str(sheets[1].pk)).content.decode()
    assert "4 of 4 scored" in page
    sequence = Sheet.objects.get(pk=sheet.pk).sequence
    assert (
        client.post(f"/policy/desk/{sheet.pk}/finish/", {"sequence": sequence}).url
        == "/policy/small/adjudicate/"
    )
    assert PolicyText.objects.get(pk=text).state == "settled"
    assert scores_of(Sheet.objects.get(pk=sheet.pk)) == OTHER


def test_once_settled_the_coder_sees_what_was_settled(users, sheets, logged_in):
    hand_in(users["anna"], sheets[0], SAME)
    hand_in(users["bo"], sheets[1], SAME)
    page = logged_in(users["anna"]).get(f"/policy/desk/{sheets[0].pk}/").content.decode()
    assert "Settled" in page
    assert "disabled" in page


def test_suggestions_stand_apart_and_are_no_scores(users, sheets, logged_in):
    client = logged_in(users["anna"])
    page = client.get(f"/policy/desk/{sheets[0].pk}/suggestions/").content.decode()
    assert "Code m1" in page
    assert "rule" in page
    assert "监管" in page
    assert scores_of(Sheet.objects.get(pk=sheets[0].pk)) == {}


def test_the_history_tells_every_change(users, sheets, logged_in):
    client = logged_in(users["anna"])
    post(client, sheets[0], "score", code="m1", score="3", add="0-2", memo="not sure")
    post(client, sheets[0], "score", code="m1", score="0")
    post(client, sheets[0], "note", memo="a short text")
    page = client.get(f"/policy/desk/{sheets[0].pk}/history/").content.decode()
    assert "Code m1: score 3 (0-2). not sure" in page
    assert "Code m1: score 0. not sure" in page
    assert "Memo: a short text" in page


def test_a_text_with_odd_characters_keeps_its_positions(users, logged_in):
    from policy_laboratory import acting, person, policies, study_fields
    from sanzhi.policy.coding.study import Study
    from sanzhi.policy.coding.study_actions import Beginning
    from sanzhi.site.cases.actions import begin

    text = "a\r\n<b>&\0监管\u2028𠀀"
    one = policies(1)["P1"].model_copy(update={"text": text})
    said = Beginning(study=Study.model_validate(study_fields(key="odd")), policies={"P1": one})
    study = begin(acting(users["lead"]), "study", "begin", said)
    person(users, study, "add", "anna", "coder")
    [sheet] = assigned(users, study, names=("anna",))
    page = logged_in(users["anna"]).get(f"/policy/desk/{sheet.pk}/").content.decode()
    assert "a&#13;\n&lt;b&gt;&amp;\ufffd监管\u2028𠀀" in page


def test_a_later_round_is_blind_to_the_one_before(users, sheets, study, logged_in):
    hand_in(users["anna"], sheets[0], SAME)
    hand_in(users["bo"], sheets[1], SAME)
    text = PolicyText.objects.get(pk=sheets[0].text_id)
    assign(acting(users["lead"]), study, [(text, [users["anna"]])], 2)
    again = Sheet.objects.get(text=text, round=2)
    client = logged_in(users["anna"])
    assert client.get(f"/policy/desk/{sheets[0].pk}/").status_code == 404
    assert client.get(f"/policy/desk/{sheets[0].pk}/history/").status_code == 404
    assert "<mark" not in client.get(f"/policy/small/texts/{text.pk}/").content.decode()
    hand_in(users["anna"], again, OTHER)
    assert client.get(f"/policy/desk/{sheets[0].pk}/").status_code == 200
    assert "<mark" in client.get(f"/policy/small/texts/{text.pk}/").content.decode()
