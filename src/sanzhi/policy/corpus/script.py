"""Simplified and traditional Chinese: one script for matching and search."""

from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from opencc import OpenCC

Script = Literal["simplified", "traditional", "none"]

#: Frequent characters of official texts that traditional script writes otherwise.
_TRADITIONAL = frozenset("關於總務會國務發佈進貨稅報檢驗單電設業辦規實動違這個經濟與區對為應將項條")


def simplified(text: str) -> str:
    """The text in simplified script; as it is where it holds nothing traditional."""
    if text.isascii() or script_of(text) != "traditional":
        return text
    return str(_converter("t2s").convert(text))


def traditional(text: str) -> str:
    """The text in traditional script."""
    return text if text.isascii() else str(_converter("s2t").convert(text))


def script_of(text: str) -> Script:
    """Which script the text is in, by frequent characters; `none` without Chinese."""
    if any(sign in _TRADITIONAL for sign in text):
        return "traditional"
    return "simplified" if any("一" <= sign <= "鿿" for sign in text) else "none"


@cache
def _converter(name: str) -> "OpenCC":
    from opencc import OpenCC  # noqa: PLC0415 - heavy, and of the extra "policy"

    return OpenCC(name)
