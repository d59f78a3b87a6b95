"""Texts as counts of character pairs, sentence by sentence, for models that suggest codes.

Character pairs need no segmentation and serve Chinese and English alike. They are hashed into
2^18 columns; every step is exact and gives the same figures on every run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sanzhi.policy.coding.record import Span
from sanzhi.policy.corpus.script import simplified
from sanzhi.policy.extra import part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sanzhi.policy.corpus.document import Policy

COLUMNS = 1 << 18
#: No more of a text is looked at, and no more sentences of it.
MAX_CHARACTERS = 20_000
_SENTENCE = re.compile(r"[^。；;！？!?\n]+")


@dataclass(frozen=True, slots=True)
class Features:
    """Sparse counts. Row i of `texts` is policy i; `owner` and `spans` say of which policy and
    where in its text a row of `sentences` is, a title's span being None."""

    texts: Any
    sentences: Any
    owner: NDArray[np.int64]
    spans: tuple[Span | None, ...]


def features(policies: Sequence[Policy]) -> Features:
    """Titles and texts of the policies as weighted pairs: 1 + log(count) times rarity, each text
    of length 1."""
    pieces: list[str] = []
    owner: list[int] = []
    spans: list[Span | None] = []
    for i, policy in enumerate(policies):
        pieces.append(simplified(policy.title))
        owner.append(i)
        spans.append(None)
        text = same_length_simplified(policy.text[:MAX_CHARACTERS])
        for found in _SENTENCE.finditer(text):
            pieces.append(found.group())
            owner.append(i)
            spans.append(Span(start=found.start(), end=found.end()))
    sparse = part("scipy.sparse")
    sentences = _pairs(pieces)
    owners = np.array(owner, dtype=np.int64)
    gather = sparse.csr_matrix(
        (np.ones(len(owner)), (owners, np.arange(len(owner)))), shape=(len(policies), len(owner))
    )
    return Features(_weighted(gather @ sentences), sentences, owners, tuple(spans))


def same_length_simplified(text: str) -> str:
    """Simplified where that keeps every offset, else the text as it is."""
    other = simplified(text)
    return other if len(other) == len(text) else text


def _pairs(pieces: Sequence[str]) -> Any:
    """Pieces × hashed pairs, as counts."""
    sparse = part("scipy.sparse")
    joined = "".join(pieces).lower() if pieces else ""
    lengths = np.array([len(piece) for piece in pieces], dtype=np.int64)
    if len(joined) != lengths.sum():  # a letter that grows in lower case
        joined = "".join(pieces)
    signs = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.int64)
    piece = np.repeat(np.arange(len(pieces)), lengths)
    if len(signs) < 2:
        return sparse.csr_matrix((len(pieces), COLUMNS))
    together = piece[1:] == piece[:-1]
    hashed = (signs[:-1] * 2_654_435_761 + signs[1:] * 40_503) >> 7 & (COLUMNS - 1)
    keys, counts = np.unique(piece[:-1][together] * COLUMNS + hashed[together], return_counts=True)
    return sparse.csr_matrix(
        (counts.astype(np.float64), (keys // COLUMNS, keys % COLUMNS)), shape=(len(pieces), COLUMNS)
    )


def _weighted(counts: Any) -> Any:
    """Counts as TF-IDF with logarithmic counts, rows of length 1."""
    sparse = part("scipy.sparse")
    found = counts.tocsr().copy()
    present = np.bincount(found.indices, minlength=COLUMNS)
    rarity = np.log((1 + found.shape[0]) / (1 + present)) + 1
    found.data = (1 + np.log(found.data)) * rarity[found.indices]
    norms = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    norms[norms == 0] = 1
    return sparse.diags(1 / norms) @ found
