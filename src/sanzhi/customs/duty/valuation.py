"""Customs value (完税价格): the price to the place of entry, in the administration's currency.

Imports: the transaction price with freight and insurance to the place of entry. Where insurance
is unknown or was not incurred it is 3‰ of price plus freight (`valuation.insurance_rate`).
Exports: the price at the place of exit without international freight and insurance.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.core.money import ZERO, plain, to_fen
from sanzhi.declarations import Declaration, Item
from sanzhi.law import Pack

#: Trade terms by what the price includes (成交方式). Terms of the D group and CIP name a price at
#: destination, CPT the freight alone.
WITH_FREIGHT_AND_INSURANCE = frozenset(
    {"CIF", "CIP", "DAP", "DPU", "DAT", "DDP", "DAF", "DES", "DEQ", "DDU"}
)
WITH_FREIGHT = frozenset({"CFR", "CPT", "C&F"})
WITH_INSURANCE = frozenset({"C&I"})
WITHOUT = frozenset({"FOB", "FCA", "FAS", "EXW"})
INCOTERMS = WITH_FREIGHT_AND_INSURANCE | WITH_FREIGHT | WITH_INSURANCE | WITHOUT

#: More of any currency than a goods item is worth or owes. Figures beyond it are mistakes or
#: mischief, and sums of what is below it stay exact and can be stored.
MOST = Decimal(10) ** 15


@dataclass(slots=True)
class ItemValue:
    """An item's value to the fen, and how it came about."""

    amount: Decimal
    formula: Text
    citation: str


class Valuation:
    """The customs values of a declaration's items; `findings` say what kept one from being set."""

    def __init__(self, declaration: Declaration, pack: Pack, on: date) -> None:
        self.declaration = declaration
        self.pack = pack
        self.on = on
        self.findings: list[Finding] = []
        self._rates: dict[str, Decimal] = {pack.currency: Decimal(1)}
        self._values: dict[int, ItemValue | None] = {}
        self.prices: list[Decimal | None] = [self._price(i) for i in range(len(declaration.items))]
        self.price = sum((price for price in self.prices if price is not None), ZERO)
        charges = sum(
            (
                self.own(charge.amount, charge.currency or declaration.currency, "charges")
                for charge in declaration.charges
            ),
            ZERO,
        )
        self.freight = self._freight()
        self.insurance, self.insurance_citation = self._insurance()
        #: Added to the price for imports, taken off it for exports, whole declaration, exact.
        self.additions = self._additions() + charges

    def item_value(self, position: int) -> ItemValue | None:
        """Price in the administration's currency with the item's share of freight, insurance
        and charges, by price; None where it cannot be set, which is found once."""
        if position not in self._values:
            self._values[position] = self._item_value(position)
        return self._values[position]

    def _item_value(self, position: int) -> ItemValue | None:
        price = self.prices[position]
        if price is None:
            return None
        item = self.declaration.items[position]
        share = self._share(price) if self.additions else ZERO
        own = sum(
            (
                self.own(
                    charge.amount,
                    charge.currency or item.currency or self.declaration.currency,
                    f"items[{position}].charges",
                )
                for charge in item.charges
            ),
            ZERO,
        )
        value = price + share + own
        if value < 0:
            self._found(
                "duty.value_negative",
                f"items[{position}].price",
                f"Goods item {item.number}: deductions exceed the price.",
                f"第 {item.number} 项商品：扣减项大于成交价格。",
            )
            return None
        if value > MOST:
            self._too_large(position)
            return None
        return ItemValue(
            to_fen(value), self._words(item, price, share + own), self.insurance_citation
        )

    def own(self, amount: Decimal, currency: str, path: str) -> Decimal:
        """An amount in the administration's currency, exact, at the declaration's rate or the
        law's of the day."""
        rate = self._rates.get(currency)
        if rate is None:
            rate = self._rates[currency] = self._exchange_rate(currency, path)
        return amount if currency == self.pack.currency else amount * rate

    def _exchange_rate(self, currency: str, path: str) -> Decimal:
        declared = self.declaration.exchange_rates.get(currency)
        if declared is not None:
            return declared
        dated = self.pack.exchange_rate(currency, self.on)
        if dated is None:
            raise Unusable.because(
                "duty.exchange_rate_missing",
                path,
                f"No exchange rate for {currency} is declared and the law pack has none for "
                f"{self.on}.",
                f"未申报 {currency} 汇率，法律数据包中也没有 {self.on} 的汇率。",
                mend=Text(
                    f"Give it in exchange_rates, in {self.pack.currency} for one unit.",
                    f"请在 exchange_rates 中给出每一单位外币折合 {self.pack.currency} 的汇率。",
                ),
            )
        return Decimal(dated.value)

    def _price(self, position: int) -> Decimal | None:
        item = self.declaration.items[position]
        price = item.price
        if price is None and item.unit_price is not None and item.quantity is not None:
            price = item.unit_price * item.quantity
        if price is None:
            self._found(
                "duty.price_missing",
                f"items[{position}].price",
                f"Goods item {item.number} has no price.",
                f"第 {item.number} 项商品缺少价格。",
            )
            return None
        own = self.own(
            price, item.currency or self.declaration.currency, f"items[{position}].currency"
        )
        if own > MOST:
            self._too_large(position)
            return None
        return own

    def _freight(self) -> Decimal:
        declared = self.declaration
        if declared.freight:
            return self.own(
                declared.freight, declared.freight_currency or declared.currency, "freight"
            )
        if declared.freight_rate:
            return self.price * declared.freight_rate
        return ZERO

    def _insurance(self) -> tuple[Decimal, str]:
        """A share is of price and freight together: the freight of a price that contains it is
        not counted twice."""
        declared = self.declaration
        by_law = self.pack.value("valuation.insurance_rate", self.on)
        citation = str(by_law.citation)
        if declared.insurance:
            amount = self.own(
                declared.insurance, declared.insurance_currency or declared.currency, "insurance"
            )
            return amount, citation
        rate = declared.insurance_rate or Decimal(by_law.value)
        return (self.price + (ZERO if self._has_freight() else self.freight)) * rate, citation

    def _additions(self) -> Decimal:
        term = self._term()
        export = self.declaration.regime == "export"
        if export:
            # A CIF price loses freight and insurance on the way back to the place of exit.
            if term in WITH_FREIGHT_AND_INSURANCE:
                return -(self.freight + (self.insurance if self._insurance_declared() else ZERO))
            return -self.freight if term in WITH_FREIGHT else ZERO
        if term in WITH_FREIGHT:
            return self.insurance
        if term in WITH_INSURANCE:
            return self.freight
        if term in WITHOUT:
            return self.freight + self.insurance
        return ZERO

    def _term(self) -> str:
        return (self.declaration.incoterm or "CIF").upper()

    def _has_freight(self) -> bool:
        return self._term() in WITH_FREIGHT_AND_INSURANCE | WITH_FREIGHT

    def _insurance_declared(self) -> bool:
        return bool(self.declaration.insurance or self.declaration.insurance_rate)

    def _share(self, price: Decimal) -> Decimal:
        if self.price <= 0:
            return self.additions / len(self.prices)
        return self.additions * price / self.price

    def _words(self, item: Item, price: Decimal, added: Decimal) -> Text:
        currency = item.currency or self.declaration.currency
        rate = "" if currency == self.pack.currency else f" × {plain(self._rates[currency])}"
        amount = (
            plain(item.price)
            if item.price is not None
            else (f"{plain(item.unit_price or ZERO)} × {plain(item.quantity or ZERO)}")
        )
        words = f"{amount} {currency}{rate}"
        total = plain(to_fen(price + added))
        if not added:
            return Text(f"price {words} = {total}", f"成交价格 {words} = {total}")
        part = plain(to_fen(added))
        return Text(
            f"price {words} + share of freight, insurance and charges {part} = {total}",
            f"成交价格 {words} + 分摊运费、保险费及杂费 {part} = {total}",
        )

    def _too_large(self, position: int) -> None:
        number = self.declaration.items[position].number
        own = self.pack.currency_words
        self._found(
            "duty.value_too_large",
            f"items[{position}].price",
            f"Goods item {number}: a customs value over {MOST} {own.en} cannot be assessed.",
            f"第 {number} 项商品：完税价格超过 {MOST} {own.zh}，无法计税。",
        )

    def _found(self, code: str, path: str, en: str, zh: str) -> None:
        self.findings.append(Finding(code=code, path=path, text=Text(en, zh)))
