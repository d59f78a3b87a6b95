from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "sanzhi.site.events"
    label = "events"
