"""Invented enterprises and two years of their trade, for demonstrations and training.

Nothing here is real: names, codes and goods are made up, and the same seed under the same law
gives the same trade, so that what is learned on it can be repeated.
"""

from sanzhi.border.exercise.enterprises import Firm, broker_of, brokers, traders
from sanzhi.border.exercise.trade import Consignment, consignments

__all__ = ["Consignment", "Firm", "broker_of", "brokers", "consignments", "traders"]
