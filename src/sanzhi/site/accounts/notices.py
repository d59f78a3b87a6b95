"""Notices to people: shown in the page, and sent by mail once the transaction is safe."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from smtplib import SMTPException

from django.core.mail import send_mass_mail
from django.db import connection, transaction

from sanzhi.core.findings import Text
from sanzhi.site.accounts.models import Notice, User

logger = logging.getLogger(__name__)

# A statement instead of objects: somebody is told at nearly every step of every case.
_INSERT = (
    f"INSERT INTO {Notice._meta.db_table} "  # noqa: S608 - names of our own tables
    '("user_id", "created", "text_en", "text_zh", "url") VALUES (%s, %s, %s, %s, %s)'
)


def notify(users: Iterable[User], text: Text, url: str, now: datetime) -> None:
    """Tell users something that concerns them, in the language each has chosen.

    `url` is the path of the page to open. The notice is part of the running transaction; mail
    goes out after it has been committed, and a mail server that fails loses no notice.
    """
    people = list({user.pk: user for user in users}.values())
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.executemany(
            _INSERT, [(user.pk, moment, text.en[:500], text.zh[:500], url) for user in people]
        )
    letters = [
        (_subject(text, user), f"{text.in_language(user.language)}\n\n{url}\n", None, [user.email])
        for user in people
        if user.email
    ]
    if letters:
        transaction.on_commit(partial(_send, letters))


def _subject(text: Text, user: User) -> str:
    return " ".join(text.in_language(user.language).split())[:120]


def _send(letters: Sequence[tuple[str, str, str | None, list[str]]]) -> None:
    try:
        send_mass_mail(letters)
    except (OSError, SMTPException) as error:
        logger.warning("mail not sent to %d people: %s", len(letters), error)
