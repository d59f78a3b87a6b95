"""The site's addresses, area by area."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

handler400 = "sanzhi.site.shell.errors.bad_request"
handler403 = "sanzhi.site.shell.errors.forbidden"
handler404 = "sanzhi.site.shell.errors.not_found"
handler500 = "sanzhi.site.shell.errors.failed"
