from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "sanzhi.site.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from sanzhi.site.cases.verification import (
            differences,
            last_events,
        )

        self.differences = differences
        self.last_events = last_events
