"""The Django app of the transit programme."""

from django.apps import AppConfig


class TransitConfig(AppConfig):
    name = "balai.transit"
    label = "transit"
