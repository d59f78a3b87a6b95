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
        from sanzhi.site.risk import (
            ledgers,  # noqa: F401 - adds them
            lodged,
            selections,
        )
        from sanzhi.site.risk.naming import NAMES

        self.names = NAMES
        self.follows = selections.FOLLOWING
        self.differences = selections.differences
        self.keep_up = lambda: selections.make() + lodged.make()
