"""Clearance of a consignment: states, what each actor may do in them, and what follows.

Nothing here stores or asks the time. An action takes a consignment and what was said, and tells
the events that happened; what the consignment is by then is their fold.
"""

from sanzhi.border.clearance.actions import CONSIGNMENT
from sanzhi.border.clearance.lanes import Selection, select
from sanzhi.border.clearance.situation import Circumstances, Clearance, Drawn
from sanzhi.border.clearance.standing import Consignment
from sanzhi.border.clearance.states import State
from sanzhi.selectivity.lanes import Lane

__all__ = [
    "CONSIGNMENT",
    "Circumstances",
    "Clearance",
    "Consignment",
    "Drawn",
    "Lane",
    "Selection",
    "State",
    "select",
]
