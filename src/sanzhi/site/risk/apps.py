from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sanzhi.site.shell.areas import Area


class RiskConfig(AppConfig):
    name = "sanzhi.site.risk"
    label = "risk"
    verbose_name = _("Risk")
    areas: ClassVar = (
        Area(
            "selections",
            _("Selections"),
            "risk:selections",
            _("Risk"),
            permission="risk.view",
            order=30,
        ),
        Area("rules", _("Rules"), "risk:settings", _("Risk"), permission="risk.view", order=31),
        Area("models", _("Models"), "risk:models", _("Risk"), permission="risk.view", order=32),
    )

    def ready(self) -> None:
        import sanzhi.customs.risk.events  # noqa: F401 - what the log says of risk
        from sanzhi.site.risk.finding import last_events
        from sanzhi.site.risk.lodged import make

        self.last_events = last_events
        self.keep_up = make
