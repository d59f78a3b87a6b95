from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sanzhi.site.shell.areas import Area


class EventsConfig(AppConfig):
    name = "sanzhi.site.events"
    label = "events"
    areas: ClassVar = (
        Area(
            "log",
            _("Event log"),
            "events:log",
            _("Administration"),
            permission="events.verify",
            order=91,
        ),
    )

    def ready(self) -> None:
        from sanzhi.site.events import columns

        self.keep_up = columns.make
        self.differences = columns.differences
