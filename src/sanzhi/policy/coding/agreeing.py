"""Agreement of a study's coders: overall, by code, by pair of coders, by text, and with
themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanzhi.policy.coding.agreement import agreement, coded_units
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import Study

Unit = tuple[str, str]


def agreement_of(study: Study, codings: Sequence[Coding]) -> list[dict[str, Any]]:
    """One row for each of: all codes, each code, each pair of coders, each text, each coder's
    repeated rounds; over all units and over those that some coder scored above 0."""
    counted = [one for one in codings if one.status == "final"]
    scale = study.codebook.scale
    first = _first_rounds(counted)
    coders = sorted({coder for given in first.values() for coder in given})
    groups: list[tuple[str, NDArray[np.float64]]] = [("all codes", _matrix(first, coders))]
    for code in study.codebook.codes:
        units = {unit: given for unit, given in first.items() if unit[1] == code.key}
        groups.append((f"code {code.key}", _matrix(units, coders)))
    groups += [(f"coders {a} and {b}", _matrix(first, [a, b]))
               for a, b in combinations(coders, 2)]
    texts: dict[str, dict[Unit, dict[str, float]]] = {}
    for unit, given in first.items():
        texts.setdefault(unit[0], {})[unit] = given
    groups += [(f"text {policy}", _matrix(units, coders))
               for policy, units in sorted(texts.items())]
    groups += [(f"coder {coder} with themselves", _rounds(counted, coder)) for coder in coders]
    rows = []
    for name, ratings in groups:
        if ratings.shape[1] < 2 or not len(ratings):
            continue
        for over, part in (("all", ratings), ("coded", coded_units(ratings))):
            rows.append({"of": name, "over": over, **asdict(agreement(part, scale))})
    return rows


def _first_rounds(codings: Iterable[Coding]) -> dict[Unit, dict[str, float]]:
    """What each coder gave each unit in the first round."""
    found: dict[Unit, dict[str, float]] = {}
    for coding in sorted(codings, key=lambda one: -one.round):
        found.setdefault((coding.policy, coding.code), {})[coding.coder] = float(coding.score)
    return found


def _matrix(units: dict[Unit, dict[str, float]], coders: list[str]) -> NDArray[np.float64]:
    return np.array([[given.get(coder, np.nan) for coder in coders]
                     for _, given in sorted(units.items())],
                    dtype=np.float64).reshape(len(units), len(coders))


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
