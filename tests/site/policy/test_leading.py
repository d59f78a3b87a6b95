"""Beginning a study, its people, its texts, its file."""

import io
import json
from zipfile import ZipFile

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from policy_laboratory import SAME, assigned, begun, crew, fill, hand_in, study_fields
from sanzhi.site.accounts.models import StudyPost
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord

pytestmark = pytest.mark.django_db

CORPUS = "".join(
    json.dumps(one, ensure_ascii=False) + "\n"
    for one in [
        {"id": "A", "title": "关于简化手续的通知", "issued": "2002-01-01", "text": "简化手续。"},
        {"id": "B", "title": "海关法", "doc_type": "law", "issued": "2003-01-01", "text": "监管。"},
    ]
)


def upload(name: str, data: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())


def docx(text: str) -> bytes:
    from docx import Document

    out, document = io.BytesIO(), Document()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


@pytest.fixture
def users():
    return crew()


@pytest.fixture
def lead(users, logged_in):
    return logged_in(users["lead"])


def begin(client, **fields):
    return client.post("/policy/new/", fields)


def frame(**fields):
    return {
        "kind": "frame",
        "key": "mine",
        "title": "Mine",
        "first": "2001",
        "last": "2005",
        "corpus": [upload("corpus.jsonl", CORPUS)],
    } | fields


def test_the_shipped_study_begins_with_a_click(lead):
    assert (
        begin(lead, kind="shipped", key="customs-facilitation").url
        == "/policy/customs-facilitation/"
    )
    assert PolicyText.objects.filter(state="settled").count() == PolicyText.objects.count() > 50
    assert "customs-facilitation" not in lead.get("/policy/new/").content.decode()


def test_ones_own_texts_in_the_shipped_frame(lead):
    assert (
        begin(
            lead,
            **frame(
                corpus=[
                    upload("a.docx", docx("关于改进通关作业的通知")),
                    upload("b.txt", "海关总署公告2003年第5号"),
                ]
            ),
        ).url
        == "/policy/mine/"
    )
    assert set(PolicyText.objects.values_list("policy", flat=True)) == {"a.docx", "b.txt"}
    page = lead.get("/policy/mine/").content.decode()
    assert "Administrative measures" in page


def test_a_study_file_with_its_codings(lead):
    fields = study_fields(codings=["codings.csv"])
    codings = "policy,code,score,coder\n" + "".join(
        f"A,{code},{score},zoe\nA,{code},{score},yan\n" for code, score in SAME.items()
    )
    assert (
        begin(
            lead,
            kind="file",
            file=upload("s.yaml", yaml.safe_dump(fields)),
            corpus=upload("any.jsonl", CORPUS),
            codings=upload("codings.csv", codings),
        ).url
        == "/policy/small/"
    )
    assert dict(PolicyText.objects.values_list("policy", "state")) == {
        "A": "settled",
        "B": "unassigned",
    }
    assert set(Sheet.objects.values_list("name", flat=True)) == {"zoe", "yan", "agreed"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (frame(corpus=[upload("x.jsonl", "{")]), "x.jsonl row 1"),
        (frame(corpus=[upload("x.docx", b"PK\3\4broken")]), "x.docx"),
        (frame(corpus=[upload("x.jsonl", CORPUS + CORPUS)]), "stands twice"),
        (frame(corpus=[]), "Choose a file"),
        (frame(first="abc"), "a number from 1800 to 2200"),
        (frame(key="Bad Key!"), "key"),
        (frame(key="desk"), "cannot be a study"),
        ({"kind": "shipped", "key": "../../etc"}, "No study"),
        ({"kind": "file", "corpus": [upload("x.jsonl", CORPUS)]}, "Choose a file"),
        (
            {
                "kind": "file",
                "file": [upload("s.yaml", "a: [")],
                "corpus": [upload("x.jsonl", CORPUS)],
            },
            "not YAML",
        ),
        (frame(corpus=[upload("a.txt", "x"), upload("../a.txt", "y")]), "two have the same"),
    ],
)
def test_what_cannot_be_begun_is_said_and_nothing_is_stored(lead, fields, words):
    reply = lead.post("/policy/new/", fields)
    assert reply.status_code in {400, 404}
    assert words in reply.content.decode()
    assert not StudyRecord.objects.exists()
    assert not StudyPost.objects.exists()


def own(name: str = "s.yaml", **fields: object) -> dict[str, object]:
    """The form of a study file of one's own; `fields` stand in the file."""
    content = yaml.safe_dump(study_fields(**fields), allow_unicode=True)
    return {
        "kind": "file",
        "file": [upload(name, content)],
        "corpus": [upload("corpus.jsonl", CORPUS)],
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (own(codings=["/etc/passwd"]), "outside its folder"),
        (own(codings=["../../secret.csv"]), "outside its folder"),
        (own(index="/dev/zero"), "outside its folder"),
        (own(index="a\0b"), "s.yaml index"),
        (own(codings=["a\0b"]), "s.yaml codings[0]"),
        (own(corpus=["a\0b"]), "s.yaml corpus[0]"),
        (own(version=10**20), "s.yaml version"),
        (own("corpus"), "no usable name"),
        (
            own() | {"corpus": [upload("c.yaml", yaml.safe_dump(study_fields(corpus=["/etc"])))]},
            "not JSON",
        ),
        (
            {
                "kind": "file",
                "file": [upload("s.yaml", "extends: /etc/base.yaml")],
                "corpus": [upload("x.jsonl", CORPUS)],
            },
            "must name a file beside it",
        ),
        (
            {
                "kind": "file",
                "file": [upload("s.yaml", 'extends: "a\\0.yaml"')],
                "corpus": [upload("x.jsonl", CORPUS)],
            },
            "must name a file beside it",
        ),
    ],
)
def test_an_upload_opens_no_other_file_of_the_machine(lead, fields, words):
    reply = lead.post("/policy/new/", fields)
    assert reply.status_code == 400
    assert words in reply.content.decode()
    assert not StudyRecord.objects.exists()


def test_a_file_named_by_a_long_chinese_title_is_read(lead):
    name = "关于" + "进一步促进跨境贸易便利化" * 14
    assert begin(lead, **frame(corpus=[upload(f"{name}.txt", "关于简化手续的通知")])).url
    assert PolicyText.objects.get().policy == f"{name[:78]}.txt"


def test_a_key_is_taken_once(lead):
    begin(lead, **frame())
    reply = begin(lead, **frame(corpus=[upload("corpus.jsonl", CORPUS)]))
    assert "is here already" in reply.content.decode()


def test_only_analysts_begin_studies(users, logged_in):
    begun(users)
    client = logged_in(users["anna"])
    assert client.get("/policy/").status_code == 200
    assert client.get("/policy/new/").status_code == 403
    assert client.get("/policy/small/people/").status_code == 403
    assert client.post("/policy/small/file/").status_code == 403


def test_people_come_and_go_and_a_lead_stays(users, lead):
    begun(users)
    address = "/policy/small/people/"
    lead.post(address, {"do": "add", "person": "chi", "role": "coder"})
    assert StudyPost.objects.filter(user=users["chi"], role="coder").exists()
    lead.post(address, {"do": "remove", "person": "chi", "role": "coder"})
    assert not StudyPost.objects.filter(user=users["chi"]).exists()
    for fields, words in (
        ({"do": "remove", "person": "lead", "role": "lead"}, "needs a lead"),
        ({"do": "add", "person": "nobody", "role": "coder"}, "no account"),
        ({"do": "add", "person": "chi", "role": "king"}, "role must be one of"),
    ):
        assert words in lead.post(address, fields).content.decode()


def test_sheets_of_one_who_left_are_handed_over(users, lead, logged_in):
    study = begun(users)
    address = "/policy/small/people/"
    _, of_bo = assigned(users, study)
    _, done = assigned(users, study, 2)[2:]
    hand_in(users["bo"], done, SAME)
    fill(users["bo"], of_bo, {"m1": 4})
    assert "Sheets left behind" not in lead.get(address).content.decode()
    lead.post(address, {"do": "remove", "person": "bo", "role": "coder"})
    assert "1 sheet was begun by somebody" in lead.get(address).content.decode()
    for who, words in (("anna", "Nothing is left behind"), ("chi", "no coder of this study")):
        given = {"do": "hand_over", "coder": users[who].pk}
        assert words in lead.post(address, given).content.decode()
    lead.post(address, {"do": "add", "person": "chi", "role": "coder"})
    lead.post(address, {"do": "hand_over", "coder": users["chi"].pk})
    of_bo.refresh_from_db()
    done.refresh_from_db()
    assert (of_bo.coder, of_bo.name, of_bo.marks, of_bo.done) == (users["chi"], "chi", "{}", 0)
    assert done.coder == users["bo"]
    assert "Sheets left behind" not in lead.get(address).content.decode()
    told = logged_in(users["chi"]).get(f"/policy/desk/{of_bo.pk}/history/").content.decode()
    assert "Handed over from bo to chi" in told
    assert "score 4" not in told, "coders are blind, also to one who left"
    assert logged_in(users["bo"]).get(f"/policy/desk/{of_bo.pk}/").status_code == 404
    hand_in(users["chi"], of_bo, SAME)


def test_texts_are_given_to_two_coders_each_evenly(users, lead):
    study = begun(users)
    coders = [users[name].pk for name in ("anna", "bo", "lead")]
    assert (
        lead.post(
            "/policy/small/people/",
            {"do": "assign", "count": "6", "size": "2", "coders": coders, "how": "random"},
        ).status_code
        == 302
    )
    sheets = Sheet.objects.filter(text__study=study)
    assert sheets.count() == 12
    per_coder = [sheets.filter(coder__pk=one).count() for one in coders]
    assert per_coder == [4, 4, 4]
    assert all(text.sheets.count() == 2 for text in study.texts.filter(state="coding"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"coders": []}, "need at least 2 coders"),
        ({"count": "0"}, "a number from 1"),
        ({"count": "many"}, "a number from 1"),
        ({"how": "luck"}, "Choose an order"),
    ],
)
def test_an_assignment_that_cannot_be_is_said(users, lead, fields, words):
    begun(users)
    given = {
        "do": "assign",
        "count": "3",
        "size": "2",
        "how": "corpus",
        "coders": [users["anna"].pk, users["bo"].pk],
    } | fields
    assert words in lead.post("/policy/small/people/", given).content.decode()
    assert not Sheet.objects.exists()


def test_those_that_teach_most_come_first_when_asked(users, lead):
    study = begun(users)
    lead.post(
        "/policy/small/people/",
        {
            "do": "assign",
            "count": "2",
            "size": "1",
            "coders": [users["anna"].pk],
            "how": "teaching",
        },
    )
    assert study.texts.filter(state="coding").count() == 2


def test_a_coder_codes_some_again(users, lead):
    study = begun(users)
    for sheet in assigned(users, study, 3, ("anna",)):
        hand_in(users["anna"], sheet, SAME)
    lead.post("/policy/small/people/", {"do": "again", "coder": users["anna"].pk, "count": "2"})
    assert Sheet.objects.filter(round=2, coder=users["anna"]).count() == 2


def change(client, **fields):
    return client.post(
        "/policy/small/file/", {"file": upload("s.yaml", yaml.safe_dump(study_fields(**fields)))}
    )


def test_a_newer_study_file_counts_other_texts(users, lead):
    study = begun(users)
    assert change(lead, version=2, include={"any": ["第3项"]}).status_code == 302
    assert list(study.texts.filter(included=True).values_list("policy", flat=True)) == ["P3"]
    study.refresh_from_db()
    assert (study.version, study.settled_version) == (2, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"version": 1},
        {"version": 2, "key": "other"},
        {
            "version": 2,
            "codebook": study_fields()["codebook"]
            | {
                "scale": 4,
                "measures": [{"key": "m1", "title": {"en": "a", "zh": "甲"}}],
                "objectives": [{"key": "g1", "title": {"en": "b", "zh": "乙"}}],
            },
        },
    ],
)
def test_a_file_that_would_lose_scores_is_refused(users, lead, fields):
    study = begun(users)
    assert change(lead, **fields).status_code == 400
    study.refresh_from_db()
    assert study.version == 1


def test_the_study_page_says_what_comes_next(users, lead, logged_in):
    study = begun(users)
    assert "Assign texts" in lead.get("/policy/small/").content.decode()
    assigned(users, study)
    page = logged_in(users["anna"]).get("/policy/small/").content.decode()
    assert "Go on coding" in page
    assert "Assign texts" not in page
    assert lead.get("/policy/nothing/").status_code in {403, 404}


def test_no_zip_is_unpacked_where_it_should_not(lead):
    data = io.BytesIO()
    with ZipFile(data, "w") as packed:
        packed.writestr("../evil.txt", "x")
    assert begin(lead, **frame(corpus=[upload("x.zip", data.getvalue())])).status_code == 400


def test_a_corpus_may_come_as_hundreds_of_files(lead):
    files = [upload(f"{n}.txt", f"海关总署公告2003年第{n}号") for n in range(1, 151)]
    assert begin(lead, **frame(corpus=files)).url == "/policy/mine/"
    assert PolicyText.objects.count() == 150
