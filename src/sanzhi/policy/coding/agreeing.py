"""Agreement of a study's coders: overall, by code, by pair of coders, by text, and with
themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sanzhi.policy.coding.agreement import Agreement, agreement, coded_units
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import Study

Unit = tuple[str, str]
Kind = Literal["all", "code", "coders", "text", "rounds"]

_NAMES: dict[Kind, str] = {
    "all": "all codes",
    "code": "code {0}",
    "coders": "coders {0} and {1}",
    "text": "text {0}",
    "rounds": "coder {0} with themselves",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Agreement over one group of units: all, those of a code, of two coders, of a text, or of
    one coder's rounds."""

    kind: Kind
    subjects: tuple[str, ...]
    """Keys and names that the group is about."""
    over: Literal["all", "coded"]
    """Every unit, or those that some coder scored above 0."""
    figures: Agreement

    @property
    def of(self) -> str:
        """The group's name in tables."""
        return _NAMES[self.kind].format(*self.subjects)


def agreement_of(study: Study, codings: Sequence[Coding]) -> list[dict[str, Any]]:
    """`compared` as rows of a table."""
    return [
        {"of": one.of, "over": one.over, **asdict(one.figures)} for one in compared(study, codings)
    ]


def compared(study: Study, codings: Sequence[Coding]) -> list[Compared]:
    """Agreement over all codes, each code, each pair of coders, each text, each coder's repeated
    rounds; over all units and over coded ones. Groups with nobody to compare are left out."""
    found = []
    for kind, subjects, ratings in _groups(study, codings):
        if ratings.shape[1] < 2 or not len(ratings):
            continue
        found += [
            Compared(kind, subjects, "all", agreement(ratings, study.codebook.scale)),
            Compared(
                kind, subjects, "coded", agreement(coded_units(ratings), study.codebook.scale)
            ),
        ]
    return found


def _groups(
    study: Study, codings: Sequence[Coding]
) -> Iterator[tuple[Kind, tuple[str, ...], NDArray[np.float64]]]:
    counted = [one for one in codings if one.status == "final"]
    first = _first_rounds(counted)
    coders = sorted({coder for given in first.values() for coder in given})
    yield "all", (), _matrix(first, coders)
    for code in study.codebook.codes:
        units = {unit: given for unit, given in first.items() if unit[1] == code.key}
        yield "code", (code.key,), _matrix(units, coders)
    for a, b in combinations(coders, 2):
        yield "coders", (a, b), _matrix(first, [a, b])
    texts: dict[str, dict[Unit, dict[str, float]]] = {}
    for unit, given in first.items():
        texts.setdefault(unit[0], {})[unit] = given
    for policy, units in sorted(texts.items()):
        yield "text", (policy,), _matrix(units, coders)
    for coder in coders:
        yield "rounds", (coder,), _rounds(counted, coder)


def _first_rounds(codings: Iterable[Coding]) -> dict[Unit, dict[str, float]]:
    """What each coder gave each unit in the first round."""
    found: dict[Unit, dict[str, float]] = {}
    for coding in sorted(codings, key=lambda one: -one.round):
        found.setdefault((coding.policy, coding.code), {})[coding.coder] = float(coding.score)
    return found


def _matrix(units: dict[Unit, dict[str, float]], coders: list[str]) -> NDArray[np.float64]:
    return np.array(
        [[given.get(coder, np.nan) for coder in coders] for _, given in sorted(units.items())],
        dtype=np.float64,
    ).reshape(len(units), len(coders))


def _rounds(codings: Iterable[Coding], coder: str) -> NDArray[np.float64]:
    """Units × rounds of one coder."""
    own = [one for one in codings if one.coder == coder]
    rounds = sorted({one.round for one in own})
    units = sorted({(one.policy, one.code) for one in own})
    place = {unit: row for row, unit in enumerate(units)}
    ratings = np.full((len(units), len(rounds)), np.nan)
    for one in own:
        ratings[place[one.policy, one.code], rounds.index(one.round)] = one.score
    return ratings
