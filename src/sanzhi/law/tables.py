"""The smaller tables of a law pack, each read into the types of `law.model`.

Every reader takes the pack's folder and the catalogue of acts and raises `Unusable` naming file
and row. A table that a pack leaves out is empty.
"""

import re
from collections.abc import Callable, Container, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sanzhi.core.findings import Text, Unusable
from sanzhi.law.administration import OFFICE
from sanzhi.law.dated import Versions, by_key
from sanzhi.law.model import (
    Act,
    Agreement,
    Citation,
    Code,
    Condition,
    ConsumptionRule,
    DatedRate,
    DatedValue,
    Remedy,
)
from sanzhi.law.reading import (
    FileError,
    Place,
    both,
    citation,
    day,
    listed,
    mapping,
    named,
    optional_day,
    optional_rate,
    rate,
    read_table,
    required,
)

T = TypeVar("T", DatedValue, DatedRate, ConsumptionRule)
Acts = Mapping[str, Act]
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,12})?")
_DATES = ("in_force", "until", "act", "article")
#: Units whose values are words, or of which nothing is known.
_TEXTS = {"", "text"}
#: The most that a value of a unit can be.
_MOST = {"share": 1, "days": 36_500, "hours": 876_000, "months": 1_200, "years": 100}


def read_acts(folder: Path, *, zh: bool = True) -> dict[str, Act]:
    """`acts.yaml`: the catalogue, act by key."""
    acts = {}
    for key, fields in mapping(folder / "acts.yaml").items():
        with Place(f"acts.yaml {key}"):
            acts[key] = Act(
                key=key,
                title=named(fields, "title", zh=zh),
                number=fields.get("number", ""),
                issuers=tuple(listed(fields.get("issuers"))),
                type=required(fields, "type"),
                issued=optional_day(fields.get("issued", "")),
                effective=optional_day(fields.get("effective", "")),
                repealed=optional_day(fields.get("repealed", "")),
                source=fields.get("source", ""),
                verified=fields.get("verified") == "true",
                summary=both(fields, "summary"),
            )
    return acts


def read_parameters(folder: Path, acts: Acts) -> dict[str, Versions[DatedValue]]:
    """`parameters.yaml`: name → list of versions."""
    rows: list[tuple[str, DatedValue]] = []
    for name, versions in mapping(folder / "parameters.yaml").items():
        for number, fields in enumerate(listed(versions)):
            with Place(f"parameters.yaml {name}[{number}]"):
                rows.append((name, _version(name, fields, acts)))
    with Place("parameters.yaml"):
        return by_key(rows)


def _version(name: str, fields: dict[str, Any], acts: Acts) -> DatedValue:
    start = day(required(fields, "in_force"))
    unit = fields.get("unit", "")
    if not isinstance(unit, str):
        raise FileError("law.file.value", "unit is no text.", "unit 应为文本。")
    value = _value(fields.get("value"), as_text=unit == "text")
    _require_fit(value, unit)
    note = both(fields, "note")
    return DatedValue(
        name=name,
        value=value,
        unit=unit,
        in_force=start,
        until=optional_day(fields.get("until", "")),
        published=_published(fields.get("published", ""), required(fields, "act"), start, acts),
        citation=citation(required(fields, "act"), fields.get("article", ""), acts),
        note=note if any(note) else None,
    )


def _require_fit(value: Any, unit: str) -> None:
    """A share is a number from 0 to 1, a time one that a deadline can have; whatever has another
    unit is no text."""
    for part in _parts(value):
        most = _MOST.get(unit)
        if unit in _TEXTS or (isinstance(part, Decimal) and (most is None or 0 <= part <= most)):
            continue
        limits = f" from 0 to {most}" if most is not None else ""
        raise FileError(
            "law.file.value",
            f"{str(part)[:40]!r} is no number of {unit}{limits}.",
            f"“{str(part)[:40]}”不是有效的数值（{unit}{f'，0 至 {most}' if most else ''}）。",
        )


def _parts(value: Any) -> list[Any]:
    """The scalars of a value."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in _parts(part)]
    if isinstance(value, list):
        return [one for part in value for one in _parts(part)]
    return [value]


def _published(text: str, act: str, start: date, acts: Acts) -> date:
    """The day a version could be known: as given, else the day its act was issued."""
    if text:
        return day(text)
    known = acts.get(act)
    return min(known.issued, start) if known and known.issued else start


def _value(raw: Any, *, as_text: bool) -> Any:
    if isinstance(raw, list):
        return [_value(part, as_text=as_text) for part in raw]
    if isinstance(raw, dict):
        return {key: _value(part, as_text=as_text) for key, part in raw.items()}
    if raw is None or raw == "":
        raise FileError("law.file.value", "the value is empty.", "缺少数值。")
    return Decimal(raw) if not as_text and _NUMBER.fullmatch(raw) else raw


def read_agreements(folder: Path, acts: Acts, *, zh: bool = True) -> dict[str, Agreement]:
    """`agreements.yaml`: key → name, parties with their first day, proofs."""
    agreements = {}
    for key, fields in mapping(folder / "agreements.yaml").items():
        with Place(f"agreements.yaml {key}"):
            agreements[key] = Agreement(
                key=key,
                name=named(fields, "name", zh=zh),
                parties={c: day(since) for c, since in dict(fields.get("parties", {})).items()},
                citation=citation(required(fields, "act"), fields.get("article", ""), acts),
                proofs=tuple(listed(fields.get("proofs"))),
            )
    return agreements


def read_agreement_rates(
    folder: Path, acts: Acts, agreements: Container[str]
) -> dict[str, dict[str, Versions[DatedRate]]]:
    """`agreement_rates.csv`: prefix → agreement → versions."""

    def row(cells: dict[str, str]) -> tuple[str, DatedRate]:
        if cells["agreement"] not in agreements:
            raise FileError(
                "law.file.unknown_agreement",
                f"agreement {cells['agreement']!r} is not in agreements.yaml.",
                f"协定目录中没有“{cells['agreement']}”。",
            )
        return f"{_prefix(cells)} {cells['agreement']}", DatedRate(
            "agreement", rate(cells["rate"]), *_span(cells), _cite(cells, acts),
            agreement=cells["agreement"],
        )  # fmt: skip

    grouped: dict[str, dict[str, Versions[DatedRate]]] = {}
    needed = ("prefix", "agreement", "rate", *_DATES)
    for key, versions in _dated(folder / "agreement_rates.csv", needed, row).items():
        prefix, agreement = key.split(" ")
        grouped.setdefault(prefix, {})[agreement] = versions
    return grouped


def read_consumption(folder: Path, acts: Acts) -> dict[str, Versions[ConsumptionRule]]:
    """`consumption.csv`: prefix → versions of the rule."""

    def row(cells: dict[str, str]) -> tuple[str, ConsumptionRule]:
        start, until = _span(cells)
        basis = cells["basis"]
        if basis not in ("", "customs_value", "customs_value_usd", "composed_price"):
            raise FileError(
                "law.file.value", f"{basis!r} is not a basis.", f"“{basis}”不是有效的计价依据。"
            )
        return _prefix(cells), ConsumptionRule(
            prefix=cells["prefix"],
            rate=rate(cells["rate"]),
            in_force=start,
            until=until,
            citation=_cite(cells, acts),
            threshold=_number(cells["threshold"]),
            threshold_unit=cells["threshold_unit"],
            basis=basis,
            rate_from=optional_rate(cells["rate_from"]),
            composed_at=optional_rate(cells["composed_at"]),
            litres_per_tonne=_number(cells["litres_per_tonne"]),
            note=_note(cells),
        )

    needed = (
        "prefix", "rate", "threshold", "threshold_unit", "basis", "rate_from", "composed_at",
        "litres_per_tonne", *_DATES, "note_en",
    )  # fmt: skip
    return _dated(folder / "consumption.csv", needed, row)


def read_remedies(folder: Path, acts: Acts) -> list[Remedy]:
    """`remedies.csv`: additional duties by prefix, origin and company."""
    needed = ("prefix", "origin", "company", "rate", *_DATES, "note_en")
    remedies = []
    for place, cells in _records(folder / "remedies.csv", needed):
        with Place(place):
            start, until = _span(cells)
            remedies.append(Remedy(
                _prefix(cells), cells["origin"], cells["company"], rate(cells["rate"]),
                start, until, _cite(cells, acts), _note(cells),
            ))  # fmt: skip
    return remedies


def read_exchange_rates(folder: Path, acts: Acts, own: str) -> dict[str, Versions[DatedValue]]:
    """`exchange_rates.csv`: currency → versions of what one unit of it is in the `own` one."""

    def row(cells: dict[str, str]) -> tuple[str, DatedValue]:
        start, until = _span(cells)
        value = _number(cells["rate"])
        if value is None or value <= 0:
            raise FileError(
                "law.file.value", "the exchange rate must be positive.", "汇率应为正数。"
            )
        return cells["currency"], DatedValue(
            f"exchange_rate.{cells['currency']}", value, own, start, until,
            _published(cells["published"], cells["act"], start, acts), _cite(cells, acts),
            _note(cells),
        )  # fmt: skip

    needed = ("currency", "rate", *_DATES, "published", "note_en")
    return _dated(folder / "exchange_rates.csv", needed, row)


def read_personal_articles(folder: Path, acts: Acts) -> dict[str, Versions[DatedRate]]:
    """`personal_articles.csv`: prefix → versions of the rate on personal articles."""

    def row(cells: dict[str, str]) -> tuple[str, DatedRate]:
        return _prefix(cells), DatedRate(
            "personal_articles",
            rate(cells["rate"]),
            *_span(cells),
            _cite(cells, acts),
            note=_note(cells),
        )

    needed = ("prefix", "rate", *_DATES, "note_en")
    return _dated(folder / "personal_articles.csv", needed, row)


def read_conditions(folder: Path, acts: Acts, *, zh: bool = True) -> dict[str, Condition]:
    """`conditions.csv`: what each supervision-condition letter demands."""
    conditions = {}
    needed = ("letter", "name_en", "direction", "kind", "act", "article")
    for place, cells in _records(folder / "conditions.csv", needed):
        with Place(place):
            if cells["letter"] in conditions:
                raise FileError(
                    "law.file.duplicate", f"letter {cells['letter']} stands twice.",
                    f"监管证件代码 {cells['letter']} 重复。",
                )  # fmt: skip
            conditions[cells["letter"]] = Condition(
                cells["letter"], named(cells, "name", zh=zh), cells["direction"],
                cells["kind"], _cite(cells, acts),
            )  # fmt: skip
    return conditions


def read_codes(folder: Path, *, zh: bool = True) -> dict[str, dict[str, Code]]:
    """`codes/*.csv`: code lists by name; columns beyond code and names are `extra`."""
    lists = {}
    for path in sorted((folder / "codes").glob("*.csv")):
        codes: dict[str, Code] = {}
        for place, cells in _records(path, ("code", "name_en")):
            with Place(place):
                code = cells.pop("code")
                if code in codes:
                    raise FileError(
                        "law.file.duplicate", f"code {code} stands twice.", f"代码 {code} 重复。"
                    )
                name = named(cells, "name", zh=zh)
                extra = {key: said for key, said in cells.items() if not key.startswith("name_")}
                codes[code] = Code(code, name, extra)
                if path.stem == "customs_offices" and not re.fullmatch(OFFICE, code):
                    raise FileError(
                        "law.file.office",
                        f"{code[:40]!r} is no code of an office: two to eight capital letters and "
                        "digits.",
                        f"“{code[:40]}”不是关区代码：应为二至八位大写字母或数字。",
                    )
        lists[path.stem] = codes
    return lists


def read_words(folder: Path) -> dict[str, dict[str, str]]:
    """`words/*.csv`: language → English sentence → what it is in that language."""
    found = {}
    for path in sorted((folder / "words").glob("*.csv")):
        words: dict[str, str] = {}
        for place, cells in _records(path, ("en", "words")):
            with Place(place):
                if required(cells, "en") in words:
                    raise FileError(
                        "law.file.duplicate", "the sentence stands twice.", "该语句重复。"
                    )
                words[cells["en"]] = required(cells, "words")
        found[path.stem] = words
    return found


def _records(path: Path, needed: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
    return list(read_table(path, needed).records()) if path.exists() else []


def _dated(
    path: Path, needed: tuple[str, ...], read: Callable[[dict[str, str]], tuple[str, T]]
) -> dict[str, Versions[T]]:
    rows: list[tuple[str, T]] = []
    for place, cells in _records(path, needed):
        with Place(place):
            rows.append(read(cells))
    with Place(path.name):
        return by_key(rows)


def _span(cells: dict[str, str]) -> tuple[date, date | None]:
    return day(cells["in_force"]), optional_day(cells["until"])


def _cite(cells: dict[str, str], acts: Acts) -> Citation:
    return citation(cells["act"], cells["article"], acts)


def _note(cells: dict[str, str]) -> Text | None:
    return both(cells, "note") if cells["note_en"] else None


def _number(text: str) -> Decimal | None:
    if text and not _NUMBER.fullmatch(text):
        raise FileError("law.file.value", f"{text!r} is not a number.", f"“{text}”不是数字。")
    return Decimal(text) if text else None


def _prefix(cells: dict[str, str]) -> str:
    prefix = cells["prefix"]
    if not (prefix.isascii() and prefix.isdigit() and 2 <= len(prefix) <= 13):
        raise FileError(
            "law.file.code", f"{prefix!r} is not a prefix of commodity codes.",
            f"“{prefix}”不是商品编号前缀。",
        )  # fmt: skip
    return prefix


def require_pack(folder: Path) -> None:
    """A folder without pack.yaml is no law pack; say so."""
    if not (folder / "pack.yaml").is_file():
        raise Unusable.because(
            "law.file.no_pack", str(folder),
            f"{folder} is not a law pack: it has no pack.yaml.",
            f"{folder} 不是法规包：缺少 pack.yaml。",
            mend=Text(
                "Name a folder made by `sanzhi law import-tariff`, or see docs/reference/law.md.",
                "请指定由 sanzhi law import-tariff 生成的文件夹，或参见 docs/reference/law.md。",
            ),
        )  # fmt: skip
