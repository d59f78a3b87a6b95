"""Addresses of the policy laboratory."""

from django.urls import path

from sanzhi.site.policy import pages

app_name = "policy"

urlpatterns = [
    path("", pages.studies, name="studies"),
]
