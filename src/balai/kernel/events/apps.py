from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "balai.kernel.events"
    label = "events"
