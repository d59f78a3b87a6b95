"""How the site keeps grants: seen and decided by whoever manages accounts, wherever the role."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sanzhi.administration.grants import GRANT, Grant, Granting, State, proposed_already
from sanzhi.cases import Step
from sanzhi.core.findings import Finding, Text
from sanzhi.site.accounts.access import Actor, Denied
from sanzhi.site.accounts.models import OPERATOR, User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.administration.holdings import (
    admits,
    carry_out,
    held_by,
    hold_account,
    waiting,
)
from sanzhi.site.cases.desks import DESKS, plain_desk
from sanzhi.site.cases.models import CaseRecord
from sanzhi.site.events.log import Conflict


def _granting(_row: CaseRecord | None, **common: Any) -> Granting:
    return Granting(**common, held=held_by, admits=admits, waiting=waiting)


def _store(row: CaseRecord, step: Step[Grant], _moment: datetime) -> None:
    grant = step.standing
    hold_account(grant)
    if grant.state is State.IN_FORCE:
        carry_out(grant)
    elif grant.state is State.PROPOSED:
        first = waiting(grant.account, grant.change, grant.holding, but=row.number)
        if first:  # proposed by another at the same moment
            raise Conflict(proposed_already(first))


def _tell(row: CaseRecord, step: Step[Grant], actor: Actor, moment: datetime) -> None:
    """Tell the other administrators of a proposal, and of one who was made on the machine; of a
    decision who proposed it, and whom it concerns: at an own page, since who is no administrator
    sees no grants."""
    grant = step.standing
    proposer = grant.proposal.asked_by if grant.proposal else ""
    state = grant.state.text
    text = Text(
        f"{row.number}: {row.title}, {state.en}.", f"{row.number}：{row.title}，{state.zh}。"
    )
    if not step.before.sequence:
        others = User.objects.filter(is_active=True, is_administrator=True)
        others = others.exclude(username__in=[proposer, grant.account])
        notify(others, text, _address(row), moment)
        return
    people = {
        user.username: user for user in User.objects.filter(username__in=[proposer, grant.account])
    }
    if proposer in people:
        notify([people[proposer]], text, _address(row), moment)
    if grant.account in people and grant.account not in {proposer, actor.login}:
        notify([people[grant.account]], text, "/account/", moment)


def _require_operator(actor: Actor, _grant: Grant, name: str) -> None:
    """An administrator is made alone by whoever operates the machine, and by nobody else."""
    if name == "make_administrator" and actor.login != OPERATOR:
        raise Denied(_OPERATOR)


_OPERATOR = Finding(
    code="access.operator",
    path="accounts.manage",
    text=Text(
        "This is done on the machine, by whoever operates it.", "此操作须由系统运行人员在本机进行。"
    ),
    mend=Text("Propose a grant instead.", "请改为提请授权。"),
)


def _address(row: CaseRecord) -> str:
    return DESKS.of(row).url(row)


DESKS.add(
    replace(
        plain_desk(
            GRANT,
            path="grants",
            view="accounts.manage",
            place=lambda _grant: {},
            situation=_granting,
        ),
        store=_store,
        tell=_tell,
        require_own=_require_operator,
    )
)
