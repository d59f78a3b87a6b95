from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, SiteApp


class AdministrationConfig(SiteApp):
    name = "sanzhi.site.administration"
    label = "administration"
    verbose_name = _("Administration")
    areas = (
        Area(
            "grants",
            _("Posts and roles"),
            "cases:list",
            _("Administration"),
            permission="accounts.manage",
            order=91,
            args=("grants",),
        ),
    )

    def ready(self) -> None:
        from sanzhi.administration.needs import NEEDS
        from sanzhi.site.administration import (
            authorities,
            desk,  # noqa: F401 - adds itself, with apps ready
            holdings,
        )

        self.needs = NEEDS
        self.differences = (holdings.differences, authorities.differences)
