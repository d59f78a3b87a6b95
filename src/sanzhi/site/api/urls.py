"""The addresses of the HTTP API."""

from django.urls import path

from sanzhi.site.api import log, lookups
from sanzhi.site.api.door import api
from sanzhi.site.cases.api import router_of
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.clearance.api import router as clearance

api.add_router("", clearance)
api.add_router("", lookups.router)
api.add_router("", log.router)
for desk in DESKS:
    if desk.generic:
        api.add_router("", router_of(desk))

urlpatterns = [path("v1/", api.urls)]
