"""Full-text search over a corpus, also for words of two characters (电子, 跨境).

The texts are kept in one script and case, and searched as they are: counting a word in ten million
characters takes some hundredths of a second, so that no index of words can miss what another
segmentation would find. Ranking is BM25 (Robertson & Zaragoza 2009), titles and numbers counting
threefold.
"""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.script import script_of, simplified
from sanzhi.policy.extra import part

_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
_TITLE: Final = 3
#: Characters before and after a hit in its snippet.
_AROUND: Final = 40
MAX_WORDS: Final = 20


class Hit(NamedTuple):
    """A policy that was found. `start` and `end` are the first hit in its text, in code points,
    both 0 where only title or number have it; `marks` are the words sought within the snippet."""

    policy: str
    title: str
    score: float
    snippet: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...] = ()


class Index:
    """A corpus ready to be searched."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._policies = list(policies)
        self._texts = [_folded(one.text) for one in self._policies]
        self._titles = [_folded(f"{one.title}\n{one.number or ''}") for one in self._policies]
        lengths = [
            len(text) + len(title) for text, title in zip(self._texts, self._titles, strict=True)
        ]
        mean = sum(lengths) / len(lengths) if lengths and sum(lengths) else 1.0
        self._weights = [1 - _LENGTH + _LENGTH * length / mean for length in lengths]

    def search(self, words: str, limit: int = 10) -> list[Hit]:
        """The policies that hold every one of the words, best first.

        Words are separated by spaces. A Chinese phrase that stands nowhere as it is written is
        sought by the words in it. Nothing is found for no words.
        """
        terms = [_folded(word) for word in words.split()[:MAX_WORDS]]
        if not terms:
            return []
        scores: dict[int, float] = {}
        sought: list[str] = []
        for nth, term in enumerate(terms):
            found, parts = self._scores(term)
            sought += parts
            scores = (
                found
                if nth == 0
                else {i: scores[i] + found[i] for i in scores.keys() & found.keys()}
            )
        best = sorted(scores, key=lambda i: (-scores[i], self._policies[i].id))[:limit]
        return [self._hit(i, scores[i], sought) for i in best]

    def _scores(self, term: str) -> tuple[dict[int, float], list[str]]:
        """BM25 of each policy that holds a term, and the terms it was sought by."""
        whole = self._counts(term)
        if whole:
            return self._bm25(whole), [term]
        parts = [word for word in _segmented(term) if word != term]
        total: dict[int, float] = {}
        for nth, word in enumerate(parts):
            found = self._bm25(self._counts(word))
            total = (
                found if nth == 0 else {i: total[i] + found[i] for i in total.keys() & found.keys()}
            )
        return total, parts

    def _counts(self, term: str) -> dict[int, int]:
        found = {}
        for i, (text, title) in enumerate(zip(self._texts, self._titles, strict=True)):
            count = text.count(term) + _TITLE * title.count(term)
            if count:
                found[i] = count
        return found

    def _bm25(self, counts: dict[int, int]) -> dict[int, float]:
        rarity = math.log(1 + (len(self._texts) - len(counts) + 0.5) / (len(counts) + 0.5))
        return {
            i: rarity * count * (_SATURATION + 1) / (count + _SATURATION * self._weights[i])
            for i, count in counts.items()
        }

    def _hit(self, i: int, score: float, sought: list[str]) -> Hit:
        policy, text = self._policies[i], self._texts[i]
        shown = policy.text if len(policy.text) == len(text) else text
        places = [(at, at + len(term)) for term in sought if (at := text.find(term)) >= 0]
        start, end = min(places, default=(0, 0))
        first, last = max(0, start - _AROUND), min(len(shown), end + _AROUND)
        snippet = (
            ("…" if first else "")
            + " ".join(shown[first:last].split())
            + ("…" if last < len(shown) else "")
        )
        return Hit(
            policy.id,
            policy.title,
            round(score, 4),
            snippet,
            start,
            end,
            tuple(_places(snippet, sought)),
        )


def _places(snippet: str, sought: list[str]) -> Iterator[tuple[int, int]]:
    """Where words stand in a snippet; nowhere where folding moved its characters."""
    folded = _folded(snippet)
    if len(folded) == len(snippet):
        for term in sought:
            for found in re.finditer(re.escape(term), folded):
                yield found.span()


def _folded(text: str) -> str:
    """One script, one case."""
    return simplified(text).lower()


def _segmented(phrase: str) -> list[str]:
    if script_of(phrase) == "none":
        return []
    return [word for word in part("rjieba").cut(phrase) if re.search(r"\w", word)]
