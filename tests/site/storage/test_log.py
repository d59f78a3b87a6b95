"""The stored log: sealed, integrated, proved, and written with one key."""

from datetime import timedelta

import pytest
from consignments import NOW, at_once, declare
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection

from sanzhi.core.findings import Unusable
from sanzhi.events.canonical import leaf_hash
from sanzhi.events.merkle import verify_consistency, verify_inclusion
from sanzhi.site.events import log
from sanzhi.site.events.keys import require_keys, signing_key, signing_name
from sanzhi.site.events.log import (
    integrate,
    look_again,
    prove_consistency,
    prove_inclusion,
    verify_log,
)
from sanzhi.site.events.models import CheckpointRecord, EventRecord, LogKey, Tile
from sanzhi.site.events.standing import last_events
from sanzhi.site.events.stored import log_size

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = EventRecord._meta.db_table
OTHER_SECRET = "another secret of at least thirty-two characters"


@pytest.fixture
def logged(lodge) -> int:
    """Five cases of four events, integrated in two batches."""
    for number in range(3):
        lodge(declare(f"R{number}", procedure="0110"))
    integrate(NOW)
    for number in range(3, 5):
        lodge(declare(f"R{number}", procedure="0110"))
    integrate(NOW)
    return EventRecord.objects.count()


def found() -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in verify_log(last_events(), now=NOW)]


def test_the_log_is_whole(logged):
    assert log_size() == logged
    assert CheckpointRecord.objects.count() == 2
    assert found() == []
    assert integrate(NOW) == 0


def test_events_not_taken_yet_do_not_make_it_less_whole(logged, lodge):
    lodge(declare("waiting"))
    assert found() == []
    assert integrate(NOW) > 0
    assert found() == []


def test_what_waits_for_long_is_named(logged, lodge):
    number = lodge(declare("waiting")).case.number
    late = [(one.code, one.path) for one in verify_log(now=NOW + timedelta(minutes=61))]
    assert late == [("events.waiting_long", f"{number}/{place}") for place in range(1, 5)]


def test_proofs_lead_to_the_signed_roots(logged):
    first, last = CheckpointRecord.objects.order_by("size")
    for event in EventRecord.objects.all():
        data, proof = prove_inclusion(event, last.size)
        assert verify_inclusion(leaf_hash(data), event.index, last.size, proof, bytes(last.root))
    proof = prove_consistency(first.size, last.size)
    assert verify_consistency(first.size, last.size, bytes(first.root), bytes(last.root), proof)


def test_two_events_that_say_the_same_have_other_hashes(logged):
    """Each is blinded by a random value of its own."""
    blinds = set(EventRecord.objects.values_list("blind", flat=True))
    assert len(blinds) == logged
    assert {len(blind) for blind in blinds} == {32}


def test_integrated_from_four_sides_at_once_each_event_has_one_place(lodge):
    for number in range(6):
        lodge(declare(f"R{number}"))
    done = at_once(*[lambda: integrate(NOW)] * 4)
    assert [one for one in done if isinstance(one, Exception)] == []
    while integrate(NOW):
        pass
    places = EventRecord.objects.order_by("index").values_list("index", flat=True)
    assert list(places) == list(range(EventRecord.objects.count()))
    assert found() == []


def by_hand(sequence: int = 5, **columns: object) -> int:
    """An event as somebody writes it who has the database and not the site's secret."""
    row = EventRecord.objects.get(index=3)
    row.pk, row.index, row.sequence = None, None, sequence
    row.save(force_insert=True)
    EventRecord.objects.filter(pk=row.pk).update(**columns)
    return row.pk


def test_an_event_written_by_hand_is_set_aside_with_an_alarm_and_stops_nothing(
    logged, lodge, monkeypatch
):
    alarms: list[str] = []
    monkeypatch.setattr(log._LOG, "error", lambda text, *given: alarms.append(text % given))
    forged = by_hand(kind="clearance.released", payload='{"lane":"green"}')
    new = lodge(declare("new")).case
    assert integrate(NOW) == 4
    places = EventRecord.objects.filter(case=new.number).values_list("index", flat=True)
    assert set(places) == {20, 21, 22, 23}
    row = EventRecord.objects.get(pk=forged)
    assert (row.index, row.aside) == (None, True)
    assert integrate(NOW) == 0
    [alarm] = alarms
    assert f"Event {row.case}/5" in alarm
    assert found() == [("events.unsealed", f"{row.case}/5")]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps to its types")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", "{"),
        ("payload", b"\xff"),
        ("time", "yesterday"),
        ("sequence", "many"),
        ("case", b"\xff\xfe"),
        ("seal", 7.5),
    ],
)
def test_an_event_that_cannot_be_read_is_set_aside_and_stops_nothing(column, value, logged, lodge):
    forged = by_hand()
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {EVENTS} SET "{column}" = %s WHERE id = %s', (value, forged))
    lodge(declare("new"))
    assert integrate(NOW) == 4
    assert EventRecord.objects.filter(pk=forged, aside=True).exists()
    [(code, _)] = found()
    assert code in {"events.unsealed", "events.unreadable"}


def test_more_events_by_hand_than_a_batch_hold_up_none_of_the_site(logged, lodge, monkeypatch):
    monkeypatch.setattr(log, "BATCH", 3)
    for number in range(7):
        by_hand(100 + number)
    lodge(declare("new"))
    taken = []
    while one := integrate(NOW):
        taken.append(one)
    assert sum(taken) == 4
    assert EventRecord.objects.filter(aside=True).count() == 7


def test_what_was_set_aside_is_looked_at_again(logged, lodge, settings):
    """A process was started with another secret; it is given to the sequencer, which goes on."""
    own = settings.SECRET_KEY
    settings.SECRET_KEY = OTHER_SECRET
    case = lodge(declare("other")).case
    settings.SECRET_KEY = own
    assert integrate(NOW) == 0
    assert {code for code, _ in found()} == {"events.unsealed", "events.missing"}
    settings.SECRET_KEY_FALLBACKS = [OTHER_SECRET]
    assert integrate(NOW) == 0
    assert found() == [("events.set_aside", f"{case.number}/{place}") for place in range(1, 5)]
    look_again()
    assert integrate(NOW) == 4
    assert found() == []


def test_a_secret_that_was_changed_seals_on_while_the_one_before_is_known(logged, lodge, settings):
    before = settings.SECRET_KEY
    settings.SECRET_KEY = OTHER_SECRET
    with pytest.raises(Unusable) as refused:
        integrate(NOW)
    finding = refused.value.finding
    assert (finding.code, finding.path) == ("events.key", "SANZHI_SECRET_KEY")
    assert (finding.code, finding.path) in found()
    settings.SECRET_KEY_FALLBACKS = [before]
    lodge(declare("new"))
    assert integrate(NOW) == 4
    assert found() == []
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = before, []
    with pytest.raises(Unusable):
        integrate(NOW)


def test_a_process_with_another_data_folder_signs_nothing(logged, lodge, settings, tmp_path):
    lodge(declare("new"))
    home, settings.HOME = settings.HOME, tmp_path
    with pytest.raises(Unusable) as lost:
        integrate(NOW)
    assert (lost.value.finding.code, lost.value.finding.path) == ("events.key_lost", "log_key.pem")
    assert not (tmp_path / "log_key.pem").exists()
    other_key = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    (tmp_path / "log_key.pem").write_bytes(other_key)
    with pytest.raises(Unusable) as other:
        integrate(NOW)
    assert (other.value.finding.code, other.value.finding.path) == ("events.key", "log_key.pem")
    assert other.value.finding.mend
    assert log_size() == logged
    assert ("events.key", "log_key.pem") in found()
    settings.HOME = home
    assert integrate(NOW) == 4
    assert found() == []


def test_the_names_of_the_keys_are_given_back_by_whoever_has_the_keys(logged):
    LogKey.objects.all().delete()
    assert {code for code, _ in found()} == {"events.key"}
    require_keys()
    assert found() == []


def test_from_many_sides_at_once_one_key_is_made(settings, tmp_path):
    settings.HOME = tmp_path
    made = at_once(*[signing_name] * 8)
    assert len(set(made)) == 1, made
    assert [path.name for path in tmp_path.iterdir()] == ["log_key.pem"]
    assert (tmp_path / "log_key.pem").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_text("no key", encoding="ascii"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:60]),
        lambda path: path.write_bytes(b"\xff" * 200),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["text", "empty", "cut short", "bytes", "a folder"],
)
def test_a_damaged_key_is_one_finding_that_says_how_to_mend_it(damage, settings, tmp_path):
    settings.HOME = tmp_path
    signing_key()
    damage(tmp_path / "log_key.pem")
    for use in (signing_key, lambda: list(verify_log()), lambda: integrate(NOW)):
        with pytest.raises(Unusable) as unusable:
            use()
        finding = unusable.value.finding
        assert (finding.code, finding.path) == ("events.key_unusable", "log_key.pem")
        assert finding.mend
        assert finding.mend.zh


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (Tile, {"hashes": b""}),
        (Tile, {"hashes": bytes(32 * 20)}),
        (CheckpointRecord, {"signature": bytes(64)}),
        (CheckpointRecord, {"root": bytes(32)}),
    ],
)
def test_no_checkpoint_is_signed_on_top_of_a_log_that_was_tampered_with(
    table, change, logged, lodge
):
    """It would vouch for what somebody did to what it rests on."""
    table.objects.update(**change)
    lodge(declare("new"))
    with pytest.raises(Unusable):
        integrate(NOW)
    assert log_size() == logged
    assert EventRecord.objects.filter(index=None, aside=False).count() == 4
