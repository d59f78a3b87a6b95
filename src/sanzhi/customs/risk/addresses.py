"""Addresses made comparable: the same place written in two ways is one text.

Width, case, spaces and punctuation fall away; words are not understood, so that an abbreviation
stays another address.
"""

import unicodedata


def plain(address: str | None) -> str:
    """The address as it is compared; empty where none is told."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKC", address or "").casefold() if sign.isalnum()
    )
