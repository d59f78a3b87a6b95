"""Choosing which texts are coded next, and by whom."""

from collections.abc import Sequence
from itertools import islice
from random import Random
from typing import Literal

Choice = Literal["corpus", "random", "teaching"]


def chosen(
    policies: Sequence[str], how: Choice, count: int, *, seed: str, teaching: Sequence[str] = ()
) -> list[str]:
    """Up to `count` of the policies: in the corpus's order, drawn at random (the same seed draws
    the same), or those first that would teach a model most (`teaching`, from suggestions)."""
    if how == "random":
        return Random(seed).sample(list(policies), min(count, len(policies)))  # noqa: S311 - a draw to be repeated, no secret
    if how == "teaching":
        open_ = set(policies)
        return list(islice((one for one in teaching if one in open_), count))
    return list(policies[:count])


def teams(coders: Sequence[str], size: int, texts: int) -> list[tuple[str, ...]]:
    """Who codes each of `texts` texts: `size` different coders a text, each coder as often as any
    other and, as far as it goes, with each other one."""
    size = min(size, len(coders))
    found = []
    for at in range(texts):
        step = 1 + (at // len(coders)) % max(1, len(coders) - 1)
        members: list[str] = []
        place = at
        while len(members) < size:
            one = coders[place % len(coders)]
            if one in members:
                place += 1
                continue
            members.append(one)
            place += step
        found.append(tuple(members))
    return found
