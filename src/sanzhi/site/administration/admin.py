"""Where administrators keep people, enterprises and authorities, and see posts and roles.

Posts, memberships and roles are given and taken by grants, which a second person decides; names
that events bear never change.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, TypeVar, cast

from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanzhi.administration.accounts import AccountClosed, AccountOpened, AccountReopened
from sanzhi.core.findings import Finding, Text
from sanzhi.events import Payload
from sanzhi.site.accounts.access import Actor, Denied
from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Enterprise,
    Interest,
    Membership,
    OfficerPost,
    User,
)
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.administration.accounts import password_given, tell
from sanzhi.site.administration.authorities import tell_kept, tell_removed
from sanzhi.site.storage import writing

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def _actor(request: HttpRequest) -> Actor:
    return cast("PageRequest", request).actor


def _may_manage(request: HttpRequest) -> bool:
    return _actor(request).may("accounts.manage")


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


class _ByGrant(_ByPermission, TabularInline):
    """Rows that only a decided grant adds or removes."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    has_delete_permission = has_add_permission


class Memberships(_ByGrant):
    model = Membership
    readonly_fields = ("enterprise", "role")


class Posts(_ByGrant):
    """Who is on duty changes from day to day and gives no power: it is kept here."""

    model = OfficerPost
    readonly_fields = ("office", "role")


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
    readonly_fields = ("is_analyst", "is_administrator")
    inlines: ClassVar = [Memberships, Posts, Interests]

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        """Events name their actors by user name, for ever."""
        return (*self.readonly_fields, "username") if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """No way leads to where another administrator's password would be set."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj == request.user or not obj.is_administrator:
            return fieldsets
        (title, first), *others = fieldsets
        fields = tuple(one for one in first["fields"] if one != "password")
        return ((title, {**first, "fields": fields}), *others)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's signature
        form_url: str = "",
    ) -> HttpResponse:
        """Whoever could set another administrator's password could decide in that name."""
        user = self.get_object(request, unquote(id))
        if user is None or user == request.user:
            return super().user_change_password(request, id, form_url)
        if user.is_administrator:
            raise Denied(_PASSWORD)
        with writing():
            answer = super().user_change_password(request, id, form_url)
            if User.objects.get(pk=user.pk).password != user.password:
                password_given(user, _actor(request), timezone.now())
        return answer

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """An account is opened with a password that its person does not have for long."""
        obj.password_given = obj.password_given or not change
        super().save_model(request, obj, form, change)
        told: Payload | None = None
        if not change:
            told = AccountOpened(account=obj.username)
        elif "is_active" in form.changed_data:
            told = (AccountReopened if obj.is_active else AccountClosed)(account=obj.username)
        if told:
            tell(obj, told, _actor(request), timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        """Events name their actors for ever: accounts are closed, not deleted."""
        return False


class Enterprises(_ByPermission, ModelAdmin):
    list_display = ("name_zh", "name_en", "credit_code", "customs_code", "tier", "is_broker")
    list_filter = ("tier", "is_broker")
    search_fields = ("name_en", "name_zh", "credit_code", "customs_code")

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        """Events name enterprises by credit code, for ever."""
        return ("credit_code",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        """Consignments name their enterprises for ever."""
        return False


class Authorities(_ByPermission, ModelAdmin):
    """Every change is an event, and verification holds what is stored to the last of them."""

    list_display = ("broker", "client", "valid_from", "until")
    list_filter = ("broker",)

    def save_model(
        self, request: HttpRequest, obj: BrokerAuthority, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data or not change:
            tell_kept(obj, _actor(request), timezone.now())

    def delete_model(self, request: HttpRequest, obj: BrokerAuthority) -> None:
        tell_removed(obj, _actor(request), timezone.now())
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[BrokerAuthority]) -> None:
        with writing():
            for one in queryset.select_related("broker", "client"):
                tell_removed(one, _actor(request), timezone.now())
            super().delete_queryset(request, queryset)


_PASSWORD = Finding(
    code="access.password",
    path="password",
    text=Text(
        "Nobody sets the password of another administrator: grants are decided by two.",
        "不得设置其他管理员的密码：授权须由两人完成。",
    ),
    mend=Text(
        "They change it on their own account page; or the role is taken away first, by a grant.",
        "由本人在账户页面修改；或先经授权程序收回其角色。",
    ),
)

accounts_site = AccountsSite(name="accounts_site")
accounts_site.register(User, Users)
accounts_site.register(Enterprise, Enterprises)
accounts_site.register(BrokerAuthority, Authorities)
