"""Seals: the site's own, and nobody else's."""

import hmac
from hashlib import sha256

import pytest

from sanzhi.events.seals import is_sealed, seal, seal_key, seal_key_name

SECRET = "the site's own secret"


def test_a_seal_is_an_hmac_under_a_key_derived_by_hkdf():
    """RFC 5869 written down: extract without a salt, expand by one block."""
    extracted = hmac.digest(bytes(32), SECRET.encode(), sha256)
    expanded = hmac.digest(extracted, b"sanzhi event seal\x01", sha256)
    assert seal_key(SECRET) == expanded
    assert seal(b"an event", seal_key(SECRET)) == hmac.digest(expanded, b"an event", sha256).hex()


def test_the_name_of_a_key_is_not_a_part_of_it():
    assert seal_key_name(SECRET) not in seal_key(SECRET).hex()
    assert seal_key_name(SECRET) != seal_key_name(SECRET + "!")


@pytest.mark.parametrize("other", ["", "0" * 64, "不是封印", "\ud800"])
def test_only_the_seal_of_a_known_key_holds(other):
    old, new = seal_key("before"), seal_key("after")
    sealed = seal(b"an event", old)
    assert is_sealed(b"an event", sealed, [new, old])
    assert not is_sealed(b"an event", sealed, [new])
    assert not is_sealed(b"another", sealed, [new, old])
    assert not is_sealed(b"an event", sealed.upper(), [old])
    assert not is_sealed(b"an event", other, [new, old])
    assert not is_sealed(b"an event", sealed, [])
