"""Results as pages: findings and what they rest on, the table of each, states before there are
any, and only of settled texts."""

import csv
import io
import re
from pathlib import Path
from threading import Event

import pytest
from django.test import Client

from policy.studies import POLICIES, SCORES, codings_of, write_study
from policy_laboratory import assigned, begin_study, begun, crew, hand_in
from sanzhi.policy.coding.agreeing import agreement_of
from sanzhi.policy.coding.brought import read_study
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.reporting.results import compute
from sanzhi.site.policy import measuring
from sanzhi.site.policy.models import StudyRecord

#: Every code scored, so that texts whose coders agree are settled.
FULL = {
    policy: {code: given.get(code, 0) for code in ("m1", "m2", "g1", "g2")}
    for policy, given in SCORES.items()
}
PARTS = (
    "results/",
    "results/findings/1/",
    "results/years/",
    "results/years/2001/",
    "results/synergy/",
    "results/agencies/",
    "results/robustness/",
    "results/gaps/",
    "results/tables/",
    "agreement/",
)
FILES = ("results/annual.csv", "report.html", "study.zip", "project.qdpx")


@pytest.fixture
def users(db):
    return crew()


@pytest.fixture
def found(users, tmp_path, client: Client) -> tuple[Client, Path]:
    """A study coded elsewhere, its file, and its lead looking at it."""
    return client, brought(users, tmp_path, client, codings=two_coders())


def two_coders():
    other = FULL | {"P1": FULL["P1"] | {"m1": 3}}
    return (
        codings_of(FULL)
        + codings_of(other, "bela")
        + [{"policy": "P1", "code": "m1", "score": 2, "coder": "carl", "status": "adjudicated"}]
    )


def brought(users, folder: Path, client: Client, **changes) -> Path:
    path = write_study(folder, **changes)
    begin_study(users["lead"], read_study(path))
    client.force_login(users["lead"])
    return path


def page(client: Client, part: str, status: int = 200, key: str = "small", **more) -> str:
    reply = client.get(f"/policy/{key}/{part}", **more)
    assert reply.status_code == status, part
    return reply.content.decode()


def words(html: str) -> str:
    part = html[html.index('id="results"') : html.index('<dialog id="keys"')]
    return " ".join(re.sub("<[^>]*>", " ", part[part.index(">") + 1 :]).split())


def test_every_page_shows_and_obeys_the_content_policy(found):
    client, _ = found
    for part in PARTS:
        html = page(client, part)
        assert " style=" not in html
        assert "<style" not in html
        assert all("src=" in tag for tag in re.findall("<script[^>]*>", html))


@pytest.mark.parametrize("part", [*PARTS, *FILES])
def test_only_who_may_look_into_the_laboratory(found, person, part):
    client, _ = found
    client.force_login(person("nobody"))
    page(client, part, 403)
    client.logout()
    assert client.get(f"/policy/small/{part}").status_code == 302


def test_what_is_not_there_is_not_found(found):
    client, _ = found
    for part in (
        "results/findings/0/",
        "results/findings/99/",
        "results/years/1999/",
        "results/years/?category=nine",
        "results/synergy/?of=nine",
        "results/nine.csv",
        "results/robustness/?kind=relation",
        "results/synergy/?category=%00",
    ):
        page(client, part, 404)
    for part in (*PARTS, *FILES):
        page(client, part, 404, key="other")
        assert client.post(f"/policy/small/{part}").status_code == 405


def test_findings_come_first_with_their_verdicts(found):
    client, path = found
    html = page(client, "results/")
    findings = compute(path).robustness.findings
    assert len(re.findall('data-href="/policy/small/results/findings/', html)) == len(findings)
    assert "Too few years have a settled policy to test a finding" in html
    assert html.count("not tested") == len(findings)
    assert "3 settled policies of 2001–2003, force scale A." in words(html)


def test_a_finding_shows_the_cells_that_differ(users, tmp_path, client):
    rising = [
        {"id": f"P{n}", "year": 2000 + n, "doc_type": "notice", "text": "监管"}
        for n in range(1, 15)
    ]
    # m1 makes the rise: where it is left out nothing rises.
    scores = {f"P{n}": {"m1": min(5, 1 + n // 3), "m2": 1, "g1": 1, "g2": 1} for n in range(1, 15)}
    path = brought(
        users, tmp_path, client, policies=rising, codings=codings_of(scores), years=[2001, 2014]
    )
    one = compute(path).robustness.findings[0]
    assert one.verdict == "weakens"
    html = page(client, "results/findings/1/")
    assert f"{len(one.differing_cells)} cells differ" in html
    for cell in one.differing_cells:
        assert re.search(rf'<td class="num"[^>]*>{cell}</td>', html)
    assert "without Code m1" in html
    assert "Mann–Kendall" in html
    robust = words(page(client, "results/robustness/"))
    assert f"weakens {one.same} / {one.cells}" in robust
    assert "Weakens" in page(client, "results/findings/1/")


def test_a_year_is_explained_by_its_policies(found):
    client, _ = found
    years = words(page(client, "results/years/"))
    # A law (5) with 5 + 1, a notice (1) with 1 + 6.
    assert "Force × measures, added 26" in years
    assert "Force × objectives, added 11" in years
    assert "37; 37 ÷ 2 = 18.5 on average" in years
    year = words(page(client, "results/years/2001/"))
    assert re.search(r"P1 law 5 5 1 30\b", year)
    assert re.search(r"P2 \S+ 1 1 6 7\b", year)
    assert "No policy of this year counts" in page(client, "results/years/2002/")
    assert "2001: 1 policy counts" in page(client, "results/years/2001/?category=supervision")


def test_a_year_with_open_texts_is_not_taken_for_whole(users, client):
    study = begun(users, 3)
    one, two, three, four = assigned(users, study, 2)
    client.force_login(users["lead"])
    hand_in(users["anna"], one, FULL["P1"])
    hand_in(users["bo"], two, FULL["P1"])
    measuring.results_for(StudyRecord.objects.get(pk=study.pk))
    html = page(client, "results/years/")
    assert "1 of 3 texts are settled" in html
    assert "Not settled" in html
    cells = (
        r'(20\d\d)(?:</a>)?\s*</th>\s*<td class="num">(\d+)</td>\s*<td class="num">\s*(\d*)\s*</td>'
    )
    assert re.findall(cells, html)[:3] == [
        ("2001", "1", ""),
        ("2002", "0", "1"),
        ("2003", "0", "1"),
    ]
    assert "agreement stands too high" not in page(client, "agreement/")
    hand_in(users["anna"], three, FULL["P1"])
    hand_in(users["bo"], four, FULL["P1"] | {"m1": 5})
    assert "1 text on which coders differ" in page(client, "agreement/")
    for part in ("results/synergy/", "results/gaps/", "results/robustness/", "agreement/"):
        assert "1 of 3 texts are settled" in page(client, part)


def test_means_are_called_means(users, tmp_path, client):
    brought(users, tmp_path, client, measurement={"combine": "mean"}, codings=two_coders())
    assert "mean of the measures + mean of the objectives" in page(client, "results/years/")


def test_agreement_is_that_of_the_library(found):
    client, path = found
    study, _, codings = open_study(path)
    rows = {(row["of"], row["over"]): row for row in agreement_of(study, codings)}
    html = words(page(client, "agreement/"))
    whole = rows["all codes", "coded"]["alpha_ordinal"]
    assert f"Coders agree at α {whole:.3f} over coded units" in html
    assert "anna · bela" in html
    assert "carl" not in html  # who adjudicated is no coder
    everything = rows["code m1", "all"]
    assert re.search(
        rf"Code m1 {everything['units']} {everything['percent']:.0%} ",
        words(page(client, "agreement/?over=all")),
    )


def test_agreement_needs_two_coders(users, tmp_path, client):
    brought(users, tmp_path, client, codings=codings_of(FULL))
    assert "Agreement needs texts that two people have coded" in page(client, "agreement/")


def test_nothing_settled_is_said_with_what_comes_next(users, client):
    begun(users)
    client.force_login(users["anna"])
    for part in PARTS:
        html = page(client, part)
        assert "No text is settled yet" in html
        assert 'href="/policy/small/"' in html
    assert "Nothing is coded yet" in page(client, "report.html")


def test_coders_stay_blind_until_a_text_is_settled(users, client):
    study = begun(users)
    first, second = assigned(users, study)
    scores = {"m1": 4, "m2": 0, "g1": 2, "g2": 0}
    hand_in(users["anna"], first, scores)
    client.force_login(users["bo"])
    assert "No text is settled yet" in page(client, "results/")
    for part in ("study.zip", "project.qdpx", "results/agreement.csv"):
        assert b"anna" not in client.get(f"/policy/small/{part}").content
    hand_in(users["bo"], second, scores)
    assert "1 of 10 texts are settled" in words(page(client, "results/"))
    rows = list(csv.DictReader(io.StringIO(page(client, "results/annual.csv"))))
    assert [row["total_effectiveness"] for row in rows if row["year"] == "2001"] == ["6"]


def test_a_study_that_cannot_be_measured_says_why(users, tmp_path, client):
    odd = [POLICIES[0] | {"doc_type": "decree"}, *POLICIES[1:]]
    brought(users, tmp_path, client, policies=odd, codings=codings_of(FULL))
    html = page(client, "results/")
    assert "The study cannot be measured as it stands" in html
    assert "has no level on force scale A" in html
    page(client, "results/annual.csv", 400)


def test_it_is_measured_once_and_a_page_says_how_far_it_is(found, monkeypatch):
    client, _ = found
    release, calls = Event(), []
    whole = measuring.results_of

    def slow(*given, drawn, **named):
        calls.append(given)
        drawn(250)
        assert release.wait(30)
        return whole(*given, **named)

    monkeypatch.setattr(measuring, "results_of", slow)
    monkeypatch.setattr(measuring, "PATIENCE", 0.2)
    for _ in range(2):
        html = page(client, "results/years/")
        assert "250 / 1,000" in html
        assert 'hx-get="/policy/small/results/years/"' in html
    release.set()
    measuring.results_for(StudyRecord.objects.get())
    html = page(client, "results/years/")
    assert "hx-get" not in html
    assert "250 / 1,000" not in html
    assert len(calls) == 1


def test_what_broke_is_tried_again(found, monkeypatch):
    client, _ = found
    whole = measuring.results_of

    def broken(*_given, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr(measuring, "results_of", broken)
    with pytest.raises(ZeroDivisionError):
        page(client, "results/")
    monkeypatch.setattr(measuring, "results_of", whole)
    page(client, "results/")


def test_pages_speak_chinese(found):
    client, _ = found
    client.cookies["django_language"] = "zh-hans"
    for part in PARTS:
        html = words(page(client, part))
        named = re.sub(
            r"Krippendorff|Mann|Kendall|Pettitt|Sen|Holm|REFI-QDA|ATLAS.ti|MAXQDA|NVivo|"
            r"QualCoder|sanzhi policy report study.yaml --out report|\w+\.csv|"
            r"anna|bela|carl|ICC|AC2|\b[mg][12]\b|\blaw\b|\brule\b|\bnotice\b",
            "",
            html,
        )
        assert not re.findall(r"[A-Za-z]{3,}", named), part


def test_names_cannot_break_out_of_a_page(users, tmp_path, client):
    nasty = {"en": "<script>x</script>", "zh": "<b>"}
    fields = {
        "title": nasty,
        "codebook": {
            "measures": [{"key": "m1", "title": nasty}, {"key": "m2", "title": nasty}],
            "objectives": [{"key": "g1", "title": nasty}, {"key": "g2", "title": nasty}],
        },
    }
    odd = [
        one | {"title": "<script>x</script>", "issuers": ["<script>x</script>", "b"]}
        for one in POLICIES
    ]
    brought(users, tmp_path, client, policies=odd, codings=two_coders(), **fields)
    for part in PARTS:
        assert "<script>x" not in page(client, part)
