from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, SiteApp


class LawPagesConfig(SiteApp):
    name = "sanzhi.site.law"
    label = "law_pages"
    verbose_name = _("Law")
    areas = (
        Area("tariff", _("Tariff"), "law:tariff", _("Law"), order=80),
        Area("parameters", _("Values"), "law:parameters", _("Law"), order=81),
        Area("acts", _("Acts"), "law:acts", _("Law"), order=82),
        Area("changes", _("Changes"), "law:changes", _("Law"), order=83),
    )
    addresses = (("law/", "sanzhi.site.law.urls"),)

    def ready(self) -> None:
        from sanzhi.site.law.catalogue import require_whole
        from sanzhi.site.law.searching import searches

        self.require_usable = require_whole
        self.searches = searches
