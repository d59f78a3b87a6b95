"""What is typed into the form becomes the draft's fields, whatever is typed."""

import json
from datetime import UTC, date, datetime

from clearance_cases import cosmetics
from hypothesis import example, given
from hypothesis import strategies as st

from sanzhi.site.accounts.access import actor_of
from sanzhi.site.clearance.drafting import add_item, blank, overlay, remove_item
from sanzhi.site.clearance.form_fields import KNOWN, field_id

PATHS = sorted(KNOWN)
places = st.integers(min_value=0, max_value=10_000)


@st.composite
def posted(draw) -> dict[str, str]:
    """Names of the form's fields at any place, with any text."""
    found = {}
    for path in draw(st.lists(st.sampled_from(PATHS), max_size=12)):
        name = path
        while "[]" in name:
            name = name.replace("[]", f"[{draw(places)}]", 1)
        found[name] = draw(st.text(max_size=40))
    return found


@given(posted())
@example({"documents[1].number": "0"})
def test_any_post_gives_fields_that_can_be_stored(said):
    fields = overlay(cosmetics(), said)
    assert json.loads(json.dumps(fields)) == fields
    assert len(fields["items"]) == 1
    assert overlay(fields, said) == fields


@given(st.dictionaries(st.text(max_size=60), st.text(max_size=40), max_size=8))
def test_names_that_are_no_fields_change_nothing(said):
    unknown = {name: text for name, text in said.items() if name not in KNOWN}
    plain = overlay(cosmetics(), {})
    assert overlay(cosmetics(), unknown) == plain


def test_what_the_form_does_not_show_stays():
    fields = cosmetics(manual="C2248", containers=[{"number": "TGHU1234567"}])
    merged = overlay(fields, {"contract": "OC-8", "items[0].price": "１，２３４.50"})
    assert (merged["manual"], merged["containers"]) == ("C2248", fields["containers"])
    assert merged["contract"] == "OC-8"
    assert merged["items"][0]["price"] == "1234.50"
    assert merged["items"][0]["quantity"] == "20"


def test_an_emptied_field_is_taken_away_with_what_it_leaves_empty():
    fields = cosmetics(documents=[{"type": "A", "number": "1"}])
    merged = overlay(
        fields,
        {
            "contract": " ",
            "documents[0].type": "",
            "documents[0].number": "",
            "items[0].elements[5]": "",
            "parties[consignor].name": "",
        },
    )
    assert "contract" not in merged
    assert merged["documents"] == []
    assert len(merged["items"][0]["elements"]) == 5
    assert [party["role"] for party in merged["parties"]] == ["trader"]


def test_items_stay_numbered_from_one():
    fields = cosmetics()
    add_item(fields)
    add_item(fields)
    remove_item(fields, 0)
    remove_item(fields, 99)
    assert [item["number"] for item in fields["items"]] == [1, 2]
    assert all(item["origin"] == "FR" for item in fields["items"])


def test_each_field_of_the_form_has_an_id_of_its_own():
    ids = {field_id(path) for path in KNOWN}
    assert len(ids) == len(KNOWN)


def test_a_reference_carries_the_day_in_china(people):
    """At 20:00 UTC the next day has begun in China."""
    made = blank(
        actor_of(people["trader"], date(2026, 6, 2)), None, datetime(2026, 6, 1, 20, tzinfo=UTC)
    )
    assert json.loads(made.content)["reference"].startswith("20260602-")
