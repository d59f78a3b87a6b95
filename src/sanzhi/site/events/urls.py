"""Addresses of the event log's pages."""

from django.urls import path

from sanzhi.site.events import pages

app_name = "events"
urlpatterns = [
    path("", pages.log, name="log"),
    path("verify/", pages.verify, name="verify"),
    path("kinds/", pages.kinds, name="kinds"),
]
