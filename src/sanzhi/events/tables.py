"""Tables of the past: which columns the events of a kind have, and which rows they give.

Types are real ones: amounts `Decimal(22, 2)`, other numbers `Decimal(22, 6)`, days `Date`, moments
in UTC, codes and keys text, lists lists, and what is named by a key a list of key and value.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, get_args, get_origin

from sanzhi.events.event import Event, Kind, Mark

#: Columns that every table has before its own.
COMMON = ("case", "sequence", "index", "actor", "time", "law")


class Placed(NamedTuple):
    """An event with its place in the log."""

    place: int
    event: Event


Rows = Callable[[list[Placed]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the past: of which kinds of events, with which columns beside `COMMON`, and
    which rows an event gives. `shape` changes whenever what it holds does."""

    name: str
    kinds: tuple[str, ...]
    columns: Mapping[str, Any]
    """Column → polars type."""
    rows: Rows
    """Rows of some events, in their order, as `COMMON` and the columns name them."""
    version: int = 1
    """Raised by whoever changes what `rows` says."""

    @property
    def schema(self) -> dict[str, Any]:
        return _common() | dict(self.columns)

    @property
    def shape(self) -> str:
        said = f"{self.version} " + " ".join(f"{name}:{of}" for name, of in self.schema.items())
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def of_kind(kind: Kind) -> Table:
    """The table of a kind: a column a field of its payload. ValueError where a field is called
    as a column that every table has."""
    columns = {
        name: _column(one.annotation, one.metadata)
        for name, one in kind.payload.model_fields.items()
    }
    if clash := set(columns) & set(COMMON):
        raise ValueError(f"{kind.name} has a field that is called {clash}")

    def rows(placed: list[Placed]) -> list[dict[str, Any]]:
        return [
            common_of(one)
            | {name: of.read(one.event.payload.get(name)) for name, of in columns.items()}
            for one in placed
        ]

    types = {name: of.type for name, of in columns.items()}
    return Table(kind.name, (kind.name,), types, rows)


def common_of(placed: Placed) -> dict[str, Any]:
    """What stands in every table of an event."""
    event = placed.event
    return {
        "case": event.case,
        "sequence": event.sequence,
        "index": placed.place,
        "actor": event.actor,
        "time": event.time.astimezone(UTC),
        "law": list(event.law),
    }


def _common() -> dict[str, Any]:
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return {
        "case": pl.String(),
        "sequence": pl.Int64(),
        "index": pl.Int64(),
        "actor": pl.String(),
        "time": pl.Datetime("us", "UTC"),
        "law": pl.List(pl.String()),
    }


class _Column(NamedTuple):
    """The polars type of a field, and how a value of a payload is read into it; None for what is
    not known, and for what was tampered with, which the verification of the log names."""

    type: Any
    read: Callable[[Any], Any]


def _column(annotation: Any, metadata: Iterable[Any] = ()) -> _Column:
    import polars as pl  # noqa: PLC0415 - loaded when first used

    origin, inside = get_origin(annotation), get_args(annotation)
    if getattr(annotation, "__metadata__", ()):
        return _column(annotation.__origin__, annotation.__metadata__)
    if origin is list:
        one = _column(inside[0])
        return _Column(pl.List(one.type), _checked(list, lambda v: [one.read(part) for part in v]))
    if origin is dict:
        value = _column(inside[1])
        return _Column(
            pl.List(pl.Struct({"key": pl.String(), "value": value.type})),
            _checked(dict, lambda v: [{"key": k, "value": value.read(v[k])} for k in sorted(v)]),
        )
    if inside:  # X | None
        [given] = [part for part in inside if part is not type(None)]
        return _column(given, metadata)
    if annotation in (bool, int):
        plain: Any = pl.Boolean() if annotation is bool else pl.Int64()
        return _Column(plain, _checked(annotation, annotation))
    if not (isinstance(annotation, type) and issubclass(annotation, str)):
        raise TypeError(f"no column for {annotation!r}")
    return _text({one.name for one in metadata if isinstance(one, Mark)})


def _text(marks: set[str]) -> _Column:
    import polars as pl  # noqa: PLC0415 - loaded when first used

    if "amount" in marks:
        return _Column(pl.Decimal(22, 2), _checked(str, _decimal))
    if "number" in marks:
        return _Column(pl.Decimal(22, 6), _checked(str, _decimal))
    if "day" in marks:
        return _Column(pl.Date(), _checked(str, _day))
    if "moment" in marks:
        return _Column(pl.Datetime("us", "UTC"), _checked(str, _moment))
    return _Column(pl.String(), _checked(str, str))


def _checked(kind: type, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def reading(value: Any) -> Any:
        if not isinstance(value, kind):
            return None
        try:
            return read(value)
        except (ValueError, InvalidOperation):
            return None

    return reading


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _moment(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
