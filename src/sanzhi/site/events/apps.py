from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, SiteApp
from sanzhi.site.permissions import ADMINISTRATORS, ANALYSTS, SUPERVISORS, Permission, anywhere


class EventsConfig(SiteApp):
    name = "sanzhi.site.events"
    label = "events"
    areas = (
        Area(
            "log",
            _("Event log"),
            "events:log",
            _("Administration"),
            permission="events.verify",
            order=91,
        ),
    )
    permissions: Mapping[str, Permission] = {
        "events.verify": anywhere(
            "verify the event log", "核验事件日志", SUPERVISORS | ADMINISTRATORS | ANALYSTS
        )
    }
    addresses = (("log/", "sanzhi.site.events.urls"),)

    def ready(self) -> None:
        from sanzhi.site.events import columns

        self.keep_up = columns.make
        self.differences = (columns.differences,)
