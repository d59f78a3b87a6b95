"""Clearance of a consignment: states, what each actor may do in them, and what follows.

Nothing here stores or asks the time: a function takes what the case is and gives a `Step`, what
it becomes and the events that say so.
"""

from sanzhi.border.clearance.lanes import Selection, select
from sanzhi.border.clearance.states import ACTIONS, Action, State
from sanzhi.customs.lanes import Lane

__all__ = ["ACTIONS", "Action", "Lane", "Selection", "State", "select"]
