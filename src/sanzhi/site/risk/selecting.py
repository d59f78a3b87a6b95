"""Selection in clearance: officers' rules and the champion's ranking, beside the law's table.

Whatever fails here never stops clearance: without a score the rules and the random floor select,
and the event says why there is none.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.lanes import Choice
from sanzhi.core.findings import Unusable
from sanzhi.core.money import plain
from sanzhi.customs.duty import Assessment
from sanzhi.customs.risk.goods import Row, Trade, rows_of
from sanzhi.customs.risk.ranking import Ranking, rank
from sanzhi.customs.risk.rules.known import FACTS, Knowledge
from sanzhi.customs.risk.rules.online import Online
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import Rank, SelectionPolicy, select
from sanzhi.declarations import Declaration
from sanzhi.selectivity.rule import Rule
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.known import knowledge
from sanzhi.site.risk.models import RiskModel, Setting
from sanzhi.site.risk.selections import inspections, window

if TYPE_CHECKING:  # imported when first used: most lodgings need no table and no model
    from sanzhi.site.risk.scoring import Scored

logger = logging.getLogger(__name__)


class Chosen(NamedTuple):
    """What was approved: rules and policy, which change no more."""

    version: int
    policy: SelectionPolicy
    rules: str


@dataclass(slots=True)
class InForce:
    """The setting and models in force; read once for all that is lodged together."""

    chosen: Chosen | None
    model: str
    challenger: str
    _windows: dict[str, list[float]] = field(default_factory=dict)

    def window(self, office: str, ranking: Ranking) -> list[float]:
        """What the office's recent declarations are ordered by; nothing is stored meanwhile of
        what is lodged together."""
        if office not in self._windows:
            self._windows[office] = window(office, self.model, ranking)
        return self._windows[office]

    def choosing(self, trade: Trade, moment: datetime) -> "Selecting":
        """The selection for one case."""
        return Selecting(self, trade, moment)


#: Asked at every lodging: one statement for the three.
_IN_FORCE = (
    f"SELECT s.version, s.content, c.name, h.name FROM (SELECT 1 AS one) AS o "  # noqa: S608 - names of our own tables
    f"LEFT JOIN {Setting._meta.db_table} s ON s.state = 'active' "
    f"LEFT JOIN {RiskModel._meta.db_table} c ON c.state = 'champion' "
    f"LEFT JOIN {RiskModel._meta.db_table} h ON h.state = 'challenger'"
)


def in_force() -> InForce | None:
    """None where there is neither setting nor model, and the law's table selects alone."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE)
        version, content, model, challenger = cursor.fetchone()
    if version is None and model is None:
        return None
    return InForce(
        _chosen(version, content) if version is not None else None,
        model or "",
        (challenger or "") if model else "",
    )


@lru_cache(maxsize=4)
def _chosen(version: int, content: str) -> Chosen:
    """The setting of a version and its content's hash."""
    setting = Setting.objects.get(version=version, content=content)
    return Chosen(setting.version, setting.selection, setting.rules)


class Selecting:
    """Asked by clearance with an accepted declaration; see `border.clearance.lanes.Choosing`."""

    def __init__(self, force: InForce, trade: Trade, moment: datetime) -> None:
        chosen = force.chosen
        self._version = str(chosen.version) if chosen else ""
        self._policy = chosen.policy if chosen else SelectionPolicy()
        self._online = _compiled(chosen.rules if chosen else "", pack().day_of(moment))
        self._force, self._model, self._challenger = force, force.model, force.challenger
        self._trade = trade
        self._moment = moment

    def __call__(
        self,
        declaration: Declaration,
        assessment: Assessment,
        facts: Mapping[str, Any],
        draw: Decimal,
        floor: Decimal,
    ) -> Choice:
        rows = rows_of(
            declaration,
            assessment,
            facts,
            case="",
            trade=self._trade,
            lodged=pack().day_of(self._moment),
        )
        score, fallback = self._scored(self._model, rows)
        shadow, _ = self._scored(self._challenger, rows) if self._challenger else (None, "")
        hits = self._hits(rows, score)
        office = declaration.office or ""
        policy = self._policy.model_copy(update={"random": float(floor)})
        standing = self._rank(policy, score, office)
        # The law's floor and this share one draw: both see the same chance.
        found = select(
            policy,
            hits,
            standing,
            tier=str(facts.get("trader_tier") or ""),
            office=office,
            draw=float(draw),
        )
        return Choice(
            lane=found.lane,
            by=SelectedBy(found.by),
            propensity=plain(Decimal(str(round(found.propensity, 6)))),
            rules=found.rules,
            setting=self._version,
            model=self._model if score else "",
            score=f"{score.probability:.6f}" if score else "",
            expected_revenue=f"{score.revenue:.2f}" if score else "",
            reasons=score.why() if score and found.lane != "green" else (),
            challenger=self._challenger if shadow else "",
            challenger_score=f"{shadow.probability:.6f}" if shadow else "",
            fallback=fallback,
        )

    def _scored(self, name: str, rows: list[Row]) -> "tuple[Scored | None, str]":
        """What a model says of the declaration; else why it says nothing."""
        if not name or not rows:
            return None, ""
        from sanzhi.site.risk.scoring import scorer  # noqa: PLC0415 - a heavy part, loaded when first used

        try:
            return scorer(name).score(rows), ""
        except Unusable as refused:
            logger.warning("model %s gives no score: %s", name, refused.finding.text.en)
            return None, refused.finding.code

    def _hits(self, rows: list[Row], score: "Scored | None") -> list[Rule]:
        """Rules that hold for some goods item, once each, in the table's order."""
        if self._online is None:
            return []
        found: dict[str, Rule] = {}
        past = cache(lambda: knowledge(rows[0]["date"]))  # asked once for all of them
        for row in rows:
            for rule in self._online.hits(Known(row, score, past)):
                found.setdefault(rule.id, rule)
        return list(found.values())

    def _rank(self, policy: SelectionPolicy, score: "Scored | None", office: str) -> Rank:
        if score is None:
            return Rank(None)
        limit = policy.capacity.get(office)
        return Rank(
            self._above(policy.ranking, score, office),
            inspections(office, self._moment) if limit is not None else 0,
        )

    def _above(self, ranking: Ranking, score: "Scored", office: str) -> float:
        """The share of the office's recent declarations that the model ranks higher; where there
        are none, that of the model's validation period."""
        recent = self._force.window(office, ranking)
        # Compared as the event keeps it, so that equals stay equal.
        own = rank(ranking, round(score.probability, 6), round(score.revenue, 2))
        return sum(one > own for one in recent) / len(recent) if recent else score.above


class Known(dict[str, Any]):
    """A goods item with what is looked up only when a rule asks for it."""

    def __init__(self, row: Row, score: "Scored | None", past: Callable[[], Knowledge]) -> None:
        super().__init__(row)
        self._score, self._past = score, past

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            if name in FACTS:
                self[name] = self._past().fact(name, self)
            elif name in _OF_MODEL:
                self[name] = getattr(self._score, _OF_MODEL[name]) if self._score else None
        return super().get(name, default)


#: Field → attribute of a score.
_OF_MODEL = {"score": "probability", "expected_revenue": "revenue"}


@lru_cache(maxsize=8)
def _compiled(rules: str, day: date) -> Online | None:
    found = RuleTable.model_validate_json(rules).on(day) if rules else ()
    return Online(found) if found else None
