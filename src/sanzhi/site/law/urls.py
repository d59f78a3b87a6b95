"""Addresses of the law pages."""

from django.urls import path

from sanzhi.site.law import pages

app_name = "law"
urlpatterns = [
    path("acts/", pages.acts, name="acts"),
    path("acts/<slug:key>/", pages.act, name="act"),
    path("acts/<slug:key>/card/", pages.act_card, name="act-card"),
    path("values/", pages.parameters, name="parameters"),
    path("values/<str:name>/", pages.parameter, name="parameter"),
    path("tariff/", pages.tariff, name="tariff"),
    path("tariff/<str:code>/", pages.code, name="code"),
    path("changes/", pages.changes, name="changes"),
]
