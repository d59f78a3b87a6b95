"""Grants: who gets a role, or loses it, by the proposal of one person and the decision of another.

A grant is a case. It names an account by its user name, which never changes; a role; and the place
where the role is held: a customs office, an enterprise, or none. The first administrators are made
on the machine, by whoever operates it; that is a grant too. What an account holds is what its
grants gave and took, and nothing else (`held_after`).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Annotated, NamedTuple, Self

from pydantic import StringConstraints

from sanzhi.cases import (
    Ask,
    Asked,
    At,
    Kind,
    Overtaken,
    Request,
    Situation,
    Standing,
    Step,
    Why,
)
from sanzhi.cases.kind import Awaited
from sanzhi.cases.standing import Outcome
from sanzhi.core.codes import Code
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.events import VOCABULARY, Key, Payload, Person, Said

#: Duties that check each other are held apart.
LAW = "customs-law, art. 76"


class State(Code):
    """Where a grant stands."""

    PROPOSED = "proposed", "proposed", "待批准"
    IN_FORCE = "in_force", "in force", "已生效"
    REFUSED = "refused", "refused", "不予批准"


class Change(Code):
    """What is to become of the role."""

    GIVE = "give", "give", "授予"
    TAKE = "take", "take away", "收回"


class GrantedRole(Code):
    """The roles that are given by a grant. Those of a study are its lead's to give."""

    OFFICER = "officer", "officer", "关员"
    SUPERVISOR = "supervisor", "supervisor", "主管"
    ANALYST = "analyst", "analyst", "分析员"
    ADMINISTRATOR = "administrator", "administrator", "管理员"
    TRADER = "trader", "trader", "企业"
    BROKER = "broker", "broker", "报关企业"


#: Roles held at a customs office, and those held at an enterprise; the others are held anywhere.
AT_OFFICE = frozenset({GrantedRole.OFFICER, GrantedRole.SUPERVISOR})
AT_ENTERPRISE = frozenset({GrantedRole.TRADER, GrantedRole.BROKER})


class Holding(NamedTuple):
    """A role at its place: an office's code, an enterprise's credit code, or nothing."""

    role: GrantedRole
    place: str = ""

    @property
    def key(self) -> str:
        return f"{self.role}:{self.place}"

    @classmethod
    def of(cls, key: str) -> Self:
        """The holding of a key; ValueError where it is none."""
        role, _, place = key.partition(":")
        return cls(GrantedRole(role), place)


@VOCABULARY.declare(
    "administration.administrator_made",
    verb=("made an administrator", "设立管理员"),
    words=(
        "Account {account} made an administrator by whoever operates the machine.",
        "由系统运行人员将账户 {account} 设为管理员。",
    ),
)
class AdministratorMade(Payload):
    account: Person


@VOCABULARY.declare(
    "administration.grant_proposed",
    verb=("proposed a grant", "提请授权"),
    words=(
        "Account {account}, proposed to {change}: {role} ({place}). {reason}",
        "提请对账户 {account} {change}角色：{role}（{place}）。{reason}",
    ),
)
class GrantProposed(Payload):
    account: Person
    change: Change
    role: GrantedRole
    place: Key
    """An office's code, an enterprise's credit code, or nothing."""
    reason: Said


@VOCABULARY.declare(
    "administration.granted",
    verb=("granted", "批准授权"),
    words=(
        "Granted, and in force. {reason}",
        "批准并生效。{reason}",
    ),
)
class Granted(Payload):
    reason: Said


@VOCABULARY.declare(
    "administration.grant_refused",
    verb=("refused a grant", "不予授权"),
    words=("Refused: {reason}", "不予批准：{reason}"),
)
class GrantRefused(Payload):
    reason: Said


#: Before a proposal says what it is about.
_NOTHING = Holding(GrantedRole.OFFICER)


@dataclass(frozen=True, kw_only=True)
class Grant(Standing):
    """A grant after its events so far."""

    state: State = State.PROPOSED
    account: str = ""
    change: Change = Change.GIVE
    holding: Holding = _NOTHING

    @property
    def proposal(self) -> Request | None:
        return next(iter(self.requests), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting(Situation):
    """What deciding on a grant takes beside who acts, and when."""

    held: Callable[[str], Collection[Holding] | None]
    """What an account holds now; None where there is no such account."""
    admits: Callable[[Holding], bool]
    """Whether there is a customs office of that code, or an enterprise of that credit code, at
    which the role can be held."""
    waiting: Callable[[str, Change, Holding], str]
    """Number of the proposal of the same that waits to be decided; empty where none does."""


def title_of(account: str, change: Change, holding: Holding) -> str:
    """What lists call a grant; no two that differ are called the same."""
    sign = "+" if change is Change.GIVE else "-"
    return f"{account} {sign} {holding.role} {holding.place}".strip()


def _parties(grant: Grant) -> Collection[str]:
    return {grant.holding.place} if grant.holding.role in AT_ENTERPRISE else ()


def _concerned(grant: Grant) -> Collection[str]:
    """Who proposed it, and whose account it is: neither decides."""
    return {grant.account, grant.proposal.asked_by if grant.proposal else ""}


GRANT: Kind[Grant] = Kind(
    name="grant",
    words=Text("grant", "授权"),
    states=State,
    begin=Grant,
    prefix="GR",
    requests={"grant": Text("proposal", "提请")},
    title=lambda grant: title_of(grant.account, grant.change, grant.holding),
    parties=_parties,
    awaited={
        State.PROPOSED: Awaited(
            "administrator",
            Text("Another administrator decides.", "由另一名管理员决定。"),
            ("decide",),
        ),
        State.IN_FORCE: Awaited("", Text("Nothing.", "无。")),
        State.REFUSED: Awaited("", Text("Nothing.", "无。")),
    },
)


@GRANT.follows(AdministratorMade)
def _made(grant: Grant, told: AdministratorMade, _at: At) -> Grant:
    return grant.having(
        state=State.IN_FORCE, account=told.account, holding=Holding(GrantedRole.ADMINISTRATOR)
    )


@GRANT.follows(GrantProposed)
def _proposed(grant: Grant, told: GrantProposed, at: At) -> Grant:
    return grant.asking("grant", at, told.reason).having(
        account=told.account, change=told.change, holding=Holding(told.role, told.place)
    )


@GRANT.follows(Granted)
def _granted(grant: Grant, told: Granted, at: At) -> Grant:
    return grant.deciding("grant", at, Outcome.GRANTED, told.reason).having(state=State.IN_FORCE)


@GRANT.follows(GrantRefused)
def _refused(grant: Grant, told: GrantRefused, at: At) -> Grant:
    return grant.deciding("grant", at, Outcome.REFUSED, told.reason).having(state=State.REFUSED)


def held_after(grants: Iterable[Grant]) -> frozenset[str]:
    """Keys of what an account holds by its grants. Those that are not in force change nothing."""
    held: frozenset[str] = frozenset()
    in_force = (one for one in grants if one.state is State.IN_FORCE)
    for one in sorted(in_force, key=lambda one: one.since):
        key = {one.holding.key}
        held = held | key if one.change is Change.GIVE else held - key
    return held


class GrantProposal(Asked):
    account: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=150),
        Ask.for_("Account (user name)", "账户（用户名）"),
    ]
    change: Annotated[Change, Ask.for_("What is to be done", "事项")]
    role: Annotated[GrantedRole, Ask.for_("Role", "角色")]
    place: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=18),
        Ask.for_(
            "Customs office or code of the enterprise (none for analyst and administrator)",
            "关区代码或企业代码（分析员、管理员不填）",
        ),
    ] = ""
    reason: Why


class GrantDecision(Asked):
    granted: Annotated[
        bool,
        Ask.for_("Decision", "决定", yes=Text("granted", "批准"), no=Text("refused", "不予批准")),
    ]
    reason: Why


class NewAdministrator(Asked):
    account: str


@GRANT.action(
    "make_administrator",
    "Make an administrator",
    "设立管理员",
    done=("Made an administrator.", "已设为管理员。"),
    begins=True,
    by_hand=False,
    permission="accounts.manage",
    law=LAW,
    tells=[AdministratorMade],
)
def make_administrator(step: Step[Grant], said: NewAdministrator, now: Granting) -> None:
    """Make an account an administrator's, on the machine: without a first there is no second."""
    _require_change(said.account, Change.GIVE, Holding(GrantedRole.ADMINISTRATOR), now)
    step.tell(AdministratorMade(account=said.account), LAW)


@GRANT.action(
    "propose",
    "Propose a grant",
    "提请授权",
    done=("Proposed; another administrator decides.", "已提请，由另一名管理员决定。"),
    begins=True,
    permission="accounts.manage",
    law=LAW,
    tells=[GrantProposed],
    opens="grant",
)
def propose(step: Step[Grant], said: GrantProposal, now: Granting) -> None:
    """Propose that an account shall have a role at a place, or shall have it no longer. What is
    proposed already is decided first."""
    holding = Holding(said.role, said.place)
    _require_place(holding, now)
    _require_change(said.account, said.change, holding, now)
    if first := now.waiting(said.account, said.change, holding):
        raise Overtaken(proposed_already(first))
    told = GrantProposed(
        account=said.account,
        change=said.change,
        role=said.role,
        place=said.place,
        reason=said.reason,
    )
    step.tell(told, LAW)


@GRANT.action(
    "decide",
    "Decide on the grant",
    "决定授权",
    done=("Decided.", "已决定。"),
    states=[State.PROPOSED],
    permission="accounts.manage",
    law=LAW,
    tells=[Granted, GrantRefused],
    decides="grant",
    impartial=True,
    reviews=_concerned,
)
def decide(step: Step[Grant], said: GrantDecision, now: Granting) -> None:
    """Grant what another proposed for a third, or refuse it. What changed since it was proposed
    counts: what no longer changes anything can only be refused."""
    grant = step.standing
    if not said.granted:
        step.tell(GrantRefused(reason=said.reason), LAW)
        return
    _require_place(grant.holding, now)
    _require_change(grant.account, grant.change, grant.holding, now)
    step.tell(Granted(reason=said.reason), LAW)


def proposed_already(number: str) -> Finding:
    """Why nobody proposes what another proposed, and nobody has decided yet."""
    return Finding(
        code="grant.proposed",
        path="",
        text=Text(
            f"The same is proposed already, by {number}; nothing was written.",
            f"相同事项已由 {number} 提请，本次操作未写入。",
        ),
        mend=Text(
            f"Have another administrator decide on {number}.",
            f"请由另一名管理员决定 {number}。",
        ),
    )


def _require_place(holding: Holding, now: Granting) -> None:
    role, place = holding
    if role in AT_OFFICE and not now.admits(holding):
        raise Unusable.because(
            "grant.office",
            "place",
            "There is no customs office of this code.",
            "没有此代码的海关。",
        )
    if role in AT_ENTERPRISE and not now.admits(holding):
        raise Unusable.because(
            "grant.enterprise",
            "place",
            "No enterprise of this code can have somebody in this role.",
            "没有可设该角色的、使用此代码的企业。",
        )
    if role not in AT_OFFICE | AT_ENTERPRISE and place:
        raise Unusable.because(
            "grant.anywhere",
            "place",
            "This role is held anywhere; leave the place empty.",
            "该角色不限地点，请勿填写。",
        )


def _require_change(account: str, change: Change, holding: Holding, now: Granting) -> None:
    """`Unusable` where there is no such account, or nothing would change."""
    held = now.held(account)
    if held is None:
        raise Unusable.because(
            "grant.account", "account", "There is no such account.", "没有此账户。"
        )
    if change is Change.GIVE and holding in held:
        raise Unusable.because(
            "grant.held", "role", "The account has this role there already.", "该账户已有此角色。"
        )
    if change is Change.TAKE and holding not in held:
        raise Unusable.because(
            "grant.not_held", "role", "The account has no such role there.", "该账户没有此角色。"
        )
