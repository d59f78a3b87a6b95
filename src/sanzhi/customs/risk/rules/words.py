"""Conditions of events and trials in words."""

from typing import TYPE_CHECKING

from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk.rules.cells import parse
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.selectivity.words import plain, words_of

if TYPE_CHECKING:  # trials need the parts of analysis; words do not
    from sanzhi.customs.risk.rules.trial import Tried


def text_of(condition: str, currency: Text) -> Text | None:
    """The words of a condition as an event holds it, `code=87*`, amounts in the administration's
    `currency`; None where no field has it."""
    field, _, cell = condition.partition("=")
    try:
        read = parse(field, cell)
    except Unusable:
        return None
    return words_of(read, FIELDS, currency) if read else None


def words_of_tried(tried: "Tried", declarations: int) -> Text:
    """What a rule, or all of them, would have hit of a history, and found."""
    share = plain(round(tried.share * 100, 1))
    hit = Text(
        f"would have hit {tried.declarations:,} of {declarations:,} declarations ({share} %)",
        f"在 {declarations:,} 份报关单中命中 {tried.declarations:,} 份（{share}%）",
    )
    if tried.precision is None:
        return Text(f"{hit.en}; none of them was inspected", f"{hit.zh}，均无查验结果")
    precision = plain(round(tried.precision * 100, 1))
    return Text(
        f"{hit.en}, found {tried.finds:,} in the {tried.known:,} inspected ({precision} %)",
        f"{hit.zh}；其中 {tried.known:,} 份有查验结果，查获 {tried.finds:,} 份（{precision}%）",
    )
