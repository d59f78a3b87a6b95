"""Selecting what to look at, one declaration at a time: a stated policy, replayable from its seed.

In this order, the first that speaks decides, a stricter rule over a milder one:

1. what the law always controls, and what officers' rules hold back;
2. the minimum random rate, and the share drawn to learn (exploration);
3. the ranking, up to the rate each lane expects, times the ratio of the trader's credit tier, as
   long as the office has capacity left that day.

Every selection says how likely it was that the goods would be inspected (its propensity), so that
what inspections find can be told for all declarations without bias: see `estimates`.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sanzhi.core.findings import Text
from sanzhi.core.shapes import Misfit
from sanzhi.customs.risk.ranking import Ranking
from sanzhi.selectivity.lanes import STRICTEST, Lane
from sanzhi.selectivity.rule import Rule, strictest

Share = Annotated[float, Field(ge=0, le=1)]
By = Literal["rule", "random", "exploration", "ranking", "none"]

#: Lanes that the ranking fills, the strictest first.
RANKED = (Lane.RED, Lane.YELLOW, Lane.BLUE)


class SelectionPolicy(BaseModel):
    """What share is looked at, and how it is chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1)] = 1
    ranking: Ranking = "probability"
    random: Share = 0.02
    """Drawn for inspection whatever else is known: the floor from which everything is estimated."""
    exploration: Share = 0.0
    """Drawn on top of it, to learn of what the ranking never looks at."""
    red: Share = 0.03
    yellow: Share = 0.05
    blue: Share = 0.05
    tiers: dict[str, Annotated[float, Field(ge=0, le=10)]] = Field(
        default_factory=lambda: {"advanced": 0.2, "general": 1.0, "discredited": 4.0}
    )
    """Credit tier → what the expected rates are multiplied by; 1 where none is named."""
    capacity: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Office → inspections that the ranking may ask for on a day; no limit where none is named."""

    @model_validator(mode="after")
    def _leaves_something(self) -> Self:
        if self.random + self.exploration > 1 or self.red + self.yellow + self.blue > 1:
            raise Misfit("The shares are more than everything.", "各项比例之和超过 100%。")
        return self

    def rates(self, tier: str) -> dict[Lane, float]:
        """The expected rate of each ranked lane for a tier."""
        ratio = self.tiers.get(tier, 1.0)
        return {lane: min(1.0, getattr(self, str(lane)) * ratio) for lane in RANKED}


def changed(before: SelectionPolicy, after: SelectionPolicy) -> list[str]:
    """The figures that differ, as they are after: `exploration=0.005`; `capacity.2248=` where a
    figure is gone."""
    was, now = _figures(before), _figures(after)
    return [
        f"{name}={now.get(name, '')}"
        for name in dict.fromkeys((*was, *now))
        if was.get(name) != now.get(name)
    ]


def _figures(policy: SelectionPolicy) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in policy.model_dump(mode="json", exclude={"version"}).items():
        if isinstance(value, dict):
            found |= {f"{name}.{one}": str(of) for one, of in value.items()}
        else:
            found[name] = str(value)
    return found


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a declaration stands among the recent ones of its office: `above` is the share of
    them ranked higher, None without a model; `inspections` are those the ranking has asked for
    at the office today."""

    above: float | None
    inspections: int = 0


#: The reason where nothing was selected.
NONE = Text("no rule holds it back and it was not drawn", "无布控规则命中，未被随机抽中")


@dataclass(frozen=True, slots=True)
class Selected:
    """What was chosen, by what, and how likely an inspection was (0..1)."""

    lane: Lane
    by: By
    propensity: float
    rules: tuple[str, ...] = ()
    draw: float | None = None
    reason: Text = NONE


_RANDOM = Text("drawn at random", "随机布控抽中")
_EXPLORED = Text("drawn at random to learn", "探索性随机布控")


def drawn(secret: str, case: str, what: str) -> float:
    """A number in [0, 1) that hangs on the secret, the case and what is drawn: the same again for
    whoever holds the secret, and nobody's to foretell."""
    digest = hmac.new(secret.encode(), f"{what}\0{case}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) / 2**64


def select(
    policy: SelectionPolicy,
    hits: Sequence[Rule],
    rank: Rank,
    *,
    tier: str,
    office: str,
    draw: float,
) -> Selected:
    """Choose the lane. `hits` are the rules that hold; `draw` is `drawn` for this case."""
    by_rule = strictest(hits)
    names = tuple(rule.id for rule in hits)
    if by_rule is Lane.RED:
        return Selected(Lane.RED, "rule", 1.0, names, draw, _why(hits, by_rule))
    by_rank = _ranked(policy, rank, tier, office)
    chance = 1.0 if by_rank is Lane.RED else policy.random + policy.exploration
    if draw < policy.random:
        return Selected(Lane.RED, "random", chance, names, draw, _RANDOM)
    if draw < policy.random + policy.exploration:
        return Selected(Lane.RED, "exploration", chance, names, draw, _EXPLORED)
    if STRICTEST.index(by_rank) < STRICTEST.index(by_rule):
        return Selected(by_rank, "ranking", chance, names, draw, _place(rank))
    if hits:
        return Selected(by_rule, "rule", chance, names, draw, _why(hits, by_rule))
    return Selected(Lane.GREEN, "none", chance, (), draw, NONE)


def _ranked(policy: SelectionPolicy, rank: Rank, tier: str, office: str) -> Lane:
    """The lane that the ranking asks for; milder where the office's day is full."""
    if rank.above is None:
        return Lane.GREEN
    upto = 0.0
    full = rank.inspections >= policy.capacity.get(office, rank.inspections + 1)
    for lane, rate in policy.rates(tier).items():
        upto += rate
        if rank.above < upto and not (lane is Lane.RED and full):
            return lane
    return Lane.GREEN


def _why(hits: Sequence[Rule], lane: Lane) -> Text:
    deciding = max((rule for rule in hits if rule.lane is lane), key=lambda rule: rule.weight)
    return deciding.reason


def _place(rank: Rank) -> Text:
    above = (rank.above or 0.0) * 100
    return Text(
        f"among the {max(above, 0.1):.1f} % that the model ranks highest at the office",
        f"模型评分位于本关区前 {max(above, 0.1):.1f}%",
    )


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer who could inspect. `waiting` are inspections not done yet; `conflicts` are
    parties whose goods they must not inspect."""

    name: str
    waiting: int = 0
    available: bool = True
    conflicts: frozenset[str] = frozenset()


def assign(officers: Sequence[Officer], parties: Sequence[str], *, draw: float) -> str | None:
    """The other half of double random (双随机): which officer inspects. Drawn among those who are
    available and have no conflict of interest with a party, each with a weight that falls with
    what waits for them; None where nobody can."""
    able = [
        one
        for one in sorted(officers, key=lambda one: one.name)
        if one.available and not one.conflicts & set(parties)
    ]
    weights = [1.0 / (1 + one.waiting) for one in able]
    at = draw * sum(weights)
    for one, weight in zip(able, weights, strict=True):
        at -= weight
        if at < 0:
            return one.name
    return able[-1].name if able else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An inspection: by what it was selected, how likely that was, and whether it found
    something."""

    by: By
    propensity: float
    find: bool


@dataclass(frozen=True, slots=True)
class Estimates:
    """What inspections tell of all declarations. Rates are 0..1, None where nothing is known.

    `rate` is the share of declarations that inspection would find wanting, each inspection
    weighed by 1/propensity (Hájek's estimator), with its 95 % interval; `random` and `targeted`
    are plain hit rates."""

    inspections: int
    rate: float | None
    low: float | None
    high: float | None
    random: float | None
    targeted: float | None


def estimates(outcomes: Sequence[Outcome]) -> Estimates:
    """Unbiased rates from inspections whose propensity is known. Declarations that were looked at
    for certain count once; those that only the random floor could reach stand for many."""
    told = [one for one in outcomes if one.propensity > 0]
    weights = [1.0 / one.propensity for one in told]
    whole = sum(weights)
    if not told:
        return Estimates(0, None, None, None, None, None)
    rate = sum(weight for one, weight in zip(told, weights, strict=True) if one.find) / whole
    # linearised variance of a ratio; the finite population is not corrected for
    spread = (
        sum((weight * (one.find - rate)) ** 2 for one, weight in zip(told, weights, strict=True))
        / whole**2
    )
    margin = 1.96 * spread**0.5
    return Estimates(
        len(told),
        rate,
        max(0.0, rate - margin),
        min(1.0, rate + margin),
        _hit_rate(told, {"random", "exploration"}),
        _hit_rate(told, {"rule", "ranking"}),
    )


def _hit_rate(told: Sequence[Outcome], by: set[str]) -> float | None:
    of = [one.find for one in told if one.by in by]
    return sum(of) / len(of) if of else None


def given_up(
    ranked: Mapping[str, Sequence[float]], worth: Mapping[str, Sequence[float]], share: float
) -> dict[str, dict[str, float]]:
    """What each ranking would give up: for every ranking (name → value of each declaration) the
    share of every worth (finds, revenue) that its top `share` holds."""
    found: dict[str, dict[str, float]] = {}
    for name, values in ranked.items():
        order = sorted(range(len(values)), key=lambda at: -values[at])
        top = order[: max(1, round(len(values) * share))] if values else []
        found[name] = {
            kind: sum(of[at] for at in top) / sum(of) if sum(of) else 0.0
            for kind, of in worth.items()
        }
    return found
