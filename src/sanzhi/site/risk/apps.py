from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, Selects, SiteApp
from sanzhi.site.permissions import ANALYSTS, OFFICERS, SUPERVISORS, Permission, anywhere


class RiskConfig(SiteApp):
    name = "sanzhi.site.risk"
    label = "risk"
    verbose_name = _("Risk")
    areas = (
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
    permissions: Mapping[str, Permission] = {
        "risk.view": anywhere(
            "see rules, models and selections",
            "查看布控规则、模型与选查情况",
            OFFICERS | ANALYSTS,
        ),
        "risk.propose": anywhere(
            "write and propose rules and selection policy",
            "编写并提请审批布控方案",
            OFFICERS | ANALYSTS,
        ),
        "risk.approve": anywhere(
            "approve another's rules, policy and models", "审批他人的布控方案与模型", SUPERVISORS
        ),
        "risk.model": anywhere("train models", "训练模型", ANALYSTS),
    }
    addresses = (("risk/", "sanzhi.site.risk.urls"),)
    routers = "sanzhi.site.risk.api.routers"
    demonstration = "sanzhi.site.risk.demo.DEMONSTRATION"

    def ready(self) -> None:
        from sanzhi.customs.risk.needs import NEEDS
        from sanzhi.site.risk import (
            desk,  # noqa: F401 - adds its own, with apps ready
            known,
            lodged,
            past,
            selections,
        )
        from sanzhi.site.risk.explaining import lane_why
        from sanzhi.site.risk.naming import NAMES
        from sanzhi.site.risk.selecting import in_force

        self.names = NAMES
        self.needs = NEEDS
        self.selects = Selects(in_force, lane_why)
        self.follows = (selections.FOLLOWING, past.FOLLOWING)
        self.tables = lambda: (lodged.table(),)
        self.differences = (selections.differences, past.differences, known.differences)
        self.keep_up = lambda: selections.make() + lodged.make() + known.make()
