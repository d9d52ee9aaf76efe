"""The Django app of the network."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "balai.network"
    label = "network"

    def ready(self) -> None:
        """Count again whenever a programme records something."""
        from balai.kernel.events.signals import recorded
        from balai.network.jobs import recount_later

        recorded.connect(recount_later, dispatch_uid="balai.network.recount_later")
