"""Coding sheets as they are stored: blind, whole, once, and each change with its event."""

import pytest
from consignments import at_once

from policy_laboratory import (
    NOW,
    OTHER,
    SAME,
    acting,
    assigned,
    begun,
    crew,
    fill,
    hand_in,
    person,
    score,
    scores_of,
)
from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.record import Span
from sanzhi.policy.coding.sheet_actions import Incomplete
from sanzhi.site.accounts.access import Denied
from sanzhi.site.accounts.models import Notice, User
from sanzhi.site.cases.actions import act
from sanzhi.site.events.log import Conflict, integrate, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import last_events
from sanzhi.site.policy.assignments import assign
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.storing import settled_codings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def users(db) -> dict[str, User]:
    return crew()


@pytest.fixture
def study(users) -> StudyRecord:
    return begun(users)


def settled(text: PolicyText) -> Sheet:
    return text.sheets.get(kind=Sheet.Kind.ADJUDICATION)


def adjudication(user: User, text: PolicyText) -> Sheet:
    """The sheet of an adjudication that somebody takes, or goes on with."""
    text = PolicyText.objects.select_related("study").get(pk=text.pk)
    act(acting(user), text, text.sequence, "adjudicate", now=NOW)
    return settled(text)


def test_coders_who_agree_settle_a_text(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    assert PolicyText.objects.get(pk=one.text_id).state == "coding"
    assert settled_codings(study) == []
    hand_in(users["bo"], two, SAME)
    text = PolicyText.objects.get(pk=one.text_id)
    assert text.state == "settled"
    assert scores_of(settled(text)) == SAME
    assert {(c.coder, c.status) for c in settled_codings(study)} == {
        ("anna", "final"),
        ("bo", "final"),
        ("agreed", "adjudicated"),
    }


def test_coders_who_differ_are_adjudicated_by_another(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, OTHER)
    text = PolicyText.objects.select_related("study").get(pk=one.text_id)
    assert text.state == "adjudication"
    assert Notice.objects.filter(user=users["lead"]).count() == 1
    begun_ = adjudication(users["lead"], text)
    assert scores_of(begun_) == {"m2": 0, "g1": 1, "g2": 0}  # where they agree
    assert adjudication(users["lead"], text).pk == begun_.pk
    hand_in(users["lead"], begun_, {"m1": 3})
    text.refresh_from_db()
    assert text.state == "settled"
    assert scores_of(settled(text)) == OTHER | {"m1": 3}
    study.refresh_from_db()
    assert study.settled_version == 1


def test_whoever_coded_a_text_cannot_adjudicate_it(users, study):
    person(users, study, "add", "anna", "lead")
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, OTHER)
    text = PolicyText.objects.select_related("study").get(pk=one.text_id)
    with pytest.raises(Denied, match="your own"):
        adjudication(users["anna"], text)
    with pytest.raises(Denied):
        adjudication(users["bo"], text)


def test_both_handing_in_at_once_settle_once(users, study):
    sheets = assigned(users, study, 4)
    for sheet in sheets:
        fill(User.objects.get(username=sheet.name), sheet, SAME)
    fresh = list(Sheet.objects.select_related("text__study").order_by("text__position", "name"))
    for one, two in zip(fresh[::2], fresh[1::2], strict=True):
        results = at_once(
            *(
                lambda s=sheet: act(
                    acting(User.objects.get(username=s.name)), s, s.sequence, "hand_in", now=NOW
                )
                for sheet in (one, two)
            )
        )
        assert [one.state for one in results] == ["finished", "finished"]
    assert set(PolicyText.objects.filter(sheets__in=sheets).values_list("state", flat=True)) == {
        "settled"
    }
    assert Sheet.objects.filter(kind=Sheet.Kind.ADJUDICATION).count() == 4
    study.refresh_from_db()
    assert study.settled_version == 4


def test_a_second_tab_that_saw_less_writes_nothing(users, study):
    one, _ = assigned(users, study)
    stale = Sheet.objects.select_related("text__study").get(pk=one.pk)
    fill(users["anna"], one, {"m1": 0})
    with pytest.raises(Conflict):
        score(users["anna"], stale, "m1", 5, [Span(start=0, end=1)])
    assert scores_of(Sheet.objects.get(pk=one.pk)) == {"m1": 0}


def test_two_tabs_at_once_leave_one_score_and_one_event(users, study):
    one, _ = assigned(users, study)

    def give(value: int):
        sheet = Sheet.objects.select_related("text__study").get(pk=one.pk)
        said = {"code": "m2", "score": value, "spans": [Span(start=0, end=1)]}
        return act(acting(users["anna"]), sheet, one.sequence, "score", said, now=NOW)

    results = at_once(*(lambda v=value: give(v) for value in (1, 2, 3, 4)))
    assert sum(isinstance(one, Sheet) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 3
    assert EventRecord.objects.filter(case=one.number, kind="policy.scored").count() == 1


def test_the_same_score_again_is_no_change(users, study):
    one, _ = assigned(users, study)
    sheet = fill(users["anna"], one, {"m1": 2})
    before = sheet.sequence
    assert fill(users["anna"], one, {"m1": 2}).sequence == before


def test_what_is_lacking_is_named_and_nothing_is_handed_in(users, study):
    one, _ = assigned(users, study)
    sheet = fill(users["anna"], one, {"m1": 0, "m2": 0})
    score(users["anna"], sheet, "g1", 3)
    with pytest.raises(Incomplete) as caught:
        act(acting(users["anna"]), sheet, sheet.sequence, "hand_in", now=NOW)
    assert [(one.code, one.path) for one in caught.value.lacking] == [
        ("sheet.evidence", "g1"),
        ("sheet.missing", "g2"),
    ]
    assert Sheet.objects.get(pk=one.pk).finished is None


def test_a_sheet_can_be_reopened_until_the_other_has_finished(users, study):
    one, two = assigned(users, study)
    sheet = hand_in(users["anna"], one, SAME)
    with pytest.raises(Unusable, match="handed in"):
        score(users["anna"], sheet, "m1", 0)
    act(acting(users["anna"]), sheet, sheet.sequence, "reopen", now=NOW)
    hand_in(users["anna"], sheet, {"m1": 3})
    hand_in(users["bo"], two, SAME)
    sheet = Sheet.objects.select_related("text__study").get(pk=one.pk)
    with pytest.raises(Unusable, match="cannot be reopened"):
        act(acting(users["anna"]), sheet, sheet.sequence, "reopen", now=NOW)


def test_nobody_writes_to_anothers_sheet(users, study):
    one, _ = assigned(users, study)
    for name in ("bo", "lead"):
        with pytest.raises(Unusable):
            score(users[name], one, "m1", 0)
    with pytest.raises(Denied):
        score(users["chi"], one, "m1", 0)


def test_a_coder_who_left_the_study_writes_no_more(users, study):
    one, _ = assigned(users, study)
    person(users, study, "remove", "anna", "coder")
    with pytest.raises(Denied):
        score(users["anna"], one, "m1", 0)


def test_a_later_round_settles_nothing_anew(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, SAME)
    text = PolicyText.objects.get(pk=one.text_id)
    assign(acting(users["lead"]), study, [(text, [users["anna"]])], 2, now=NOW)
    again = Sheet.objects.get(text=text, round=2)
    hand_in(users["anna"], again, OTHER)
    text.refresh_from_db()
    assert text.state == "settled"
    assert scores_of(settled(text)) == SAME
    assert {one.round for one in settled_codings(study)} == {1, 2}


def test_a_settled_text_goes_back_to_adjudication_for_a_reason(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, SAME)
    text = PolicyText.objects.select_related("study").get(pk=one.text_id)
    lead = acting(users["lead"])
    with pytest.raises(Unusable, match="reason is required"):
        act(lead, text, text.sequence, "reopen", {"reason": " "})
    act(lead, text, text.sequence, "reopen", {"reason": "manual changed"}, now=NOW)
    assert settled_codings(study) == []
    sheet = adjudication(users["lead"], text)
    hand_in(users["lead"], sheet, {"m1": 5})
    text.refresh_from_db()
    assert (text.state, scores_of(settled(text))["m1"]) == ("settled", 5)


def test_a_sheet_is_not_reopened_once_the_last_coder_has_handed_in(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    seen = Sheet.objects.select_related("text__study").get(pk=one.pk)
    hand_in(users["bo"], two, OTHER)
    assert seen.text.state == "coding", "as it was when the page was shown"
    with pytest.raises(Unusable, match="all coders have handed in"):
        act(acting(users["anna"]), seen, seen.sequence, "reopen", now=NOW)
    one.refresh_from_db()
    assert one.finished is not None


def test_an_adjudication_of_one_who_left_goes_on_with_another(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, OTHER)
    person(users, study, "add", "chi", "lead")
    text = PolicyText.objects.select_related("study").get(pk=one.text_id)
    fill(users["chi"], adjudication(users["chi"], text), {"m1": 3})
    with pytest.raises(Unusable, match="chi is adjudicating"):
        adjudication(users["lead"], text)
    person(users, study, "remove", "chi", "lead")
    taken = adjudication(users["lead"], text)
    assert scores_of(taken)["m1"] == 3
    hand_in(users["lead"], taken, {"m1": 5})
    text.refresh_from_db()
    assert text.state == "settled"
    while integrate(NOW):
        pass
    assert list(verify_log(last_events())) == []


def test_what_stands_has_its_events_in_the_log(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, OTHER)
    while integrate(NOW):
        pass
    assert list(verify_log(last_events())) == []
    last = EventRecord.objects.filter(case=one.number).order_by("-sequence")[0]
    EventRecord.objects.filter(pk=last.pk).delete()
    assert "events.missing" in {finding.code for finding in verify_log(last_events())}
    last.save(force_insert=True)


def test_a_study_begun_twice_is_one(users):
    results = at_once(*(lambda: begun(users) for _ in range(3)))
    assert sum(isinstance(one, StudyRecord) for one in results) == 1
    assert StudyRecord.objects.count() == 1
    assert PolicyText.objects.count() == 10
