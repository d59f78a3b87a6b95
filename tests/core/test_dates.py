from datetime import UTC, date, datetime

import pytest

from sanzhi.core.dates import aware, parse_date


@pytest.mark.parametrize("text", ["2020-03-02", "20200302", " 2020-03-02 "])
def test_dates_are_read(text: str) -> None:
    assert parse_date(text) == date(2020, 3, 2)


@pytest.mark.parametrize("text", ["", "2020", "02.03.2020", "2020-13-01", "20201301", "2020-3-2"])
def test_other_texts_are_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date like 2020-03-02"):
        parse_date(text)


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        aware(datetime(2020, 1, 1))  # noqa: DTZ001
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    assert aware(moment) is moment
