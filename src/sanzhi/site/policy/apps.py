from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, SiteApp
from sanzhi.site.permissions import (
    ANALYSTS,
    CODERS,
    SUPERVISORS,
    Permission,
    anywhere,
    at_study,
)


class PolicyConfig(SiteApp):
    name = "sanzhi.site.policy"
    label = "policy"
    verbose_name = _("Policy laboratory")
    areas = (
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
    permissions: Mapping[str, Permission] = {
        "policy.view": anywhere(
            "look into the policy laboratory", "查看政策实验室", SUPERVISORS | CODERS | ANALYSTS
        ),
        "policy.begin": anywhere("begin a study", "建立研究", ANALYSTS),
        "policy.lead": at_study("lead the study", "主持该研究"),
        "policy.code": at_study("code texts of the study", "为该研究编码", CODERS),
        "policy.adjudicate": at_study("adjudicate where coders differ", "仲裁编码分歧"),
    }
    addresses = (("policy/", "sanzhi.site.policy.urls"),)
    demonstration = "sanzhi.site.policy.demo.DEMONSTRATION"

    def ready(self) -> None:
        from sanzhi.site.policy import desk  # noqa: F401 - adds its kinds, with apps ready
        from sanzhi.site.policy.searching import searches

        self.searches = searches
