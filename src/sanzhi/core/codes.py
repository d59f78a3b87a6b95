"""Codes: what is stored and compared, with its words beside it in both languages.

An event, a row or a file holds the code; a page shows the words. A decision never rests on a
sentence.
"""

from enum import StrEnum
from typing import Self

from sanzhi.core.findings import Text


class Code(StrEnum):
    """A closed list of codes: `PASS = "pass", "passed", "通过"`."""

    text: Text

    # To a type checker the look-up `Lane("red")` makes a code, so that the words are optional here;
    # a code that is declared without them does not load.
    def __new__(cls, value: str, *words: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = Text(*words)
        return member
