"""The canonical form, held against an implementation of RFC 8785 by others."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.events import Event
from sanzhi.events.canonical import canonical_json, leaf_hash

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
allowed = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)
    ),
    max_leaves=20,
)


@given(allowed)
def test_it_is_rfc_8785(value):
    assert canonical_json(value) == rfc8785.dumps(value)


def test_control_signs_escapes_and_order():
    value = {"b": '\u20ac$\u000f\nA\'B"\\\\"/', "": [None, True, 1], "a": "完税价格😀"}
    assert canonical_json(value) == (
        '{"":[null,true,1],"a":"完税价格😀","b":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, "$"),
        (float("nan"), "$"),
        ([1, 2.5], "$[1]"),
        ({"a": {"b": 0.1}}, "$.a.b"),
        (2**53, "$"),
        (-(2**53), "$"),
        ("\ud800", "$"),
        ({"x": ["ok", "a\udfffb"]}, "$.x[1]"),
        ({"税": "1"}, "$"),
        ({1: "1"}, "$"),
        (b"bytes", "$"),
        ({"when": datetime.now(UTC)}, "$.when"),
        ({"\ud800": 1}, "$"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value, place):
    with pytest.raises(ValueError, match="^" + place.replace("$", r"\$").replace("[", r"\[")):
        canonical_json(value)


def test_a_leaf_is_hashed_apart_from_a_node():
    """RFC 6962: SHA-256 of 0x00 and the data; here of no data."""
    assert leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


def test_an_event_is_the_same_bytes_in_every_time_zone():
    moment = datetime(2026, 11, 21, 11, 3, 27, 123, tzinfo=UTC)
    there = moment.astimezone(timezone(timedelta(hours=8)))
    here = Event("5301-2026-I1", 1, "clearance.paid", "lin", moment, ("a, art. 1",), {"x": "1"})
    elsewhere = Event("5301-2026-I1", 1, "clearance.paid", "lin", there, ("a, art. 1",), {"x": "1"})
    assert here.leaf() == elsewhere.leaf()
    assert here.canonical() == (
        b'{"actor":"lin","blind":"","case":"5301-2026-I1","kind":"clearance.paid",'
        b'"law":["a, art. 1"],'
        b'"payload":{"x":"1"},"sequence":1,"time":"2026-11-21T11:03:27.000123Z"}'
    )


def test_an_event_without_a_zone_cannot_be_logged():
    naive = Event("c", 1, "k", "a", datetime(2026, 1, 1), (), {})  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        naive.canonical()


@given(allowed.filter(lambda value: isinstance(value, dict)), st.lists(texts), texts, texts)
def test_an_event_is_the_canonical_json_of_its_parts(payload, law, text, blind):
    """Its bytes are put together from stored text; they are those of the whole written at once."""
    event = Event(text, 7, text, text, datetime(2026, 1, 1, tzinfo=UTC), tuple(law), payload, blind)
    assert event.canonical() == rfc8785.dumps(
        {
            "actor": text,
            "blind": blind,
            "case": text,
            "kind": text,
            "law": law,
            "payload": payload,
            "sequence": 7,
            "time": "2026-01-01T00:00:00.000000Z",
        }
    )


def test_a_blind_hides_what_a_hash_could_be_guessed_from():
    parts = ("5301-2026-I1", 1, "clearance.paid", "lin", datetime(2026, 1, 1, tzinfo=UTC), (), {})
    assert Event(*parts, "00" * 16).leaf() != Event(*parts, "01" * 16).leaf()


@given(st.integers(0, 7), texts)
def test_any_changed_field_changes_the_leaf(field, text):
    fields = [
        "case",
        1,
        "kind",
        "actor",
        datetime(2026, 1, 1, tzinfo=UTC),
        ("law",),
        {"a": "b"},
        "",
    ]
    before = Event(*fields)
    other = datetime(2026, 1, 2, tzinfo=UTC)
    fields[field] = [text, 2, text, text, other, (text,), {"a": text}, text][field]
    after = Event(*fields)
    assert (after.leaf() == before.leaf()) == (after == before)
