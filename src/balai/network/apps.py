"""The Django app of the network."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "balai.network"
    label = "network"
