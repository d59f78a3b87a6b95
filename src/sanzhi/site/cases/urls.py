"""Addresses of the pages that kinds of case have in common."""

from django.urls import path

from sanzhi.site.cases import inbox, pages

app_name = "cases"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("<slug:path>/", pages.listed, name="list"),
    path("<slug:path>/begin/<slug:name>/", pages.begin, name="begin"),
    path("<slug:path>/<str:number>/", pages.case, name="case"),
    path("<slug:path>/<str:number>/do/<slug:name>/", pages.act, name="act"),
]
