"""Law as dated data: acts, parameters, the tariff, and what was in force on a day.

>>> from datetime import date
>>> from sanzhi import law
>>> law.load().number("vat.standard", date(2020, 3, 2))
Decimal('0.13')
"""

from sanzhi.law.pack import Pack, load

__all__ = ["Pack", "load"]
