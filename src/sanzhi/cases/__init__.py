"""Cases: what all kinds of case have in common, and nothing that is any one kind's.

A *kind* of case says in which states a case can stand, which actions move it, and what follows
from each event. An *action* is one declaration: what it asks, who may, in which states, under
which law, and a pure function to the next step. Where a case stands is `Kind.fold` of its events,
and nothing else.
"""

from sanzhi.cases.asking import Ask, Asked, Note, Why
from sanzhi.cases.kind import Action, Kind, Misdeclared, Unfoldable
from sanzhi.cases.standing import At, Decision, Request, Standing
from sanzhi.cases.step import Other, Overtaken, Situation, Step, Told

__all__ = [
    "Action",
    "Ask",
    "Asked",
    "At",
    "Decision",
    "Kind",
    "Misdeclared",
    "Note",
    "Other",
    "Overtaken",
    "Request",
    "Situation",
    "Standing",
    "Step",
    "Told",
    "Unfoldable",
    "Why",
]
