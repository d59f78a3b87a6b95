"""The past as the desk asks it: single questions of the store, each by an index.

What is known on the morning of a day is whole before the first question of the day is answered;
that it is stands in the store, for every process.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection
from django.utils import timezone

from sanzhi.core.findings import Finding, Text
from sanzhi.customs.risk.goods import Row
from sanzhi.customs.risk.rules.known import Knowledge
from sanzhi.customs.risk.rules.windows import EVER, Window
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk import lodged
from sanzhi.site.risk.models import PastGoods, Reckoned, Reference
from sanzhi.site.risk.past import short
from sanzhi.site.storage import writing

if TYPE_CHECKING:  # its arithmetic is loaded by the first rule that compares unit values
    from sanzhi.customs.risk.references import References

_GOODS = PastGoods._meta.db_table


def knowledge(day: date) -> Knowledge:
    """What rules ask of the past on the morning of a day. Not to be called while writing: where
    the background has not come so far, the first of a day makes what is lacking."""
    _goods_before(day)
    return Knowledge(StoredPast(), day)


def make() -> int:
    """Have ready what the lodgings of today ask for; how much was not."""
    day = pack().day_of(timezone.now())
    return _goods_before(day) + _references_before(day.replace(day=1))


class StoredPast:
    """Goods items and finds as they are stored."""

    def count(self, window: Window, key: Mapping[str, str], day: date) -> int:
        """See `customs.risk.rules.known.Past`."""
        with connection.cursor() as cursor:
            statement, values = _question(window, key, day)
            cursor.execute(statement, values)
            return int(cursor.fetchone()[0])

    def references(self, row: Row, day: date) -> "References":
        """See `customs.risk.rules.known.Past`."""
        import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

        from sanzhi.customs.risk.references import References, keys_of_row  # noqa: PLC0415 - a heavy part, loaded when first used

        month = day.replace(day=1)
        _references_before(month)
        found = Reference.objects.filter(month=month, key__in=keys_of_row(row))
        schema = {"key": pl.String, "median": pl.Float64, "spread": pl.Float64}
        rows = list(found.values_list("key", "median", "spread"))
        return References(pl.DataFrame(rows, schema=schema, orient="row"))


def differences() -> Iterator[Finding]:
    """A finding where the references of the months in use are not what the goods say: the newest
    before the end of this one, and any to come that is said to be whole."""
    now = pack().day_of(timezone.now())
    reckoned = Reckoned.objects.filter(what=Reckoned.REFERENCES).order_by("-day")
    months = [
        *reckoned.filter(day__gt=now).values_list("day", flat=True),
        *reckoned.filter(day__lte=now).values_list("day", flat=True)[:1],
    ]
    for month in sorted(months):
        yield from _references_differ(month)


def _references_differ(month: date) -> Iterator[Finding]:
    from polars.exceptions import PolarsError  # noqa: PLC0415 - a heavy part, loaded when first used

    stored = Reference.objects.filter(month=month).values_list("key", "median", "spread")
    try:
        counted = _counted(month)
    except PolarsError:  # a file of the columns cannot be read: that is named as such
        return
    if sorted(stored) != sorted(counted):
        yield Finding(
            code="references.changed",
            path=f"{month:%Y-%m}",
            text=Text(
                f"The usual prices kept for {month:%Y-%m} are not those of the goods lodged "
                "before.",
                f"{month:%Y-%m} 的参考单价与此前申报的商品不符。",
            ),
            mend=Text(
                "Empty the tables risk_reference and risk_reckoned: they are counted anew.",
                "清空 risk_reference 与 risk_reckoned 表，系统将重新统计。",
            ),
        )


def _question(window: Window, key: Mapping[str, str], day: date) -> tuple[str, list[str | date]]:
    """A window as a statement of the columns that one index holds, and its values."""
    when = "found" if window.counts == "finds" else "date"
    where = " AND ".join(f"{name} = %s" for name in key) + f" AND {when} < %s"
    values: list[str | date] = [*map(short, key.values()), _adapted(day)]
    if window.days >= EVER:  # whether there is any is all that is asked
        return f"SELECT COUNT(*) FROM (SELECT 1 FROM {_GOODS} WHERE {where} LIMIT 1) one", values  # noqa: S608 - names of columns, from `windows`
    where += f" AND {when} >= %s"
    values.append(_adapted(day - timedelta(days=window.days)))
    what = "case_id"
    if window.distinct:
        what = window.distinct
        where += f" AND {what} <> ''"
    return f"SELECT COUNT(DISTINCT {what}) FROM {_GOODS} WHERE {where}", values  # noqa: S608 - as above


def _adapted(day: date) -> str | date:
    return connection.ops.adapt_datefield_value(day) or day


def _goods_before(day: date) -> int:
    """Make what is lacking of the goods lodged before a day; of how many cases."""
    if _is_reckoned(Reckoned.GOODS, day):
        return 0
    begun, made = datetime.combine(day, time.min, pack().zone), 0
    while some := lodged.make(begun):
        made += some
    _reckoned(Reckoned.GOODS, day)
    return made


def _references_before(month: date) -> int:
    """Count the references of the months before one where nobody has; how many."""
    if _is_reckoned(Reckoned.REFERENCES, month):
        return 0
    rows = [
        Reference(month=month, key=key, median=median, spread=spread)
        for key, median, spread in _counted(month)
    ]
    with writing():  # of two that count at once, both count the same
        Reference.objects.filter(month=month).delete()
        Reference.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    _reckoned(Reckoned.REFERENCES, month)
    return len(rows)


def _counted(month: date) -> "list[tuple[str, float, float]]":
    from sanzhi.customs.risk.references import READ, references_before  # noqa: PLC0415 - a heavy part, loaded when first used
    from sanzhi.site.risk import history  # noqa: PLC0415 - a heavy part, loaded when first used

    return references_before(history.goods().select(READ).collect(), month).table.rows()


def _is_reckoned(what: str, day: date) -> bool:
    return Reckoned.objects.filter(what=what, day=day).exists()


def _reckoned(what: str, day: date) -> None:
    try:
        with writing():
            Reckoned.objects.create(what=what, day=day)
    except IntegrityError:  # another process was as quick
        return
