"""What differs in the law between two days, and what is published but not yet in force."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from sanzhi.core.findings import Text
from sanzhi.core.money import plain
from sanzhi.law.dated import Versions
from sanzhi.law.model import (
    Act,
    Change,
    Citation,
    ConsumptionRule,
    DatedRate,
    DatedValue,
    Remedy,
)
from sanzhi.law.tariff import RATE_COLUMNS, Tariff

T = TypeVar("T", DatedValue, DatedRate, ConsumptionRule)


class Law(Protocol):
    """What of a law pack is compared between days."""

    @property
    def currency_words(self) -> Text: ...
    @property
    def acts(self) -> Mapping[str, Act]: ...
    @property
    def parameters(self) -> Mapping[str, Versions[DatedValue]]: ...
    @property
    def exchange(self) -> Mapping[str, Versions[DatedValue]]: ...
    @property
    def preferences(self) -> Mapping[str, Mapping[str, Versions[DatedRate]]]: ...
    @property
    def consumption(self) -> Mapping[str, Versions[ConsumptionRule]]: ...
    @property
    def personal_articles(self) -> Mapping[str, Versions[DatedRate]]: ...
    @property
    def trade_remedies(self) -> Sequence[Remedy]: ...
    @property
    def tariff(self) -> Tariff: ...


_TARIFF_COLUMNS = (*RATE_COLUMNS, "conditions", "unit", "second_unit")


def changes_between(pack: Law, earlier: date, later: date) -> list[Change]:
    """Everything whose value in force differs between two days; `on` is the day on which the
    later value came into force, or the earlier one ended."""
    if later < earlier:
        earlier, later = later, earlier
    found = list(_of_dated(pack, earlier, later))
    found += _of_tariff(pack, earlier, later)
    found += _of_remedies(pack, earlier, later)
    return sorted(found, key=lambda change: (change.on, change.subject))


def changes_to_come(pack: Law, on: date) -> list[Change]:
    """Changes after a day that were published by it, one for each day something changes."""
    days = {day for day in _boundaries(pack) if day > on}
    found: list[Change] = []
    for day in sorted(days):
        before = day - timedelta(days=1)
        found += [
            change for change in changes_between(pack, before, day)
            if _published(pack, change) <= on
        ]  # fmt: skip
    return found


def _of_dated(pack: Law, earlier: date, later: date) -> Iterator[Change]:
    for name, versions in pack.parameters.items():
        yield from _one(pack, name, versions, earlier, later)
    for currency, versions in pack.exchange.items():
        yield from _one(pack, f"exchange_rate.{currency}", versions, earlier, later)
    for prefix, agreements in pack.preferences.items():
        for agreement, rates in agreements.items():
            yield from _one(pack, f"tariff/{prefix}/agreement/{agreement}", rates, earlier, later)
    for prefix, rules in pack.consumption.items():
        yield from _one(pack, f"tariff/{prefix}/consumption", rules, earlier, later)
    for prefix, rates in pack.personal_articles.items():
        yield from _one(pack, f"tariff/{prefix}/personal_articles", rates, earlier, later)


def _one(
    pack: Law, subject: str, versions: Versions[T], earlier: date, later: date
) -> Iterator[Change]:
    currency = pack.currency_words
    before, after = versions.on(earlier), versions.on(later)
    was, now = _shown(before, currency), _shown(after, currency)
    if was == now:
        return
    if after is not None:
        yield Change(subject, after.in_force, was, now, after.citation)
    elif before is not None:
        yield Change(subject, before.until or later, was, None, before.citation)


def _shown(item: DatedValue | DatedRate | ConsumptionRule | None, currency: Text) -> Text | None:
    """A dated item's value in words, None where there is none."""
    if item is None:
        return None
    if isinstance(item, DatedValue):
        value = item.value
        return _same(plain(value) if isinstance(value, Decimal) else str(value))
    below = item.rate.words(currency)
    if isinstance(item, DatedRate) or item.rate_from is None or item.threshold is None:
        return below
    above, threshold = item.rate_from.words(currency), plain(item.threshold)
    return Text(
        f"{below.en}; from {threshold} per {item.threshold_unit}: {above.en}",
        f"{below.zh}；每 {item.threshold_unit} {threshold} 起：{above.zh}",
    )


def _same(text: str) -> Text | None:
    """What reads alike in both languages; None where it is empty."""
    return Text(text, text) if text else None


def _of_tariff(pack: Law, earlier: date, later: date) -> Iterator[Change]:
    for code, spans in pack.tariff.spans():
        if all(_sides(span, earlier) == _sides(span, later) for span in spans):
            continue
        before, after = pack.tariff.cells(code, earlier), pack.tariff.cells(code, later)
        known = after or before
        if known is None:
            continue
        on = date.fromisoformat(after["in_force"]) if after else _end(spans, earlier)
        citation = Citation(known["act"])
        if before is None or after is None:
            name = Text(known["name_en"] or known.get("name_zh", ""), known.get("name_zh", ""))
            name = name if name.zh else Text(name.en, name.en)
            yield Change(
                f"tariff/{code}", on, name if before else None, name if after else None, citation
            )
            continue
        for column in _TARIFF_COLUMNS:
            was, now = before.get(column, ""), after.get(column, "")
            if was != now:
                yield Change(f"tariff/{code}/{column}", on, _same(was), _same(now), citation)


def _sides(span: tuple[date, date | None], on: date) -> bool:
    return span[0] <= on and (span[1] is None or on < span[1])


def _end(spans: Iterable[tuple[date, date | None]], after: date) -> date:
    return min(until for _, until in spans if until and until > after)


def _of_remedies(pack: Law, earlier: date, later: date) -> Iterator[Change]:
    for remedy in pack.trade_remedies:
        span = (remedy.in_force, remedy.until)
        was, now = _sides(span, earlier), _sides(span, later)
        if was == now:
            continue
        company = f"/{remedy.company}" if remedy.company else ""
        words = remedy.rate.words(pack.currency_words)
        yield Change(
            f"tariff/{remedy.prefix}/anti_dumping/{remedy.origin}{company}",
            remedy.in_force if now else remedy.until or later,
            words if was else None, words if now else None, remedy.citation,
        )  # fmt: skip


def _boundaries(pack: Law) -> Iterator[date]:
    for group in (pack.parameters, pack.exchange):
        for versions in group.values():
            yield from _edges((v.in_force, v.until) for v in versions.all)
    for rates in (pack.personal_articles, *pack.preferences.values()):
        for dated in rates.values():
            yield from _edges((v.in_force, v.until) for v in dated.all)
    for rules in pack.consumption.values():
        yield from _edges((v.in_force, v.until) for v in rules.all)
    for _, spans in pack.tariff.spans():
        yield from _edges(spans)
    yield from _edges((remedy.in_force, remedy.until) for remedy in pack.trade_remedies)


def _edges(spans: Iterable[tuple[date, date | None]]) -> Iterator[date]:
    for start, until in spans:
        yield start
        if until:
            yield until


def _published(pack: Law, change: Change) -> date:
    """The day a change could be known: the version's own date, else that of its act."""
    versions = pack.parameters.get(change.subject)
    version = versions.on(change.on) if versions else None
    if version is not None:
        return version.published
    issued = pack.acts[change.citation.act].issued
    return min(issued, change.on) if issued else change.on
