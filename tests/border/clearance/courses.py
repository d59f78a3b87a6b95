"""Consignments and situations for the tests of clearance."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sanzhi import law
from sanzhi.border.clearance import CONSIGNMENT, Circumstances, Clearance, Consignment, Drawn, State
from sanzhi.cases import Step
from sanzhi.declarations import Declaration, Party
from sanzhi.events import VOCABULARY, Event
from sanzhi.selectivity.lanes import Lane

PACK = law.load()
YUAN = Decimal("130.00")
DAY = date(2020, 3, 2)
NUMBER = "2248-2020-I0000001"


def declare(price: str = "1000", **fields: Any) -> Declaration:
    """Tablets, free of duty: VAT 13 % of the price is all they owe."""
    return Declaration.from_fields(
        {
            "date": "2020-03-02",
            "currency": "CNY",
            "incoterm": "CIF",
            "reference": "R1",
            "procedure": "0110",
            "transport": {"mode": "5"},
            "gross_mass": "20",
            "packages": "2",
            "parties": [{"role": "trader", "name": "T"}],
            **fields,
            "items": [
                {
                    "number": 1,
                    "code": "8471301000",
                    "description": "tablets",
                    "origin": "US",
                    "quantity": "10",
                    "unit": "unit",
                    "price": price,
                    "elements": ["3", "0", "writing", "Acme", "T1", "sealed", "16 GB", "x86"],
                }
            ],
        }
    )


def situation(on: date = DAY, actor: str = "lin", **facts: Any) -> Clearance:
    """The situation of a day; `facts` are those of the lodging, or of the situation."""
    known = {
        name: facts.pop(name)
        for name in ("current", "document", "draw_inspector", "receipt", "reading", "follow")
        if name in facts
    }
    lodging = Circumstances(
        **{
            "trader": Party(role="trader", credit_code="T"),
            "declarant": "T",
            "tier": "general",
            "first_time": False,
            "draw": Decimal("0.5"),
            **facts,
        }
    )
    moment = datetime.combine(on, time(4), UTC)
    return Clearance(
        actor=actor,
        now=moment,
        pack=PACK,
        today=on,
        lodging=lambda: lodging,
        **{"receipt": "P-1", "draw_inspector": lambda _case: Drawn("wang", 3, "0.5"), **known},
    )


def lodge(declaration: Declaration, now: Clearance | None = None) -> Step[Consignment]:
    action = CONSIGNMENT.actions["lodge"]
    said = action.asks.model_validate({"declaration": declaration})
    return CONSIGNMENT.take(action, CONSIGNMENT.begin(), said, now or situation())


def take(
    case: Consignment, name: str, now: Clearance | None = None, **said: Any
) -> Step[Consignment]:
    """Take an action as any door does: what was said is read first."""
    action = CONSIGNMENT.actions[name]
    return CONSIGNMENT.take(action, case, action.asks.model_validate(said), now or situation())


def standing(state: State, lane: Lane | None = Lane.GREEN, **fields: Any) -> Consignment:
    """A consignment in a state, as if its events had led there."""
    lodged = lodge(declare(fields.pop("price", "1000"))).standing
    given = {"guaranteed": Decimal(0), "paid": Decimal(0), "due": Decimal(0), "deadline": None}
    return lodged.having(**{**given, "state": state, "lane": lane, **fields})


def kinds(step: Step[Consignment]) -> list[str]:
    """What a step told, without the room's name."""
    return [VOCABULARY.kind_of(told.payload).name.removeprefix("clearance.") for told in step.told]


def events_of(step: Step[Consignment], before: int = 0) -> list[Event]:
    """The events of a step as the log would give them back."""
    now = step.situation
    return [
        Event(
            NUMBER,
            before + place,
            VOCABULARY.kind_of(told.payload).name,
            now.actor if place == 1 else now.follow or now.actor,
            now.now,
            told.law,
            told.payload.model_dump(mode="json"),
        )
        for place, told in enumerate(step.told, 1)
    ]
