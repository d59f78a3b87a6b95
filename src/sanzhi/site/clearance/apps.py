from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, SiteApp
from sanzhi.site.permissions import (
    ANALYSTS,
    OFFICERS,
    SUPERVISORS,
    Permission,
    anywhere,
    at_enterprise,
    at_office,
)


class ClearanceConfig(SiteApp):
    name = "sanzhi.site.clearance"
    label = "clearance"
    verbose_name = _("Clearance")
    areas = (
        Area(
            "inbox",
            _("Inbox"),
            "clearance:inbox",
            _("Clearance"),
            permission="clearance.decide_documents",
            order=10,
        ),
        Area(
            "consignments",
            _("My consignments"),
            "clearance:list",
            _("Clearance"),
            permission="clearance.file",
            order=11,
        ),
        Area(
            "file",
            _("File a declaration"),
            "clearance:new",
            _("Clearance"),
            permission="clearance.file",
            order=12,
        ),
        Area(
            "office-consignments",
            _("All consignments"),
            "clearance:list",
            _("Clearance"),
            permission="clearance.decide_documents",
            order=13,
        ),
        Area(
            "dashboard",
            _("Dashboard"),
            "clearance:dashboard",
            _("Clearance"),
            permission="dashboard.view",
            order=14,
        ),
    )
    permissions: Mapping[str, Permission] = {
        "clearance.file": at_enterprise("lodge declarations", "申报"),
        "clearance.amend": at_enterprise("amend declarations", "修改报关单"),
        "clearance.cancel_request": at_enterprise("ask for cancellation", "申请撤销报关单"),
        "clearance.pay": at_enterprise("pay or give a guarantee", "缴纳税款或提供担保"),
        "clearance.appeal": at_enterprise("appeal a decision", "提出复议申请"),
        "clearance.decide_documents": at_office("decide a documents review", "作出审单结论"),
        "clearance.inspect": at_office("inspect goods and record the result", "查验并记录结果"),
        "clearance.assess": at_office("assess and correct taxes", "核定和更正税款"),
        "clearance.cancel": at_office("decide a request for cancellation", "审批撤销申请"),
        "clearance.refund": at_office("refund taxes", "退税"),
        "clearance.reassign_lane": at_office("change the lane", "调整通道", SUPERVISORS),
        "clearance.decide_appeal": at_office(
            "decide appeals against another officer's decision",
            "对他人的决定作出复议决定",
            SUPERVISORS,
        ),
        "dashboard.view": anywhere("see the dashboard", "查看看板", OFFICERS | ANALYSTS),
    }
    addresses = (("consignments/", "sanzhi.site.clearance.urls"),)
    routers = "sanzhi.site.clearance.api.routers"
    demonstration = "sanzhi.site.clearance.demo.DEMONSTRATION"

    def ready(self) -> None:
        from sanzhi.border.clearance.needs import NEEDS
        from sanzhi.site.clearance import desk  # noqa: F401 - adds itself, with apps ready
        from sanzhi.site.clearance.naming import NAMES
        from sanzhi.site.clearance.searching import searches

        self.names = NAMES
        self.needs = NEEDS
        self.searches = searches
