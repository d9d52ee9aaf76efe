"""The Django app of the transit programme."""

from pathlib import Path

from django.apps import AppConfig


class TransitConfig(AppConfig):
    name = "balai.transit"
    label = "transit"

    def ready(self) -> None:
        from balai.kernel.documents.kinds import register_folder
        from balai.kernel.notices.kinds import register_kinds
        from balai.transit import events, indicators, listening  # noqa: F401 - kinds register

        indicators.register()
        register_kinds(Path(__file__).parent / "notices")
        register_folder(Path(__file__).parent / "documents")
        listening.listen()
