"""The Django app of the transit programme."""

from django.apps import AppConfig


class TransitConfig(AppConfig):
    name = "balai.transit"
    label = "transit"

    def ready(self) -> None:
        from balai.transit import events, indicators  # noqa: F401 - kinds register on import

        indicators.register()
