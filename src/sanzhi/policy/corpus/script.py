"""Simplified and traditional Chinese: one script for matching and search."""

from functools import cache
from typing import TYPE_CHECKING, Literal

from sanzhi.policy.extra import part

if TYPE_CHECKING:
    from opencc import OpenCC

Script = Literal["simplified", "traditional", "none"]

#: The unified ideographs (CJK 4E00–9FFF), each on a line of its own.
_IDEOGRAPHS = "\n".join(map(chr, range(0x4E00, 0xA000)))


def simplified(text: str) -> str:
    """The text in simplified script; as it is where it holds nothing traditional."""
    if text.isascii() or _signs("t2s").isdisjoint(text):
        return text
    return str(_converter("t2s").convert(text))


def traditional(text: str) -> str:
    """The text in traditional script."""
    return text if text.isascii() else str(_converter("s2t").convert(text))


def script_of(text: str) -> Script:
    """The script most of whose own characters the text uses; `none` without Chinese."""
    signs = set(text)
    if not any("一" <= sign <= "鿿" for sign in signs):
        return "none"
    ahead = len(signs & _signs("t2s")) > len(signs & _signs("s2t"))
    return "traditional" if ahead else "simplified"


@cache
def _signs(name: str) -> frozenset[str]:
    """The characters that a conversion changes: those of the other script alone."""
    changed = str(_converter(name).convert(_IDEOGRAPHS)).split("\n")
    return frozenset(
        sign for sign, other in zip(_IDEOGRAPHS.split("\n"), changed, strict=True) if sign != other
    )


@cache
def _converter(name: str) -> "OpenCC":
    converter: OpenCC = part("opencc").OpenCC(name)
    return converter
