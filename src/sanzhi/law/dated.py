"""Versions of one thing in order of the day each comes into force."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Generic, TypeVar

from sanzhi.law.model import ConsumptionRule, DatedRate, DatedValue
from sanzhi.law.reading import FileError

T = TypeVar("T", DatedValue, DatedRate, ConsumptionRule)


class Versions(Generic[T]):
    """Versions in order; at most one is in force on a day.

    A version without an end is closed by the next one. A version that says it lasts beyond the
    next one's first day, or two with the same first day, are a `FileError` law.file.overlap.
    """

    __slots__ = ("_starts", "all", "given")

    def __init__(self, versions: Iterable[T], name: str) -> None:
        self.given: list[T] = sorted(versions, key=lambda version: version.in_force)
        self._starts = [version.in_force for version in self.given]
        untils = close(self._starts, [version.until for version in self.given], name)
        self.all: list[T] = [
            version if version.until == until else replace(version, until=until)
            for version, until in zip(self.given, untils, strict=True)
        ]
        """The versions, each with the end that the next one gives it; `given` is as written."""

    @property
    def first_day(self) -> date:
        return self._starts[0]

    def on(self, on: date) -> T | None:
        """The version in force on a day."""
        place = bisect_right(self._starts, on) - 1
        if place < 0:
            return None
        version = self.all[place]
        return version if version.until is None or on < version.until else None


def close(starts: list[date], untils: list[date | None], name: str) -> list[date | None]:
    """Close each open version where the next begins; overlaps are a `FileError`."""
    closed = list(untils)
    for place, start in enumerate(starts):
        until = untils[place]
        following = starts[place + 1] if place + 1 < len(starts) else None
        if until is not None and until <= start:
            raise FileError(
                "law.file.overlap",
                f"{name}: the version of {start} ends on {until}, before it begins.",
                f"{name}：{start} 起施行的版本在 {until} 即已失效，早于施行日。",
            )
        if following is None:
            continue
        if following == start:
            raise FileError(
                "law.file.overlap",
                f"{name}: two versions begin on {start}.",
                f"{name}：有两个版本均自 {start} 起施行。",
            )
        if until is not None and until > following:
            raise FileError(
                "law.file.overlap",
                f"{name}: the version of {start} lasts until {until}, beyond the next one's "
                f"first day {following}.",
                f"{name}：{start} 起施行的版本持续至 {until}，与 {following} 起施行的版本重叠。",
            )
        closed[place] = following if until is None else until
    return closed


def by_key(rows: Iterable[tuple[str, T]]) -> dict[str, Versions[T]]:
    """Group versions by key; the key names the group in a message about overlaps."""
    groups: dict[str, list[T]] = {}
    for key, version in rows:
        groups.setdefault(key, []).append(version)
    return {key: Versions(group, key) for key, group in groups.items()}
