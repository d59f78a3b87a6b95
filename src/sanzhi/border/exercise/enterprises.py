"""Invented enterprises: importers, exporters, platforms and brokers, from two tables."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from stdnum.cn import uscc

from sanzhi.core.findings import Text

#: Weights of an organisation code's check character (GB 11714-1997).
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INVENTED = "00DEM"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented enterprise."""

    key: str
    name: Text
    credit_code: str
    """Unified social credit code with its check characters right. Those that the messages in
    docs/samples name are given in the tables; the others' organisation part starts with 00DEM,
    which no register gives out."""
    customs_code: str
    office: str
    """Customs office it mostly declares at."""
    tier: str = "general"
    sectors: tuple[str, ...] = ()
    """What it trades in, by the sectors of the goods table; none for a broker."""
    weight: int = 0
    """Its share of the consignments against the others'."""
    user: str = ""
    """Who files for it: a login of the demonstration, or empty where a broker does."""
    address: str = ""
    """On a road that is nowhere; three of the firms share a room, each writing it its own way."""


@cache
def traders() -> tuple[Firm, ...]:
    """Enterprises that trade, in a fixed order."""
    return tuple(
        Firm(
            row["key"],
            Text(row["name_en"], row["name_zh"]),
            row["credit_code"] or _credit_code(row["region"], number),
            row["customs_code"] or f"{row['region'][:4]}960{number:03d}",
            row["office"],
            row["tier"],
            tuple(row["sectors"].split(";")),
            int(row["weight"]),
            row["self_filing"],
            row["address"],
        )
        for number, row in enumerate(rows("enterprises.csv"), 1)
    )


@cache
def brokers() -> tuple[Firm, ...]:
    """Customs brokers that file for the traders who do not file themselves."""
    return tuple(
        Firm(
            row["key"],
            Text(row["name_en"], row["name_zh"]),
            row["credit_code"] or _credit_code(row["region"], number),
            row["customs_code"] or f"{row['region'][:4]}980{number:03d}",
            row["office"],
            user=row["user"],
        )
        for number, row in enumerate(rows("brokers.csv"), 901)
    )


def broker_of(firm: Firm) -> Firm:
    """The broker with a firm's authority: the first for those that file themselves and those
    the sample messages name, the brokers in turn for the others."""
    if firm.user or not firm.credit_code.startswith(_INVENTED, 8):
        return brokers()[0]
    return brokers()[traders().index(firm) % len(brokers())]


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a table beside this module."""
    text = (files("sanzhi.border.exercise") / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _credit_code(region: str, number: int) -> str:
    body = f"{_INVENTED}{number:03d}"
    remainder = (
        11
        - sum(weight * _ALPHABET.index(sign) for weight, sign in zip(_WEIGHTS, body, strict=True))
        % 11
    )
    code = f"91{region}{body}{'0123456789X0'[remainder]}"
    return code + str(uscc.calc_check_digit(code))
