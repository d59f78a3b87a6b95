"""Dates and times. The library has no clock: callers pass the day and the moment."""

from datetime import date, datetime, timedelta, timezone

#: Customs days in the built-in pack are days in China.
CHINA = timezone(timedelta(hours=8), "UTC+08:00")

FOREVER = date(9999, 12, 31)


def parse_date(text: str) -> date:
    """Read `2020-03-02` or `20200302`; anything else is a ValueError naming the text."""
    text = text.strip()
    try:
        if len(text) == 8 and text.isdigit():
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date like 2020-03-02") from None


def aware(moment: datetime) -> datetime:
    """Refuse a time without a zone: two clocks without one cannot be put in order."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment
