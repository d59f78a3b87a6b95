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
    scores_of,
)
from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.record import Span
from sanzhi.site.accounts.access import Denied
from sanzhi.site.accounts.models import Notice, User
from sanzhi.site.events.log import Conflict, integrate, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import last_events
from sanzhi.site.policy import actions, founding
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
    begun_ = actions.take_adjudication(acting(users["lead"]), text, now=NOW)
    assert scores_of(begun_) == {"m2": 0, "g1": 1, "g2": 0}  # where they agree
    assert actions.take_adjudication(acting(users["lead"]), text, now=NOW).pk == begun_.pk
    hand_in(users["lead"], begun_, {"m1": 3})
    text.refresh_from_db()
    assert text.state == "settled"
    assert scores_of(settled(text)) == OTHER | {"m1": 3}
    study.refresh_from_db()
    assert study.settled_version == 1


def test_whoever_coded_a_text_cannot_adjudicate_it(users, study):
    founding.add_person(acting(users["lead"]), study, users["anna"], "lead", now=NOW)
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, OTHER)
    text = PolicyText.objects.select_related("study").get(pk=one.text_id)
    with pytest.raises(Denied, match="your own"):
        actions.take_adjudication(acting(users["anna"]), text)
    with pytest.raises(Denied):
        actions.take_adjudication(acting(users["bo"]), text)


def test_both_handing_in_at_once_settle_once(users, study):
    sheets = assigned(users, study, 4)
    for sheet in sheets:
        fill(User.objects.get(username=sheet.name), sheet, SAME)
    fresh = list(Sheet.objects.select_related("text__study").order_by("text__position", "name"))
    for one, two in zip(fresh[::2], fresh[1::2], strict=True):
        results = at_once(
            *(
                lambda s=sheet: actions.finish(
                    acting(User.objects.get(username=s.name)), s, s.sequence, now=NOW
                )
                for sheet in (one, two)
            )
        )
        assert results == [[], []]
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
        actions.score(acting(users["anna"]), stale, stale.sequence, "m1", 5, [Span(start=0, end=1)])
    assert scores_of(Sheet.objects.get(pk=one.pk)) == {"m1": 0}


def test_two_tabs_at_once_leave_one_score_and_one_event(users, study):
    one, _ = assigned(users, study)

    def give(value: int):
        sheet = Sheet.objects.select_related("text__study").get(pk=one.pk)
        return actions.score(
            acting(users["anna"]), sheet, one.sequence, "m2", value, [Span(start=0, end=1)], now=NOW
        )

    results = at_once(*(lambda v=value: give(v) for value in (1, 2, 3, 4)))
    assert sum(isinstance(one, Sheet) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 3
    assert EventRecord.objects.filter(case=one.case, kind="policy.scored").count() == 1


def test_the_same_score_again_is_no_change(users, study):
    one, _ = assigned(users, study)
    sheet = fill(users["anna"], one, {"m1": 2})
    before = sheet.sequence
    assert fill(users["anna"], one, {"m1": 2}).sequence == before


def test_what_is_lacking_is_named_and_nothing_is_handed_in(users, study):
    one, _ = assigned(users, study)
    sheet = fill(users["anna"], one, {"m1": 0, "m2": 0})
    actions.score(acting(users["anna"]), sheet, sheet.sequence, "g1", 3, [], now=NOW)
    found = actions.finish(acting(users["anna"]), sheet, sheet.sequence, now=NOW)
    assert [(one.code, one.path) for one in found] == [
        ("sheet.evidence", "g1"),
        ("sheet.missing", "g2"),
    ]
    assert Sheet.objects.get(pk=one.pk).finished is None


def test_a_sheet_can_be_reopened_until_the_other_has_finished(users, study):
    one, two = assigned(users, study)
    sheet = hand_in(users["anna"], one, SAME)
    with pytest.raises(Unusable, match="handed in"):
        actions.score(acting(users["anna"]), sheet, sheet.sequence, "m1", 0)
    actions.reopen(acting(users["anna"]), sheet, sheet.sequence, now=NOW)
    hand_in(users["anna"], sheet, {"m1": 3})
    hand_in(users["bo"], two, SAME)
    sheet = Sheet.objects.select_related("text__study").get(pk=one.pk)
    with pytest.raises(Unusable, match="cannot be reopened"):
        actions.reopen(acting(users["anna"]), sheet, sheet.sequence, now=NOW)


def test_nobody_writes_to_anothers_sheet(users, study):
    one, _ = assigned(users, study)
    for name in ("bo", "lead"):
        with pytest.raises(Unusable):
            actions.score(acting(users[name]), one, 0, "m1", 0)
    with pytest.raises(Denied):
        actions.score(acting(users["chi"]), one, 0, "m1", 0)


def test_a_coder_who_left_the_study_writes_no_more(users, study):
    one, _ = assigned(users, study)
    founding.remove_person(acting(users["lead"]), study, users["anna"], "coder", now=NOW)
    with pytest.raises(Denied):
        actions.score(acting(users["anna"]), one, 0, "m1", 0)


def test_a_later_round_settles_nothing_anew(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, SAME)
    text = PolicyText.objects.get(pk=one.text_id)
    actions.assign(acting(users["lead"]), study, [(text, [users["anna"]])], 2, now=NOW)
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
    with pytest.raises(Unusable, match="Say why"):
        actions.reopen_text(acting(users["lead"]), text, text.sequence, " ")
    actions.reopen_text(acting(users["lead"]), text, text.sequence, "manual changed", now=NOW)
    assert settled_codings(study) == []
    sheet = actions.take_adjudication(acting(users["lead"]), text, now=NOW)
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
        actions.reopen(acting(users["anna"]), seen, seen.sequence, now=NOW)
    one.refresh_from_db()
    assert one.finished is not None


def test_an_adjudication_of_one_who_left_goes_on_with_another(users, study):
    one, two = assigned(users, study)
    hand_in(users["anna"], one, SAME)
    hand_in(users["bo"], two, OTHER)
    founding.add_person(acting(users["lead"]), study, users["chi"], "lead", now=NOW)
    text = PolicyText.objects.select_related("study").get(pk=one.text_id)
    fill(users["chi"], actions.take_adjudication(acting(users["chi"]), text, now=NOW), {"m1": 3})
    with pytest.raises(Unusable, match="chi is adjudicating"):
        actions.take_adjudication(acting(users["lead"]), text, now=NOW)
    founding.remove_person(acting(users["lead"]), study, users["chi"], "lead", now=NOW)
    taken = actions.take_adjudication(acting(users["lead"]), text, now=NOW)
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
    last = EventRecord.objects.filter(case=one.case).order_by("-sequence")[0]
    EventRecord.objects.filter(pk=last.pk).delete()
    assert "events.missing" in {finding.code for finding in verify_log(last_events())}
    last.save(force_insert=True)


def test_a_study_begun_twice_is_one(users):
    results = at_once(*(lambda: begun(users) for _ in range(3)))
    assert sum(isinstance(one, StudyRecord) for one in results) == 1
    assert StudyRecord.objects.count() == 1
    assert PolicyText.objects.count() == 10
