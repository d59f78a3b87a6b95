"""What one administrator did with the account of somebody else: told by an event, and to whom it
concerns."""

from datetime import datetime

from django.db.models import Max

from sanzhi.administration.accounts import LAW, PasswordSet, account_case
from sanzhi.core.findings import Text
from sanzhi.events import Payload
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.events.log import record
from sanzhi.site.events.models import EventRecord


def tell(user: User, payload: Payload, actor: Actor, moment: datetime) -> None:
    """Write an event of an account, within the caller's transaction."""
    list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))
    tell_of(account_case(user.pk), payload, LAW, actor, moment)


def tell_of(case: str, payload: Payload, law: str, actor: Actor, moment: datetime) -> None:
    """Write the next event of what only one transaction at a time writes of."""
    last = EventRecord.objects.filter(case=case).aggregate(last=Max("sequence"))["last"] or 0
    record(case, last, [(payload, (law,))], actor.login, moment)


def password_given(user: User, actor: Actor, moment: datetime) -> None:
    """An account has a password that another set: its person is told, and has to choose one of
    their own before anything else."""
    User.objects.filter(pk=user.pk).update(password_given=True)
    tell(user, PasswordSet(account=user.username), actor, moment)
    text = Text(
        f"Your password was set by {actor.name}. If you did not ask for it, say so to another "
        "administrator.",
        f"{actor.name} 设置了您的密码。如非您所要求，请告知另一名管理员。",
    )
    notify([user], text, "/account/", moment)
