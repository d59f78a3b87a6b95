"""Rows read as they are stored, however damaged: no value in one silences the verification.

SQLite keeps what it is given, whatever the column's type, and what is read from it may be taken
for something else on the way. There, every column is read as the text it is; PostgreSQL keeps to
its types.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BinaryField, F, Model, QuerySet
from django.db.models.functions import Cast

from sanzhi.site.storage import Question

#: Stands for a key in a question that is built once.
_HOLE = -1


def raw_rows(rows: QuerySet[Any], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The columns of every row, in order; compare them by `comparison`."""
    for row in _columns(rows, columns).iterator(chunk_size=2000):
        yield _read(row)


def raw_row(model: type[Model], key: int, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """As `raw_rows`, of the row with a key, if there is one."""
    for row in _by_key(model, columns, connection.vendor)(key):
        yield _read(row)


@cache
def _by_key(model: type[Model], columns: tuple[str, ...], _vendor: str) -> Question:
    return Question(_columns(model._default_manager.filter(pk=_HOLE), columns), _HOLE)


def _columns(rows: QuerySet[Any], columns: Sequence[str]) -> Any:
    if connection.vendor != "sqlite":
        return rows.values_list(*columns)
    named = {f"raw_{place}": Cast(F(name), BinaryField()) for place, name in enumerate(columns)}
    return rows.annotate(**named).values_list(*named)


def _read(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(_text, row)) if connection.vendor == "sqlite" else row


def _text(value: Any) -> str | None:
    return None if value is None else bytes(value).decode(errors="replace")


def comparison() -> Callable[[Any, Any], bool]:
    """Tells whether a stored value, as `raw_rows` gives it, is what is said. Amounts count by
    value, times to the microsecond."""
    return _is_raw if connection.vendor == "sqlite" else _is_same


def _is_raw(stored: str | None, said: Any) -> bool:
    if stored is None or said is None:
        return stored is said
    if isinstance(said, str):
        return stored == said
    match said:
        case bool():
            return stored == str(int(said))
        case Decimal():
            return _is_amount(stored, said)
        case datetime():
            return stored == str(connection.ops.adapt_datetimefield_value(said))
        case _:
            return stored == str(said)


def _is_amount(stored: str, said: Decimal) -> bool:
    try:
        return Decimal(stored) == said
    except InvalidOperation:
        return False


def _is_same(stored: Any, said: Any) -> bool:
    if isinstance(stored, datetime) and isinstance(said, datetime):
        return stored.astimezone(UTC) == said.astimezone(UTC)
    if isinstance(said, (Decimal, date)) or said is None:
        return bool(stored == said)
    return type(stored) is type(said) and bool(stored == said)
