"""Who may do what. This is the one place that answers; everything not granted is denied.

A permission is granted to roles, and held at a place: an enterprise for traders and brokers, a
customs office for officers and supervisors, a study of the policy laboratory for its coders and
leads, anywhere for analysts and administrators. The table
`PERMISSIONS` is the whole rule; docs/reference/permissions.md shows it and a test compares them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.functional import SimpleLazyObject

from sanzhi.core.findings import Finding, Text
from sanzhi.site.accounts.models import BrokerAuthority, Membership, OfficerPost, StudyPost, User


class Role(StrEnum):
    TRADER = "trader"
    BROKER = "broker"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    CODER = "coder"
    LEAD = "lead"


#: How pages name the roles.
ROLE_NAMES: Mapping[Role, Text] = {
    Role.TRADER: Text("trader", "企业"),
    Role.BROKER: Text("broker", "报关企业"),
    Role.OFFICER: Text("officer", "关员"),
    Role.SUPERVISOR: Text("supervisor", "主管"),
    Role.ANALYST: Text("analyst", "分析员"),
    Role.ADMINISTRATOR: Text("administrator", "管理员"),
    Role.CODER: Text("coder", "编码员"),
    Role.LEAD: Text("study lead", "研究负责人"),
}


class Scope(StrEnum):
    """Where a permission is held."""

    ENTERPRISE = "enterprise"
    OFFICE = "office"
    STUDY = "study"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the table; `words` completes “may …” and 可以…."""

    scope: Scope
    roles: frozenset[Role]
    words: Text


_TRADERS = frozenset({Role.TRADER, Role.BROKER})
_OFFICERS = frozenset({Role.OFFICER, Role.SUPERVISOR})
_SUPERVISORS = frozenset({Role.SUPERVISOR})
_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
_CODERS = frozenset({Role.CODER, Role.LEAD})
_LEADS = frozenset({Role.LEAD})


def _at_enterprise(en: str, zh: str) -> Permission:
    return Permission(Scope.ENTERPRISE, _TRADERS, Text(en, zh))


def _at_office(en: str, zh: str, roles: frozenset[Role] = _OFFICERS) -> Permission:
    return Permission(Scope.OFFICE, roles, Text(en, zh))


def _at_study(en: str, zh: str, roles: frozenset[Role] = _LEADS) -> Permission:
    return Permission(Scope.STUDY, roles, Text(en, zh))


def _anywhere(en: str, zh: str, roles: frozenset[Role]) -> Permission:
    return Permission(Scope.ANYWHERE, roles, Text(en, zh))


PERMISSIONS: Mapping[str, Permission] = {
    "clearance.file": _at_enterprise("lodge declarations", "申报"),
    "clearance.amend": _at_enterprise("amend declarations", "修改报关单"),
    "clearance.cancel_request": _at_enterprise("ask for cancellation", "申请撤销报关单"),
    "clearance.pay": _at_enterprise("pay or give a guarantee", "缴纳税款或提供担保"),
    "clearance.appeal": _at_enterprise("appeal a decision", "提出复议申请"),
    "clearance.decide_documents": _at_office("decide a documents review", "作出审单结论"),
    "clearance.inspect": _at_office("inspect goods and record the result", "查验并记录结果"),
    "clearance.assess": _at_office("assess and correct taxes", "核定和更正税款"),
    "clearance.cancel": _at_office("decide a request for cancellation", "审批撤销申请"),
    "clearance.refund": _at_office("refund taxes", "退税"),
    "clearance.reassign_lane": _at_office("change the lane", "调整通道", _SUPERVISORS),
    "clearance.decide_appeal": _at_office(
        "decide appeals against another officer's decision",
        "对他人的决定作出复议决定",
        _SUPERVISORS,
    ),
    "dashboard.view": _anywhere("see the dashboard", "查看看板", _OFFICERS | {Role.ANALYST}),
    "risk.view": _anywhere(
        "see rules, models and selections",
        "查看布控规则、模型与选查情况",
        _OFFICERS | {Role.ANALYST},
    ),
    "risk.propose": _anywhere(
        "write and propose rules and selection policy",
        "编写并提请审批布控方案",
        _OFFICERS | {Role.ANALYST},
    ),
    "risk.approve": _anywhere(
        "approve another's rules, policy and models", "审批他人的布控方案与模型", _SUPERVISORS
    ),
    "risk.model": _anywhere("train models", "训练模型", frozenset({Role.ANALYST})),
    "policy.view": _anywhere(
        "look into the policy laboratory",
        "查看政策实验室",
        _SUPERVISORS | _CODERS | {Role.ANALYST},
    ),
    "policy.begin": _anywhere("begin a study", "建立研究", frozenset({Role.ANALYST})),
    "policy.lead": _at_study("lead the study", "主持该研究"),
    "policy.code": _at_study("code texts of the study", "为该研究编码", _CODERS),
    "policy.adjudicate": _at_study("adjudicate where coders differ", "仲裁编码分歧"),
    "events.verify": _anywhere(
        "verify the event log",
        "核验事件日志",
        _SUPERVISORS | _ADMINISTRATORS | {Role.ANALYST},
    ),
    "accounts.manage": _anywhere("manage accounts", "管理账户", _ADMINISTRATORS),
}


class Denied(PermissionDenied):
    """The actor lacks a permission; the finding says which."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text.en)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with what they are on a day. Enterprises and users are primary keys, offices are
    four-digit codes."""

    user_id: int
    name: str
    day: date
    login: str = ""
    """The user name: what events record."""
    own: frozenset[int] = frozenset()
    """Enterprises the user files for as trader."""
    brokers: frozenset[int] = frozenset()
    """Brokers the user works for."""
    clients: frozenset[int] = frozenset()
    """Enterprises those brokers may act for on `day`."""
    offices: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Customs offices of the user's posts, with the roles held there."""
    studies: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Studies of the policy laboratory by key, with the roles held there."""
    anywhere: frozenset[Role] = frozenset()
    """Roles not bound to a place: analyst, administrator."""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role the user has somewhere."""
        held = set(self.anywhere)
        held.update(*self.offices.values(), *self.studies.values())
        if self.own:
            held.add(Role.TRADER)
        if self.brokers:
            held.add(Role.BROKER)
        return frozenset(held)

    @property
    def enterprises(self) -> frozenset[int]:
        """Enterprises the user may file for."""
        return self.own | self.clients

    def may(
        self,
        permission: str,
        *,
        enterprise: int | None = None,
        office: str | None = None,
        study: str | None = None,
        not_by: Collection[int] = (),
    ) -> bool:
        """Whether the actor holds a permission at the place given.

        `not_by` are the users whose decision is at stake: the actor must not be one of them.
        An unknown permission is a KeyError: it is the program's mistake, not the user's.
        """
        row = PERMISSIONS[permission]
        if self.user_id in not_by:
            return False
        return bool(row.roles & self._roles_at(row.scope, enterprise, office, study))

    def may_somewhere(self, permission: str) -> bool:
        """Whether the actor holds a permission at any place at all (for menus)."""
        return bool(PERMISSIONS[permission].roles & self.roles)

    def require(
        self,
        permission: str,
        *,
        enterprise: int | None = None,
        office: str | None = None,
        study: str | None = None,
        not_by: Collection[int] = (),
    ) -> None:
        """Raise `Denied` unless the actor may."""
        if not self.may(
            permission, enterprise=enterprise, office=office, study=study, not_by=not_by
        ):
            raise Denied(_denial(permission, office=office, own=self.user_id in not_by))

    def may_file_for(self, enterprise: int) -> bool:
        return self.may("clearance.file", enterprise=enterprise)

    def visible(
        self, *, trader: str = "trader", declarant: str = "declarant", office: str = "office"
    ) -> Q:
        """The filter on cases the actor may see; the arguments name the case's fields.

        A trader sees the enterprise's own cases whoever declared them, a broker those it
        declared, an officer those of the offices of his or her posts; others see none.
        """
        return (
            Q(**{f"{trader}__in": sorted(self.own)})
            | Q(**{f"{declarant}__in": sorted(self.own | self.brokers)})
            | Q(**{f"{office}__in": sorted(self.offices)})
        )

    def may_see(self, *, trader: int, declarant: int | None, office: str) -> bool:
        """`visible` for one case already at hand."""
        return trader in self.own or declarant in self.own | self.brokers or office in self.offices

    def _roles_at(
        self, scope: Scope, enterprise: int | None, office: str | None, study: str | None
    ) -> frozenset[Role]:
        if scope is Scope.ENTERPRISE:
            held = {Role.TRADER} if enterprise in self.own else set()
            return frozenset(held | ({Role.BROKER} if enterprise in self.clients else set()))
        if scope is Scope.OFFICE:
            return self.offices.get(office or "", frozenset())
        if scope is Scope.STUDY:
            return self.studies.get(study or "", frozenset())
        return self.roles


def actor_of(user: User, day: date) -> Actor:
    """The actor a user is on a day; a deactivated user is nothing."""
    if not user.is_active or user.pk is None:
        return Actor(user.pk or 0, str(user), day)
    own: set[int] = set()
    brokers: set[int] = set()
    for enterprise, role in Membership.objects.filter(user=user).values_list(
        "enterprise_id", "role"
    ):
        (own if role == Membership.Role.TRADER else brokers).add(enterprise)
    clients = (
        BrokerAuthority.objects.filter(
            BrokerAuthority.holding_on(day), broker__in=brokers
        ).values_list("client_id", flat=True)
        if brokers
        else ()
    )
    offices: dict[str, frozenset[Role]] = {}
    for office, role in OfficerPost.objects.filter(user=user).values_list("office", "role"):
        offices[office] = offices.get(office, frozenset()) | {Role(role)}
    flags = {Role.ANALYST: user.is_analyst, Role.ADMINISTRATOR: user.is_administrator}
    return Actor(
        user_id=user.pk,
        name=str(user),
        day=day,
        login=user.username,
        own=frozenset(own),
        brokers=frozenset(brokers),
        clients=frozenset(clients),
        offices=offices,
        # Read when first asked for: clearance never asks.
        studies=cast("Mapping[str, frozenset[Role]]", SimpleLazyObject(partial(_studies_of, user))),
        anywhere=frozenset(role for role, held in flags.items() if held),
    )


def _studies_of(user: User) -> dict[str, frozenset[Role]]:
    studies: dict[str, frozenset[Role]] = {}
    for study, role in StudyPost.objects.filter(user=user).values_list("study", "role"):
        studies[study] = studies.get(study, frozenset()) | {Role(role)}
    return studies


def _denial(permission: str, *, office: str | None, own: bool) -> Finding:
    words = PERMISSIONS[permission].words
    if own:
        text = Text(
            "The decision is your own; another person must review it.",
            "该决定由您本人作出，须由他人复核。",
        )
    elif office and PERMISSIONS[permission].scope is Scope.OFFICE:
        text = Text(
            f"You may not {words.en} at customs office {office}.",
            f"您无权在关区 {office} {words.zh}。",
        )
    else:
        text = Text(f"You may not {words.en} here.", f"您无权{words.zh}。")
    return Finding(
        code="access.denied",
        path=permission,
        text=text,
        mend=Text(
            "Ask an administrator for the role that carries this permission.",
            "请联系管理员授予相应角色。",
        ),
    )
