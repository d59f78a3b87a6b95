"""Addresses of risk."""

from django.urls import path

from sanzhi.site.risk import pages

app_name = "risk"

urlpatterns = [
    path("", pages.selections, name="selections"),
    path("settings/", pages.settings, name="settings"),
    path("models/", pages.models, name="models"),
]
