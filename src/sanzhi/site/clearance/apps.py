from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sanzhi.site.shell.areas import Area


class ClearanceConfig(AppConfig):
    name = "sanzhi.site.clearance"
    label = "clearance"
    verbose_name = _("Clearance")
    areas: ClassVar = (
        Area(
            "inbox",
            _("Inbox"),
            "clearance:inbox",
            _("Clearance"),
            permission="clearance.decide_documents",
            order=10,
        ),
        Area(
            "consignments",
            _("My consignments"),
            "clearance:list",
            _("Clearance"),
            permission="clearance.file",
            order=11,
        ),
        Area(
            "file",
            _("File a declaration"),
            "clearance:new",
            _("Clearance"),
            permission="clearance.file",
            order=12,
        ),
        Area(
            "office-consignments",
            _("All consignments"),
            "clearance:list",
            _("Clearance"),
            permission="clearance.decide_documents",
            order=13,
        ),
        Area(
            "dashboard",
            _("Dashboard"),
            "clearance:dashboard",
            _("Clearance"),
            permission="dashboard.view",
            order=14,
        ),
    )

    def ready(self) -> None:
        from sanzhi.site.clearance import desk  # noqa: F401 - adds itself, with apps ready
        from sanzhi.site.clearance.naming import NAMES
        from sanzhi.site.clearance.searching import searches

        self.names = NAMES
        self.searches = searches
