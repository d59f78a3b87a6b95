from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sanzhi.site.shell.areas import Area


class AccountsConfig(AppConfig):
    name = "sanzhi.site.accounts"
    verbose_name = _("Accounts")
    areas: ClassVar = (
        Area(
            "accounts",
            _("Accounts"),
            "accounts_site:index",
            _("Administration"),
            permission="accounts.manage",
            order=90,
        ),
    )
