"""China's message codes for countries and currencies, and the declaration's.

Messages carry ISO alpha-3 country codes and alpha-3 currencies since 2018, and the customs
administration's own three digits before; the declaration carries ISO alpha-2 and alpha-3. Codes
that ISO does not know (parts of countries, rest groups such as ZAS) pass as they are.
"""

from functools import cache

from sanzhi.declarations.formats.profile import rows

_PROFILE = "cn_dec"


def country(code: str) -> str:
    """Alpha-2 for a message's country code: CHN or 142 → CN."""
    return _to_alpha2().get(code.upper(), code)


def message_country(code: str) -> str:
    """Alpha-3 for the declaration's country code: CN → CHN."""
    return _to_alpha3().get(code.upper(), code)


def currency(code: str) -> str:
    """Alpha-3 for a message's currency code: USD or 502 → USD."""
    return _currencies().get(code.upper(), code)


@cache
def _to_alpha2() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows(_PROFILE, "countries"):
        if row["alpha2"]:
            found[row["alpha3"]] = row["alpha2"]
            found.setdefault(row["customs"], row["alpha2"])
    return found


@cache
def _to_alpha3() -> dict[str, str]:
    return {row["alpha2"]: row["alpha3"] for row in rows(_PROFILE, "countries") if row["alpha2"]}


@cache
def _currencies() -> dict[str, str]:
    return {row["customs"]: row["code"] for row in rows(_PROFILE, "currencies")}
