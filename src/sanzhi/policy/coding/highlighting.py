"""Evidence within its text (证据标注): the text cut into runs, each with what marks it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from sanzhi.policy.coding.record import Span


class Segment(NamedTuple):
    """A run of a text under the same marks throughout. `start` and `end` are code points of the
    whole text; `keys` name the marks in the order in which they were given, none for a run that
    nothing marks."""

    text: str
    start: int
    end: int
    keys: tuple[str, ...]


def segments(text: str, marked: Mapping[str, Sequence[Span]]) -> list[Segment]:
    """The text as runs; joined they give it back.

    Spans of different keys may overlap or nest, those of one key may touch; what reaches beyond
    the text is cut off there. An empty text has no run.
    """
    bounds = {0, len(text)}
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for nth, spans in enumerate(marked.values()):
        for span in spans:
            if span.start < len(text):
                end = min(span.end, len(text))
                bounds |= {span.start, end}
                begins.setdefault(span.start, []).append(nth)
                ends.setdefault(end, []).append(nth)
    names = list(marked)
    open_ = [0] * len(names)
    found: list[Segment] = []
    places = sorted(bounds)
    for start, end in pairwise(places):
        for nth in begins.get(start, ()):
            open_[nth] += 1
        for nth in ends.get(start, ()):
            open_[nth] -= 1
        keys = tuple(name for name, many in zip(names, open_, strict=True) if many)
        if found and found[-1].keys == keys:
            begun = found[-1].start
            found[-1] = Segment(text[begun:end], begun, end, keys)
        else:
            found.append(Segment(text[start:end], start, end, keys))
    return found
