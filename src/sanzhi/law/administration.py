"""Whose law a pack is: the administration's country, zone, currency, languages and log.

All of it stands in the head of the pack, `pack.yaml`; a pack that extends another inherits what it
does not say itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

from sanzhi.core.findings import Text
from sanzhi.law.reading import FileError, listed, read_yaml

BUILT_IN = Path(__file__).parent / "data" / "cn"
#: The head of a pack that is built in, by the name under which others extend it.
_NAMED = {"cn": BUILT_IN}
#: How the code of a customs office is written.
OFFICE = r"[A-Z0-9]{2,8}"
#: Packs that extend each other, at most.
_DEPTH = 8

#: What of a head is a text.
_TEXTS = {
    "key", "title_en", "title_zh", "extends", "zone", "currency", "currency_en", "currency_zh",
    "country", "enterprise_code", "enterprise_code_en", "enterprise_code_zh", "log_origin",
}  # fmt: skip
_MOST_SIGNS = 200
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SCHEME = re.compile(r"[a-z]{2}\.[a-z]{2,20}")
_ORIGIN = re.compile(r"[a-z0-9.-]{1,80}(/[a-z0-9._-]{1,40})*")


@dataclass(frozen=True)
class Administration:
    """What a pack says of the administration whose law it is."""

    country: str
    """ISO 3166 alpha-2."""
    zone: ZoneInfo
    """The zone in which it counts its days."""
    currency: str
    """ISO 4217 code of the currency in which taxes are levied."""
    currency_words: Text
    languages: tuple[str, ...]
    """Of its pages, ISO 639; English always, and the first is shown to whom nothing is known of."""
    enterprise_code: str
    """The scheme of the codes of enterprises, as python-stdnum names it: `cn.uscc`. Empty where
    any code is taken."""
    enterprise_code_words: Text
    rests_on: Mapping[str, str]
    """What its own law has in place of the acts that procedures cite: an act, or a place in one
    (`customs-law, art. 60`) → an act or a place in one of its own."""
    log_origin: str
    """The name under which its event log is signed; no two logs have the same. Empty where the
    pack keeps no log."""

    def cited(self, citation: str) -> str:
        """A citation by this administration's law: that of the place, else that of its act."""
        if not self.rests_on:
            return citation
        own = self.rests_on.get(citation)
        return own or self.rests_on.get(citation.partition(", ")[0], citation)

    def enterprise_code_fault(self, code: str) -> str:
        """What is wrong with the code of an enterprise, empty where nothing is."""
        if not self.enterprise_code:
            return ""
        scheme = _scheme(self.enterprise_code)
        try:
            if scheme.validate(code) != code:
                return "it is to be written without spaces and signs"
        except ValidationError as error:
            return str(error).rstrip(".").lower()
        return ""


@cache
def _scheme(name: str) -> Any:
    country, _, number = name.partition(".")
    return get_cc_module(country, number)


def heads(folder: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The folder of a pack and of each that it extends, nearest first, with their heads."""
    found: list[tuple[Path, Mapping[str, Any]]] = []
    at: Path | None = folder
    while at is not None:
        if len(found) == _DEPTH or at in [one for one, _ in found]:
            raise _no_base("itself over others", "自身").at("pack.yaml")
        head = read_yaml(at / "pack.yaml")
        _require_texts(head)
        found.append((at, head))
        at = _extended(at, head)
    return found


def _require_texts(head: Mapping[str, Any]) -> None:
    """What is a short text in a head is one."""
    for name in _TEXTS & head.keys():
        said = head[name]
        if not isinstance(said, str) or not said.isprintable() or len(said) > _MOST_SIGNS:
            raise FileError(
                "law.file.value",
                f"{name} must be a text of at most {_MOST_SIGNS} signs.",
                f"{name} 应为不超过 {_MOST_SIGNS} 个字符的文本。",
            ).at("pack.yaml")


def _extended(folder: Path, head: Mapping[str, Any]) -> Path | None:
    """The folder of the pack that one extends: built in, or named from its own folder."""
    name = head.get("extends")
    if not name:
        return None
    try:
        base = _NAMED.get(str(name)) or (folder / str(name)).resolve()
        is_pack = (base / "pack.yaml").is_file() and base != folder
    except (ValueError, OSError):  # no path at all
        is_pack = False
    if not is_pack:
        raise _no_base(f"{str(name)[:80]!r}", f"“{str(name)[:80]}”").at("pack.yaml")
    return base


def administration_of(folder: Path | None = None) -> Administration:
    """The administration of the pack in a folder, or of the built-in pack; only heads are read.
    `Unusable` with a code starting `law.file` where a head does not say it."""
    said: dict[str, Any] = {}
    for _, head in reversed(heads(folder or BUILT_IN)):
        if "currency" in head:  # another currency has words of its own
            said.pop("currency_en", None), said.pop("currency_zh", None)
        said |= head
    zone, currency = _zone(said), _currency(said)
    return Administration(
        country=_country(said),
        zone=zone,
        currency=currency,
        currency_words=Text(
            str(said.get("currency_en", currency)), str(said.get("currency_zh", currency))
        ),
        languages=_languages(said),
        enterprise_code=_enterprise_code(said),
        enterprise_code_words=Text(
            str(said.get("enterprise_code_en", "code of an enterprise")),
            str(said.get("enterprise_code_zh", "企业代码")),
        ),
        rests_on=_rests_on(said),
        log_origin=_origin(said),
    )


def _zone(said: Mapping[str, Any]) -> ZoneInfo:
    name = str(said.get("zone", ""))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FileError(
            "law.file.zone",
            f"zone must name a time zone, as Asia/Shanghai, not {name[:40]!r}.",
            f"zone 应为时区名称，例如 Asia/Shanghai，而非“{name[:40]}”。",
        ).at("pack.yaml") from None


def _currency(said: Mapping[str, Any]) -> str:
    currency = str(said.get("currency", ""))
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise FileError(
            "law.file.currency",
            f"currency must be a code of three letters, not {currency[:9]!r}.",
            f"currency 应为三位字母货币代码，而非“{currency[:40]}”。",
        ).at("pack.yaml")
    return currency


def _country(said: Mapping[str, Any]) -> str:
    country = str(said.get("country", ""))
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise FileError(
            "law.file.country",
            f"country must be a code of two letters, as CN, not {country[:9]!r}.",
            f"country 应为两位字母国家（地区）代码，例如 CN，而非“{country[:9]}”。",
        ).at("pack.yaml")
    return country


def _languages(said: Mapping[str, Any]) -> tuple[str, ...]:
    languages: Sequence[Any] = listed(said.get("languages"))
    known = [str(one) for one in languages if _LANGUAGE.fullmatch(str(one))]
    if "en" not in known or len(set(known)) != len(languages):
        raise FileError(
            "law.file.languages",
            "languages must be a list of codes like [en, zh], each once, English among them.",
            "languages 应为语言代码列表，例如 [en, zh]，不得重复，且须包含英语。",
        ).at("pack.yaml")
    return tuple(known)


def _enterprise_code(said: Mapping[str, Any]) -> str:
    name = str(said.get("enterprise_code", ""))
    if name and (not _SCHEME.fullmatch(name) or _scheme(name) is None):
        raise FileError(
            "law.file.enterprise_code",
            f"enterprise_code must name a scheme of numbers, as cn.uscc, not {name[:40]!r}.",
            f"enterprise_code 应为编码方案名称，例如 cn.uscc，而非“{name[:40]}”。",
        ).at("pack.yaml")
    return name


def _rests_on(said: Mapping[str, Any]) -> Mapping[str, str]:
    given = said.get("rests_on") or {}
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise FileError(
            "law.file.rests_on",
            "rests_on must name for an act, or a place in one, what stands in its place.",
            "rests_on 应逐项写明某法规（或其条款）由何者代替。",
        ).at("pack.yaml")
    return MappingProxyType(dict(given))


def _origin(said: Mapping[str, Any]) -> str:
    origin = str(said.get("log_origin", ""))
    if origin and not _ORIGIN.fullmatch(origin):
        raise FileError(
            "law.file.log_origin",
            f"log_origin must be a name like customs.example/log, not {origin[:40]!r}.",
            f"log_origin 应为形如 customs.example/log 的名称，而非“{origin[:40]}”。",
        ).at("pack.yaml")
    return origin


def _no_base(en: str, zh: str) -> FileError:
    return FileError(
        "law.file.extends",
        f"a pack extends one that is built in (cn) or in a folder named from its own, not {en}.",
        f"法规包可扩展内置包（cn）或相对其目录所指的法规包，不能扩展{zh}。",
    )
