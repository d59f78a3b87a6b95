from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sanzhi.site.shell.areas import Area


class LawPagesConfig(AppConfig):
    name = "sanzhi.site.law"
    label = "law_pages"
    verbose_name = _("Law")
    areas: ClassVar = (
        Area("tariff", _("Tariff"), "law:tariff", _("Law"), order=80),
        Area("parameters", _("Values"), "law:parameters", _("Law"), order=81),
        Area("acts", _("Acts"), "law:acts", _("Law"), order=82),
        Area("changes", _("Changes"), "law:changes", _("Law"), order=83),
    )

    def ready(self) -> None:
        from sanzhi.site.law.searching import searches

        self.searches = searches
