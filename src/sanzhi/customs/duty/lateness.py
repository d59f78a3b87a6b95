"""The late-declaration fee (滞报金): Customs Law, art. 24; GACC Order 128.

Imports are to be declared within 14 days of the day the means of transport declared entry; the
day of entry is not counted, and a term that ends on a rest day runs to the next working day. From
the day after, 0.5‰ of the customs value a day, both ends counted, in whole units of the
currency, and nothing below the minimum. The figures are parameters of the law pack.
"""

from datetime import date, timedelta
from decimal import Decimal

from sanzhi.core.dates import FOREVER
from sanzhi.core.findings import Text
from sanzhi.core.money import NOTHING, plain, to_fen, to_whole_down
from sanzhi.customs.duty.assessment import Relief, Tax
from sanzhi.declarations import Declaration
from sanzhi.law import Pack


def declaration_deadline(arrival: date, pack: Pack) -> date:
    """Last day on which goods that arrived on `arrival` are declared in time."""
    days = int(pack.number("declaration.import_deadline_days", arrival))
    if (FOREVER - arrival).days <= 2 * days:
        return FOREVER
    return pack.next_working_day(arrival + timedelta(days=days))


def late_declaration_fee(
    declaration: Declaration, customs_value: Decimal, pack: Pack, day: date
) -> Tax | None:
    """The fee on a late import declaration, or None where it is in time or not applicable."""
    arrival = declaration.arrival_date
    if declaration.regime != "import" or arrival is None or arrival >= declaration.date:
        return None
    deadline = declaration_deadline(arrival, pack)
    days = (declaration.date - deadline).days
    if days <= 0:
        return None
    rate = pack.value("late_declaration.daily_rate", day)
    minimum = pack.value("late_declaration.minimum", day)
    computed = to_fen(to_whole_down(customs_value * Decimal(rate.value) * days))
    tax = Tax(
        "late_fee",
        customs_value,
        str(rate.value),
        computed,
        str(rate.citation),
        "late_fee",
        "late_fee",
        {"value": plain(customs_value), "days": str(days)},
        computed,
    )
    if 0 < computed < Decimal(minimum.value):
        tax.amount = NOTHING
        own = pack.currency_words
        tax.relief = Relief(
            Text(
                f"not levied: below the minimum of {minimum.value} {own.en}",
                f"免征：不足起征点 {minimum.value} {own.zh}",
            ),
            str(minimum.citation),
        )
    return tax


def late_payment(owed: Decimal, deadline: date | None, paid_on: date, pack: Pack) -> Decimal:
    """The surcharge for late payment (滞纳金) in the administration's currency to the fen: 0.5‰ a
    day of what is owed from the day after the deadline, both ends counted; nothing below the
    minimum. Customs Law, art. 60."""
    if deadline is None or paid_on <= deadline:
        return NOTHING
    days = (paid_on - deadline).days
    surcharge = to_fen(owed * pack.number("late_payment.daily_rate", paid_on) * days)
    return (
        surcharge
        if surcharge >= pack.number("late_payment.minimum", paid_on)
        else to_fen(Decimal(0))
    )
