from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, SiteApp


class CasesConfig(SiteApp):
    name = "sanzhi.site.cases"
    label = "cases"
    verbose_name = _("Cases")
    areas = (Area("waiting", _("Waiting for you"), "cases:inbox", _("Cases"), order=70),)
    addresses = (("work/", "sanzhi.site.cases.urls"),)
    routers = "sanzhi.site.cases.api.routers"

    def ready(self) -> None:
        from sanzhi.site.cases.history import readable
        from sanzhi.site.cases.verification import (
            differences,
            last_events,
        )

        self.reads = readable
        self.differences = (differences,)
        self.last_events = last_events
