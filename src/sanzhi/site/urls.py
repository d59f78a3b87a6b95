"""The site's addresses: those of the shell, and of every app where it says."""

from django.urls import include, path

from sanzhi.site.administration.admin import accounts_site
from sanzhi.site.hooks import site_apps
from sanzhi.site.shell import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search_page, name="search"),
    path("notices/", pages.notices, name="notices"),
    path("notices/<int:pk>/", pages.notice, name="notice"),
    path("language/", pages.language, name="language"),
    path("accounts/", accounts_site.urls),
    path("api/", include("sanzhi.site.api.urls")),
    *(path(where, include(module)) for app in site_apps() for where, module in app.addresses),
]

handler400 = "sanzhi.site.shell.errors.bad_request"
handler403 = "sanzhi.site.shell.errors.forbidden"
handler404 = "sanzhi.site.shell.errors.not_found"
handler500 = "sanzhi.site.shell.errors.failed"
