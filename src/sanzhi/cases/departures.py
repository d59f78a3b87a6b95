"""What an action did that its declaration does not say. Pages, doors and verification go by the
declaration, so that what departs from it is the program's mistake and never stored."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sanzhi.cases.step import Step
from sanzhi.core.digests import digest

if TYPE_CHECKING:  # a kind asks this of its actions
    from sanzhi.cases.kind import Action


def departures(action: "Action[Any]", step: Step[Any]) -> Iterator[str]:
    """Each thing that a step does and its action does not declare, in a few words."""
    if not step.told:
        return  # nothing is written of it
    declared = {*action.tells, *step.kind.consequent}
    for payload in {type(one.payload) for one in step.told} - declared:
        yield f"tells {payload.__name__}, which it does not name"
    before, now = step.before.requests, step.standing.requests
    opened = {one.kind for one in now[len(before) :]}
    if opened != ({action.opens} if action.opens else set()):
        yield f"opens {sorted(opened)} where it says “{action.opens}”"
    for one, then in zip(now, before, strict=False):
        if one != then and one.kind != action.decides:
            yield f"decides “{one.kind}” where it says “{action.decides}”"
    if not step.kind.own_documents:
        yield from _other_texts(step)


def _other_texts(step: Step[Any]) -> Iterator[str]:
    brought = {digest(one) for one in step.documents if isinstance(one, str)}
    named = set(step.standing.documents)
    if not named - set(step.before.documents) <= brought <= named:
        yield "brings other texts than its events name"
