"""A double-coded study of thirty texts, carried out in the browser by two coders and a lead."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from policy_laboratory import assigned, begun, crew
from sanzhi.site.policy.models import PolicyText, Sheet
from sanzhi.site.policy.storing import marks_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = 30
#: Selects the characters [start, end) of the text as a person does, counted in code points.
SELECT = """([start, end]) => {
  const walker = document.createTreeWalker(document.querySelector("[data-reading]"),
                                           NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0, begun = false;
  for (let node; (node = walker.nextNode());) {
    const signs = [...node.data];
    const units = (count) => signs.slice(0, count).join("").length;
    if (!begun && start < at + signs.length) {
      range.setStart(node, units(start - at));
      begun = true;
    }
    if (begun && end <= at + signs.length) { range.setEnd(node, units(end - at)); break; }
    at += signs.length;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def users():
    return crew()


def give(page, key: str, value: int, selection: tuple[int, int] | None = None) -> None:
    if selection:
        page.evaluate(SELECT, list(selection))
    page.click(f"#c-{key} [data-score='{value}']")
    page.wait_for_selector(f"#c-{key} [data-score='{value}'][aria-pressed='true']")


def code_all(page, scores: list[dict[str, int]]) -> None:
    """Code text after text until the desk comes; evidence is the second and third sign of the
    text, and of a third code the tenth, which lies beyond the first plane."""
    page.goto("/policy/desk/")
    with page.expect_navigation():
        page.click("text=Go on coding")
    for given in scores:
        for key, value in given.items():
            place = (9, 10) if key == "g1" else (1, 3)
            give(page, key, value, place if value else None)
        page.wait_for_selector("text=ready to hand in")
        with page.expect_navigation():
            page.click("button:has-text('Hand in')")
    assert page.url.endswith("/policy/desk/")
    assert "Everything assigned to you is handed in." in page.content()


def test_a_double_coded_study_of_thirty_texts(users, visit):
    study = begun(users, TEXTS, years=[2001, 2010])
    page = visit(users["lead"], "/policy/small/people/")
    page.fill("#count", str(TEXTS))
    for name in ("anna", "bo"):
        page.check(f"input[name=coders][value='{users[name].pk}']")
    with page.expect_navigation():
        page.click("section:has-text('Assign texts') >> button.primary")
    assert Sheet.objects.count() == 2 * TEXTS
    # They agree on every text but each tenth, where they differ on one code.
    base = [{"m1": n % 6, "m2": 0, "g1": 1 + n % 3, "g2": 0} for n in range(TEXTS)]
    code_all(visit(users["anna"], "/policy/desk/"), base)
    other = [one | {"m2": 2} if n % 10 == 0 else one for n, one in enumerate(base)]
    code_all(visit(users["bo"], "/policy/desk/"), other)
    assert PolicyText.objects.filter(state="settled").count() == TEXTS - 3

    page = visit(users["lead"], "/policy/small/adjudicate/")
    for left in (3, 2, 1):
        assert page.locator("main table tbody tr").count() == left
        with page.expect_navigation():
            page.click("button:has-text('Adjudicate')")
        page.click("#c-m2 button:has-text('take this') >> nth=1")
        page.wait_for_selector("text=ready to hand in")
        with page.expect_navigation():
            page.click("button:has-text('Settle the text')")
    assert "Nothing is to be adjudicated." in page.content()
    assert set(PolicyText.objects.values_list("state", flat=True)) == {"settled"}
    settled = Sheet.objects.filter(kind="adjudication").order_by("text__position")
    for sheet, given in zip(settled, other, strict=True):
        marks = marks_of(sheet)
        assert {key: one.score for key, one in marks.items()} == given
        assert [(span.start, span.end) for span in marks["g1"].spans] == [(9, 10)]
    page.goto(f"/policy/{study.key}/")
    assert "30 of 30 texts settled" in page.content()


def test_keys_move_between_codes_and_score_them(users, visit):
    study = begun(users)
    assigned(users, study)
    page = visit(users["anna"], "/policy/desk/")
    with page.expect_navigation():
        page.click("text=Go on coding")
    page.keyboard.press("n")
    for key in ("m1", "m2", "g1", "g2"):
        page.keyboard.press("0")
        page.wait_for_selector(f"#c-{key} [data-score='0'][aria-pressed='true']")
        page.wait_for_function("key => document.activeElement.dataset.code === key", arg=key)
        page.keyboard.press("n")
    page.wait_for_selector("text=ready to hand in")


def test_keys_pressed_faster_than_they_are_saved_are_all_kept(users, visit):
    study = begun(users)
    [sheet, _] = assigned(users, study)
    page = visit(users["anna"], f"/policy/desk/{sheet.pk}/")
    for sign in "n0n3n0n5pp230":
        page.keyboard.press(sign)
    page.wait_for_selector("#c-m2 [data-score='0'][aria-pressed='true']")
    page.wait_for_selector("#c-g2 [data-score='5'][aria-pressed='true']")
    marks = marks_of(Sheet.objects.get(pk=sheet.pk))
    assert {key: mark.score for key, mark in marks.items()} == {"m1": 0, "m2": 0, "g1": 0, "g2": 5}
    assert not page.locator("#stale").inner_text()


def test_what_is_handed_in_at_once_waits_for_what_is_being_saved(users, visit):
    study = begun(users)
    [sheet, _] = assigned(users, study)
    page = visit(users["anna"], f"/policy/desk/{sheet.pk}/")
    with page.expect_navigation():
        page.evaluate("""() => {
          for (const key of ["m1", "m2", "g1", "g2"]) {
            document.querySelector(`#c-${key} [data-score="0"]`).click();
          }
          document.querySelector(".actions button.primary").click();
        }""")
    assert Sheet.objects.get(pk=sheet.pk).finished


def test_a_memo_goes_along_when_the_text_is_handed_in_at_once(users, visit):
    study = begun(users)
    [sheet, _] = assigned(users, study)
    page = visit(users["anna"], f"/policy/desk/{sheet.pk}/")
    for key in ("m1", "m2", "g1", "g2"):
        give(page, key, 0)
    with page.expect_navigation():
        page.evaluate("""() => {
          const memo = document.querySelector("#memo");
          memo.value = "The annex is missing.";
          memo.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector(".actions button.primary").click();
        }""")
    sheet.refresh_from_db()
    assert sheet.finished
    assert sheet.memo == "The annex is missing."
    assert page.evaluate("() => Object.keys(localStorage).length") == 0


def test_a_memo_is_there_again_when_the_page_was_left_at_once(users, visit):
    study = begun(users)
    [sheet, _] = assigned(users, study)
    page = visit(users["anna"], f"/policy/desk/{sheet.pk}/")
    page.fill("#memo", "The annex is missing.")
    page.goto("/policy/desk/")
    page.goto(f"/policy/desk/{sheet.pk}/")
    assert page.input_value("#memo") == "The annex is missing."
    page.wait_for_function("() => !Object.keys(localStorage).length")
    sheet.refresh_from_db()
    assert sheet.memo == "The annex is missing."


def test_enter_in_a_pasted_passage_adds_it_and_changes_no_score(users, visit):
    study = begun(users)
    [sheet, _] = assigned(users, study)
    page = visit(users["anna"], f"/policy/desk/{sheet.pk}/")
    give(page, "m1", 2)
    page.click("#c-m1 summary:has-text('Quote, memo')")
    page.fill("#q-m1", "加强监管")
    page.press("#q-m1", "Enter")
    page.wait_for_selector("#c-m1 .evidence >> text=加强监管")
    assert page.locator("#c-m1 [aria-pressed='true']").inner_text() == "2"


def test_evidence_is_added_to_a_score_that_stands(users, visit):
    study = begun(users)
    [sheet, _] = assigned(users, study)
    page = visit(users["anna"], f"/policy/desk/{sheet.pk}/")
    assert page.is_disabled("#c-m1 [data-selection]")
    give(page, "m1", 2)
    page.wait_for_selector("#c-m1 >> text=Evidence is missing")
    page.evaluate(SELECT, [0, 4])
    page.click("#c-m1 [data-selection]")
    page.wait_for_selector("#c-m1 .evidence >> text=加强监管")
    assert page.locator("[data-reading] mark").inner_text() == "加强监管"
    saved = page.get_attribute("#state", "data-now")
    page.fill("#memo", "A note that is kept.")
    page.wait_for_selector(f"#state:not([data-now='{saved}'])")
    assert Sheet.objects.get(pk=sheet.pk).memo == "A note that is kept."
    page.click("#c-m1 button:has-text('remove')")
    page.wait_for_selector("#c-m1 >> text=Evidence is missing")


@pytest.mark.parametrize(
    "way",
    [
        pytest.param({"width": 1440, "dark": False, "language": "en"}, id="desk"),
        pytest.param(
            {"width": 390, "height": 844, "dark": True, "language": "zh-hans"}, id="phone"
        ),
    ],
)
@pytest.mark.parametrize(
    "address",
    [
        "/policy/",
        "/policy/new/",
        "/policy/small/",
        "/policy/small/people/",
        "/policy/desk/",
        "/policy/small/adjudicate/",
        "sheet",
    ],
)
def test_pages_are_accessible_and_fit(users, visit, way, address):
    study = begun(users)
    sheets = assigned(users, study, 2, ("lead", "anna"))
    page = visit(
        users["lead"], address if address != "sheet" else f"/policy/desk/{sheets[1].pk}/", **way
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= way["width"]
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
