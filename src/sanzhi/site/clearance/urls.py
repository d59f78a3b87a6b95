"""Addresses of the clearance pages."""

from django.urls import path

from sanzhi.site.clearance import pages

app_name = "clearance"

urlpatterns = [
    path("<str:number>/", pages.case, name="case"),
]
