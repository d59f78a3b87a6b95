"""A log is verified: whatever was done to it is found and named."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sanzhi.core.findings import Finding, Unusable
from sanzhi.events import Event, verification
from sanzhi.events.checkpoints import Checkpoint, key_id, read_note, sign
from sanzhi.events.merkle import Tiles, grow, root
from sanzhi.events.seals import seal, seal_key
from sanzhi.events.verification import Keys, Logged

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEAL = seal_key("the site's own secret")
KEYS = Keys(KEY.public_key(), [SEAL])
START = datetime(2026, 1, 1, tzinfo=UTC)


class Log:
    """A log of `count` events, three a case, with a checkpoint every `batch`."""

    def __init__(self, count: int, batch: int = 5) -> None:
        self.events = [
            Event(
                f"case-{number // 3}",
                number % 3 + 1,
                "clearance.paid",
                "lin",
                START + timedelta(seconds=number),
                ("customs-law",),
                {"amount": str(number)},
            )
            for number in range(count)
        ]
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.checkpoints: list[Checkpoint] = []
        self.size = 0
        for start in range(0, count, batch):
            self.take(self.events[start : start + batch])

    def take(self, events: Sequence[Event]) -> None:
        self.tiles |= grow(self.size, [event.leaf() for event in events], self.read)
        self.size += len(events)
        self.checkpoints.append(sign("log", self.size, self.root(), KEY))

    def read(self, level: int, index: int) -> bytes:
        return self.tiles.get((level, index), b"")

    def root(self) -> bytes:
        return root(self.size, Tiles(self.read).subtree)

    def verify(
        self,
        logged: list[Logged] | None = None,
        *,
        now: datetime = START,
        cases: Sequence[tuple[str, int]] = (),
        kept: Sequence[Checkpoint] = (),
        **changes: object,
    ) -> list[Finding]:
        held = verification.Log(
            logged if logged is not None else self.logged(),
            Tiles(self.read),
            {place: len(tile) for place, tile in self.tiles.items()},
            self.size,
            self.checkpoints,
        )._replace(**changes)
        return list(verification.verify(held, KEYS, now, cases=cases, kept=kept))

    def logged(self) -> list[Logged]:
        return [stored(index, event) for index, event in enumerate(self.events)]


def stored(place: int | None, event: Event) -> Logged:
    """An event as the site stores it."""
    return Logged(place, event.entry(), seal(event.canonical(), SEAL))


def altered(logged: Logged, **change: object) -> Logged:
    """An event that somebody changed in the store, who cannot seal it."""
    return logged._replace(entry=logged.entry._replace(**change))


def named(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in findings]


@pytest.mark.parametrize("count", [0, 1, 5, 12, 300])
def test_a_whole_log_has_no_findings(count):
    assert Log(count, batch=100 if count > 100 else 5).verify() == []


def test_events_waiting_for_the_tree_are_no_fault():
    log = Log(12)
    waiting = Event("case-4", 1, "clearance.paid", "lin", START, (), {})
    assert log.verify([*log.logged(), stored(None, waiting)]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "someone"},
        {"payload": '{"amount":"1"}'},
        {"payload": '{"amount":1.5}'},
        {"payload": "{"},
        {"payload": "[" * 100_000},
        {"payload": '{"amount":"\ud800"}'},
        {"law": "[]"},
        {"law": ""},
        {"law": '["customs-law"],"payload":{}'},
        {"kind": "clearance.refunded"},
        {"time": "2026-01-01T00:00:00.000000Z"},
        {"time": "infinity"},
        {"blind": "00"},
    ],
)
def test_a_changed_event_is_named(change):
    log = Log(12)
    logged = log.logged()
    logged[7] = altered(logged[7], **change)
    (found,) = log.verify(logged)
    assert (found.code, found.path) == ("events.changed", "log[7]")
    assert "case-2/2" in found.text.en
    assert "case-2/2" in found.text.zh


def test_a_removed_event_is_named():
    log = Log(12)
    logged = log.logged()
    del logged[7]
    assert named(log.verify(logged)) == [("events.removed", "log[7]"), ("events.gap", "case-2/2")]


def test_the_last_events_removed_are_named():
    log = Log(12)
    assert named(log.verify(log.logged()[:10])) == [
        ("events.removed", "log[10]"),
        ("events.removed", "log[11]"),
    ]


def test_an_inserted_event_is_named():
    """What claims a place that another event has was not what was logged there."""
    log = Log(12)
    forged = Event("case-9", 1, "clearance.paid", "eve", START, (), {})
    logged = [*log.logged()[:5], Logged(5, forged.entry()), *log.logged()[6:]]
    assert ("events.changed", "log[5]") in named(log.verify(logged))
    appended = [*log.logged(), Logged(12, forged.entry())]
    assert named(log.verify(appended)) == [("events.unsequenced_index", "log[12]")]


def test_reordered_events_are_named_with_their_places():
    log = Log(12)
    logged = log.logged()
    logged[4], logged[9] = logged[9]._replace(place=4), logged[4]._replace(place=9)
    found = log.verify(logged)
    assert named(found) == [("events.reordered", "log[4]"), ("events.reordered", "log[9]")]
    assert "logged at 9" in found[0].text.en


def test_a_log_cut_short_is_held_against_its_checkpoints():
    log = Log(12)
    assert ("events.truncated", "checkpoint 12") in named(log.verify(log.logged()[:10], size=10))


def test_a_gap_in_a_case_is_named_among_waiting_events_too():
    log = Log(12)
    late = Event("case-1", 5, "clearance.paid", "lin", START, (), {})
    assert named(log.verify([*log.logged(), stored(None, late)])) == [("events.gap", "case-1/4")]


def test_an_event_changed_together_with_its_hash_breaks_the_signed_root():
    log = Log(12)
    logged = log.logged()
    logged[7] = altered(logged[7], actor="someone")
    tile = log.tiles[0, 0]
    log.tiles[0, 0] = tile[: 32 * 7] + logged[7].entry.leaf() + tile[32 * 8 :]
    found = log.verify(logged)
    assert named(found) == [
        ("events.unsealed", "log[7]"),
        ("events.root", "checkpoint 10"),
        ("events.root", "checkpoint 12"),
    ]
    assert "between 5 and 9" in found[1].text.en


def test_a_re_signed_history_needs_the_key():
    log = Log(12)
    thief = Ed25519PrivateKey.generate()
    log.checkpoints[-1] = sign("log", 12, log.root(), thief)
    assert named(log.verify()) == [("events.signature", "checkpoint 12")]


def test_an_upper_hash_that_does_not_match_is_named():
    log = Log(300, batch=300)
    log.tiles[1, 0] = b"\0" * 32
    assert ("events.tree", "tree[1][0]") in named(log.verify())


def test_what_does_not_rest_on_a_lost_tile_is_verified_all_the_same():
    log = Log(700, batch=100)
    logged = log.logged()
    logged[3] = altered(logged[3], actor="eve")
    logged[600] = altered(logged[600], actor="eve")
    del logged[649]
    del log.tiles[0, 0]
    assert named(log.verify(logged, cases=[("case-700", 1)])) == [
        ("events.tile_lost", "tree[0][0]"),
        ("events.unsealed", "log[3]"),
        ("events.changed", "log[600]"),
        ("events.removed", "log[649]"),
        ("events.gap", "case-216/2"),
        ("events.missing", "case-700/1"),
    ]
    log.tiles[0, 2] = log.tiles[0, 2][:-1] + b"\0"
    found = named(log.verify())
    assert ("events.hash", "log[699]") in found
    assert ("events.root", "checkpoint 700") in found


def test_a_tile_cut_short_or_drawn_out_is_named():
    log = Log(12)
    log.tiles[0, 0] = log.tiles[0, 0][:-5]
    assert named(log.verify()) == [("events.tile_lost", "tree[0][0]")]
    log = Log(300, batch=300)
    log.tiles[0, 0] += b"\0"
    log.tiles[0, 1] += bytes(32)
    log.tiles[3, 9] = bytes(64)
    assert named(log.verify()) == [
        ("events.surplus", "log[300]"),
        ("events.surplus", "tree[0][0]"),
        ("events.surplus", "tree[3][9]"),
    ]


@pytest.mark.parametrize(
    ("law", "payload"),
    [
        ('["customs-law"]', '{"amount": "7"}'),
        ('["customs-law"]', '{"amount":"\\u0037"}'),
        ('["customs-law"]', '{"amount":"1","amount":"7"}'),
        ('["customs-law"]', '{"amount":"7"}\n'),
        ('[ "customs-law" ]', '{"amount":"7"}'),
        ('["customs\\u002dlaw"]', '{"amount":"7"}'),
    ],
)
def test_a_text_that_says_the_same_in_other_bytes_is_named(law, payload):
    log = Log(12)
    logged = log.logged()
    logged[7] = altered(logged[7], law=law, payload=payload)
    assert named(log.verify(logged)) == [("events.bytes", "log[7]")]


def test_law_and_payload_cannot_be_moved_into_each_other():
    """Their bytes are joined without parsing; another split of them is another entry."""
    log = Log(0)
    nested = {"a": 1, "payload": {"b": 2}}
    log.events = [Event("case-0", 1, "clearance.paid", "lin", START, ("customs-law",), nested)]
    log.take(log.events)
    assert log.verify() == []
    [logged] = log.logged()
    moved = altered(logged, law='["customs-law"],"payload":{"a":1', payload='{"b":2}}')
    assert moved.entry.canonical() == logged.entry.canonical()
    assert named(log.verify([moved])) == [("events.changed", "log[0]")]


def test_an_event_without_the_seal_was_not_written_by_the_site():
    log = Log(12)
    logged = log.logged()
    logged[7] = logged[7]._replace(seal="0" * 64)
    logged[8] = logged[8]._replace(seal="不是封印")
    assert named(log.verify(logged)) == [
        ("events.unsealed", "log[7]"),
        ("events.unsealed", "log[8]"),
    ]


def test_what_waits_or_was_set_aside_is_named():
    log = Log(6)
    new = stored(None, Event("case-4", 1, "clearance.paid", "lin", START, (), {}))
    by_hand = Logged(None, Event("case-0", 4, "clearance.paid", "eve", START, (), {}).entry())
    late = START + timedelta(hours=3, minutes=5)
    assert named(log.verify([*log.logged(), new], now=START + timedelta(minutes=59))) == []
    [found] = log.verify([*log.logged(), new], now=late)
    assert (found.code, found.path) == ("events.waiting_long", "case-4/1")
    assert "3 hours" in found.text.en
    aside = new._replace(is_aside=True)
    assert named(log.verify([*log.logged(), aside])) == [("events.set_aside", "case-4/1")]
    placed = [one._replace(is_aside=one.place == 2) for one in log.logged()]
    assert named(log.verify(placed)) == [("events.marked", "log[2]")]
    assert named(log.verify([*log.logged(), by_hand])) == [("events.unsealed", "case-0/4")]
    broken = new._replace(is_readable=False)
    assert named(log.verify([*log.logged(), broken])) == [("events.unreadable", "case-4/1")]


def test_an_event_written_by_hand_hides_no_removed_one():
    log = Log(6)
    logged = log.logged()
    by_hand = Logged(None, log.events[1].entry())
    del logged[1]
    assert named(log.verify([*logged, by_hand])) == [
        ("events.removed", "log[1]"),
        ("events.unsealed", "case-0/2"),
        ("events.gap", "case-0/2"),
    ]


@pytest.mark.parametrize("place", [-7, -1, 12, 2**62])
def test_a_place_outside_the_log_is_named(place):
    log = Log(12)
    forged = Event("case-9", 1, "clearance.paid", "eve", START, (), {})
    assert named(log.verify([Logged(place, forged.entry()), *log.logged()])) == [
        ("events.unsequenced_index", f"log[{place}]")
    ]


def test_every_finding_says_how_to_mend_it_in_both_languages():
    log = Log(12)
    logged = log.logged()
    logged[7] = altered(logged[7], case="case\n" + "9" * 10_000)
    for found in log.verify(logged[:-1]):
        assert "\n" not in found.text.en + found.path
        assert len(found.text.en) < 300
        assert found.mend is not None
        assert found.mend.zh


def test_an_absurd_number_is_one_gap():
    log = Log(3)
    logged = log.logged()
    logged[2] = altered(logged[2], sequence=2**31 - 1)
    assert named(log.verify(logged)) == [("events.changed", "log[2]"), ("events.gap", "case-0/3")]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_single_change_goes_unseen(data):
    log = Log(data.draw(st.integers(2, 40)), batch=data.draw(st.integers(1, 9)))
    logged = log.logged()
    place = data.draw(st.integers(0, len(logged) - 1))
    match data.draw(st.sampled_from(["change", "remove", "swap"])):
        case "change":
            logged[place] = altered(logged[place], actor="eve")
        case "remove":
            del logged[place]
        case "swap":
            other = (place + 1) % len(logged)
            logged[place], logged[other] = (
                logged[other]._replace(place=place),
                logged[place]._replace(place=other),
            )
    found = log.verify(logged)
    assert f"log[{place}]" in {one.path for one in found}


def test_a_checkpoint_is_a_signed_note():
    checkpoint = sign("sanzhi.example/log", 3, bytes(32), KEY)
    note = checkpoint.note(KEY.public_key())
    body, _, signature = note.partition("\n\n")
    assert body.split("\n") == ["sanzhi.example/log", "3", base64.b64encode(bytes(32)).decode()]
    dash, origin, encoded = signature.rstrip("\n").split(" ")
    raw = base64.b64decode(encoded)
    assert (dash, origin) == ("—", "sanzhi.example/log")
    assert raw[:4] == key_id("sanzhi.example/log", KEY.public_key())
    KEY.public_key().verify(raw[4:], f"{body}\n".encode())


@pytest.mark.parametrize(
    "change",
    [{"size": 4}, {"root": bytes([1] * 32)}, {"origin": "other"}, {"signature": bytes(64)}],
)
def test_a_changed_checkpoint_is_not_signed(change):
    checkpoint = sign("log", 3, bytes(32), KEY)
    assert checkpoint.is_signed_by(KEY.public_key())
    assert not replace(checkpoint, **change).is_signed_by(KEY.public_key())
    assert not checkpoint.is_signed_by(Ed25519PrivateKey.generate().public_key())


def test_a_log_cut_short_together_with_its_checkpoints_leaves_hashes_over():
    log = Log(300, batch=100)
    found = log.verify(log.logged()[:100], size=100, checkpoints=log.checkpoints[:1])
    assert named(found) == [("events.surplus", "log[100]"), ("events.surplus", "tree[1][0]")]
    assert "200 hashes" in found[0].text.en


def test_hashes_of_whole_tiles_left_over_are_found():
    log = Log(600, batch=256)
    found = log.verify(log.logged()[:256], size=256, checkpoints=log.checkpoints[:1])
    assert named(found) == [("events.surplus", "log[256]"), ("events.surplus", "tree[1][0]")]
    assert "344 hashes" in found[0].text.en


def test_a_case_whose_last_events_are_gone_is_named():
    whole, short = Log(12), Log(10)
    cases = [(f"case-{number}", 3) for number in range(4)]
    assert verified(whole, cases=cases) == []
    assert verified(short, cases=cases) == [("events.missing", "case-3/2")]
    assert verified(whole, cases=[*cases, ("case-9", 4)]) == [("events.missing", "case-9/1")]


def test_a_log_emptied_while_cases_stand_is_named_once():
    assert verified(Log(0), cases=[("case-0", 3), ("case-1", 3)]) == [("events.emptied", "log")]
    assert verified(Log(0), cases=[]) == []


def test_a_checkpoint_kept_elsewhere_holds_a_log_that_was_made_anew():
    """Whoever has the key can write another history; not the note somebody else keeps."""
    kept = Log(12).checkpoints[-1]
    assert verified(Log(15), kept=[kept]) == []
    assert verified(Log(10), kept=[kept]) == [("events.truncated", "checkpoint 12")]
    forged = Log(12)
    forged.events[3] = replace(forged.events[3], actor="someone")
    anew = Log(0)
    anew.events = forged.events
    anew.take(forged.events)
    assert verified(anew) == []
    assert verified(anew, kept=[kept]) == [("events.root", "checkpoint 12")]


def verified(log: Log, **known: object) -> list[tuple[str, str]]:
    return named(log.verify(**known))


def test_a_note_is_read_as_it_was_written():
    checkpoint = Log(12).checkpoints[-1]
    note = checkpoint.note(KEY.public_key())
    assert read_note(note) == checkpoint
    assert read_note(note.replace("\n", "\r\n")) == checkpoint
    assert read_note(note).is_signed_by(KEY.public_key())
    assert not read_note(note.replace("\n12\n", "\n13\n")).is_signed_by(KEY.public_key())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n12\n",
        "log\n12\nAAAA\n\n— log AAAA\n",
        "\0" * 50,
        "log\n012\n" + "A" * 44 + "\n\n— log AAAAAAAA\n",
        "log\n12\n" + "=" * 44 + "\n\n— log AAAA\n",
    ],
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(Unusable) as refused:
        read_note(text)
    assert refused.value.finding.code == "checkpoint.unreadable"
