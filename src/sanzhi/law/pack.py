"""A law pack: a folder of data files, loaded once and asked by name, code and day."""

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sanzhi.core.findings import Text, Unusable
from sanzhi.law import tables
from sanzhi.law.administration import BUILT_IN, Administration, administration_of, heads
from sanzhi.law.changes import changes_between, changes_to_come
from sanzhi.law.dated import Versions
from sanzhi.law.model import (
    Act,
    Agreement,
    Change,
    Citation,
    Code,
    Condition,
    ConsumptionRule,
    DatedRate,
    DatedValue,
    Remedy,
    TariffLine,
)
from sanzhi.law.reading import FileError, Place, citation, read_table, read_yaml
from sanzhi.law.selectivity import FACTS, read_lane_rules
from sanzhi.law.tariff import COLUMNS, Tariff
from sanzhi.law.workdays import Calendar, read_calendar
from sanzhi.selectivity.first_match import FirstMatch
from sanzhi.selectivity.rule import Rule

#: A rate of exchange is asked like a parameter: `exchange_rate.USD`.
_EXCHANGE = "exchange_rate."

Version = TypeVar("Version", ConsumptionRule, DatedRate)


class _Spanned(Protocol):
    @property
    def in_force(self) -> date: ...
    @property
    def until(self) -> date | None: ...


@dataclass(frozen=True)
class Pack:
    """The law of one administration. Make one with `load`."""

    key: str
    title: Text
    digest: str
    """First 16 hex digits of SHA-256 over the pack's files: the law's version in events."""
    administration: Administration
    """Whose law it is."""
    acts: Mapping[str, Act]
    agreements: Mapping[str, Agreement]
    parameters: Mapping[str, Versions[DatedValue]]
    exchange: Mapping[str, Versions[DatedValue]]
    tariff: Tariff
    preferences: Mapping[str, Mapping[str, Versions[DatedRate]]]
    consumption: Mapping[str, Versions[ConsumptionRule]]
    personal_articles: Mapping[str, Versions[DatedRate]]
    trade_remedies: Sequence[Remedy]
    condition_letters: Mapping[str, Condition]
    codes: Mapping[str, Mapping[str, Code]]
    lane_rules: Sequence[Rule]
    """The rows of the lane decision table of all days, in the order they are asked."""
    calendar: Calendar
    words: Mapping[str, Mapping[str, str]]
    """What English sentences are in languages that the platform itself does not speak."""
    folders: tuple[Path, ...]
    """Its own folder and those of the packs that it extends, nearest first."""

    @property
    def zone(self) -> ZoneInfo:
        return self.administration.zone

    @property
    def currency(self) -> str:
        return self.administration.currency

    @property
    def currency_words(self) -> Text:
        return self.administration.currency_words

    @property
    def country_code(self) -> str:
        """Of the administration itself."""
        return self.administration.country

    def day_of(self, moment: datetime) -> date:
        """The day of a moment in the administration's zone, whose law applies."""
        return moment.astimezone(self.zone).date()

    # parameters

    def value(self, name: str, on: date, known_on: date | None = None) -> DatedValue:
        """The version of a parameter in force on a day; with `known_on`, of the versions that
        were published by that day. `Unusable` law.unknown_parameter or law.not_in_force."""
        versions = self._versions(name)
        if known_on is not None:
            versions = _known(versions, known_on, name)
        found = versions.on(on) if versions.all else None
        if found is None:
            raise _not_in_force(name, on, versions)
        return found

    def number(self, name: str, on: date) -> Decimal:
        """The value of a parameter as a number; `Unusable` law.not_a_number where it is none."""
        value = self.value(name, on).value
        if not isinstance(value, Decimal):
            raise Unusable.because(
                "law.not_a_number", name, f"Parameter {name} is not a number.",
                f"参数 {name} 不是数字。",
            )  # fmt: skip
        return value

    def history(self, name: str) -> list[DatedValue]:
        """Every version of a parameter, earliest first."""
        return list(self._versions(name).all)

    def names(self) -> list[str]:
        return sorted(self.parameters)

    def _versions(self, name: str) -> Versions[DatedValue]:
        found = self.parameters.get(name)
        if found is None and name.startswith(_EXCHANGE):
            found = self.exchange.get(name.removeprefix(_EXCHANGE))
        if found is None:
            near = difflib.get_close_matches(name, self.parameters, n=3, cutoff=0.5)
            raise Unusable.because(
                "law.unknown_parameter", name[:80],
                f"The law pack has no parameter {name[:80]!r}.",
                f"法规包中没有参数“{name[:80]}”。",
                mend=Text(f"Near names: {', '.join(near)}.", f"相近名称：{'、'.join(near)}。")
                if near else None,
            )  # fmt: skip
        return found

    # tariff

    def has_code(self, code: str) -> bool:
        return code in self.tariff

    def line(self, code: str, on: date) -> TariffLine:
        """The tariff line in force; `Unusable` tariff.unknown_code or tariff.not_in_force."""
        return self.tariff.line(code, on)

    def find_line(self, code: str, on: date) -> TariffLine | None:
        return self.tariff.find(code, on)

    def line_history(self, code: str) -> list[TariffLine]:
        return self.tariff.history(code)

    def search_lines(self, text: str, on: date, limit: int = 20) -> list[TariffLine]:
        """Lines by the beginning of the code or words of the name in either language."""
        return self.tariff.search(text, on, limit)

    def agreement_rates(self, code: str, origin: str, on: date) -> list[DatedRate]:
        """Agreement rates for goods of an origin (alpha-2) that is a party on that day; of each
        agreement the row with the longest prefix of the code."""
        found: dict[str, DatedRate] = {}
        for prefix in _prefixes(code):
            for agreement, versions in self.preferences.get(prefix, {}).items():
                since = self.agreements[agreement].parties.get(origin)
                if agreement in found or since is None or on < since:
                    continue
                rate = versions.on(on)
                if rate is not None:
                    found[agreement] = rate
        return sorted(found.values(), key=lambda rate: rate.agreement)

    def consumption_rule(self, code: str, on: date) -> ConsumptionRule | None:
        """The rule with the longest prefix; it goes before the line's own ad valorem column."""
        return _longest(self.consumption, code, on)

    def personal_articles_rate(self, code: str, on: date) -> DatedRate | None:
        """The rate on personal articles with the longest prefix of the code."""
        return _longest(self.personal_articles, code, on)

    def remedies(self, code: str, origin: str, on: date) -> list[Remedy]:
        """Additional duties on goods of an origin; several rows where companies differ."""
        return [
            remedy for remedy in self.trade_remedies
            if remedy.origin == origin and code.startswith(remedy.prefix) and _holds(remedy, on)
        ]  # fmt: skip

    def exchange_rate(self, currency: str, on: date) -> DatedValue | None:
        """What one unit of a currency is in the administration's own; None where the table has
        none for the day."""
        versions = self.exchange.get(currency)
        return versions.on(on) if versions else None

    # codes, lanes, days

    def conditions(self, letters: str) -> list[Condition]:
        """What the supervision-condition letters demand; letters unknown to the pack are left
        out."""
        return [self.condition_letters[c] for c in letters if c in self.condition_letters]

    def code_list(self, name: str) -> Mapping[str, Code]:
        """A code list; `Unusable` law.unknown_code_list where the pack has none of that name."""
        found = self.codes.get(name)
        if found is None:
            raise Unusable.because(
                "law.unknown_code_list", name[:80], f"The law pack has no code list {name[:80]!r}.",
                f"法规包中没有代码表“{name[:80]}”。",
                mend=Text(
                    f"Lists: {', '.join(sorted(self.codes))}.",
                    f"现有代码表：{'、'.join(sorted(self.codes))}。",
                ),
            )  # fmt: skip
        return found

    def knows_office(self, code: str) -> bool:
        """Whether a code is a customs office of the list, or one under a directorate of it."""
        offices = self.code_list("customs_offices")
        return code in offices or (
            len(code) == 4 and code.isascii() and code.isdigit() and f"{code[:2]}00" in offices
        )

    def country(self, text: str) -> str | None:
        """Alpha-2 for an alpha-2, alpha-3 or old three-digit country code."""
        return self._countries.get(text.strip().upper())

    @cached_property
    def _countries(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for code in self.codes.get("countries", {}).values():
            for name in (code.code, code.extra.get("alpha3", ""), code.extra.get("numeric", "")):
                if name:
                    found.setdefault(name, code.code)
        return found

    def selectivity(self, on: date) -> FirstMatch:
        """The lane decision table in force on a day; its facts are those of `law.selectivity`."""
        found = self._lanes.get(on)
        if found is None:
            rows = (rule for rule in self.lane_rules if rule.valid_on(on))
            found = self._lanes[on] = FirstMatch(rows, FACTS)
        return found

    def lane_rule(self, id_: str) -> Rule | None:
        """A row of the lane decision table by its id, in its newest version, on whatever day."""
        return self._lane_rules.get(id_)

    @cached_property
    def _lane_rules(self) -> dict[str, Rule]:
        ordered = sorted(self.lane_rules, key=lambda rule: rule.valid_from)
        return {rule.id: rule for rule in ordered}

    @cached_property
    def _lanes(self) -> dict[date, FirstMatch]:
        """The table of each day asked for: it is asked at every lodging."""
        return {}

    def is_working_day(self, day: date) -> bool:
        return self.calendar.is_working(day)

    def next_working_day(self, day: date) -> date:
        """The day itself where it is worked, else the first worked day after it."""
        while not self.calendar.is_working(day):
            day += timedelta(days=1)
        return day

    # time

    def changes(self, earlier: date, later: date) -> list[Change]:
        """Everything whose value in force differs between two days, ordered by day."""
        return changes_between(self, earlier, later)

    def upcoming(self, on: date) -> list[Change]:
        """What is published on a day and comes into force, or ends, after it."""
        return changes_to_come(self, on)


def load(folder: Path | None = None) -> Pack:
    """The built-in pack `cn`, or the pack in a folder; loaded once a process and content.

    A folder whose pack.yaml says `extends` brings what it has and inherits the rest from the pack
    that it names. Raises `Unusable` with a code starting `law.file` and a path naming file and
    row.
    """
    folder = BUILT_IN if folder is None else folder.resolve()
    tables.require_pack(folder)
    chain = tuple(one for one, _ in heads(folder))
    return _load(chain, _fingerprint(chain))


def _fingerprint(chain: Sequence[Path]) -> tuple[tuple[str, int, int], ...]:
    """What tells that files have changed; those that are built in do not."""
    stats = [
        (str(path), path.stat())
        for folder in chain
        if folder != BUILT_IN
        for path in _files(folder)
    ]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def _files(folder: Path) -> list[Path]:
    """The files a pack is made of; whatever else a folder holds is no part of it."""
    kinds = ("*.yaml", "*.csv", "codes/*.csv", "words/*.csv")
    found = [path for kind in kinds for path in folder.glob(kind)]
    return sorted(path for path in found if path.is_file())


@lru_cache(maxsize=16)
def _load(chain: tuple[Path, ...], _fingerprint: tuple[tuple[str, int, int], ...]) -> Pack:
    folder, head = chain[0], read_yaml(chain[0] / "pack.yaml")
    base = load(chain[1]) if len(chain) > 1 else None
    administration = administration_of(folder)
    zh = "zh" in administration.languages
    acts = {**(base.acts if base else {}), **tables.read_acts(folder, zh=zh)}
    for own in administration.rests_on.values():
        with Place("pack.yaml rests_on"):
            citation(*own.partition(", ")[::2], acts)
    parameters = {
        **(base.parameters if base else {}), **tables.read_parameters(folder, acts),
    }  # fmt: skip
    agreements = {
        **(base.agreements if base else {}), **tables.read_agreements(folder, acts, zh=zh),
    }  # fmt: skip

    def at(file: str) -> Path:
        return next((one for one in chain if (one / file).exists()), folder)

    title = str(head.get("title_en", ""))
    currency = administration.currency
    return Pack(
        key=str(head.get("key", folder.name)),
        title=Text(title, str(head.get("title_zh", title))),
        digest=_digest(folder, base),
        administration=administration,
        acts=MappingProxyType(acts),
        agreements=MappingProxyType(agreements),
        parameters=MappingProxyType(parameters),
        exchange=tables.read_exchange_rates(at("exchange_rates.csv"), acts, currency),
        tariff=_tariff(folder, head, acts, parameters, base, zh=zh),
        preferences=tables.read_agreement_rates(at("agreement_rates.csv"), acts, agreements),
        consumption=tables.read_consumption(at("consumption.csv"), acts),
        personal_articles=tables.read_personal_articles(at("personal_articles.csv"), acts),
        trade_remedies=tables.read_remedies(at("remedies.csv"), acts),
        condition_letters=tables.read_conditions(at("conditions.csv"), acts, zh=zh),
        codes={**(base.codes if base else {}), **tables.read_codes(folder, zh=zh)},
        lane_rules=read_lane_rules(at("selectivity.yaml"), acts, zh=zh),
        calendar=read_calendar(at("calendar.yaml")),
        words={**(base.words if base else {}), **tables.read_words(folder)},
        folders=chain,
    )


def _tariff(
    folder: Path,
    head: Mapping[str, object],
    acts: Mapping[str, Act],
    parameters: Mapping[str, Versions[DatedValue]],
    base: Pack | None,
    *,
    zh: bool,
) -> Tariff:
    path = folder / "tariff.csv"
    if base is not None and not path.exists():
        return base.tariff
    needed = COLUMNS if zh else tuple(name for name in COLUMNS if name != "name_zh")
    return Tariff(read_table(path, needed), acts, parameters, _column_citations(head, acts, base))


def _column_citations(
    head: Mapping[str, object], acts: Mapping[str, Act], base: Pack | None
) -> dict[str, Citation]:
    """Acts of rate columns that rest on another act than the tariff: pack.yaml `citations`."""
    raw = head.get("citations")
    if raw is None and base is not None:
        known = [read_yaml(one / "pack.yaml").get("citations") for one in base.folders]
        raw = next((one for one in known if one is not None), None)
    found = {}
    for column, place in (raw if isinstance(raw, dict) else {}).items():
        act, _, article = str(place).partition(", ")
        try:
            found[column] = citation(act, article, acts)
        except FileError as fault:
            raise fault.at("pack.yaml citations") from None
    return found


def _digest(folder: Path, base: Pack | None) -> str:
    digest = hashlib.sha256(base.digest.encode() if base else b"")
    for path in _files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4096)
def _prefixes(code: str) -> tuple[str, ...]:
    return tuple(code[:length] for length in range(len(code), 1, -1))


def _longest(rows: Mapping[str, Versions[Version]], code: str, on: date) -> Version | None:
    for prefix in _prefixes(code):
        versions = rows.get(prefix)
        found = versions.on(on) if versions else None
        if found is not None:
            return found
    return None


def _holds(item: _Spanned, on: date) -> bool:
    return item.in_force <= on and (item.until is None or on < item.until)


def _known(versions: Versions[DatedValue], known_on: date, name: str) -> Versions[DatedValue]:
    """The versions published by a day. An end that a later, unknown version implied is open."""
    return Versions([v for v in versions.given if v.published <= known_on], name)


def _not_in_force(name: str, on: date, versions: Versions[DatedValue]) -> Unusable:
    if versions.all:
        return Unusable.because(
            "law.not_in_force", name,
            f"Parameter {name} has no version in force on {on}; its first version begins on "
            f"{versions.first_day}.",
            f"参数 {name} 在 {on} 无有效版本；最早版本自 {versions.first_day} 起施行。",
        )  # fmt: skip
    return Unusable.because(
        "law.not_in_force", name, f"No version of {name} was published by then.",
        f"截至该日尚未公布参数 {name} 的任何版本。",
    )  # fmt: skip
