"""Roles, and what a permission is. Each app names the permissions it asks for in its own
`apps.py`; who holds them is answered in one place, `accounts.access`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sanzhi.core.findings import Text


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

TRADERS = frozenset({Role.TRADER, Role.BROKER})
OFFICERS = frozenset({Role.OFFICER, Role.SUPERVISOR})
SUPERVISORS = frozenset({Role.SUPERVISOR})
ANALYSTS = frozenset({Role.ANALYST})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
CODERS = frozenset({Role.CODER, Role.LEAD})
LEADS = frozenset({Role.LEAD})


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


def at_enterprise(en: str, zh: str) -> Permission:
    return Permission(Scope.ENTERPRISE, TRADERS, Text(en, zh))


def at_office(en: str, zh: str, roles: frozenset[Role] = OFFICERS) -> Permission:
    return Permission(Scope.OFFICE, roles, Text(en, zh))


def at_study(en: str, zh: str, roles: frozenset[Role] = LEADS) -> Permission:
    return Permission(Scope.STUDY, roles, Text(en, zh))


def anywhere(en: str, zh: str, roles: frozenset[Role]) -> Permission:
    return Permission(Scope.ANYWHERE, roles, Text(en, zh))
