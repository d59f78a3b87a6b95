"""One declaration at a time: the same scores as a table's, without a table.

Building and joining columns for one row takes longer than all the arithmetic. At the desk a
declaration's goods items are dictionaries, and the model's counts are looked up one by one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.columns import OUTCOMES, ROLES, TEXTS
from sanzhi.customs.risk.features import duties_of, matrix_of
from sanzhi.customs.risk.model import Model, Scores
from sanzhi.customs.risk.reasons import Reason, reasons_of

Row = Mapping[str, Any]

_TEXTS = tuple(role.name for role in ROLES if role.kind in TEXTS and role.name not in OUTCOMES)
_NUMBERS = ("tax_rate", "net_mass", "price")


class Desk:
    """A model made ready for one declaration at a time."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def score(self, rows: Sequence[Row]) -> tuple[list[dict[str, Any]], Scores]:
        """A declaration's goods items as the model reads them, and their scores, in their order.

        `rows` hold the canonical columns (`columns.ROLES`); what is not known may be None or
        absent. Scores are those of `Model.score`. `Unusable` (`risk.goods`) where there is no
        item or one without a commodity code.
        """
        goods = [canonical(row) for row in rows]
        if not goods:
            raise _unreadable("There are no goods items.", "没有商品项。")
        past = self.model.tables.of_rows(goods)
        return goods, self.model.judged(past, matrix_of(goods, past), duties_of(goods))

    def why(self, goods: Sequence[Row], scores: Scores, place: int) -> tuple[Reason, ...]:
        """Why the item at `place` was given its score."""
        return tuple(reasons_of(self.model, {place: goods[place]}, scores)[place])


def canonical(row: Row) -> dict[str, Any]:
    """A goods item as models read it: text that is not known is empty, a number that is not
    known is zero, as in a table; with chapter, heading and subheading."""
    found: dict[str, Any] = {name: row.get(name) or "" for name in _TEXTS}
    for name in _NUMBERS:
        found[name] = float(row.get(name) or 0.0)
    code = found["code"]
    if not (code.isascii() and code.isdigit() and len(code) >= 4):
        raise _unreadable("A goods item has no commodity code.", "有商品项缺少商品编码。")
    found["hs2"], found["hs4"], found["hs6"] = code[:2], code[:4], code[:6]
    return found


def _unreadable(en: str, zh: str) -> Unusable:
    return Unusable.because("risk.goods", "items", en, zh)
