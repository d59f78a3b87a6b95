"""What stands in the store and must be what its events in the log say: each app answers for its
own."""

import logging
from collections.abc import Callable, Iterable, Iterator

from sanzhi.core.findings import Finding, Text
from sanzhi.site.hooks import site_apps
from sanzhi.site.storage import legible

_LOG = logging.getLogger(__name__)


def last_events() -> Iterator[tuple[str, int]]:
    """Every case of every app with the number of its last event, as the log must hold them."""
    for app in site_apps():
        if app.last_events:
            with legible():
                yield from app.last_events()


def differences() -> Iterator[Finding]:
    """Everything stored that is not what its events say, app by app."""
    for app in site_apps():
        for part in app.differences:
            yield from _whatever_is_met(str(app.verbose_name), part)


def _whatever_is_met(app: str, part: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a part finds. A value that it cannot read stops that part alone, and is told: whoever
    writes into the store can write anything, and must not silence what else is found."""
    try:
        with legible():
            yield from part()
    except Exception as error:  # noqa: BLE001 - what a damaged value raises is anybody's guess
        _LOG.exception("verification of %s stopped", part.__module__)
        yield Finding(
            code="verification.stopped",
            path=part.__module__,
            text=Text(
                f"{app}: something is stored that cannot be read ({type(error).__name__}); what "
                "stands behind it was not verified.",
                f"{app}：存有无法读取的内容（{type(error).__name__}），其后的内容未能核验。",
            ),
            mend=Text(
                "The error log says where; restore it from a backup, then verify again.",
                "错误日志载有具体位置，请据备份恢复后重新核验。",
            ),
        )
