"""The addresses of the HTTP API: the operations of the law, of the log, and of every app."""

from django.urls import path
from django.utils.module_loading import import_string

from sanzhi.site.api import log, lookups
from sanzhi.site.api.door import api
from sanzhi.site.hooks import site_apps

for app in site_apps():
    for router in import_string(app.routers)() if app.routers else ():
        api.add_router("", router)
api.add_router("", lookups.router)
api.add_router("", log.router)

urlpatterns = [path("v1/", api.urls)]
