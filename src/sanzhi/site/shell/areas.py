"""The areas of the side bar. Each app names its own on its AppConfig as `areas`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.urls import reverse
from django.utils.functional import Promise

if TYPE_CHECKING:  # AppConfigs import this module before there are models
    from sanzhi.site.accounts.access import Actor


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the side bar.

    Shown to whom `permission` is granted somewhere (None: to everyone who has logged in); `order`
    sorts the entries, `group` is the heading they stand under.
    """

    key: str
    label: str | Promise
    url_name: str
    group: str | Promise
    permission: str | None = None
    order: int = 50
    args: tuple[str, ...] = ()
    """Of the address, where it takes some."""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args)


def areas_for(actor: "Actor") -> list[Area]:
    """The areas an actor may enter, in order; the first is where logging in leads."""
    return sorted(
        (
            area
            for area in _all()
            if area.permission is None or actor.may_somewhere(area.permission)
        ),
        key=lambda area: area.order,
    )


def _all() -> Iterator[Area]:
    for config in apps.get_app_configs():
        yield from getattr(config, "areas", ())
