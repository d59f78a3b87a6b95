"""Rates of duty and tax as the law writes them, read into something that can be applied.

The syntax of a rate, in data files, overrides and imports:

=====================  ==================================================================
``0.15`` or ``15%``    ad valorem (从价): a share of the value
``0.6/carton``         specific (从量): units of the currency for one unit of quantity
``0.20+1/kg``          compound (复合): both, added
``min(0.1, 3/kg)``     the lower of several rates
``max(0.1, 3/kg)``     the higher of several rates
=====================  ==================================================================

Units are symbols of `sanzhi.core.units`. The currency is that of the
administration whose law the rate is.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from sanzhi.core.findings import Text
from sanzhi.core.money import plain

_TERM = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)(?:(%)|/([A-Za-z][A-Za-z0-9]{0,15}))?")
_CHOICE = re.compile(r"(min|max)\((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Specific:
    """Money for one unit of quantity, in the administration's currency."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate: an ad valorem share, specific amounts, or a choice between rates."""

    text: str
    ad_valorem: Decimal = Decimal(0)
    specific: tuple[Specific, ...] = ()
    choice: Literal["min", "max"] | None = None
    options: tuple["Rate", ...] = ()

    @property
    def is_free(self) -> bool:
        return not self.ad_valorem and not self.specific and not self.options

    @property
    def is_ad_valorem(self) -> bool:
        return not self.specific and not self.options

    @property
    def units(self) -> tuple[str, ...]:
        """Units of quantity the rate needs."""
        own = tuple(term.unit for term in self.specific)
        return own + tuple(unit for option in self.options for unit in option.units)

    def words(self, currency: Text) -> Text:
        """The rate as a person writes it, with the currency in words: `20% + 1 CNY/kg`."""
        return Text(self._written(currency.en), self._written(currency.zh))

    def _written(self, currency: str) -> str:
        if self.options:
            options = ", ".join(option._written(currency) for option in self.options)
            return f"{self.choice}({options})"
        parts = []
        if self.ad_valorem or not self.specific:
            parts.append(plain(self.ad_valorem * 100) + "%")
        parts += [f"{plain(term.amount)} {currency}/{term.unit}" for term in self.specific]
        return " + ".join(parts)


@lru_cache(maxsize=8192)
def parse_rate(text: str) -> Rate:
    """Read a rate; ValueError says what is wrong with it."""
    text = text.strip()
    choice = _CHOICE.fullmatch(text)
    if choice:
        options = tuple(parse_rate(part) for part in choice[2].split(","))
        if len(options) < 2 or any(option.options for option in options):
            raise ValueError(f"rate {text!r}: {choice[1]}() takes two or more plain rates")
        return Rate(text, choice="min" if choice[1] == "min" else "max", options=options)
    share = Decimal(0)
    specific = []
    for part in text.split("+"):
        term = _TERM.fullmatch(part.strip())
        if term is None:
            raise ValueError(f"{text!r} is not a rate like 0.15, 15%, 0.6/carton or 0.20+1/kg")
        amount = Decimal(term[1])
        if term[3]:
            specific.append(Specific(amount, term[3]))
        else:
            share += amount / 100 if term[2] else amount
    return Rate(text, share, tuple(specific))
