"""Working days: which days customs works, for deadlines that end on a day off."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sanzhi.law.reading import FileError, Place, day, listed, mapping


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days: weekends and holidays are free, make-up days are worked."""

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    yearly: frozenset[str] = frozenset()
    """Month and day (`01-01`) of holidays with a fixed date, for years without a plan."""

    def is_working(self, day: date) -> bool:
        if day in self.worked:
            return True
        if day in self.holidays or day.weekday() >= 5:
            return False
        planned = any(holiday.year == day.year for holiday in self.holidays)
        return planned or day.strftime("%m-%d") not in self.yearly


def read_calendar(folder: Path) -> Calendar:
    """`calendar.yaml`: holiday ranges (`2020-01-24..2020-02-02`) and make-up working days."""
    fields = mapping(folder / "calendar.yaml")
    with Place("calendar.yaml"):
        holidays = {d for text in listed(fields.get("holidays")) for d in _days(text)}
        worked = {d for text in listed(fields.get("worked")) for d in _days(text)}
        return Calendar(
            frozenset(holidays), frozenset(worked), frozenset(listed(fields.get("yearly")))
        )


def _days(text: str) -> list[date]:
    first, _, last = text.partition("..")
    start, end = day(first.strip()), day((last or first).strip())
    if not 0 <= (end - start).days <= 31:
        raise FileError("law.file.date", f"{text!r} is no range.", f"“{text}”不是有效区间。")
    return [date.fromordinal(n) for n in range(start.toordinal(), end.toordinal() + 1)]
