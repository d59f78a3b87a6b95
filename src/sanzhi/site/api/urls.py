"""The addresses of the HTTP API."""

from django.urls import path

from sanzhi.site.api import log, lookups
from sanzhi.site.api.door import api
from sanzhi.site.clearance.api import router as clearance

api.add_router("", clearance)
api.add_router("", lookups.router)
api.add_router("", log.router)

urlpatterns = [path("v1/", api.urls)]
