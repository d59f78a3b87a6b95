"""How the site keeps grants: seen and decided by whoever manages accounts, wherever the role."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from sanzhi.administration.grants import GRANT, Grant, Granting, State
from sanzhi.cases import Step
from sanzhi.core.findings import Text
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.administration.holdings import admits, carry_out, held_by
from sanzhi.site.cases.actions import standing_of
from sanzhi.site.cases.desks import DESKS, plain_desk
from sanzhi.site.cases.models import CaseRecord


def _store(_row: CaseRecord, step: Step[Grant], _moment: datetime) -> None:
    if step.standing.state is State.IN_FORCE:
        carry_out(step.standing)


def _tell(row: CaseRecord, before: str, actor: Actor, moment: datetime) -> None:
    """Tell those who can decide of a proposal; of a decision who proposed it, and whom it
    concerns."""
    grant: Grant = standing_of(row)
    proposer = grant.proposal.asked_by if grant.proposal else ""
    state = grant.state.text
    text = Text(
        f"{row.number}: {row.title}, {state.en}.", f"{row.number}：{row.title}，{state.zh}。"
    )
    if not before:
        deciders = User.objects.filter(is_active=True, is_administrator=True)
        others = deciders.exclude(username__in=[proposer, grant.account])
        notify(others, text, _address(row), moment)
        return
    people = {
        user.username: user for user in User.objects.filter(username__in=[proposer, grant.account])
    }
    if proposer in people:
        notify([people[proposer]], text, _address(row), moment)
    if grant.account in people and grant.account not in {proposer, actor.login}:
        notify([people[grant.account]], text, "/account/", moment)


def _address(row: CaseRecord) -> str:
    return DESKS.of(row).url(row)


DESKS.add(
    replace(
        plain_desk(
            GRANT,
            path="grants",
            view="accounts.manage",
            place=lambda _grant: {},
            situation=partial(Granting, held=held_by, admits=admits),
        ),
        store=_store,
        tell=_tell,
    )
)
