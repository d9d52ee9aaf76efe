"""The Django app of Home Care."""

from django.apps import AppConfig


class HomecareConfig(AppConfig):
    name = "balai.homecare"
    label = "homecare"
