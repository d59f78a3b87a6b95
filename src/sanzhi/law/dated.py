"""Versions of one thing in order of the day each comes into force."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date
from typing import Generic, TypeVar

from sanzhi.law.reading import FileFault

T = TypeVar("T")


class Versions(Generic[T]):
    """Versions in order; at most one is in force on a day.

    A version without an end is closed by the next one. A version that says it lasts beyond the
    next one's first day, or two with the same first day, are a `FileFault` law.file.overlap.
    """

    __slots__ = ("_starts", "_untils", "all")

    def __init__(
        self, versions: Iterable[tuple[date, date | None, T]], name: str
    ) -> None:
        ordered = sorted(versions, key=lambda version: version[0])
        self._starts = [start for start, _, _ in ordered]
        self._untils = close(self._starts, [until for _, until, _ in ordered], name)
        self.all: list[T] = [item for _, _, item in ordered]

    @property
    def first_day(self) -> date:
        return self._starts[0]

    def on(self, on: date) -> T | None:
        """The version in force on a day."""
        place = bisect_right(self._starts, on) - 1
        if place < 0:
            return None
        until = self._untils[place]
        return None if until is not None and on >= until else self.all[place]

    def spans(self) -> list[tuple[date, date | None, T]]:
        """Each version with its first day and the first day it no longer applies."""
        return list(zip(self._starts, self._untils, self.all, strict=True))


def close(starts: list[date], untils: list[date | None], name: str) -> list[date | None]:
    """Close each open version where the next begins; overlaps are a `FileFault`."""
    closed = list(untils)
    for place, start in enumerate(starts):
        until = untils[place]
        following = starts[place + 1] if place + 1 < len(starts) else None
        if until is not None and until <= start:
            raise FileFault(
                "law.file.overlap",
                f"{name}: the version of {start} ends on {until}, before it begins.",
                f"{name}：{start} 起施行的版本在 {until} 即已失效，早于施行日。",
            )
        if following is None:
            continue
        if following == start:
            raise FileFault(
                "law.file.overlap",
                f"{name}: two versions begin on {start}.",
                f"{name}：有两个版本均自 {start} 起施行。",
            )
        if until is not None and until > following:
            raise FileFault(
                "law.file.overlap",
                f"{name}: the version of {start} lasts until {until}, beyond the next one's "
                f"first day {following}.",
                f"{name}：{start} 起施行的版本持续至 {until}，与 {following} 起施行的版本重叠。",
            )
        closed[place] = following if until is None else until
    return closed


def by_key(
    rows: Iterable[tuple[str, date, date | None, T]], label: Callable[[str], str]
) -> dict[str, Versions[T]]:
    """Group versions by key; `label` names a key in a message about overlaps."""
    groups: dict[str, list[tuple[date, date | None, T]]] = {}
    for key, start, until, item in rows:
        groups.setdefault(key, []).append((start, until, item))
    return {key: Versions(group, label(key)) for key, group in groups.items()}
