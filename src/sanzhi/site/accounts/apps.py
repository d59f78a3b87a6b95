from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from sanzhi.site.hooks import Area, SiteApp
from sanzhi.site.permissions import ADMINISTRATORS, Permission, anywhere


class AccountsConfig(SiteApp):
    name = "sanzhi.site.accounts"
    verbose_name = _("Accounts")
    areas = (
        Area(
            "accounts",
            _("Accounts"),
            "accounts_site:index",
            _("Administration"),
            permission="accounts.manage",
            order=90,
        ),
    )
    permissions: Mapping[str, Permission] = {
        "accounts.manage": anywhere("manage accounts", "管理账户", ADMINISTRATORS)
    }
    addresses = (("account/", "sanzhi.site.accounts.urls"),)
