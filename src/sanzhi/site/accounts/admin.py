"""Where administrators keep people, enterprises, posts and authorities."""

from collections.abc import Callable
from functools import wraps
from typing import ClassVar, TypeVar, cast

from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Enterprise,
    Interest,
    Membership,
    OfficerPost,
    User,
)
from sanzhi.site.accounts.requests import PageRequest

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def _may_manage(request: HttpRequest) -> bool:
    return cast("PageRequest", request).actor.may("accounts.manage")


class AccountsSite(AdminSite):
    """Open to whoever holds `accounts.manage`; Django's own staff flags play no part."""

    site_header = site_title = _("Accounts")
    index_title = _("People and enterprises")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and _may_manage(request))

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Whoever is logged in and may not manage accounts is told so, not asked to log in."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def opened(request: PageRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.user.is_authenticated:
                request.actor.require("accounts.manage")
            return guarded(request, *args, **kwargs)

        return cast("View", opened)


class _ByPermission:
    """Every right on a table of accounts is the one permission `accounts.manage`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_manage(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        return _may_manage(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class Memberships(_ByPermission, TabularInline):
    model = Membership
    extra = 0


class Posts(_ByPermission, TabularInline):
    model = OfficerPost
    extra = 0


class Interests(_ByPermission, TabularInline):
    model = Interest
    extra = 0


class Users(_ByPermission, UserAdmin):
    list_display = ("username", "last_name", "first_name", "is_active", "is_analyst",
                    "is_administrator")  # fmt: skip
    list_filter = ("is_active", "is_analyst", "is_administrator")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Name and address"), {"fields": ("last_name", "first_name", "email", "language")}),
        (_("Roles everywhere"), {"fields": ("is_analyst", "is_administrator")}),
    )
    inlines: ClassVar = [Memberships, Posts, Interests]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        """Events name their actors for ever: accounts are closed, not deleted."""
        return False


class Enterprises(_ByPermission, ModelAdmin):
    list_display = ("name_zh", "name_en", "credit_code", "customs_code", "tier", "is_broker")
    list_filter = ("tier", "is_broker")
    search_fields = ("name_en", "name_zh", "credit_code", "customs_code")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        """Consignments name their enterprises for ever."""
        return False


class Authorities(_ByPermission, ModelAdmin):
    list_display = ("broker", "client", "valid_from", "until")
    list_filter = ("broker",)


accounts_site = AccountsSite(name="accounts_site")
accounts_site.register(User, Users)
accounts_site.register(Enterprise, Enterprises)
accounts_site.register(BrokerAuthority, Authorities)
