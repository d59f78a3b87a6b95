"""What the law says, as data: acts, dated values, tariff lines and code lists.

Every value carries two dates, `in_force` (the first day it applies) and `published` (the day it
could first be known), and a `Citation` to an act of the catalogue. `until` is the first day on
which the value no longer applies; None while it is open.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sanzhi.core.findings import Text
from sanzhi.law.rates import Rate


@dataclass(frozen=True, slots=True)
class Act:
    """A legal act; `key` is what citations, events and the policy laboratory share."""

    key: str
    title: Text
    number: str
    issuers: tuple[str, ...]
    type: str
    issued: date | None
    effective: date | None
    repealed: date | None
    source: str
    verified: bool
    summary: Text


@dataclass(frozen=True, slots=True)
class Citation:
    """An act and the place in it: `act` is a key, `article` like `art. 24` (empty: the whole)."""

    act: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.act}, {self.article}" if self.article else self.act


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One version of a parameter."""

    name: str
    value: Any
    """Decimal, int, str, list or mapping, as the parameter's kind says."""
    unit: str
    in_force: date
    until: date | None
    published: date
    citation: Citation
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class DatedRate:
    """One version of a rate of a tariff line."""

    kind: str
    """`mfn`, `general`, `provisional`, `agreement`, `export`, `export_provisional`,
    `consumption`, `vat` or `anti_dumping`."""
    rate: Rate
    in_force: date
    until: date | None
    citation: Citation
    agreement: str = ""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class TariffLine:
    """A commodity code as the tariff has it on one day."""

    code: str
    name: Text
    unit: str
    """Code of the first statutory unit (法定第一单位); `035` is kilogram."""
    second_unit: str
    conditions: str
    """Letters of the supervision conditions (监管证件代码), e.g. `AB`."""
    elements: tuple[str, ...]
    """Declared elements (申报要素) in order."""
    in_force: date
    until: date | None
    mfn: DatedRate | None
    general: DatedRate | None
    vat: DatedRate | None
    provisional: DatedRate | None = None
    export: DatedRate | None = None
    export_provisional: DatedRate | None = None
    consumption: DatedRate | None = None


@dataclass(frozen=True, slots=True)
class ConsumptionRule:
    """Consumption tax on goods whose rate depends on a price per unit, or is not ad valorem.

    Where `threshold` is set, the rate is `rate` below it and `rate_from` at or above it.
    `basis` says which price per `threshold_unit` is compared: `customs_value` (the own currency),
    `customs_value_usd` (US dollars), or `composed_price` (cigarettes: the composed price at the
    fixed rate `composed_at`).
    """

    prefix: str
    rate: Rate
    in_force: date
    until: date | None
    citation: Citation
    threshold: Decimal | None = None
    threshold_unit: str = ""
    basis: str = ""
    rate_from: Rate | None = None
    composed_at: Rate | None = None
    litres_per_tonne: Decimal | None = None
    """Litres of one tonne of these goods, as the act fixes it, where a rate by mass meets a
    quantity by volume or the other way; None where the act fixes none."""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A preferential trade agreement and its parties (ISO alpha-2) with their first day."""

    key: str
    name: Text
    parties: dict[str, date]
    citation: Citation
    proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A trade remedy (反倾销税): a rate on goods of an origin, on top of the duty."""

    prefix: str
    origin: str
    company: str
    rate: Rate
    in_force: date
    until: date | None
    citation: Citation
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a supervision-condition letter demands (监管证件)."""

    letter: str
    name: Text
    direction: str
    """`import`, `export` or `both`."""
    kind: str
    """`licence` (a document must be named), `prohibition`, `inspection`, or `conditional`: a
    demand on some goods or trade of the line alone, such as used machines or processing trade."""
    citation: Citation


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    name: Text
    extra: dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in the law between two days."""

    subject: str
    """Parameter name, or `tariff/CODE/KIND`."""
    on: date
    before: Text | None
    after: Text | None
    citation: Citation
