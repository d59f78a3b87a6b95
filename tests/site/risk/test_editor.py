"""The rule editor: versions, rules as they are typed, files, policy, trials, two people."""

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from risk_cases import acting, approved

import risk_steps as actions
from sanzhi.customs.risk.planted import plant
from sanzhi.customs.risk.rules.drafting import draft_rule
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.site.accounts.models import Notice, OfficerPost
from sanzhi.site.events.models import EventRecord
from sanzhi.site.risk import trial
from sanzhi.site.risk.models import Setting

TYPED = {
    "id": "cars",
    "lane": "red",
    "weight": "2",
    "owner": "Lin",
    "reason_en": "Cars again",
    "reason_zh": "汽车",
    "citation": "",
    "valid_from": "2026-01-01",
    "valid_until": "",
    "code": "87*",
    "unit_value_distance": "< -2",
    "first_time_trader": "true",
}
#: By hand: cars are declarations 1, 2 and 4, of which 1 and 2 were inspected and 1 was a find.
HISTORY = pl.DataFrame(
    {
        "id": ["1", "2", "3", "4"],
        "code": ["8703", "8704", "0101", "8703"],
        "origin": ["JP", "US", "JP", None],
        "find": [1.0, 0.0, 1.0, None],
        "recovered": [1500.0, 0.0, 20.0, None],
    }
)


@pytest.fixture(autouse=True)
def _past(monkeypatch):
    """A history of its own."""
    monkeypatch.setattr(trial, "history", lambda _fields: HISTORY)


@pytest.fixture
def site(people, client):
    """Ask as somebody: `site("officer", "/risk/settings/")`, with data to post."""

    def ask(name, address, **data):
        client.force_login(people[name])
        return client.post(address, data) if data else client.get(address)

    return ask


@pytest.fixture
def draft(people):
    return actions.draft(acting(people["officer"]))


def rule(**changes):
    made, wrong = draft_rule(TYPED | changes)
    assert made, wrong
    return made


def write(people, setting, *rules):
    for one in rules:
        actions.write_rule(acting(people["officer"]), setting, setting.sequence, one)
    return setting


def page(reply, status=200):
    """The page with white space as a browser takes it."""
    assert reply.status_code == status
    return " ".join(reply.content.decode().split())


@pytest.mark.parametrize("address", ["", "1/", "1/rules.csv", "1/rules/cars/", "1/trial/"])
def test_who_may_not_see_risk_sees_none_of_it(site, people, draft, address):
    write(people, draft, rule())
    for name in ("trader", "broker", "administrator", "coder"):
        assert site(name, f"/risk/settings/{address}").status_code == 403
    for name in ("officer", "supervisor", "analyst"):
        assert site(name, f"/risk/settings/{address}").status_code == 200


def test_versions_that_are_not_there(site):
    for version in ("7", "99999999999999999999"):
        assert site("officer", f"/risk/settings/{version}/").status_code == 404
        assert site("officer", f"/risk/settings/{version}/trial/").status_code == 404


def test_the_list_says_what_is_in_force_and_from_whom_the_rest_is_awaited(site, people):
    assert "No version is in force." in page(site("officer", "/risk/settings/"))
    approved(people, rule())
    site("officer", "/risk/settings/begin/", go="1")
    assert Setting.objects.get(version=2).state == "draft"
    shown = page(site("officer", "/risk/settings/"))
    assert "you: write and propose" in shown
    assert "Go on with your draft" in shown
    setting = write(people, Setting.objects.get(version=2), rule(id="more"))
    actions.propose(acting(people["officer"]), setting, setting.sequence, "More cars")
    assert "you: approve or refuse" in page(site("supervisor", "/risk/settings/"))
    assert "a supervisor who did not write it" in page(site("officer", "/risk/settings/"))


def test_a_version_whose_log_was_changed_is_listed_and_nothing_is_done_with_it(site, draft):
    EventRecord.objects.filter(case="RISK-1").update(seal="0" * 64)
    assert "you: write and propose" not in page(site("officer", "/risk/settings/"))
    reply = site("officer", "/risk/settings/1/", do="propose", note="Cars", sequence=1)
    assert "do not hold together" in page(reply, 400)
    assert Setting.objects.get().state == "draft"


def test_begin_goes_on_with_ones_own_draft(site, draft):
    reply = site("officer", "/risk/settings/begin/", go="1")
    assert reply.url == "/risk/settings/1/"
    assert Setting.objects.count() == 1
    assert site("trader", "/risk/settings/begin/", go="1").status_code == 403


def test_a_rule_is_typed_and_stands_in_the_table(site, draft):
    fresh = page(site("officer", "/risk/settings/1/rules/new/"))
    assert 'name="owner" value="officer"' in fresh
    assert all(f'name="{name}"' in fresh for name in FIELDS)
    reply = site("officer", "/risk/settings/1/rules/new/", sequence=1, **TYPED)
    assert reply.url == "/risk/settings/1/?saved=cars#r-cars"
    [stored] = Setting.objects.get().table.rules
    assert stored == rule()
    shown = page(site("officer", "/risk/settings/1/"))
    assert "&quot;87&quot;*" in shown
    assert "commodity code begins with 87; " in shown
    assert "3304990039" not in shown


def test_all_that_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(site, draft):
    shown = page(
        site(
            "officer",
            "/risk/settings/1/rules/new/",
            sequence=1,
            **TYPED | {"id": "Bad Id", "code": "CN,,", "reason_zh": ""},
        ),
        400,
    )
    assert 'href="#f-id"' in shown
    assert 'href="#f-code"' in shown
    assert "Say why in Chinese" in shown
    assert 'value="CN,,"' in shown
    assert "Cars again" in shown
    assert Setting.objects.get().table.rules == ()


def test_a_new_rule_takes_no_others_place(site, people, draft):
    write(people, draft, rule())
    shown = page(
        site(
            "officer", "/risk/settings/1/rules/new/", sequence=2, **TYPED | {"reason_en": "Another"}
        ),
        400,
    )
    assert "The rule cars is there already." in shown
    assert Setting.objects.get().table.rules[0].reason_en == "Cars again"


def test_a_rule_is_changed_renamed_and_removed(site, people, draft):
    write(people, draft, rule())
    site(
        "officer",
        "/risk/settings/1/rules/cars/",
        sequence=2,
        **TYPED | {"id": "cars-2", "price": ">= 5"},
    )
    [stored] = Setting.objects.get().table.rules
    assert (stored.id, [one.field for one in stored.when]) == (
        "cars-2",
        ["code", "price", "unit_value_distance", "first_time_trader"],
    )
    assert site("officer", "/risk/settings/1/rules/cars/").status_code == 404
    site("officer", "/risk/settings/1/", do="remove_rule", rule="cars-2", sequence=3)
    assert Setting.objects.get().table.rules == ()


def test_another_window_is_said_and_what_was_typed_can_be_sent_again(site, people, draft):
    write(people, draft, rule())
    address = "/risk/settings/1/rules/cars/"
    shown = page(site("officer", address, sequence=1, **TYPED | {"weight": "7"}), 409)
    assert "changed a moment ago" in shown
    assert 'name="weight" inputmode="decimal" value="7"' in shown
    assert Setting.objects.get().table.rules[0].weight == 2
    assert 'name="sequence" value="2"' in shown
    assert site("officer", address, sequence=2, **TYPED | {"weight": "7"}).status_code == 302
    assert Setting.objects.get().table.rules[0].weight == 7


@pytest.mark.parametrize("name", ["analyst", "supervisor"])
def test_anothers_draft_is_read_not_written(site, people, draft, name):
    write(people, draft, rule())
    shown = page(site(name, "/risk/settings/1/rules/cars/"))
    assert "commodity code begins with 87" in shown
    assert '<form method="post" class="rule-form' not in shown
    for address, data in (
        ("rules/cars/", TYPED),
        ("rules/new/", TYPED | {"id": "other"}),
        ("", {"do": "remove_rule", "rule": "cars"}),
        ("policy/", {"exploration": "50"}),
    ):
        reply = site(name, f"/risk/settings/1/{address}", sequence=2, **data)
        assert reply.status_code == 400
    stored = Setting.objects.get()
    assert (stored.table.rules, stored.sequence) == ((rule(),), 2)


def test_while_typing_the_condition_is_said_and_counted(site, draft):
    shown = page(site("officer", "/risk/settings/1/typed/", code="87*"))
    assert "commodity code begins with 87" in shown
    assert "商品编号以 87 开头" in shown
    assert "would have hit 3 of 4 declarations (75 %), found 1 in the 2 inspected (50 %)" in shown
    wrong = page(site("officer", "/risk/settings/1/typed/", code="87*", price="dear"))
    assert "1 cell cannot be read." in wrong
    assert "would have hit" not in wrong
    assert Setting.objects.get().sequence == 1
    assert site("trader", "/risk/settings/1/typed/", code="87*").status_code == 403


def test_notices_that_wait_are_no_cells_that_cannot_be_read(site, people, draft):
    actions.propose(acting(people["officer"]), draft, draft.sequence, "Nothing")
    actions.refuse(acting(people["supervisor"]), draft, draft.sequence, "Nothing in it")
    actions.draft(acting(people["officer"]))
    assert Notice.objects.filter(user=people["officer"], read=None).exists()
    assert "cannot be read" not in page(site("officer", "/risk/settings/2/rules/new/"))


def upload(text, name="rules.csv"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def test_a_file_takes_the_tables_place_and_comes_back(site, people, draft):
    write(people, draft, rule(), rule(id="more", lane="blue"))
    csv = site("analyst", "/risk/settings/1/rules.csv").content
    site("officer", "/risk/settings/1/", do="remove_rule", rule="cars", sequence=3)
    reply = site("officer", "/risk/settings/1/", do="replace_table", sequence=4, file=upload(csv))
    assert reply.status_code == 302
    assert [one.id for one in Setting.objects.get().table.rules] == ["cars", "more"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("id,lane\n", "The column owner is missing."),
        (
            "id,lane,owner,reason_en,reason_zh,valid_from,code\nnew,red,l,w,理,2026-01-01,87*\n",
            "cannot be called",
        ),
        (
            (
                "id,lane,owner,reason_en,reason_zh,valid_from,price\na,red,l,w,理,2026-01-01,5\n"
                "b,red,l,w,理,2026-01-01,dear\n"
            ),
            "rules.csv row 3 price",
        ),
        (b"PK\3\4broken", "no workbook"),
        ("<a/>", "decision tables"),
    ],
)
def test_a_file_with_something_wrong_changes_nothing(site, people, draft, data, said):
    write(people, draft, rule())
    reply = site("officer", "/risk/settings/1/", do="replace_table", sequence=2, file=upload(data))
    assert said in page(reply, 400)
    assert Setting.objects.get().table.rules == (rule(),)


def test_what_is_wrong_with_a_table_is_shown(site, people, draft):
    write(people, draft, rule(), rule(id="again", lane="blue", citation="no-such-act, art. 1"))
    shown = page(site("analyst", "/risk/settings/1/"))
    assert "cars asks for red and again for blue on the same goods" in shown
    assert "an act that is not in the law pack" in shown


def test_what_a_version_changes_against_the_one_in_force(site, people):
    approved(people, rule(), rule(id="gone"))
    setting = actions.draft(acting(people["officer"]))
    officer = acting(people["officer"])
    write(people, setting, rule(lane="blue"), rule(id="fresh"))
    actions.remove_rule(officer, setting, setting.sequence, "gone")
    site("officer", "/risk/settings/2/policy/", sequence=setting.sequence, **POLICY)
    shown = page(site("supervisor", "/risk/settings/2/"))
    part = shown[shown.index("What it changes against version 1") : shown.index("Rules <span")]
    for word in ("fresh", "gone", "added", "changed", "removed", "0 %", "2.5 %"):
        assert word in part
    assert "came into force after" not in shown


POLICY = {
    "exploration": "2.5",
    "red": "3",
    "yellow": "5",
    "blue": "5",
    "ranking": "blend",
    "tier.advanced": "0.2",
    "tier.general": "1",
    "tier.discredited": "4",
    "capacity": "2248: 20\n5301：7",
}


def test_the_policy_is_written_a_figure_a_field(site, draft):
    form = page(site("officer", "/risk/settings/1/policy/"))
    assert "selectivity.random_floor" in form
    assert 'name="random"' not in form  # the floor is the law's
    assert site("officer", "/risk/settings/1/policy/", sequence=1, **POLICY).status_code == 302
    made = Setting.objects.get().selection
    assert (made.exploration, made.ranking, made.capacity) == (
        0.025,
        "blend",
        {"2248": 20, "5301": 7},
    )
    shown = page(site("officer", "/risk/settings/1/"))
    assert "2.5 %" in shown
    assert "inspections a day at most that the ranking asks for at office 5301" in shown


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"exploration": "101"}, "exploration"),
        ({"red": "many"}, "red"),
        ({"tier.general": "-1"}, "tier.general"),
        ({"ranking": "luck"}, "ranking"),
        ({"capacity": "here: 3"}, "capacity"),
        ({"capacity": "2248: 3\n2248: 4"}, "capacity"),
        ({"exploration": "99"}, "exploration"),
        ({"red": "60", "blue": "60"}, "exploration"),
        ({"blue": "nan"}, "blue"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_beside_its_field(site, draft, changes, field):
    shown = page(site("officer", "/risk/settings/1/policy/", sequence=1, **POLICY | changes), 400)
    assert f'href="#f-{field}"' in shown
    assert Setting.objects.get().sequence == 1


def test_a_policy_from_another_window_is_not_lost(site, people, draft):
    write(people, draft, rule())
    shown = page(site("officer", "/risk/settings/1/policy/", sequence=1, **POLICY), 409)
    assert "changed a moment ago" in shown
    assert 'value="2.5"' in shown


def test_another_approves_and_the_author_cannot(site, people, draft):
    write(people, draft, rule())
    OfficerPost.objects.create(user=people["officer"], office="2248", role="supervisor")
    site("officer", "/risk/settings/1/", do="propose", sequence=2, note="Cars")
    assert Setting.objects.get().state == "proposed"
    assert Notice.objects.get(user=people["supervisor"]).url == "/risk/settings/1/"
    own = page(site("officer", "/risk/settings/1/"))
    assert 'value="approve"' not in own
    assert site("officer", "/risk/settings/1/", do="approve", over=0, sequence=3).status_code == 403
    assert site("analyst", "/risk/settings/1/", do="approve", over=0, sequence=3).status_code == 403
    assert 'value="approve"' in page(site("supervisor", "/risk/settings/1/"))
    site("supervisor", "/risk/settings/1/", do="approve", over=0, sequence=3)
    assert Setting.objects.get().state == "active"
    shown = page(site("supervisor", "/risk/settings/1/", do="approve", over=0, sequence=4), 400)
    assert "Approve: not possible while the case is “in force”" in shown


def test_approval_holds_for_what_was_compared_alone(site, people):
    """Another version came into force after the approver looked: it is not undone unseen."""
    approved(people, rule())
    other = actions.draft(acting(people["analyst"]))
    actions.propose(acting(people["analyst"]), other, other.sequence, "Nothing")
    seen = page(site("supervisor", "/risk/settings/2/"))
    assert 'name="over" value="1"' in seen
    approved(people, rule(id="later"))
    reply = site("supervisor", "/risk/settings/2/", do="approve", over=1, sequence=other.sequence)
    assert "changed a moment ago" in page(reply, 409)
    assert Setting.objects.get(state="active").version == 3
    site("supervisor", "/risk/settings/2/", do="approve", over=3, sequence=other.sequence)
    assert Setting.objects.get(state="active").version == 2


def test_refusal_needs_a_reason_and_tells_the_author(site, people, draft):
    write(people, draft, rule())
    actions.propose(acting(people["officer"]), draft, draft.sequence, "Cars")
    assert "reason is required." in page(
        site("supervisor", "/risk/settings/1/", do="refuse", sequence=3, reason=" "), 400
    )
    site("supervisor", "/risk/settings/1/", do="refuse", sequence=3, reason="Too many")
    assert Setting.objects.get().state == "refused"
    assert "Too many" in Notice.objects.get(user=people["officer"]).text.en
    assert "Refused by" in page(site("officer", "/risk/settings/1/"))


def test_a_proposal_begun_from_an_older_version_says_what_it_would_undo(site, people):
    approved(people, rule())
    other = actions.draft(acting(people["analyst"]))
    approved(people, rule(id="later"))
    actions.propose(acting(people["analyst"]), other, other.sequence, "Nothing")
    assert "Version 3 came into force after this was begun from version 1." in page(
        site("supervisor", "/risk/settings/2/")
    )


def test_a_form_that_is_none_and_a_sequence_that_is_none(site, people, draft):
    assert "nothing to do here" in page(site("officer", "/risk/settings/1/", do="dance"), 400)
    for sequence in ("", "x", "9" * 30, "²"):
        reply = site("officer", "/risk/settings/1/", do="propose", note="n", sequence=sequence)
        assert reply.status_code == 409
    assert Setting.objects.get().state == "draft"


def test_a_table_is_tried_on_the_platforms_history(site, people):
    approved(people, rule(unit_value_distance="", first_time_trader=""))
    setting = actions.draft(acting(people["officer"]))
    write(
        people,
        setting,
        rule(
            id="jp",
            code="",
            origin="JP",
            unit_value_distance="",
            first_time_trader="",
            lane="yellow",
        ),
        rule(id="over", valid_until="2026-02-01"),
    )
    shown = page(site("analyst", "/risk/settings/2/trial/"))
    assert (
        "Version 2: would have hit 4 of 4 declarations (100 %), found 2 in the 3 inspected (66.7 %)"
    ) in shown
    assert (
        "Version 1, in force: would have hit 3 of 4 declarations (75 %), found 1 in the 2 "
        "inspected (50 %)"
    ) in shown
    assert "1 rule that has ended is left out." in shown
    assert "1,500" in shown


def test_a_platform_without_history_says_so(site, draft, monkeypatch):
    monkeypatch.setattr(trial, "history", lambda _fields: HISTORY.clear())
    assert "There is no history to try it on yet." in page(
        site("officer", "/risk/settings/1/trial/")
    )
    assert "no history to try it on" in page(site("officer", "/risk/settings/1/typed/", code="87*"))


def test_a_table_is_tried_on_a_file(site, people, draft):
    write(
        people, draft, rule(code="", origin="known", unit_value_distance="", first_time_trader="")
    )
    past = upload(plant(300).write_csv(), "past.csv")
    shown = page(site("analyst", "/risk/settings/1/trial/", file=past))
    assert "On 300 declarations of past.csv" in shown
    assert "would have hit 300 of 300 declarations (100 %)" in shown


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "Columns are missing"),
        (b"PAR1....", "Only CSV"),
        (b"\xff\xfe\x00\x00", "read"),
    ],
)
def test_a_file_that_is_no_history_is_named(site, draft, data, said):
    assert said in page(site("officer", "/risk/settings/1/trial/", file=upload(data)), 400)
    assert "Choose a file." in page(site("officer", "/risk/settings/1/trial/", go="1"), 400)


def test_in_chinese(site, people, draft, client):
    write(people, draft, rule())
    client.cookies["django_language"] = "zh-hans"
    shown = page(site("officer", "/risk/settings/1/"))
    assert "新增规则" in shown
    assert "商品编号以 87 开头" in shown
