from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sanzhi.site.shell.areas import Area


class PolicyConfig(AppConfig):
    name = "sanzhi.site.policy"
    label = "policy"
    verbose_name = _("Policy laboratory")
    areas: ClassVar = (
        Area(
            "coding",
            _("My coding"),
            "policy:desk",
            _("Policy laboratory"),
            permission="policy.code",
            order=60,
        ),
        Area(
            "studies",
            _("Studies"),
            "policy:studies",
            _("Policy laboratory"),
            permission="policy.view",
            order=61,
        ),
    )

    def ready(self) -> None:
        from sanzhi.site.policy import ledgers  # noqa: F401 - adds them, with apps ready
        from sanzhi.site.policy.searching import searches

        self.searches = searches
