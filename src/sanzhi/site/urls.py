"""The site's addresses, area by area."""

from django.urls import include, path

from sanzhi.site.accounts.admin import accounts_site
from sanzhi.site.shell import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search_page, name="search"),
    path("notices/", pages.notices, name="notices"),
    path("notices/<int:pk>/", pages.notice, name="notice"),
    path("language/", pages.language, name="language"),
    path("account/", include("sanzhi.site.accounts.urls")),
    path("accounts/", accounts_site.urls),
    path("api/", include("sanzhi.site.api.urls")),
    path("consignments/", include("sanzhi.site.clearance.urls")),
    path("work/", include("sanzhi.site.cases.urls")),
    path("log/", include("sanzhi.site.events.urls")),
    path("law/", include("sanzhi.site.law.urls")),
    path("risk/", include("sanzhi.site.risk.urls")),
    path("policy/", include("sanzhi.site.policy.urls")),
]

handler400 = "sanzhi.site.shell.errors.bad_request"
handler403 = "sanzhi.site.shell.errors.forbidden"
handler404 = "sanzhi.site.shell.errors.not_found"
handler500 = "sanzhi.site.shell.errors.failed"
