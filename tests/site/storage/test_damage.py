"""Whatever somebody writes into a column of the store, verification goes on, and names it where an
event vouches for the column."""

import contextlib
from collections.abc import Iterator

import pytest
from consignments import NOW, declare
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from granted import grant_all
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.log import integrate, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import differences, last_events

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps to its types"),
]
#: What SQLite keeps in a column of any type: a text that is none, and bytes.
HOSTILE = ("CAST(X'ff' AS TEXT)", "X'ff00'")
#: What no event vouches for, as docs/reference/log.md lists it, in the tables that are filled here.
#: A post in a study that nobody began gives nothing; it is compared once there is the study.
FREE = {
    "accounts_enterprise": {"address", "is_broker", "name_en", "name_zh", "tier", "customs_code"},
    "accounts_interest": {"user_id", "enterprise_id", "reason"},
    "accounts_officerpost": {"on_duty"},
    "accounts_studypost": {"study", "role", "user_id"},
    "accounts_user": {
        "date_joined",
        "email",
        "first_name",
        "is_active",
        "is_staff",
        "is_superuser",
        "language",
        "last_login",
        "last_name",
        "password",
        "password_given",
    },
    "clearance_declarationversion": {"created"},
    "events_checkpointrecord": {"time"},
}
#: Tables of the framework, which hold nothing of the administration.
FRAMEWORK = ("auth_", "django_")


def columns() -> list[tuple[str, str]]:
    """Every column of a table that has rows, but for the keys of tables themselves."""
    found = []
    for model in apps.get_models():
        table = model._meta.db_table
        if table.startswith(FRAMEWORK) or not model._default_manager.exists():
            continue
        found += [(table, one.column) for one in model._meta.concrete_fields if not one.primary_key]
    return found


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """What is done inside is undone behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_no_value_silences_the_verification(lodge, caplog):
    lodge(declare("R1"))
    grant_all()
    while integrate(NOW):
        pass
    assert not [*verify_log(last_events(), now=NOW), *differences()]
    tried, silent, silenced = set(), [], []
    for table, column in columns():
        for value in HOSTILE:
            with undone():
                Case.objects.update(warnings=77)
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(f'UPDATE "{table}" SET "{column}" = {value}')
                except IntegrityError:
                    continue
                codes = {one.code for one in (*verify_log(last_events(), now=NOW), *differences())}
                tried.add(table)
            caplog.clear()  # what was met holds rows that are gone
            if codes <= {"cases.warnings"} and column not in {*FREE.get(table, ()), "warnings"}:
                silent.append((table, column, value))
            if "cases.warnings" not in codes and table not in {CASES, EVENTS}:
                silenced.append((table, column, value))
    assert not silent
    assert not silenced
    assert {CASES, EVENTS, "clearance_declarationversion", "risk_selection"} <= tried


CASES, EVENTS = Case._meta.db_table, EventRecord._meta.db_table
